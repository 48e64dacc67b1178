//! `kind = "pagerduty"`: incidents that PagerDuty keeps.

use crate::config::named::KnownKey;
use crate::config::{ConfigError, HookConfig, Secret, hook, secret};
use crate::import::HookKind;

use super::{SECTION, Section, is_web_address, wrong};

/// PagerDuty's address where nothing is said; accounts in Europe have another one.
const ENDPOINT: &str = "https://api.pagerduty.com";

/// How many days back incidents are asked for where nothing is said: two quarters.
const HISTORY_DAYS: i64 = 182;

/// The keys of such a source.
pub(super) const KEYS: &[KnownKey] = &[
    ("api_key", true),
    ("endpoint", false),
    ("history_days", false),
    ("product", false),
    ("products", false),
    ("repairs", false),
    ("severities", false),
];

/// The keys that a webhook has that is repaired.
const OF_THE_HOOK: [&str; 4] = ["product", "product_label", "products", "severities"];

/// Incidents that PagerDuty keeps.
#[derive(Clone, Debug)]
pub struct PagerDuty {
    /// The name of the source.
    pub name: String,
    /// `endpoint`: the address before `/incidents`.
    pub endpoint: String,
    /// `api_key`.
    pub api_key: Secret,
    /// `history_days`: how far back incidents are asked for.
    pub history_days: i64,
    /// How answers are read, and under which source their incidents are kept: that of the webhook that
    /// `repairs` names, or one without secrets of the source's own name.
    pub reader: HookConfig,
    /// `sync_every_hours`: how often `serve` syncs by itself; never where nothing is said.
    pub sync_every_hours: Option<i64>,
}

impl PagerDuty {
    /// Whether it repairs a webhook.
    #[must_use]
    pub fn repairs(&self) -> bool {
        !self.reader.secrets.is_empty()
    }
}

