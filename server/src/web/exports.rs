//! The same value in other forms: `.json`, `.csv`, `.md`.

use app::backend::{
    AppError, Backend, ComparisonAsked, IncidentStatisticsRequest, PeriodAsked, RestatementRequest,
    ReviewState, Version,
};
use axum::extract::Path;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use domain::action_filter::ActionFilter;
use domain::incident_merge::IncidentKey;
use domain::objective_filter::ObjectiveFilter;
use domain::organization::Language;
use domain::product::Slug;
use domain::product_cost::selection::{Dimension, Selection};
use domain::review::cost::CostView;
use domain::week::IsoWeek;

use super::problem::Problem;
use super::reader::Reader;
use super::suffix::Form;
use super::{
    action_list, archive, documents, groups, incident, incident_statistics, objective, objective_list,
    period_review, postmortem, postmortem_list, product_cost, restatements as changed, week_comparison,
};
use crate::access::Door;
use crate::backend::internal;
use crate::snapshot::{SnapshotStamp, SnapshotV1, csv, markdown, product_text};

/// The routes of exports; their paths come without the suffix, which is a value beside the request.
pub fn routes() -> Router {
    Router::new()
        .route("/reviews", get(archive))
        .route("/reviews/{week}", get(review))
        .route("/reviews/{week}/restatements", get(restatements))
        .route("/reviews/compare", get(compared))
        .route("/reviews/four-weeks/{week}", get(four_weeks))
        .route("/reviews/quarter/{quarter}", get(quarter))
        .route("/products", get(products))
        .route("/products/{slug}", get(product))
        .route("/products/{slug}/cost", get(cost))
        .route("/products/{slug}/incidents", get(product_incidents))
        .route("/incidents", get(incidents))
        .route("/objectives", get(objectives))
        .route("/objectives/{id}", get(objective))
        .route("/incidents/{id}", get(incident_of))
        .route("/incidents/{id}/postmortem", get(postmortem::text))
        .route("/incidents/postmortems", get(postmortems))
        .route("/actions", get(actions))
        .route("/imports", get(imports))
        .route("/imports/restatements", get(changes))
        .fallback(|| async { Problem::from(AppError::NotFound) })
}

/// A document on its way out.
struct Export {
    form: Form,
    name: String,
    text: String,
}

impl IntoResponse for Export {
    fn into_response(self) -> Response {
        let disposition = format!("inline; filename=\"teirei-{}.{}\"", self.name, self.form.suffix());
        let headers =
            [(CONTENT_TYPE, self.form.content_type().to_owned()), (CONTENT_DISPOSITION, disposition)];
        (headers, self.text).into_response()
    }
}

async fn review(
    door: Door,
    Path(week): Path<String>,
    Extension(form): Extension<Form>,
    Extension(reader): Extension<Reader>,
) -> Result<Export, Problem> {
    let (week, version) = (week_of(&week)?, version_of(&reader)?);
    if let (Form::Csv, Some(table)) = (form, parameter(&reader, "table")) {
        let page = door.weekly_review(week, version).await?;
        let text = csv::table(&page.review, table).ok_or(AppError::NotFound)?;
        return Ok(Export { form, name: format!("{week}-{table}"), text });
    }
    let text = door.review_text(week, version, form, reader.language).await?;
    Ok(Export { form, name: week.to_string(), text })
}

/// A review in one of its forms; a frozen one byte for byte as it was frozen, in the language of the
/// organisation then.
///
/// # Errors
/// [`AppError::NotFound`] when there is no such version, or the week has not begun.
pub async fn review_text(
    backend: &crate::backend::LiveBackend,
    week: IsoWeek,
    version: Version,
    form: Form,
    language: Language,
) -> Result<String, AppError> {
    if let Some(frozen) = backend.snapshot(week, version).await? {
        return Ok(match form {
            Form::Json => frozen.json,
            Form::Csv => frozen.csv,
            Form::Markdown => frozen.markdown,
        });
    }
    match form {
        Form::Json => {
            // A draft's product pages are at their own addresses; only a frozen document carries them.
            let review = backend.weekly_review(week, Version::Draft).await?.review;
            SnapshotV1::from_domain(&review, &[]).text().map_err(|error| internal(&error))
        }
        Form::Csv => Ok(csv::render(&backend.weekly_review(week, Version::Draft).await?.review)),
        Form::Markdown => {
            let page = backend.weekly_review(week, Version::Draft).await?;
            Ok(markdown::render(&page.review, language))
        }
    }
}

