//! `/products/{slug}/cost`: a product's cost followed down to its lines and the rules that put them there.

mod console;
mod environments;
mod head;
mod lines;
mod parts;
mod resources;
mod units;

use std::collections::BTreeSet;

use domain::organization::Language;
use domain::product_cost::ProductCost;
use domain::product_cost::selection::{Dimension, Selection};
use domain::resource::ResourceWeek;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::backend::{self, AppError};
use crate::components::empty::empty;
use crate::components::frame::frame;
use crate::components::section::item;
use crate::context::PageContext;
use crate::pages::problem::problem;
use crate::pages::review::version;
use crate::texts::{Texts, texts};

/// What every section needs.
struct CostPageView<'a> {
    context: &'a PageContext,
    page: &'a backend::ProductCostPage,
    cost: ProductCost,
    words: &'static Texts,
    language: Language,
}

/// The page.
#[component]
pub fn ProductCostPage() -> impl IntoView {
    let context = use_context::<PageContext>();
    let slug = use_params_map().with_untracked(|map| map.get("slug"));
    context.map(|context| {
        view! {
            <Suspense>
                {Suspend::new(async move {
                    match load(&context, slug.as_deref()).await {
                        Ok((page, resources, selection)) => render(&context, &page, &resources, &selection),
                        Err(error) => problem(&context, &error, "/products"),
                    }
                })}
            </Suspense>
        }
    })
}

async fn load(
    context: &PageContext,
    slug: Option<&str>,
) -> Result<(backend::ProductCostPage, Vec<ResourceWeek>, Selection), AppError> {
    let slug = slug.unwrap_or_default().parse().map_err(|_| AppError::NotFound)?;
    let week = context.week().await?;
    let selection = Selection::read(&context.query)?;
    let page = context.backend.product_cost(&slug, week, version(context)?).await?;
    let resources = match selection.value(&Dimension::Service) {
        Some(service) => context.backend.product_resources(&slug, week, service).await?,
        None => Vec::new(),
    };
    Ok((page, resources, selection))
}

fn render(
    context: &PageContext,
    page: &backend::ProductCostPage,
    resources: &[ResourceWeek],
    selection: &Selection,
) -> AnyView {
    let shown = page.view(context.metric(), context.currency());
    let words = texts(context.language);
    let cost = page.cost(selection, shown);
    let view = CostPageView { context, page, cost, words, language: context.language };
    let name = page.live.product.name.get(context.language);
    let title = format!("{} · {name}", words.cost_page_title);
    let resources = selection.value(&Dimension::Service).map(|_| {
        let body = resources::body(&view, page.resources(selection, shown, resources).as_ref());
        item("resources", "3".to_owned(), words.cost_resources_title, words.cost_resources_question, body)
    });
    let mut number = if resources.is_some() { 4 } else { 3 };
    let units = units::body(&view).map(|units| {
        number += 1;
        let place = (number - 1).to_string();
        item("units", place, words.cost_units_title, words.cost_units_question, units)
    });
    let body = if view.cost.parts.is_empty() {
        nothing(&view)
    } else {
        view! {
            {item("parts", "2".to_owned(), words.cost_parts_title, words.cost_parts_question, parts::body(&view))}
            {resources}
            {units}
            {item("lines", number.to_string(), words.cost_lines_title, words.cost_lines_question, lines::body(&view))}
        }
        .into_any()
    };
    let sums = head::calendar(&view);
    let content = view! {
        {head::masthead(&view)}
        {item("sums", "1".to_owned(), words.cost_calendar_title, words.cost_calendar_question, sums)}
        {body}
        {head::colophon(&view)}
    }
    .into_any();
    frame(context, &title, "/products", content)
}

/// Nothing under these filters, or nothing at all.
fn nothing(view: &CostPageView<'_>) -> AnyView {
    let words = view.words;
    let body = if view.cost.selection.filter.is_empty() {
        empty(words.empty_cost, words.empty_cost_do, "teirei import cost FILE").into_any()
    } else {
        view! {
            <div class="empty">
                <p>{words.cost_no_lines}</p>
                <p><a href=view.without_filters()>{words.cost_all}" →"</a></p>
            </div>
        }
        .into_any()
    };
    item("parts", "2".to_owned(), words.cost_parts_title, words.cost_parts_question, body).into_any()
}

impl CostPageView<'_> {
    /// The page without any filter.
    fn without_filters(&self) -> String {
        let names: Vec<_> =
            self.cost.selection.filter.iter().map(|(dimension, _)| dimension.name()).collect();
        let changes: Vec<(&str, Option<&str>)> = names.iter().map(|name| (name.as_ref(), None)).collect();
        self.context.link_with_all(&changes)
    }

    /// The page filtered by one more value, told apart by what is not filtered yet.
    fn value(&self, filters: &[(Dimension, &str)]) -> String {
        let selection = self.cost.selection.filtered_by(filters);
        let next = Dimension::FIXED.into_iter().find(|dimension| selection.value(dimension).is_none());
        let by = next.filter(|next| *next != Dimension::default()).map(|next| next.name());
        let names: Vec<_> = filters.iter().map(|(dimension, value)| (dimension.name(), *value)).collect();
        let mut changes: Vec<(&str, Option<&str>)> =
            names.iter().map(|(name, value)| (name.as_ref(), Some(*value))).collect();
        changes.push(("by", by.as_deref()));
        self.context.link_with_all(&changes)
    }

    /// The keys of the tags that the facts have, in order.
    fn tags(&self) -> Vec<Dimension> {
        let keys = self.page.facts.iter().flat_map(|fact| &fact.key.tags).map(|(key, _)| key.as_str());
        let keys: BTreeSet<&str> = keys.collect();
        keys.into_iter().map(|key| Dimension::Tag(key.into())).collect()
    }

    /// What people call a dimension.
    fn dimension(&self, dimension: &Dimension) -> String {
        let word = match dimension {
            Dimension::Service => self.words.service,
            Dimension::Account => self.words.account,
            Dimension::Environment => self.words.environment,
            Dimension::Region => self.words.region,
            Dimension::Category => self.words.charge_category,
            Dimension::Tag(key) => return format!("{} {key}", self.words.tag),
        };
        word.to_owned()
    }

    /// What people call a value of a dimension.
    fn value_name(&self, dimension: &Dimension, value: &str) -> String {
        match dimension {
            Dimension::Tag(_) if value.is_empty() => self.words.untagged.to_owned(),
            _ if value.is_empty() => self.words.not_named.to_owned(),
            Dimension::Environment => {
                value.parse().map_or(value, |environment| self.words.environment(environment)).to_owned()
            }
            Dimension::Category => self.words.charge(domain::cost::ChargeCategory::of(value)).to_owned(),
            _ => value.to_owned(),
        }
    }
}
