//! Whether the month keeps step with its budget: four figures, each with what it is measured against.

use domain::money::{Currency, Money};
use domain::pace::due;
use domain::product_review::ProductReview;
use domain::review::cost::rate_to;
use leptos::prelude::*;

use crate::pages::review::ReviewView;
use crate::texts::{format, sentences};

/// The figures; nothing without a budget.
pub(super) fn figures(view: &ReviewView<'_>, product: &ProductReview) -> Option<AnyView> {
    let (words, language) = (view.words, view.language);
    let (pace, status) = (product.pace.as_ref()?, product.budget.as_ref()?);
    let shown = view.table.view.currency;
    let short = |money: Money| format::money_short(converted(product, money, shown), language);
    let should = Money { micros: due(status.budget.micros, pace.expected_share), ..status.budget };
    let used = pace.pace.map_or_else(|| words.unknown.to_owned(), |share| format::percent(share, 0));
    let expected_per_day = expected_per_day(product, pace.days_left, shown);
    let per_day = match pace.allowed_per_day {
        Some(allowed) => short(allowed),
        None if pace.days_left == 0 => words.month_over.to_owned(),
        None => words.budget_used_up.to_owned(),
    };
    let reached = pace.exhausted_on.map(|day| format::date(day, language));
    let end = status.forecast_share.map(|share| sentences::of_budget(language, &format::percent(share, 1)));
    let items = [
        (words.pace, used, sentences::pace_due(language, &short(should))),
        (words.budget_left, short(pace.remaining), sentences::days_left(language, pace.days_left)),
        (
            words.allowed_per_day,
            per_day,
            expected_per_day
                .map(|money| sentences::expected_per_day(language, &format::money_short(money, language)))
                .unwrap_or_default(),
        ),
        (
            words.budget_reached,
            reached.unwrap_or_else(|| words.budget_not_reached.to_owned()),
            end.map(|share| if pace.days_left == 0 { share } else { format!("{} {share}", words.forecast) })
                .unwrap_or_default(),
        ),
    ];
    let items = items.map(|(name, figure, more)| {
        view! { <div><dt>{name}</dt><dd class="big">{figure}</dd><dd><small>{more}</small></dd></div> }
    });
    Some(view! { <dl class="verdicts">{items.collect_view()}</dl> }.into_any())
}

/// In the currency of the page, or as it is where no rate is known.
fn converted(product: &ProductReview, money: Money, to: Currency) -> Money {
    let rate = rate_to(&product.month_rates, money.currency, to);
    rate.and_then(|rate| money.convert(rate, to).ok()).unwrap_or(money)
}

/// What a day ahead is expected to cost in the mean.
fn expected_per_day(product: &ProductReview, days_left: i64, to: Currency) -> Option<Money> {
    let mut sum = 0_i64;
    for month in &product.months {
        let ahead = month.remaining_days.iter().copied().fold(0, i64::saturating_add);
        let rate = rate_to(&product.month_rates, month.currency, to)?;
        sum = sum
            .saturating_add(Money { micros: ahead, currency: month.currency }.convert(rate, to).ok()?.micros);
    }
    let micros = sum.checked_div(days_left).filter(|micros| *micros > 0)?;
    Some(Money { micros, currency: to })
}
