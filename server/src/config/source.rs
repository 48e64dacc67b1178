//! `[sources.NAME]`: what `teirei sync` asks, each source under a name of its own.
//!
//! Code map: here the kinds, and those of cost; `source/prometheus.rs` and the like have the keys of one kind of
//! service levels each.

mod cloudwatch;
mod datadog;
mod datadog_incidents;
mod pagerduty;
mod prometheus;

use jiff::SignedDuration;

use super::named::KnownKey;
use super::tracker::TrackerConfig;
use super::{ConfigError, Secret, Values, list, named, secret, text};

pub use cloudwatch::{ApplicationSignals, CloudWatch};
pub use datadog::Datadog;
pub use datadog_incidents::DatadogIncidents;
pub use pagerduty::PagerDuty;
pub use prometheus::{Prometheus, PrometheusMode};

/// The section of all sources.
pub(super) const SECTION: &str = "sources";

/// How many priced requests a source may make a day where nothing is said: enough for the first run of a
/// large organisation, at most $2.
const DAILY_REQUEST_CAP: u32 = 200;

/// A source that is asked.
#[derive(Clone, Debug)]
pub enum SourceConfig {
    /// `kind = "aws-cost-explorer"`.
    AwsCostExplorer(AwsCostExplorer),
    /// `kind = "focus-export"`.
    FocusExport(FocusExport),
    /// `kind = "application-signals"`.
    ApplicationSignals(ApplicationSignals),
    /// `kind = "cloudwatch"`.
    CloudWatch(CloudWatch),
    /// `kind = "datadog"`.
    Datadog(Datadog),
    /// `kind = "datadog-incidents"`.
    DatadogIncidents(DatadogIncidents),
    /// `kind = "pagerduty"`.
    PagerDuty(PagerDuty),
    /// `kind = "prometheus"`.
    Prometheus(Prometheus),
    /// A tracker of issues, of `[trackers.NAME]`.
    Tracker(TrackerConfig),
}

impl SourceConfig {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::AwsCostExplorer(aws) => &aws.name,
            Self::FocusExport(export) => &export.name,
            Self::ApplicationSignals(signals) => &signals.name,
            Self::CloudWatch(metrics) => &metrics.name,
            Self::Datadog(datadog) => &datadog.name,
            Self::DatadogIncidents(datadog) => &datadog.name,
            Self::PagerDuty(pagerduty) => &pagerduty.name,
            Self::Prometheus(prometheus) => &prometheus.name,
            Self::Tracker(tracker) => &tracker.name,
        }
    }

    /// How often `serve` syncs it by itself; `None` when it does not.
    #[must_use]
    pub fn every(&self) -> Option<SignedDuration> {
        let hours = match self {
            Self::AwsCostExplorer(aws) => aws.sync_every_hours,
            Self::FocusExport(export) => export.sync_every_hours,
            Self::ApplicationSignals(signals) => signals.sync_every_hours,
            Self::CloudWatch(metrics) => metrics.sync_every_hours,
            Self::Datadog(datadog) => datadog.sync_every_hours,
            Self::DatadogIncidents(datadog) => datadog.sync_every_hours,
            Self::PagerDuty(pagerduty) => pagerduty.sync_every_hours,
            Self::Prometheus(prometheus) => prometheus.sync_every_hours,
            Self::Tracker(tracker) => tracker.sync_every_hours,
        };
        hours.map(SignedDuration::from_hours)
    }
}

/// How one gets into AWS, whatever is asked there.
#[derive(Clone, Debug)]
pub struct AwsEntry {
    /// `region`: what requests are signed for; us-east-1 where none is given.
    pub region: Option<String>,
    /// `endpoint`: in the place of AWS' own.
    pub endpoint: Option<String>,
    /// `credentials_file`: in AWS' form; in the place of the machine's own chain.
    pub credentials_file: Option<String>,
    /// `profile`: in that file, or in the machine's own.
    pub profile: Option<String>,
    /// `role_arn`: the role to assume.
    pub role_arn: Option<String>,
    /// `external_id`: what the role asks for.
    pub external_id: Option<Secret>,
}

