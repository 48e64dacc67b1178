//! Error budget policies and maintenance windows of the catalogue file.

use domain::maintenance::{Covers, MaintenanceWindow, Recurrence, wall_clock};
use domain::policy::{ErrorBudgetPolicy, PolicyStep, ShipAction, StepsFault, steps_fault};
use domain::product::Slug;
use domain::ratio::Ppm;
use jiff::civil::{Date, DateTime};

use super::document::{Document, Section};
use super::read::{Names, known_product, percent};
use crate::lint::shown;

/// The longest text of a policy, in characters.
const TEXT_LIMIT: usize = 20_000;

/// One `[[policy]]`.
pub(super) fn policy(document: &mut Document, section: &Section, names: &Names) -> Option<ErrorBudgetPolicy> {
    let known = ["product", "text", "steps", "objectives", "approvers", "approved_on", "revisit_on"];
    document.only_known(section, &known);
    if section.value("product").is_none() {
        document.required_word::<Slug>(section, "product", "catalogue/slug");
    }
    let product = known_product(document, section, names);
    let text = document.required_text(section, "text");
    if text.as_ref().is_some_and(|text| text.chars().count() > TEXT_LIMIT) {
        let what = format!("The text of a policy has more than {TEXT_LIMIT} characters.");
        document.reject(section, "text", "catalogue/long", what, "Keep what decides, and link to the rest.");
    }
    let steps = steps(document, section);
    let objectives = list(document, section, "objectives");
    let approvers = list(document, section, "approvers");
    let approved_on = document.word::<Date>(section, "approved_on", "catalogue/date");
    let revisit_on = document.word::<Date>(section, "revisit_on", "catalogue/date");
    approval(document, section, (&approvers, approved_on, revisit_on));
    Some(ErrorBudgetPolicy {
        product: product?,
        text: text?,
        steps: steps?,
        objectives,
        approvers,
        approved_on,
        revisit_on,
    })
}

/// An approval is a day and somebody; what was approved is looked at again later.
fn approval(
    document: &mut Document,
    section: &Section,
    (approvers, approved_on, revisit_on): (&[String], Option<Date>, Option<Date>),
) {
    if approvers.is_empty() != approved_on.is_none() {
        let (there, missing) =
            if approvers.is_empty() { ("approved_on", "approvers") } else { ("approvers", "approved_on") };
        let what = format!("{} has {there} and no {missing}.", section.path);
        let mend = "Write who approved the policy and when; a draft has neither.";
        document.reject(section, there, "catalogue/approval", what, mend);
    }
    if let (Some(approved), Some(revisit)) = (approved_on, revisit_on)
        && revisit <= approved
    {
        let what = format!("The policy was approved on {approved} and is to be revisited on {revisit}.");
        let mend = "revisit_on is a day after approved_on.";
        document.reject(section, "revisit_on", "catalogue/validity", what, mend);
    }
}

/// Names without blanks around them, each once.
fn list(document: &mut Document, section: &Section, key: &str) -> Vec<String> {
    let Some(value) = section.value(key) else { return Vec::new() };
    let texts = document.texts(value, &section.key(key)).unwrap_or_default();
    let mut names: Vec<String> = Vec::new();
    for text in texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        if names.iter().any(|name| name == text) {
            let what = format!("{} names {} twice.", section.key(key), shown(text));
            document.reject(section, key, "catalogue/repeated", what, "Remove one of them.");
        } else {
            names.push(text.to_owned());
        }
    }
    names
}

