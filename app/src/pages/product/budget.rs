//! Where the month will end: the running total, the budget, and why they differ.

use charts::Label;
use charts::budget::{Budget, Fan};
use charts::movers::{Meaning, MoverRow, Movers};
use domain::forecast::{Band, FanRefusal, Refusal};
use domain::money::{Currency, Money};
use domain::organization::Language;
use domain::pace::reached_at;
use domain::product_review::{CostLine, MonthCourse, ProductReview};
use domain::review::cost::rate_to;
use domain::tax::Tax;
use jiff::ToSpan;
use jiff::civil::Date;
use leptos::prelude::*;

use crate::components::empty::empty;
use crate::pages::product::{deploys, pace, provenance};
use crate::pages::review::{ReviewView, cost};
use crate::texts::{format, sentences};
use crate::ui::raw::Chart;

/// Days of the month that carry a label on the axis.
const LABELLED_DAYS: [usize; 5] = [1, 8, 15, 22, 29];

pub(super) fn body(view: &ReviewView<'_>, product: &ProductReview) -> AnyView {
    let words = view.words;
    let Some(course) = course(view, product) else {
        if let Some(unconverted) = cost::unconverted(view) {
            return view! { {unconverted}{environments(view, product)} }.into_any();
        }
        return empty(words.empty_cost, words.empty_cost_do, "teirei import cost FILE").into_any();
    };
    view! {
        {pace::figures(view, product)}{month(view, product, &course)}{variance(view, product)}{environments(view, product)}
    }
    .into_any()
}

/// The running total of the month alone.
pub(super) fn month_of(view: &ReviewView<'_>, product: &ProductReview) -> Option<AnyView> {
    course(view, product).map(|course| month(view, product, &course))
}

/// The month in the currency of the page.
struct Course {
    currency: Currency,
    first: Date,
    days: Vec<i64>,
    remaining: Vec<i64>,
    /// The range of the running sum at the end of each remaining day; empty where it is not known.
    bands: Vec<Band>,
    budget: Option<i64>,
}

/// Nothing where a part of the month cannot be converted: the rest is not what the month cost.
fn course(view: &ReviewView<'_>, product: &ProductReview) -> Option<Course> {
    let wanted = view.table.view.currency;
    let rated: Option<Vec<(&MonthCourse, rust_decimal::Decimal)>> = product
        .months
        .iter()
        .map(|month| Some((month, rate_to(&product.month_rates, month.currency, wanted)?)))
        .collect();
    let rated = rated?;
    let (first, _) = rated.first()?;
    let mut days = vec![0_i64; first.days.len()];
    let mut remaining = vec![0_i64; first.remaining_days.len()];
    for (month, rate) in &rated {
        add_converted(&mut days, &month.days, month.currency, *rate, wanted);
        add_converted(&mut remaining, &month.remaining_days, month.currency, *rate, wanted);
    }
    let budget = product.budget.as_ref().and_then(|status| {
        let rate = rate_to(&product.month_rates, status.budget.currency, wanted)?;
        status.budget.convert(rate, wanted).ok().map(|money| money.micros)
    });
    (!days.is_empty()).then_some(Course {
        currency: wanted,
        first: first.month.first_day(),
        days,
        remaining,
        bands: product.bands(wanted),
        budget,
    })
}

fn add_converted(sums: &mut [i64], parts: &[i64], from: Currency, rate: rust_decimal::Decimal, to: Currency) {
    for (sum, part) in sums.iter_mut().zip(parts) {
        let converted =
            Money { micros: *part, currency: from }.convert(rate, to).map_or(0, |money| money.micros);
        *sum = sum.saturating_add(converted);
    }
}

/// Running totals.
fn cumulative(start: i64, days: &[i64]) -> Vec<i64> {
    days.iter()
        .scan(start, |sum, day| {
            *sum = sum.saturating_add(*day);
            Some(*sum)
        })
        .collect()
}

