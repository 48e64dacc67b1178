//! What the machine is told: `teirei.toml`, the environment over it. The only place that reads the
//! environment.
//!
//! Every value of the file can also be given as `TEIREI_SECTION__KEY`; secrets have a twin that names
//! a file (`url_file`, `TEIREI_DATABASE__URL_FILE`). Unknown keys are refused and the nearest known one
//! is named. Secrets are never printed.
//!
//! Code map: `source.rs` has the keys of the sources that are asked, `[sources.NAME]`, `channel.rs` those of
//! the chat channels, `[channels.NAME]`, `mail.rs` where they are mails, `hook.rs` those of the webhooks,
//! `[hooks.NAME]`, `tracker.rs` those of the trackers of issues, `[trackers.NAME]`, `digest.rs` when the meeting is held,
//! `sign_in.rs` who vouches for people.

mod channel;
mod digest;
mod hook;
mod log;
mod mail;
mod named;
mod sign_in;
mod source;
mod tracker;

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use domain::digest::DigestTerms;
use toml::de::{DeTable, DeValue};

pub use channel::{ChannelAddress, ChannelConfig, ChannelKind, channel_name};
pub use hook::HookConfig;
pub use log::LogConfig;
pub use mail::{MailConfig, MailSecurity};
pub use sign_in::{BalancerConfig, ProviderConfig, SignInConfig};
pub use source::{
    ApplicationSignals, AwsCostExplorer, AwsEntry, CloudWatch, Datadog, DatadogIncidents, FocusExport,
    PagerDuty, Prometheus, PrometheusMode, SourceConfig,
};
pub use tracker::TrackerConfig;

/// Where the server listens when nothing else is said.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:3000";

/// The file that is read when it exists and no other one is named.
pub const DEFAULT_FILE: &str = "teirei.toml";

/// Everything that can be configured.
#[derive(Clone, Debug)]
pub struct Config {
    /// `server.listen`: where to listen.
    pub listen: SocketAddr,
    /// `server.site`: the folder with the built front end; looked for beside the program when absent.
    pub site: Option<PathBuf>,
    /// `database.url`: `sqlite:PATH` or `postgres://…`; may hold a password.
    pub database: Secret,
    /// `cost.tag_keys`: the tags of the bill that allocation rules may look at.
    pub tag_keys: Vec<String>,
    /// `server.cache`: `on`, or `off` to read the store anew for every answer (for measuring).
    pub cache: bool,
    /// `log`: what is logged, and in which form.
    pub log: LogConfig,
    /// `server.public_url`: the address under which people open the pages, for links in messages.
    pub public_url: Option<String>,
    /// `channels.NAME`: where products hear of what is new, by name.
    pub channels: Vec<ChannelConfig>,
    /// `digest.meeting`, `digest.hours_before`: when digests are sent.
    pub digest: DigestTerms,
    /// `hooks.NAME`: who may tell of incidents, by name.
    pub hooks: Vec<HookConfig>,
    /// `sign_in`: how people are recognised.
    pub sign_in: SignInConfig,
    /// `sources.NAME` and `trackers.NAME`: what is asked by `teirei sync`, by name.
    pub sources: Vec<SourceConfig>,
}

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for whoever needs it to connect.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The part before the first colon, such as `sqlite`: what may be said about it.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// Why the configuration cannot be used; each message names the place and the way out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A file that was named cannot be read.
    #[error("{file} cannot be read: {what}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system said.
        what: String,
    },
    /// The file is no TOML.
    #[error("{file}:{line}: this is no TOML: {what}")]
    Syntax {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What the reader says.
        what: String,
    },
    /// A key nobody knows.
    #[error("{place}: {key} is not known; {mend}")]
    Unknown {
        /// `file:line` or the word environment.
        place: String,
        /// The key.
        key: String,
        /// The nearest known key, or all of them.
        mend: String,
    },
    /// A value that cannot be used.
    #[error("{place}: {key} {what}")]
    Value {
        /// `file:line` or the word environment.
        place: String,
        /// The key.
        key: String,
        /// What is wrong and what is wanted; never the value of a secret.
        what: String,
    },
    /// A secret is given as a value and as a file.
    #[error("{key} and {key}_file are both given: keep one")]
    Twice {
        /// The key.
        key: String,
    },
}

