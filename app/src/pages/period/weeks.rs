//! Which version of each week stands behind the sums, and how complete it is.

use domain::period_review::{PeriodWeek, WeekKnown};
use leptos::prelude::*;

use super::{PeriodView, small};
use crate::components::table::table as plain_table;
use crate::components::when;
use crate::texts::period_words;

/// One row a week.
pub(super) fn table(view: &PeriodView<'_>) -> AnyView {
    let words = view.words;
    let (ended, frozen) = view.period.ended_and_frozen();
    let known = period_words::known(view.language, view.period.weeks.len(), ended, frozen);
    let columns = [(words.week, false), (words.version, false), (words.cost_days, true)];
    let rows = view.period.weeks.iter().map(|week| row(view, week)).collect_view();
    view! { {plain_table(words.sources, &columns, rows.into_any())}{small(known)} }.into_any()
}

fn row(view: &PeriodView<'_>, week: &PeriodWeek) -> AnyView {
    let words = view.words;
    let name = week.week.to_string();
    let (name, version) = match week.known {
        WeekKnown::NotEnded => (view! { {name} }.into_any(), view! { {words.not_ended} }.into_any()),
        WeekKnown::Draft => (link(view, &name, None), view! { {words.draft} }.into_any()),
        WeekKnown::Frozen { version, at } => {
            let at = when::instant(at, &view.zone, view.language);
            let told = view! { {words.frozen}" v"{version}<small>{at}</small> }.into_any();
            (link(view, &name, Some(version)), told)
        }
    };
    let days =
        if week.known == WeekKnown::NotEnded { "–".to_owned() } else { format!("{}/7", week.cost_days) };
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td data-label=words.version>{version}</td>
            <td class="num" data-label=words.cost_days>{days}</td>
        </tr>
    }
    .into_any()
}

/// The review itself; a frozen one in the version that was counted.
fn link(view: &PeriodView<'_>, week: &str, version: Option<i64>) -> AnyView {
    let version = version.map(|version| version.to_string());
    let query: Vec<(&str, &str)> = version.iter().map(|version| ("version", version.as_str())).collect();
    let href = view.context.go(&format!("/reviews/{week}"), &query);
    view! { <a href=href>{week.to_owned()}</a> }.into_any()
}
