//! Error budget policies and maintenance windows of the catalogue file, and what is wrong with them.

use domain::maintenance::Covers;
use domain::policy::ShipAction;
use domain::ratio::Ppm;
use sources::catalogue::{Sections, parse, render};

const HEAD: &str = "[[product]]\nslug = \"telemed\"\n\n";

const POLICY: &str = r#"[[policy]]
product = "telemed"
text = "Over the budget we fix what spent it.\nThe CTO decides."
steps = [{ left = 25, action = "ship" }, { left = 0, action = "care", note = "canary" }, { action = "halt" }]
objectives = ["video"]
approvers = ["Sato", "Abe"]
approved_on = 2026-10-01
revisit_on = 2027-04-01
"#;

const MAINTENANCE: &str = r#"[[maintenance]]
name = "restart"
product = "telemed"
start = 2026-11-01T02:00:00
end = 2026-11-01T04:00:00
repeat = "FREQ=WEEKLY;BYDAY=SU"
"#;

#[test]
fn policies_and_maintenance_are_read_and_written() {
    let file = format!("{HEAD}{POLICY}\n{MAINTENANCE}");
    let catalogue = parse(&file, "catalogue.toml").unwrap();
    let policy = &catalogue.policies[0];
    let steps: Vec<(Option<Ppm>, ShipAction)> =
        policy.steps.iter().map(|step| (step.at_least, step.action)).collect();
    assert_eq!(
        steps,
        [(Some(Ppm(250_000)), ShipAction::Ship), (Some(Ppm(0)), ShipAction::Care), (None, ShipAction::Halt)]
    );
    assert_eq!((policy.approvers.len(), policy.steps[1].note.as_str()), (2, "canary"));
    let window = &catalogue.maintenance[0];
    assert_eq!(window.covers, Covers::Product("telemed".parse().unwrap()));
    assert_eq!(window.repeat.as_ref().unwrap().to_string(), "FREQ=WEEKLY;BYDAY=SU");
    let written = render(&catalogue);
    assert!(written.contains(MAINTENANCE.trim_end()), "{written}");
    assert_eq!(parse(&written, "catalogue.toml").unwrap(), catalogue);
}

