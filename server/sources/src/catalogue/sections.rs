//! The catalogue file taken apart into its entries, so that a form can change one and leave the others as they
//! are, also with what the form does not know.

use domain::catalogue::Catalogue;
use domain::catalogue::entry::{EntryKind, pool_key, rule_key};

use super::postmortem;
use super::render::{self, key, list, quoted};

/// The file as one text an entry.
#[derive(Clone, Debug)]
pub struct Sections {
    /// What stands before the entries.
    head: String,
    entries: Vec<Entry>,
    /// What stands behind them.
    tail: String,
}

#[derive(Clone, Debug)]
struct Entry {
    kind: EntryKind,
    key: String,
    text: String,
}

/// Fields of a form as they were typed, by name.
pub type Typed = [(String, String)];

impl Sections {
    /// Takes the file of a catalogue apart.
    #[must_use]
    pub fn of(catalogue: &Catalogue) -> Self {
        let entry = |kind, key: String, text| Entry { kind, key, text };
        let products = catalogue
            .products
            .iter()
            .map(|one| entry(EntryKind::Product, one.slug.to_string(), render::product(one)));
        let accounts = catalogue
            .accounts
            .iter()
            .map(|one| entry(EntryKind::Account, one.id.clone(), render::account(one)));
        let rules =
            catalogue.rules.iter().map(|one| entry(EntryKind::Rule, rule_key(one), render::rule(one)));
        let pools =
            catalogue.pools.iter().map(|one| entry(EntryKind::Pool, pool_key(one), render::pool(one)));
        let policies = catalogue
            .policies
            .iter()
            .map(|one| entry(EntryKind::Policy, one.product.to_string(), render::policy(one)));
        let maintenance = catalogue
            .maintenance
            .iter()
            .map(|one| entry(EntryKind::Maintenance, one.name.clone(), render::maintenance(one)));
        Self {
            head: render::organization(&catalogue.organization)
                + &postmortem::render(&catalogue.postmortem_terms),
            entries: products
                .chain(accounts)
                .chain(rules)
                .chain(pools)
                .chain(policies)
                .chain(maintenance)
                .collect(),
            tail: render::rows(catalogue),
        }
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> String {
        let entries: Vec<String> = self.entries.iter().map(|entry| format!("\n{}", entry.text)).collect();
        format!("{}{}{}", self.head, entries.concat(), self.tail)
    }

    /// Writes what was typed in the place of the entry of a key, or behind the last one of its kind.
    /// Whether it can be taken is for [`parse`](super::parse) to say.
    pub fn put(&mut self, kind: EntryKind, key: Option<&str>, typed: &Typed) {
        let known = key.and_then(|key| self.position(kind, key));
        let before = known.map(|position| self.entries[position].text.as_str()).unwrap_or_default();
        let text = written(kind, typed, before);
        let entry = Entry { kind, key: key.unwrap_or_default().to_owned(), text };
        match known {
            Some(position) => self.entries[position] = entry,
            None => {
                let end = self.entries.iter().filter(|entry| entry.kind <= kind).count();
                self.entries.insert(end, entry);
            }
        }
    }

    /// Moves an entry one place up or down among its kind; false when there is no such entry or place.
    pub fn step(&mut self, kind: EntryKind, key: &str, up: bool) -> bool {
        let Some(position) = self.position(kind, key) else { return false };
        let other = if up { position.checked_sub(1) } else { Some(position + 1) };
        match other.filter(|other| self.entries.get(*other).is_some_and(|entry| entry.kind == kind)) {
            Some(other) => {
                self.entries.swap(position, other);
                true
            }
            None => false,
        }
    }

    fn position(&self, kind: EntryKind, key: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.kind == kind && entry.key == key)
    }
}

/// The value of a field, unless it is blank.
fn field<'t>(typed: &'t Typed, name: &str) -> Option<&'t str> {
    typed.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
}