async fn restatements(
    door: Door,
    Path(week): Path<String>,
    Extension(form): Extension<Form>,
    Extension(reader): Extension<Reader>,
) -> Result<Export, Problem> {
    let (week, version) = (week_of(&week)?, version_of(&reader)?);
    if form != Form::Json {
        return Err(AppError::NotFound.into());
    }
    let page = door.weekly_review(week, version).await?;
    let ReviewState::Frozen { version, restated } = page.state else {
        return Err(AppError::NotFound.into());
    };
    let text = documents::restatements(week, &version, door.clock().minute(), &restated);
    Ok(Export { form, name: format!("{week}-restatements"), text })
}

async fn archive(
    door: Door,
    Extension(form): Extension<Form>,
    Extension(reader): Extension<Reader>,
) -> Result<Export, Problem> {
    let query = parameter(&reader, "q").unwrap_or_default();
    let hits = door.archive_search(query).await?;
    let text = match form {
        Form::Json => archive::json(query, &hits),
        Form::Csv => archive::csv(&hits),
        Form::Markdown => return Err(AppError::NotFound.into()),
    };
    Ok(Export { form, name: "archive".to_owned(), text })
}

async fn compared(
    door: Door,
    Extension(form): Extension<Form>,
    Extension(reader): Extension<Reader>,
) -> Result<Export, Problem> {
    let asked = ComparisonAsked::read(|name| parameter(&reader, name));
    let page = door.week_comparison(&asked).await?;
    let text = match form {
        Form::Json => week_comparison::json(&page),
        Form::Csv => week_comparison::csv(&page),
        Form::Markdown => return Err(AppError::NotFound.into()),
    };
    Ok(Export { form, name: week_comparison::name(&page), text })
}

async fn four_weeks(
    door: Door,
    Path(week): Path<String>,
    Extension(form): Extension<Form>,
    Extension(reader): Extension<Reader>,
) -> Result<Export, Problem> {
    period(&door, PeriodAsked::FourWeeks(week), form, &reader).await
}

async fn quarter(
    door: Door,
    Path(quarter): Path<String>,
    Extension(form): Extension<Form>,
    Extension(reader): Extension<Reader>,
) -> Result<Export, Problem> {
    period(&door, PeriodAsked::Quarter(quarter), form, &reader).await
}

async fn period(door: &Door, asked: PeriodAsked, form: Form, reader: &Reader) -> Result<Export, Problem> {
    let review = door.period_review(asked).await?;
    let text = match form {
        Form::Json => period_review::json(&review),
        Form::Csv => period_review::csv(&review),
        Form::Markdown => markdown::period_render(&review, reader.language),
    };
    Ok(Export { form, name: period_review::name(&review), text })
}

/// The product of the address, and the week and version of the query.
pub(super) async fn product_asked_for(
    door: &Door,
    slug: &str,
    reader: &Reader,
) -> Result<(Slug, IsoWeek, Version), Problem> {
    let slug = slug.parse().map_err(|_| AppError::NotFound)?;
    let version = version_of(reader)?;
    let week = match parameter(reader, "week") {
        Some(week) => week_of(week)?,
        None => door.last_week().await?,
    };
    Ok((slug, week, version))
}

async fn product(
    door: Door,
    Path(slug): Path<String>,
    Extension(form): Extension<Form>,
    Extension(reader): Extension<Reader>,
) -> Result<Export, Problem> {
    let (slug, week, version) = product_asked_for(&door, &slug, &reader).await?;
    let name = format!("{week}-{slug}");
    if form == Form::Json
        && let Some(text) = door.snapshot_of_product(&slug, week, version).await?
    {
        return Ok(Export { form, name, text });
    }
    let page = door.product_review(&slug, week, version).await?;
    let text = match form {
        Form::Json => product_text(&page.product, None).map_err(|error| internal(&error))?,
        Form::Csv => match parameter(&reader, "table") {
            Some(table) => csv::product_table(&page.product, table).ok_or(AppError::NotFound)?,
            None => csv::product_render(&page.product),
        },
        Form::Markdown => {
            let stamp = stamp_of(&page.state);
            markdown::product_render(&page.product, reader.language, stamp.as_ref())
        }
    };
    Ok(Export { form, name, text })
}

