//! A message in the forms that receivers read.

use domain::notice::Part;
use serde_json::{Value, json};

use super::{Form, Message};

/// What Slack takes: letters of a header, of a section, of the text beside a picture, and blocks in all.
const HEADER_LETTERS: usize = 150;
const SECTION_LETTERS: usize = 3_000;
const ALTERNATIVE_LETTERS: usize = 2_000;
const BLOCKS: usize = 50;

/// The body of the request.
pub(super) fn body(form: Form, message: &Message, shows_image: bool) -> String {
    match form {
        Form::Slack => slack(message, shows_image),
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
        "week": message.week,
        "review_version": message.review_version,
        "language": message.language,
        "title": message.title,
        "text": plain(&message.parts),
        "markdown": markdown(&message.title, &message.parts, link.map(|(url, words)| (&**url, &**words))),
        "sections": sections(&message.parts),
        "link": link.map(|(url, _)| url),
        "image": message.image,
        "written_at": message.written_at.to_string(),
        "audit_head": message.audit_head.as_ref().map(|(hash, _)| hash),
    })
}

/// Lines of plain text, those of a list with a dash.
fn plain(parts: &[Part]) -> String {
    let line = |part: &Part| match part {
        Part::Heading(text) | Part::Paragraph(text) => text.clone(),
        Part::Item(text) => format!("- {text}"),
    };
    parts.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What is told, list by list; paragraphs that stand outside of lists are a section without heading.
fn sections(parts: &[Part]) -> Value {
    let mut sections: Vec<(Option<&str>, Vec<&str>)> = Vec::new();
    for part in parts {
        match part {
            Part::Heading(heading) => sections.push((Some(heading), Vec::new())),
            Part::Item(line) => match sections.last_mut() {
                Some((_, lines)) => lines.push(line),
                None => sections.push((None, vec![line])),
            },
            Part::Paragraph(line) => match sections.last_mut().filter(|(heading, _)| heading.is_none()) {
                Some((_, lines)) => lines.push(line),
                None => sections.push((None, vec![line])),
            },
        }
    }
    sections.into_iter().map(|(heading, lines)| json!({ "heading": heading, "lines": lines })).collect()
}

/// A message in Markdown (CommonMark), with nothing in it that a text could turn into markup; `link` is an address
/// and the words that lead there.
#[must_use]
pub fn markdown(title: &str, parts: &[Part], link: Option<(&str, &str)>) -> String {
    let mut text = format!("**{}**", escaped_markdown(title));
    let mut in_list = false;
    for part in parts {
        let is_item = matches!(part, Part::Item(_));
        text.push_str(if is_item && in_list { "\n" } else { "\n\n" });
        text.push_str(&match part {
            Part::Heading(heading) => format!("### {}", escaped_markdown(heading)),
            Part::Item(line) => format!("- {}", escaped_markdown(line)),
            Part::Paragraph(line) => escaped_markdown(line),
        });
        in_list = is_item;
    }
    if let Some((url, words)) = link {
        text.push_str(&format!("\n\n[{}](<{url}>)", escaped_markdown(words)));
    }
    text
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
fn slack(message: &Message, shows_image: bool) -> Value {
    let section = |text: String| json!({ "type": "section", "text": { "type": "mrkdwn", "text": text } });
    let header = json!({
        "type": "header",
        "text": { "type": "plain_text", "text": shortened(&message.title, HEADER_LETTERS), "emoji": false },
    });
    let image = message.image.as_ref().filter(|_| shows_image).map(|url| {
        let alternative = shortened(&plain(&message.parts), ALTERNATIVE_LETTERS);
        json!({ "type": "image", "image_url": url, "alt_text": alternative })
    });
    let link = message
        .link
        .as_ref()
        .map(|(url, words)| format!("<{}|{}>", escaped_slack(url), escaped_slack(words).replace('|', "/")));
    let head = message.audit_head.as_ref().map(|(_, line)| escaped_slack(line));
    let quiet: Vec<Value> =
        link.into_iter().chain(head).map(|text| json!({ "type": "mrkdwn", "text": text })).collect();
    let quiet = (!quiet.is_empty()).then(|| json!({ "type": "context", "elements": quiet }));
    let room = BLOCKS - 1 - usize::from(quiet.is_some()) - usize::from(image.is_some());
    let sections = slack_sections(&message.parts).into_iter().map(section).take(room);
    let blocks: Vec<Value> = std::iter::once(header).chain(sections).chain(image).chain(quiet).collect();
    let first = message.parts.iter().find_map(|part| match part {
        Part::Paragraph(text) | Part::Item(text) => Some(format!("\n{}", escaped_slack(text))),
        Part::Heading(_) => None,
    });
    let text = escaped_slack(&message.title) + &first.unwrap_or_default();
    json!({ "text": text, "blocks": blocks })
}

/// The texts of sections: each paragraph alone, a heading with its items as far as a section has room.
fn slack_sections(parts: &[Part]) -> Vec<String> {
    let mut sections: Vec<String> = Vec::new();
    let mut is_open = false;
    for part in parts {
        let line = match part {
            Part::Heading(text) => format!("*{}*", escaped_slack(text).replace('*', "∗")),
            Part::Item(text) => format!("• {}", escaped_slack(text)),
            Part::Paragraph(text) => escaped_slack(text),
        };
        let line = shortened(&line, SECTION_LETTERS);
        let joins = |section: &&mut String| {
            let letters = section.chars().count() + 1 + line.chars().count();
            is_open && matches!(part, Part::Item(_)) && letters <= SECTION_LETTERS
        };
        match sections.last_mut().filter(joins) {
            Some(section) => {
                section.push('\n');
                section.push_str(&line);
            }
            None => sections.push(line),
        }
        is_open = !matches!(part, Part::Paragraph(_));
    }
    sections
}

/// The three letters that mean something to Slack, so that no name of a service becomes a mention.
fn escaped_slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A text of at most so many letters; what Slack reads as one letter is not cut.
fn shortened(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(letters - 1).collect();
    // The longest of them is `&amp;`.
    let is_cut = |begun: &usize| short.len() - begun < 5 && !short[*begun..].contains(';');
    if let Some(begun) = short.rfind('&').filter(is_cut) {
        short.truncate(begun);
    }
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(text: &str) -> Part {
        Part::Paragraph(text.to_owned())
    }

    fn message() -> Message {
        Message {
            id: "ab12".to_owned(),
            kind: "anomaly".to_owned(),
            product: Some("telemed".to_owned()),
            language: "en".to_owned(),
            title: "Telemedicine <!channel> & *more*".to_owned(),
            parts: vec![paragraph("A day of a_service"), paragraph("second")],
            link: Some(("https://teirei.example/products/telemed?a=1&b=2".to_owned(), "Open".to_owned())),
            image: None,
            week: None,
            review_version: None,
            written_at: "2026-11-23T01:00:00Z".parse().unwrap(),
            audit_head: None,
        }
    }

    /// A digest with two lists.
    fn digest() -> Message {
        let parts = vec![
            paragraph("Mon–Sun"),
            Part::Heading("What & why".to_owned()),
            Part::Item("Sato: <https://evil.example|click>".to_owned()),
            Part::Item("Suzuki: two".to_owned()),
            Part::Heading("Late".to_owned()),
            Part::Item("one".to_owned()),
            paragraph("the end"),
        ];
        Message {
            kind: "digest-frozen".to_owned(),
            product: None,
            parts,
            image: Some("https://teirei.example/reviews/2026-W47.png?lang=en&version=2".to_owned()),
            week: Some("2026-W47".to_owned()),
            review_version: Some(2),
            ..message()
        }
    }

    fn read(form: Form, message: &Message, shows_image: bool) -> Value {
        serde_json::from_str(&body(form, message, shows_image)).unwrap()
    }

    #[test]
    fn slack_gets_text_and_blocks_without_mentions() {
        let value = read(Form::Slack, &message(), true);
        assert_eq!(value["text"], "Telemedicine &lt;!channel&gt; &amp; *more*\nA day of a_service");
        assert_eq!(value["blocks"][0]["text"]["text"], "Telemedicine <!channel> & *more*", "plain text");
        assert_eq!(value["blocks"][1]["text"]["text"], "A day of a_service");
        let link = &value["blocks"][3]["elements"][0]["text"];
        assert_eq!(link, "<https://teirei.example/products/telemed?a=1&amp;b=2|Open>");
        let long = Message {
            title: "あ".repeat(200),
            parts: vec![paragraph(&"い".repeat(4_000)); 60],
            link: None,
            ..message()
        };
        let value = read(Form::Slack, &long, true);
        let letters = |value: &Value| value["text"]["text"].as_str().unwrap().chars().count();
        let blocks = value["blocks"].as_array().unwrap();
        assert_eq!((blocks.len(), letters(&blocks[0]), letters(&blocks[1])), (50, 150, 3_000));
    }

    #[test]
    fn slack_gets_a_list_as_one_section_and_a_picture_only_where_it_may_fetch_it() {
        let value = read(Form::Slack, &digest(), true);
        let texts: Vec<&str> = value["blocks"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|block| block["type"] == "section")
            .map(|block| block["text"]["text"].as_str().unwrap())
            .collect();
        let expected = [
            "Mon–Sun",
            "*What &amp; why*\n• Sato: &lt;https://evil.example|click&gt;\n• Suzuki: two",
            "*Late*\n• one",
            "the end",
        ];
        assert_eq!(texts, expected);
        let image = &value["blocks"][5];
        assert_eq!(image["image_url"], "https://teirei.example/reviews/2026-W47.png?lang=en&version=2");
        assert!(image["alt_text"].as_str().unwrap().starts_with("Mon–Sun\nWhat & why\n- Sato:"));
        let without = read(Form::Slack, &digest(), false);
        assert!(!without.to_string().contains("image"), "{without}");
    }

    #[test]
    fn long_lists_are_parted_at_their_lines_within_what_slack_takes() {
        let items = (0..400).map(|_| Part::Item("<".repeat(100)));
        let parts = std::iter::once(Part::Heading("h".to_owned())).chain(items).collect();
        let long = Message { parts, ..digest() };
        let value = read(Form::Slack, &long, true);
        let blocks = value["blocks"].as_array().unwrap();
        assert_eq!(blocks.len(), 50, "a header, sections, the picture and the link");
        assert_eq!((&blocks[48]["type"], &blocks[49]["type"]), (&json!("image"), &json!("context")));
        for block in &blocks[1..48] {
            let text = block["text"]["text"].as_str().unwrap();
            assert!(text.chars().count() <= 3_000 && text.ends_with("&lt;"), "{text}");
        }
        assert!(blocks[48]["alt_text"].as_str().unwrap().chars().count() <= 2_000);
        assert_eq!(shortened("ab&lt;c", 5), "ab…", "nothing is cut into a letter that Slack would misread");
    }

    #[test]
    fn the_own_form_has_text_and_markdown() {
        let value = read(Form::Generic, &message(), true);
        assert_eq!(value["text"], "A day of a_service\nsecond");
        let markdown = "**Telemedicine \\<!channel\\> & \\*more\\***\n\nA day of a\\_service\n\nsecond\n\n\
             [Open](<https://teirei.example/products/telemed?a=1&b=2>)";
        assert_eq!(value["markdown"], markdown);
        assert_eq!((&value["version"], &value["kind"]), (&json!(1), &json!("anomaly")));
        assert_eq!((&value["week"], &value["image"]), (&Value::Null, &Value::Null));
        assert_eq!(value["written_at"], "2026-11-23T01:00:00Z");
    }

    #[test]
    fn the_own_form_has_a_digest_as_sections_and_as_markdown() {
        let value = read(Form::Generic, &digest(), false);
        let sections = json!([
            { "heading": null, "lines": ["Mon–Sun"] },
            { "heading": "What & why", "lines": ["Sato: <https://evil.example|click>", "Suzuki: two"] },
            { "heading": "Late", "lines": ["one"] },
            { "heading": null, "lines": ["the end"] },
        ]);
        assert_eq!(value["sections"], sections);
        assert_eq!((&value["week"], &value["review_version"]), (&json!("2026-W47"), &json!(2)));
        assert_eq!(value["image"], "https://teirei.example/reviews/2026-W47.png?lang=en&version=2");
        let markdown = value["markdown"].as_str().unwrap();
        let list = "Mon–Sun\n\n### What & why\n\n- Sato: \\<https://evil.example\\|click\\>\n- Suzuki: two\n\n### Late";
        assert!(markdown.contains(list), "{markdown}");
        assert!(value["text"].as_str().unwrap().starts_with("Mon–Sun\nWhat & why\n- Sato: "));
    }
}
