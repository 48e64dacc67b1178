//! What a week comes to in three sentences, and what the cells of its matrix say, as plain text: for minutes, previews and messages, each of which
//! escapes it in its own way.

use app::texts::action_words::actions_open;
use app::texts::postmortem_sentences::postmortems_due;
use app::texts::{Texts, format, sentences, texts};
use domain::change::Movement;
use domain::cost::{Metric, Owner};
use domain::finding::{Detail, Status};
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

/// What a cell of the matrix says.
#[must_use]
pub fn detail(language: Language, detail: &Detail) -> String {
    let words = texts(language);
    let joined = |parts: &[String]| parts.join(sentences::list_separator(language));
    let change = |share| sentences::against_week_before(language, &format::percent_change(share));
    match detail {
        Detail::NoIncidents | Detail::NoObjectives => words.none.to_owned(),
        Detail::IncidentsUnknown => words.no_data.to_owned(),
        Detail::Incidents { counts, open, repeats } => {
            let mut parts: Vec<String> = counts
                .iter()
                .map(|(severity, count)| sentences::count_of(language, *count, severity.as_str()))
                .collect();
            if *open > 0 {
                parts.push(sentences::still_open(language, *open));
            }
            if *repeats > 0 {
                parts.push(sentences::repeats(language, *repeats));
            }
            joined(&parts)
        }
        Detail::ErrorBudget { remaining, burn_rate, .. } => {
            let burning = burn_rate.filter(|rate| rate.0 > 1_000_000);
            let left = sentences::left(language, &format::percent_left(*remaining));
            let burning = burning.map(|rate| sentences::burning(language, &format::times(rate)));
            joined(&[left].into_iter().chain(burning).collect::<Vec<_>>())
        }
        Detail::ObjectiveWithoutData { objective } => objective.clone(),
        Detail::CostWithoutBudget { change: share, unanswered } => {
            let share = share.map_or_else(|| words.unknown.to_owned(), change);
            let asked = (*unanswered > 0).then(|| sentences::unanswered(language, *unanswered));
            let parts = [share, words.without_budget_rise.to_owned()].into_iter().chain(asked);
            joined(&parts.collect::<Vec<_>>())
        }
        Detail::CostForecast { forecast, currency_share, change: share, unanswered } => {
            let budget = sentences::of_budget(language, &format::percent(*forecast, 1));
            let currency = currency_share.and_then(|share| sentences::currency_part(language, share));
            let asked = (*unanswered > 0).then(|| sentences::unanswered(language, *unanswered));
            let parts = [Some(budget), currency, share.map(change), asked];
            joined(&parts.into_iter().flatten().collect::<Vec<_>>())
        }
        Detail::NoCost => words.no_data.to_owned(),
        Detail::RateMissing { from, to, month } => {
            joined(&[sentences::rate_is_missing(language, *from, *to), format::month(*month, language)])
        }
        Detail::SourceNotCompared { source } => {
            joined(&[source.clone(), sentences::not_compared(language).to_owned()])
        }
        Detail::PostmortemsMissing { missing } => sentences::postmortems_missing(language, *missing),
        Detail::PostmortemsDue { overdue, due, next } => {
            postmortems_due(language, *overdue, *due, *next).join(sentences::list_separator(language))
        }
        Detail::PostmortemsDone { published } => sentences::postmortems_done(language, *published),
        Detail::ActionsOpen { open, overdue, longest } => {
            joined(&actions_open(language, *open, *overdue, *longest))
        }
        Detail::DataArrives => words.arriving.to_owned(),
        Detail::SourceStale { source, days: 0 } => joined(&[source.clone(), words.no_data.to_owned()]),
        Detail::SourceStale { source, days } => {
            joined(&[source.clone(), sentences::for_days(language, *days)])
        }
    }
}

/// The shape of a status.
#[must_use]
pub fn glyph(status: Status) -> &'static str {
    match status {
        Status::Ok => "●",
        Status::Risk => "▲",
        Status::Breached => "■",
        Status::NoData => "–",
    }
}
