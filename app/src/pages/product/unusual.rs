//! Days of the week that cost far more than days like them, services that rose, and what was said about both.

use domain::answer::{Evidence, Subject};
use domain::cost::Owner;
use domain::money::{Currency, Money};
use domain::product::Slug;
use domain::product_review::ProductReview;
use domain::product_review::outlook::CostAnomaly;
use domain::review::anomalies::OverlappingIncident;
use domain::review::cost::rate_to;
use domain::review::questions::ServiceMove;
use domain::week::IsoWeek;
use leptos::prelude::*;

use crate::backend::QuestionKey;
use crate::components::section::scroller;
use crate::pages::review::answers::{self, From};
use crate::pages::review::{ReviewView, cloud_anomalies};
use crate::texts::{format, sentences};

/// On a product's own page its name need not be said.
const NOBODY: &[Slug] = &[];

/// The events of the week with their impact, or the sentence that there is none; then the movers.
pub(super) fn events(view: &ReviewView<'_>, product: &ProductReview) -> AnyView {
    view! {
        <div id="unusual" class="blocks">
            {answers::problem(view)}
            {days(view, product)}
            {vanished(view, product)}
            {cloud_anomalies::table(view, product.unusual.cloud.iter().map(|anomaly| (anomaly, NOBODY)))}
            {moves(view, product)}
        </div>
    }
    .into_any()
}

