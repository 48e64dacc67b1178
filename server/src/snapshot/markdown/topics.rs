//! What was talked about and decided.

use app::texts::format;
use app::texts::topic_words::{topic_words, weeks_carried};
use domain::review::topics::{ReviewDecision, ReviewTopic};

use super::{Minutes, escape};

/// The topics under their heading; nothing where nobody raised one.
pub(super) fn topics(minutes: &mut Minutes<'_>, topics: &[ReviewTopic]) {
    if topics.is_empty() {
        return;
    }
    minutes.heading(topic_words(minutes.language).topics);
    let lines: Vec<String> = topics.iter().map(|topic| topic_line(minutes, topic)).collect();
    minutes.list(lines);
}

fn topic_line(minutes: &Minutes<'_>, topic: &ReviewTopic) -> String {
    let words = topic_words(minutes.language);
    let carried = (topic.carried > 0).then(|| weeks_carried(minutes.language, topic.carried));
    let evidence = Some(escape(&topic.evidence)).filter(|text| !text.is_empty());
    let note = Some(escape(&topic.note)).filter(|text| !text.is_empty());
    let about = [
        topic.product.as_ref().map(|slug| minutes.product(slug)),
        evidence,
        Some(escape(&topic.raised_by)),
        carried,
        note,
    ];
    let about: Vec<String> = about.into_iter().flatten().collect();
    format!("{}: {} ({})", words.state_word(topic.state), escape(&topic.title), minutes.joined(&about))
}

/// Decisions under a heading; nothing where there are none.
pub(super) fn decisions(minutes: &mut Minutes<'_>, heading: &str, decisions: &[ReviewDecision]) {
    if decisions.is_empty() {
        return;
    }
    minutes.heading(heading);
    let lines: Vec<String> = decisions.iter().map(|decision| decision_line(minutes, decision)).collect();
    minutes.list(lines);
}

fn decision_line(minutes: &Minutes<'_>, decision: &ReviewDecision) -> String {
    let (language, words) = (minutes.language, topic_words(minutes.language));
    let note = Some(escape(&decision.note)).filter(|text| !text.is_empty());
    let about = [
        decision.product.as_ref().map(|slug| minutes.product(slug)),
        Some(format!("{}: {}", words.expects, escape(&decision.expects))),
        Some(format!("{} {}", words.look_again, format::short_date(decision.look_again_on, language))),
        decision.result.map(|result| words.result_word(Some(result)).to_owned()),
        note,
    ];
    let about: Vec<String> = about.into_iter().flatten().collect();
    format!("{} ({})", escape(&decision.text), minutes.joined(&about))
}
