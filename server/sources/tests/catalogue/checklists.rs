//! Checklists of the catalogue file, and what is wrong with them.

use domain::organization::Localized;
use sources::catalogue::{parse, render};

const LIST: &str = r#"[[checklist]]
name = "production-readiness"
title = { ja = "本番投入", en = "Production readiness" }
version = 3
items = [
  { id = "runbook", text = "A runbook" },
  { id = "load-test", text = { ja = "負荷試験", en = "A load test" }, since = 3 },
]
"#;

#[test]
fn checklists_are_read_and_written() {
    let catalogue = parse(LIST, "catalogue.toml").unwrap();
    let list = &catalogue.checklists[0];
    assert_eq!((list.name.as_str(), list.version), ("production-readiness", 3));
    let items: Vec<(&str, i64)> = list.items.iter().map(|item| (item.id.as_str(), item.since)).collect();
    assert_eq!(items, [("runbook", 1), ("load-test", 3)]);
    assert_eq!(list.items[0].text, Localized::same("A runbook"));
    let written = render(&catalogue);
    assert!(written.contains(LIST.trim_end()), "{written}");
    assert_eq!(parse(&written, "catalogue.toml").unwrap(), catalogue);
}

/// What is wrong is told with its line and how to mend it.
#[test]
fn faults_are_named() {
    let changed = |from: &str, to: &str| {
        assert!(LIST.contains(from), "{from}");
        LIST.replacen(from, to, 1)
    };
    for (file, rule, words) in [
        (
            changed("since = 3", "since = 4"),
            "catalogue/version",
            "came with version 4 of a list of version 3",
        ),
        (changed("version = 3\n", ""), "catalogue/missing", "has no version"),
        (changed("version = 3\n", "version = 0\n"), "catalogue/", "version"),
        (changed("id = \"load-test\"", "id = \"runbook\""), "catalogue/repeated", "names \"runbook\" twice"),
        (changed("id = \"runbook\"", "id = \"Run book\""), "catalogue/slug", "Run book"),
        (changed(", text = \"A runbook\"", ""), "catalogue/missing", "text"),
        (changed("title = {", "titel = {"), "catalogue/unknown", "titel"),
        (format!("{LIST}\n{LIST}"), "catalogue/repeated", "already on line 1"),
        (
            "[[checklist]]\nname = \"a\"\ntitle = \"A\"\nversion = 1\n".to_owned(),
            "catalogue/missing",
            "has no items",
        ),
    ] {
        let issues = parse(&file, "catalogue.toml").unwrap_err();
        let found = issues.iter().any(|issue| issue.rule.starts_with(rule) && issue.what.contains(words));
        assert!(found, "{rule} {words}: {issues:?}");
        assert!(issues.iter().all(|issue| !issue.mend.is_empty() && issue.line.is_some()), "{issues:?}");
    }
}
