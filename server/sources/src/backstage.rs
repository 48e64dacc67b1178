//! Backstage's `catalog-info.yaml`: which products there are, who answers for them, and where their pages are.
//!
//! A system is a product; so is a component that belongs to no system and is a service or a website. Its name
//! becomes the short name, `metadata.title` the name, the title of `spec.domain` the group, the owner whoever
//! answers, `metadata.links` and the repository its links. Groups, users and domains give names; they may stand
//! in any of the files. Annotations below `teirei/` say what Backstage has no field for:
//!
//! | annotation | what |
//! |---|---|
//! | `teirei/product` | the short name, where the entity's own will not do; `none` leaves the entity out. Components that name one are read whatever they are |
//! | `teirei/tier` | 1 to 3 |
//! | `teirei/product-manager`, `teirei/embedded-sre`, `teirei/chat-channel` | as in the catalogue |
//!
//! What an entity does not say is `None`: nobody's catalogue loses anything by it.

mod entity;

use std::collections::BTreeMap;

use domain::product::{Link, Slug};

use crate::input::{DOCUMENT_LIMIT, Parsed, checked, text};
use crate::lint::{Place, Remarks, at, on_line, shown};
use crate::yaml;

use entity::{Entity, Kind, reference};

/// What Backstage says of one product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BackstageProduct {
    /// What people call it.
    pub title: Option<String>,
    /// What products are listed under: its domain.
    pub group: Option<String>,
    /// 1 to 3.
    pub tier: Option<u8>,
    /// The person or team that answers for it.
    pub product_manager: Option<String>,
    /// The SRE embedded in it.
    pub embedded_sre: Option<String>,
    /// Its chat channel.
    pub chat_channel: Option<String>,
    /// Its pages; a kind may come twice.
    pub links: Vec<Link>,
}

/// Reads files that belong together: name and content of each. Products come in the order of the files.
#[must_use]
pub fn parse(files: &[(&str, &[u8])]) -> Parsed<(Slug, BackstageProduct)> {
    let (mut entities, mut issues) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let mut remarks = Remarks::new(name);
        entities.extend(entities_of(bytes, &mut remarks).into_iter().map(|entity| (*name, entity)));
        issues.extend(remarks.into_issues());
    }
    let mut products: Vec<(Slug, BackstageProduct, Kind)> = Vec::new();
    let mut names: BTreeMap<Slug, (String, &str, u64)> = BTreeMap::new();
    for (file, entity) in &entities {
        let mut remarks = Remarks::new(file);
        if let Some(slug) = slug_of(entity, &mut remarks) {
            let chosen = entity.annotation("product").is_some();
            let first =
                names.entry(slug.clone()).or_insert_with(|| (entity.name.clone(), *file, entity.line));
            if first.0 != entity.name && !chosen {
                let what = format!(
                    "{} becomes the short name {slug}, as {} does ({}:{}).",
                    shown(&entity.name),
                    shown(&first.0),
                    first.1,
                    first.2
                );
                let mend = "Give one of them the annotation teirei/product with another short name, or none.";
                remarks.rejected(at(entity.line, "metadata.name"), "backstage/repeated", what, mend);
            } else {
                let product = product_of(entity, &entities, &mut remarks);
                match products.iter_mut().find(|(known, ..)| *known == slug) {
                    // A system says what a product is; its components add what it leaves open.
                    Some((_, known, Kind::Component)) if entity.kind == Kind::System => {
                        let components = std::mem::replace(known, product);
                        complete(known, components);
                    }
                    Some((_, known, _)) => complete(known, product),
                    None => products.push((slug, product, entity.kind)),
                }
            }
        }
        issues.extend(remarks.into_issues());
    }
    Parsed { values: products.into_iter().map(|(slug, product, _)| (slug, product)).collect(), issues }
}

