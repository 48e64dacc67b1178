//! A message in the forms that receivers read.

use serde_json::{Value, json};

use super::{Form, Message};

/// What Slack takes: letters of a header, of a section, and blocks in all.
const HEADER_LETTERS: usize = 150;
const SECTION_LETTERS: usize = 3_000;
const BLOCKS: usize = 50;

/// The body of the request.
pub(super) fn body(form: Form, message: &Message) -> String {
    match form {
        Form::Slack => slack(message),
        Form::Generic => generic(message),
    }
    .to_string()
}

/// Teirei's own form; fields are only ever added.
fn generic(message: &Message) -> Value {
    let link = message.link.as_ref();
    json!({
        "version": 1,
        "id": message.id,
        "kind": message.kind,
        "product": message.product,
        "language": message.language,
        "title": message.title,
        "text": message.paragraphs.join("\n"),
        "markdown": markdown(message),
        "link": link.map(|(url, _)| url),
        "written_at": message.written_at.to_string(),
    })
}

/// The message in Markdown (CommonMark), with nothing in it that a text could turn into markup.
fn markdown(message: &Message) -> String {
    let title = format!("**{}**", escaped_markdown(&message.title));
    let paragraphs = message.paragraphs.iter().map(|text| escaped_markdown(text));
    let link = message.link.as_ref().map(|(url, words)| format!("[{}](<{url}>)", escaped_markdown(words)));
    let parts: Vec<String> = std::iter::once(title).chain(paragraphs).chain(link).collect();
    parts.join("\n\n")
}

fn escaped_markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// An incoming webhook of Slack: `text` for notifications, blocks for the channel.
fn slack(message: &Message) -> Value {
    let section = |text: String| json!({ "type": "section", "text": { "type": "mrkdwn", "text": text } });
    let header = json!({
        "type": "header",
        "text": { "type": "plain_text", "text": shortened(&message.title, HEADER_LETTERS), "emoji": false },
    });
    let paragraphs =
        message.paragraphs.iter().map(|text| section(shortened(&escaped_slack(text), SECTION_LETTERS)));
    let link = message.link.as_ref().map(|(url, words)| {
        let text = format!("<{}|{}>", escaped_slack(url), escaped_slack(words).replace('|', "/"));
        json!({ "type": "context", "elements": [{ "type": "mrkdwn", "text": text }] })
    });
    let room = BLOCKS - 1 - usize::from(link.is_some());
    let blocks: Vec<Value> = std::iter::once(header).chain(paragraphs.take(room)).chain(link).collect();
    let first = message.paragraphs.first().map(|text| format!("\n{}", escaped_slack(text)));
    let text = escaped_slack(&message.title) + &first.unwrap_or_default();
    json!({ "text": text, "blocks": blocks })
}

/// The three letters that mean something to Slack, so that no name of a service becomes a mention.
fn escaped_slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A text of at most so many letters.
fn shortened(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(letters - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message {
            id: "ab12".to_owned(),
            kind: "anomaly".to_owned(),
            product: Some("telemed".to_owned()),
            language: "en".to_owned(),
            title: "Telemedicine <!channel> & *more*".to_owned(),
            paragraphs: vec!["A day of a_service".to_owned(), "second".to_owned()],
            link: Some(("https://teirei.example/products/telemed?a=1&b=2".to_owned(), "Open".to_owned())),
            written_at: "2026-11-23T01:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn slack_gets_text_and_blocks_without_mentions() {
        let value: Value = serde_json::from_str(&body(Form::Slack, &message())).unwrap();
        assert_eq!(value["text"], "Telemedicine &lt;!channel&gt; &amp; *more*\nA day of a_service");
        assert_eq!(value["blocks"][0]["text"]["text"], "Telemedicine <!channel> & *more*", "plain text");
        assert_eq!(value["blocks"][1]["text"]["text"], "A day of a_service");
        let link = &value["blocks"][3]["elements"][0]["text"];
        assert_eq!(link, "<https://teirei.example/products/telemed?a=1&amp;b=2|Open>");
        let long = Message {
            title: "あ".repeat(200),
            paragraphs: vec!["い".repeat(4_000); 60],
            link: None,
            ..message()
        };
        let value: Value = serde_json::from_str(&body(Form::Slack, &long)).unwrap();
        let letters = |value: &Value| value["text"]["text"].as_str().unwrap().chars().count();
        let blocks = value["blocks"].as_array().unwrap();
        assert_eq!((blocks.len(), letters(&blocks[0]), letters(&blocks[1])), (50, 150, 3_000));
    }

    #[test]
    fn the_own_form_has_text_and_markdown() {
        let value: Value = serde_json::from_str(&body(Form::Generic, &message())).unwrap();
        assert_eq!(value["text"], "A day of a_service\nsecond");
        let markdown = "**Telemedicine \\<!channel\\> & \\*more\\***\n\nA day of a\\_service\n\nsecond\n\n\
             [Open](<https://teirei.example/products/telemed?a=1&b=2>)";
        assert_eq!(value["markdown"], markdown);
        assert_eq!((&value["version"], &value["kind"]), (&json!(1), &json!("anomaly")));
        assert_eq!(value["written_at"], "2026-11-23T01:00:00Z");
    }
}
