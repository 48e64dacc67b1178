//! `kind = "cloudwatch"` and `kind = "application-signals"`: service levels in AWS.

use crate::config::ConfigError;
use crate::config::named::KnownKey;

use super::{AwsEntry, Section, wrong};

/// The keys of a source of CloudWatch beside those that lead into AWS.
pub(super) const KEYS: &[KnownKey] = &[("definitions", false)];

/// The keys of a source of Application Signals beside those that lead into AWS.
pub(super) const SIGNALS_KEYS: &[KnownKey] = &[("linked_accounts", false)];

/// Service levels defined in OpenSLO files and counted in CloudWatch.
#[derive(Clone, Debug)]
pub struct CloudWatch {
    /// The name of the source.
    pub name: String,
    /// How one gets into AWS; its region is that of the metrics.
    pub entry: AwsEntry,
    /// `definitions`: OpenSLO files, folders, or paths with `*` in their last part.
    pub definitions: Vec<String>,
    /// `sync_every_hours`: how often `serve` syncs by itself; never where nothing is said.
    pub sync_every_hours: Option<i64>,
}

/// Service levels that Application Signals keeps.
#[derive(Clone, Debug)]
pub struct ApplicationSignals {
    /// The name of the source.
    pub name: String,
    /// How one gets into AWS; its region is that of the objectives.
    pub entry: AwsEntry,
    /// `linked_accounts`: on or off, whether those of linked accounts are taken over, too.
    pub linked_accounts: bool,
    /// `sync_every_hours`: how often `serve` syncs by itself; never where nothing is said.
    pub sync_every_hours: Option<i64>,
}

impl Section<'_> {
    pub(super) fn cloudwatch(&self, place: &str) -> Result<CloudWatch, ConfigError> {
        Ok(CloudWatch {
            name: self.name.to_owned(),
            entry: self.entry()?,
            definitions: self.definitions(place)?,
            sync_every_hours: self.hours("sync_every_hours")?,
        })
    }

    pub(super) fn application_signals(&self) -> Result<ApplicationSignals, ConfigError> {
        let linked_accounts = match self.plain("linked_accounts")? {
            None => true,
            Some((word, _)) if word == "on" => true,
            Some((word, _)) if word == "off" => false,
            Some((_, place)) => return Err(wrong(&place, self.key("linked_accounts"), "is on or off")),
        };
        Ok(ApplicationSignals {
            name: self.name.to_owned(),
            entry: self.entry()?,
            linked_accounts,
            sync_every_hours: self.hours("sync_every_hours")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::config;
    use super::super::SourceConfig;

    #[test]
    fn the_example_can_be_used() {
        let read = config(include_str!("../../../../docs/examples/cloudwatch.toml"), &[]).unwrap();
        let [SourceConfig::CloudWatch(metrics), SourceConfig::ApplicationSignals(signals)] =
            &read.sources[..]
        else {
            panic!("{read:?}")
        };
        assert_eq!(metrics.definitions, ["cloudwatch-slo.yaml"]);
        assert_eq!(metrics.entry.region.as_deref(), Some("ap-northeast-1"));
        assert!(signals.linked_accounts && signals.entry.role_arn.is_some());
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let metrics = "[sources.x]\nkind = \"cloudwatch\"\n";
        for (file, message) in [
            (metrics.to_owned(), "sources.x.definitions is missing: name the OpenSLO files"),
            (
                format!("{metrics}definitions = [\"a\"]\nmode = \"raw\""),
                "teirei.toml:4: sources.x.mode is no key",
            ),
            (
                "[sources.x]\nkind = \"application-signals\"\nlinked_accounts = \"some\"".to_owned(),
                "teirei.toml:3: sources.x.linked_accounts is on or off",
            ),
            (
                "[sources.x]\nkind = \"application-signals\"\ndefinitions = [\"a\"]".to_owned(),
                "teirei.toml:3: sources.x.definitions is no key of a source of the kind application-signals",
            ),
        ] {
            let error = config(&file, &[]).unwrap_err();
            assert!(error.contains(message), "{file}: {error}");
        }
    }
}
