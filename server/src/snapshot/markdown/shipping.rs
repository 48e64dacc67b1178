//! Whether products may ship, by their error budget policies.

use app::texts::policy_words::policy_words;
use app::texts::{format, policy_sentences};
use domain::policy::verdict::ShipVerdict;
use domain::review::objectives::ObjectiveRow;

use super::{Minutes, escape};

/// The answer for each product that has a policy, what it demands, and which products have none; nothing for a
/// document that was frozen before there were policies.
pub(super) fn verdicts(minutes: &mut Minutes<'_>, verdicts: &[ShipVerdict], objectives: &[ObjectiveRow]) {
    if verdicts.is_empty() {
        return;
    }
    minutes.heading(minutes.words.verdict_ship);
    let (without, with): (Vec<&ShipVerdict>, Vec<&ShipVerdict>) =
        verdicts.iter().partition(|verdict| verdict.is_without_policy());
    let lines: Vec<String> = with.iter().flat_map(|verdict| lines(minutes, verdict, objectives)).collect();
    minutes.list(lines);
    if !without.is_empty() {
        let names: Vec<String> = without.iter().map(|verdict| minutes.product(&verdict.product)).collect();
        let gap = policy_sentences::gap(
            minutes.language,
            &domain::policy::verdict::Gap::Policy,
            str::to_owned,
            |_| String::new(),
        );
        let names = minutes.joined(&names);
        minutes.paragraph(&format!("{gap}: {names}"));
    }
}

fn lines(minutes: &Minutes<'_>, verdict: &ShipVerdict, objectives: &[ObjectiveRow]) -> Vec<String> {
    let (words, language) = (policy_words(minutes.language), minutes.language);
    let name = |id: &str| {
        let row = objectives.iter().find(|row| row.id == id);
        row.map_or(id, |row| row.display_name.as_str()).to_owned()
    };
    let day = |instant| format::short_date(minutes.zone.to_datetime(instant).date(), language);
    let basis = if verdict.action.is_none() {
        let gaps: Vec<String> =
            verdict.gaps.iter().map(|gap| policy_sentences::gap(language, gap, name, day)).collect();
        policy_sentences::joined(language, &gaps)
    } else {
        verdict.decider.as_ref().map_or_else(String::new, |decider| {
            let left = decider.remaining.map(format::percent_left);
            policy_sentences::decided_by(language, &name(&decider.objective), left.as_deref())
        })
    };
    let note =
        if verdict.note.is_empty() { String::new() } else { format!(" — {}", escape(&verdict.note)) };
    let revisit = verdict.revisit_on.filter(|_| verdict.is_past_revisit);
    let revisit = revisit.map(|day| policy_sentences::revisit(language, day, true));
    let provisional = verdict.provisional.then(|| minutes.words.provisional.to_owned());
    let basis = Some(escape(&basis)).filter(|basis| !basis.is_empty());
    let rest: Vec<String> = basis.into_iter().chain(provisional).chain(revisit).collect();
    let rest = if rest.is_empty() { String::new() } else { format!(" ({})", minutes.joined(&rest)) };
    let mark = super::glyph(verdict.status());
    let (product, action) = (minutes.product(&verdict.product), words.action(verdict.action));
    let answer = format!("**{product}**: {mark} {action}{note}{rest}");
    let demands =
        verdict.demands.iter().map(|demand| escape(&policy_sentences::demand(language, demand, name)));
    std::iter::once(answer).chain(demands.map(|demand| format!("{product}: {demand}"))).collect()
}
