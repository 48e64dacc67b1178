//! `[trackers.NAME]`: where the work on promises is kept and asked for; no other address ever is.

use axum::http::Uri;
use domain::tracker::TrackerKind;

use super::named::{self, Part};
use super::{ConfigError, Secret, Values, channel, secret};

/// The section of all trackers.
pub(super) const SECTION: &str = "trackers";

/// GitHub where nothing is said.
const GITHUB: &str = "https://github.com";
/// Where GitHub is asked.
const GITHUB_ENDPOINT: &str = "https://api.github.com";

/// A tracker of issues.
#[derive(Clone, Debug)]
pub struct TrackerConfig {
    /// Its name.
    pub name: String,
    /// `kind`: github or jira.
    pub kind: TrackerKind,
    /// `url`: the address under which people open it, without a slash at its end.
    pub url: String,
    /// `endpoint`: the address that is asked, without a slash at its end.
    pub endpoint: String,
    /// `user`: whose token it is, for Jira in the cloud.
    pub user: Option<String>,
    /// `token`: one that may read issues.
    pub token: Secret,
    /// `sync_every_hours`: how often `serve` asks by itself; never where nothing is said.
    pub sync_every_hours: Option<i64>,
}

/// The keys of a tracker, and whether each has a twin ending in `_file`.
const KEYS: [(&str, bool); 6] = [
    ("endpoint", false),
    ("kind", false),
    ("sync_every_hours", false),
    ("token", true),
    ("url", false),
    ("user", false),
];

/// Name and key of a tracker's key such as `trackers.github.token`.
fn parts(key: &str) -> Option<(&str, &str)> {
    key.strip_prefix(SECTION)?.strip_prefix('.')?.rsplit_once('.')
}

/// Whether a key is one of a tracker and, if so, known.
pub(super) fn check_known(key: &str, place: &str) -> Option<Result<(), ConfigError>> {
    Some(named::check_known(SECTION, &KEYS, parts(key)?, key, place))
}

/// Whether a key's value may be a number.
pub(super) fn is_number(key: &str) -> bool {
    parts(key).is_some_and(|(_, own)| own == "sync_every_hours")
}

/// All trackers, by name.
pub(super) fn of(values: &Values) -> Result<Vec<TrackerConfig>, ConfigError> {
    let mut trackers: Vec<TrackerConfig> = Vec::new();
    for (name, place) in named::names(values, parts) {
        let section = Section(Part { section: SECTION, values, name, place });
        let tracker = section.tracker()?;
        if trackers.iter().any(|other| other.url.eq_ignore_ascii_case(&tracker.url)) {
            return Err(section.0.wrong("url", "is that of another tracker: a link would lead to both"));
        }
        trackers.push(tracker);
    }
    Ok(trackers)
}

/// The values of one tracker.
struct Section<'v>(Part<'v>);

