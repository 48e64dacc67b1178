//! Products and owners from Backstage: merged into the catalogue in force, from which nothing is taken away.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::catalogue::Catalogue;
use domain::organization::Localized;
use domain::product::{Link, Product, Slug};
use domain::rejection::Gravity;
use sources::backstage::{BackstageProduct, parse};
use store::Store;

use super::super::{ImportError, file_read};
use super::{Applied, NotApplied, catalogue_file, differences, proposal_apply, proposal_preview};
use crate::clock::Clock;

/// Who changes the catalogue by a command, where the list of changes asks.
const ACTOR: &str = "catalog apply";

/// The tier of a product of which nobody says it.
const USUAL_TIER: u8 = 3;

/// Whether a file's name says that it is one of Backstage's, which is merged.
#[must_use]
pub fn is_backstage(file: &Path) -> bool {
    sources::backstage::is_backstage(&file.to_string_lossy())
}

/// Merges what Backstage says into the catalogue in force: products that it names are added or brought up to date;
/// everything that it does not say, and every product that it does not name, stays.
///
/// The change is a proposal that is applied at once, so that it stands in the list of changes and a catalogue
/// file elsewhere is known to be behind.
///
/// # Errors
/// [`ImportError`] when a file cannot be opened or the database fails; what cannot be read is in the answer.
pub async fn backstage_apply(
    store: &Arc<dyn Store>,
    clock: Clock,
    files: &[PathBuf],
    is_dry_run: bool,
) -> Result<Applied, ImportError> {
    let opened = files.iter().map(|file| file_read(file)).collect::<Result<Vec<_>, _>>()?;
    let texts: Vec<(&str, &[u8])> = opened.iter().map(|file| (file.name.as_str(), &file.bytes[..])).collect();
    let read = parse(&texts);
    let old = store.catalogue_get().await?;
    let new = merged(&old, &read.values);
    let today = clock.today(&old.organization.zone());
    let mut applied = Applied {
        issues: read.issues,
        warnings: Vec::new(),
        changes: differences(&old, &new, today),
        changed: false,
    };
    if is_dry_run || applied.changes.is_empty() {
        return Ok(applied);
    }
    let (_, base) = catalogue_file(store).await?;
    let file = sources::catalogue::render(&new);
    if let Err(faults) = proposal_preview(store, clock, &file).await? {
        // The catalogue in force has a fault that was let in before; nothing can be put on top of it.
        applied.issues.extend(faults);
        applied.changes.clear();
        return Ok(applied);
    }
    let id = store.catalogue_proposal_insert(clock.now(), ACTOR, &base, &file, None).await?;
    let names: Vec<&str> = texts.iter().map(|(name, _)| *name).collect();
    let reason = format!("Backstage: {}", shortened(&names));
    match proposal_apply(store, clock, id, (ACTOR, &reason)).await? {
        Ok(()) => applied.changed = true,
        Err(NotApplied::Conflict | NotApplied::Faulty | NotApplied::Missing) => {
            applied.issues.push(domain::rejection::Issue {
                file: "catalogue".to_owned(),
                line: None,
                column: None,
                rule: "catalogue/conflict",
                what: "Somebody else changed the catalogue at the same moment.".to_owned(),
                mend: "Run the command again.".to_owned(),
                gravity: Gravity::Rejected,
            });
            applied.changes.clear();
        }
    }
    Ok(applied)
}

/// The first names, and how many more there are.
fn shortened(names: &[&str]) -> String {
    let shown = names.iter().take(5).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(5) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn merged(catalogue: &Catalogue, told: &[(Slug, BackstageProduct)]) -> Catalogue {
    let mut new = catalogue.clone();
    for (slug, told) in told {
        match new.products.iter_mut().find(|product| product.slug == *slug) {
            Some(product) => update(product, told),
            None => {
                let mut product = Product {
                    slug: slug.clone(),
                    name: Localized::same(slug.as_str()),
                    group: None,
                    tier: USUAL_TIER,
                    product_manager: None,
                    embedded_sre: None,
                    chat_channel: None,
                    links: Vec::new(),
                    closed_on: None,
                };
                update(&mut product, told);
                new.products.push(product);
            }
        }
    }
    new
}

/// Brings one product up to date.
fn update(product: &mut Product, told: &BackstageProduct) {
    if let Some(title) = &told.title {
        product.name = renamed(&product.name, title);
    }
    if let Some(group) = &told.group {
        product.group =
            Some(product.group.as_ref().map_or_else(|| Localized::same(group), |old| renamed(old, group)));
    }
    product.tier = told.tier.unwrap_or(product.tier);
    for (known, told) in [
        (&mut product.product_manager, &told.product_manager),
        (&mut product.embedded_sre, &told.embedded_sre),
        (&mut product.chat_channel, &told.chat_channel),
    ] {
        if told.is_some() {
            known.clone_from(told);
        }
    }
    for link in &told.links {
        link_put(&mut product.links, link, &told.links);
    }
}

/// A name with a new text. Backstage has one text for both languages: of a name that differs in them, the text
/// takes the place of the language that it is written in.
fn renamed(name: &Localized, text: &str) -> Localized {
    if name.ja == text || name.en == text {
        return name.clone();
    }
    let (ja, en) = (name.ja.clone(), name.en.clone());
    match (ja == en, text.is_ascii()) {
        (true, _) => Localized::same(text),
        (false, true) => Localized { ja, en: text.to_owned() },
        (false, false) => Localized { ja: text.to_owned(), en },
    }
}

/// Adds a link, or moves the one of its kind where there is one and Backstage names one.
fn link_put(links: &mut Vec<Link>, link: &Link, told: &[Link]) {
    if links.contains(link) {
        return;
    }
    let is_only = |links: &[Link]| links.iter().filter(|one| one.kind == link.kind).count() == 1;
    let moves = is_only(links) && is_only(told);
    match links.iter_mut().find(|one| moves && one.kind == link.kind) {
        Some(known) => known.url.clone_from(&link.url),
        None => links.push(link.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_the_place_of_its_own_language_only() {
        let name = |ja: &str, en: &str| Localized { ja: ja.to_owned(), en: en.to_owned() };
        for (known, text, expected) in [
            (name("予約", "Booking"), "Booking", name("予約", "Booking")),
            (name("予約", "Booking"), "予約", name("予約", "Booking")),
            (name("予約", "Booking"), "Appointments", name("予約", "Appointments")),
            (name("予約", "Booking"), "診療予約", name("診療予約", "Booking")),
            (name("booking", "booking"), "予約", name("予約", "予約")),
        ] {
            assert_eq!(renamed(&known, text), expected, "{text}");
        }
    }

    #[test]
    fn a_link_moves_where_there_is_one_of_its_kind_and_is_added_where_there_are_more() {
        let link = |kind: &str, url: &str| Link { kind: kind.to_owned(), url: url.to_owned() };
        for (known, told, expected) in [
            (vec![], vec![link("runbook", "a")], vec![link("runbook", "a")]),
            (vec![link("runbook", "a")], vec![link("runbook", "b")], vec![link("runbook", "b")]),
            (
                vec![link("runbook", "a")],
                vec![link("dashboard", "b")],
                vec![link("runbook", "a"), link("dashboard", "b")],
            ),
            (
                vec![link("dashboard", "a")],
                vec![link("dashboard", "a"), link("dashboard", "b")],
                vec![link("dashboard", "a"), link("dashboard", "b")],
            ),
        ] {
            let mut links = known;
            for link in &told {
                link_put(&mut links, link, &told);
            }
            assert_eq!(links, expected);
        }
    }
}
