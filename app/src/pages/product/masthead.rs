//! The head of a product's page: one sentence, four verdicts.

use domain::change::Change;
use domain::finding::Status;
use domain::money::Money;
use domain::organization::Language;
use domain::policy::ShipAction;
use domain::product_review::ProductReview;
use domain::ratio::Ppm;
use leptos::prelude::*;

use crate::backend::{ProductPage, ReviewState};
use crate::components::mark::mark;
use crate::components::paper::page_foot;
use crate::components::when;
use crate::islands::CopyPermalink;
use crate::pages::review::{ReviewView, shipping};
use crate::pages::shares;
use crate::texts::checklist_words::checklist_words;
use crate::texts::policy_words::policy_words;
use crate::texts::{format, sentences};

pub(super) fn masthead(view: &ReviewView<'_>, page: &ProductPage) -> AnyView {
    let (product, words) = (&page.product.product, view.words);
    let week = page.product.week;
    let group = product.group.as_ref().map(|group| format!("{} · ", group.get(view.language)));
    let zone_name = format::zone_name(page.product.period.start, &view.zone);
    let heading = sentences::week_heading(view.language, week.year(), week.number());
    let printed = [product.name.get(view.language), " · ", &heading].concat();
    view! {
        {page_foot(&printed, page.product.as_of, &view.zone, view.language)}
        <div class="masthead">
            <p class="kicker">
                <a href=view.context.go("/products", &[])>{words.products}</a>" · "{group}{words.tier}" "{product.tier}
            </p>
            <h1>
                {product.name.get(view.language).to_owned()}" "
                <small>
                    {sentences::week_short(view.language, week.number())}" "
                    {when::day(week.monday(), view.language)}"–"{when::day(week.sunday(), view.language)}" "{zone_name}
                </small>
            </h1>
            {people(view, page)}
            <p class="answer">{answer(view, &page.product)}</p>
            {view.context.share.is_none().then(|| navigation(view, page))}
        </div>
    }
    .into_any()
}

/// Who owns it, where its pages are, and whether this is frozen.
fn people(view: &ReviewView<'_>, page: &ProductPage) -> AnyView {
    let (product, words) = (&page.product.product, view.words);
    let manager =
        product.product_manager.as_ref().map(|name| format!("{}\u{a0}{name}", words.product_manager));
    let sre = product.embedded_sre.as_ref().map(|name| format!("{}\u{a0}{name}", words.embedded_sre));
    let who: Vec<String> = [manager, sre].into_iter().flatten().collect();
    let links = product
        .links
        .iter()
        .map(|link| {
            let text = words.link_kind(&link.kind).to_owned();
            view! { <a href=link.url.clone() rel="noopener noreferrer">{text}</a>" " }
        })
        .collect_view();
    let checklists = view.context.go(&format!("/products/{}/checklists", product.slug), &[]);
    let frozen = match &page.state {
        ReviewState::Draft => None,
        ReviewState::Frozen { version, .. } => {
            let number = sentences::version(view.language, version.version);
            Some(view! { <span class="stamp">{words.frozen}</span>" "{number}<br/> })
        }
    };
    view! {
        <p class="state">
            {frozen}{who.join(" · ")}<br/>
            <small>{links}<a href=checklists>{checklist_words(view.language).title}</a>" "{product.chat_channel.clone()}</small>
        </p>
    }
    .into_any()
}

/// The state in plain words.
fn answer(view: &ReviewView<'_>, product: &ProductReview) -> String {
    let language = view.language;
    let (month, reason) = month_sentences(view, product);
    let count = product.incidents.counted();
    let users = if count == 0 && !view.incidents_known() {
        view.words.incidents_unknown_line.to_owned()
    } else {
        sentences::product_users(language, count, &format::minutes(product.incidents.union_seconds, language))
    };
    let space = if language == Language::English { " " } else { "" };
    [Some(month), reason, Some(users)].into_iter().flatten().collect::<Vec<_>>().join(space)
}

