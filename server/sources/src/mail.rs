//! Messages by e-mail: handed to one SMTP server, as text and as HTML, with the picture inside.
//!
//! As with webhooks, one call is one attempt, and [`SendError`] tells whether another one may help. A mail that
//! comes twice, because the sender was killed before it could note the answer, has the same `Message-ID`. Errors
//! carry no address: of an answer its code alone is told on.

use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use domain::notice::Part;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{AsyncSmtpTransport, Error as SmtpError};
use lettre::{AsyncTransport, Tokio1Executor};

use crate::webhook::{Message, SendError};

/// How long one waits for a connection, and for the whole of one attempt: servers of mail think longer than chats.
const CONNECT: Duration = Duration::from_secs(10);
/// See [`CONNECT`]; whoever claims a message has to hold it for longer.
pub const ATTEMPT: Duration = Duration::from_secs(30);

/// What the picture is called within a mail.
const PICTURE: &str = "preview";

/// How the connection is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte, usually at port 465.
    Tls,
    /// `STARTTLS`, without which nothing is sent, usually at port 587.
    StartTls,
    /// Nothing: for a server on this machine.
    Plain,
}

/// Where mails are handed over, from whom and to whom.
#[derive(Clone, Copy)]
pub struct MailServer<'a> {
    /// The server's name.
    pub host: &'a str,
    /// Its port.
    pub port: u16,
    /// How the connection is kept from others.
    pub security: Security,
    /// User and password, if the server wants them.
    pub credentials: Option<(&'a str, &'a str)>,
    /// Who writes, such as `Teirei <teirei@example.com>`.
    pub from: &'a str,
    /// Who reads.
    pub to: &'a [String],
}

/// Whether a text is one address that mails can come from or go to, with or without a name.
#[must_use]
pub fn is_mailbox(text: &str) -> bool {
    mailbox(text).is_some()
}

fn mailbox(text: &str) -> Option<Mailbox> {
    let read: Mailbox = text.trim().parse().ok()?;
    // The reader passes over what follows an address.
    let end = text.trim().trim_end_matches('>');
    (end.ends_with(&read.email.to_string()) && !text.contains(['\r', '\n'])).then_some(read)
}

/// Hands a message over once; `picture` is a PNG that is shown in it.
///
/// # Errors
/// [`SendError`] when it was not accepted, or nobody can tell whether it was.
pub async fn mail_send(
    server: &MailServer<'_>,
    message: &Message,
    picture: Option<Vec<u8>>,
) -> Result<(), SendError> {
    let never = |what: String| SendError::Never { what };
    let later = |what: String| SendError::Later { what, after: None };
    let mail = written(server, message, picture).map_err(never)?;
    let transport = transport(server).map_err(later)?;
    match tokio::time::timeout(ATTEMPT, transport.send(mail)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(refused(&error)),
        Err(_) => Err(later(format!("no answer within {} seconds", ATTEMPT.as_secs()))),
    }
}

/// The connection that is made for one attempt.
fn transport(server: &MailServer<'_>) -> Result<AsyncSmtpTransport<Tokio1Executor>, String> {
    let tls = || {
        let parameters = TlsParameters::builder(server.host.to_owned());
        let parameters = parameters.certificate_store(CertificateStore::Default).build_rustls();
        parameters.map_err(|error| format!("TLS cannot be set up: {}", cause(&error)))
    };
    let tls = match server.security {
        Security::Tls => Tls::Wrapper(tls()?),
        Security::StartTls => Tls::Required(tls()?),
        Security::Plain => Tls::None,
    };
    let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host)
        .port(server.port)
        .tls(tls)
        .timeout(Some(CONNECT))
        .hello_name(ClientId::Domain(domain_of(server.from)));
    Ok(match server.credentials {
        Some((user, password)) => {
            builder.credentials(Credentials::new(user.to_owned(), password.to_owned())).build()
        }
        None => builder.build(),
    })
}

/// What an answer or its lack means.
fn refused(error: &SmtpError) -> SendError {
    let later = |what: String| SendError::Later { what, after: None };
    if let Some(code) = error.status() {
        let told = error.to_string();
        let more = enhanced(&told).map(|code| format!(" {code}")).unwrap_or_default();
        let what = format!("answered {code}{more}");
        return if error.is_permanent() { SendError::Never { what } } else { later(what) };
    }
    if error.is_timeout() {
        later(format!("no connection within {} seconds", CONNECT.as_secs()))
    } else if error.is_client() {
        // Such as a server that offers no STARTTLS or no way to sign in; its administrator may mend it.
        later(format!("the mail could not be handed over: {}", cause(error)))
    } else if error.is_tls() {
        later(format!("no TLS: {}", cause(error)))
    } else {
        later(format!("no connection: {}", cause(error)))
    }
}

