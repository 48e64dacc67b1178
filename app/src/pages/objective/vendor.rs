//! What the vendor of the source says of the objective, by how much that differs, and what it leaves out.

use domain::objective_vendor::{VendorComparison, VendorExclusion, VendorSpan};
use domain::ratio::Ppm;
use domain::week::IsoWeek;
use leptos::prelude::*;

use super::ObjectiveView;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::when;
use crate::texts::vendor_words::{points, vendor_words};
use crate::texts::{format, sentences};

/// Digits of a share: what a vendor prints has at most three.
const DIGITS: u32 = 3;

/// The section; nothing where no vendor says anything.
pub(super) fn section(view: &ObjectiveView<'_>, number: &str) -> Option<AnyView> {
    let vendor = &view.page.vendor;
    if vendor.comparisons.is_empty() && vendor.exclusions.is_empty() {
        return None;
    }
    let words = vendor_words(view.review.language);
    let body = view! { {comparisons(view)}{exclusions(view)} }.into_any();
    Some(item("vendor", number.to_owned(), words.title, words.question, body).into_any())
}

fn comparisons(view: &ObjectiveView<'_>) -> Option<AnyView> {
    let words = vendor_words(view.review.language);
    let all = &view.page.vendor.comparisons;
    let rows = all.iter().map(|one| row(view, one)).collect_view();
    let columns = [
        (words.over, false),
        (words.theirs, true),
        (words.ours, true),
        (words.difference, true),
        (words.budget_left, true),
        (words.state, false),
    ];
    (!all.is_empty()).then(|| {
        view! {
            {table(words.label, &columns, rows.into_any())}
            <p class="note">{words.note}</p>
        }
        .into_any()
    })
}

fn row(view: &ObjectiveView<'_>, one: &VendorComparison) -> impl IntoView + use<> {
    let (language, zone) = (view.review.language, &view.review.zone);
    let words = vendor_words(language);
    let share = |share: Option<Ppm>| {
        share.map_or_else(|| words.none.to_owned(), |share| format::percent(share, DIGITS))
    };
    let statement = &one.statement;
    let over = match statement.span {
        VendorSpan::Week => {
            let week = IsoWeek::containing(zone.to_datetime(statement.period.start).date());
            sentences::week_short(language, week.number())
        }
        VendorSpan::Window => words.window.to_owned(),
    };
    let until = when::instant(statement.as_of, zone, language);
    let difference = one.difference.map_or_else(|| "–".to_owned(), |by| points(language, by));
    let differs = one.differs.then(|| view! { <small>{words.differs}</small> });
    let left = statement.budget_left.map_or_else(|| "–".to_owned(), format::percent_left);
    view! {
        <tr>
            <th scope="row">{over}<small>{until}</small></th>
            <td class="num" data-label=words.theirs>{share(statement.attainment)}</td>
            <td class="num" data-label=words.ours>{share(one.ours)}</td>
            <td class="num" data-label=words.difference>{difference}{differs}</td>
            <td class="num" data-label=words.budget_left>{left}</td>
            <td data-label=words.state>{statement.state.clone()}</td>
        </tr>
    }
}

fn exclusions(view: &ObjectiveView<'_>) -> Option<AnyView> {
    let words = vendor_words(view.review.language);
    let all = &view.page.vendor.exclusions;
    let rows = all.iter().map(|one| exclusion(view, one)).collect_view();
    let columns = [(words.kind, false), (words.begins, false), (words.ends, false), (words.repeats, false)];
    (!all.is_empty()).then(|| {
        view! {
            <h3>{words.exclusions_label}</h3>
            {table(words.exclusions_label, &columns, rows.into_any())}
        }
        .into_any()
    })
}

fn exclusion(view: &ObjectiveView<'_>, one: &VendorExclusion) -> impl IntoView + use<> {
    let (language, zone) = (view.review.language, &view.review.zone);
    let words = vendor_words(language);
    let end = match one.end {
        Some(end) => when::instant(end, zone, language).into_any(),
        None => words.no_end.into_any(),
    };
    let rule = match one.rule.clone() {
        Some(rule) => view! { <code>{rule}</code> }.into_any(),
        None => words.once.into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="full">{one.category.clone()}<small>{one.description.clone()}</small></th>
            <td data-label=words.begins>{when::instant(one.start, zone, language)}</td>
            <td data-label=words.ends>{end}</td>
            <td class="full" data-label=words.repeats>{rule}<small>{one.time_zone.clone()}</small></td>
        </tr>
    }
}
