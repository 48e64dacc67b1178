//! Products, the people who own them, and the accounts they run in.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::civil::Date;

use crate::organization::Localized;

/// A short name for URLs and files: lower-case letters, digits and hyphens, no dots. Its copies share one
/// text, because thousands of rows of cost carry it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(Arc<str>);

/// The text is no slug.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a short name has only a-z, 0-9 and hyphens, starts with a letter or digit and has at most 63 characters"
)]
pub struct SlugError;

impl Slug {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, SlugError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let valid =
            !text.is_empty() && text.len() <= 63 && text.bytes().all(allowed) && !text.starts_with('-');
        if valid { Ok(Self(text.into())) } else { Err(SlugError) }
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Where something runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Environment {
    /// What customers use.
    #[default]
    Production,
    /// What comes before production.
    Staging,
    /// What developers use.
    Development,
    /// Used by several environments or products.
    Shared,
    /// Throwaway environments.
    Preview,
}

impl Environment {
    /// All of them, in the order of a page.
    pub const ALL: [Self; 5] =
        [Self::Production, Self::Staging, Self::Development, Self::Shared, Self::Preview];

    /// The word in files, URLs and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Staging => "staging",
            Self::Development => "development",
            Self::Shared => "shared",
            Self::Preview => "preview",
        }
    }
}

/// The text names no environment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an environment is one of production, staging, development, shared, preview")]
pub struct EnvironmentError;

impl FromStr for Environment {
    type Err = EnvironmentError;

    fn from_str(text: &str) -> Result<Self, EnvironmentError> {
        Self::ALL.into_iter().find(|environment| environment.as_str() == text).ok_or(EnvironmentError)
    }
}

/// A page elsewhere that belongs to a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it is: `runbook`, `readiness`, `dashboard`, `repository`, or a word of the team's own.
    pub kind: String,
    /// An `https:` or `http:` address.
    pub url: String,
}

/// One product of the company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// The short name in URLs.
    pub slug: Slug,
    /// The name people say.
    pub name: Localized,
    /// The product group (事業部).
    pub group: Option<Localized>,
    /// 1 to 3, 1 the most critical.
    pub tier: u8,
    /// The product manager.
    pub product_manager: Option<String>,
    /// The SRE embedded in the product.
    pub embedded_sre: Option<String>,
    /// The chat channel, such as `#sre-telemed`.
    pub chat_channel: Option<String>,
    /// Runbook, readiness checklist, dashboard, repository.
    pub links: Vec<Link>,
    /// The day from which the catalogue no longer names it; its history stays.
    pub closed_on: Option<Date>,
}

/// A cloud account (FOCUS: sub account) and what runs in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The provider's id, exactly as the bill writes it.
    pub id: String,
    /// The name people know it by.
    pub name: String,
    /// The product all of it belongs to; a mixed account names none and leaves it to the rules.
    pub product: Option<Slug>,
    /// The environment it holds.
    pub environment: Environment,
    /// The day from which the catalogue no longer names it.
    pub closed_on: Option<Date>,
    /// The path of its organizational unit, such as `Root/Workloads`; where none is stated, the cloud's own
    /// directory says.
    pub ou: Option<String>,
    /// Tags of the account itself, by key; those that are not stated come from the cloud's own directory.
    pub tags: Vec<(String, String)>,
}