/// The code of RFC 3463 in an answer, such as `5.1.1`.
fn enhanced(text: &str) -> Option<&str> {
    let is_code = |word: &&str| {
        let parts: Vec<&str> = word.split('.').collect();
        let is_number =
            |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        parts.len() == 3 && matches!(parts[0], "2" | "4" | "5") && parts.iter().all(is_number)
    };
    text.split([' ', '-', ':', ',']).find(is_code)
}

/// The innermost cause, which names no address.
fn cause(error: &SmtpError) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// The part of an address behind its last `@`.
fn domain_of(address: &str) -> String {
    mailbox(address).map_or_else(|| "localhost".to_owned(), |found| found.email.domain().to_owned())
}

/// The mail: text, HTML and the picture within it.
fn written(
    server: &MailServer<'_>,
    message: &Message,
    picture: Option<Vec<u8>>,
) -> Result<lettre::Message, String> {
    let address =
        |text: &str| mailbox(text).ok_or("an address cannot be used: see from and to in the configuration");
    let mut builder = lettre::Message::builder()
        .from(address(server.from)?)
        .subject(message.title.clone())
        .date(message.written_at.into())
        .message_id(Some(format!("<{}@{}>", message.id, domain_of(server.from))))
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("Content-Language", &message.language));
    for reader in server.to {
        builder = builder.to(address(reader)?);
    }
    let html = SinglePart::html(html(message, picture.is_some()));
    let related = match picture {
        Some(picture) => {
            let image = Attachment::new_inline_with_name(PICTURE.to_owned(), format!("{PICTURE}.png"));
            let image =
                image.body(picture, ContentType::parse("image/png").map_err(|error| error.to_string())?);
            MultiPart::related().singlepart(html).singlepart(image)
        }
        None => MultiPart::related().singlepart(html),
    };
    let plain = SinglePart::plain(plain(message));
    builder
        .multipart(MultiPart::alternative().singlepart(plain).multipart(related))
        .map_err(|error| format!("the mail cannot be written: {error}"))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// The message as plain text.
fn plain(message: &Message) -> String {
    let mut text = message.title.clone();
    let mut in_list = false;
    for part in &message.parts {
        let is_item = matches!(part, Part::Item(_));
        text.push_str(if is_item && in_list { "\r\n" } else { "\r\n\r\n" });
        text.push_str(&match part {
            Part::Heading(line) | Part::Paragraph(line) => Cow::Borrowed(line.as_str()),
            Part::Item(line) => Cow::Owned(format!("- {line}")),
        });
        in_list = matches!(part, Part::Item(_) | Part::Heading(_));
    }
    if let Some((url, words)) = &message.link {
        text.push_str(&format!("\r\n\r\n{words}: {url}"));
    }
    if let Some((_, line)) = &message.audit_head {
        text.push_str(&format!("\r\n\r\n{line}"));
    }
    text.push_str("\r\n");
    text
}

const BODY_STYLE: &str = "margin:0;padding:24px;background:#ffffff;color:#1d2430;max-width:640px;\
    font-family:'Hiragino Sans','Noto Sans JP','Segoe UI',system-ui,sans-serif;font-size:15px;line-height:1.7";
const HEADING_STYLE: &str = "margin:24px 0 4px;font-size:16px;line-height:1.5";
const LIST_STYLE: &str = "margin:0;padding-left:20px";
const HEAD_STYLE: &str = "margin:24px 0 0;font-size:12px;color:#5b6472;overflow-wrap:anywhere";
const PICTURE_STYLE: &str = "display:block;margin:16px 0;width:100%;max-width:600px;height:auto;\
    border:1px solid #d9dde3";

/// The message as HTML: no script, nothing that is fetched, the picture from the mail itself.
fn html(message: &Message, with_picture: bool) -> String {
    let title = escaped(&message.title);
    let mut text = format!(
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body style=\"{BODY_STYLE}\"><h1 style=\"margin:0 0 8px;font-size:20px;line-height:1.4\">{title}</h1>",
        escaped(&message.language)
    );
    if with_picture {
        text.push_str(&format!(
            "<img src=\"cid:{PICTURE}\" alt=\"\" width=\"600\" style=\"{PICTURE_STYLE}\">"
        ));
    }
    let mut in_list = false;
    for part in &message.parts {
        let is_item = matches!(part, Part::Item(_));
        if is_item != in_list {
            text.push_str(&if is_item { format!("<ul style=\"{LIST_STYLE}\">") } else { "</ul>".to_owned() });
            in_list = is_item;
        }
        text.push_str(&match part {
            Part::Heading(line) => format!("<h2 style=\"{HEADING_STYLE}\">{}</h2>", escaped(line)),
            Part::Item(line) => format!("<li>{}</li>", escaped(line)),
            Part::Paragraph(line) => format!("<p style=\"margin:8px 0\">{}</p>", escaped(line)),
        });
    }
    text.push_str(if in_list { "</ul>" } else { "" });
    if let Some((url, words)) = &message.link {
        let style = "margin:24px 0 0";
        text.push_str(&format!(
            "<p style=\"{style}\"><a href=\"{}\">{}</a></p>",
            escaped(url),
            escaped(words)
        ));
    }
    if let Some((_, line)) = &message.audit_head {
        text.push_str(&format!("<p style=\"{HEAD_STYLE}\">{}</p>", escaped(line)));
    }
    text.push_str("</body></html>");
    text
}

