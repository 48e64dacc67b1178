//! `[sources.NAME]`: what `teirei sync` asks, each source under a name of its own.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::{ConfigError, Found, Secret, Values, list, secret, text, unknown_among};

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
}

impl SourceConfig {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::AwsCostExplorer(aws) => &aws.name,
        }
    }

    /// How often `serve` syncs it by itself; `None` when it does not.
    #[must_use]
    pub fn every(&self) -> Option<SignedDuration> {
        match self {
            Self::AwsCostExplorer(aws) => aws.sync_every_hours.map(SignedDuration::from_hours),
        }
    }
}

/// AWS Cost Explorer and Organizations, asked by API.
#[derive(Clone, Debug)]
pub struct AwsCostExplorer {
    /// The name of the source.
    pub name: String,
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
    /// `billing_view_arn`: the billing view to read.
    pub billing_view_arn: Option<String>,
    /// `organizations`: on or off, whether accounts are asked for.
    pub organizations: bool,
    /// `tag_key`: the tag that tells the usage of mixed accounts apart.
    pub tag_key: Option<String>,
    /// `mixed_accounts`: ids of accounts that several products share.
    pub mixed_accounts: Vec<String>,
    /// `daily_request_cap`: priced requests a UTC day; none is made beyond.
    pub daily_request_cap: u32,
    /// `sync_every_hours`: how often `serve` syncs by itself; never where nothing is said.
    pub sync_every_hours: Option<i64>,
}

/// The keys of a source, and whether each has a twin ending in `_file`.
const KEYS: [(&str, bool); 13] = [
    ("billing_view_arn", false),
    ("credentials_file", false),
    ("daily_request_cap", false),
    ("endpoint", false),
    ("external_id", true),
    ("kind", false),
    ("mixed_accounts", false),
    ("organizations", false),
    ("profile", false),
    ("region", false),
    ("role_arn", false),
    ("sync_every_hours", false),
    ("tag_key", false),
];

const KIND: &str = "aws-cost-explorer";

/// Name and key of a source's key such as `sources.aws.region`.
fn parts(key: &str) -> Option<(&str, &str)> {
    key.strip_prefix(SECTION)?.strip_prefix('.')?.split_once('.')
}

/// Whether a key is one of a source and, if so, known.
pub(super) fn check_known(key: &str, place: &str) -> Option<Result<(), ConfigError>> {
    let (name, own) = parts(key)?;
    let known = || {
        KEYS.iter().flat_map(|(known, is_secret)| {
            std::iter::once((*known).to_owned()).chain(is_secret.then(|| format!("{known}_file")))
        })
    };
    Some(if known().any(|known| known == own) {
        Ok(())
    } else {
        Err(unknown_among(place, key, known().map(|known| format!("{SECTION}.{name}.{known}"))))
    })
}

/// Whether a key's value may be a number.
pub(super) fn is_number(key: &str) -> bool {
    parts(key).is_some_and(|(_, own)| ["daily_request_cap", "sync_every_hours"].contains(&own))
}

/// All sources, by name.
pub(super) fn of(values: &Values) -> Result<Vec<SourceConfig>, ConfigError> {
    let mut names: BTreeMap<&str, &Found> = BTreeMap::new();
    for (key, found) in values {
        if let Some((name, _)) = parts(key) {
            names.entry(name).or_insert(found);
        }
    }
    names.into_iter().map(|(name, found)| source(values, name, &found.place)).collect()
}

fn wrong(place: &str, key: String, what: impl Into<String>) -> ConfigError {
    ConfigError::Value { place: place.to_owned(), key, what: what.into() }
}

fn source(values: &Values, name: &str, place: &str) -> Result<SourceConfig, ConfigError> {
    let key = |own: &str| format!("{SECTION}.{name}.{own}");
    let plain = |own: &str| -> Result<Option<(String, String)>, ConfigError> { text(values, &key(own)) };
    let value =
        |own: &str| plain(own).map(|found| found.map(|(value, _)| value).filter(|value| !value.is_empty()));
    match plain("kind")? {
        Some((kind, _)) if kind == KIND => {}
        Some((_, place)) => {
            return Err(wrong(&place, key("kind"), format!("is no kind of source; {KIND} is one")));
        }
        None => return Err(wrong(place, key("kind"), format!("is missing: say kind = \"{KIND}\""))),
    }
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
    let sync_every_hours = match plain("sync_every_hours")? {
        None => None,
        Some((hours, place)) => {
            let hours = hours.parse().ok().filter(|hours| (1..=168).contains(hours));
            Some(hours.ok_or_else(|| {
                wrong(&place, key("sync_every_hours"), "is no number of hours from 1 to 168")
            })?)
        }
    };
    for own in ["role_arn", "billing_view_arn"] {
        if let Some((_, place)) = plain(own)?.filter(|(arn, _)| !arn.starts_with("arn:")) {
            return Err(wrong(&place, key(own), "is no ARN: it begins with arn:"));
        }
    }
    if let Some((_, place)) = plain("endpoint")?.filter(|(url, _)| !is_web_address(url)) {
        return Err(wrong(&place, key("endpoint"), "is no address: it begins with https:// or http://"));
    }
    let aws = AwsCostExplorer {
        name: name.to_owned(),
        region: value("region")?,
        endpoint: value("endpoint")?,
        credentials_file: value("credentials_file")?,
        profile: value("profile")?,
        role_arn: value("role_arn")?,
        external_id: secret(values, &key("external_id"))?,
        billing_view_arn: value("billing_view_arn")?,
        organizations,
        tag_key: value("tag_key")?,
        mixed_accounts: list(values, &key("mixed_accounts"))?,
        daily_request_cap,
        sync_every_hours,
    };
    complete(values, &aws, key)?;
    Ok(SourceConfig::AwsCostExplorer(aws))
}

/// Refuses keys that make sense only together.
fn complete(values: &Values, aws: &AwsCostExplorer, key: impl Fn(&str) -> String) -> Result<(), ConfigError> {
    let place = |own: &str| values.get(&key(own)).map(|found| found.place.clone()).unwrap_or_default();
    if aws.external_id.is_some() && aws.role_arn.is_none() {
        return Err(wrong(&place("external_id"), key("external_id"), "needs role_arn: a role asks for it"));
    }
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
        assert_eq!(source.external_id.as_ref().map(Secret::reveal), Some("hunter2"));
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
            ("[sources.x]\nkind = \"gcp\"", "teirei.toml:2: sources.x.kind is no kind of source"),
            ("[sources]\nx = \"a\"", "teirei.toml:2: sources.x is not known"),
        ] {
            let error = config(file, &[]).unwrap_err();
            assert!(error.starts_with(message), "{file}: {error}");
        }
    }
}