fn days(view: &ReviewView<'_>, product: &ProductReview) -> AnyView {
    let words = view.words;
    if product.unusual.events.is_empty() {
        let text = if product.unusual.too_short { words.unusual_too_short } else { words.unusual_none };
        return view! { <p><small>{text}</small></p> }.into_any();
    }
    let rows = product.unusual.events.iter().map(|event| row(view, product, event)).collect_view();
    let code = view.table.view.currency.code();
    let table = view! {
        <table class="stack">
            <caption><strong>{words.unusual_title}</strong>" "<small>{words.unusual_rule}</small></caption>
            <thead>
                <tr>
                    <th scope="col">{words.day}" (UTC)"</th>
                    <th scope="col" class="num">{words.billed}" "{code}</th>
                    <th scope="col" class="num">{words.usual}" "{code}</th>
                    <th scope="col" class="num">{words.above_usual}" "{code}</th>
                    <th scope="col">{words.risen_most}</th>
                    <th scope="col">{words.answer_said}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    scroller(words.unusual_title, table.into_any()).into_any()
}

/// What was answered and has gone.
fn vanished(view: &ReviewView<'_>, product: &ProductReview) -> AnyView {
    let lines = product.unusual.vanished.iter().map(|answer| {
        let text = sentences::vanished(view.language, answer, |money| view.shown(money));
        view! { <div class="prose"><p>{text}</p>{answers::answered(view, std::slice::from_ref(answer), None)}</div> }
    });
    lines.collect_view().into_any()
}

/// The amounts of some evidence: in the currency of the page, or as billed where no rate is known, so that they
/// can be answered all the same.
struct Figures {
    actual: i64,
    expected: i64,
    impact: i64,
    currency: Currency,
    /// Whether the head of the column says the currency.
    is_of_page: bool,
}

impl Figures {
    fn new(view: &ReviewView<'_>, product: &ProductReview, from: Currency, now: &Evidence) -> Self {
        let to = view.table.view.currency;
        let billed = [now.actual, now.expected, now.impact()];
        let convert = |micros| {
            let rate = rate_to(&product.rates, from, to)?;
            Money { micros, currency: from }.convert(rate, to).ok().map(|money| money.micros)
        };
        let converted = billed.map(convert);
        let is_of_page = converted.iter().all(Option::is_some);
        let [actual, expected, impact] =
            if is_of_page { converted.map(Option::unwrap_or_default) } else { billed };
        Self { actual, expected, impact, currency: if is_of_page { to } else { from }, is_of_page }
    }

    fn cell(&self, micros: i64) -> String {
        let money = Money { micros, currency: self.currency };
        if self.is_of_page { format::cell(micros, self.currency) } else { format::money(money) }
    }

    fn signed_cell(&self, micros: i64) -> String {
        let money = Money { micros, currency: self.currency };
        if self.is_of_page { format::signed_cell(micros, self.currency) } else { format::money_signed(money) }
    }
}

fn row(view: &ReviewView<'_>, product: &ProductReview, anomaly: &CostAnomaly) -> AnyView {
    let event = &anomaly.event;
    let now = Evidence::of_event(event);
    let figures = Figures::new(view, product, anomaly.currency, &now);
    let days = sentences::event_days(view.language, event);
    let goes_on = event.goes_on.then(|| sentences::goes_on(view.language));
    let share = event.share().map(format::percent_change);
    let key = QuestionKey::new(Subject::Anomaly, anomaly.currency, &now, anomaly.service.as_deref());
    let incidents = incidents(view, product, &anomaly.incidents);
    view! {
            <tr id=key.anchor()>
                <th scope="row">{days}" "<small>{goes_on}</small></th>
                <td class="num" data-label=view.words.billed>{figures.cell(figures.actual)}</td>
                <td class="num" data-label=view.words.usual>{figures.cell(figures.expected)}</td>
                <td class="num" data-label=view.words.above_usual>{figures.signed_cell(figures.impact)}" "<small>{share}</small></td>
                <td data-label=view.words.risen_most>{anomaly.service.clone()}{incidents}</td>
                <td class="full">
                    {answers::answered(view, &anomaly.answers, anomaly.reopened)}
                    {answers::form(view, &Owner::Product(product.product.slug.clone()), &key, From::Product)}
                </td>
            </tr>
        }
        .into_any()
}

/// What broke on those days, each with a link to its row.
fn incidents(
    view: &ReviewView<'_>,
    product: &ProductReview,
    incidents: &[OverlappingIncident],
) -> Option<AnyView> {
    if incidents.is_empty() {
        return None;
    }
    let links = incidents.iter().map(|incident| {
        let week = IsoWeek::at(incident.impact.start, &view.zone);
        let path = format!("/products/{}", product.product.slug);
        let listed = product.incidents.rows.iter().any(|row| row.external_id == incident.external_id);
        let week = week.to_string();
        let page = if listed { String::new() } else { view.context.go(&path, &[("week", &week)]) };
        let href = format!("{page}#incident-{}", incident.external_id);
        let at = format::short_date_time(incident.impact.start, &view.zone, view.language);
        view! { <small><a href=href>{incident.severity.as_str()}" "{incident.title.clone()}</a>" "{at}</small> }
    });
    let links = links.collect_view();
    Some(view! { <small>{view.words.incidents_on_days}</small>{links} }.into_any())
}

/// Services that rose past both gates of the organisation.
fn moves(view: &ReviewView<'_>, product: &ProductReview) -> Option<AnyView> {
    let words = view.words;
    if product.moves.is_empty() {
        return None;
    }
    let rows = product.moves.iter().map(|one| move_row(view, product, one)).collect_view();
    let code = view.table.view.currency.code();
    let table = view! {
        <table class="stack">
            <caption><strong>{words.moves_title}</strong>" "<small>{words.moves_rule}</small></caption>
            <thead>
                <tr>
                    <th scope="col">{words.service}</th>
                    <th scope="col" class="num">{words.this_week}" "{code}</th>
                    <th scope="col" class="num">{words.previous_week}" "{code}</th>
                    <th scope="col" class="num">{words.difference}" "{code}</th>
                    <th scope="col">{words.answer_said}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    Some(scroller(words.moves_title, table.into_any()).into_any())
}

fn move_row(view: &ReviewView<'_>, product: &ProductReview, one: &ServiceMove) -> AnyView {
    let figures = Figures::new(view, product, one.currency, &one.now);
    let share = one.now.share().map(format::percent_change);
    let key = QuestionKey::new(Subject::Mover, one.currency, &one.now, Some(&one.service));
    let said = if one.explained && one.answers.is_empty() {
        view! { <p class="said">{view.words.move_explained}</p> }.into_any()
    } else {
        answers::answered(view, &one.answers, one.reopened)
    };
    view! {
            <tr id=key.anchor()>
                <th scope="row">{one.service.clone()}</th>
                <td class="num" data-label=view.words.this_week>{figures.cell(figures.actual)}</td>
                <td class="num" data-label=view.words.previous_week>{figures.cell(figures.expected)}</td>
                <td class="num" data-label=view.words.difference>{figures.signed_cell(figures.impact)}" "<small>{share}</small></td>
                <td class="full">
                    {said}
                    {answers::form(view, &Owner::Product(product.product.slug.clone()), &key, From::Product)}
                </td>
            </tr>
        }
        .into_any()
}
