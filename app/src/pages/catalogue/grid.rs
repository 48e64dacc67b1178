//! A table of products and the months of a fiscal year whose cells are edited in place.

use domain::catalogue::entry::RowsPart;
use domain::product::{Product, Slug};
use domain::product_cost::calendar::StretchKind;
use domain::rate::Month;
use leptos::prelude::*;

use crate::backend::CatalogueForms;
use crate::components::section::scroller;
use crate::context::{PageContext, link};
use crate::texts::edit_words::{edit_words, fiscal_year};
use crate::texts::{format, texts};

/// What a cell holds.
pub struct Cell {
    /// The amount as it is edited.
    pub text: String,
    /// What stands below it.
    pub note: Option<String>,
}

/// One table.
pub struct Grid<'a> {
    /// The page.
    pub context: &'a PageContext,
    /// The catalogue and its base.
    pub forms: &'a CatalogueForms,
    /// Which rows it edits.
    pub part: RowsPart,
    /// Its name to those who do not see it.
    pub label: &'static str,
    /// The months of the fiscal year.
    pub months: Vec<Month>,
    /// What a cell holds now.
    pub cell: &'a dyn Fn(&Slug, Month) -> Option<Cell>,
    /// Further fields below the table.
    pub fields: AnyView,
    /// The part of the query that the links to other years keep.
    pub kept: Option<(&'static str, String)>,
}

/// The twelve months of the fiscal year that the query names, else of the one that holds today.
pub fn months(context: &PageContext, forms: &CatalogueForms) -> Vec<Month> {
    let starts = forms.catalogue.organization.fiscal_year_starts;
    let named = context.parameter("year").and_then(|year| year.parse::<i16>().ok());
    let named = named.filter(|year| (2000..=2198).contains(year));
    let first = named.and_then(|year| format!("{year:04}-{starts:02}").parse().ok());
    let first =
        first.unwrap_or_else(|| StretchKind::Year.first_month(Month::containing(forms.today), starts));
    std::iter::successors(Some(first), |month| Some(month.next())).take(12).collect()
}

/// The fiscal year in words with links to its neighbours.
pub fn years(context: &PageContext, months: &[Month], kept: Option<&(&'static str, String)>) -> AnyView {
    let edit = edit_words(context.language);
    let (Some(first), Some(last)) = (months.first(), months.last()) else { return ().into_any() };
    let year = first.first_day().year();
    let href = |year: i16| {
        let year = year.to_string();
        let mut query = context.kept_query();
        query.extend(kept.map(|(name, value)| (*name, value.as_str())));
        query.push(("year", &year));
        link(&context.path, &query)
    };
    view! {
        <p class="actions">
            <strong>{fiscal_year(context.language, year, &first.to_string(), &last.to_string())}</strong>
            <a href=href(year - 1)>"← "{edit.previous_year}</a>
            <a href=href(year + 1)>{edit.next_year}" →"</a>
        </p>
    }
    .into_any()
}

impl Grid<'_> {
    /// The form: two tables of six months, because twelve do not fit on a screen.
    pub fn view(self) -> AnyView {
        let (words, edit) = (texts(self.context.language), edit_words(self.context.language));
        let products: Vec<&Product> = self
            .forms
            .catalogue
            .products
            .iter()
            .filter(|one| {
                one.closed_on.is_none()
                    || self.months.iter().any(|month| (self.cell)(&one.slug, *month).is_some())
            })
            .collect();
        let halves = self.months.chunks(6).zip([edit.first_half, edit.second_half]);
        let tables = halves.map(|(months, name)| self.half(&products, months, name)).collect_view();
        view! {
            {years(self.context, &self.months, self.kept.as_ref())}
            <form class="cells" method="post" action="/api/catalog/edit">
                {super::forms::hidden(self.part.as_str(), &self.forms.base)}
                {tables}
                <p class="prose"><small>{edit.amount_explained}</small></p>
                {self.fields}
                <button class="primary">{words.catalogue_check_button}</button>
                <p class="prose"><small>{edit.checks_only}</small></p>
            </form>
        }
        .into_any()
    }

    fn half(&self, products: &[&Product], months: &[Month], name: &'static str) -> AnyView {
        let language = self.context.language;
        let words = texts(language);
        let head = months
            .iter()
            .map(|month| view! { <th scope="col" class="num">{format::month(*month, language)}</th> })
            .collect_view();
        let rows = products.iter().map(|product| self.row(product, months)).collect_view();
        let label = self.label;
        let table = view! {
            <table class="stack">
                <caption>{name}</caption>
                <thead><tr><th scope="col">{words.column_product}</th>{head}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        };
        view! { {scroller(label, table.into_any())} }.into_any()
    }

    fn row(&self, product: &Product, months: &[Month]) -> AnyView {
        let language = self.context.language;
        let name = product.name.get(language).to_owned();
        let cells = months.iter().map(|month| {
            let cell = (self.cell)(&product.slug, *month);
            let label = format!("{name} {month}");
            let field = format!("cell:{}:{month}", product.slug);
            let (text, note) = cell.map_or((String::new(), None), |cell| (cell.text, cell.note));
            view! {
                <td class="num" data-label=format::month(*month, language)>
                    <input name=field value=text aria-label=label inputmode="decimal" autocomplete="off"/>
                    {note.map(|note| view! { <small>{note}</small> })}
                </td>
            }
        });
        let slug = product.slug.to_string();
        let year = self.months.first().map(|month| month.first_day().year().to_string()).unwrap_or_default();
        let mut query = self.context.kept_query();
        query.extend(self.kept.as_ref().map(|(name, value)| (*name, value.as_str())));
        query.extend([("year", year.as_str()), ("product", slug.as_str())]);
        let href = format!("{}#history", link(&self.context.path, &query));
        view! { <tr><th scope="row"><a href=href>{name.clone()}</a></th>{cells.collect_view()}</tr> }
            .into_any()
    }
}
