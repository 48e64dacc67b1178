//! Checklists of the catalogue.

use domain::checklist::{Checklist, ChecklistItem};
use domain::organization::Localized;

use super::super::fields::Fields;
use super::super::{Connection, bulk};
use crate::{StoreError, text};

/// Refuses NUL characters.
pub(super) fn check(lists: &[Checklist]) -> Result<(), StoreError> {
    let names = lists.iter().flat_map(|list| {
        let items = list.items.iter().flat_map(|item| [&item.text.ja, &item.text.en]);
        [&list.title.ja, &list.title.en].into_iter().chain(items)
    });
    text::refuse_nul(names.map(String::as_str))
}

pub(super) async fn put(connection: &mut Connection, lists: &[Checklist]) -> Result<(), StoreError> {
    let rows: Vec<_> = (0_i64..).zip(lists).collect();
    let head = "INSERT INTO checklist (position, name, title_ja, title_en, version) ";
    bulk::insert(connection, head, "", &rows, |row, (position, list)| {
        row.push_bind(*position)
            .push_bind(list.name.to_string())
            .push_bind(list.title.ja.clone())
            .push_bind(list.title.en.clone())
            .push_bind(list.version);
    })
    .await?;
    let items: Vec<_> = rows
        .iter()
        .flat_map(|(list, declared)| {
            (0_i64..).zip(&declared.items).map(move |(position, item)| (*list, position, item))
        })
        .collect();
    let head = "INSERT INTO checklist_item (checklist, position, id, text_ja, text_en, since) ";
    bulk::insert(connection, head, "", &items, |row, (list, position, item)| {
        row.push_bind(*list)
            .push_bind(*position)
            .push_bind(item.id.to_string())
            .push_bind(item.text.ja.clone())
            .push_bind(item.text.en.clone())
            .push_bind(item.since);
    })
    .await
}

pub(super) fn checklists(lists: Fields<'_>, items: Fields<'_>) -> Result<Vec<Checklist>, StoreError> {
    let mut lists = lists.rows(list_of)?;
    for (list, item) in items.rows(item_of)? {
        let list = lists.get_mut(list).ok_or_else(|| StoreError::corrupt("an item without its checklist"))?;
        list.items.push(item);
    }
    Ok(lists)
}

fn list_of(fields: &mut Fields<'_>) -> Result<Checklist, StoreError> {
    Ok(Checklist {
        name: fields.read("name of a checklist")?,
        title: Localized { ja: fields.owned()?, en: fields.owned()? },
        version: fields.read("version of a checklist")?,
        items: Vec::new(),
    })
}

fn item_of(fields: &mut Fields<'_>) -> Result<(usize, ChecklistItem), StoreError> {
    let list = fields.read("checklist")?;
    let id = fields.read("item of a checklist")?;
    let text = Localized { ja: fields.owned()?, en: fields.owned()? };
    Ok((list, ChecklistItem { id, text, since: fields.read("version of an item")? }))
}
