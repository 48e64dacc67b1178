//! What people raise for a meeting from a chat: as JSON of a bot, or as a slash command of Slack.

use domain::topic::{NOTE_LIMIT, TITLE_LIMIT};
use reqwest::Url;
use serde::Deserialize;

use super::{Fault, HookKind, Mapping, Message, NAME_LETTERS, Told, json, mark, tidy};
use crate::field::is_web_address;

const MEND: &str =
    "Send a JSON object with title, and if there are any evidence, product, link (https), reporter and id.";
const MEND_COMMAND: &str = "Write the command as: [product] what it is about | what was seen https://…";

/// What a message raises; the title is there, everything else may not be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToldTopic {
    /// What it is about.
    pub title: String,
    /// What was seen.
    pub evidence: String,
    /// Which product, by our slug where it is mapped, else as it was named.
    pub product: Option<String>,
    /// Where the evidence is: https.
    pub link: Option<String>,
    /// Who raises it.
    pub reporter: String,
}

#[derive(Deserialize)]
struct Wire {
    title: Option<String>,
    evidence: Option<String>,
    product: Option<String>,
    link: Option<String>,
    reporter: Option<String>,
}

/// What tells a message from others where its bytes do not: the id that its sender gave it.
#[must_use]
pub fn topic_id(kind: HookKind, body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Numbered {
        id: Option<String>,
    }
    let text = std::str::from_utf8(body).ok()?;
    let id = match kind {
        HookKind::Topic => serde_json::from_str::<Numbered>(text).ok()?.id,
        HookKind::SlackTopic => field(text, "trigger_id"),
        _ => None,
    };
    id.filter(|id| !id.trim().is_empty()).map(|id| mark(&[&id]))
}

/// Whether a slash command only asks how it is written, or Slack whether anybody is there.
#[must_use]
pub fn asks_for_help(body: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(body) else { return false };
    let said = field(text, "text").unwrap_or_default();
    matches!(said.trim().to_lowercase().as_str(), "" | "help" | "ヘルプ")
}

/// Reads the JSON of a bot.
pub(super) fn read(mapping: &Mapping, text: &str) -> Result<Message, Fault> {
    let wire: Wire = json(text, MEND)?;
    let told = ToldTopic {
        title: wire.title.unwrap_or_default(),
        evidence: wire.evidence.unwrap_or_default(),
        product: wire.product,
        link: wire.link,
        reporter: wire.reporter.unwrap_or_default(),
    };
    tidied(mapping, told, MEND)
}

