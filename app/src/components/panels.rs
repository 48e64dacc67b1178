//! Small multiples: the last weeks of several things on one scale.

use charts::small_multiples::{Panel, SmallMultiples};
use domain::money::{Currency, Money};
use domain::organization::Language;
use leptos::prelude::*;

use crate::texts::format;
use crate::ui::raw::Chart;

/// What the panels are called.
pub struct Heading {
    /// The anchor of the chart.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What is drawn, to those who do not see it.
    pub description: &'static str,
    /// Whether the last week will still change.
    pub partial_last: bool,
}

/// A panel of amounts in micro-units: its name, this week's amount, all weeks.
pub fn panel(
    label: String,
    after: Option<i64>,
    values: Vec<Option<i64>>,
    (currency, language): (Currency, Language),
) -> Panel {
    let short = |micros: i64| format::money_short(Money { micros, currency }, language);
    Panel { label, value_label: after.map(short).unwrap_or_default(), values }
}

/// The figure, all panels on the scale of the largest amount.
pub fn figure(heading: &Heading, panels: Vec<Panel>, (currency, language): (Currency, Language)) -> AnyView {
    let maximum = panels.iter().flat_map(|panel| panel.values.iter().flatten()).copied().max().unwrap_or(0);
    let chart = SmallMultiples {
        id: heading.id.to_owned(),
        title: heading.title.to_owned(),
        description: heading.description.to_owned(),
        panels,
        maximum,
        max_label: format::money_short(Money { micros: maximum, currency }, language),
        partial_last: heading.partial_last,
    };
    let (title, description) = (heading.title, heading.description);
    view! {
        <figure class="chart">
            <figcaption>{title}" · "{description}</figcaption>
            <Chart svg=chart.svg()/>
        </figure>
    }
    .into_any()
}
