//! What a channel of `kind = "email"` has in the place of a webhook's address: the server that takes its mails,
//! and from whom and to whom they go.

use std::fmt;

use super::named::Part;
use super::{ConfigError, Found, Secret, Value, secret};

/// The most readers of one channel; more are better served by a list of the mail server's.
const MOST_READERS: usize = 50;

/// How the connection to a mail server is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSecurity {
    /// `tls`: from the first byte.
    Tls,
    /// `starttls`: nothing is sent without it.
    StartTls,
    /// `none`: for a server on this machine.
    Plain,
}

/// Where and how mails are handed over.
#[derive(Clone)]
pub struct MailConfig {
    /// The server's name, of `server = "mail.example:587"`.
    pub host: String,
    /// Its port: 587 with `STARTTLS` and 465 with TLS where none is said.
    pub port: u16,
    /// `security`: `starttls`, `tls`, or `none` for a server on this machine.
    pub security: MailSecurity,
    /// `username` and `password`.
    pub credentials: Option<(String, Secret)>,
    /// `from`: who writes.
    pub from: String,
    /// `to`: who reads.
    pub to: Vec<String>,
}

impl fmt::Debug for MailConfig {
    /// Without the readers, who are nobody's business in a log.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MailConfig({}:{}, {} readers)", self.host, self.port, self.to.len())
    }
}

/// Reads it.
pub(super) fn of(part: &Part<'_>) -> Result<MailConfig, ConfigError> {
    let kinds =
        [("starttls", MailSecurity::StartTls), ("tls", MailSecurity::Tls), ("none", MailSecurity::Plain)];
    let security = part.one_of("security", &kinds)?.unwrap_or(MailSecurity::StartTls);
    let what = "is missing: give the mail server, such as mail.example:587";
    let server = part.word("server")?.ok_or_else(|| part.wrong("server", what))?;
    let (host, port) = host_and_port(&server, security)
        .ok_or_else(|| part.wrong("server", "is no server such as mail.example:587"))?;
    if security == MailSecurity::Plain && !is_this_machine(&host) {
        return Err(part.wrong("security", "is none, which is for a server on this machine alone"));
    }
    Ok(MailConfig {
        host,
        port,
        security,
        credentials: credentials(part)?,
        from: from(part)?,
        to: readers(part)?,
    })
}

/// The name and the port of a server; an address of IPv6 stands in brackets.
fn host_and_port(text: &str, security: MailSecurity) -> Option<(String, u16)> {
    let usual = match security {
        MailSecurity::Tls => 465,
        MailSecurity::StartTls => 587,
        MailSecurity::Plain => 25,
    };
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.starts_with('[') => (host, port.parse().ok()?),
        _ => (text, usual),
    };
    let plain = host.trim_start_matches('[').trim_end_matches(']');
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || ".-:_".contains(letter);
    (!plain.is_empty() && plain.chars().all(is_name)).then(|| (plain.to_owned(), port))
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whether a text is one address, with or without a name: `sre@example.com`, `SRE <sre@example.com>`.
fn is_mailbox(text: &str) -> bool {
    let (name, address) = match text.strip_suffix('>').map(|text| text.rsplit_once('<')) {
        Some(Some((name, address))) => (name.trim(), address),
        Some(None) => return false,
        None => ("", text),
    };
    let is_quoted = name.len() > 1 && name.starts_with('"') && name.ends_with('"');
    let inner = if is_quoted { &name[1..name.len() - 1] } else { name };
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || " !#$%&'*+-/=?^_`{|}~".contains(letter);
    let may_be_quoted = |letter: char| !letter.is_control() && letter != '"' && letter != '\\';
    let good_name = if is_quoted { inner.chars().all(may_be_quoted) } else { inner.chars().all(is_plain) };
    let Some((local, domain)) = address.split_once('@') else { return false };
    let of_local = |letter: char| letter.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(letter);
    let of_domain = |letter: char| letter.is_ascii_alphanumeric() || ".-".contains(letter);
    let is_dotted = |part: &str| !part.is_empty() && part.split('.').all(|part| !part.is_empty());
    let good_address = is_dotted(local) && is_dotted(domain);
    good_name && good_address && local.chars().all(of_local) && domain.chars().all(of_domain)
}

fn credentials(part: &Part<'_>) -> Result<Option<(String, Secret)>, ConfigError> {
    let password = secret(part.values, &part.key("password"))?;
    match (part.word("username")?, password) {
        (Some(user), Some(password)) => Ok(Some((user, password))),
        (None, None) => Ok(None),
        (Some(_), None) => {
            Err(part.wrong("username", "needs a password, better in a file named by password_file"))
        }
        (None, Some(_)) => Err(part.wrong("password", "needs a username")),
    }
}

fn from(part: &Part<'_>) -> Result<String, ConfigError> {
    let what = "is missing: say who writes, such as Teirei <teirei@example.com>";
    let from = part.word("from")?.ok_or_else(|| part.wrong("from", what))?;
    if is_mailbox(&from) {
        Ok(from)
    } else {
        Err(part.wrong("from", "is no address such as teirei@example.com"))
    }
}

