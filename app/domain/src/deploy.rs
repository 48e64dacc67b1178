//! Deploys: what was put where and when, and whether it stayed. They mark charts and are what a change failure rate
//! counts; that something broke after one says nothing of its cause.

use std::collections::BTreeMap;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::incident::Incident;
use crate::product::{Environment, Product};

/// How a deploy ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeployStatus {
    /// It arrived.
    Succeeded,
    /// It did not arrive.
    Failed,
    /// It arrived and was taken back.
    RolledBack,
}

impl DeployStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Succeeded, Self::Failed, Self::RolledBack];

    /// The word in files, JSON and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::RolledBack => "rolled_back",
        }
    }
}

/// The text names no end of a deploy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the status of a deploy is one of succeeded, failed, rolled_back")]
pub struct DeployStatusError;

impl FromStr for DeployStatus {
    type Err = DeployStatusError;

    fn from_str(text: &str) -> Result<Self, DeployStatusError> {
        match text.trim().to_lowercase().replace(['-', ' '], "_").as_str() {
            "succeeded" | "success" | "successful" | "ok" => Ok(Self::Succeeded),
            "failed" | "failure" | "error" => Ok(Self::Failed),
            "rolled_back" | "rollback" | "reverted" => Ok(Self::RolledBack),
            _ => Err(DeployStatusError),
        }
    }
}

/// Something that was put somewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deploy {
    /// The name of the source; with `external_id` the key.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// The product as the source names it: a short name, a name, the name of an application.
    pub product: String,
    /// The address of the repository that it was made from.
    pub repository: Option<String>,
    /// Where it was put; `None` when the source's word for that is not known.
    pub environment: Option<Environment>,
    /// The version, revision or tag.
    pub version: String,
    /// When it was over; UTC. Of several messages about one deploy, the earliest.
    pub finished_at: Timestamp,
    /// How it ended.
    pub status: DeployStatus,
    /// Who or what began it.
    pub author: Option<String>,
    /// Where more is told of it.
    pub url: Option<String>,
    /// When the source said so; of two versions the newer counts. UTC.
    pub updated_at: Timestamp,
}

impl Deploy {
    /// The product of the catalogue that it belongs to, as [`product_of`] finds it.
    #[must_use]
    pub fn product_of<'p>(&self, products: &'p [Product]) -> Option<&'p Product> {
        product_of(&self.product, self.repository.as_deref(), products)
    }

    /// Whether it changed what customers use: it was put into production and arrived.
    #[must_use]
    pub fn reached_production(&self) -> bool {
        self.environment == Some(Environment::Production) && self.status != DeployStatus::Failed
    }

    /// Whether a text such as an incident's cause names it: by its id, or by source and id as `source~id`.
    #[must_use]
    pub fn is_called(&self, text: &str) -> bool {
        let of_source = text.strip_prefix(self.source.as_str()).and_then(|rest| rest.strip_prefix('~'));
        text == self.external_id || of_source == Some(self.external_id.as_str())
    }
}

/// The product that a deploy belongs to: by the short name, else the only one that links to its repository, else by
/// the name that people say in either language.
#[must_use]
pub fn product_of<'p>(named: &str, repository: Option<&str>, products: &'p [Product]) -> Option<&'p Product> {
    let named = named.trim().to_lowercase();
    let is_called = |product: &&Product| {
        [&product.name.ja, &product.name.en].iter().any(|name| name.trim().to_lowercase() == named)
    };
    let by_slug = products.iter().find(|product| product.slug.as_str() == named);
    by_slug.or_else(|| of_repository(repository?, products)).or_else(|| products.iter().find(is_called))
}

/// Finds the products of many deploys: what sources call them is looked for once each.
#[derive(Debug)]
pub struct ProductFinder<'d, 'p> {
    products: &'p [Product],
    known: BTreeMap<(&'d str, Option<&'d str>), Option<&'p Product>>,
}

impl<'d, 'p> ProductFinder<'d, 'p> {
    /// One that knows nothing yet.
    #[must_use]
    pub fn new(products: &'p [Product]) -> Self {
        Self { products, known: BTreeMap::new() }
    }