/// A text as itself in HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message {
            id: "ab12".to_owned(),
            kind: "digest-ready".to_owned(),
            product: None,
            language: "ja".to_owned(),
            title: "週次レビュー <script>".to_owned(),
            parts: vec![
                Part::Paragraph("11/16(月)–11/22(日)".to_owned()),
                Part::Heading("例外".to_owned()),
                Part::Item("■ \"予約\" & 決済".to_owned()),
                Part::Item("二つ目".to_owned()),
            ],
            link: Some(("https://teirei.example/reviews/2026-W47?a=1&b=2".to_owned(), "開く".to_owned())),
            image: None,
            week: None,
            review_version: None,
            written_at: "2026-11-23T01:00:00Z".parse().unwrap(),
            audit_head: None,
        }
    }

    #[test]
    fn an_address_is_one_address() {
        for (text, is_good) in [
            ("teirei@example.com", true),
            ("Teirei <teirei@example.com>", true),
            ("\"定例\" <teirei@example.com>", true),
            ("a@example.com, b@example.com", false),
            ("a@example.com b", false),
            ("a@example.com\r\nBcc: x@example.com", false),
            ("teirei", false),
            ("", false),
        ] {
            assert_eq!(is_mailbox(text), is_good, "{text}");
        }
    }

    #[test]
    fn a_mail_has_an_id_that_is_the_same_each_time_and_both_forms() {
        let readers = ["sre@example.com".to_owned(), "Sato <sato@example.com>".to_owned()];
        let server = MailServer {
            host: "mail.example",
            port: 587,
            security: Security::StartTls,
            credentials: None,
            from: "Teirei <teirei@example.com>",
            to: &readers,
        };
        let mail = written(&server, &message(), Some(vec![1, 2, 3])).unwrap();
        let text = String::from_utf8(mail.formatted()).unwrap();
        for line in [
            "Message-ID: <ab12@example.com>\r\n",
            "From: Teirei <teirei@example.com>\r\n",
            "To: sre@example.com, Sato <sato@example.com>\r\n",
            "Date: Mon, 23 Nov 2026 01:00:00 +0000\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Content-ID: <preview>\r\n",
            "Content-Type: multipart/alternative;",
            "Content-Type: multipart/related;",
            "Content-Type: image/png\r\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert_eq!(mail.envelope().to().len(), 2);
        let bad = MailServer { to: &["nobody".to_owned()], ..server };
        assert!(written(&bad, &message(), None).unwrap_err().starts_with("an address cannot be used"));
    }

    #[test]
    fn both_forms_say_the_same_and_nothing_becomes_markup() {
        let lines = "週次レビュー <script>\r\n\r\n11/16(月)–11/22(日)\r\n\r\n例外\r\n- ■ \"予約\" & 決済\r\n- 二つ目\r\n\r\n\
             開く: https://teirei.example/reviews/2026-W47?a=1&b=2\r\n";
        assert_eq!(plain(&message()), lines);
        let html = html(&message(), true);
        assert!(
            html.contains("<h1") && html.contains("週次レビュー &lt;script&gt;</h1><img src=\"cid:preview\"")
        );
        assert!(html.contains("<li>■ &quot;予約&quot; &amp; 決済</li><li>二つ目</li></ul>"), "{html}");
        assert!(html.contains("href=\"https://teirei.example/reviews/2026-W47?a=1&amp;b=2\""));
        assert!(!html.contains("<script"));
    }

    #[test]
    fn the_code_alone_is_told_on() {
        for (text, code) in [
            ("permanent error (550): 5.1.1 <sato@example.com>: no such user", Some("5.1.1")),
            ("transient error (451): 4.7.1 Greylisted, try 10.0.0.1", Some("4.7.1")),
            ("permanent error (554): refused by 10.1.2.3", None),
        ] {
            assert_eq!(enhanced(text), code, "{text}");
        }
    }
}
