//! The review as minutes in Markdown, in the reader's language and habit of numbers.
//!
//! What people wrote is escaped, so that a title can neither break a table nor carry HTML. The same
//! words as on the page come from `app::texts`.

mod actions;
mod cost;
mod due;
mod exceptions;
mod notes;
mod period;
mod product;
mod reliability;
mod shipping;
mod topics;

use app::texts::action_words::action_words;
use app::texts::freeze_words;
use app::texts::skip_words;
use app::texts::topic_words::topic_words;
use app::texts::{Texts, format, sentences, texts};
use domain::cost::Owner;
use domain::finding::Status;
use domain::organization::{Language, Organization};
use domain::period::Period;
use domain::product::{Product, Slug};
use domain::rate::AppliedRate;
use domain::review::requirements::Unmet;
use domain::review::{Freshness, WeeklyReview};
use domain::week::IsoWeek;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::SnapshotStamp;
use super::lines::glyph;

pub use actions::register;
pub use period::render as period_render;
pub use product::product_render;

/// The minutes of a draft.
#[must_use]
pub fn render(review: &WeeklyReview, language: Language) -> String {
    minutes_of(review, language, None, &[])
}

/// The minutes of a frozen version; they say which one, state its hash, and name what was left open.
#[must_use]
pub fn render_frozen(
    review: &WeeklyReview,
    language: Language,
    stamp: &SnapshotStamp,
    unmet: &[Unmet],
) -> String {
    minutes_of(review, language, Some(stamp), unmet)
}

fn minutes_of(
    review: &WeeklyReview,
    language: Language,
    stamp: Option<&SnapshotStamp>,
    unmet: &[Unmet],
) -> String {
    let mut minutes = Minutes::new(language, &review.organization, &review.products);
    minutes.title(minutes.words.weekly_review, review.week);
    minutes.head(&Head {
        period: &review.period,
        as_of: review.as_of,
        stamp,
        freshness: &review.freshness,
        rates: &review.rates,
    });
    if !unmet.is_empty() {
        minutes.paragraph(&freeze_words::unmet_all(language, unmet));
    }
    for carried in &review.carried_weeks {
        let said = skip_words::carried(language, carried);
        minutes.paragraph(&format!("{said}: {}", skip_words::taken_over(language, carried)));
    }
    exceptions::summary(&mut minutes, review);
    actions::actions(&mut minutes, action_words(language).carried_title, &review.actions.carried);
    exceptions::matrix(&mut minutes, review);
    topics::topics(&mut minutes, &review.topics.topics);
    shipping::verdicts(&mut minutes, &review.verdicts, &review.objectives);
    cost::section(&mut minutes, review);
    reliability::incidents(&mut minutes, &review.incidents);
    reliability::objectives(&mut minutes, &review.objectives);
    due::reviews_due(&mut minutes, review);
    let words = topic_words(language);
    topics::decisions(&mut minutes, words.look_again_title, &review.topics.look_again);
    topics::decisions(&mut minutes, words.decisions, &review.topics.made);
    actions::actions(&mut minutes, action_words(language).made_title, &review.actions.made);
    notes::notes(&mut minutes, &review.notes);
    minutes.foot(&review.organization, review.period.start)
}

/// What stands above the sections.
struct Head<'a> {
    period: &'a Period,
    as_of: Timestamp,
    stamp: Option<&'a SnapshotStamp>,
    freshness: &'a [Freshness],
    rates: &'a [AppliedRate],
}

/// The text as it grows, and what every section needs.
struct Minutes<'a> {
    language: Language,
    words: &'static Texts,
    zone: TimeZone,
    products: &'a [Product],
    text: String,
}

impl<'a> Minutes<'a> {
    fn new(language: Language, organization: &Organization, products: &'a [Product]) -> Self {
        let zone = organization.zone();
        Self { language, words: texts(language), zone, products, text: String::new() }
    }

    /// The first line.
    fn title(&mut self, name: &str, week: IsoWeek) {
        let week = sentences::week_heading(self.language, week.year(), week.number());
        self.text.push_str(&format!("# {name} · {week}\n"));
    }

    /// The week, its state, how fresh its sources are and the rates.
    fn head(&mut self, head: &Head<'_>) {
        let language = self.language;
        let day = |instant: Timestamp| format::date(self.zone.to_datetime(instant).date(), language);
        let zone_name = format::zone_name(head.period.start, &self.zone);
        let last = head.period.end.as_second() - 1;
        let last = Timestamp::from_second(last).unwrap_or(head.period.end);
        let time = |instant: Timestamp| format::short_date_time(instant, &self.zone, language);
        let state = match head.stamp {
            None => self.words.draft.to_owned(),
            Some(stamp) => {
                let who = escape(&stamp.frozen_by);
                let when = time(stamp.frozen_at);
                let by = sentences::frozen_by(language, stamp.version, &who, &when, &zone_name);
                let reason = if stamp.reason.is_empty() { "" } else { " · " };
                format!("{} · {by}{reason}{}", self.words.frozen, escape(&stamp.reason))
            }
        };
        let as_of = sentences::as_of(language, &time(head.as_of), &zone_name);
        let period = format!("{} – {} {zone_name}", day(head.period.start), day(last));
        let week = IsoWeek::at(head.period.start, &self.zone);
        let mut lines: Vec<String> =
            head.freshness.iter().map(|freshness| self.freshness(week, freshness)).collect();
        lines.extend(head.rates.iter().map(|applied| self.rate(applied)));
        if let Some(stamp) = head.stamp {
            lines.push(format!("{}: `{}`", self.words.freeze_hash, stamp.hash));
        }
        self.paragraph(&format!("{period} · {as_of} · {state}"));
        self.list(lines);
    }