fn month(view: &ReviewView<'_>, product: &ProductReview, course: &Course) -> AnyView {
    let language = view.language;
    let short = |micros: i64| format::money_short(Money { micros, currency: course.currency }, language);
    let actual = cumulative(0, &course.days);
    let spent = actual.last().copied().unwrap_or(0);
    let forecast = cumulative(spent, &course.remaining);
    let end = forecast.last().copied();
    let day = |index: usize| course.first.saturating_add((index as i64).days());
    let crossing = course.budget.and_then(|budget| {
        let index = reached_at(&course.days, &course.remaining, budget)?;
        let text = sentences::reaches_budget(language, &format::short_date(day(index), language));
        Some((index + 1, Label::new(text, String::new())))
    });
    let most = course.bands.last().map_or(0, |band| band.high);
    let last_day = format::short_date(day(course.days.len().saturating_sub(1)), language);
    let days_shown = course.days.len() + course.remaining.len();
    let until = sentences::until(language, &last_day, &short(spent));
    let chart = Budget {
        id: "month".to_owned(),
        title: view.words.month_chart_title.to_owned(),
        description: view.words.month_chart_description.to_owned(),
        ticks: ticks(view, course, spent.max(end.unwrap_or(0)).max(most)),
        days: labelled_days(view, course),
        actual: actual.clone(),
        forecast: forecast.clone(),
        fan: fan(course, language),
        budget: course.budget,
        budget_label: course
            .budget
            .map(|budget| Label::new(format!("{} {}", view.words.lead_budget, short(budget)), short(budget)))
            .unwrap_or_default(),
        even_label: Label::new(view.words.even_spend, String::new()),
        actual_label: Label::from(until),
        forecast_label: end
            .map(|end| Label::new(format!("{} {}", view.words.forecast, short(end)), short(end)))
            .unwrap_or_default(),
        crossing,
        deploys: deploys::of_days(&product.deploys, course.first, days_shown),
    };
    let is_marked =
        |day: Date| day >= course.first && day < course.first.saturating_add((days_shown as i64).days());
    let sentence = month_sentence(view, course, spent, end);
    view! {
        <figure class="chart">
            <figcaption>{sentence}{range_sentence(view, product)}{tax_sentence(view, product)}</figcaption>
            <Chart svg=chart.svg()/>
            {month_table(view, course, &actual)}
            {deploys::details(view, &product.deploys, is_marked)}
            {provenance::details(view, product)}
        </figure>
    }
    .into_any()
}

fn fan(course: &Course, language: Language) -> Option<Fan> {
    let last = course.bands.last()?;
    Some(Fan {
        outer: course.bands.iter().map(|band| (band.low, band.high)).collect(),
        inner: course.bands.iter().map(|band| (band.lower, band.upper)).collect(),
        label: Label::new(
            format!("80% {}", sentences::band_range(language, course.currency, last)),
            "80%".to_owned(),
        ),
    })
}

fn month_sentence(view: &ReviewView<'_>, course: &Course, spent: i64, end: Option<i64>) -> String {
    let language = view.language;
    let short = |micros: i64| format::money_short(Money { micros, currency: course.currency }, language);
    let days = course.days.len();
    if days >= usize::try_from(course.first.days_in_month()).unwrap_or(usize::MAX) {
        return sentences::month_closed(language, &short(spent));
    }
    match course.bands.last() {
        Some(band) => {
            let range = sentences::band_range(language, course.currency, band);
            sentences::month_so_far_range(language, days, &short(spent), &range)
        }
        None => sentences::month_so_far(language, days, &short(spent), end.map(short).as_deref()),
    }
}

/// How often such ranges held, or why there is none.
fn range_sentence(view: &ReviewView<'_>, product: &ProductReview) -> Option<String> {
    let [month] = product.months.as_slice() else { return None };
    let sentence = match &month.range {
        Ok(range) => {
            let accuracy = range.accuracy?;
            sentences::ranges_held(view.language, accuracy.held, accuracy.fans)
        }
        Err(FanRefusal::TooFew { errors }) => sentences::range_too_few(view.language, *errors),
        Err(FanRefusal::NoForecast) => match month.method {
            Err(Refusal::TooShort { days }) => sentences::forecast_days_known(view.language, days),
            _ => return None,
        },
        Err(FanRefusal::NothingAhead) => return None,
    };
    Some(format!(" {sentence}"))
}

/// Says so where the month is told without taxes.
fn tax_sentence(view: &ReviewView<'_>, product: &ProductReview) -> Option<String> {
    let leaves_out = product.budget.as_ref().is_some_and(|status| status.tax == Tax::Excluded);
    leaves_out.then(|| format!(" {}", sentences::budget_without_tax(view.language)))
}

fn labelled_days(view: &ReviewView<'_>, course: &Course) -> Vec<(usize, Label)> {
    let all = course.days.len() + course.remaining.len();
    let label = |day: usize| {
        let date = course.first.saturating_add((day as i64 - 1).days());
        (day, Label::from(format::short_date(date, view.language)))
    };
    LABELLED_DAYS.into_iter().filter(|day| *day <= all).map(label).collect()
}

/// Four round steps up to the largest value.
fn ticks(view: &ReviewView<'_>, course: &Course, largest: i64) -> Vec<(i64, Label)> {
    let top = largest.max(course.budget.unwrap_or(0)).max(1);
    let rough = top / 3;
    let magnitude = 10_i64.pow(rough.max(1).ilog10());
    let step = [1, 2, 4, 5, 10]
        .into_iter()
        .map(|factor| factor * magnitude)
        .find(|step| *step >= rough)
        .unwrap_or(magnitude);
    (0..=top / step)
        .map(|position| {
            let micros = position * step;
            let text = format::money_short(Money { micros, currency: course.currency }, view.language);
            (micros, Label::from(text))
        })
        .collect()
}