/// AWS Cost Explorer and Organizations, asked by API.
#[derive(Clone, Debug)]
pub struct AwsCostExplorer {
    /// The name of the source.
    pub name: String,
    /// How one gets in.
    pub entry: AwsEntry,
    /// `billing_view_arn`: the billing view to read.
    pub billing_view_arn: Option<String>,
    /// `organizations`: on or off, whether accounts are asked for.
    pub organizations: bool,
    /// `tag_key`: the tag that tells the usage of mixed accounts apart.
    pub tag_key: Option<String>,
    /// `mixed_accounts`: ids of accounts that several products share.
    pub mixed_accounts: Vec<String>,
    /// `anomalies_every_hours`: how often AWS is asked for its own anomalies; never where nothing is said.
    pub anomalies_every_hours: Option<i64>,
    /// `daily_request_cap`: priced requests a UTC day; none is made beyond.
    pub daily_request_cap: u32,
    /// `sync_every_hours`: how often `serve` syncs by itself; never where nothing is said.
    pub sync_every_hours: Option<i64>,
}

/// A bill in FOCUS exports, in S3 or in a folder of this machine.
#[derive(Clone, Debug)]
pub struct FocusExport {
    /// The name of the source.
    pub name: String,
    /// `location`: `s3://bucket/prefix/export-name`, or the path of a folder.
    pub location: String,
    /// How one gets into AWS, where the export lies in S3.
    pub entry: AwsEntry,
    /// `cost.tag_keys`: the tags of the bill that are kept.
    pub tag_keys: Vec<String>,
    /// `sync_every_hours`: how often `serve` syncs by itself; never where nothing is said.
    pub sync_every_hours: Option<i64>,
}

/// Keys that every kind has.
const COMMON: &[KnownKey] = &[("kind", false), ("sync_every_hours", false)];

/// Keys that lead into AWS.
const ENTRY: &[KnownKey] = &[
    ("credentials_file", false),
    ("endpoint", false),
    ("external_id", true),
    ("profile", false),
    ("region", false),
    ("role_arn", false),
];

const EXPLORER: &[KnownKey] = &[
    ("anomalies_every_hours", false),
    ("billing_view_arn", false),
    ("daily_request_cap", false),
    ("mixed_accounts", false),
    ("organizations", false),
    ("tag_key", false),
];

/// The kinds, the keys that each has by itself, and those that it shares with others.
const KINDS: &[(&str, &[KnownKey], &[KnownKey])] = &[
    ("aws-cost-explorer", EXPLORER, ENTRY),
    ("focus-export", &[("location", false)], ENTRY),
    ("application-signals", cloudwatch::SIGNALS_KEYS, ENTRY),
    ("cloudwatch", cloudwatch::KEYS, ENTRY),
    ("datadog", datadog::KEYS, &[]),
    ("datadog-incidents", datadog_incidents::KEYS, &[]),
    ("pagerduty", pagerduty::KEYS, &[]),
    ("prometheus", prometheus::KEYS, &[]),
];

/// Keys whose value may be a number.
const NUMBERS: &[&str] = &[
    "anomalies_every_hours",
    "daily_request_cap",
    "history_days",
    "page_size",
    "queries_at_once",
    "scrape_seconds",
    "sync_every_hours",
];

/// The keys of all kinds.
fn keys() -> Vec<KnownKey> {
    let of_kinds = KINDS.iter().flat_map(|(_, own, shared)| own.iter().chain(*shared));
    let mut keys: Vec<KnownKey> = COMMON.iter().chain(of_kinds).copied().collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Name and key of a source's key such as `sources.aws.region`.
fn parts(key: &str) -> Option<(&str, &str)> {
    key.strip_prefix(SECTION)?.strip_prefix('.')?.split_once('.')
}

/// Whether a key is one of a source and, if so, known.
pub(super) fn check_known(key: &str, place: &str) -> Option<Result<(), ConfigError>> {
    Some(named::check_known(SECTION, &keys(), parts(key)?, key, place))
}

/// Whether a key's value may be a number.
pub(super) fn is_number(key: &str) -> bool {
    parts(key).is_some_and(|(_, own)| NUMBERS.contains(&own))
}

/// All sources, by name.
pub(super) fn of(values: &Values) -> Result<Vec<SourceConfig>, ConfigError> {
    named::names(values, parts).into_iter().map(|(name, place)| source(values, name, place)).collect()
}

fn wrong(place: &str, key: String, what: impl Into<String>) -> ConfigError {
    ConfigError::Value { place: place.to_owned(), key, what: what.into() }
}

/// The values of one source.
struct Section<'a> {
    values: &'a Values,
    name: &'a str,
}

