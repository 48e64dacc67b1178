//! What is asked in PromQL: a query of a definition, made to count over a window.

use std::fmt::Write;

/// Where a query says itself where the window goes; both are common.
const PLACES: [&str; 2] = ["{{.window}}", "$window"];

/// A query as a definition has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Query {
    /// A plain selector of counters, such as `requests_total{code="200"}`; also within `sum(…)`.
    Selector(String),
    /// A query with the window's place in it, such as `sum(increase(requests_total[{{.window}}]))`: it answers
    /// how many events the window had.
    Windowed(String),
    /// Any other one.
    Other(String),
}

impl Query {
    pub(super) fn of(text: &str) -> Self {
        let text = text.trim();
        if PLACES.iter().any(|place| text.contains(place)) {
            return Self::Windowed(text.to_owned());
        }
        match summed(text) {
            Some(selector) => Self::Selector(selector.to_owned()),
            None => Self::Other(text.to_owned()),
        }
    }

    /// The events of the last `seconds`, as one series; `None` for a query that cannot tell.
    pub(super) fn increase(&self, seconds: i64) -> Option<String> {
        match self {
            Self::Selector(selector) => Some(format!("sum(increase({selector}[{seconds}s]))")),
            Self::Windowed(query) => {
                let window = format!("{seconds}s");
                let query = PLACES.iter().fold(query.clone(), |query, place| query.replace(place, &window));
                Some(format!("sum({query})"))
            }
            Self::Other(_) => None,
        }
    }

    /// How many samples the fullest of its series had in the last `seconds`. The window is a second shorter, so
    /// that a sample on its edge counts once, whichever edge a version of Prometheus includes.
    pub(super) fn samples(&self, seconds: i64) -> Option<String> {
        let Self::Selector(selector) = self else { return None };
        Some(format!("max(count_over_time({selector}[{}s]))", (seconds - 1).max(1)))
    }
}

/// The selector in `SELECTOR`, `sum(SELECTOR)`, `sum by (…) (SELECTOR)` and `sum(SELECTOR) by (…)`.
fn summed(text: &str) -> Option<&str> {
    let text = text.trim();
    if is_selector(text) {
        return Some(text);
    }
    let rest = text.strip_prefix("sum")?.trim_start();
    let (rest, has_labels) = match grouping(rest) {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let (inside, after) = parenthesised(rest.trim_start())?;
    let after = after.trim();
    let is_whole =
        after.is_empty() || (!has_labels && grouping(after).is_some_and(|left| left.trim().is_empty()));
    if is_whole { summed(inside) } else { None }
}

/// What follows `by (…)` or `without (…)`.
fn grouping(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("by").or_else(|| text.strip_prefix("without"))?;
    parenthesised(rest.trim_start()).map(|(_, after)| after)
}

/// What is in the parentheses at the beginning, and what follows them.
fn parenthesised(text: &str) -> Option<(&str, &str)> {
    let mut scan = Scan::default();
    if !text.starts_with('(') {
        return None;
    }
    for (position, letter) in text.char_indices() {
        scan.step(letter);
        if scan.depth == 0 && !scan.is_quoted() && letter == ')' {
            return Some((&text[1..position], &text[position + 1..]));
        }
    }
    None
}

/// Whether a text is a name with matchers, or one of both.
fn is_selector(text: &str) -> bool {
    let name_end = text
        .find(|letter: char| !(letter.is_ascii_alphanumeric() || "_:".contains(letter)))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(name_end);
    let rest = rest.trim();
    if name.starts_with(|letter: char| letter.is_ascii_digit()) || (name.is_empty() && rest.is_empty()) {
        return false;
    }
    if rest.is_empty() {
        return true;
    }
    let mut scan = Scan::default();
    let mut ends = 0;
    for letter in rest.chars() {
        scan.step(letter);
        if letter == '}' && !scan.is_quoted() {
            ends += 1;
        }
    }
    rest.starts_with('{') && rest.ends_with('}') && ends == 1 && !scan.is_quoted()
}

/// A walk through PromQL that knows its quotes.
#[derive(Default)]
struct Scan {
    quote: Option<char>,
    escaped: bool,
    depth: i32,
}

impl Scan {
    fn is_quoted(&self) -> bool {
        self.quote.is_some()
    }

    fn step(&mut self, letter: char) {
        match self.quote {
            Some(_) if self.escaped => self.escaped = false,
            Some(quote) if letter == '\\' && quote != '`' => self.escaped = true,
            Some(quote) if letter == quote => self.quote = None,
            Some(_) => {}
            None if "\"'`".contains(letter) => self.quote = Some(letter),
            None if letter == '(' => self.depth += 1,
            None if letter == ')' => self.depth -= 1,
            None => {}
        }
    }
}

/// `application/x-www-form-urlencoded`.
pub(super) fn form(fields: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (name, value) in fields {
        if !body.is_empty() {
            body.push('&');
        }
        body.push_str(name);
        body.push('=');
        for byte in value.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => {
                    body.push(char::from(byte))
                }
                b' ' => body.push('+'),
                _ => {
                    // Writing to a String cannot fail.
                    let _ = write!(body, "%{byte:02X}");
                }
            }
        }
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_found_also_within_sums() {
        for (text, expected) in [
            ("requests_total", Some("requests_total")),
            ("requests_total{code=~\"5..\"}", Some("requests_total{code=~\"5..\"}")),
            ("{__name__=\"a\", path=\"/x)}{\"}", Some("{__name__=\"a\", path=\"/x)}{\"}")),
            ("sum(requests_total{a=\"b\"})", Some("requests_total{a=\"b\"}")),
            ("sum by (job) ( requests_total )", Some("requests_total")),
            ("sum(requests_total) without (pod)", Some("requests_total")),
            ("sum(sum(requests_total))", Some("requests_total")),
            ("sum(rate(requests_total[5m]))", None),
            ("a_total - b_total", None),
            ("sum(a_total) - sum(b_total)", None),
            ("a{x=\"1\"} - b{x=\"1\"}", None),
            ("5", None),
            ("", None),
        ] {
            assert_eq!(summed(text), expected, "{text}");
        }
    }

    #[test]
    fn a_query_counts_over_a_window() {
        let increase = |text: &str| Query::of(text).increase(3600);
        assert_eq!(increase("sum(a{b=\"c\"})").as_deref(), Some("sum(increase(a{b=\"c\"}[3600s]))"));
        let windowed = "sum(increase(a[{{.window}}])) or vector(0)";
        assert_eq!(increase(windowed).as_deref(), Some("sum(sum(increase(a[3600s])) or vector(0))"));
        assert_eq!(increase("a - b"), None);
        assert_eq!(Query::of("a").samples(86_400).as_deref(), Some("max(count_over_time(a[86399s]))"));
    }

    #[test]
    fn forms_are_encoded() {
        assert_eq!(
            form(&[("query", "a{b=\"ü\"} + 1"), ("time", "1")]),
            "query=a%7Bb%3D%22%C3%BC%22%7D+%2B+1&time=1"
        );
    }
}
