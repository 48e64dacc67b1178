//! `[channels.NAME]`: where products hear of what is new, each channel under the name that the catalogue's
//! `chat_channel` has, with or without its `#`.

use axum::http::Uri;
use domain::organization::Language;
use domain::quiet_hours::{QuietDays, QuietHours};

use super::mail::{self, MailConfig};
use super::named::{self, Part};
use super::{ConfigError, Secret, Values, secret};

/// The section of all channels.
pub(super) const SECTION: &str = "channels";

/// How messages to a channel are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    /// `kind = "slack"`: an incoming webhook of Slack, or of a chat that understands its form.
    Slack,
    /// `kind = "generic"`: Teirei's own form, signed.
    Generic,
    /// `kind = "email"`: a mail.
    Email,
}

impl ChannelKind {
    /// The word in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Generic => "generic",
            Self::Email => "email",
        }
    }
}

/// Where messages to a channel go.
#[derive(Clone, Debug)]
pub enum ChannelAddress {
    /// To a webhook.
    Hook {
        /// `url`: its address.
        url: Secret,
        /// `signing_secret`: what messages are signed with.
        signing_secret: Option<Secret>,
    },
    /// To a server of mails.
    Mail(MailConfig),
}

/// A channel that messages are sent to.
#[derive(Clone, Debug)]
pub struct ChannelConfig {
    /// Its name, without `#`.
    pub name: String,
    /// How messages are written.
    pub kind: ChannelKind,
    /// Where messages go.
    pub address: ChannelAddress,
    /// `language`: the organisation's where nothing is said.
    pub language: Option<Language>,
    /// `quiet_hours` and `quiet_days`: when messages wait, in the organisation's zone.
    pub quiet: QuietHours,
    /// `shared`: on or off, whether it hears of what belongs to no product.
    pub shared: bool,
    /// `digest`: on or off, whether it gets the digests of the weekly review.
    pub digest: bool,
    /// `preview_image`: on or off, whether the digest shows the preview image, which the chat has to be able to
    /// fetch.
    pub preview_image: bool,
}

/// The keys of a channel, and whether each has a twin ending in `_file`.
const KEYS: [(&str, bool); 15] = [
    ("digest", false),
    ("from", false),
    ("kind", false),
    ("language", false),
    ("password", true),
    ("preview_image", false),
    ("quiet_days", false),
    ("quiet_hours", false),
    ("security", false),
    ("server", false),
    ("shared", false),
    ("signing_secret", true),
    ("to", false),
    ("url", true),
    ("username", false),
];

/// Those of them that only a webhook has, and that only mails have.
const OF_HOOKS: [&str; 2] = ["url", "signing_secret"];
/// See [`OF_HOOKS`].
const OF_MAILS: [&str; 6] = ["server", "security", "username", "password", "from", "to"];

/// The shortest secret that is taken: 16 characters.
const SHORTEST_SECRET: usize = 16;

/// A channel's name as the catalogue or the configuration writes it, without its `#`.
#[must_use]
pub fn channel_name(written: &str) -> &str {
    let written = written.trim();
    written.strip_prefix('#').unwrap_or(written)
}

/// Name and key of a channel's key such as `channels.sre.url`.
fn parts(key: &str) -> Option<(&str, &str)> {
    key.strip_prefix(SECTION)?.strip_prefix('.')?.rsplit_once('.')
}

/// Whether a key is one of a channel and, if so, known.
pub(super) fn check_known(key: &str, place: &str) -> Option<Result<(), ConfigError>> {
    Some(named::check_known(SECTION, &KEYS, parts(key)?, key, place))
}

/// All channels, by name.
pub(super) fn of(values: &Values) -> Result<Vec<ChannelConfig>, ConfigError> {
    let mut channels: Vec<ChannelConfig> = Vec::new();
    for (name, place) in named::names(values, parts) {
        let section = Section(Part { section: SECTION, values, name, place });
        let channel = section.channel()?;
        if channels.iter().any(|other| other.name == channel.name) {
            return Err(section.0.wrong("kind", "is of a channel that is there already, with or without #"));
        }
        if channel.shared && channels.iter().any(|other| other.shared) {
            return Err(section.0.wrong("shared", "is on for another channel, too: let one hear of it"));
        }
        channels.push(channel);
    }
    channels.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(channels)
}

/// The values of one channel.
struct Section<'v>(Part<'v>);