impl Section<'_> {
    fn key(&self, own: &str) -> String {
        format!("{SECTION}.{}.{own}", self.name)
    }

    /// A text and where it was found.
    fn plain(&self, own: &str) -> Result<Option<(String, String)>, ConfigError> {
        text(self.values, &self.key(own))
    }

    /// A text that is not empty.
    fn value(&self, own: &str) -> Result<Option<String>, ConfigError> {
        Ok(self.plain(own)?.map(|(value, _)| value).filter(|value| !value.is_empty()))
    }

    /// The kind, and whether it has all the keys that are there.
    fn kind(&self, place: &str) -> Result<&'static str, ConfigError> {
        let kinds: Vec<&str> = KINDS.iter().map(|(kind, ..)| *kind).collect();
        let known = kinds.join(", ");
        let (kind, own, shared) = match self.plain("kind")? {
            Some((word, place)) => *KINDS.iter().find(|(kind, ..)| *kind == word).ok_or_else(|| {
                wrong(&place, self.key("kind"), format!("is no kind of source; there are {known}"))
            })?,
            None => {
                return Err(wrong(place, self.key("kind"), format!("is missing; there are {known}")));
            }
        };
        let mut mine = self.values.iter().filter_map(|(key, found)| {
            parts(key).filter(|(name, _)| *name == self.name).map(|(_, own)| (own, found))
        });
        let allowed = |found: &str| {
            let mut keys = COMMON.iter().chain(own).chain(shared);
            keys.any(|(key, is_secret)| {
                *key == found || (*is_secret && found.strip_suffix("_file") == Some(*key))
            })
        };
        if let Some((key, found)) = mine.find(|(key, _)| !allowed(key)) {
            let names: Vec<&str> = own.iter().map(|(name, _)| *name).collect();
            let what = format!("is no key of a source of the kind {kind}; it has {}", names.join(", "));
            return Err(wrong(&found.place, self.key(key), what));
        }
        Ok(kind)
    }

    /// A number of hours, at most a week.
    fn hours(&self, own: &str) -> Result<Option<i64>, ConfigError> {
        self.number(own, 1, 168, "hours")
    }

    /// A whole number between two others.
    fn number(&self, own: &str, least: i64, most: i64, of: &str) -> Result<Option<i64>, ConfigError> {
        let Some((number, place)) = self.plain(own)? else { return Ok(None) };
        let number = number.parse().ok().filter(|number| (least..=most).contains(number));
        let what = || format!("is no number of {of} from {least} to {most}");
        number.map(Some).ok_or_else(|| wrong(&place, self.key(own), what()))
    }

    fn entry(&self) -> Result<AwsEntry, ConfigError> {
        if let Some((_, place)) = self.plain("role_arn")?.filter(|(arn, _)| !arn.starts_with("arn:")) {
            return Err(wrong(&place, self.key("role_arn"), NO_ARN));
        }
        if let Some((_, place)) = self.plain("endpoint")?.filter(|(url, _)| !is_web_address(url)) {
            return Err(wrong(
                &place,
                self.key("endpoint"),
                "is no address: it begins with https:// or http://",
            ));
        }
        let entry = AwsEntry {
            region: self.value("region")?,
            endpoint: self.value("endpoint")?,
            credentials_file: self.value("credentials_file")?,
            profile: self.value("profile")?,
            role_arn: self.value("role_arn")?,
            external_id: secret(self.values, &self.key("external_id"))?,
        };
        if entry.external_id.is_some() && entry.role_arn.is_none() {
            let what = "needs role_arn: a role asks for it";
            return Err(wrong(&self.place("external_id"), self.key("external_id"), what));
        }
        Ok(entry)
    }

    fn place(&self, own: &str) -> String {
        self.values.get(&self.key(own)).map(|found| found.place.clone()).unwrap_or_default()
    }

    fn focus_export(&self, place: &str) -> Result<FocusExport, ConfigError> {
        let example = "say location = \"s3://bucket/prefix/export-name\", or a folder";
        let Some((location, at)) = self.plain("location")?.filter(|(location, _)| !location.is_empty())
        else {
            return Err(wrong(place, self.key("location"), format!("is missing: {example}")));
        };
        if location.contains("://") && !is_bucket_address(&location) {
            return Err(wrong(&at, self.key("location"), format!("is no place of an export: {example}")));
        }
        let export = FocusExport {
            name: self.name.to_owned(),
            entry: self.entry()?,
            tag_keys: list(self.values, "cost.tag_keys")?,
            sync_every_hours: self.hours("sync_every_hours")?,
            location,
        };
        if !is_bucket_address(&export.location) {
            let given = ENTRY.iter().find(|(own, _)| self.values.contains_key(&self.key(own)));
            if let Some((own, _)) = given {
                let what = "means nothing for a folder of this machine";
                return Err(wrong(&self.place(own), self.key(own), what));
            }
        }
        Ok(export)
    }
}