    /// The product of a deploy, as [`product_of`] finds it.
    pub fn find(&mut self, deploy: &'d Deploy) -> Option<&'p Product> {
        let key = (deploy.product.as_str(), deploy.repository.as_deref());
        *self.known.entry(key).or_insert_with(|| product_of(key.0, key.1, self.products))
    }
}

/// A repository that several products link to tells of none.
fn of_repository<'p>(repository: &str, products: &'p [Product]) -> Option<&'p Product> {
    let repository = plain_address(repository);
    let links_there = |product: &&Product| {
        let mut links = product.links.iter().filter(|link| link.kind == "repository");
        links.any(|link| plain_address(&link.url) == repository)
    };
    let mut found = products.iter().filter(links_there);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// An address without its scheme and what only decorates it, so that two spellings of a repository are one.
fn plain_address(url: &str) -> String {
    let plain = url.trim().to_lowercase();
    let plain = plain.split_once("://").map_or(plain.as_str(), |(_, rest)| rest);
    let plain = plain.strip_prefix("git@").unwrap_or(plain).replace(".com:", ".com/");
    let plain = plain.trim_end_matches('/');
    plain.strip_suffix(".git").unwrap_or(plain).to_owned()
}

/// The environment behind a usual word; `None` for another one.
#[must_use]
pub fn environment_of(word: &str) -> Option<Environment> {
    let word = word.trim().to_lowercase();
    match word.as_str() {
        "prod" | "prd" | "live" => Some(Environment::Production),
        "stage" | "stg" => Some(Environment::Staging),
        "dev" | "test" | "qa" | "sandbox" => Some(Environment::Development),
        "pr" | "review" => Some(Environment::Preview),
        known => known.parse().ok(),
    }
}

/// The deploys that messages tell of, one for each source and id, in this order: what was said last counts, but the
/// earliest end stays, because that is when it was put there. Neither the order of messages nor their repetition
/// matters.
#[must_use]
pub fn folded(told: impl IntoIterator<Item = Deploy>) -> Vec<Deploy> {
    let mut by_key: BTreeMap<(String, String), Vec<Deploy>> = BTreeMap::new();
    for one in told {
        by_key.entry((one.source.clone(), one.external_id.clone())).or_default().push(one);
    }
    let fold = |versions: Vec<Deploy>| {
        let finished_at = versions.iter().map(|one| one.finished_at).min();
        let last = versions.into_iter().max_by(|one, other| {
            (one.updated_at, one.status, one).cmp(&(other.updated_at, other.status, other))
        });
        last.zip(finished_at).map(|(last, finished_at)| Deploy { finished_at, ..last })
    };
    by_key.into_values().filter_map(fold).collect()
}

/// The deploy that an incident's source, or a person, names as its cause: by its id, else the last one before it of
/// that version of its product. `product` says whether a deploy is of the incident's product.
#[must_use]
pub fn cause_of<'d>(
    incident: &Incident,
    deploys: impl Iterator<Item = &'d Deploy> + Clone,
    product: impl Fn(&Deploy) -> bool,
) -> Option<&'d Deploy> {
    let named = incident.cause_deploy_id.as_deref().map(str::trim).filter(|named| !named.is_empty())?;
    let by_id = deploys.clone().find(|one| one.is_called(named));
    by_id.or_else(|| {
        let is_it =
            |one: &&Deploy| one.version == named && one.finished_at <= incident.began_at() && product(one);
        deploys.filter(is_it).max_by_key(|one| one.finished_at)
    })
}

/// How long before an incident a deploy is mentioned with it.
pub const MENTIONED: SignedDuration = SignedDuration::from_hours(24);

/// The deploys that reached production within [`MENTIONED`] before an instant, the last one first.
#[must_use]
pub fn shortly_before<'d>(deploys: impl Iterator<Item = &'d Deploy>, at: Timestamp) -> Vec<&'d Deploy> {
    let is_near = |one: &&Deploy| {
        let ago = at.duration_since(one.finished_at);
        one.reached_production() && !ago.is_negative() && ago <= MENTIONED
    };
    let mut near: Vec<&Deploy> = deploys.filter(is_near).collect();
    near.sort_by(|one, other| {
        (other.finished_at, &one.external_id).cmp(&(one.finished_at, &other.external_id))
    });
    near
}