/// Every key; a secret has a twin ending in `_file`.
const KEYS: [(&str, bool); 10] = [
    ("cost.tag_keys", false),
    ("database.url", true),
    (digest::HOURS_BEFORE, false),
    (digest::MEETING, false),
    (log::FILTER, false),
    (log::FORMAT, false),
    ("server.cache", false),
    ("server.listen", false),
    ("server.public_url", false),
    ("server.site", false),
];

/// The command line's part, which wins over file and environment.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--config`.
    pub file: Option<PathBuf>,
    /// `--database`.
    pub database: Option<String>,
    /// `--listen`.
    pub listen: Option<SocketAddr>,
}

/// Reads the process' environment; only `main` needs it.
#[must_use]
pub fn environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| name.starts_with(PREFIX))
        .collect()
}

/// The folder of the running program, beside which the front end is looked for.
#[must_use]
pub fn program_folder() -> Option<PathBuf> {
    std::env::current_exe().ok()?.parent().map(Path::to_path_buf)
}

/// What tells one build of the program from another: its version, size and age.
#[must_use]
pub fn build_mark() -> String {
    let program = std::env::current_exe().ok().and_then(|path| std::fs::metadata(path).ok());
    let modified = program.as_ref().and_then(|data| data.modified().ok());
    let age = modified.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    let size = program.map_or(0, |data| data.len());
    format!("{} {size} {}", env!("CARGO_PKG_VERSION"), age.map_or(0, |age| age.as_millis()))
}

/// The arguments of the process; only `main` needs them.
pub fn arguments() -> std::env::ArgsOs {
    std::env::args_os()
}

const PREFIX: &str = "TEIREI_";

/// One value and where it was found.
#[derive(Clone, Debug)]
struct Found {
    place: String,
    value: Value,
}

/// A value as the file gives it; the environment gives texts, lists separated by commas.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Text(String),
    List(Vec<String>),
}

/// Sections whose parts have names of their own.
const NAMED: [&str; 4] = [source::SECTION, channel::SECTION, hook::SECTION, tracker::SECTION];

type Values = BTreeMap<String, Found>;

impl Config {
    /// Puts file, environment and command line together.
    ///
    /// # Errors
    /// [`ConfigError`], the first one found.
    pub fn load(overrides: &Overrides, environment: &BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let mut values = Values::new();
        let named = overrides.file.clone().or_else(|| environment.get("TEIREI_CONFIG").map(PathBuf::from));
        let default = Path::new(DEFAULT_FILE).exists().then(|| PathBuf::from(DEFAULT_FILE));
        if let Some(file) = named.or(default) {
            let name = file.display().to_string();
            let text = read(&file)
                .map_err(|error| ConfigError::Unreadable { file: name.clone(), what: error.to_string() })?;
            values_of_file(&text, &name, &mut values)?;
        }
        values_of_environment(environment, &mut values)?;
        let mut config = Self::of(&values)?;
        if let Some(listen) = overrides.listen {
            config.listen = listen;
        }
        if let Some(database) = &overrides.database {
            config.database = Secret::new(database);
        }
        Ok(config)
    }

    /// How messages in the log are read: those of webhooks, and the answers of sources of incidents.
    #[must_use]
    pub fn readers(&self) -> Vec<HookConfig> {
        let own = self.sources.iter().filter_map(|source| match source {
            SourceConfig::PagerDuty(pagerduty) if !pagerduty.repairs() => Some(pagerduty.reader.clone()),
            SourceConfig::DatadogIncidents(datadog) if !datadog.repairs() => Some(datadog.reader.clone()),
            _ => None,
        });
        self.hooks.iter().cloned().chain(own).collect()
    }