/// `steps = [{ left = 25, action = "ship" }, { action = "halt", note = "…" }]`: percent that is left.
fn steps(document: &mut Document, section: &Section) -> Option<Vec<PolicyStep>> {
    let before = document.remarks.issues.len();
    let mut steps = Vec::new();
    for one in document.sections(section, "steps") {
        document.only_known(&one, &["left", "action", "note"]);
        let action: Option<ShipAction> = document.required_word(&one, "action", "catalogue/action");
        let at_least = one.value("left").and_then(|_| percent(document, &one, "left"));
        if at_least.is_some_and(|left| left > Ppm::ONE) {
            let what = format!("{} is more than the whole budget.", one.key("left"));
            document.reject(&one, "left", "catalogue/percent", what, "Write percent from 0 to 100.");
        }
        let note = document.text(&one, "note").unwrap_or_default();
        steps.extend(action.map(|action| PolicyStep { at_least, action, note }));
    }
    if document.remarks.issues.len() > before {
        return None;
    }
    if let Some(fault) = steps_fault(&steps) {
        let (what, mend) = steps_words(fault);
        document.reject(section, "steps", "catalogue/steps", what, mend);
        return None;
    }
    Some(steps)
}

fn steps_words(fault: StepsFault) -> (String, &'static str) {
    match fault {
        StepsFault::None => (
            "The policy has no steps.".to_owned(),
            "Add steps = [{ left = 25, action = \"ship\" }, { left = 0, action = \"care\" }, { action = \"halt\" }].",
        ),
        StepsFault::Unreached(position) => (
            format!("Step {} has no left, so that no later step ever holds.", position + 1),
            "Give it left = percent; only the last step has none.",
        ),
        StepsFault::OpenEnd => (
            "The last step has left, and nothing is said of less.".to_owned(),
            "Add a last step without left, such as { action = \"halt\" }.",
        ),
        StepsFault::Order(position) => (
            format!("Step {} does not begin below the one before.", position + 1),
            "Write steps from the most that is left to the least.",
        ),
        StepsFault::Freer(position) => (
            format!("Step {} allows more than the one before, with less left.", position + 1),
            "The order of actions is ship, care, halt.",
        ),
        StepsFault::StopsNothing => (
            "The policy allows shipping however little is left.".to_owned(),
            "End with { action = \"care\" } or { action = \"halt\" }.",
        ),
    }
}

/// One `[[maintenance]]`.
pub(super) fn maintenance(
    document: &mut Document,
    section: &Section,
    names: &Names,
) -> Option<MaintenanceWindow> {
    document.only_known(section, &["name", "product", "objective", "start", "end", "repeat"]);
    let name = document.required_text(section, "name");
    let covers = covers(document, section, names);
    let start = clock(document, section, "start");
    let end = clock(document, section, "end");
    if let (Some(start), Some(end)) = (start, end)
        && end <= start
    {
        let what = format!("The maintenance ends at {end}, not after its start {start}.");
        let mend = "Swap or mend the two times; one that crosses midnight ends on the next day.";
        document.reject(section, "end", "catalogue/maintenance", what, mend);
    }
    let stated = section.value("repeat").is_some();
    let repeat: Option<Recurrence> = document.word(section, "repeat", "catalogue/repeat");
    if stated && repeat.is_none() {
        return None;
    }
    if let (Some(start), Some(repeat)) = (start, &repeat)
        && !repeat.is_on(start.date(), start.date())
    {
        let what = format!("It begins on {}, which is no day of {repeat}.", start.date());
        let mend = "Begin on the first day that the rule names.";
        document.reject(section, "start", "catalogue/repeat", what, mend);
    }
    Some(MaintenanceWindow { name: name?, covers: covers?, start: start?, end: end?, repeat })
}

fn covers(document: &mut Document, section: &Section, names: &Names) -> Option<Covers> {
    match (section.value("product"), section.value("objective")) {
        (Some(_), None) => known_product(document, section, names).map(Covers::Product),
        (None, Some(_)) => document.required_text(section, "objective").map(Covers::Objective),
        _ => {
            let what = format!("{} needs product or objective, and not both.", section.path);
            document.reject(section, "product", "catalogue/maintenance", what, "Write one of the two.");
            None
        }
    }
}

/// A wall clock time of the organisation's zone that has to be there.
fn clock(document: &mut Document, section: &Section, key: &str) -> Option<DateTime> {
    let value: Wall = document.required_word(section, key, "catalogue/clock")?;
    Some(value.0)
}

struct Wall(DateTime);

impl std::str::FromStr for Wall {
    type Err = domain::maintenance::WallClockError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        wall_clock(text).map(Self)
    }
}