/// How many versions of a day are named; the rest is counted.
pub const VERSIONS_NAMED: usize = 5;

/// What was put into production of one product on a day of the organisation's zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployDay {
    /// The day.
    pub day: Date,
    /// How many deploys arrived.
    pub deploys: i64,
    /// How many of them were rolled back.
    pub rolled_back: i64,
    /// The versions of the first [`VERSIONS_NAMED`] of them, each once, oldest first.
    pub versions: Vec<String>,
}

/// The days on which something reached production, oldest first.
#[must_use]
pub fn days<'d>(deploys: impl Iterator<Item = &'d Deploy>, zone: &TimeZone) -> Vec<DeployDay> {
    let mut arrived: Vec<&Deploy> = deploys.filter(|one| one.reached_production()).collect();
    arrived.sort_by_key(|one| (one.finished_at, &one.source, &one.external_id));
    let mut days: Vec<DeployDay> = Vec::new();
    for one in arrived {
        let day = zone.to_datetime(one.finished_at).date();
        if days.last().is_none_or(|last| last.day != day) {
            days.push(DeployDay { day, deploys: 0, rolled_back: 0, versions: Vec::new() });
        }
        let Some(last) = days.last_mut() else { continue };
        last.deploys += 1;
        last.rolled_back += i64::from(one.status == DeployStatus::RolledBack);
        if last.versions.len() < VERSIONS_NAMED && !last.versions.contains(&one.version) {
            last.versions.push(one.version.clone());
        }
    }
    days
}

/// What one source told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploySource {
    /// The name of the source.
    pub source: String,
    /// How many deploys.
    pub deploys: i64,
    /// When the newest of them was over; UTC.
    pub finished_at: Timestamp,
    /// When something of it was last stored; UTC.
    pub received_at: Timestamp,
}