    fn of(values: &Values) -> Result<Self, ConfigError> {
        let listen = text(values, "server.listen")?.unwrap_or((DEFAULT_LISTEN.to_owned(), String::new()));
        let listen = listen.0.parse().map_err(|_| ConfigError::Value {
            place: listen.1,
            key: "server.listen".to_owned(),
            what: format!("is no address with a port such as {DEFAULT_LISTEN}"),
        })?;
        let cache = match text(values, "server.cache")? {
            None => true,
            Some((word, _)) if word == "on" => true,
            Some((word, _)) if word == "off" => false,
            Some((_, place)) => {
                let what = "is on or off".to_owned();
                return Err(ConfigError::Value { place, key: "server.cache".to_owned(), what });
            }
        };
        let first = |found: Option<(String, String)>| found.map(|(value, _)| value);
        let public_url = public_url(values)?;
        Ok(Self {
            listen,
            cache,
            site: first(text(values, "server.site")?).map(PathBuf::from),
            database: secret(values, "database.url")?.unwrap_or_else(|| Secret::new("sqlite:teirei.db")),
            tag_keys: list(values, "cost.tag_keys")?,
            log: log::of(values)?,
            sign_in: sign_in::of(values, public_url.as_deref())?,
            public_url,
            channels: channel::of(values)?,
            digest: digest::of(values)?,
            hooks: hook::of(values)?,
            sources: asked(values)?,
        })
    }
}

/// What is asked: sources, and trackers of issues under names of their own.
fn asked(values: &Values) -> Result<Vec<SourceConfig>, ConfigError> {
    let mut asked = source::of(values)?;
    for tracker in tracker::of(values)? {
        if asked.iter().any(|source| source.name() == tracker.name) {
            let key = format!("{}.{}.kind", tracker::SECTION, tracker.name);
            let place = values.get(&key).map(|found| found.place.clone()).unwrap_or_default();
            let what = "is of a tracker whose name a source has, too: give it another one".to_owned();
            return Err(ConfigError::Value { place, key, what });
        }
        asked.push(SourceConfig::Tracker(tracker));
    }
    Ok(asked)
}

/// `server.public_url` without the slash at its end.
fn public_url(values: &Values) -> Result<Option<String>, ConfigError> {
    let Some((url, place)) = text(values, "server.public_url")? else { return Ok(None) };
    let is_address = ["https://", "http://"]
        .iter()
        .any(|scheme| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
    if is_address && !url.contains(['?', '#', '<', '>', '|', ' ']) {
        return Ok(Some(url.trim_end_matches('/').to_owned()));
    }
    let what = "is no address such as https://teirei.example".to_owned();
    Err(ConfigError::Value { place, key: "server.public_url".to_owned(), what })
}

/// A text and where it was found.
fn text(values: &Values, key: &str) -> Result<Option<(String, String)>, ConfigError> {
    match values.get(key) {
        None => Ok(None),
        Some(Found { place, value: Value::Text(text) }) => Ok(Some((text.clone(), place.clone()))),
        Some(found) => Err(wrong(found, key, "is a list, and one text is wanted")),
    }
}

fn wrong(found: &Found, key: &str, what: &str) -> ConfigError {
    ConfigError::Value { place: found.place.clone(), key: key.to_owned(), what: what.to_owned() }
}

fn list(values: &Values, key: &str) -> Result<Vec<String>, ConfigError> {
    let Some(found) = values.get(key) else { return Ok(Vec::new()) };
    let mut words: Vec<String> = match &found.value {
        Value::List(words) => words.clone(),
        Value::Text(text) => text.split(',').map(|word| word.trim().to_owned()).collect(),
    };
    words.retain(|word| !word.is_empty());
    words.sort_unstable();
    words.dedup();
    Ok(words)
}

/// The largest file that is read, in bytes: a device would be read for ever.
const LARGEST: u64 = 1024 * 1024;

/// The text of a file.
fn read(file: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let read = std::fs::File::open(file)?.take(LARGEST + 1).read_to_string(&mut text)?;
    if read as u64 > LARGEST {
        return Err(std::io::Error::other("it is larger than 1 MiB"));
    }
    Ok(text)
}

/// A secret given as a value or as a file whose last line end does not count.
fn secret(values: &Values, key: &str) -> Result<Option<Secret>, ConfigError> {
    let twin = format!("{key}_file");
    match (text(values, key)?, text(values, &twin)?) {
        (Some(_), Some(_)) => Err(ConfigError::Twice { key: key.to_owned() }),
        (Some((value, _)), None) => Ok(Some(Secret::new(value))),
        (None, Some((file, _))) => {
            let read = read(Path::new(&file))
                .map_err(|error| ConfigError::Unreadable { file, what: error.to_string() })?;
            Ok(Some(Secret::new(read.trim_end_matches(['\r', '\n']))))
        }
        (None, None) => Ok(None),
    }
}

fn values_of_file(text: &str, file: &str, values: &mut Values) -> Result<(), ConfigError> {
    let line = |position: usize| 1 + text.bytes().take(position).filter(|byte| *byte == b'\n').count();
    let table = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
        file: file.to_owned(),
        line: line(error.span().map_or(0, |span| span.start)),
        what: error.message().to_owned(),
    })?;
    for (section, content) in table.get_ref() {
        let place = format!("{file}:{}", line(section.span().start));
        let Some(content) = content.get_ref().as_table() else {
            return Err(unknown(&place, section.get_ref()));
        };
        for (name, value) in content {
            let place = format!("{file}:{}", line(name.span().start));
            let key = format!("{}.{}", section.get_ref(), name.get_ref());
            match value.get_ref().as_table().filter(|_| NAMED.contains(&section.get_ref().as_ref())) {
                Some(keys) => {
                    for (name, value) in keys {
                        let place = format!("{file}:{}", line(name.span().start));
                        take(values, format!("{key}.{}", name.get_ref()), place, value.get_ref())?;
                    }
                }
                None => take(values, key, place, value.get_ref())?,
            }
        }
    }
    Ok(())
}