async fn cost(
    door: Door,
    Path(slug): Path<String>,
    Extension(form): Extension<Form>,
    Extension(reader): Extension<Reader>,
) -> Result<Export, Problem> {
    let (slug, week, version) = product_asked_for(&door, &slug, &reader).await?;
    let selection = Selection::read(&reader.query).map_err(AppError::from)?;
    let page = door.product_cost(&slug, week, version).await?;
    let metric = parameter(&reader, "metric").and_then(|word| word.parse().ok()).unwrap_or_default();
    let currency = parameter(&reader, "currency").and_then(|code| code.parse().ok());
    let view = page.view(metric, currency);
    let cost = page.cost(&selection, view);
    let resources = match selection.value(&Dimension::Service) {
        Some(service) => {
            let weeks = door.product_resources(&slug, week, service).await?;
            page.resources(&selection, view, &weeks)
        }
        None => None,
    };
    let wants_resources = match parameter(&reader, "rows") {
        None | Some("parts") => false,
        Some("units") if form == Form::Csv => {
            let text = product_cost::units_csv(&page, view, selection.tax);
            return Ok(Export { form, name: format!("{week}-{slug}-units"), text });
        }
        Some("resources") if selection.value(&Dimension::Service).is_some() => true,
        Some(_) => {
            let what = "rows is parts, units, or, where service= selects one, resources".to_owned();
            return Err(AppError::Invalid(what).into());
        }
    };
    let text = match form {
        Form::Json => product_cost::json(&page, &cost, resources.as_ref()),
        Form::Csv if wants_resources => product_cost::resources_csv(&page, &cost, resources.as_ref()),
        Form::Csv => product_cost::csv(&page, &cost),
        Form::Markdown => return Err(AppError::NotFound.into()),
    };
    Ok(Export { form, name: format!("{week}-{slug}-cost"), text })
}

async fn products(
    door: Door,
    Extension(form): Extension<Form>,
    Extension(reader): Extension<Reader>,
) -> Result<Export, Problem> {
    if form != Form::Csv {
        return Err(AppError::NotFound.into());
    }
    let week = match parameter(&reader, "week") {
        Some(week) => week_of(week)?,
        None => door.last_week().await?,
    };
    let page = door.weekly_review(week, version_of(&reader)?).await?;
    let review = &page.review;
    let reporting = review.organization.reporting_currency;
    let billed = |code: &domain::money::Currency| review.cost.rows.iter().any(|row| row.currency == *code);
    let wanted = parameter(&reader, "currency").and_then(|code| code.parse().ok()).filter(billed);
    let metric = parameter(&reader, "metric").and_then(|word| word.parse().ok()).unwrap_or_default();
    let view = CostView { metric, currency: wanted.unwrap_or(reporting) };
    let (name, text) = match parameter(&reader, "rows") {
        None | Some("products") => {
            let text = groups::products_csv(review, view, parameter(&reader, "group"));
            ("products", text.ok_or(AppError::NotFound)?)
        }
        Some("groups") => ("groups", groups::groups_csv(review, view)),
        Some(_) => return Err(AppError::Invalid("rows is products or groups".to_owned()).into()),
    };
    Ok(Export { form, name: format!("{week}-{name}"), text })
}

async fn objectives(
    door: Door,
    Extension(form): Extension<Form>,
    Extension(reader): Extension<Reader>,
) -> Result<Export, Problem> {
    let week = match parameter(&reader, "week") {
        Some(week) => week_of(week)?,
        None => door.last_week().await?,
    };
    let page = door.weekly_review(week, version_of(&reader)?).await?;
    let filter = ObjectiveFilter::read(|name| parameter(&reader, name));
    let text = match form {
        Form::Json => objective_list::json(&page.review, &filter),
        Form::Csv => objective_list::csv(&page.review, &filter),
        Form::Markdown => return Err(AppError::NotFound.into()),
    };
    Ok(Export { form, name: format!("{week}-objectives"), text })
}

async fn objective(
    door: Door,
    Path(id): Path<String>,
    Extension(form): Extension<Form>,
    Extension(reader): Extension<Reader>,
) -> Result<Export, Problem> {
    let week = match parameter(&reader, "week") {
        Some(week) => week_of(week)?,
        None => door.last_week().await?,
    };
    let page = door.objective_review(&id, week).await?;
    let text = match form {
        Form::Json => objective::json(&page),
        Form::Csv => objective::csv(&page),
        Form::Markdown => return Err(AppError::NotFound.into()),
    };
    // The id is free text and stands in a header.
    Ok(Export { form, name: format!("{week}-objective"), text })
}

async fn incident_of(
    door: Door,
    Path(word): Path<String>,
    Extension(form): Extension<Form>,
) -> Result<Export, Problem> {
    let (source, id) = app::backend::incident_of_word(&word).ok_or(AppError::NotFound)?;
    let key = IncidentKey { source: source.to_owned(), external_id: id.to_owned() };
    if form != Form::Json {
        return Err(AppError::NotFound.into());
    }
    let page = door.incident(&key, &[]).await?;
    // The id is free text and stands in a header.
    Ok(Export { form, name: "incident".to_owned(), text: incident::json(&page) })
}

