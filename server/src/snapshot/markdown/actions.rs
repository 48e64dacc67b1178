//! What people promised.

use app::texts::action_words::{self, action_words};
use app::texts::{format, tracker_words};
use domain::catalogue::Catalogue;
use domain::organization::Language;
use domain::review::actions::ReviewAction;

use super::{Minutes, escape};

/// A list of promises under its heading; nothing where there is none.
pub(super) fn actions(minutes: &mut Minutes<'_>, heading: &str, actions: &[ReviewAction]) {
    if actions.is_empty() {
        return;
    }
    minutes.heading(heading);
    let lines: Vec<String> = actions.iter().map(|action| line(minutes, action)).collect();
    minutes.list(lines);
}

/// The promises of the register as a document of its own.
pub fn register(catalogue: &Catalogue, actions: &[ReviewAction], language: Language) -> String {
    let words = action_words(language);
    let mut minutes = Minutes::new(language, &catalogue.organization, &catalogue.products);
    minutes.text.push_str(&format!("# {}\n", words.title));
    match actions {
        [] => minutes.paragraph(words.none_chosen),
        actions => {
            let lines: Vec<String> = actions.iter().map(|action| line(&minutes, action)).collect();
            minutes.list(lines);
        }
    }
    minutes.text
}

fn line(minutes: &Minutes<'_>, action: &ReviewAction) -> String {
    let (language, words) = (minutes.language, action_words(minutes.language));
    let due = format!("{} {}", words.due, format::short_date(action.due_on, language));
    let late = (action.overdue_days > 0)
        .then(|| format!("{} {}", words.overdue, action_words::days(language, action.overdue_days)));
    let carried = (action.carried > 0)
        .then(|| format!("{} {}", words.carried, action_words::times(language, action.carried)));
    let about =
        [action.product.as_ref().map(|slug| minutes.product(slug)), Some(escape(&action.owner)), Some(due)];
    let issue = action.issue.as_ref().map(|issue| {
        let standing = tracker_words::standing(language, issue, &minutes.zone);
        escape(&format!("{} {} {standing}", issue.kind.name(), issue.reference))
    });
    let about: Vec<String> = about.into_iter().chain([late, carried, issue]).flatten().collect();
    let state = words.state_word(action.state);
    format!("{state}: {} ({})", escape(&action.text), minutes.joined(&about))
}
