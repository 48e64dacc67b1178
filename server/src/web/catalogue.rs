//! Forms of the catalogue: `POST /api/catalog/edit` and `POST /api/catalog/upload`. Each makes a proposal and
//! leads to it; nothing is in force before it is applied there.

use app::backend::{AppError, Backend, cell_text};
use axum::Form;
use axum::extract::Multipart;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use domain::catalogue::Catalogue;
use domain::catalogue::entry::{EditPart, RowsPart};
use domain::money::decimal_of_micros;

use super::problem::Problem;
use crate::access::Door;
use crate::import::Edit;

/// Fields by name in the order of the form.
type Fields = Vec<(String, String)>;

fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
}

/// Takes a form in.
pub async fn edit(door: Door, Form(fields): Form<Fields>) -> Response {
    let Ok(part) = field(&fields, "part").parse::<EditPart>() else {
        return refused("The form does not say what it is for.");
    };
    let edit = match part {
        EditPart::Rows(rows) => {
            let catalogue = match door.catalogue_forms().await {
                Ok(forms) => forms.catalogue,
                Err(error) => return Problem::from(error).into_response(),
            };
            Edit::Rows(rows, rows_text(rows, &fields, &catalogue))
        }
        EditPart::Entry(kind) => match field(&fields, "do") {
            "up" => Edit::Step(field(&fields, "key").to_owned(), true),
            "down" => Edit::Step(field(&fields, "key").to_owned(), false),
            _ => Edit::Entry(kind, fields.clone()),
        },
    };
    let is_empty = matches!(&edit, Edit::Rows(_, text) if text.trim().is_empty());
    if is_empty {
        return see(&format!("{}?problem=nothing#edit", part.path()));
    }
    propose(&door, part, edit, field(&fields, "base")).await
}

/// Takes a file in, saved from a spreadsheet as CSV.
pub async fn upload(door: Door, mut form: Multipart) -> Response {
    let mut fields = Fields::new();
    loop {
        let next = match form.next_field().await {
            Ok(Some(next)) => next,
            Ok(None) => break,
            Err(_) => return refused("The form cannot be read."),
        };
        let name = next.name().unwrap_or_default().to_owned();
        let Ok(bytes) = next.bytes().await else { return refused("The form cannot be read.") };
        // What is not UTF-8 is told by its replacement marks, with their lines, like any other fault.
        fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
    }
    let part = field(&fields, "part").parse::<EditPart>();
    let Ok(part @ EditPart::Rows(rows)) = part else {
        return refused("The form does not say what it is for.");
    };
    let text =
        fields.iter().find(|(name, _)| name == "file").map(|(_, text)| text.clone()).unwrap_or_default();
    if text.trim().is_empty() {
        return see(&format!("{}?problem=nothing#edit", part.path()));
    }
    propose(&door, part, Edit::Rows(rows, text), field(&fields, "base")).await
}

async fn propose(door: &Door, part: EditPart, edit: Edit, base: &str) -> Response {
    match door.catalogue_edit(edit, base).await {
        Ok(id) => see(&format!("/catalog/proposals/{id}")),
        Err(AppError::Invalid(_)) => see(&format!("{}?problem=invalid#edit", part.path())),
        Err(error) => Problem::from(error).into_response(),
    }
}

fn refused(what: &str) -> Response {
    Problem::new(StatusCode::BAD_REQUEST, what).into_response()
}

/// Leads on, so that a reload sends nothing twice.
fn see(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, path.to_owned())]).into_response()
}

/// What was pasted; or the cells that differ from the catalogue in force, or the one row that was filled in, as
/// a table.
fn rows_text(part: RowsPart, fields: &Fields, catalogue: &Catalogue) -> String {
    if let Some((_, text)) = fields.iter().find(|(name, _)| name == "text") {
        return text.replace("\r\n", "\n");
    }
    match part {
        RowsPart::Budgets => budget_cells(fields, catalogue),
        RowsPart::Usage => usage_cells(fields, catalogue),
        RowsPart::Rates => {
            let columns = ["from", "to", "month", "policy", "rate", "date", "source"];
            table(&columns, &[columns.map(|column| field(fields, column)).to_vec()])
        }
    }
}

/// Names of columns and rows, tab between cells.
fn table(columns: &[&str], rows: &[Vec<&str>]) -> String {
    let line = |cells: &[&str]| {
        let plain = |cell: &&str| cell.replace(['\t', '\n', '\r', '"'], " ");
        format!("{}\n", cells.iter().map(plain).collect::<Vec<_>>().join("\t"))
    };
    if rows.is_empty() {
        return String::new();
    }
    let rows: String = rows.iter().map(|row| line(row)).collect();
    line(columns) + &rows
}

/// The cells `cell:PRODUCT:MONTH` whose text is another than `now` says; an emptied one takes away.
fn cells<'f>(
    fields: &'f Fields,
    now: impl Fn(&str, &str) -> Option<String>,
) -> Vec<(&'f str, &'f str, &'f str)> {
    let cell = |(name, typed): &'f (String, String)| {
        let (product, month) = name.strip_prefix("cell:")?.split_once(':')?;
        let (typed, now) = (typed.trim(), now(product, month).unwrap_or_default());
        let typed = if typed.is_empty() && !now.is_empty() { "-" } else { typed };
        (typed != now).then_some((product, month, typed))
    };
    fields.iter().filter_map(cell).collect()
}

fn budget_cells(fields: &Fields, catalogue: &Catalogue) -> String {
    let now = |product: &str, month: &str| {
        let is_it =
            |one: &&domain::budget::Budget| one.product.as_str() == product && one.month.to_string() == month;
        catalogue.budgets.iter().find(is_it).map(|one| cell_text(one.amount.decimal()))
    };
    let rate = [field(fields, "rate"), field(fields, "bill_currency")];
    let rows: Vec<Vec<&str>> = cells(fields, now)
        .into_iter()
        .map(|(product, month, typed)| {
            // A budget that is there keeps its rate; what is taken away has none.
            let is_new = typed != "-" && now(product, month).is_none();
            let rate = if is_new { rate } else { ["", ""] };
            vec![product, month, typed, rate[0], rate[1]]
        })
        .collect();
    table(&["product", "month", "amount", "rate", "bill_currency"], &rows)
}

fn usage_cells(fields: &Fields, catalogue: &Catalogue) -> String {
    let series = field(fields, "series");
    let now = |product: &str, month: &str| {
        let is_it = |one: &&domain::split::Usage| {
            one.series == series && one.product.as_str() == product && one.month.to_string() == month
        };
        catalogue.usage.iter().find(is_it).map(|one| cell_text(decimal_of_micros(one.units)))
    };
    let rows: Vec<Vec<&str>> = cells(fields, now)
        .into_iter()
        .map(|(product, month, typed)| vec![series, product, month, typed])
        .collect();
    table(&["series", "product", "month", "units"], &rows)
}