impl Section<'_> {
    pub(super) fn pagerduty(&self, place: &str) -> Result<PagerDuty, ConfigError> {
        let api_key = secret(self.values, &self.key("api_key"))?.ok_or_else(|| {
            let what = "is missing: PagerDuty wants a key of its REST API; reading is enough";
            wrong(place, self.key("api_key"), what)
        })?;
        let endpoint = match self.plain("endpoint")? {
            None => ENDPOINT.to_owned(),
            Some((url, _)) if is_web_address(&url) && !url.contains(['?', '#', ' ', '@']) => {
                url.trim_end_matches('/').to_owned()
            }
            Some((_, at)) => {
                let what =
                    "is no address without user, query and spaces, such as https://api.eu.pagerduty.com";
                return Err(wrong(&at, self.key("endpoint"), what));
            }
        };
        Ok(PagerDuty {
            name: self.name.to_owned(),
            endpoint,
            api_key,
            history_days: self.number("history_days", 1, 1_100, "days")?.unwrap_or(HISTORY_DAYS),
            reader: self.reader(place, HookKind::PagerDuty)?,
            sync_every_hours: self.hours("sync_every_hours")?,
        })
    }

    /// How answers are read, and under which source their incidents are kept: that of the webhook of a kind that
    /// `repairs` names, or one without secrets of the source's own name.
    pub(super) fn reader(&self, place: &str, kind: HookKind) -> Result<HookConfig, ConfigError> {
        let hooks = hook::of(self.values)?;
        let Some((repaired, at)) = self.plain("repairs")? else {
            if hooks.iter().any(|hook| hook.name() == self.name) {
                let what = format!(
                    "is missing: there is a webhook of this name, so say repairs = \"{}\"",
                    self.name
                );
                return Err(wrong(place, self.key("repairs"), what));
            }
            let mapping = hook::mapping(self.values, SECTION, self.name, place)?;
            return Ok(HookConfig { kind, secrets: Vec::new(), mapping });
        };
        let mut fitting = hooks.into_iter().filter(|hook| hook.kind == kind);
        let Some(hook) = fitting.find(|hook| hook.name() == repaired) else {
            let kind = kind.as_str();
            let what =
                format!("names no webhook of the kind {kind}: write [hooks.{repaired}], or leave it out");
            return Err(wrong(&at, self.key("repairs"), what));
        };
        if let Some(own) = OF_THE_HOOK.into_iter().find(|own| self.values.contains_key(&self.key(own))) {
            let what = format!("is said by [hooks.{repaired}], which this source repairs");
            return Err(wrong(&self.place(own), self.key(own), what));
        }
        Ok(hook)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::config;
    use super::super::SourceConfig;
    use super::PagerDuty;

    const HOOK: &str = "[hooks.pagerduty]\nkind = \"pagerduty\"\nsecret = \"hunter2hunter2hunter2\"\n\
                        severities = [\"P1=SEV-2\"]\n[hooks.am]\nkind = \"alertmanager\"\nsecret = \"hunter2hunter2hunter2\"\n";

    fn read(lines: &str) -> Result<PagerDuty, String> {
        let file = format!("{HOOK}[sources.pd]\nkind = \"pagerduty\"\n{lines}");
        let mut config = config(&file, &[("TEIREI_SOURCES__PD__API_KEY", "hunter3")])?;
        assert!(!format!("{config:?}").contains("hunter"));
        match config.sources.pop() {
            Some(SourceConfig::PagerDuty(source)) => Ok(source),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn it_is_read_with_its_defaults() {
        let own = read("product = \"karte\"\nseverities = [\"Blocker=SEV-1\"]").unwrap();
        assert_eq!((own.endpoint.as_str(), own.history_days), ("https://api.pagerduty.com", 182));
        assert_eq!((own.reader.name(), own.repairs(), own.api_key.reveal()), ("pd", false, "hunter3"));
        assert_eq!(own.reader.mapping.product.as_deref(), Some("karte"));
        assert!(own.reader.mapping.severities.contains_key("blocker"));
        let repairing = read("repairs = \"pagerduty\"\nhistory_days = 35").unwrap();
        assert_eq!((repairing.reader.name(), repairing.repairs()), ("pagerduty", true));
        assert!(repairing.reader.mapping.severities.contains_key("p1"));
    }

    #[test]
    fn the_example_can_be_used() {
        let example = include_str!("../../../../docs/examples/pagerduty.toml").replace("_file", "");
        let read = config(&example, &[]).unwrap();
        let [SourceConfig::PagerDuty(source)] = &read.sources[..] else { panic!("{read:?}") };
        assert!(source.repairs() && read.readers().len() == 1);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (lines, message) in [
            ("repairs = \"am\"", "sources.pd.repairs names no webhook of the kind pagerduty"),
            ("repairs = \"gone\"", "sources.pd.repairs names no webhook of the kind pagerduty"),
            ("repairs = \"pagerduty\"\nproduct = \"x\"", "sources.pd.product is said by [hooks.pagerduty]"),
            ("endpoint = \"api.pagerduty.com\"", "sources.pd.endpoint is no address"),
            ("history_days = 0", "sources.pd.history_days is no number of days from 1 to 1100"),
            ("severities = [\"P1\"]", "sources.pd.severities has \"P1\", which is no pair"),
            ("gap_minutes = 5", "sources.pd.gap_minutes"),
        ] {
            let error = read(lines).unwrap_err();
            assert!(error.contains(message), "{lines}: {error}");
        }
        let same = format!("{HOOK}[sources.pagerduty]\nkind = \"pagerduty\"\napi_key = \"x\"");
        let error = config(&same, &[]).unwrap_err();
        assert!(error.contains("there is a webhook of this name, so say repairs = \"pagerduty\""), "{error}");
        let error = config("[sources.pd]\nkind = \"pagerduty\"", &[]).unwrap_err();
        assert!(error.contains("sources.pd.api_key is missing: PagerDuty wants a key"), "{error}");
    }
}
