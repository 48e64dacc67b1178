//! What a chat shows under the link of a page.

use app::texts::{format, sentences, texts};
use charts::preview::Preview;
use domain::finding::Status;
use domain::organization::Language;
use domain::product_review::ProductReview;
use domain::review::WeeklyReview;
use domain::week::IsoWeek;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{SnapshotStamp, lines};

/// The card of a review; without a stamp it is a draft.
#[must_use]
pub fn review_preview(review: &WeeklyReview, language: Language, stamp: Option<&SnapshotStamp>) -> Preview {
    let words = texts(language);
    let zone = review.organization.zone();
    let counts = [
        (Status::Breached, review.counts.breached),
        (Status::Risk, review.counts.risk),
        (Status::NoData, review.counts.no_data),
        (Status::Ok, review.counts.ok),
    ];
    Preview {
        kicker: format!("{} · {}", words.weekly_review, words.all_products),
        organization: review.organization.name.get(language).to_owned(),
        title: sentences::week_heading(language, review.week.year(), review.week.number()),
        range: range(review.week, review.period.start, &zone, language),
        stamp: stamp_word(language, stamp),
        state: state(review.as_of, &zone, language, stamp),
        counts: counts
            .map(|(status, count)| (status_of(status), format!("{} {count}", words.status(status))))
            .into(),
        lines: lines::summary(review, language).map(|(name, text)| (name.to_owned(), text)).into(),
    }
}

/// The card of a product's week, with the sentences of its page.
#[must_use]
pub fn product_preview(
    product: &ProductReview,
    lines: Vec<(String, String)>,
    language: Language,
    stamp: Option<&SnapshotStamp>,
) -> Preview {
    let words = texts(language);
    let zone = product.organization.zone();
    let columns = [
        words.column_incidents,
        words.column_error_budget,
        words.column_cost,
        words.column_postmortems,
        words.column_data,
    ];
    let cells = product.matrix.iter().flat_map(|row| columns.into_iter().zip(row.cells()));
    let counts = cells
        .filter_map(|(name, cell)| {
            Some((status_of(cell?.status), format!("{name}: {}", words.status(cell?.status))))
        })
        .take(4)
        .collect();
    Preview {
        kicker: sentences::week_heading(language, product.week.year(), product.week.number()),
        organization: product.organization.name.get(language).to_owned(),
        title: product.product.name.get(language).to_owned(),
        range: range(product.week, product.period.start, &zone, language),
        stamp: stamp_word(language, stamp),
        state: state(product.as_of, &zone, language, stamp),
        counts,
        lines,
    }
}

fn range(week: IsoWeek, start: Timestamp, zone: &TimeZone, language: Language) -> String {
    let day = |day| format::date(day, language);
    format!("{}–{} {}", day(week.monday()), day(week.sunday()), format::zone_name(start, zone))
}

fn stamp_word(language: Language, stamp: Option<&SnapshotStamp>) -> String {
    let words = texts(language);
    if stamp.is_some() { words.frozen.to_owned() } else { words.draft.to_owned() }
}

fn state(as_of: Timestamp, zone: &TimeZone, language: Language, stamp: Option<&SnapshotStamp>) -> String {
    let zone_name = format::zone_name(as_of, zone);
    let time = |instant| format::short_date_time(instant, zone, language);
    match stamp {
        None => sentences::as_of(language, &time(as_of), &zone_name),
        Some(stamp) => {
            let when = time(stamp.frozen_at);
            sentences::frozen_by(language, stamp.version, &stamp.frozen_by, &when, &zone_name)
        }
    }
}

fn status_of(status: Status) -> charts::Status {
    match status {
        Status::Ok => charts::Status::Ok,
        Status::Risk => charts::Status::Risk,
        Status::Breached => charts::Status::Breached,
        Status::NoData => charts::Status::NoData,
    }
}