const NO_ARN: &str = "is no ARN: it begins with arn:";

fn source(values: &Values, name: &str, place: &str) -> Result<SourceConfig, ConfigError> {
    let section = Section { values, name };
    match section.kind(place)? {
        "focus-export" => section.focus_export(place).map(SourceConfig::FocusExport),
        "application-signals" => section.application_signals().map(SourceConfig::ApplicationSignals),
        "cloudwatch" => section.cloudwatch(place).map(SourceConfig::CloudWatch),
        "datadog" => section.datadog(place).map(SourceConfig::Datadog),
        "datadog-incidents" => section.datadog_incidents(place).map(SourceConfig::DatadogIncidents),
        "pagerduty" => section.pagerduty(place).map(SourceConfig::PagerDuty),
        "prometheus" => section.prometheus(place).map(SourceConfig::Prometheus),
        _ => section.aws_cost_explorer().map(SourceConfig::AwsCostExplorer),
    }
}

impl Section<'_> {
    fn aws_cost_explorer(&self) -> Result<AwsCostExplorer, ConfigError> {
        let (key, plain) = (|own: &str| self.key(own), |own: &str| self.plain(own));
        let organizations = match plain("organizations")? {
            None => true,
            Some((word, _)) if word == "on" => true,
            Some((word, _)) if word == "off" => false,
            Some((_, place)) => return Err(wrong(&place, key("organizations"), "is on or off")),
        };
        let daily_request_cap = match plain("daily_request_cap")? {
            None => DAILY_REQUEST_CAP,
            Some((number, place)) => number
                .parse()
                .map_err(|_| wrong(&place, key("daily_request_cap"), "is no whole number of requests"))?,
        };
        if let Some((_, place)) = plain("billing_view_arn")?.filter(|(arn, _)| !arn.starts_with("arn:")) {
            return Err(wrong(&place, key("billing_view_arn"), NO_ARN));
        }
        let aws = AwsCostExplorer {
            name: self.name.to_owned(),
            entry: self.entry()?,
            billing_view_arn: self.value("billing_view_arn")?,
            organizations,
            tag_key: self.tag_key()?,
            mixed_accounts: list(self.values, &key("mixed_accounts"))?,
            anomalies_every_hours: self.hours("anomalies_every_hours")?,
            daily_request_cap,
            sync_every_hours: self.hours("sync_every_hours")?,
        };
        self.complete(&aws)?;
        Ok(aws)
    }

    /// Refuses keys that make sense only together.
    /// The one tag that tells mixed accounts apart.
    ///
    /// Cost Explorer groups by two things, one of which is the service. A second sweep by another key would say how
    /// much of a service carries a value of that key, but not how much of it carries which value of the first one;
    /// rules look at both at once, so that no split of the two sums over cells would be exact, and adding both
    /// would count the cost twice.
    fn tag_key(&self) -> Result<Option<String>, ConfigError> {
        let key = self.key("tag_key");
        let is_list = list(self.values, &key).is_ok_and(|keys| keys.len() > 1);
        let value: Option<String> = if is_list { None } else { self.value("tag_key")? };
        if is_list || value.as_deref().is_some_and(|value| value.contains(',')) {
            return Err(wrong(
                &self.place("tag_key"),
                key,
                "names several tags, and Cost Explorer tells of one at a time: by two keys it says how much each has, \
                 not how much both have, and the cost would be counted twice. Name the one that rules look at most, or \
                 read the bill by an export (kind = \"focus-export\"), which has all tags on every line",
            ));
        }
        Ok(value)
    }

    fn complete(&self, aws: &AwsCostExplorer) -> Result<(), ConfigError> {
        let (key, place) = (|own: &str| self.key(own), |own: &str| self.place(own));
        if !aws.mixed_accounts.is_empty() && aws.tag_key.is_none() {
            return Err(wrong(
                &place("mixed_accounts"),
                key("mixed_accounts"),
                "needs tag_key, which tells them apart",
            ));
        }
        let digits = |id: &&String| id.len() != 12 || !id.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(id) = aws.mixed_accounts.iter().find(digits) {
            let what = format!("has {id:?}, which is no account id of 12 digits (write it in quotes)");
            return Err(wrong(&place("mixed_accounts"), key("mixed_accounts"), what));
        }
        Ok(())
    }
}

