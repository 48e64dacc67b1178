//! Checklists of the catalogue file.

use domain::checklist::{Checklist, ChecklistItem};
use domain::organization::Localized;
use domain::product::Slug;

use super::document::{Document, Section};
use super::read::localized;
use super::render::{self, Lines, quoted};
use crate::lint::shown;

/// The most items of a list.
const MOST_ITEMS: usize = 200;
/// The highest version.
const HIGHEST: i64 = 100_000;

/// One `[[checklist]]`.
pub(super) fn checklist(document: &mut Document, section: &Section) -> Option<Checklist> {
    document.only_known(section, &["name", "title", "version", "items"]);
    let name = document.required_word::<Slug>(section, "name", "catalogue/slug");
    let title = named(document, section, "title");
    let version = match section.value("version") {
        Some(_) => document.integer(section, "version", (1, HIGHEST)),
        None => {
            let what = format!("{} has no version.", section.path);
            document.reject(section, "version", "catalogue/missing", what, "Add version = 1.");
            None
        }
    };
    let items = items(document, section, version.unwrap_or(HIGHEST));
    Some(Checklist { name: name?, title: title?, version: version?, items: items? })
}

/// A text that has to be there, in one language or both.
fn named(document: &mut Document, section: &Section, key: &str) -> Option<Localized> {
    match section.value(key) {
        Some(_) => localized(document, section, key),
        None => document.required_text(section, key).map(|text| Localized::same(&text)),
    }
}

/// `items = [{ id = "runbook", text = "…" }, { id = "load-test", text = "…", since = 2 }]`.
fn items(document: &mut Document, section: &Section, version: i64) -> Option<Vec<ChecklistItem>> {
    let before = document.remarks.issues.len();
    let mut items: Vec<ChecklistItem> = Vec::new();
    for one in document.sections(section, "items") {
        document.only_known(&one, &["id", "text", "since"]);
        let id = document.required_word::<Slug>(&one, "id", "catalogue/slug");
        let text = named(document, &one, "text");
        let since = document.integer(&one, "since", (1, HIGHEST)).unwrap_or(1);
        if since > version {
            let what = format!("{} came with version {since} of a list of version {version}.", one.path);
            document.reject(&one, "since", "catalogue/version", what, "Raise the version of the list.");
        }
        let (Some(id), Some(text)) = (id, text) else { continue };
        if items.iter().any(|item| item.id == id) {
            let what = format!("{} names {} twice.", section.key("items"), shown(id.as_str()));
            document.reject(&one, "id", "catalogue/repeated", what, "Rename or remove one of them.");
        }
        items.push(ChecklistItem { id, text, since });
    }
    if items.is_empty() && document.remarks.issues.len() == before {
        let what = format!("{} has no items.", section.path);
        let mend = "Add items = [{ id = \"runbook\", text = \"There is a runbook\" }].";
        document.reject(section, "items", "catalogue/missing", what, mend);
    }
    if items.len() > MOST_ITEMS {
        let what = format!("{} has {} items.", section.path, items.len());
        let mend = "A list has at most 200 items: split it into several lists.";
        document.reject(section, "items", "catalogue/long", what, mend);
    }
    (document.remarks.issues.len() == before).then_some(items)
}

/// The list as the file has it.
pub(super) fn render(list: &Checklist) -> String {
    let item = |item: &ChecklistItem| {
        let since = match item.since {
            1 => String::new(),
            since => format!(", since = {since}"),
        };
        let (id, text) = (quoted(item.id.as_str()), render::localized(&item.text));
        format!("  {{ id = {id}, text = {text}{since} }},\n")
    };
    let items: String = list.items.iter().map(item).collect();
    Lines::below("[[checklist]]")
        .put("name", quoted(list.name.as_str()))
        .put("title", render::localized(&list.title))
        .put("version", list.version)
        .put("items", format!("[\n{items}]"))
        .0
}
