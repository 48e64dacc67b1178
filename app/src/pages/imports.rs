//! `/imports`: how far each source has come, whether the sums agree, what has to be mended.

mod deploys;
mod hooks;
mod notices;
mod trackers;

use domain::coverage::SourceState;
use domain::money::decimal_of_micros;
use domain::rejection::Gravity;
use domain::sync::CloudAccount;
use jiff::tz::TimeZone;
use leptos::prelude::*;
use rust_decimal::Decimal;

use crate::backend::{self, ImportIssue};
use crate::components::empty::empty;
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::when;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::pages::restatements;
use crate::texts::deploy_words::deploy_words;
use crate::texts::edit_words::edit_words;
use crate::texts::hook_words::hook_words;
use crate::texts::tracker_words::tracker_words;
use crate::texts::{Texts, format, sentences, texts};

/// How many remarks the page shows; the count of the rest follows.
const ISSUES_SHOWN: usize = 200;

/// The page.
#[component]
pub fn ImportsPage() -> impl IntoView {
    use_context::<PageContext>().map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match context.backend.imports().await {
                        Ok(page) => render(&context, &page),
                        Err(error) => problem(&context, &error, "/imports"),
                    }
                })}
            </Suspense>
        }
    })
}

fn render(context: &PageContext, page: &backend::ImportsPage) -> AnyView {
    let words = texts(context.language);
    let zone = TimeZone::get(&page.time_zone).unwrap_or(TimeZone::UTC);
    let content = view! {
        <div class="masthead">
            <h1>{words.imports_title}</h1>
            <p class="state">
                <a href=context.go(restatements::PATH, &[])>{words.changes_link}" →"</a>" · "
                <a href=format!("{}#close", context.go(restatements::PATH, &[]))>{words.changes_close_title}" →"</a>
            </p>
        </div>
        {item("freshness", "1".to_owned(), words.imports_freshness, words.imports_question_freshness, freshness(context, page, &zone))}
        {item("totals", "2".to_owned(), words.imports_totals, words.imports_question_totals, totals(context, page))}
        {item("accounts", "3".to_owned(), words.imports_accounts, words.imports_question_accounts, accounts(context, page))}
        {item("issues", "4".to_owned(), words.imports_issues, words.imports_question_issues, issues(context, page))}
        {(!page.exports.is_empty()).then(|| item("exports", "5".to_owned(), words.imports_exports, words.imports_question_exports, exports(context, page, &zone)))}
        {(!page.requests.is_empty()).then(|| item("requests", (if page.exports.is_empty() { "5" } else { "6" }).to_owned(), words.imports_requests, words.imports_question_requests, requests(context, page)))}
        {(!page.notices.is_empty()).then(|| item("notices", section_after(page).to_string(), words.notices_title, words.notices_question, notices::body(context, &page.notices, &zone)))}
        {has_hooks(page).then(|| { let words = hook_words(context.language); item("hooks", (section_after(page) + usize::from(!page.notices.is_empty())).to_string(), words.title, words.question, hooks::body(context, page, &zone)) })}
        {(!page.deploys.sources.is_empty()).then(|| { let words = deploy_words(context.language); item("deploys", (section_after(page) + usize::from(!page.notices.is_empty()) + usize::from(has_hooks(page))).to_string(), words.imports_title, words.imports_question, deploys::body(context, &page.deploys, &zone)) })}
        {(!page.trackers.is_empty()).then(|| { let words = tracker_words(context.language); item("trackers", (section_after(page) + usize::from(!page.notices.is_empty()) + usize::from(has_hooks(page)) + usize::from(!page.deploys.sources.is_empty())).to_string(), words.title, words.question, trackers::body(context, &page.trackers, &zone)) })}
        <footer class="colophon"><p><a href="/imports.json">"JSON"</a></p></footer>
    }
    .into_any();
    frame(context, words.imports_title, "/imports", content)
}

/// Whether any webhook told, or any source of incidents was asked.
fn has_hooks(page: &backend::ImportsPage) -> bool {
    !(page.hooks.is_empty() && page.polls.is_empty())
}

/// The number of the section after those that are there.
fn section_after(page: &backend::ImportsPage) -> usize {
    5 + usize::from(!page.exports.is_empty()) + usize::from(!page.requests.is_empty())
}