/// Where the month will end and, when it overruns, why.
fn month_sentences(view: &ReviewView<'_>, product: &ProductReview) -> (String, Option<String>) {
    let language = view.language;
    let short = |money: Money| format::money_short(money, language);
    let Some(status) = &product.budget else {
        let currency = view.table.view.currency;
        let total = view.table.total.change.after.map(|micros| short(Money { micros, currency }));
        let total = total.as_deref().unwrap_or(view.words.unknown);
        return (sentences::product_no_budget(language, total), None);
    };
    let month = format::month(status.month, language);
    let Some(forecast) = status.forecast else {
        let spent = status.spent.map(short);
        let budget = short(status.budget);
        if status.spent.is_none() && !product.months.is_empty() {
            return (sentences::product_without_rate(language, &month, &budget), None);
        }
        return (sentences::product_no_forecast(language, &month, &budget, spent.as_deref()), None);
    };
    let over = Money { micros: forecast.micros - status.budget.micros, currency: forecast.currency };
    let over_text = (over.micros > 0).then(|| short(over));
    let (end, budget) = (short(forecast), short(status.budget));
    let sentence = match product.bands(status.budget.currency).last() {
        Some(band) => sentences::product_month_range(language, status, band),
        None if product.pace.as_ref().is_some_and(|pace| pace.days_left == 0) => {
            sentences::product_month_closed(language, &month, &end, &budget, over_text.as_deref())
        }
        None => sentences::product_month(language, &month, &end, &budget, over_text.as_deref()),
    };
    let reason = status.variance.filter(|variance| variance.total.micros > 0).map(|variance| {
        let signed = |money: Money| format::money_short_signed(money, language);
        sentences::product_variance(language, &signed(variance.currency), &signed(variance.usage))
    });
    (sentence, reason)
}

fn navigation(view: &ReviewView<'_>, page: &ProductPage) -> AnyView {
    let path = format!("/products/{}", page.product.product.slug);
    let week = page.product.week;
    let (previous, next) = (week.previous(), week.next());
    let link = |week: domain::week::IsoWeek| view.context.go(&path, &[("week", &week.to_string())]);
    let shown = view.table.view;
    let reporting = page.product.organization.reporting_currency;
    let other =
        page.product.services.iter().map(|line| line.currency).find(|currency| *currency != reporting);
    let switch = other.map(|bill| {
        let target = if shown.currency == reporting { bill } else { reporting };
        let href = view.context.link_with("currency", (target != reporting).then_some(target.code()));
        let text = match view.language {
            Language::Japanese => {
                format!("{target}{}", view.words.in_reporting_currency)
            }
            Language::English => {
                format!("{} {target}", view.words.in_reporting_currency)
            }
        };
        view! { <a class="button" href=href>{text}</a> }
    });
    let slug = &page.product.product.slug;
    let share = view.context.access.edits.has(slug).then(|| {
        let state = if page.state == ReviewState::Draft { "live" } else { "frozen" };
        let query = [("week", week.to_string()), ("product", slug.to_string()), ("state", state.to_owned())];
        shares::link_to(view.context, &query)
    });
    let version = match &page.state {
        ReviewState::Draft => None,
        ReviewState::Frozen { version, .. } => Some(version.version.to_string()),
    };
    let week_text = week.to_string();
    let mut query = vec![
        ("week", week_text.as_str()),
        ("currency", shown.currency.code()),
        ("metric", shown.metric.as_str()),
        ("lang", view.language.tag()),
    ];
    if let Some(version) = &version {
        query.push(("version", version));
    }
    view! {
        <nav class="actions" aria-label=view.words.this_week_label>
            <a class="button quiet" rel="prev" href=link(previous)>"← "{sentences::week_short(view.language, previous.number())}</a>
            {view.has_begun(next).then(|| view! {
                <a class="button quiet" rel="next" href=link(next)>{sentences::week_short(view.language, next.number())}" →"</a>
            })}
            {switch}
            <CopyPermalink
                url=crate::context::link(&path, &query)
                label=view.words.copy_link.to_owned()
                done=view.words.copied.to_owned()
                key_hint=true
            />
            {share}
        </nav>
    }
    .into_any()
}

/// Budget, users, shipping, data: each a mark and a few words.
pub(super) fn verdicts(view: &ReviewView<'_>, product: &ProductReview) -> AnyView {
    let words = view.words;
    let items = [
        (words.verdict_budget, budget_verdict(view, product)),
        (words.verdict_users, users_verdict(view, product)),
        (words.verdict_ship, ship_verdict(view, product)),
        (words.verdict_data, data_verdict(view, product)),
    ];
    let items = items.map(|(question, (status, text, more))| {
        let filled = status == Status::Breached;
        let answer = if filled {
            view! { <span class="status breached">{mark(status)}{text}</span> }.into_any()
        } else {
            view! { {mark(status)}" "{text} }.into_any()
        };
        view! {
            <div>
                <dt>{question}</dt>
                <dd class="big"><span class="sr">{words.status(status)}" "</span>{answer}</dd>
                <dd><small>{more}</small></dd>
            </div>
        }
    });
    view! { <dl class="verdicts">{items.collect_view()}</dl> }.into_any()
}