/// Whether a location is an address in S3, with a bucket; any other one is a folder.
fn is_bucket_address(location: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || ".-_".contains(letter);
    let bucket = location.strip_prefix("s3://").and_then(|rest| rest.split('/').next());
    bucket.is_some_and(|bucket| !bucket.is_empty() && bucket.chars().all(allowed))
}

fn is_web_address(url: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::config;
    use super::*;

    const AWS: &str = "[sources.aws]\nkind = \"aws-cost-explorer\"\n";

    fn aws(config: &super::super::Config) -> &AwsCostExplorer {
        let [SourceConfig::AwsCostExplorer(aws)] = &config.sources[..] else { panic!("{config:?}") };
        aws
    }

    #[test]
    fn a_source_is_read_with_its_defaults() {
        let read = config(AWS, &[]).unwrap();
        let source = aws(&read);
        assert_eq!(
            (source.name.as_str(), source.daily_request_cap, source.organizations),
            ("aws", 200, true)
        );
        let more = format!(
            "{AWS}daily_request_cap = 30\ntag_key = \"team\"\nmixed_accounts = [\"123456789012\"]\n\
             role_arn = \"arn:aws:iam::123456789012:role/x\"\norganizations = \"off\"\n"
        );
        let read = config(&more, &[("TEIREI_SOURCES__AWS__EXTERNAL_ID", "hunter2")]).unwrap();
        let source = aws(&read);
        assert_eq!((source.daily_request_cap, source.organizations), (30, false));
        assert_eq!(source.mixed_accounts, ["123456789012"]);
        assert_eq!(source.entry.external_id.as_ref().map(Secret::reveal), Some("hunter2"));
        assert!(!format!("{read:?}").contains("hunter2"));
        let read = config(AWS, &[("TEIREI_SOURCES__AWS__DAILY_REQUEST_CAP", "7")]).unwrap();
        assert_eq!(aws(&read).daily_request_cap, 7);
    }

    #[test]
    fn the_example_can_be_used() {
        let example = include_str!("../../../docs/examples/aws.toml");
        let read = config(&example.replace("external_id_file", "external_id"), &[]).unwrap();
        assert_eq!(read.sources[0].every(), Some(SignedDuration::from_hours(12)));
        assert_eq!(aws(&read).mixed_accounts.len(), 1);
    }

    #[test]
    fn an_export_is_read_with_its_tags() {
        let file = "[cost]\ntag_keys = [\"team\"]\n[sources.bill]\nkind = \"focus-export\"\n\
             location = \"s3://billing/finance/focus\"\nsync_every_hours = 8\n";
        let read = config(file, &[("TEIREI_SOURCES__BILL__REGION", "ap-northeast-1")]).unwrap();
        let [SourceConfig::FocusExport(export)] = &read.sources[..] else { panic!("{read:?}") };
        assert_eq!(export.location, "s3://billing/finance/focus");
        assert_eq!(export.entry.region.as_deref(), Some("ap-northeast-1"));
        assert_eq!(export.tag_keys, ["team"]);
        assert_eq!(read.sources[0].every(), Some(SignedDuration::from_hours(8)));
        let example = config(include_str!("../../../docs/examples/focus-export.toml"), &[]).unwrap();
        assert_eq!(example.sources.len(), 2, "one in S3, one in a folder");
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (line, message) in [
            (
                "regoin = \"x\"",
                "teirei.toml:3: sources.aws.regoin is not known; did you mean sources.aws.region?",
            ),
            ("organizations = \"yes\"", "teirei.toml:3: sources.aws.organizations is on or off"),
            (
                "daily_request_cap = \"many\"",
                "teirei.toml:3: sources.aws.daily_request_cap is no whole number",
            ),
            ("daily_request_cap = -1", "teirei.toml:3: sources.aws.daily_request_cap is no whole number"),
            ("sync_every_hours = 0", "teirei.toml:3: sources.aws.sync_every_hours is no number of hours"),
            ("role_arn = \"teirei\"", "teirei.toml:3: sources.aws.role_arn is no ARN"),
            ("endpoint = \"localhost\"", "teirei.toml:3: sources.aws.endpoint is no address"),
            ("external_id = \"x\"", "teirei.toml:3: sources.aws.external_id needs role_arn"),
            (
                "tag_key = [\"team\", \"env\"]",
                "teirei.toml:3: sources.aws.tag_key names several tags, and Cost Explorer tells of one at a time",
            ),
            (
                "tag_key = \"team, env\"",
                "teirei.toml:3: sources.aws.tag_key names several tags, and Cost Explorer tells of one at a time",
            ),
            (
                "mixed_accounts = [\"123456789012\"]",
                "teirei.toml:3: sources.aws.mixed_accounts needs tag_key",
            ),
            (
                "tag_key = \"t\"\nmixed_accounts = [\"12\"]",
                "teirei.toml:4: sources.aws.mixed_accounts has \"12\"",
            ),
            ("region = 3", "teirei.toml:3: sources.aws.region is neither a text nor a list"),
        ] {
            let error = config(&format!("{AWS}{line}"), &[]).unwrap_err();
            assert!(error.starts_with(message), "{line}: {error}");
        }
        for (file, message) in [
            ("[sources.x]\nregion = \"a\"", "teirei.toml:2: sources.x.kind is missing"),
            ("[sources.x]\nkind = \"gcp\"", "teirei.toml:2: sources.x.kind is no kind of source; there are"),
            (
                "[sources.x]\nkind = \"focus-export\"\ntag_key = \"team\"",
                "teirei.toml:3: sources.x.tag_key is no key of a source of the kind focus-export; it has location",
            ),
            (
                "[sources.x]\nkind = \"aws-cost-explorer\"\nlocation = \"s3://b/e\"",
                "teirei.toml:3: sources.x.location is no key",
            ),
            ("[sources.x]\nkind = \"focus-export\"", "teirei.toml:2: sources.x.location is missing: say"),
            (
                "[sources.x]\nkind = \"focus-export\"\nlocation = \"gs://b/e\"",
                "teirei.toml:3: sources.x.location is no place of an export",
            ),
            (
                "[sources.x]\nkind = \"focus-export\"\nlocation = \"/srv/bill\"\nregion = \"eu-west-1\"",
                "teirei.toml:4: sources.x.region means nothing for a folder",
            ),
            ("[sources]\nx = \"a\"", "teirei.toml:2: sources.x is not known"),
        ] {
            let error = config(file, &[]).unwrap_err();
            assert!(error.starts_with(message), "{file}: {error}");
        }
    }
}