/// Reads a slash command: `[product] title | evidence https://…`, of which only the title has to be there.
pub(super) fn read_command(mapping: &Mapping, text: &str) -> Result<Message, Fault> {
    let said = field(text, "text").unwrap_or_default();
    let mut rest = said.trim();
    let mut told = ToldTopic::default();
    if let Some((product, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        (told.product, rest) = (Some(product.trim().to_owned()), after.trim());
    }
    let (link, rest) = parted(rest);
    told.link = link;
    let (title, evidence) = rest.split_once(['|', '｜']).unwrap_or((&rest, ""));
    (told.title, told.evidence) = (title.to_owned(), evidence.to_owned());
    let (name, channel) = (field(text, "user_name"), field(text, "channel_name"));
    told.reporter = match (name, channel) {
        (Some(name), Some(channel)) => format!("{name} (#{channel})"),
        (name, _) => name.unwrap_or_default(),
    };
    tidied(mapping, told, MEND_COMMAND)
}

/// The link of a text, and the text without it: the last word, or what stands in angle brackets, in which Slack writes
/// links where a command is set so, with a bar before what is shown.
fn parted(text: &str) -> (Option<String>, String) {
    if let Some((before, after)) = text.split_once("<https://")
        && let Some((inside, rest)) = after.split_once('>')
    {
        let address = inside.split('|').next().unwrap_or_default();
        let rest = format!("{} {}", before.trim(), rest.trim());
        return (Some(format!("https://{address}")), rest.trim().to_owned());
    }
    let (before, last) = text.rsplit_once(char::is_whitespace).unwrap_or(("", text));
    match last.starts_with("https://") {
        true => (Some(last.to_owned()), before.trim().to_owned()),
        false => (None, text.to_owned()),
    }
}

/// A topic that can be kept: too long texts are cut, and what is doubtful is said.
fn tidied(mapping: &Mapping, told: ToldTopic, mend: &'static str) -> Result<Message, Fault> {
    let mut faults = Vec::new();
    let title = tidy(&told.title, TITLE_LIMIT);
    if title.is_empty() {
        return Err(Fault::new("hooks/topic", "The message does not say what it is about.", mend));
    }
    for (what, text, limit) in [("title", &told.title, TITLE_LIMIT), ("evidence", &told.evidence, NOTE_LIMIT)]
    {
        if text.trim().chars().count() > limit {
            let what = format!("The {what} has more than {limit} letters; the rest was cut off.");
            faults.push(Fault::new("hooks/topic", what, "Be brief, and link to the rest."));
        }
    }
    let link = told.link.map(|link| link.trim().to_owned()).filter(|link| !link.is_empty());
    let kept = link.clone().filter(|link| link.starts_with("https://") && is_web_address(link));
    if link.is_some() && kept.is_none() {
        faults.push(Fault::new("hooks/topic", "The link is no address that begins with https://.", mend));
    }
    let named = told.product.map(|name| tidy(&name, NAME_LETTERS)).filter(|name| !name.is_empty());
    let product = match named {
        Some(name) => Some(mapping.product(Some(&name))),
        None => mapping.product.clone(),
    };
    let reporter = Some(tidy(&told.reporter, NAME_LETTERS)).filter(|name| !name.is_empty());
    let topic = ToldTopic {
        title,
        evidence: tidy(&told.evidence, NOTE_LIMIT),
        product,
        link: kept,
        reporter: reporter.unwrap_or_else(|| mapping.source.clone()),
    };
    Ok(Message { stream: String::new(), told: Told::Topic(Box::new(topic)), faults })
}

/// A field of a form; nothing where it is missing or empty.
fn field(form: &str, name: &str) -> Option<String> {
    let mut url = Url::parse("form:").ok()?;
    url.set_query(Some(form.trim()));
    let mut found = url.query_pairs().filter(|(key, _)| key == name);
    found.next().map(|(_, value)| value.into_owned()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::SignedDuration;

    use super::*;

    fn mapping() -> Mapping {
        Mapping {
            source: "chat".to_owned(),
            product: None,
            product_label: "product".to_owned(),
            severity_label: "severity".to_owned(),
            severities: BTreeMap::new(),
            products: BTreeMap::from([("診療".to_owned(), "telemed".to_owned())]),
            environments: BTreeMap::new(),
            gap: SignedDuration::ZERO,
        }
    }

    fn command(text: &str) -> Result<Message, Fault> {
        let mut url = Url::parse("form:").unwrap();
        url.query_pairs_mut()
            .append_pair("command", "/teirei")
            .append_pair("text", text)
            .append_pair("user_name", "hayashi")
            .append_pair("channel_name", "sre");
        read_command(&mapping(), url.query().unwrap())
    }

    fn told(message: &Message) -> (&str, &str, Option<&str>, Option<&str>, &str) {
        let Told::Topic(topic) = &message.told else { panic!("{message:?}") };
        let ToldTopic { title, evidence, product, link, reporter } = &**topic;
        (title, evidence, product.as_deref(), link.as_deref(), reporter)
    }

    #[test]
    fn a_command_says_what_for_which_product_and_where() {
        let by = "hayashi (#sre)";
        for (text, expected) in [
            ("検索が遅い", ("検索が遅い", "", None, None, by)),
            (
                "[診療] 検索が遅い | p95 3.1 s https://dash.example/d/1?from=1&to=2",
                (
                    "検索が遅い",
                    "p95 3.1 s",
                    Some("telemed"),
                    Some("https://dash.example/d/1?from=1&to=2"),
                    by,
                ),
            ),
            (
                "[search] slow <https://d.example|the panel>",
                ("slow", "", Some("search"), Some("https://d.example"), by),
            ),
            ("p95: 3 s + 1 %", ("p95: 3 s + 1 %", "", None, None, by)),
            ("a\u{202e}b\nc", ("ab c", "", None, None, by)),
        ] {
            assert_eq!(told(&command(text).unwrap()), expected, "{text}");
        }
        for text in ["", "  ", "[telemed]", "https://d.example", "| evidence alone"] {
            assert_eq!(command(text).unwrap_err().rule, "hooks/topic", "{text}");
        }
        let long = command(&"長".repeat(TITLE_LIMIT + 1)).unwrap();
        assert_eq!((told(&long).0.chars().count(), long.faults.len()), (TITLE_LIMIT, 1));
    }

    #[test]
    fn a_bot_sends_json_and_its_id_tells_a_message_from_others() {
        let read = |text: &str| read(&mapping(), text);
        let full = r#"{"id":"1","title":"Slow","evidence":"p95","product":"診療","link":"https://d.example/1","reporter":"林"}"#;
        let expected = ("Slow", "p95", Some("telemed"), Some("https://d.example/1"), "林");
        assert_eq!(told(&read(full).unwrap()), expected);
        let bad = read(r#"{"title":"Slow","link":"javascript:alert(1)"}"#).unwrap();
        assert_eq!((told(&bad).3, bad.faults.len(), told(&bad).4), (None, 1, "chat"));
        assert_eq!(read("{}").unwrap_err().rule, "hooks/topic");
        assert_eq!(read("[").unwrap_err().rule, "hooks/form");
        let again = r#"{"title":"Slower","id":"1"}"#;
        assert_eq!(topic_id(HookKind::Topic, full.as_bytes()), topic_id(HookKind::Topic, again.as_bytes()));
        assert_eq!(topic_id(HookKind::Topic, br#"{"title":"x"}"#), None);
        assert!(topic_id(HookKind::SlackTopic, b"trigger_id=13.7&text=x").is_some());
        assert!(
            asks_for_help(b"ssl_check=1") && asks_for_help(b"text=+help") && !asks_for_help(b"text=slow")
        );
    }
}