    fn freshness(&self, week: IsoWeek, freshness: &Freshness) -> String {
        let language = self.language;
        let time = |instant| format::short_date_time(instant, &self.zone, language);
        let mut parts: Vec<String> = Vec::new();
        if freshness.status == Status::NoData {
            parts.push(self.mark(Status::NoData));
        }
        match (freshness.complete_through, freshness.complete_days) {
            (Some(through), Some(days)) => {
                let through = format::short_date(through, language);
                parts.push(sentences::days_complete(language, &through, days));
                if freshness.is_not_compared() {
                    let first = freshness.first_day.map(|day| format::short_date(day, language));
                    parts.push(sentences::begins_uncompared(
                        language,
                        first.as_deref().unwrap_or(self.words.unknown),
                    ));
                }
                parts.extend(freshness.stale_days.map(|days| sentences::for_days(language, days)));
            }
            _ if freshness.begins_after(week) => {
                let first = freshness.first_day.map(|day| format::short_date(day, language));
                parts.push(sentences::begins(language, first.as_deref().unwrap_or(self.words.unknown)));
            }
            _ if freshness.status == Status::NoData => {
                let since = freshness.last_instant.unwrap_or(freshness.received_at);
                parts.push(sentences::stale_since(language, &time(since)));
            }
            _ => parts.push(time(freshness.last_instant.unwrap_or(freshness.received_at))),
        }
        let kind = self.words.source_kind(freshness.kind);
        format!("{} ({kind}): {}", escape(&freshness.source), self.joined(&parts))
    }

    fn rate(&self, applied: &AppliedRate) -> String {
        let rate = &applied.rate;
        let amount = format!("{}{}", format::symbol(rate.to), rate.rate);
        let date = format::short_date(rate.date, self.language);
        sentences::rate(self.language, rate.from.code(), &amount, &date, applied.provisional)
    }

    /// The last line, and the whole text.
    fn foot(mut self, organization: &Organization, at: Timestamp) -> String {
        let name = escape(organization.name.get(self.language));
        let zone_name = format::zone_name(at, &self.zone);
        self.text.push_str("\n---\n");
        self.paragraph(&sentences::colophon(self.language, &name, &zone_name));
        self.text
    }

    fn heading(&mut self, name: &str) {
        self.text.push_str(&format!("\n## {name}\n"));
    }

    fn paragraph(&mut self, text: &str) {
        self.text.push_str(&format!("\n{text}\n"));
    }

    fn list(&mut self, lines: impl IntoIterator<Item = String>) {
        for (position, line) in lines.into_iter().enumerate() {
            let gap = if position == 0 { "\n" } else { "" };
            self.text.push_str(&format!("{gap}- {line}\n"));
        }
    }

    /// A table; columns whose name begins with `>` are aligned to the right.
    fn table(&mut self, columns: &[String], rows: impl IntoIterator<Item = Vec<String>>) {
        let names: Vec<&str> = columns.iter().map(|name| name.trim_start_matches('>')).collect();
        let rules: Vec<&str> =
            columns.iter().map(|name| if name.starts_with('>') { "---:" } else { "---" }).collect();
        self.text.push_str(&format!("\n| {} |\n| {} |\n", names.join(" | "), rules.join(" | ")));
        for row in rows {
            self.text.push_str(&format!("| {} |\n", row.join(" | ")));
        }
    }

    /// A product's name, escaped.
    fn product(&self, slug: &Slug) -> String {
        let product = self.products.iter().find(|product| product.slug == *slug);
        escape(product.map_or(slug.as_str(), |product| product.name.get(self.language)))
    }

    /// An owner's name, escaped.
    fn owner(&self, owner: &Owner) -> String {
        match owner {
            Owner::Product(slug) => self.product(slug),
            Owner::Shared(pool) => format!("{} · {}", self.words.shared_not_split, escape(pool)),
            Owner::Unallocated => self.words.unallocated.to_owned(),
        }
    }

    /// Shape and word of a status.
    fn mark(&self, status: Status) -> String {
        format!("{} {}", glyph(status), self.words.status(status))
    }

    fn joined(&self, parts: &[String]) -> String {
        parts.join(sentences::list_separator(self.language))
    }
}

/// A text that people wrote, as itself in Markdown and on one line.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            '\n' | '\r' | '\t' => escaped.push(' '),
            other if other.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}