type Verdict = (Status, String, String);

/// The sentence of the page and the verdicts of budget and users, as plain text.
pub(super) fn card_lines(view: &ReviewView<'_>, product: &ProductReview) -> Vec<(String, String)> {
    let words = view.words;
    let line = |(_, text, more): Verdict| if more.is_empty() { text } else { format!("{text} · {more}") };
    vec![
        (words.verdict_budget.to_owned(), line(budget_verdict(view, product))),
        (words.verdict_users.to_owned(), line(users_verdict(view, product))),
        (words.verdict_ship.to_owned(), line(ship_verdict(view, product))),
    ]
}

fn budget_verdict(view: &ReviewView<'_>, product: &ProductReview) -> Verdict {
    let Some(status) = &product.budget else {
        let change = view.table.total.change;
        return (Status::NoData, view.words.without_budget_rise.to_owned(), change_text(view, &change));
    };
    let Some(share) = status.forecast_share else {
        return (Status::NoData, view.words.unknown.to_owned(), format::money(status.budget));
    };
    let over = Ppm((share.0 - 1_000_000).abs());
    let text = if share.0 > 1_000_000 {
        sentences::over_budget(view.language, &format::percent(over, 0))
    } else {
        sentences::under_budget(view.language, &format::percent(over, 0))
    };
    let budget = format!("{} {}", view.words.lead_budget, format::money_short(status.budget, view.language));
    (status.status, text, budget)
}

fn change_text(view: &ReviewView<'_>, change: &Change) -> String {
    change
        .share()
        .map(|share| sentences::against_week_before(view.language, &format::percent_change(share)))
        .unwrap_or_default()
}

fn users_verdict(view: &ReviewView<'_>, product: &ProductReview) -> Verdict {
    let cell = product.matrix.as_ref().and_then(|row| row.incidents.as_ref());
    let status = cell.map_or(Status::NoData, |cell| cell.status);
    let text = if product.incidents.counted() == 0 {
        view.words.none.to_owned()
    } else {
        format::minutes(product.incidents.union_seconds, view.language)
    };
    let more =
        cell.map(|cell| crate::pages::review::exceptions::detail(view, &cell.detail).0).unwrap_or_default();
    (status, text, more)
}

/// What the product's policy answers.
fn ship_verdict(view: &ReviewView<'_>, product: &ProductReview) -> Verdict {
    let Some(verdict) = &product.verdict else { return ship_verdict_of_budget(view, product) };
    let basis = shipping::basis(view, verdict);
    // The answer stands in large letters: what exactly is halted goes below it.
    let more = match verdict.action {
        Some(action @ ShipAction::Halt) => {
            format!("{} · {basis}", policy_words(view.language).action(Some(action)))
        }
        _ => basis,
    };
    (verdict.status(), ship_word(view, verdict.status()).to_owned(), more)
}

/// Of a week that was frozen before policies were kept, from the worst error budget: nothing left holds, little
/// left asks for care.
fn ship_verdict_of_budget(view: &ReviewView<'_>, product: &ProductReview) -> Verdict {
    let words = view.words;
    let worst = product.objectives.first();
    let status = worst.map_or(Status::NoData, |row| row.status);
    let left = worst.and_then(|row| row.remaining).map(format::percent_left);
    let more = left.map_or_else(
        || words.ship_policy.to_owned(),
        |left| format!("{}: {}", words.ship_policy, sentences::left(view.language, &left)),
    );
    (status, ship_word(view, status).to_owned(), more)
}

/// The answer in a word.
fn ship_word(view: &ReviewView<'_>, status: Status) -> &'static str {
    match status {
        Status::Ok => view.words.ship_yes,
        Status::Risk => view.words.ship_careful,
        Status::Breached => view.words.ship_stop,
        Status::NoData => view.words.ship_unknown,
    }
}

fn data_verdict(view: &ReviewView<'_>, product: &ProductReview) -> Verdict {
    match product.matrix.as_ref().and_then(|row| row.data.as_ref()) {
        Some(cell) => {
            let (text, more) = crate::pages::review::exceptions::detail(view, &cell.detail);
            (cell.status, text, more.unwrap_or_default())
        }
        None => (Status::NoData, view.words.unknown.to_owned(), String::new()),
    }
}