/// The entities of a file; documents that are none are remarked upon and the rest goes on.
fn entities_of(bytes: &[u8], remarks: &mut Remarks) -> Vec<Entity> {
    let file = remarks.file.clone();
    let opened = checked(bytes, &file, DOCUMENT_LIMIT).and_then(|bytes| text(bytes, &file, 1));
    let source = match opened {
        Ok(source) => source,
        Err(error) => {
            let mend = "Save it as a text file in UTF-8.";
            remarks.rejected(Place::default(), "backstage/file", error.to_string(), mend);
            return Vec::new();
        }
    };
    let mut entities = Vec::new();
    for document in yaml::documents(source) {
        match document {
            Ok(node) => entities.extend(entity::read(&node, remarks)),
            Err(fault) => {
                let what = format!("This is no YAML: {}.", fault.what);
                let mend = "Look at the indentation and the quotation marks around there.";
                remarks.rejected(on_line(fault.line), "backstage/yaml", what, mend);
            }
        }
    }
    entities
}

/// The short name of an entity that is a product.
fn slug_of(entity: &Entity, remarks: &mut Remarks) -> Option<Slug> {
    let chosen = entity.annotation("product");
    let (wanted, path) = match (chosen, entity.kind) {
        (Some((_, "none")), _) => return None,
        (Some((line, slug)), Kind::System | Kind::Component) => {
            (slug.to_owned(), at(line, "metadata.annotations"))
        }
        (None, Kind::System) => (short(&entity.name), at(entity.line, "metadata.name")),
        (None, Kind::Component) if entity.is_alone() => {
            (short(&entity.name), at(entity.line, "metadata.name"))
        }
        _ => return None,
    };
    match wanted.parse() {
        Ok(slug) => Some(slug),
        Err(error) => {
            let what = format!("{} gives no short name: {error}.", shown(&wanted));
            let mend = "Add the annotation teirei/product with the short name of the catalogue, or none.";
            remarks.rejected(path, "backstage/slug", what, mend);
            None
        }
    }
}

/// A name of Backstage as a short name: lower case, with hyphens for underscores and dots.
fn short(name: &str) -> String {
    let letter = |letter: char| if matches!(letter, '_' | '.') { '-' } else { letter.to_ascii_lowercase() };
    name.chars().map(letter).collect()
}

fn product_of(entity: &Entity, entities: &[(&str, Entity)], remarks: &mut Remarks) -> BackstageProduct {
    let annotation = |name: &str| entity.annotation(name).map(|(_, value)| value.to_owned());
    let named = |text: &str, usual: Kind| {
        let (kind, name) = reference(text, usual);
        let same = |(_, other): &&(&str, Entity)| other.kind == kind && other.name.eq_ignore_ascii_case(name);
        let found = entities.iter().find(same).and_then(|(_, other)| other.title.clone());
        found.unwrap_or_else(|| name.to_owned())
    };
    let tier = entity.annotation("tier").and_then(|(line, text)| {
        let tier = text.parse().ok().filter(|tier| (1..=3).contains(tier));
        if tier.is_none() {
            let what = format!("The tier {} is none.", shown(text));
            remarks.warning(at(line, "metadata.annotations"), "backstage/tier", what, "Write 1, 2 or 3.");
        }
        tier
    });
    BackstageProduct {
        title: entity.title.clone(),
        group: entity.domain.as_deref().map(|domain| named(domain, Kind::Domain)),
        tier,
        product_manager: annotation("product-manager")
            .or_else(|| entity.owner.as_deref().map(|owner| named(owner, Kind::Group))),
        embedded_sre: annotation("embedded-sre"),
        chat_channel: annotation("chat-channel"),
        links: entity.links.clone(),
    }
}

/// Fills in what a product leaves open from what else is said of it.
fn complete(product: &mut BackstageProduct, more: BackstageProduct) {
    let BackstageProduct { title, group, tier, product_manager, embedded_sre, chat_channel, links } = more;
    product.title = product.title.take().or(title);
    product.group = product.group.take().or(group);
    product.tier = product.tier.or(tier);
    product.product_manager = product.product_manager.take().or(product_manager);
    product.embedded_sre = product.embedded_sre.take().or(embedded_sre);
    product.chat_channel = product.chat_channel.take().or(chat_channel);
    let known: Vec<Link> = product.links.clone();
    product.links.extend(links.into_iter().filter(|link| !known.contains(link)));
}

/// Whether a file's name says that it is one of Backstage's.
#[must_use]
pub fn is_backstage(file: &str) -> bool {
    let ending = file.rsplit('.').next().unwrap_or_default();
    ["yaml", "yml"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}
