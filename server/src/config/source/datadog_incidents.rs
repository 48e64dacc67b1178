//! `kind = "datadog-incidents"`: incidents that Datadog keeps.
//!
//! A kind of its own beside `datadog`: other keys may read them, they are asked for at other hours, and each can
//! fail without the other.

use crate::config::named::KnownKey;
use crate::config::{ConfigError, HookConfig, Secret, secret};
use crate::import::HookKind;

use super::{Section, wrong};

/// How many days back incidents are asked for where nothing is said: two quarters.
const HISTORY_DAYS: i64 = 182;

/// The keys of such a source.
pub(super) const KEYS: &[KnownKey] = &[
    ("api_key", true),
    ("application_key", true),
    ("endpoint", false),
    ("history_days", false),
    ("product", false),
    ("product_label", false),
    ("products", false),
    ("repairs", false),
    ("severities", false),
    ("site", false),
];

/// Incidents that Datadog keeps.
#[derive(Clone, Debug)]
pub struct DatadogIncidents {
    /// The name of the source.
    pub name: String,
    /// The address before `/api/v2`: that of `site`, or `endpoint` itself.
    pub endpoint: String,
    /// `api_key`.
    pub api_key: Secret,
    /// `application_key`.
    pub application_key: Secret,
    /// `history_days`: how far back incidents are asked for.
    pub history_days: i64,
    /// How answers are read, and under which source their incidents are kept: that of the webhook that
    /// `repairs` names, or one without secrets of the source's own name.
    pub reader: HookConfig,
    /// `sync_every_hours`: how often `serve` syncs by itself; never where nothing is said.
    pub sync_every_hours: Option<i64>,
}

impl DatadogIncidents {
    /// Whether it repairs a webhook.
    #[must_use]
    pub fn repairs(&self) -> bool {
        !self.reader.secrets.is_empty()
    }
}

impl Section<'_> {
    pub(super) fn datadog_incidents(&self, place: &str) -> Result<DatadogIncidents, ConfigError> {
        let needed = |own: &str| {
            secret(self.values, &self.key(own))?.ok_or_else(|| {
                let what =
                    "is missing: Datadog wants an API key and an application key with the scope incident_read";
                wrong(place, self.key(own), what)
            })
        };
        Ok(DatadogIncidents {
            name: self.name.to_owned(),
            endpoint: self.site_address(place)?,
            api_key: needed("api_key")?,
            application_key: needed("application_key")?,
            history_days: self.number("history_days", 1, 1_100, "days")?.unwrap_or(HISTORY_DAYS),
            reader: self.reader(place, HookKind::Datadog)?,
            sync_every_hours: self.hours("sync_every_hours")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::config;
    use super::super::SourceConfig;
    use super::DatadogIncidents;

    const HOOK: &str = "[hooks.datadog]\nkind = \"datadog\"\nsecret = \"hunter2hunter2hunter2\"\n\
                        product_label = \"team\"\n";
    const KEYS_GIVEN: [(&str, &str); 2] =
        [("TEIREI_SOURCES__DD__API_KEY", "hunter3"), ("TEIREI_SOURCES__DD__APPLICATION_KEY", "hunter4")];

    fn read(lines: &str) -> Result<DatadogIncidents, String> {
        let file = format!("{HOOK}[sources.dd]\nkind = \"datadog-incidents\"\n{lines}");
        let mut config = config(&file, &KEYS_GIVEN)?;
        assert!(!format!("{config:?}").contains("hunter"));
        match config.sources.pop() {
            Some(SourceConfig::DatadogIncidents(source)) => Ok(source),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn it_is_read_with_its_defaults() {
        let own = read("site = \"ap1.datadoghq.com\"\nproduct_label = \"team\"").unwrap();
        assert_eq!((own.endpoint.as_str(), own.history_days), ("https://api.ap1.datadoghq.com", 182));
        assert_eq!((own.reader.name(), own.repairs()), ("dd", false));
        assert_eq!(own.reader.mapping.product_label, "team");
        let repairing = read("site = \"datadoghq.eu\"\nrepairs = \"datadog\"\nhistory_days = 35").unwrap();
        assert_eq!((repairing.reader.name(), repairing.repairs()), ("datadog", true));
        assert_eq!(repairing.reader.mapping.product_label, "team");
    }

    #[test]
    fn the_example_can_be_used() {
        let example = include_str!("../../../../docs/examples/datadog.toml").replace("_file", "");
        let read = config(&example, &[]).unwrap();
        let found = read.sources.iter().find_map(|source| match source {
            SourceConfig::DatadogIncidents(source) => Some(source),
            _ => None,
        });
        assert!(found.is_some_and(DatadogIncidents::repairs) && read.readers().len() == 1);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let site = "site = \"datadoghq.eu\"\n";
        for (lines, message) in [
            (
                "repairs = \"gone\"",
                "sources.dd.repairs names no webhook of the kind datadog: write [hooks.gone]",
            ),
            (
                "repairs = \"datadog\"\nproduct_label = \"x\"",
                "sources.dd.product_label is said by [hooks.datadog]",
            ),
            ("history_days = 0", "sources.dd.history_days is no number of days from 1 to 1100"),
            ("page_size = 5", "sources.dd.page_size is no key of a source of the kind datadog-incidents"),
        ] {
            let error = read(&format!("{site}{lines}")).unwrap_err();
            assert!(error.contains(message), "{lines}: {error}");
        }
        let error = read("").unwrap_err();
        assert!(error.contains("sources.dd.site is missing"), "{error}");
        let file = format!("[sources.dd]\nkind = \"datadog-incidents\"\n{site}");
        let error = config(&file, &[]).unwrap_err();
        assert!(error.contains("application key with the scope incident_read"), "{error}");
    }
}