impl Section<'_> {
    fn channel(&self) -> Result<ChannelConfig, ConfigError> {
        let kinds = [ChannelKind::Slack, ChannelKind::Generic, ChannelKind::Email];
        let kinds = kinds.map(|kind| (kind.as_str(), kind));
        let what = "is missing: say kind = \"slack\", kind = \"generic\" or kind = \"email\"";
        let kind = self.0.one_of("kind", &kinds)?.ok_or_else(|| self.0.wrong("kind", what))?;
        let languages = [Language::Japanese, Language::English].map(|language| (language.tag(), language));
        let quiet_days = QuietDays::ALL.map(|days| (days.as_str(), days));
        let hours = match self.0.word("quiet_hours")? {
            None => None,
            Some(hours) => Some(
                hours
                    .parse()
                    .map_err(|error| self.0.wrong("quiet_hours", format!("cannot be read: {error}")))?,
            ),
        };
        Ok(ChannelConfig {
            name: self.named()?,
            kind,
            address: self.address(kind)?,
            language: self.0.one_of("language", &languages)?,
            quiet: QuietHours { hours, days: self.0.one_of("quiet_days", &quiet_days)?.unwrap_or_default() },
            shared: self.is_on("shared")?,
            digest: self.is_on("digest")?,
            preview_image: self.is_on("preview_image")?,
        })
    }

    fn is_on(&self, key: &str) -> Result<bool, ConfigError> {
        Ok(self.0.one_of(key, &[("on", true), ("off", false)])?.unwrap_or(false))
    }

    fn named(&self) -> Result<String, ConfigError> {
        match channel_name(self.0.name) {
            "" => Err(self.0.wrong("kind", "is of a channel without a name")),
            name => Ok(name.to_owned()),
        }
    }

    fn address(&self, kind: ChannelKind) -> Result<ChannelAddress, ConfigError> {
        let is_given = |key: &&str| {
            let keys = [self.0.key(key), self.0.key(&format!("{key}_file"))];
            keys.iter().any(|key| self.0.values.contains_key(key))
        };
        if kind == ChannelKind::Email {
            return match OF_HOOKS.iter().copied().find(is_given) {
                Some(key) => Err(self.0.wrong(key, "is not of a channel of mails")),
                None => Ok(ChannelAddress::Mail(mail::of(&self.0)?)),
            };
        }
        match OF_MAILS.iter().copied().find(is_given) {
            Some(key) => Err(self.0.wrong(key, "is of a channel of kind = \"email\"")),
            None => Ok(ChannelAddress::Hook { url: self.url()?, signing_secret: self.signing_secret(kind)? }),
        }
    }

    fn url(&self) -> Result<Secret, ConfigError> {
        let what = "is missing: give the webhook's address, better in a file named by url_file";
        let url = secret(self.0.values, &self.0.key("url"))?.ok_or_else(|| self.0.wrong("url", what))?;
        match url.reveal().parse::<Uri>() {
            Ok(address) if may_be_told(&address) => Ok(url),
            Ok(_) => Err(self.0.wrong("url", "begins with https://; http:// is for this machine alone")),
            Err(_) => Err(self.0.wrong("url", "is no address")),
        }
    }

    fn signing_secret(&self, kind: ChannelKind) -> Result<Option<Secret>, ConfigError> {
        let found = secret(self.0.values, &self.0.key("signing_secret"))?;
        match &found {
            None if kind == ChannelKind::Generic => {
                let what = "is missing: receivers of the generic form check who sends";
                Err(self.0.wrong("signing_secret", what))
            }
            Some(secret) if secret.reveal().len() < SHORTEST_SECRET => {
                let what = format!("is shorter than {SHORTEST_SECRET} characters");
                Err(self.0.wrong("signing_secret", what))
            }
            _ => Ok(found),
        }
    }
}

