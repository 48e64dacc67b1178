//! What all forms of the catalogue share: the page around them, fields, pasted tables, files and history.

use domain::catalogue::entry::RowsPart;
use domain::organization::Language;
use domain::rejection::Issue;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::backend::{CatalogueForms, EditShown, RowChange};
use crate::components::section::item;
use crate::components::table::table;
use crate::components::when;
use crate::components::writing::why_closed;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::texts::edit_words::{edit_words, rows_taken};
use crate::texts::fault_sentences::fault_in_short;
use crate::texts::policy_words::policy_words;
use crate::texts::texts;
use crate::ui::raw::TextArea;

/// How many lines of a pasted table are seen at once.
const PASTE_ROWS: i32 = 8;

/// How many changed values a page lists.
const HISTORY_SHOWN: usize = 200;

/// Fields of a form by name.
pub type Typed = Vec<(String, String)>;

/// The first value of a field; blank where it was not typed.
pub fn typed_value(typed: &Typed, name: &str) -> String {
    typed.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

/// A page with forms, once what fills them is there.
pub fn forms_page(render: fn(&PageContext, CatalogueForms) -> AnyView) -> impl IntoView {
    use_context::<PageContext>().map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match context.backend.catalogue_forms().await {
                        Ok(forms) => render(&context, forms),
                        Err(error) => problem(&context, &error, "/catalog"),
                    }
                })}
            </Suspense>
        }
    })
}

/// The pages of the catalogue, the present one marked.
pub fn tabs(context: &PageContext, current: &'static str) -> AnyView {
    let (words, edit) = (texts(context.language), edit_words(context.language));
    let policy = policy_words(context.language);
    let pages = [
        ("/catalog", edit.overview),
        ("/catalog/products", words.products),
        ("/catalog/accounts", words.catalogue_accounts),
        ("/catalog/rules", words.catalogue_rules),
        ("/catalog/pools", edit.pools),
        ("/catalog/policies", policy.title),
        ("/catalog/maintenance", policy.maintenance),
        ("/catalog/budgets", edit.budgets),
        ("/catalog/rates", edit.rates),
        ("/catalog/usage", edit.usage),
    ];
    let links = pages.map(|(path, word)| {
        let here = (path == current).then_some("page");
        view! { <a href=context.go(path, &[]) aria-current=here>{word}</a> }
    });
    view! { <nav class="tabs" aria-label=edit.parts_label>{links.collect_view()}</nav>{why_closed(context)} }
        .into_any()
}

/// The head of a page with forms.
pub fn masthead(context: &PageContext, title: &'static str, current: &'static str) -> AnyView {
    let (words, edit) = (texts(context.language), edit_words(context.language));
    let fault = context.parameter("problem").map(|code| {
        let text = match code {
            "nothing" => edit.nothing,
            "invalid" => words.catalogue_invalid,
            _ => words.error_title,
        };
        view! { <p class="error" role="alert">{text}</p> }
    });
    view! {
        <div class="masthead">
            <p class="kicker"><a href=context.go("/catalog", &[])>{words.catalogue}</a></p>
            <h1>{title}</h1>
            {fault}
        </div>
        {tabs(context, current)}
    }
    .into_any()
}

/// The hidden fields that every form carries.
pub fn hidden(part: &'static str, base: &str) -> impl IntoView + use<> {
    let base = base.to_owned();
    view! {
        <input type="hidden" name="part" value=part/>
        <input type="hidden" name="base" value=base/>
    }
}

/// A field of one line; `kind` is that of HTML.
pub fn text_field(
    label: &'static str,
    name: impl Into<String>,
    value: String,
    (kind, required): (&'static str, bool),
) -> AnyView {
    let name = name.into();
    view! {
        <label>
            <span>{label}</span>
            <input type=kind name=name value=value required=required autocomplete="off"/>
        </label>
    }
    .into_any()
}

/// A field that takes one of several values, each with its word.
pub fn select_field(
    label: &'static str,
    name: impl Into<String>,
    value: &str,
    options: Vec<(String, String)>,
) -> AnyView {
    let name = name.into();
    // What was typed and is none of them must not turn into another silently.
    let is_known = options.iter().any(|(option, _)| option == value);
    let stranger = (!is_known && !value.is_empty()).then(|| (value.to_owned(), value.to_owned()));
    let options = stranger.into_iter().chain(options).map(|(option, word)| {
        let selected = option == value;
        view! { <option value=option selected=selected>{word}</option> }
    });
    view! {
        <label><span>{label}</span><select name=name>{options.collect_view()}</select></label>
    }
    .into_any()
}

/// The sections to paste a table and to send a file.
pub fn paste(context: &PageContext, part: RowsPart, base: &str, number: &str) -> AnyView {
    let (words, edit) = (texts(context.language), edit_words(context.language));
    let body = view! {
        <p class="prose">{edit.paste_explained}</p>
        <p class="prose"><code>{columns(part)}</code></p>
        {paste_form(context, part, base, String::new(), words.catalogue_check_button)}
        <form class="upload" method="post" action="/api/catalog/upload" enctype="multipart/form-data">
            {hidden(part.as_str(), base)}
            <label>
                <span>{edit.upload}</span>
                <input type="file" name="file" accept=".csv,.tsv,.txt,text/csv" required=true/>
            </label>
            <button>{edit.upload_button}</button>
        </form>
    };
    item("paste", number.to_owned(), edit.paste, edit.question_paste, body.into_any()).into_any()
}

/// The columns of a pasted table, as on its first line.
fn columns(part: RowsPart) -> &'static str {
    match part {
        RowsPart::Budgets => "product  month  amount  [currency  rate  bill_currency  tax]",
        RowsPart::Rates => "from  to  month  policy  rate  date  [source]",
        RowsPart::Usage => "series  product  month  units",
    }
}