fn take(values: &mut Values, key: String, place: String, value: &DeValue<'_>) -> Result<(), ConfigError> {
    check_known(&key, &place)?;
    let is_number = source::is_number(&key) || hook::is_number(&key) || tracker::is_number(&key);
    let is_number = is_number || key == digest::HOURS_BEFORE || sign_in::NUMBERS.contains(&key.as_str());
    match value_of(value, is_number) {
        Some(value) => {
            values.insert(key, Found { place, value });
            Ok(())
        }
        None => {
            let what = "is neither a text nor a list of texts".to_owned();
            Err(ConfigError::Value { place, key, what })
        }
    }
}

fn value_of(value: &DeValue<'_>, may_be_number: bool) -> Option<Value> {
    if let Some(number) = value.as_integer().filter(|_| may_be_number) {
        return Some(Value::Text(number.to_string()));
    }
    if let Some(list) = value.as_array() {
        let words = list.iter().map(|entry| entry.get_ref().as_str().map(str::to_owned));
        return words.collect::<Option<_>>().map(Value::List);
    }
    value.as_str().map(|text| Value::Text(text.to_owned()))
}

fn values_of_environment(
    environment: &BTreeMap<String, String>,
    values: &mut Values,
) -> Result<(), ConfigError> {
    let sectioned = environment.iter().filter_map(|(name, value)| {
        let (section, key) = name.strip_prefix(PREFIX)?.split_once("__")?;
        let key = key.to_lowercase().replace("__", ".");
        Some((format!("{}.{key}", section.to_lowercase()), name, value))
    });
    for (key, name, value) in sectioned {
        check_known(&key, &format!("environment variable {name}"))?;
        // A secret from the environment takes the place of either form in the file.
        if let Some((plain, _)) = all_keys().find(|(known, is_secret)| *is_secret && key.starts_with(known)) {
            let from_file = |found: &Found| !found.place.starts_with("environment");
            for twin in [(*plain).to_owned(), format!("{plain}_file")] {
                if values.get(&twin).is_some_and(from_file) {
                    values.remove(&twin);
                }
            }
        }
        let place = format!("environment variable {name}");
        values.insert(key, Found { place, value: Value::Text(value.clone()) });
    }
    Ok(())
}

/// The keys of sections whose keys have no names of people's own.
fn all_keys() -> impl Iterator<Item = &'static (&'static str, bool)> {
    KEYS.iter().chain(&sign_in::KEYS)
}

