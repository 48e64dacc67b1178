//! Markdown that people wrote, as HTML that can do nothing: the one place where it becomes markup.
//!
//! The parser reads, this file writes: only the elements named here come out, every text and address is escaped by
//! [`Markup`], HTML in the text is shown as what it is, links lead to https, http and mailto only, images become links.

use leptos::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag};

use super::raw::{Markup, Written};

/// How deep elements stand in each other at most; what is deeper is written as text.
const DEPTH_LIMIT: usize = 24;

/// How many elements a text becomes at most; what follows is written as text.
const ELEMENT_LIMIT: usize = 20_000;

/// The heading above the text; its own begin one below.
const HEADING_ABOVE: u8 = 2;

/// The text as part of a page; `label` names its tables and blocks of code to those who do not see them.
pub fn markdown(text: &str, label: &str) -> AnyView {
    view! { <Written markup=markup_of(text, label)/> }.into_any()
}

fn markup_of(text: &str, label: &str) -> Markup {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut writer = Writer {
        events: Parser::new_ext(text, options),
        label,
        elements: 0,
        heading: HEADING_ABOVE,
        is_head: false,
    };
    let mut markup = Markup::default();
    // An end without its beginning cannot come; were it to, what follows it is still written.
    while writer.content(&mut markup, 0) {}
    markup
}

struct Writer<'t> {
    events: Parser<'t>,
    label: &'t str,
    elements: usize,
    /// The level of the last heading, which the next one follows without a gap.
    heading: u8,
    /// Whether cells are those of a table's head.
    is_head: bool,
}