fn paste_form(
    context: &PageContext,
    part: RowsPart,
    base: &str,
    text: String,
    button: &'static str,
) -> AnyView {
    let edit = edit_words(context.language);
    view! {
        <div class="catalogue-file">
            <form method="post" action="/api/catalog/edit">
                {hidden(part.as_str(), base)}
                <TextArea name="text" text=text rows=PASTE_ROWS label=edit.paste_label/>
                <button class="primary">{button}</button>
            </form>
        </div>
    }
    .into_any()
}

/// What was put into a form of rows: what was taken, what not and where, and the text to be mended.
pub fn rows_shown(
    context: &PageContext,
    shown: &EditShown,
    part: RowsPart,
    base: &str,
    open: bool,
) -> AnyView {
    let edit = edit_words(context.language);
    let form = open.then(|| paste_form(context, part, base, shown.text.clone(), edit.mend_button));
    let body = view! {
        <p class="prose">{rows_taken(context.language, shown.rows)}</p>
        {issues(context, &shown.issues)}
        {form}
    };
    item("input", String::new(), edit.typed, edit.question_typed, body.into_any()).into_any()
}

/// What is wrong and how to mend it: in short in the reader's language, with the exact words below.
pub(super) fn fault_cells(language: Language, issue: &Issue) -> AnyView {
    let (what, mend) = (issue.what.clone(), issue.mend.clone());
    match fault_in_short(language, issue.rule) {
        None => view! {
            <th scope="row" class="full" lang="en">{what}</th>
            <td class="full" lang="en">{mend}</td>
        }
        .into_any(),
        Some((short, cure)) => view! {
            <th scope="row" class="full">{short}<small lang="en">{what}</small></th>
            <td class="full">{cure}<small lang="en">{mend}</small></td>
        }
        .into_any(),
    }
}

/// Remarks with their places; nothing where there are none.
pub fn issues(context: &PageContext, issues: &[Issue]) -> Option<AnyView> {
    let words = texts(context.language);
    let row = |issue: &Issue| {
        let place = issue.line.map(|line| line.to_string()).unwrap_or_default();
        view! {
            <tr>
                <td class="num" data-label=words.line>{place}</td>
                <td data-label=words.column><code>{issue.column.clone()}</code></td>
                {fault_cells(context.language, issue)}
            </tr>
        }
    };
    let rows = issues.iter().map(row).collect_view();
    let columns = [(words.line, true), (words.column, false), (words.what, false), (words.mend, false)];
    (!issues.is_empty()).then(|| table(words.imports_issues, &columns, rows.into_any()))
}

/// Who changed which value of a part, and why; of one product where the query names it.
pub fn history(context: &PageContext, forms: &CatalogueForms, part: &'static str, number: &str) -> AnyView {
    let edit = edit_words(context.language);
    let zone = forms.catalogue.organization.zone();
    let product = context.parameter("product");
    let is_of = |change: &&RowChange| {
        change.part == part && product.is_none_or(|slug| change.name.split(' ').any(|word| word == slug))
    };
    let changes: Vec<&RowChange> = forms.history.iter().filter(is_of).take(HISTORY_SHOWN).collect();
    let body = if changes.is_empty() {
        view! { <p class="prose">{edit.no_history}" "<small>{edit.history_explained}</small></p> }.into_any()
    } else {
        let rows = changes.iter().map(|change| history_row(context, change, &zone)).collect_view();
        let words = texts(context.language);
        let columns = [
            (words.proposal, false),
            (edit.name, false),
            (edit.before, true),
            (edit.after, true),
            (words.proposal_by, false),
            (words.reason, false),
        ];
        view! {
            {table(edit.history, &columns, rows.into_any())}
            <p class="prose"><small>{edit.history_explained}</small></p>
        }
        .into_any()
    };
    item("history", number.to_owned(), edit.history, edit.question_history, body).into_any()
}

fn history_row(context: &PageContext, change: &RowChange, zone: &TimeZone) -> impl IntoView + use<> {
    let (words, edit) = (texts(context.language), edit_words(context.language));
    let href = context.go(&format!("/catalog/proposals/{}", change.proposal), &[]);
    let (before, after) = (change.before.clone(), change.after.clone());
    view! {
        <tr>
            <th scope="row"><a href=href>{words.proposal}" "{change.proposal}</a></th>
            <td class="full"><code>{change.name.clone()}</code></td>
            <td class="num" data-label=edit.before>{before.unwrap_or_else(|| edit.rate_none.to_owned())}</td>
            <td class="num" data-label=edit.after>{after.unwrap_or_else(|| edit.rate_none.to_owned())}</td>
            <td class="full">{when::instant(change.at, zone, context.language)}<small>{change.by.clone()}</small></td>
            <td class="full">{change.reason.clone()}</td>
        </tr>
    }
}