fn known_keys() -> impl Iterator<Item = String> {
    all_keys().flat_map(|(key, is_secret)| {
        std::iter::once((*key).to_owned()).chain(is_secret.then(|| format!("{key}_file")))
    })
}

/// Whether a key is one of a section whose parts have names and, if so, known.
fn checked_in_a_named_section(key: &str, place: &str) -> Option<Result<(), ConfigError>> {
    source::check_known(key, place)
        .or_else(|| channel::check_known(key, place))
        .or_else(|| hook::check_known(key, place))
        .or_else(|| tracker::check_known(key, place))
}

fn check_known(key: &str, place: &str) -> Result<(), ConfigError> {
    if let Some(checked) = checked_in_a_named_section(key, place) {
        return checked;
    }
    if known_keys().any(|known| known == key) { Ok(()) } else { Err(unknown(place, key)) }
}

fn unknown(place: &str, key: &str) -> ConfigError {
    unknown_among(place, key, known_keys())
}

fn unknown_among(place: &str, key: &str, known: impl Iterator<Item = String>) -> ConfigError {
    let known: Vec<String> = known.collect();
    let near = known.iter().map(|known| (distance(key, known), known)).min();
    let mend = match near {
        Some((edits, known)) if edits <= 1 + key.len() / 4 => format!("did you mean {known}?"),
        _ => format!("known keys are {}", known.join(", ")),
    };
    ConfigError::Unknown { place: place.to_owned(), key: key.to_owned(), mend }
}

/// How many letters have to be put in, taken out or replaced.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, letter) in left.chars().take(80).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, other) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn config(file: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
        let mut values = Values::new();
        let environment = environment.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        values_of_file(file, "teirei.toml", &mut values)
            .and_then(|()| values_of_environment(&environment, &mut values))
            .and_then(|()| Config::of(&values))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let file = "[server]\nlisten = \"127.0.0.1:1\"\n[cost]\ntag_keys = [\"team\", \"env\"]\n";
        let read = config(file, &[("TEIREI_SERVER__LISTEN", "[::1]:2"), ("TEIREI_LANGUAGE", "x")]).unwrap();
        assert_eq!(read.listen.to_string(), "[::1]:2");
        assert_eq!(read.tag_keys, ["env", "team"]);
        let read = config(file, &[("TEIREI_COST__TAG_KEYS", "a, b")]).unwrap();
        assert_eq!(read.tag_keys, ["a", "b"]);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (file, message) in [
            ("[server]\nlisten = \"x\"", "teirei.toml:2: server.listen is no address with a port"),
            (
                "[server]\nlistn = \"x\"",
                "teirei.toml:2: server.listn is not known; did you mean server.listen?",
            ),
            (
                "[colour]\nred = \"x\"",
                "teirei.toml:2: colour.red is not known; known keys are cost.tag_keys,",
            ),
            ("listen = \"x\"", "teirei.toml:1: listen is not known;"),
            ("[server]\nlisten = [\"x\"]", "teirei.toml:2: server.listen is a list"),
            ("[server]\nlisten = 3", "teirei.toml:2: server.listen is neither a text nor a list of texts"),
            ("[server\n", "teirei.toml:1: this is no TOML"),
            (
                "[database]\nurl = \"a\"\nurl_file = \"b\"",
                "database.url and database.url_file are both given",
            ),
        ] {
            let error = config(file, &[]).unwrap_err();
            assert!(error.starts_with(message), "{file}: {error}");
        }
        let error = config("", &[("TEIREI_DATABASE__URI", "x")]).unwrap_err();
        assert!(
            error.contains("TEIREI_DATABASE__URI: database.uri is not known; did you mean database.url?")
        );
    }

    #[test]
    fn secrets_come_from_files_and_are_never_printed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("url");
        std::fs::write(&file, "postgres://u:hunter2@h/d\n").unwrap();
        let named = [("TEIREI_DATABASE__URL_FILE", file.to_str().unwrap())];
        let read = config("[database]\nurl = \"sqlite:x\"", &named).unwrap();
        assert_eq!(read.database.reveal(), "postgres://u:hunter2@h/d");
        assert_eq!(read.database.scheme(), "postgres");
        assert!(!format!("{read:?}").contains("hunter2"));
    }
}
