//! The days on which something of the product reached production, as marks of its charts and as their table.

use charts::Label;
use domain::deploy::DeployDay;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use leptos::prelude::*;

use crate::pages::review::ReviewView;
use crate::texts::deploy_words::{days_summary, deploy_words};
use crate::texts::format;
use crate::texts::incident_words::harmless;

/// A day's number, where there were several and there is room.
fn label(day: &DeployDay) -> Label {
    if day.deploys > 1 { Label::new(day.deploys.to_string(), String::new()) } else { Label::default() }
}

/// Those of `days` days from `first` on, by their number from 1.
pub(super) fn of_days(deploys: &[DeployDay], first: Date, days: usize) -> Vec<(usize, Label)> {
    let number = |day: Date| usize::try_from(first.until(day).ok()?.get_days()).ok().map(|back| back + 1);
    let numbered = deploys.iter().filter_map(|one| Some((number(one.day)?, label(one))));
    numbered.filter(|(number, _)| *number <= days).collect()
}

/// Those of a chart of instants, at noon of their day; `position` answers parts per million of its window.
pub(super) fn of_window(
    view: &ReviewView<'_>,
    deploys: &[DeployDay],
    position: &dyn Fn(Timestamp) -> i64,
) -> Vec<(i64, Label)> {
    let noon = |day: Date| {
        let start = domain::week::start_of_day(day, &view.zone);
        start.checked_add(12.hours()).unwrap_or(start)
    };
    let placed = deploys.iter().map(|one| (position(noon(one.day)), label(one)));
    placed.filter(|(at, _)| (0..=1_000_000).contains(at)).collect()
}

/// What the marks stand for, day by day; nothing without a mark.
pub(super) fn details(
    view: &ReviewView<'_>,
    deploys: &[DeployDay],
    is_marked: impl Fn(Date) -> bool,
) -> Option<AnyView> {
    let words = deploy_words(view.language);
    let shown: Vec<&DeployDay> = deploys.iter().filter(|one| is_marked(one.day)).collect();
    if shown.is_empty() {
        return None;
    }
    let count = shown.iter().map(|one| one.deploys).sum();
    let rows = shown.into_iter().map(|one| {
        let versions = harmless(&one.versions.join(", "));
        let more = (one.versions.len() < usize::try_from(one.deploys).unwrap_or(0)).then_some(" …");
        let back = (one.rolled_back > 0)
            .then(|| view! { <small>{format!("{} {}", words.rolled_back, one.rolled_back)}</small> });
        view! {
            <tr>
                <th scope="row">{format::date(one.day, view.language)}</th>
                <td class="num">{one.deploys}</td>
                <td>{versions}{more}{back}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    Some(
        view! {
            <details class="data">
                <summary>{days_summary(view.language, count)}</summary>
                <div class="scroll">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{words.day}</th>
                                <th scope="col" class="num">{words.count}</th>
                                <th scope="col">{words.versions}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        }
        .into_any(),
    )
}
