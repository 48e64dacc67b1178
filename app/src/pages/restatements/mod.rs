//! `/imports/restatements`: what sources changed since a moment, per month and product, and which months are
//! final.

mod changes;
mod close;
mod head;

use domain::cost::Owner;
use domain::organization::Language;
use domain::restatement::RestatementReport;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::backend::{self, AppError, RestatementRequest};
use crate::components::empty::empty;
use crate::components::frame::frame;
use crate::components::section::item;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::texts::{Texts, texts};

/// The path of the page.
pub const PATH: &str = "/imports/restatements";

/// What every section needs.
struct ChangesView<'a> {
    context: &'a PageContext,
    page: &'a backend::RestatementsPage,
    report: RestatementReport,
    words: &'static Texts,
    language: Language,
    zone: TimeZone,
}

/// The page.
#[component]
pub fn RestatementsPage() -> impl IntoView {
    use_context::<PageContext>().map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match load(&context).await {
                        Ok(page) => render(&context, &page),
                        Err(error) => problem(&context, &error, "/imports"),
                    }
                })}
            </Suspense>
        }
    })
}

async fn load(context: &PageContext) -> Result<backend::RestatementsPage, AppError> {
    context.backend.restatements(RestatementRequest::read(|name| context.parameter(name))?).await
}

fn render(context: &PageContext, page: &backend::RestatementsPage) -> AnyView {
    let words = texts(context.language);
    let report = page.report(page.view(context.metric(), context.currency()));
    let zone = page.catalogue.organization.zone();
    let view = ChangesView { context, page, report, words, language: context.language, zone };
    let mut number = 0;
    let mut next = || {
        number += 1;
        number.to_string()
    };
    let changes = (!view.report.months.is_empty()).then(|| {
        view! {
            {item("months", next(), words.changes_months_title, words.changes_months_question, changes::months(&view))}
            {item("owners", next(), words.changes_owners_title, words.changes_owners_question, changes::owners(&view))}
            {page.request.owner.is_some().then(|| item("days", next(), words.changes_days_title, words.changes_days_question, changes::days(&view)))}
        }
        .into_any()
    });
    let changes = changes.unwrap_or_else(|| {
        item("months", next(), words.changes_months_title, words.changes_months_question, nothing(&view))
            .into_any()
    });
    let content = view! {
        {head::masthead(&view)}
        {changes}
        {item("close", next(), words.changes_close_title, words.changes_close_question, close::body(&view))}
        {head::colophon(&view)}
    }
    .into_any();
    frame(context, words.changes_title, "/imports", content)
}

/// Which kind of nothing it is.
fn nothing(view: &ChangesView<'_>) -> AnyView {
    let (words, page) = (view.words, view.page);
    if page.control_totals.is_empty() {
        return empty(words.empty_cost, words.empty_cost_do, "teirei import cost FILE").into_any();
    }
    if !page.request.is_whole() {
        return view! {
            <div class="empty">
                <p>{words.changes_none_filtered}</p>
                <p><a href=view.unfiltered()>{words.show_all}" →"</a></p>
            </div>
        }
        .into_any();
    }
    let text = if page.anything_delivered() { words.changes_none } else { words.changes_not_delivered };
    view! { <div class="empty"><p>{text}</p>{changes::other_metric(view)}</div> }.into_any()
}

impl ChangesView<'_> {
    /// The page without any filter, looking back to the same moment where that does not hang on the week.
    fn unfiltered(&self) -> String {
        let names = ["week", "version", "source", "month", "owner"];
        self.context.link_with_all(&names.map(|name| (name, None)))
    }

    /// What people call an owner.
    fn owner_name(&self, owner: &Owner) -> String {
        match owner {
            Owner::Product(slug) => {
                let product = self.page.catalogue.products.iter().find(|product| product.slug == *slug);
                let name = product.map(|product| product.name.get(self.language));
                name.unwrap_or(slug.as_str()).to_owned()
            }
            Owner::Shared(pool) => format!("{} {pool}", self.words.shared_pool),
            Owner::Unallocated => self.words.unallocated.to_owned(),
        }
    }
}