impl Section<'_> {
    fn tracker(&self) -> Result<TrackerConfig, ConfigError> {
        if !crate::import::is_source_name(self.0.name) {
            let what = "is of a tracker whose name is not made of letters, digits, full stops, - and _";
            return Err(self.0.wrong("kind", what));
        }
        let kinds = TrackerKind::ALL.map(|kind| (kind.as_str(), kind));
        let kind = self.0.one_of("kind", &kinds)?;
        let kind =
            kind.ok_or_else(|| self.0.wrong("kind", "is missing: say kind = \"github\" or kind = \"jira\""))?;
        let url = self.url(kind)?;
        let endpoint = match self.0.word("endpoint")? {
            Some(endpoint) => self.address("endpoint", &endpoint)?,
            None => match kind {
                TrackerKind::GitHub if url == GITHUB => GITHUB_ENDPOINT.to_owned(),
                TrackerKind::GitHub => format!("{url}/api/v3"),
                TrackerKind::Jira => url.clone(),
            },
        };
        let user = self.0.word("user")?;
        if user.is_some() && kind == TrackerKind::GitHub {
            return Err(self.0.wrong("user", "means nothing for GitHub: a token says whose it is"));
        }
        let what = "is missing: give a token that may read issues, better in a file named by token_file";
        let token = secret(self.0.values, &self.0.key("token"))?;
        let token = token.filter(|token| !token.reveal().trim().is_empty());
        Ok(TrackerConfig {
            name: self.0.name.to_owned(),
            kind,
            url,
            endpoint,
            user,
            token: token.ok_or_else(|| self.0.wrong("token", what))?,
            sync_every_hours: self.hours()?,
        })
    }

    /// What links begin with; they are https, so that this is.
    fn url(&self, kind: TrackerKind) -> Result<String, ConfigError> {
        match (self.0.word("url")?, kind) {
            (Some(url), _) if url.starts_with("https://") => self.address("url", &url),
            (Some(_), _) => Err(self.0.wrong("url", "begins with https://, as links to issues do")),
            (None, TrackerKind::GitHub) => Ok(GITHUB.to_owned()),
            (None, TrackerKind::Jira) => {
                let what = "is missing: give the address before /browse/KEY-1, such as https://company.atlassian.net";
                Err(self.0.wrong("url", what))
            }
        }
    }

    fn address(&self, own: &str, address: &str) -> Result<String, ConfigError> {
        let is_plain = !address.contains(['?', '#', '@', '\\', ' ']);
        match address.parse::<Uri>() {
            Ok(uri) if is_plain && channel::may_be_told(&uri) => Ok(address.trim_end_matches('/').to_owned()),
            _ => {
                let what =
                    "is no address such as https://github.example.com; http:// is for this machine alone";
                Err(self.0.wrong(own, what))
            }
        }
    }

    fn hours(&self) -> Result<Option<i64>, ConfigError> {
        let Some(hours) = self.0.word("sync_every_hours")? else { return Ok(None) };
        let hours = hours.parse().ok().filter(|hours| (1..=168).contains(hours));
        let what = "is no number of hours from 1 to 168";
        hours.map(Some).ok_or_else(|| self.0.wrong("sync_every_hours", what))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::config;
    use super::super::{Config, SourceConfig};

    fn trackers(config: &Config) -> Vec<&super::TrackerConfig> {
        let trackers = config.sources.iter().filter_map(|source| match source {
            SourceConfig::Tracker(tracker) => Some(tracker),
            _ => None,
        });
        trackers.collect()
    }

    const GITHUB: &str = "[trackers.code]\nkind = \"github\"\ntoken = \"hunter2\"\n";

    #[test]
    fn a_tracker_is_read_and_its_token_is_never_printed() {
        let more = format!(
            "{GITHUB}sync_every_hours = 1\n\
             [trackers.inner]\nkind = \"github\"\nurl = \"https://github.example/\"\ntoken = \"x\"\n\
             [trackers.desk]\nkind = \"jira\"\nurl = \"https://company.example\"\nuser = \"a@b.example\"\ntoken = \"x\"\n"
        );
        let read = config(&more, &[("TEIREI_TRACKERS__DESK__SYNC_EVERY_HOURS", "2")]).unwrap();
        let told: Vec<_> = trackers(&read)
            .into_iter()
            .map(|one| (&*one.name, &*one.url, &*one.endpoint, one.user.as_deref(), one.sync_every_hours))
            .collect();
        assert_eq!(
            told,
            [
                ("code", "https://github.com", "https://api.github.com", None, Some(1)),
                ("desk", "https://company.example", "https://company.example", Some("a@b.example"), Some(2)),
                ("inner", "https://github.example", "https://github.example/api/v3", None, None),
            ]
        );
        assert!(!format!("{read:?}").contains("hunter2"));
    }

    #[test]
    fn the_example_can_be_used() {
        let example = include_str!("../../../docs/examples/trackers.toml").replace("token_file", "token");
        assert_eq!(trackers(&config(&example, &[]).unwrap()).len(), 2);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (file, message) in [
            (
                "[trackers.a]\ntoken = \"x\"",
                "teirei.toml:2: trackers.a.kind is missing: say kind = \"github\"",
            ),
            ("[trackers.a]\nkind = \"bugzilla\"", "teirei.toml:2: trackers.a.kind is one of github, jira"),
            ("[trackers.a]\nkind = \"github\"", "teirei.toml:2: trackers.a.token is missing"),
            ("[trackers.a]\nkind = \"jira\"\ntoken = \"x\"", "teirei.toml:2: trackers.a.url is missing"),
            (
                "[trackers.a]\nkind = \"jira\"\nurl = \"http://desk.example\"",
                "teirei.toml:3: trackers.a.url begins with https://",
            ),
            (
                "[trackers.a]\nkind = \"github\"\nendpoint = \"http://169.254.169.254\"",
                "teirei.toml:3: trackers.a.endpoint is no address",
            ),
            (
                "[trackers.a]\nkind = \"github\"\nendpoint = \"https://a@b.example\"",
                "teirei.toml:3: trackers.a.endpoint is no address",
            ),
            (&format!("{GITHUB}user = \"me\""), "teirei.toml:4: trackers.code.user means nothing for GitHub"),
            (
                &format!("{GITHUB}sync_every_hours = 0"),
                "teirei.toml:4: trackers.code.sync_every_hours is no number of hours",
            ),
            (
                &format!("{GITHUB}tokn = \"x\""),
                "teirei.toml:4: trackers.code.tokn is not known; did you mean",
            ),
            (
                &format!("{GITHUB}[trackers.other]\nkind = \"github\"\ntoken = \"x\""),
                "teirei.toml:5: trackers.other.url is that of another tracker",
            ),
            (
                &format!("{GITHUB}[sources.code]\nkind = \"pagerduty\"\napi_key = \"x\""),
                "teirei.toml:2: trackers.code.kind is of a tracker whose name a source has, too",
            ),
        ] {
            let error = config(file, &[]).unwrap_err();
            assert!(error.starts_with(message), "{file}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
