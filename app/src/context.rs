//! What a request brings along to a page.

use std::sync::Arc;

use domain::access::Access;
use domain::cost::Metric;
use domain::money::Currency;
use domain::organization::Language;
use domain::product::Slug;
use domain::share::Share;
use domain::week::IsoWeek;

use crate::backend::{AppError, Backend, SignInWays};

/// The colour theme of the reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The word in cookie and attribute.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of a word; unknown words follow the system.
    #[must_use]
    pub fn of(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// Where the built front end lies; paths start with `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assets {
    /// The style that every page has, and all of it that the weekly review needs.
    pub style: String,
    /// What other pages need besides, when built.
    pub style_more: Option<String>,
    /// The JavaScript glue of the islands, when built.
    pub glue: Option<String>,
    /// The wasm of the islands, when built.
    pub wasm: Option<String>,
}

/// Everything a page may know about the request; provided once per request by the server.
#[derive(Clone)]
pub struct PageContext {
    /// The door to the data.
    pub backend: Arc<dyn Backend>,
    /// The language, from `?lang`, cookie, `Accept-Language`, organisation.
    pub language: Language,
    /// The theme, from the cookie.
    pub theme: Theme,
    /// The front end's files.
    pub assets: Assets,
    /// Who reads, and what that one may do.
    pub access: Arc<Access>,
    /// By which ways people sign in; `None` where nobody does.
    pub ways: Option<SignInWays>,
    /// The name of who reads.
    pub actor: String,
    /// The link through which somebody without an account looks.
    pub share: Option<Arc<Share>>,
    /// The address under which people open the pages, without a slash at its end, where it is configured.
    pub public_url: Option<String>,
    /// The path asked for, without suffix.
    pub path: String,
    /// The query as sent, for links that keep it.
    pub query: Vec<(String, String)>,
}

impl PageContext {
    /// The value of a query parameter.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether `?view=present` was asked for.
    #[must_use]
    pub fn is_presenting(&self) -> bool {
        self.parameter("view") == Some("present")
    }

    /// Whether nothing can be written here: by who only reads, and through a link.
    #[must_use]
    pub fn only_reads(&self) -> bool {
        self.access.edits.is_none()
    }

    /// Whether something that belongs to a product, or to none, can be changed here.
    #[must_use]
    pub fn may_edit(&self, product: Option<&Slug>) -> bool {
        self.access.edits.has_of(product)
    }

    /// Whether it is the weekly review as it is usually read: as it stands now, not on a meeting-room screen, and
    /// with no form open on it.
    #[must_use]
    pub fn is_review(&self) -> bool {
        let week = self.path.strip_prefix("/reviews/").and_then(|rest| rest.rsplit('/').next());
        let is_usual =
            ["do", "view", "version", "problem", "answer"].iter().all(|name| self.parameter(name).is_none());
        let is_several = self.path.starts_with("/reviews/four-weeks/");
        is_usual && !is_several && week.is_some_and(|week| week.parse::<IsoWeek>().is_ok())
    }

    /// The metric asked for; unknown words are ignored.
    #[must_use]
    pub fn metric(&self) -> Metric {
        self.parameter("metric").and_then(|word| word.parse().ok()).unwrap_or_default()
    }

    /// The currency asked for.
    #[must_use]
    pub fn currency(&self) -> Option<Currency> {
        self.parameter("currency").and_then(|code| code.parse().ok())
    }

    /// The week that the query names, else the last one that has ended.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a text that is no week.
    pub async fn week(&self) -> Result<IsoWeek, AppError> {
        match self.parameter("week") {
            Some(text) => text.parse().map_err(|_| AppError::NotFound),
            None => self.backend.last_week().await,
        }
    }

    /// The path with the present query and one parameter changed; `None` takes it out.
    #[must_use]
    pub fn link_with(&self, name: &str, value: Option<&str>) -> String {
        self.link_with_all(&[(name, value)])
    }

    /// The path with the present query and some parameters changed; `None` takes one out.
    #[must_use]
    pub fn link_with_all(&self, changes: &[(&str, Option<&str>)]) -> String {
        let mut query: Vec<(&str, &str)> = self
            .query
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .filter(|(key, _)| !changes.iter().any(|(name, _)| name == key) && is_known(key))
            .chain(changes.iter().filter_map(|(name, value)| Some((*name, (*value)?))))
            .collect();
        query.sort_by_key(|(key, _)| rank(key));
        link(&self.path, &query)
    }
}

/// The parameters of pages in their stable order; unknown ones are ignored.
pub const KNOWN_PARAMETERS: [&str; 19] = [
    "week",
    "currency",
    "metric",
    "environment",
    "lang",
    "version",
    "view",
    "sort",
    "by",
    "service",
    "account",
    "region",
    "category",
    "tax",
    "group",
    "since",
    "source",
    "month",
    "owner",
];

/// What stands before the key of a tag in the name of a parameter; tags come after all others.
const TAG_PARAMETERS: &str = "tag.";

fn is_known(name: &str) -> bool {
    KNOWN_PARAMETERS.contains(&name) || name.starts_with(TAG_PARAMETERS)
}

/// Where a parameter stands: known ones in their order, then tags by name.
fn rank<'a>(name: &&'a str) -> (usize, &'a str) {
    let position = KNOWN_PARAMETERS.iter().position(|known| known == name);
    position.map_or((KNOWN_PARAMETERS.len(), *name), |position| (position, ""))
}

/// A name as one segment of a path, percent-encoded.
#[must_use]
pub fn segment(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    encode(&mut text, name);
    text
}

fn encode(text: &mut String, value: &str) {
    let stays = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if value.bytes().all(stays) {
        return text.push_str(value);
    }
    for byte in value.bytes() {
        if stays(byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
}

/// A path with a query, percent-encoded.
#[must_use]
pub fn link(path: &str, query: &[(&str, &str)]) -> String {
    let mut text = path.to_owned();
    for (position, (key, value)) in query.iter().enumerate() {
        text.push(if position == 0 { '?' } else { '&' });
        text.push_str(key);
        text.push('=');
        encode(&mut text, value);
    }
    text
}

/// The parameters that navigation carries along when they were given.
const KEPT_PARAMETERS: [&str; 4] = ["currency", "metric", "lang", "environment"];

impl PageContext {
    /// The part of the query that navigation carries along.
    #[must_use]
    pub fn kept_query(&self) -> Vec<(&str, &str)> {
        KEPT_PARAMETERS.iter().filter_map(|name| self.parameter(name).map(|value| (*name, value))).collect()
    }

    /// A link to another page that keeps language, currency and metric when they were given.
    #[must_use]
    pub fn go(&self, path: &str, extra: &[(&str, &str)]) -> String {
        let mut query: Vec<(&str, &str)> = self.kept_query();
        query.extend_from_slice(extra);
        query.sort_by_key(|(key, _)| rank(key));
        link(path, &query)
    }
}