/// What sources call a product, and from which repository it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployName {
    /// The name of the source.
    pub source: String,
    /// The product as it names it.
    pub product: String,
    /// The address of the repository.
    pub repository: Option<String>,
    /// How many deploys.
    pub deploys: i64,
    /// When the newest of them was over; UTC.
    pub finished_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organization::Localized;
    use crate::product::Link;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn deploy(id: &str, finished: &str) -> Deploy {
        Deploy {
            source: "github".to_owned(),
            external_id: id.to_owned(),
            product: "karte".to_owned(),
            repository: None,
            environment: Some(Environment::Production),
            version: "v1.2.3".to_owned(),
            finished_at: at(finished),
            status: DeployStatus::Succeeded,
            author: None,
            url: None,
            updated_at: at(finished),
        }
    }

    fn product(slug: &str, ja: &str, repository: &str) -> Product {
        Product {
            slug: slug.parse().unwrap(),
            name: Localized { ja: ja.to_owned(), en: slug.to_uppercase() },
            group: None,
            tier: 1,
            product_manager: None,
            embedded_sre: None,
            chat_channel: None,
            links: vec![Link { kind: "repository".to_owned(), url: repository.to_owned() }],
            closed_on: None,
        }
    }

    #[test]
    fn whatever_the_order_and_repetition_of_messages_the_deploy_is_the_same() {
        let began = deploy("1", "2026-11-16T01:00:00Z");
        let failed = Deploy { status: DeployStatus::Failed, ..deploy("1", "2026-11-16T01:20:00Z") };
        let back = Deploy { status: DeployStatus::RolledBack, ..deploy("1", "2026-11-16T01:20:00Z") };
        let other = deploy("2", "2026-11-16T01:05:00Z");
        let all = [began, failed, back, other];
        let expected = folded(all.clone());
        let ends: Vec<_> =
            expected.iter().map(|one| (one.external_id.as_str(), one.status, one.finished_at)).collect();
        assert_eq!(
            ends,
            [
                ("1", DeployStatus::RolledBack, at("2026-11-16T01:00:00Z")),
                ("2", DeployStatus::Succeeded, at("2026-11-16T01:05:00Z")),
            ]
        );
        // Every order of the four, each message a second time, and the result told once more.
        for order in 0..24_usize {
            let mut left = all.to_vec();
            let mut told = Vec::new();
            let mut rest = order;
            while !left.is_empty() {
                told.push(left.remove(rest % left.len()));
                rest /= 4;
            }
            let again = told.clone().into_iter().chain(told).chain(expected.clone());
            assert_eq!(folded(again), expected, "{order}");
        }
    }

    #[test]
    fn a_product_is_known_by_its_short_name_its_repository_or_its_name() {
        let products = [
            product("karte", "カルテ", "https://github.com/acme/karte"),
            product("booking", "予約", "https://github.com/acme/mono"),
            product("erx", "電子処方箋", "https://github.com/acme/mono/"),
        ];
        for (named, repository, expected) in [
            ("Karte", None, Some("karte")),
            ("カルテ", None, Some("karte")),
            ("ERX", None, Some("erx")),
            ("web", Some("git@github.com:acme/karte.git"), Some("karte")),
            ("web", Some("https://github.com/Acme/Karte"), Some("karte")),
            ("web", Some("https://github.com/acme/mono"), None),
            ("booking", Some("https://github.com/acme/mono"), Some("booking")),
            ("web", None, None),
        ] {
            let one = Deploy {
                product: named.to_owned(),
                repository: repository.map(str::to_owned),
                ..deploy("1", "2026-11-16T01:00:00Z")
            };
            let found = one.product_of(&products).map(|product| product.slug.as_str());
            assert_eq!(found, expected, "{named} {repository:?}");
        }
    }

    #[test]
    fn words_of_environments_and_ends_are_known() {
        for (word, expected) in [
            ("production", Some(Environment::Production)),
            ("PROD", Some(Environment::Production)),
            ("stg", Some(Environment::Staging)),
            ("review", Some(Environment::Preview)),
            ("tokyo", None),
            ("", None),
        ] {
            assert_eq!(environment_of(word), expected, "{word}");
        }
        for (word, expected) in [
            ("Rolled back", Ok(DeployStatus::RolledBack)),
            ("success", Ok(DeployStatus::Succeeded)),
            ("error", Ok(DeployStatus::Failed)),
            ("started", Err(DeployStatusError)),
        ] {
            assert_eq!(word.parse(), expected, "{word}");
        }
    }

    #[test]
    fn days_are_those_of_the_zone_and_name_a_few_versions() {
        let mut all: Vec<Deploy> = (0..8)
            .map(|number| Deploy {
                version: format!("v{number}"),
                ..deploy(&number.to_string(), &format!("2026-11-16T0{number}:00:00Z"))
            })
            .collect();
        all.push(Deploy { status: DeployStatus::RolledBack, ..deploy("back", "2026-11-16T15:00:00Z") });
        all.push(Deploy { status: DeployStatus::Failed, ..deploy("failed", "2026-11-18T15:00:00Z") });
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let found = days(all.iter().rev(), &zone);
        let rows: Vec<_> =
            found.iter().map(|one| (one.day.to_string(), one.deploys, one.rolled_back)).collect();
        assert_eq!(rows, [("2026-11-16".to_owned(), 8, 0), ("2026-11-17".to_owned(), 1, 1)]);
        assert_eq!(found[0].versions, ["v0", "v1", "v2", "v3", "v4"]);
    }

    #[test]
    fn only_what_reached_production_within_a_day_is_mentioned() {
        let before = [
            deploy("old", "2026-11-15T09:59:59Z"),
            deploy("edge", "2026-11-15T10:00:00Z"),
            deploy("near", "2026-11-16T09:36:00Z"),
            Deploy { status: DeployStatus::Failed, ..deploy("failed", "2026-11-16T09:40:00Z") },
            Deploy { environment: Some(Environment::Staging), ..deploy("stg", "2026-11-16T09:50:00Z") },
            Deploy { environment: None, ..deploy("where", "2026-11-16T09:50:00Z") },
            deploy("later", "2026-11-16T10:00:01Z"),
        ];
        let near = shortly_before(before.iter(), at("2026-11-16T10:00:00Z"));
        assert_eq!(near.iter().map(|one| one.external_id.as_str()).collect::<Vec<_>>(), ["near", "edge"]);
    }
}