fn readers(part: &Part<'_>) -> Result<Vec<String>, ConfigError> {
    let list: Vec<String> = match part.values.get(&part.key("to")) {
        None => Vec::new(),
        Some(Found { value: Value::List(list), .. }) => list.clone(),
        Some(Found { value: Value::Text(text), .. }) => text.split(',').map(str::to_owned).collect(),
    };
    let list: Vec<String> =
        list.iter().map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect();
    if list.is_empty() {
        return Err(part.wrong("to", "is missing: say who reads, such as [\"sre@example.com\"]"));
    }
    if list.len() > MOST_READERS {
        let what = format!("has more than {MOST_READERS} readers: make a list of them on the mail server");
        return Err(part.wrong("to", what));
    }
    match list.iter().position(|one| !is_mailbox(one)) {
        Some(position) => {
            Err(part.wrong("to", format!("has no address such as sre@example.com at place {}", position + 1)))
        }
        None => Ok(list),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::config;
    use super::super::{ChannelAddress, ChannelConfig};
    use super::*;

    const MAIL: &str = "[channels.sre]\nkind = \"email\"\nserver = \"mail.example\"\n\
                        from = \"Teirei <teirei@example.com>\"\n";

    fn mail(channel: &ChannelConfig) -> &MailConfig {
        let ChannelAddress::Mail(mail) = &channel.address else { panic!("{channel:?}") };
        mail
    }

    #[test]
    fn a_channel_of_mails_is_read_and_neither_readers_nor_password_are_printed() {
        let more = "username = \"teirei\"\npassword = \"hunter2\"\nto = [\"Sato <sato@example.com>\", \"sre@example.com\"]\n";
        let read = config(&format!("{MAIL}{more}"), &[]).unwrap();
        let found = mail(&read.channels[0]);
        assert_eq!(
            (found.host.as_str(), found.port, found.security),
            ("mail.example", 587, MailSecurity::StartTls)
        );
        assert_eq!(found.to, ["Sato <sato@example.com>", "sre@example.com"]);
        assert_eq!(
            found.credentials.as_ref().map(|(user, password)| (user.as_str(), password.reveal())),
            Some(("teirei", "hunter2"))
        );
        let printed = format!("{read:?}");
        assert!(!printed.contains("hunter2") && !printed.contains("sato@"), "{printed}");
        let named = [
            ("TEIREI_CHANNELS__SRE__TO", "a@example.com, b@example.com"),
            ("TEIREI_CHANNELS__SRE__SECURITY", "tls"),
        ];
        let read = config(MAIL, &named).unwrap();
        assert_eq!((mail(&read.channels[0]).port, mail(&read.channels[0]).to.len()), (465, 2));
        let local =
            MAIL.replace("mail.example", "[::1]:1025") + "security = \"none\"\nto = \"a@example.com\"\n";
        assert_eq!(mail(&config(&local, &[]).unwrap().channels[0]).host, "::1");
    }

    /// What is taken here is taken by the mailer.
    #[test]
    fn an_address_is_one_address() {
        for (text, is_good) in [
            ("teirei@example.com", true),
            ("first.last+tag@mail.example.co.jp", true),
            ("Teirei <teirei@example.com>", true),
            ("\"定例 (SRE)\" <teirei@example.com>", true),
            ("<teirei@example.com>", true),
            ("定例 <teirei@example.com>", false),
            ("a@example.com, b@example.com", false),
            ("a@example.com b", false),
            ("a@example.com\r\nBcc: x@example.com", false),
            ("\"a\r\nBcc: x\" <x@example.com>", false),
            ("a@@example.com", false),
            ("a@example..com", false),
            ("a..b@example.com", false),
            ("@example.com", false),
            ("teirei", false),
            ("a b <>", false),
            (">", false),
            ("", false),
        ] {
            assert_eq!(is_mailbox(text), is_good, "{text}");
            assert!(!is_good || sources::mail::is_mailbox(text), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (more, message) in [
            ("", "teirei.toml:4: channels.sre.to is missing"),
            (
                "to = [\"a@example.com\", \"nobody\"]",
                "teirei.toml:5: channels.sre.to has no address such as sre@example.com at place 2",
            ),
            (
                "to = \"a@example.com\"\nusername = \"x\"",
                "teirei.toml:6: channels.sre.username needs a password",
            ),
            (
                "to = \"a@example.com\"\npassword = \"hunter2\"",
                "teirei.toml:6: channels.sre.password needs a username",
            ),
            (
                "to = \"a@example.com\"\nsecurity = \"none\"",
                "teirei.toml:6: channels.sre.security is none, which is for a server on this machine",
            ),
            (
                "to = \"a@example.com\"\nsecurity = \"ssl\"",
                "teirei.toml:6: channels.sre.security is one of starttls, tls, none",
            ),
            (
                "to = \"a@example.com\"\nurl = \"https://h.example\"",
                "teirei.toml:6: channels.sre.url is not of a channel of mails",
            ),
        ] {
            let error = config(&format!("{MAIL}{more}"), &[]).unwrap_err();
            assert!(error.starts_with(message), "{more}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
        for (server, is_good) in [
            ("mail.example:99999", false),
            ("mail example", false),
            ("smtp://mail.example", false),
            ("::1", true),
        ] {
            let file = MAIL.replace("mail.example", server) + "to = \"a@example.com\"";
            assert_eq!(config(&file, &[]).is_ok(), is_good, "{server}");
        }
        let slack = "[channels.a]\nkind = \"slack\"\nurl = \"https://h.example/x\"\nto = \"a@example.com\"";
        assert!(
            config(slack, &[]).unwrap_err().contains("channels.a.to is of a channel of kind = \"email\"")
        );
    }
}
