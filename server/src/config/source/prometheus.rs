//! `kind = "prometheus"`: service levels counted in Prometheus, or in what answers like it.

use crate::config::named::KnownKey;
use crate::config::{ConfigError, Secret, list, secret};

use super::{Section, is_web_address, wrong};

/// How many seconds lie between two samples where nothing is said: Prometheus' own default.
const SCRAPE_SECONDS: i64 = 60;

/// How many queries are on their way at once where nothing is said.
const QUERIES_AT_ONCE: i64 = 4;

/// The keys of such a source.
pub(super) const KEYS: &[KnownKey] = &[
    ("bearer_token", true),
    ("definitions", false),
    ("endpoint", false),
    ("mode", false),
    ("password", true),
    ("queries_at_once", false),
    ("scrape_seconds", false),
    ("tenant", false),
    ("username", false),
];

/// How counters are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrometheusMode {
    /// `increase`: by PromQL's `increase()`, which estimates what lies between samples and takes any query.
    Increase,
    /// `raw`: from the samples themselves, exactly; queries are plain selectors of counters.
    Raw,
}

/// Service levels counted in Prometheus.
#[derive(Clone, Debug)]
pub struct Prometheus {
    /// The name of the source.
    pub name: String,
    /// `endpoint`: the address before `/api/v1`.
    pub endpoint: String,
    /// `definitions`: OpenSLO files, folders, or paths with `*` in their last part.
    pub definitions: Vec<String>,
    /// `mode`.
    pub mode: PrometheusMode,
    /// `username` and `password`, for basic authentication.
    pub basic: Option<(String, Secret)>,
    /// `bearer_token`.
    pub bearer_token: Option<Secret>,
    /// `tenant`: what is sent as `X-Scope-OrgID`.
    pub tenant: Option<String>,
    /// `scrape_seconds`: how many seconds lie between two samples.
    pub scrape_seconds: i64,
    /// `queries_at_once`: how many queries are on their way at once.
    pub queries_at_once: usize,
    /// `sync_every_hours`: how often `serve` syncs by itself; never where nothing is said.
    pub sync_every_hours: Option<i64>,
}

impl Section<'_> {
    /// `definitions`, which sources need that define nothing themselves.
    pub(super) fn definitions(&self, place: &str) -> Result<Vec<String>, ConfigError> {
        let definitions = list(self.values, &self.key("definitions"))?;
        if definitions.is_empty() {
            let what = "is missing: name the OpenSLO files, such as definitions = [\"slo/*.yaml\"]";
            return Err(wrong(place, self.key("definitions"), what));
        }
        Ok(definitions)
    }

    pub(super) fn prometheus(&self, place: &str) -> Result<Prometheus, ConfigError> {
        let key = |own: &str| self.key(own);
        let example = "say endpoint = \"http://prometheus:9090\"";
        let endpoint = match self.plain("endpoint")?.filter(|(url, _)| !url.is_empty()) {
            Some((url, _)) if is_web_address(&url) && !url.contains(['?', '#', ' ', '@']) => url,
            Some((_, at)) => {
                let what = format!("is no address without user, query and spaces: {example}");
                return Err(wrong(&at, key("endpoint"), what));
            }
            None => return Err(wrong(place, key("endpoint"), format!("is missing: {example}"))),
        };
        let mode = match self.plain("mode")? {
            None => PrometheusMode::Increase,
            Some((word, _)) if word == "increase" => PrometheusMode::Increase,
            Some((word, _)) if word == "raw" => PrometheusMode::Raw,
            Some((_, at)) => return Err(wrong(&at, key("mode"), "is increase or raw")),
        };
        let bearer_token = secret(self.values, &key("bearer_token"))?;
        let basic = match (self.value("username")?, secret(self.values, &key("password"))?) {
            (Some(name), Some(password)) => Some((name, password)),
            (None, None) => None,
            _ => return Err(wrong(place, key("username"), "and password are given together, or neither")),
        };
        if basic.is_some() && bearer_token.is_some() {
            return Err(wrong(place, key("bearer_token"), "and username are two ways in: keep one"));
        }
        let seconds = self.number("scrape_seconds", 1, 3600, "seconds")?.unwrap_or(SCRAPE_SECONDS);
        let at_once = self.number("queries_at_once", 1, 32, "queries")?.unwrap_or(QUERIES_AT_ONCE);
        Ok(Prometheus {
            name: self.name.to_owned(),
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            definitions: self.definitions(place)?,
            mode,
            basic,
            bearer_token,
            tenant: self.value("tenant")?,
            scrape_seconds: seconds,
            queries_at_once: usize::try_from(at_once).unwrap_or(1),
            sync_every_hours: self.hours("sync_every_hours")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::config;
    use super::super::SourceConfig;
    use super::*;

    const METRICS: &str = "[sources.metrics]\nkind = \"prometheus\"\nendpoint = \"http://p:9090/\"\ndefinitions = [\"slo/*.yaml\"]\n";

    fn prometheus(read: &super::super::super::Config) -> &Prometheus {
        let [SourceConfig::Prometheus(prometheus)] = &read.sources[..] else { panic!("{read:?}") };
        prometheus
    }

    #[test]
    fn it_is_read_with_its_defaults() {
        let read = config(METRICS, &[]).unwrap();
        let source = prometheus(&read);
        assert_eq!((source.endpoint.as_str(), source.mode), ("http://p:9090", PrometheusMode::Increase));
        assert_eq!((source.scrape_seconds, source.queries_at_once), (60, 4));
        let more = format!("{METRICS}mode = \"raw\"\nscrape_seconds = 15\ntenant = \"shop\"\n");
        let read = config(&more, &[("TEIREI_SOURCES__METRICS__BEARER_TOKEN", "hunter2")]).unwrap();
        let source = prometheus(&read);
        assert_eq!((source.mode, source.scrape_seconds), (PrometheusMode::Raw, 15));
        assert_eq!(source.bearer_token.as_ref().map(Secret::reveal), Some("hunter2"));
        assert!(!format!("{read:?}").contains("hunter2"));
    }

    #[test]
    fn the_example_can_be_used() {
        let read = config(include_str!("../../../../docs/examples/prometheus.toml"), &[]).unwrap();
        let source = prometheus(&read);
        assert_eq!((source.mode, source.definitions.len()), (PrometheusMode::Raw, 1));
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (line, message) in [
            ("mode = \"exact\"", "sources.metrics.mode is increase or raw"),
            ("scrape_seconds = 0", "sources.metrics.scrape_seconds is no number of seconds from 1 to 3600"),
            ("queries_at_once = 99", "sources.metrics.queries_at_once is no number of queries from 1 to 32"),
            ("username = \"u\"", "sources.metrics.username and password are given together"),
            ("region = \"x\"", "sources.metrics.region is no key of a source of the kind prometheus"),
        ] {
            let error = config(&format!("{METRICS}{line}"), &[]).unwrap_err();
            assert!(error.contains(message), "{line}: {error}");
        }
        for (file, message) in [
            ("endpoint = \"http://p\"", "sources.m.definitions is missing: name the OpenSLO files"),
            ("definitions = [\"x\"]", "sources.m.endpoint is missing: say endpoint ="),
            ("endpoint = \"http://u:p@h\"", "sources.m.endpoint is no address without user"),
        ] {
            let error = config(&format!("[sources.m]\nkind = \"prometheus\"\n{file}"), &[]).unwrap_err();
            assert!(error.contains(message), "{file}: {error}");
        }
    }
}
