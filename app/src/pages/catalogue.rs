//! `/catalog`: what people declare, and the form to propose a change of it.

pub mod accounts;
pub mod budgets;
mod entry;
mod forms;
mod grid;
pub mod maintenance;
pub mod policies;
pub mod pools;
pub mod products;
pub mod proposal;
pub mod rates;
pub mod rules;
pub mod usage;

use domain::allocation::{AllocationRule, Condition, Field, Target};
use domain::catalogue::Catalogue;
use domain::catalogue::fault::CatalogueFault;
use domain::cost::Owner;
use domain::organization::Language;
use domain::product::{Account, Slug};
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::backend::{self, Proposal};
use crate::components::frame::frame;
use crate::components::section::item;
use crate::components::table::table;
use crate::components::writing::administered;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::texts::{Texts, catalogue_sentences, format, texts};
use crate::ui::raw::TextArea;
use crate::writes::CataloguePropose;

/// How many lines of the file are seen at once.
const FILE_ROWS: i32 = 24;

/// The page.
#[component]
pub fn CataloguePage() -> impl IntoView {
    use_context::<PageContext>().map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match context.backend.catalogue_page().await {
                        Ok(page) => render(&context, page),
                        Err(error) => problem(&context, &error, "/catalog"),
                    }
                })}
            </Suspense>
        }
    })
}

fn render(context: &PageContext, page: backend::CataloguePage) -> AnyView {
    let words = texts(context.language);
    let catalogue = &page.catalogue;
    let counts = [
        (words.products, catalogue.products.iter().filter(|product| product.closed_on.is_none()).count()),
        (words.catalogue_accounts, catalogue.accounts.len()),
        (words.catalogue_rules, catalogue.rules.len()),
    ];
    let counts = counts.map(|(word, count)| format!("{word} {count}")).join(" · ");
    let zone = catalogue.organization.zone();
    let rules = rules(context.language, words, catalogue);
    let accounts = accounts(context.language, words, catalogue);
    let history = history(context, words, &page.proposals, &zone);
    let faults = faults(context.language, words, &page.faults);
    let edit = edit(context, words, page);
    let content = view! {
        <div class="masthead"><p class="kicker">{counts}</p><h1>{words.catalogue}</h1></div>
        {forms::tabs(context, "/catalog")}
        {faults}
        {item("rules", "1".to_owned(), words.catalogue_rules, words.catalogue_question_rules, rules)}
        {item("accounts", "2".to_owned(), words.catalogue_accounts, words.catalogue_question_accounts, accounts)}
        {item("edit", "3".to_owned(), words.catalogue_edit, words.catalogue_question_edit, edit)}
        {item("history", "4".to_owned(), words.catalogue_history, words.catalogue_question_history, history)}
    }
    .into_any();
    frame(context, words.catalogue, "/catalog", administered(context, content))
}

/// What does not fit together, and how to mend it; nothing where all fits.
fn faults(language: Language, words: &'static Texts, faults: &[CatalogueFault]) -> Option<AnyView> {
    let row = |fault: &CatalogueFault| {
        let (what, mend) = catalogue_sentences::fault(language, fault);
        view! {
            <tr>
                <th scope="row" class="full">{what}</th>
                <td class="full" data-label=words.mend>{mend}</td>
            </tr>
        }
    };
    let rows = faults.iter().map(row).collect_view();
    let columns = [(words.what, false), (words.mend, false)];
    let title = words.catalogue_faults;
    (!faults.is_empty()).then(|| {
        let body = table(title, &columns, rows.into_any());
        item("look", String::new(), title, words.catalogue_question_faults, body).into_any()
    })
}

