//! `[hooks.NAME]`: who may tell of incidents and deploys at `/hooks/NAME`; the name is that of the source.

use std::collections::BTreeMap;

use domain::incident::Severity;
use domain::product::Environment;
use jiff::SignedDuration;

use super::named::{self, Part};
use super::{ConfigError, Secret, Values, list, secret};
use crate::import::{HookKind, HookMapping, is_source_name};

/// The section of all hooks.
pub(super) const SECTION: &str = "hooks";

/// A hook that messages may come to.
#[derive(Clone, Debug)]
pub struct HookConfig {
    /// What is spoken there.
    pub kind: HookKind,
    /// `secret`, and `previous_secret` while it is being changed: a token for Alertmanager, Datadog and Argo CD,
    /// what is signed with for the others.
    pub secrets: Vec<Secret>,
    /// How the words of messages become ours.
    pub mapping: HookMapping,
}

impl HookConfig {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.mapping.source
    }
}

/// The keys of a hook, and whether each has a twin ending in `_file`.
const KEYS: [(&str, bool); 10] = [
    ("environments", false),
    ("gap_minutes", false),
    ("kind", false),
    ("previous_secret", true),
    ("product", false),
    ("product_label", false),
    ("products", false),
    ("secret", true),
    ("severities", false),
    ("severity_label", false),
];

/// The keys that mean something for hooks of some kinds alone.
const OF_KINDS: [(&str, &[HookKind]); 5] = [
    ("environments", &HookKind::OF_DEPLOYS),
    ("severities", &HookKind::OF_INCIDENTS),
    ("gap_minutes", &[HookKind::Alertmanager]),
    ("product_label", &[HookKind::Alertmanager, HookKind::Datadog]),
    ("severity_label", &[HookKind::Alertmanager]),
];

/// The shortest secret that is taken: 16 characters.
const SHORTEST_SECRET: usize = 16;

/// How much time may pass between two alerts of one outage where nothing is said.
const GAP_MINUTES: i64 = 10;

/// Name and key of a hook's key such as `hooks.alerts.secret`.
fn parts(key: &str) -> Option<(&str, &str)> {
    key.strip_prefix(SECTION)?.strip_prefix('.')?.rsplit_once('.')
}

/// Whether a key is one of a hook and, if so, known.
pub(super) fn check_known(key: &str, place: &str) -> Option<Result<(), ConfigError>> {
    Some(named::check_known(SECTION, &KEYS, parts(key)?, key, place))
}

/// Whether a key's value may be a number.
pub(super) fn is_number(key: &str) -> bool {
    parts(key).is_some_and(|(_, own)| own == "gap_minutes")
}

/// All hooks, by name.
pub(super) fn of(values: &Values) -> Result<Vec<HookConfig>, ConfigError> {
    let part = |(name, place)| Section(Part { section: SECTION, values, name, place });
    named::names(values, parts).into_iter().map(|one| part(one).hook()).collect()
}

/// How the words of a source's answers become ours, as its own section says.
pub(super) fn mapping(
    values: &Values,
    section: &'static str,
    name: &str,
    place: &str,
) -> Result<HookMapping, ConfigError> {
    Section(Part { section, values, name, place }).mapping()
}

/// The values of one hook.
struct Section<'v>(Part<'v>);

