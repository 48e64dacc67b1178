//! One entry of the catalogue file is changed and the rest stays as it is.

use domain::catalogue::entry::EntryKind;
use sources::catalogue::{Sections, parse, render};

const FILE: &str = r##"
[[product]]
slug = "telemed"

[[product]]
slug = "booking"

[[account]]
id = "1"
name = "one"
product = "telemed"
ou = "Products/Telemed"

[[account]]
id = "2"
name = "two"

[[rule]]
name = "a"
service = ["Amazon EC2"]
product = "telemed"

[[rule]]
name = "b"
tag.team = ["x"]
also = [{ tag.team = ["y*"] }]
shared = "support"

[[pool]]
name = "support"
method = "fixed"
weights = { telemed = 60.5, booking = 39.5 }

[[budget]]
product = "telemed"
month = "2026-11"
amount = "1"
"##;

fn typed(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The file after a form was sent, or the first fault's place and text.
fn after(kind: EntryKind, key: Option<&str>, fields: &[(&str, &str)]) -> Result<String, String> {
    let catalogue = parse(FILE, "catalogue.toml").map_err(|issues| format!("{issues:?}"))?;
    let mut sections = Sections::of(&catalogue);
    sections.put(kind, key, &typed(fields));
    match parse(sections.file(), "catalogue.toml") {
        Ok(new) => Ok(render(&new)),
        Err(issues) => Err(issues.iter().map(|one| format!("{:?} {}", one.column, one.what)).collect()),
    }
}

#[test]
fn the_sections_together_are_the_file() {
    let catalogue = parse(FILE, "catalogue.toml").unwrap();
    assert_eq!(Sections::of(&catalogue).file(), render(&catalogue));
    assert_eq!(parse(render(&catalogue), "catalogue.toml").unwrap(), catalogue);
}

#[test]
fn what_a_form_does_not_ask_for_stays() {
    let fields = [("id", "1"), ("name", "eins"), ("product", "booking"), ("environment", "staging")];
    let file = after(EntryKind::Account, Some("1"), &fields).unwrap();
    let block =
        "[[account]]\nid = \"1\"\nname = \"eins\"\nproduct = \"booking\"\nenvironment = \"staging\"\nou = ";
    assert!(file.contains(block), "{file}");
    assert!(file.find("\"1\"") < file.find("\"2\""), "it stays in its place: {file}");
    let file = after(EntryKind::Account, None, &[("id", "3"), ("environment", "production")]).unwrap();
    assert!(file.find("id = \"3\"") > file.find("id = \"2\""), "a new one comes last: {file}");
}

#[test]
fn rules_and_pools_are_written_as_they_are_typed() {
    let fields = [
        ("name", "b"),
        ("condition_0", "tag.team"),
        ("values_0", "x | z\n"),
        ("condition_1", "tag.team"),
        ("values_1", "y*"),
        ("condition_2", "tag.cost center"),
        ("values_2", "7"),
        ("shared", "support"),
    ];
    let file = after(EntryKind::Rule, Some("b"), &fields).unwrap();
    assert!(file.contains("tag.team = [\"x\", \"z\"]"), "{file}");
    assert!(file.contains("also = [{ tag.team = [\"y*\"] }"), "{file}");
    assert!(file.contains("tag.\"cost center\" = [\"7\"]"), "{file}");

    let fields = [
        ("name", "support"),
        ("method", "even"),
        ("among", "booking"),
        ("share:telemed", "60"),
        ("series", "x"),
    ];
    let file = after(EntryKind::Pool, Some("support"), &fields).unwrap();
    assert!(file.contains("products = [\"booking\"]") && !file.contains("weights"), "{file}");
    for (name, value, expected) in [
        ("condition_0", "acount", "acount"),
        ("valid_from", "soon", "valid_from"),
        ("product", "nobody", "nobody"),
        ("environment", "moon", "environment"),
    ] {
        let mut fields = vec![("name", "c"), ("values_0", "1"), (name, value)];
        if name != "product" {
            fields.push(("product", "telemed"));
        }
        let fault = after(EntryKind::Rule, None, &fields).unwrap_err();
        assert!(fault.contains(expected), "{name} = {value}: {fault}");
    }
    let fault =
        after(EntryKind::Pool, None, &[("name", "p"), ("method", "fixed"), ("share:telemed", "half")]);
    assert!(fault.unwrap_err().contains("weights"), "parts are numbers");
}

#[test]
fn what_is_typed_cannot_leave_its_place() {
    for text in ["x\"\n[[product]]\nslug = \"evil", "\\", "'''", "\u{1f}", "]]", "= 1 #"] {
        let fields = [("id", text), ("name", text), ("environment", "production")];
        let file = after(EntryKind::Account, Some("2"), &fields).unwrap();
        let new = parse(&file, "catalogue.toml").unwrap();
        assert_eq!((new.accounts.len(), new.products.len()), (2, 2), "{text}");
        assert_eq!(new.accounts[1].id, text.trim(), "{text}");
    }
}

#[test]
fn rules_change_places_among_themselves() {
    let catalogue = parse(FILE, "catalogue.toml").unwrap();
    let names = |sections: &Sections| -> Vec<String> {
        let new = parse(sections.file(), "catalogue.toml").unwrap();
        new.rules.into_iter().map(|rule| rule.name).collect()
    };
    let mut sections = Sections::of(&catalogue);
    for (key, up, expected) in
        [("a", true, false), ("b", false, false), ("x", true, false), ("b", true, true)]
    {
        assert_eq!(sections.step(EntryKind::Rule, key, up), expected, "{key}");
    }
    assert_eq!(names(&sections), ["b", "a"]);
}
