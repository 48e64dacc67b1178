//! What a week comes to in three sentences, as plain text: for minutes, previews and messages, each of which
//! escapes it in its own way.

use app::texts::{Texts, format, sentences, texts};
use domain::change::Movement;
use domain::cost::{Metric, Owner};
use domain::money::Money;
use domain::organization::Language;
use domain::product::Slug;
use domain::review::WeeklyReview;
use domain::review::cost::CostView;
use jiff::tz::TimeZone;

/// Who reads, and what.
struct Reader<'a> {
    review: &'a WeeklyReview,
    language: Language,
    words: &'static Texts,
    zone: TimeZone,
}

impl Reader<'_> {
    /// A product's name.
    fn product(&self, slug: &Slug) -> String {
        let product = self.review.product(slug);
        product.map_or(slug.as_str(), |product| product.name.get(self.language)).to_owned()
    }

    /// An owner's name.
    fn owner(&self, owner: &Owner) -> String {
        match owner {
            Owner::Product(slug) => self.product(slug),
            Owner::Shared(pool) => format!("{} · {pool}", self.words.shared_not_split),
            Owner::Unallocated => self.words.unallocated.to_owned(),
        }
    }
}

/// The biggest incident, the biggest mover and the next danger, each with its name.
#[must_use]
pub fn summary(review: &WeeklyReview, language: Language) -> [(&'static str, String); 3] {
    let words = texts(language);
    let reader = Reader { review, language, words, zone: review.organization.zone() };
    [
        (words.worst_incident, incident(&reader)),
        (words.top_mover, mover(&reader)),
        (words.next_danger, danger(&reader)),
    ]
}

fn incident(reader: &Reader<'_>) -> String {
    let review = reader.review;
    let row = review.summary.worst_incident.and_then(|position| review.incidents.rows.get(position));
    let Some(row) = row else { return reader.words.no_incident_line.to_owned() };
    let product = row.product.as_ref().map_or_else(|| row.product_name.clone(), |slug| reader.product(slug));
    let start = row
        .impact
        .map_or_else(String::new, |impact| format::date_time(impact.start, &reader.zone, reader.language));
    let text = sentences::worst_incident(
        reader.language,
        &product,
        &row.title,
        &start,
        &format::minutes(row.impact_seconds, reader.language),
        &format::percent(row.fraction, 0),
    );
    format!("{} {text}", row.severity.as_str())
}

fn mover(reader: &Reader<'_>) -> String {
    let review = reader.review;
    let (language, currency) = (reader.language, review.organization.reporting_currency);
    let view = CostView { metric: Metric::Billed, currency };
    let table = review.cost.table(view, &review.organization, &review.rates);
    let Some(total) = table.total.change.after else { return reader.words.no_cost_line.to_owned() };
    let money = |micros| Money { micros, currency };
    let share = |share: Option<domain::ratio::Ppm>| {
        share.map_or_else(|| reader.words.new.to_owned(), format::percent_change)
    };
    let first = table.movers.first().map_or_else(String::new, |mover| {
        sentences::top_mover(
            language,
            &reader.owner(&mover.owner),
            &mover.service,
            &format::money_signed(money(mover.change.difference().unwrap_or(0))),
            &share(mover.change.share()),
        )
    });
    let whole = sentences::total_change(
        language,
        &format::money(money(total)),
        &share(table.total.change.share()),
        table.total.movement == Movement::Flat,
        review.cost.compared_days(),
    );
    format!("{first} {whole}").trim_start().to_owned()
}

fn danger(reader: &Reader<'_>) -> String {
    let review = reader.review;
    let overrun = review.summary.largest_overrun.and_then(|position| review.cost.budgets.get(position));
    let low = review.summary.lowest_budget.and_then(|position| review.objectives.get(position));
    let overrun = overrun.and_then(|status| {
        let over = Money {
            micros: status.forecast?.micros.saturating_sub(status.budget.micros),
            currency: status.budget.currency,
        };
        let currency = status.variance.map(|variance| format::money_signed(variance.currency));
        Some(sentences::budget_overrun(
            reader.language,
            &reader.product(&status.product),
            &format::month(status.month, reader.language),
            &format::money(over),
            currency.as_deref(),
        ))
    });
    let low = low.and_then(|row| {
        let left = format::percent_left(row.remaining?);
        Some(sentences::budget_low(reader.language, &row.display_name, &left))
    });
    let parts: Vec<String> = overrun.into_iter().chain(low).collect();
    if parts.is_empty() { reader.words.nothing_ahead.to_owned() } else { parts.join(" ") }
}