async fn incidents(
    door: Door,
    Extension(form): Extension<Form>,
    Extension(reader): Extension<Reader>,
) -> Result<Export, Problem> {
    incidents_of(&door, None, form, &reader).await
}

async fn product_incidents(
    door: Door,
    Path(slug): Path<String>,
    Extension(form): Extension<Form>,
    Extension(reader): Extension<Reader>,
) -> Result<Export, Problem> {
    let slug = slug.parse().map_err(|_| AppError::NotFound)?;
    incidents_of(&door, Some(slug), form, &reader).await
}

async fn incidents_of(
    door: &Door,
    product: Option<Slug>,
    form: Form,
    reader: &Reader,
) -> Result<Export, Problem> {
    let week = match parameter(reader, "week") {
        Some(week) => week_of(week)?,
        None => door.last_week().await?,
    };
    let name = product.as_ref().map_or("incidents".to_owned(), |slug| format!("{slug}-incidents"));
    let request = IncidentStatisticsRequest::read(|name| parameter(reader, name), week, product)?;
    let page = door.incident_statistics(request).await?;
    let text = match form {
        Form::Json => incident_statistics::json(&page),
        Form::Csv => incident_statistics::csv(&page),
        Form::Markdown => return Err(AppError::NotFound.into()),
    };
    Ok(Export { form, name, text })
}

/// What the minutes of a product say of its freeze.
pub(super) fn stamp_of(state: &ReviewState) -> Option<SnapshotStamp> {
    let ReviewState::Frozen { version, .. } = state else { return None };
    Some(SnapshotStamp {
        version: version.version,
        frozen_at: version.frozen_at,
        frozen_by: version.frozen_by.clone(),
        reason: version.reason.clone(),
        hash: version.hash.clone(),
        // Minutes do not print it; the chain is in the JSON.
        previous_hash: None,
    })
}

async fn actions(
    door: Door,
    Extension(form): Extension<Form>,
    Extension(reader): Extension<Reader>,
) -> Result<Export, Problem> {
    let page = door.actions().await?;
    let filter = ActionFilter::read(|name| parameter(&reader, name));
    let text = match form {
        Form::Json => action_list::json(&page, &filter),
        Form::Csv => action_list::csv(&page, &filter),
        Form::Markdown => action_list::markdown(&page, &filter, reader.language),
    };
    Ok(Export { form, name: "actions".to_owned(), text })
}

async fn postmortems(door: Door, Extension(form): Extension<Form>) -> Result<Export, Problem> {
    let page = door.postmortem_list().await?;
    let text = match form {
        Form::Json => postmortem_list::json(&page),
        Form::Csv => postmortem_list::csv(&page),
        Form::Markdown => return Err(AppError::NotFound.into()),
    };
    Ok(Export { form, name: "postmortems".to_owned(), text })
}

async fn imports(door: Door, Extension(form): Extension<Form>) -> Result<Export, Problem> {
    if form != Form::Json {
        return Err(AppError::NotFound.into());
    }
    let text = documents::imports(&door.imports().await?);
    Ok(Export { form, name: "imports".to_owned(), text })
}

async fn changes(
    door: Door,
    Extension(form): Extension<Form>,
    Extension(reader): Extension<Reader>,
) -> Result<Export, Problem> {
    let request = RestatementRequest::read(|name| parameter(&reader, name))?;
    let page = door.restatements(request).await?;
    let metric = parameter(&reader, "metric").and_then(|word| word.parse().ok()).unwrap_or_default();
    let currency = parameter(&reader, "currency").and_then(|code| code.parse().ok());
    let report = page.report(page.view(metric, currency));
    let text = match form {
        Form::Json => changed::json(&page, &report),
        Form::Csv => changed::csv(&report),
        Form::Markdown => return Err(AppError::NotFound.into()),
    };
    Ok(Export { form, name: "restatements".to_owned(), text })
}

pub(super) fn week_of(text: &str) -> Result<IsoWeek, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

pub(super) fn parameter<'a>(reader: &'a Reader, name: &str) -> Option<&'a str> {
    reader.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// `?version=1`, `?version=draft`, else the latest.
pub(super) fn version_of(reader: &Reader) -> Result<Version, AppError> {
    match parameter(reader, "version") {
        None | Some("") => Ok(Version::Latest),
        Some("draft") => Ok(Version::Draft),
        Some(number) => match number.parse() {
            Ok(number) if number > 0 => Ok(Version::Number(number)),
            _ => Err(AppError::NotFound),
        },
    }
}