/// Whether messages may go there: over TLS, or to this machine.
pub(super) fn may_be_told(address: &Uri) -> bool {
    let Some(host) = address.host().filter(|host| !host.is_empty()) else { return false };
    let plain = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback =
        plain == "localhost" || plain.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    match address.scheme_str() {
        Some("https") => true,
        Some("http") => is_loopback,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::config;
    use super::*;

    const SLACK: &str = "[channels.\"#sre\"]\nkind = \"slack\"\nurl = \"https://hooks.example/hunter2\"\n";

    #[test]
    fn a_channel_is_read_and_its_secrets_are_never_printed() {
        let more = format!(
            "{SLACK}quiet_hours = \"21:00-08:00\"\nquiet_days = \"weekends\"\nlanguage = \"en\"\nshared = \"on\"\ndigest = \"on\"\n\
             [channels.audit]\nkind = \"generic\"\nurl = \"http://[::1]:9/x\"\nsigning_secret = \"0123456789abcdef\"\n"
        );
        let read = config(&more, &[]).unwrap();
        let [audit, sre] = &read.channels[..] else { panic!("{read:?}") };
        assert_eq!((sre.name.as_str(), sre.kind, sre.shared), ("sre", ChannelKind::Slack, true));
        assert_eq!((sre.language, sre.quiet.days), (Some(Language::English), QuietDays::Weekends));
        assert_eq!((audit.name.as_str(), audit.kind), ("audit", ChannelKind::Generic));
        assert_eq!((audit.quiet, audit.language), (QuietHours::default(), None));
        assert_eq!((sre.digest, sre.preview_image, audit.digest), (true, false, false));
        let printed = format!("{read:?}");
        assert!(!printed.contains("hunter2") && !printed.contains("0123456789abcdef"), "{printed}");
        let named =
            [("TEIREI_CHANNELS__OPS__KIND", "slack"), ("TEIREI_CHANNELS__OPS__URL", "https://h.example/x")];
        assert_eq!(config("", &named).unwrap().channels[0].name, "ops");
    }

    #[test]
    fn the_example_can_be_used() {
        let example = include_str!("../../../docs/examples/channels.toml");
        let example = example
            .replace("url_file = \"/run/secrets/", "url = \"https://hooks.example/")
            .replace("password_file = \"/run/secrets/", "password = \"")
            .replace("signing_secret_file", "signing_secret");
        assert_eq!(config(&example, &[]).unwrap().channels.len(), 3);
    }

    #[test]
    fn what_cannot_be_used_is_named_without_the_secret() {
        let generic = "[channels.a]\nkind = \"generic\"\nurl = \"https://h.example/hunter2\"\n";
        for (file, message) in [
            (
                "[channels.a]\nurl = \"https://h.example/hunter2\"",
                "teirei.toml:2: channels.a.kind is missing",
            ),
            (
                "[channels.a]\nkind = \"teams\"",
                "teirei.toml:2: channels.a.kind is one of slack, generic, email",
            ),
            ("[channels.a]\nkind = \"slack\"", "teirei.toml:2: channels.a.url is missing"),
            (
                "[channels.a]\nkind = \"slack\"\nurl = \"http://h.example/hunter2\"",
                "teirei.toml:3: channels.a.url begins with https://",
            ),
            (
                "[channels.a]\nkind = \"slack\"\nurl = \"http://127.0.0.1.example/hunter2\"",
                "teirei.toml:3: channels.a.url begins with https://",
            ),
            (
                "[channels.a]\nkind = \"slack\"\nurl = \"hunter2\"",
                "teirei.toml:3: channels.a.url begins with",
            ),
            (
                "[channels.a]\nkind = \"slack\"\nurl = \"https://hunter2 x\"",
                "teirei.toml:3: channels.a.url is no",
            ),
            (
                &format!("{generic}signing_secret = \"hunter2\""),
                "teirei.toml:4: channels.a.signing_secret is shorter than 16",
            ),
            (generic, "teirei.toml:2: channels.a.signing_secret is missing"),
            (
                &format!("{SLACK}quiet_hours = \"late\""),
                "teirei.toml:4: channels.#sre.quiet_hours cannot be read: quiet hours are written 21:00-08:00",
            ),
            (
                &format!("{SLACK}quiet_days = \"sundays\""),
                "teirei.toml:4: channels.#sre.quiet_days is one of none,",
            ),
            (&format!("{SLACK}urll = \"x\""), "teirei.toml:4: channels.#sre.urll is not known; did you mean"),
            (
                &format!("{SLACK}[channels.sre]\nkind = \"slack\"\nurl = \"https://h.example/x\""),
                "teirei.toml:5: channels.sre.kind is of a channel that is there already",
            ),
            (
                &format!(
                    "{SLACK}shared = \"on\"\n[channels.x]\nkind = \"slack\"\nurl = \"https://h.example\"\nshared = \"on\""
                ),
                "teirei.toml:8: channels.x.shared is on for another channel",
            ),
        ] {
            let error = config(file, &[]).unwrap_err();
            assert!(error.starts_with(message), "{file}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