impl Writer<'_> {
    /// Writes up to the end of the element that is open; `false` when the text is over.
    fn content(&mut self, markup: &mut Markup, depth: usize) -> bool {
        while let Some(event) = self.events.next() {
            match event {
                Event::Start(tag) => self.element(markup, tag, depth),
                Event::End(_) => return true,
                Event::Code(text) => markup.words("code", &[], &seen(&text)),
                Event::HardBreak => markup.void("br"),
                Event::Rule => markup.void("hr"),
                other => text_of(markup, &other),
            }
        }
        false
    }

    fn element(&mut self, markup: &mut Markup, tag: Tag<'_>, depth: usize) {
        self.elements += 1;
        if depth >= DEPTH_LIMIT || self.elements > ELEMENT_LIMIT {
            return self.plain(markup);
        }
        match tag {
            Tag::Heading { level, .. } => self.heading(markup, level, depth),
            Tag::CodeBlock(kind) => self.code(markup, &kind),
            Tag::List(start) => {
                let first = start.filter(|first| *first != 1).map(|first| first.to_string());
                let name = if start.is_some() { "ol" } else { "ul" };
                self.named(markup, name, &[("start", first.as_deref().unwrap_or_default())], depth);
            }
            Tag::Table(_) => self.table(markup, depth),
            Tag::TableHead => {
                self.is_head = true;
                markup.element("thead", &[], |head| self.named(head, "tr", &[], depth + 1));
                self.is_head = false;
            }
            Tag::TableCell if self.is_head => self.named(markup, "th", &[("scope", "col")], depth),
            Tag::Link { link_type: LinkType::Email, dest_url, .. } => {
                let address = format!("mailto:{dest_url}");
                let attributes = [("href", &*address), ("rel", "noopener noreferrer nofollow")];
                self.named(markup, "a", &attributes, depth);
            }
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } if is_followed(&dest_url) => {
                let attributes = [("href", &*dest_url), ("rel", "noopener noreferrer nofollow")];
                self.named(markup, "a", &attributes, depth);
            }
            tag => match plain_name(&tag) {
                Some(name) => self.named(markup, name, &[], depth),
                None => {
                    self.content(markup, depth + 1);
                }
            },
        }
    }

    fn named(
        &mut self,
        markup: &mut Markup,
        name: &'static str,
        attributes: &[(&'static str, &str)],
        depth: usize,
    ) {
        markup.element(name, attributes, |inner| {
            self.content(inner, depth + 1);
        });
    }

    /// No level is left out on the way down, whatever the text does: readers of headings would look for it.
    fn heading(&mut self, markup: &mut Markup, level: HeadingLevel, depth: usize) {
        let wanted = HEADING_ABOVE + level as u8;
        self.heading = wanted.min(self.heading + 1).min(6);
        let name = match self.heading {
            3 => "h3",
            4 => "h4",
            5 => "h5",
            _ => "h6",
        };
        self.named(markup, name, &[], depth);
    }

    fn code(&mut self, markup: &mut Markup, kind: &CodeBlockKind<'_>) {
        let label = match kind {
            CodeBlockKind::Fenced(language) if !language.is_empty() => seen(language),
            _ => self.label.to_owned(),
        };
        let attributes = [("class", "code"), ("role", "group"), ("tabindex", "0"), ("aria-label", &*label)];
        markup.element("pre", &attributes, |block| block.element("code", &[], |code| self.plain(code)));
    }

    fn table(&mut self, markup: &mut Markup, depth: usize) {
        let label = self.label.to_owned();
        let attributes = [("class", "scroll"), ("role", "group"), ("tabindex", "0"), ("aria-label", &*label)];
        markup.element("div", &attributes, |frame| self.named(frame, "table", &[], depth));
    }

    /// Writes the words of what is open up to its end, and no element, however deep it goes.
    fn plain(&mut self, markup: &mut Markup) {
        let mut open = 1_usize;
        for event in self.events.by_ref() {
            match event {
                Event::Start(_) => open += 1,
                Event::End(_) => {
                    open -= 1;
                    if open == 0 {
                        return;
                    }
                    markup.text(" ");
                }
                other => text_of(markup, &other),
            }
        }
    }
}

/// The elements that have no attributes of their own.
fn plain_name(tag: &Tag<'_>) -> Option<&'static str> {
    Some(match tag {
        Tag::Paragraph | Tag::HtmlBlock => "p",
        Tag::BlockQuote(_) => "blockquote",
        Tag::Item => "li",
        Tag::TableRow => "tr",
        Tag::TableCell => "td",
        Tag::Emphasis => "em",
        Tag::Strong => "strong",
        Tag::Strikethrough => "s",
        _ => return None,
    })
}

/// What has words and opens nothing.
fn text_of(markup: &mut Markup, event: &Event<'_>) {
    match event {
        Event::Text(text)
        | Event::Code(text)
        | Event::Html(text)
        | Event::InlineHtml(text)
        | Event::InlineMath(text)
        | Event::DisplayMath(text)
        | Event::FootnoteReference(text) => markup.text(&seen(text)),
        Event::SoftBreak => markup.text("\n"),
        Event::HardBreak | Event::Rule => markup.text(" "),
        Event::TaskListMarker(is_done) => markup.text(if *is_done { "☑ " } else { "☐ " }),
        Event::Start(_) | Event::End(_) => {}
    }
}

/// The text without what turns the direction of writing around, which could make it read as something else.
fn seen(text: &str) -> String {
    let turns = |letter: char| matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().filter(|letter| !turns(*letter)).collect()
}

/// Whether an address may be followed; a browser skips control characters and blanks in a scheme, so that an address
/// with any of them is none.
fn is_followed(address: &str) -> bool {
    let is_plain = !address.chars().any(|letter| letter.is_control() || letter.is_whitespace());
    let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    is_plain && scheme.is_some_and(|scheme| ["https", "http", "mailto"].contains(&scheme.as_str()))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn html(text: &str) -> String {
        markup_of(text, "表").into_string()
    }

    #[test]
    fn what_people_write_becomes_what_they_mean() {
        for (text, expected) in [
            (
                "概要 **太字** *斜体* ~~取消~~ `a<b`",
                "<p>概要 <strong>太字</strong> <em>斜体</em> <s>取消</s> <code>a&lt;b</code></p>",
            ),
            ("# 一\n### 三\n## 二\n", "<h3>一</h3><h4>三</h4><h4>二</h4>"),
            ("### 先頭\n", "<h3>先頭</h3>"),
            ("- a\n- b\n  1. c\n", "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>"),
            ("3. c\n4. d\n", "<ol start=\"3\"><li>c</li><li>d</li></ol>"),
            ("- [x] 済\n- [ ] 未\n", "<ul><li>☑ 済</li><li>☐ 未</li></ul>"),
            ("> 引用\n", "<blockquote><p>引用</p></blockquote>"),
            ("a\\\nb\n\n---\n", "<p>a<br>b</p><hr>"),
            (
                "| 時刻 | 出来事 |\n| --- | --- |\n| 9:12 | 始まり |\n",
                "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"表\"><table><thead><tr>\
                 <th scope=\"col\">時刻<th scope=\"col\">出来事</tr></thead>\
                 <tr><td>9:12<td>始まり</tr></table></div>",
            ),
            (
                "```sh\nrm <x>\n```\n",
                "<pre class=\"code\" role=\"group\" tabindex=\"0\" aria-label=\"sh\"><code>rm &lt;x&gt;\n</code></pre>",
            ),
            (
                "[原因](https://wiki.example/a?b=1&c=2 \"t\") <https://a.example/> <sre@a.example>",
                "<p><a href=\"https://wiki.example/a?b=1&amp;c=2\" rel=\"noopener noreferrer nofollow\">原因</a> \
                 <a href=\"https://a.example/\" rel=\"noopener noreferrer nofollow\">https://a.example/</a> \
                 <a href=\"mailto:sre@a.example\" rel=\"noopener noreferrer nofollow\">sre@a.example</a></p>",
            ),
        ] {
            assert_eq!(html(text), expected, "{text}");
        }
    }

    /// Only the elements and attributes that this file writes come out, and every address is one of the three kinds.
    fn is_harmless(html: &str) -> Result<(), String> {
        const NAMES: [&str; 27] = [
            "p",
            "h3",
            "h4",
            "h5",
            "h6",
            "ul",
            "ol",
            "li",
            "blockquote",
            "pre",
            "code",
            "em",
            "strong",
            "s",
            "a",
            "table",
            "thead",
            "tr",
            "th",
            "td",
            "div",
            "br",
            "hr",
            "tbody",
            "del",
            "dl",
            "dd",
        ];
        for tag in html.split('<').skip(1) {
            let (inside, _) = tag.split_once('>').ok_or("an element that does not end")?;
            let name = inside.trim_start_matches('/').split(' ').next().unwrap_or_default();
            if !NAMES.contains(&name) {
                return Err(format!("<{inside}>"));
            }
            let mut rest = inside.strip_prefix(name).or(inside.strip_prefix('/')).unwrap_or_default();
            while let Some((attribute, after)) = rest.split_once("=\"") {
                let (value, after) = after.split_once('"').ok_or("a value that does not end")?;
                let attribute = attribute.trim();
                let is_known = ["href", "rel", "start", "scope", "class", "role", "tabindex", "aria-label"];
                if !is_known.contains(&attribute) {
                    return Err(format!("{attribute}={value}"));
                }
                let opens = ["https:", "http:", "mailto:"];
                if attribute == "href" && !opens.iter().any(|open| value.to_lowercase().starts_with(open)) {
                    return Err(format!("href={value}"));
                }
                rest = after;
            }
        }
        Ok(())
    }

    #[test]
    fn the_check_of_harm_finds_it() {
        for bad in ["<script>", "<a onclick=\"x\">", "<a href=\"javascript:x\">", "<p", "<img src=\"x\">"] {
            assert!(is_harmless(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn hostile_texts_are_shown_and_do_nothing() {
        let mut table = "|a".repeat(300) + "|\n" + &"|-".repeat(300) + "|\n";
        for row in 0..300 {
            // Writing to a string cannot fail.
            let _ = writeln!(table, "|{row}");
        }
        let cases: Vec<String> = vec![
            "<script>alert(1)</script>".into(),
            "a <img src=x onerror=alert(1)> b".into(),
            "<div onclick=\"alert(1)\">\n\n*x*\n\n</div>".into(),
            "<!-- --><svg/onload=alert(1)>".into(),
            "[x](javascript:alert(1))".into(),
            "[x](JaVaScRiPt:alert(1))".into(),
            "[x](java\tscript:alert(1))".into(),
            "[x](<java\u{1}script:alert(1)>)".into(),
            "[x](&#106;avascript&colon;alert(1))".into(),
            "[x](&#x6A&#x61vascript:alert(1))".into(),
            "[x](data:text/html;base64,PHNjcmlwdD4=)".into(),
            "[x](vbscript:x) [x](file:///etc/passwd) [x](//evil.example) [x](/api/freeze)".into(),
            "<javascript:alert(1)> <data:text/html,x> <tel:110>".into(),
            "[x][r]\n\n[r]: javascript:alert(1) \"t\"".into(),
            "![x](https://evil.example/p.png) ![x](javascript:alert(1)) ![x](data:image/svg+xml,x)".into(),
            "[x](https://a.example/\"onmouseover=alert(1))".into(),
            "[x](https://a.example/ '\"><script>')".into(),
            "```\"><script>alert(1)</script>\nx\n```".into(),
            "`</code><script>alert(1)</script>`".into(),
            "# <b>x</b> {#id onclick=alert(1)}".into(),
            "| <script> | `|` |\n| --- | --- |\n| </table> | <td onclick=x> |".into(),
            "\u{202e}gpj.exe\u{2066}".into(),
            "&lt;script&gt; &amp;lt; &#60;script&#62;".into(),
            ">".repeat(10_000) + " deep",
            "- ".repeat(10_000) + "deep",
            "*".repeat(50_000),
            "[".repeat(50_000),
            "![".repeat(20_000) + &"](x)".repeat(20_000),
            "**_".repeat(10_000) + "x" + &"_**".repeat(10_000),
            "<".repeat(50_000),
            "`".repeat(50_000),
            (0..2_000).map(|depth| "  ".repeat(depth.min(60)) + "- x\n").collect(),
            table,
        ];
        for text in &cases {
            let html = html(text);
            let shown: String = text.chars().take(60).collect();
            assert_eq!(is_harmless(&html), Ok(()), "{shown}");
            assert!(!html.contains("<img") && !html.contains("<script"), "{shown}");
            assert!(!html.contains(['\u{202e}', '\u{2066}']), "{shown}");
            // Rows of a table are filled up to its head, as far as elements go.
            assert!(html.len() < 40 * text.len() + 20 * ELEMENT_LIMIT, "{shown}: {} bytes", html.len());
        }
        assert_eq!(
            html("<script>a</script>"),
            "<p>&lt;script&gt;a&lt;/script&gt;</p>",
            "it is shown as it was written"
        );
        assert_eq!(html("[x](javascript:alert(1))"), "<p>x</p>");
        let image =
            "<p><a href=\"https://evil.example/p.png\" rel=\"noopener noreferrer nofollow\">図</a></p>";
        assert_eq!(html("![図](https://evil.example/p.png)"), image, "nothing is loaded from elsewhere");
    }

    #[test]
    fn what_is_too_deep_or_too_much_is_still_read() {
        let deep = html(&(">".repeat(10_000) + " 深い"));
        assert!(deep.contains("深い"));
        assert_eq!(deep.matches("<blockquote>").count(), DEPTH_LIMIT);
        let many = html(&"*a* ".repeat(ELEMENT_LIMIT + 500));
        assert_eq!(many.matches("<em>").count(), ELEMENT_LIMIT - 1, "the paragraph is one");
        assert_eq!(many.matches('a').count(), ELEMENT_LIMIT + 500);
    }
}