fn freshness(context: &PageContext, page: &backend::ImportsPage, zone: &TimeZone) -> AnyView {
    let words = texts(context.language);
    if page.sources.is_empty() {
        return empty(words.empty_imports, words.empty_imports_do, "teirei import cost FILE").into_any();
    }
    let rows = page.sources.iter().map(|state| source_row(context, state, zone)).collect_view();
    let columns = [
        (words.source, false),
        (words.kind, false),
        (words.delivered, false),
        (words.last_data, false),
        (words.received, false),
    ];
    table(words.imports_freshness, &columns, rows.into_any())
}

fn source_row(context: &PageContext, state: &SourceState, zone: &TimeZone) -> impl IntoView + use<> {
    let words = texts(context.language);
    let days = state.first_day.zip(state.last_day).map(|(first, last)| format!("{first} – {last}"));
    let newest = state.last_instant.map(|at| when::instant(at, zone, context.language).into_any());
    let newest = newest.or_else(|| state.last_day.map(|day| when::day(day, context.language).into_any()));
    view! {
        <tr>
            <th scope="row">{state.name.clone()}</th>
            <td data-label=words.kind>{words.source_kind(state.kind)}</td>
            <td class="full" data-label=words.delivered>{days}</td>
            <td class="full" data-label=words.last_data>{newest}</td>
            <td class="full" data-label=words.received>{when::instant(state.received_at, zone, context.language)}</td>
        </tr>
    }
}

