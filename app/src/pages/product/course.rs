//! How the error budget of an objective ran down over its window.

use charts::Label;
use charts::error_budget::ErrorBudget as Course;
use domain::deploy::DeployDay;
use domain::error_budget::target_percent;
use domain::product_review::{BudgetCourse, ProductReview};
use domain::review::objectives::ObjectiveRow;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use leptos::prelude::*;

use crate::pages::product::deploys;
use crate::pages::review::{ReviewView, objectives};
use crate::texts::{format, sentences};
use crate::ui::raw::Chart;

/// The share of the window that a label takes.
const LABEL_WIDTH: i64 = 80_000;

/// Of a product's worst objective.
pub(super) fn chart(view: &ReviewView<'_>, product: &ProductReview) -> Option<AnyView> {
    let row = product.objectives.first()?;
    let course = product.courses.iter().find(|course| course.objective == row.id)?;
    let counted = product.incidents.rows.iter().filter(|row| row.counted);
    let incidents: Vec<_> =
        counted.filter_map(|row| Some((row.impact?.start, row.external_id.clone()))).collect();
    drawing(view, row, course, &incidents, &product.deploys)
}

/// Of any objective, with incidents by their start and days of deploys; `None` where there is no budget.
pub(crate) fn drawing(
    view: &ReviewView<'_>,
    row: &ObjectiveRow,
    course: &BudgetCourse,
    incidents: &[(Timestamp, String)],
    deploys: &[DeployDay],
) -> Option<AnyView> {
    let remaining = row.remaining?;
    let length = course.period.seconds().max(1);
    let position = |at: jiff::Timestamp| {
        let offset = at.as_second() - course.period.start.as_second();
        i64::try_from(i128::from(offset) * 1_000_000 / i128::from(length)).unwrap_or(0)
    };
    let mut points = vec![(0, 1_000_000)];
    points.extend(course.points.iter().map(|(at, left)| (position(*at), left.0)));
    let left = objectives::units_left(view, row);
    let chart = Course {
        id: "budget-course".to_owned(),
        title: view.words.budget_course_title.to_owned(),
        description: view.words.budget_course_description.to_owned(),
        days: days(view, course, &position),
        ticks: ticks(&points),
        points,
        even_label: Label::new(view.words.even_burn, String::new()),
        deploys: deploys::of_window(view, deploys, &position),
        markers: markers(view, incidents, course, &position),
        end_label: end_label(view, remaining, &left),
    };
    Some(
        view! {
            <figure class="chart">
                <figcaption>{sentence(view, row, &left)}</figcaption>
                <Chart svg=chart.svg()/>
                {deploys::details(view, deploys, |day| is_inside(view, course, day))}
            </figure>
        }
        .into_any(),
    )
}

/// Whether noon of a day lies in the window.
fn is_inside(view: &ReviewView<'_>, course: &BudgetCourse, day: Date) -> bool {
    let start = domain::week::start_of_day(day, &view.zone);
    course.period.contains(start.checked_add(12.hours()).unwrap_or(start))
}

fn sentence(view: &ReviewView<'_>, row: &ObjectiveRow, left: &str) -> String {
    let target = format!("{}%", target_percent(row.target));
    sentences::course_sentence(
        view.language,
        &row.display_name,
        &target,
        &objectives::attainment(view, row),
        left,
    )
}

/// What is left at the end of the line; a phone has room for the share alone.
fn end_label(view: &ReviewView<'_>, remaining: domain::ratio::Ppm, left: &str) -> Label {
    let share = sentences::left(view.language, &format::percent_left(remaining));
    Label::new(format!("{share}\n{left}"), share)
}

/// A label every seventh day; on a phone the last one would stand in the line's own end.
fn days(
    view: &ReviewView<'_>,
    course: &BudgetCourse,
    position: &dyn Fn(jiff::Timestamp) -> i64,
) -> Vec<(i64, Label)> {
    let first = view.zone.to_datetime(course.period.start).date();
    (0..)
        .map(|week: i64| first.saturating_add((week * 7).days()))
        .map(|day| (day, domain::week::start_of_day(day, &view.zone)))
        .take_while(|(_, start)| *start <= course.period.end)
        .take(60)
        .map(|(day, start)| {
            let text = format::short_date(day, view.language);
            let narrow = if start < course.period.end { text.clone() } else { String::new() };
            (position(start), Label::new(text, narrow))
        })
        .collect()
}

/// 100, 50, 0 and as far below as the line goes.
fn ticks(points: &[(i64, i64)]) -> Vec<(i64, Label)> {
    let lowest = points.iter().map(|(_, left)| *left).min().unwrap_or(0);
    let mut levels = vec![1_000_000, 500_000, 0];
    let below = [-500_000, -1_000_000, -2_000_000, -5_000_000, -10_000_000];
    levels.extend(below.into_iter().rfind(|level| *level >= lowest));
    levels
        .into_iter()
        .map(|level| (level, Label::from(format::percent(domain::ratio::Ppm(level), 0))))
        .collect()
}

/// Incidents inside the window; what lies too close for two labels shares one.
fn markers(
    view: &ReviewView<'_>,
    incidents: &[(Timestamp, String)],
    course: &BudgetCourse,
    position: &dyn Fn(jiff::Timestamp) -> i64,
) -> Vec<(i64, Label)> {
    let mut incidents: Vec<_> =
        incidents.iter().filter(|(start, _)| course.period.contains(*start)).collect();
    incidents.sort();
    let mut markers: Vec<(i64, String)> = Vec::new();
    for (start, id) in incidents {
        // The line falls where the counts of the day end, so the mark stands on that fall.
        let counted = course.points.iter().find(|(end, _)| end > start);
        let at = position(counted.map_or(*start, |(end, _)| *end));
        match markers.last_mut().filter(|(last, _)| at - *last < LABEL_WIDTH) {
            Some((_, text)) => {
                text.push_str(sentences::list_separator(view.language));
                text.push_str(id);
            }
            None => markers.push((at, id.clone())),
        }
    }
    markers.into_iter().map(|(at, text)| (at, Label::new(text, String::new()))).collect()
}