/// The entry as TOML. Every value is taken as it was typed, in quotes where it is no number, so that a fault of
/// it is the file's fault.
fn written(kind: EntryKind, typed: &Typed, before: &str) -> String {
    let lines: Vec<(String, Option<String>)> = match kind {
        EntryKind::Product => product(typed),
        EntryKind::Account => account(typed),
        EntryKind::Rule => rule(typed),
        EntryKind::Pool => pool(typed),
        EntryKind::Policy => policy(typed),
        EntryKind::Maintenance => maintenance(typed),
    };
    let mut text = format!("[[{}]]\n", kind.as_str());
    for (key, value) in &lines {
        if let Some(value) = value {
            text.push_str(&format!("{key} = {value}\n"));
        }
    }
    // What an entry has beside what its form asks for stays; a form of rules and pools asks for everything.
    if matches!(kind, EntryKind::Product | EntryKind::Account) {
        let asked = |line: &str| {
            let key = line.split(" = ").next().unwrap_or_default();
            lines.iter().any(|(asked, _)| asked == key)
        };
        for line in before.lines().skip(1).filter(|line| !asked(line)) {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

type Line = (String, Option<String>);

fn line(key: &str, value: Option<String>) -> Line {
    (key.to_owned(), value)
}

fn text(typed: &Typed, name: &str) -> Line {
    line(name, field(typed, name).map(quoted))
}

/// Plain digits with at most one point, which TOML takes as a number.
fn number(value: &str) -> String {
    let whole = value.strip_suffix('%').unwrap_or(value).trim();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = match whole.split_once('.') {
        Some((whole, rest)) => digits(whole) && digits(rest),
        None => digits(whole) && (whole == "0" || !whole.starts_with('0')),
    };
    if is_number { whole.to_owned() } else { quoted(value) }
}

/// A name in two languages; one that is left blank is the other.
fn localized(typed: &Typed, name: &str) -> Line {
    let value = match (field(typed, &format!("{name}_ja")), field(typed, &format!("{name}_en"))) {
        (Some(ja), Some(en)) if ja != en => Some(format!("{{ ja = {}, en = {} }}", quoted(ja), quoted(en))),
        (ja, en) => ja.or(en).map(quoted),
    };
    line(name, value)
}

fn product(typed: &Typed) -> Vec<Line> {
    vec![
        text(typed, "slug"),
        localized(typed, "name"),
        localized(typed, "group"),
        line("tier", field(typed, "tier").map(number)),
        text(typed, "product_manager"),
        text(typed, "embedded_sre"),
        text(typed, "chat_channel"),
        line("links", field(typed, "links").map(links)),
        text(typed, "closed_on"),
    ]
}

/// One link a line: what it is, a blank, the address.
fn links(typed: &str) -> String {
    let link = |typed: &str| {
        let (kind, url) = typed.split_once(char::is_whitespace).unwrap_or(("", typed));
        format!("{{ kind = {}, url = {} }}", quoted(kind), quoted(url.trim()))
    };
    let links: Vec<String> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).map(link).collect();
    format!("[{}]", links.join(", "))
}

fn account(typed: &Typed) -> Vec<Line> {
    ["id", "name", "product", "environment", "closed_on"].map(|name| text(typed, name)).to_vec()
}

/// Conditions are pairs of fields `condition_1` and `values_1`; values are alternatives, apart by `|`.
fn rule(typed: &Typed) -> Vec<Line> {
    let mut lines = vec![text(typed, "name")];
    let mut more = Vec::new();
    for (name, word) in typed.iter().filter(|(_, word)| !word.trim().is_empty()) {
        let Some(number) = name.strip_prefix("condition_") else { continue };
        let values = field(typed, &format!("values_{number}")).unwrap_or_default();
        let values: Vec<String> = values
            .split(['|', '\n'])
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
            .collect();
        let word = match word.trim().split_once('.') {
            Some((field, of)) => format!("{}.{}", key(field), key(of)),
            None => key(word.trim()),
        };
        let values = list(&values);
        match lines.iter().any(|(taken, _)| *taken == word) {
            true => more.push(format!("{{ {word} = {values} }}")),
            false => lines.push((word, Some(values))),
        }
    }
    if !more.is_empty() {
        lines.push(line("also", Some(format!("[{}]", more.join(", ")))));
    }
    lines
        .extend(["product", "shared", "environment", "valid_from", "valid_to"].map(|name| text(typed, name)));
    lines
}

/// Fields `share:SLUG` hold stated parts, fields `among` the products that other methods split between.
fn pool(typed: &Typed) -> Vec<Line> {
    let method = field(typed, "method").unwrap_or_default();
    let weights: Vec<String> = typed
        .iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .filter_map(|(name, value)| Some((name.strip_prefix("share:")?, value.trim())))
        .map(|(product, value)| format!("{} = {}", key(product), number(value)))
        .collect();
    let among: Vec<String> =
        typed.iter().filter(|(name, _)| name == "among").map(|(_, value)| value.clone()).collect();
    vec![
        text(typed, "name"),
        text(typed, "method"),
        line("series", field(typed, "series").filter(|_| method == "usage").map(quoted)),
        line("weights", (method == "fixed").then(|| format!("{{ {} }}", weights.join(", ")))),
        line("products", (method != "fixed" && !among.is_empty()).then(|| list(&among))),
        text(typed, "valid_from"),
        text(typed, "valid_to"),
    ]
}

/// Fields `action_1`, `left_1` and `note_1` are a step; names stand one a line or apart by commas.
fn policy(typed: &Typed) -> Vec<Line> {
    let step = |(name, action): &(String, String)| {
        let position = name.strip_prefix("action_")?;
        let left = field(typed, &format!("left_{position}"));
        let note = field(typed, &format!("note_{position}"));
        if action.trim().is_empty() && left.is_none() && note.is_none() {
            return None;
        }
        let parts = [
            left.map(|left| format!("left = {}", number(left))),
            Some(format!("action = {}", quoted(action.trim()))),
            note.map(|note| format!("note = {}", quoted(note))),
        ];
        Some(format!("{{ {} }}", parts.into_iter().flatten().collect::<Vec<_>>().join(", ")))
    };
    let steps: Vec<String> = typed.iter().filter_map(step).collect();
    // Browsers send a text area with the line ends of e-mail.
    let policy_text = field(typed, "text").map(|text| quoted(&text.replace("\r\n", "\n")));
    vec![
        text(typed, "product"),
        line("text", policy_text),
        line("steps", (!steps.is_empty()).then(|| format!("[{}]", steps.join(", ")))),
        names(typed, "objectives"),
        names(typed, "approvers"),
        text(typed, "approved_on"),
        text(typed, "revisit_on"),
    ]
}

fn names(typed: &Typed, name: &str) -> Line {
    let texts = field(typed, name).map(|value| {
        let names = value.split(['\n', ',', '、']).map(str::trim).filter(|name| !name.is_empty());
        names.map(str::to_owned).collect::<Vec<String>>()
    });
    line(name, texts.filter(|texts| !texts.is_empty()).map(|texts| list(&texts)))
}

fn maintenance(typed: &Typed) -> Vec<Line> {
    ["name", "product", "objective", "start", "end", "repeat"].map(|name| text(typed, name)).to_vec()
}