fn totals(context: &PageContext, page: &backend::ImportsPage) -> AnyView {
    let words = texts(context.language);
    if page.control_totals.is_empty() {
        return empty(words.empty_imports, words.empty_imports_do, "teirei import cost FILE").into_any();
    }
    let rows = page
        .control_totals
        .iter()
        .map(|total| {
            let scope = &total.scope;
            view! {
                <tr>
                    <th scope="row">{scope.source.clone()}<small>{scope.billing_account.clone()}</small></th>
                    <td data-label=words.billing_period>{scope.period_start.to_string()}" – "{scope.period_end.to_string()}</td>
                    <td class="num full" data-label=words.billed>{total.billed.normalize().to_string()}" "{scope.currency.code().to_owned()}</td>
                    <td class="num full" data-label=words.effective>{total.effective.normalize().to_string()}" "{scope.currency.code().to_owned()}</td>
                    <td class="num" data-label=words.rows>{format::whole(i64::try_from(total.rows).unwrap_or(i64::MAX))}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = [
        (words.source, false),
        (words.billing_period, false),
        (words.billed, true),
        (words.effective, true),
        (words.rows, true),
    ];
    let sums = page.billed_by_currency().into_iter().map(|(currency, billed, effective)| {
        let code = currency.code().to_owned();
        view! {
            <dl class="sum">
                <div><dt>{words.exact_total}" "{code.clone()}</dt></div>
                <div><dt>{words.billed}</dt><dd><b>{billed.normalize().to_string()}</b>" "{code.clone()}</dd></div>
                <div><dt>{words.effective}</dt><dd><b>{effective.normalize().to_string()}</b>" "{code}</dd></div>
            </dl>
        }
    });
    view! {
        {table(words.imports_totals, &columns, rows.into_any())}
        {sums.collect_view()}
    }
    .into_any()
}

fn accounts(context: &PageContext, page: &backend::ImportsPage) -> AnyView {
    let (words, edit) = (texts(context.language), edit_words(context.language));
    if page.unknown_accounts.is_empty() {
        return view! { <p class="prose">{words.no_unknown_accounts}</p> }.into_any();
    }
    let rows = page
        .unknown_accounts
        .iter()
        .map(|account| {
            let claim = context.go("/catalog/accounts", &[("id", &account.id), ("name", &account.name)]);
            let label = format!("{}: {}", edit.claim, account.id);
            view! {
                <tr>
                    <th scope="row"><code>{account.id.clone()}</code></th>
                    <td class="full">{account.name.clone()}{account.cloud.as_ref().map(cloud)}</td>
                    <td>{account.source.clone()}</td>
                    <td data-label=words.last_day>{account.last_day.to_string()}</td>
                    <td><a href=format!("{claim}#edit") aria-label=label>{edit.claim}" →"</a></td>
                </tr>
            }
        })
        .collect_view();
    let columns = [
        (words.account, false),
        (words.name_on_bill, false),
        (words.source, false),
        (words.last_day, false),
        (edit.claim, false),
    ];
    table(words.imports_accounts, &columns, rows.into_any())
}

/// State, place and tags as the cloud's own directory has them.
fn cloud(account: &CloudAccount) -> impl IntoView + use<> {
    let tags = account.tags.iter().map(|(key, value)| format!("{key}={value}"));
    let parts = [account.state.clone(), account.path.clone()].into_iter().chain(tags);
    let text: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    view! { <small>{text.join(" · ")}</small> }
}

/// The billing periods of exports, the newest of each source first.
fn exports(context: &PageContext, page: &backend::ImportsPage, zone: &TimeZone) -> AnyView {
    let words = texts(context.language);
    let rows = page
        .exports
        .iter()
        .map(|period| {
            let megabytes = Decimal::new(period.bytes, 6).round_dp(1);
            view! {
                <tr>
                    <th scope="row">{period.source.clone()}</th>
                    <td data-label=words.billing_period>{period.month.strftime("%Y-%m").to_string()}</td>
                    <td class="num" data-label=words.export_files>{format::whole(period.files)}</td>
                    <td class="num" data-label=words.export_size>{format::decimal(megabytes, 1)}" MB"</td>
                    <td class="num" data-label=words.rows>{format::whole(period.rows)}</td>
                    <td class="full" data-label=words.export_read>{when::instant(period.read_at, zone, context.language)}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = [
        (words.source, false),
        (words.billing_period, false),
        (words.export_files, true),
        (words.export_size, true),
        (words.rows, true),
        (words.export_read, false),
    ];
    table(words.imports_exports, &columns, rows.into_any())
}

/// What asking cost, day by day.
fn requests(context: &PageContext, page: &backend::ImportsPage) -> AnyView {
    let words = texts(context.language);
    let rows = page
        .requests
        .iter()
        .map(|day| {
            let price = decimal_of_micros(day.price_micros());
            view! {
                <tr>
                    <th scope="row">{day.source.clone()}</th>
                    <td data-label=words.day_utc>{day.day.to_string()}</td>
                    <td class="num" data-label=words.requests_asked>{format::whole(day.asked)}</td>
                    <td class="num" data-label=words.requests_answered>{format::whole(day.answered)}</td>
                    <td class="num" data-label=words.price>{price.round_dp(2).to_string()}" USD"</td>
                </tr>
            }
        })
        .collect_view();
    let columns = [
        (words.source, false),
        (words.day_utc, false),
        (words.requests_asked, true),
        (words.requests_answered, true),
        (words.price, true),
    ];
    table(words.imports_requests, &columns, rows.into_any())
}

fn issues(context: &PageContext, page: &backend::ImportsPage) -> AnyView {
    let words = texts(context.language);
    if page.issues.is_empty() {
        return view! { <p class="prose">{words.no_issues}</p> }.into_any();
    }
    let rows = page.issues.iter().take(ISSUES_SHOWN).map(|issue| issue_row(issue, words)).collect_view();
    let rest = page.issues.len().saturating_sub(ISSUES_SHOWN);
    let columns = [(words.state, false), (words.file, false), (words.what, false), (words.mend, false)];
    view! {
        {table(words.imports_issues, &columns, rows.into_any())}
        {(rest > 0).then(|| view! { <p>{sentences::more_issues(context.language, rest)}</p> })}
    }
    .into_any()
}

/// Remarks are worded by the readers of files in English; rule names stand in the title.
fn issue_row(issue: &ImportIssue, words: &Texts) -> impl IntoView + use<> {
    let gravity = match issue.gravity {
        Gravity::Warning => words.gravity_warning,
        Gravity::Rejected => words.gravity_rejected,
    };
    let line = issue.line.map(|line| format!(":{line}")).unwrap_or_default();
    let column = issue.column.clone().map(|column| view! { <small>{column}</small> });
    view! {
        <tr>
            <td>{gravity}</td>
            <th scope="row" class="full"><span title=issue.rule.clone()>{issue.file.clone()}{line}</span>{column}</th>
            <td class="full" lang="en">{issue.what.clone()}</td>
            <td class="full" lang="en">{issue.mend.clone()}</td>
        </tr>
    }
}
