//! Pictures of pages: the card that a chat shows under a link, and single charts, as PNG or SVG.

use std::sync::Arc;

use app::backend::{AppError, Backend};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use charts::picture;

use super::exports::{parameter, product_asked_for, stamp_of, version_of, week_of};
use super::problem::Problem;
use super::reader::Reader;
use super::suffix::Picture;
use super::{Web, page_context};
use crate::access::Door;
use crate::backend::internal;
use crate::snapshot::preview;

/// An SVG opened alone is a document: it may have its own style, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'; sandbox";

/// Charts are drawn for screens that show two pixels for one.
const CHART_SCALE: u16 = 2;

/// The routes of pictures; their paths come without the suffix, which is a value beside the request.
pub fn routes(web: Arc<Web>) -> Router {
    Router::new()
        .route("/reviews/{week}", get(review))
        .route("/products/{slug}", get(product))
        .fallback(|| async { Problem::from(AppError::NotFound) })
        .with_state(web)
}

/// A drawing on its way out.
struct Drawing {
    text: String,
    is_chart: bool,
    name: String,
}

async fn review(
    State(web): State<Arc<Web>>,
    door: Door,
    Path(week): Path<String>,
    Extension(form): Extension<Picture>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let (week, version) = (week_of(&week)?, version_of(&reader)?);
    let page = door.weekly_review(week, version).await?;
    let chart = parameter(&reader, "chart").map(str::to_owned);
    let drawing = match chart {
        Some(chart) => {
            let context = page_context(&web, &door, reader);
            let text = app::pages::review::drawing(&context, &page.review, &chart);
            Drawing { text: text.ok_or(AppError::NotFound)?, is_chart: true, name: format!("{week}-{chart}") }
        }
        None => {
            let stamp = stamp_of(&page.state);
            let card = preview::review_preview(&page.review, reader.language, stamp.as_ref());
            Drawing { text: card.svg(), is_chart: false, name: week.to_string() }
        }
    };
    drawn(drawing, form).await
}

async fn product(
    State(web): State<Arc<Web>>,
    door: Door,
    Path(slug): Path<String>,
    Extension(form): Extension<Picture>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let (slug, week, version) = product_asked_for(&door, &slug, &reader).await?;
    let page = door.product_review(&slug, week, version).await?;
    let chart = parameter(&reader, "chart").map(str::to_owned);
    let language = reader.language;
    let context = page_context(&web, &door, reader);
    let name = format!("{week}-{slug}");
    let drawing = match chart.as_deref() {
        Some("incidents") => {
            let text = app::pages::product::timeline_drawing(&context, &page).ok_or(AppError::NotFound)?;
            Drawing { text, is_chart: true, name: format!("{name}-incidents") }
        }
        Some(_) => return Err(AppError::NotFound.into()),
        None => {
            let stamp = stamp_of(&page.state);
            let lines = app::pages::product::card_lines(&context, &page);
            let card = preview::product_preview(&page.product, lines, language, stamp.as_ref());
            Drawing { text: card.svg(), is_chart: false, name }
        }
    };
    drawn(drawing, form).await
}

/// The drawing in its form; pixels are made beside the threads that answer.
async fn drawn(drawing: Drawing, form: Picture) -> Result<Response, Problem> {
    let Drawing { text, is_chart, name } = drawing;
    let bytes = match form {
        Picture::Svg if is_chart => picture::svg(&text).into_bytes(),
        Picture::Svg => picture::styled(&text).into_bytes(),
        Picture::Png => {
            let work = move || match is_chart {
                true => picture::png(&picture::framed(&text), CHART_SCALE),
                false => picture::png(&text, 1),
            };
            let done = tokio::task::spawn_blocking(work).await.map_err(|error| internal(&error))?;
            done.map_err(|error| internal(&error))?
        }
    };
    let disposition = format!("inline; filename=\"teirei-{name}.{}\"", form.suffix());
    let headers = [
        (CONTENT_TYPE, form.content_type().to_owned()),
        (CONTENT_DISPOSITION, disposition),
        (CONTENT_SECURITY_POLICY, POLICY.to_owned()),
    ];
    Ok((headers, bytes).into_response())
}