impl Section<'_> {
    fn hook(&self) -> Result<HookConfig, ConfigError> {
        if !is_source_name(self.0.name) {
            let what = "is of a hook whose name is not made of letters, digits, full stops, - and _";
            return Err(self.0.wrong("kind", what));
        }
        let kind = self.kind()?;
        let is_senseless = |(own, kinds): &(&str, &[HookKind])| {
            !kinds.contains(&kind) && self.0.values.contains_key(&self.0.key(own))
        };
        if let Some((own, _)) = OF_KINDS.into_iter().find(is_senseless) {
            return Err(self.0.wrong(own, format!("means nothing for a hook of the kind {}", kind.as_str())));
        }
        Ok(HookConfig { kind, secrets: self.secrets()?, mapping: self.mapping()? })
    }

    fn kind(&self) -> Result<HookKind, ConfigError> {
        let known = HookKind::ALL.map(|kind| (kind.as_str(), kind));
        let missing = || format!("is missing: say one of {}", known.map(|(word, _)| word).join(", "));
        self.0.one_of("kind", &known)?.ok_or_else(|| self.0.wrong("kind", missing()))
    }

    fn secrets(&self) -> Result<Vec<Secret>, ConfigError> {
        let newest = secret(self.0.values, &self.0.key("secret"))?;
        let what = "is missing: without one anybody could tell; better give a file by secret_file";
        let newest = newest.ok_or_else(|| self.0.wrong("secret", what))?;
        let previous = secret(self.0.values, &self.0.key("previous_secret"))?;
        let named = [("secret", Some(newest)), ("previous_secret", previous)];
        for (own, secret) in &named {
            if secret.as_ref().is_some_and(|secret| secret.reveal().len() < SHORTEST_SECRET) {
                return Err(self.0.wrong(own, format!("is shorter than {SHORTEST_SECRET} characters")));
            }
        }
        Ok(named.into_iter().filter_map(|(_, secret)| secret).collect())
    }

    fn mapping(&self) -> Result<HookMapping, ConfigError> {
        let gap = match self.0.word("gap_minutes")? {
            None => GAP_MINUTES,
            Some(minutes) => {
                let minutes = minutes.parse().ok().filter(|minutes| (0..=1_440).contains(minutes));
                minutes.ok_or_else(|| {
                    self.0.wrong("gap_minutes", "is no whole number of minutes from 0 to 1440")
                })?
            }
        };
        let severity = |word: &str| word.parse::<Severity>().map_err(|error| error.to_string());
        let severities = self.pairs("severities", "critical=SEV-1", severity)?;
        let environment = |word: &str| word.parse::<Environment>().map_err(|error| error.to_string());
        let environments = self.pairs("environments", "tokyo=production", environment)?;
        Ok(HookMapping {
            source: self.0.name.to_owned(),
            product: self.0.word("product")?,
            product_label: self.0.word("product_label")?.unwrap_or_else(|| "product".to_owned()),
            severity_label: self.0.word("severity_label")?.unwrap_or_else(|| "severity".to_owned()),
            severities: severities.into_iter().map(|(word, value)| (word.to_lowercase(), value)).collect(),
            environments: environments
                .into_iter()
                .map(|(word, value)| (word.to_lowercase(), value))
                .collect(),
            products: self.pairs("products", "Karte API=karte", |slug| Ok(slug.to_owned()))?,
            gap: SignedDuration::from_mins(gap),
        })
    }

    /// A list of pairs such as `critical=SEV-1`.
    fn pairs<T>(
        &self,
        own: &str,
        example: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<BTreeMap<String, T>, ConfigError> {
        let mut pairs = BTreeMap::new();
        for pair in list(self.0.values, &self.0.key(own))? {
            let parts = pair.rsplit_once('=').map(|(word, value)| (word.trim(), value.trim()));
            let Some((word, value)) = parts.filter(|(word, value)| !word.is_empty() && !value.is_empty())
            else {
                return Err(self.0.wrong(own, format!("has {pair:?}, which is no pair such as {example:?}")));
            };
            let value = read(value).map_err(|what| self.0.wrong(own, format!("has {pair:?}: {what}")))?;
            if pairs.insert(word.to_owned(), value).is_some() {
                return Err(self.0.wrong(own, format!("names {word:?} twice")));
            }
        }
        Ok(pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::config;
    use super::*;

    const ALERTS: &str = "[hooks.alerts]\nkind = \"alertmanager\"\nsecret = \"hunter2hunter2hunter2\"\n";

    #[test]
    fn a_hook_is_read_and_its_secrets_are_never_printed() {
        let more = format!(
            "{ALERTS}severities = [\"critical=SEV-2\"]\nproducts = [\"Karte API=karte\"]\ngap_minutes = 5\n\
             product = \"shared\"\n"
        );
        let read =
            config(&more, &[("TEIREI_HOOKS__ALERTS__PREVIOUS_SECRET", "hunter1hunter1hunter1")]).unwrap();
        let [hook] = &read.hooks[..] else { panic!("{read:?}") };
        assert_eq!((hook.name(), hook.kind), ("alerts", HookKind::Alertmanager));
        assert_eq!(hook.secrets.len(), 2);
        assert_eq!(hook.mapping.severities["critical"], Severity::Sev2);
        assert_eq!(hook.mapping.products["Karte API"], "karte");
        assert_eq!(hook.mapping.gap, SignedDuration::from_mins(5));
        assert_eq!(hook.mapping.severity_label, "severity");
        assert!(!format!("{read:?}").contains("hunter"));
    }

    #[test]
    fn the_example_can_be_used() {
        let example = include_str!("../../../docs/examples/hooks.toml").replace("secret_file", "secret");
        assert_eq!(config(&example, &[]).unwrap().hooks.len(), HookKind::ALL.len());
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (file, message) in [
            (
                "[hooks.a]\nsecret = \"0123456789abcdef\"",
                "teirei.toml:2: hooks.a.kind is missing: say one of",
            ),
            ("[hooks.a]\nkind = \"carrier-pigeon\"", "teirei.toml:2: hooks.a.kind is one of alertmanager"),
            ("[hooks.a]\nkind = \"pagerduty\"", "teirei.toml:2: hooks.a.secret is missing"),
            (
                "[hooks.a]\nkind = \"pagerduty\"\nsecret = \"short\"",
                "teirei.toml:3: hooks.a.secret is shorter than 16",
            ),
            (
                "[hooks.a]\nkind = \"pagerduty\"\nsecret = \"0123456789abcdef\"\ngap_minutes = 5",
                "teirei.toml:4: hooks.a.gap_minutes means nothing for a hook of the kind pagerduty",
            ),
            (
                "[hooks.a]\nkind = \"argocd\"\nsecret = \"0123456789abcdef\"\nseverities = [\"a=SEV-1\"]",
                "teirei.toml:4: hooks.a.severities means nothing for a hook of the kind argocd",
            ),
            (
                "[hooks.a]\nkind = \"argocd\"\nsecret = \"0123456789abcdef\"\nenvironments = [\"a=moon\"]",
                "teirei.toml:4: hooks.a.environments has \"a=moon\": an environment is one of production",
            ),
            (
                "[hooks.\"a/b\"]\nkind = \"pagerduty\"",
                "teirei.toml:2: hooks.a/b.kind is of a hook whose name",
            ),
        ] {
            let error = config(file, &[]).unwrap_err();
            assert!(error.starts_with(message), "{file}: {error}");
        }
        for (line, message) in [
            ("gap_minutes = 1441", "teirei.toml:4: hooks.alerts.gap_minutes is no whole number of minutes"),
            (
                "severities = [\"critical\"]",
                "teirei.toml:4: hooks.alerts.severities has \"critical\", which is no pair",
            ),
            (
                "severities = [\"critical=bad\"]",
                "teirei.toml:4: hooks.alerts.severities has \"critical=bad\": a severity is",
            ),
            ("products = [\"a=x\", \"a=y\"]", "teirei.toml:4: hooks.alerts.products names \"a\" twice"),
            (
                "secrt = \"x\"",
                "teirei.toml:4: hooks.alerts.secrt is not known; did you mean hooks.alerts.secret?",
            ),
        ] {
            let error = config(&format!("{ALERTS}{line}"), &[]).unwrap_err();
            assert!(error.starts_with(message), "{line}: {error}");
        }
    }
}