fn month_table(view: &ReviewView<'_>, course: &Course, actual: &[i64]) -> AnyView {
    let (words, currency) = (view.words, course.currency);
    let rows = course
        .days
        .iter()
        .zip(actual)
        .enumerate()
        .map(|(index, (amount, sum))| {
            let date = course.first.saturating_add((index as i64).days());
            view! {
                <tr>
                    <th scope="row">{format::date(date, view.language)}</th>
                    <td class="num">{format::cell(*amount, currency)}</td>
                    <td class="num">{format::cell(*sum, currency)}</td>
                </tr>
            }
        })
        .collect_view();
    let code = currency.code().to_owned();
    view! {
        <details class="data">
            <summary>{words.value_table}</summary>
            <div class="scroll">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{words.day}" (UTC)"</th>
                            <th scope="col" class="num">{words.billed}" "{code.clone()}</th>
                            <th scope="col" class="num">{words.cumulative}" "{code}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

/// Usage and currency apart: engineers own the first only.
fn variance(view: &ReviewView<'_>, product: &ProductReview) -> Option<AnyView> {
    let status = product.budget.as_ref()?;
    let variance = status.variance?;
    let row = |label: &str, sublabel: String, money: Money| MoverRow {
        label: label.to_owned(),
        sublabel,
        value_micros: money.micros,
        value_label: format::money_short_signed(money, view.language),
        share_label: String::new(),
        meaning: match money.micros.signum() {
            1 => Meaning::Worse,
            -1 => Meaning::Better,
            _ => Meaning::Flat,
        },
        note: None,
    };
    let rate = status.rate.as_ref().map(|applied| {
        let amount = format!("{}{}", format::symbol(applied.rate.to), format::decimal(applied.rate.rate, 2));
        let date = format::short_date(applied.rate.date, view.language);
        sentences::rate(view.language, applied.rate.from.code(), &amount, &date, applied.provisional)
    });
    let chart = Movers {
        id: "variance".to_owned(),
        title: view.words.variance_title.to_owned(),
        description: view.words.variance_title.to_owned(),
        rows: vec![
            row(view.words.variance_currency, rate.unwrap_or_default(), variance.currency),
            row(view.words.variance_usage, String::new(), variance.usage),
        ],
    };
    let sentence = sentences::product_variance(
        view.language,
        &format::money_signed(round(variance.currency)),
        &format::money_signed(round(variance.usage)),
    );
    Some(
        view! {
            <figure class="chart"><figcaption>{sentence}</figcaption><Chart svg=chart.svg()/></figure>
        }
        .into_any(),
    )
}

/// Rounds to what people write.
fn round(money: Money) -> Money {
    Money {
        micros: domain::review::cost::round_to_written(money.decimal(), money.currency),
        currency: money.currency,
    }
}

fn environments(view: &ReviewView<'_>, product: &ProductReview) -> AnyView {
    let (words, shown) = (view.words, view.table.view);
    let rows = product
        .environments
        .iter()
        .chain(&product.shares)
        .filter_map(|line| {
            let rate = rate_to(&product.rates, line.currency, shown.currency)?;
            let money = |amounts: &domain::cost::Amounts| {
                let money = Money { micros: amounts.get(shown.metric), currency: line.currency };
                money.convert(rate, shown.currency).ok().map(round)
            };
            Some((line, money(&line.this)?, money(&line.previous)?))
        })
        .map(|(line, this, previous)| {
            let change = domain::change::Change { before: Some(previous.micros), after: Some(this.micros) };
            view! {
                <tr>
                    <th scope="row">{environment_name(view, line)}</th>
                    <td class="num">{format::cell(this.micros, shown.currency)}</td>
                    <td class="num">{format::cell(previous.micros, shown.currency)}</td>
                    <td class="num">{change.share().map(format::percent_change)}</td>
                </tr>
            }
        })
        .collect_view();
    let code = shown.currency.code().to_owned();
    view! {
        <div class="scroll" role="region" aria-label=words.by_environment tabindex="0">
            <table class="stack">
                <caption>{words.by_environment}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words.environment}</th>
                        <th scope="col" class="num">{words.this_week}" "{code.clone()}</th>
                        <th scope="col" class="num">{words.previous_week}" "{code}</th>
                        <th scope="col" class="num">{words.change}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn environment_name(view: &ReviewView<'_>, line: &CostLine) -> String {
    // Shares of pools are in no environment.
    if line.name.is_empty() {
        return view.words.share_of_pools.to_owned();
    }
    line.name
        .parse()
        .map_or_else(|_| line.name.clone(), |environment| view.words.environment(environment).to_owned())
}