fn rules(language: Language, words: &'static Texts, catalogue: &Catalogue) -> AnyView {
    if catalogue.rules.is_empty() {
        return view! { <p class="prose">{words.catalogue_no_rules}</p> }.into_any();
    }
    let rows = (1..)
        .zip(&catalogue.rules)
        .map(|(number, rule): (usize, _)| {
            view! {
                <tr id=format!("rule-{number}")>
                    <th scope="row">{number}". "{rule.name.clone()}</th>
                    <td class="full" data-label=words.rule_conditions>{conditions(words, rule)}</td>
                    <td data-label=words.rule_target>{target(language, words, catalogue, &rule.target)}</td>
                    <td data-label=words.rule_valid>{validity(words, rule)}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = [
        (words.rule_name, false),
        (words.rule_conditions, false),
        (words.rule_target, false),
        (words.rule_valid, false),
    ];
    table(words.catalogue_rules, &columns, rows.into_any())
}

/// All of them have to hold; the values of one are alternatives. The words are those of the file.
fn conditions(words: &Texts, rule: &AllocationRule) -> AnyView {
    if rule.conditions.is_empty() {
        return words.rule_everything.into_any();
    }
    let text =
        |condition: &Condition| format!("{} = {}", field(&condition.field), condition.values.join(" | "));
    let all: Vec<String> = rule.conditions.iter().map(text).collect();
    view! { <code>{all.join(" & ")}</code> }.into_any()
}

fn field(field: &Field) -> String {
    match field {
        Field::Account => "account".to_owned(),
        Field::Tag(name) => format!("tag.{name}"),
        Field::CostCategory(name) => format!("cost_category.{name}"),
        Field::OrganizationalUnit => "ou".to_owned(),
        Field::AccountTag(name) => format!("account_tag.{name}"),
        Field::Service => "service".to_owned(),
        Field::Region => "region".to_owned(),
        Field::ChargeCategory => "charge_category".to_owned(),
        Field::Source => "source".to_owned(),
    }
}

fn target(language: Language, words: &Texts, catalogue: &Catalogue, target: &Target) -> String {
    match target {
        Target::Product { product, environment } => {
            let name = product_name(language, catalogue, product);
            let environment = environment.map(|environment| words.environment(environment).to_owned());
            std::iter::once(name).chain(environment).collect::<Vec<_>>().join(" · ")
        }
        Target::Shared { pool } => format!("{pool} ({})", words.shared_pool),
    }
}

/// The name of a product in the reader's language, its slug where the catalogue has none.
fn product_name(language: Language, catalogue: &Catalogue, slug: &Slug) -> String {
    catalogue.product(slug).map_or(slug.as_str(), |product| product.name.get(language)).to_owned()
}

/// The name of an owner of cost.
fn owner_name(language: Language, words: &Texts, catalogue: &Catalogue, owner: &Owner) -> String {
    match owner {
        Owner::Product(slug) => product_name(language, catalogue, slug),
        Owner::Shared(pool) => format!("{pool} ({})", words.shared_pool),
        Owner::Unallocated => words.unallocated.to_owned(),
    }
}

fn validity(words: &Texts, rule: &AllocationRule) -> String {
    match (rule.valid_from, rule.valid_to) {
        (None, None) => words.rule_always.to_owned(),
        (from, to) => {
            let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
            format!("{} – {}", day(from), day(to))
        }
    }
}

fn accounts(language: Language, words: &'static Texts, catalogue: &Catalogue) -> AnyView {
    let row = |account: &Account| {
        let product = account.product.as_ref().map(|slug| product_name(language, catalogue, slug));
        let closed = account.closed_on.map(|day| format!(" · {} {day}", words.closed));
        view! {
            <tr>
                <th scope="row"><code>{account.id.clone()}</code></th>
                <td class="full">{account.name.clone()}</td>
                <td>{product.unwrap_or_else(|| words.by_rules.to_owned())}</td>
                <td>{words.environment(account.environment)}{closed}</td>
            </tr>
        }
    };
    let rows = catalogue.accounts.iter().map(row).collect_view();
    let columns = [
        (words.account, false),
        (words.name_on_bill, false),
        (words.column_product, false),
        (words.environment, false),
    ];
    table(words.catalogue_accounts, &columns, rows.into_any())
}

fn edit(context: &PageContext, words: &'static Texts, page: backend::CataloguePage) -> AnyView {
    let fault = context.parameter("problem").map(|code| {
        let text = if code == "invalid" { words.catalogue_invalid } else { words.error_title };
        view! { <p class="error" role="alert">{text}</p> }
    });
    let behind = page.is_file_behind.then(|| {
        view! { <p class="prose">{words.catalogue_file_behind}" "<code>"teirei catalog export FILE"</code></p> }
    });
    view! {
        {fault}
        {behind}
        {form(words, page.file, page.base, words.catalogue_check_button)}
        <p class="prose"><small>{words.catalogue_edit_explained}</small></p>
    }
    .into_any()
}

/// The form that proposes a file.
fn form(words: &'static Texts, file: String, base: String, button: &'static str) -> AnyView {
    let action = ServerAction::<CataloguePropose>::new();
    view! {
        <div class="catalogue-file">
            <ActionForm action=action>
                <input type="hidden" name="base" value=base/>
                <TextArea name="file" text=file rows=FILE_ROWS label=words.catalogue_file_label/>
                <button class="primary">{button}</button>
            </ActionForm>
        </div>
    }
    .into_any()
}

fn history(context: &PageContext, words: &'static Texts, proposals: &[Proposal], zone: &TimeZone) -> AnyView {
    if proposals.is_empty() {
        return view! { <p class="prose">{words.catalogue_no_proposals}</p> }.into_any();
    }
    let row = |proposal: &Proposal| {
        let href = context.go(&format!("/catalog/proposals/{}", proposal.id), &[]);
        let reason = proposal.applied.as_ref().map(|applied| applied.reason.clone());
        view! {
            <tr>
                <th scope="row"><a href=href>{words.proposal}" "{proposal.id}</a></th>
                <td>{signed(context.language, proposal.made_at, &proposal.made_by, zone)}</td>
                <td>{state(context.language, words, proposal, zone)}</td>
                <td class="full">{reason}</td>
            </tr>
        }
    };
    let rows = proposals.iter().map(row).collect_view();
    let columns =
        [(words.proposal, false), (words.proposal_by, false), (words.state, false), (words.reason, false)];
    table(words.catalogue_history, &columns, rows.into_any())
}

/// When and by whom.
fn signed(language: Language, at: jiff::Timestamp, by: &str, zone: &TimeZone) -> String {
    format!("{} · {by}", format::short_date_time(at, zone, language))
}

/// What became of a proposal.
fn state(language: Language, words: &Texts, proposal: &Proposal, zone: &TimeZone) -> String {
    match &proposal.applied {
        Some(applied) => {
            format!("{} {}", words.proposal_applied, signed(language, applied.at, &applied.by, zone))
        }
        None => words.proposal_open.to_owned(),
    }
}