/// What is wrong is told with its line and how to mend it.
#[test]
fn faults_are_named() {
    let changed = |from: &str, to: &str| {
        let file = format!("{HEAD}{POLICY}\n{MAINTENANCE}");
        assert!(file.contains(from), "{from}");
        file.replacen(from, to, 1)
    };
    for (file, rule, words) in [
        (
            changed("{ left = 25, action = \"ship\" }, ", "{ left = 250, action = \"ship\" }, "),
            "catalogue/percent",
            "more than the whole",
        ),
        (
            changed("{ action = \"halt\" }", "{ left = 30, action = \"halt\" }"),
            "catalogue/steps",
            "nothing is said of less",
        ),
        (changed("left = 0,", "left = 25,"), "catalogue/steps", "Step 2 does not begin below"),
        (
            changed("left = 0, action = \"care\"", "left = 0, action = \"stop\""),
            "catalogue/action",
            "is not taken",
        ),
        (
            changed("{ action = \"halt\" }", "{ action = \"ship\" }"),
            "catalogue/steps",
            "allows more than the one before",
        ),
        (
            changed(
                "steps = [{ left = 25, action = \"ship\" }, { left = 0, action = \"care\", note = \"canary\" }, { action = \"halt\" }]\n",
                "",
            ),
            "catalogue/steps",
            "has no steps",
        ),
        (changed("approvers = [\"Sato\", \"Abe\"]\n", ""), "catalogue/approval", "no approvers"),
        (changed("[\"Sato\", \"Abe\"]", "[\"Sato\", \"Sato\"]"), "catalogue/repeated", "twice"),
        (
            changed("revisit_on = 2027-04-01", "revisit_on = 2026-10-01"),
            "catalogue/validity",
            "revisited on 2026-10-01",
        ),
        (changed("objectives =", "objetives ="), "catalogue/unknown-key", "objetives"),
        (
            changed("product = \"telemed\"\ntext", "product = \"telmed\"\ntext"),
            "catalogue/unknown-product",
            "telmed",
        ),
        (
            changed("text = \"Over the budget we fix what spent it.\\nThe CTO decides.\"\n", ""),
            "catalogue/missing",
            "text is missing",
        ),
        (format!("{HEAD}{POLICY}{POLICY}"), "catalogue/repeated", "already on line"),
        (changed("02:00:00\nend", "02:00:00Z\nend"), "catalogue/clock", "is not taken"),
        (
            changed("end = 2026-11-01T04", "end = 2026-11-01T01"),
            "catalogue/maintenance",
            "not after its start",
        ),
        (changed("FREQ=WEEKLY;BYDAY=SU", "FREQ=HOURLY"), "catalogue/repeat", "is not taken"),
        (
            changed("FREQ=WEEKLY;BYDAY=SU", "FREQ=WEEKLY;BYDAY=MO"),
            "catalogue/repeat",
            "no day of FREQ=WEEKLY;BYDAY=MO",
        ),
        (
            changed("product = \"telemed\"\nstart", "start"),
            "catalogue/maintenance",
            "needs product or objective",
        ),
        (format!("{HEAD}{MAINTENANCE}{MAINTENANCE}"), "catalogue/repeated", "already on line"),
    ] {
        let issues = parse(&file, "catalogue.toml").unwrap_err();
        let found = issues.iter().find(|issue| issue.rule == rule && issue.what.contains(words));
        let found = found.unwrap_or_else(|| panic!("{rule} {words}: {issues:?}"));
        assert!(found.line.is_some() && !found.mend.is_empty(), "{found:?}");
    }
}

/// A form writes what the file takes, and nothing else of the file moves.
#[test]
fn forms_write_policies_and_maintenance() {
    let catalogue = parse(format!("{HEAD}{POLICY}"), "catalogue.toml").unwrap();
    let typed = |fields: &[(&str, &str)]| -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let mut sections = Sections::of(&catalogue);
    let policy = typed(&[
        ("key", "telemed"),
        ("product", "telemed"),
        ("text", "We stop.\r\nThen we go on."),
        ("left_0", "12.5"),
        ("action_0", "ship"),
        ("note_0", ""),
        ("left_1", ""),
        ("action_1", "halt"),
        ("note_1", "all but \"P0\""),
        ("left_2", ""),
        ("action_2", ""),
        ("note_2", ""),
        ("approvers", "Sato\r\nAbe、Ueda"),
        ("approved_on", "2026-11-01"),
        ("revisit_on", ""),
        ("objectives", ""),
    ]);
    sections.put(domain::catalogue::entry::EntryKind::Policy, Some("telemed"), &policy);
    let window = typed(&[
        ("name", "move"),
        ("product", ""),
        ("objective", "video"),
        ("start", "2026-11-21T23:00"),
        ("end", "2026-11-22T05:30"),
        ("repeat", ""),
    ]);
    sections.put(domain::catalogue::entry::EntryKind::Maintenance, None, &window);
    let new = parse(sections.file(), "catalogue.toml").unwrap();
    let policy = &new.policies[0];
    assert_eq!(policy.text, "We stop.\nThen we go on.");
    assert_eq!(policy.approvers, ["Sato", "Abe", "Ueda"]);
    assert_eq!(policy.steps[0].at_least, Some(Ppm(125_000)));
    assert_eq!((policy.steps.len(), policy.steps[1].note.as_str()), (2, "all but \"P0\""));
    assert!(policy.objectives.is_empty() && policy.revisit_on.is_none());
    assert_eq!(new.maintenance[0].start.to_string(), "2026-11-21T23:00:00");
    assert_eq!(new.products, catalogue.products);
}
