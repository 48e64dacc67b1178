//! The built front end: which files a page names, and how they are served.

use std::path::{Path, PathBuf};

use app::context::Assets;
use axum::Router;
use axum::extract::Request;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use serde::Deserialize;
use tower_http::services::ServeDir;

/// The list that the build writes last.
const MANIFEST: &str = "manifest.json";

#[derive(Deserialize)]
struct Manifest {
    css: String,
    more: String,
    glue: String,
    wasm: String,
}

/// The folder with the front end: the configured one, else `site` beside or above the program, else
/// where the build puts it.
#[must_use]
pub fn site_find(configured: Option<&Path>, program: Option<&Path>) -> Option<PathBuf> {
    if let Some(folder) = configured {
        return Some(folder.to_path_buf());
    }
    let beside = program.map(|folder| folder.join("site"));
    let above = program.and_then(Path::parent).map(|folder| folder.join("site"));
    let built = Some(PathBuf::from("target/site"));
    [beside, above, built].into_iter().flatten().find(|folder| folder.join(MANIFEST).exists())
}

/// The names that pages carry; a site without a manifest has neither style nor islands, and says so in
/// the log.
#[must_use]
pub fn assets_read(site: Option<&Path>) -> Assets {
    let read = site.map(|folder| std::fs::read(folder.join(MANIFEST)));
    let manifest =
        read.and_then(Result::ok).and_then(|bytes| serde_json::from_slice::<Manifest>(&bytes).ok());
    match manifest {
        Some(Manifest { css, more, glue, wasm }) => Assets {
            style: format!("/{css}"),
            style_more: Some(format!("/{more}")),
            glue: Some(format!("/{glue}")),
            wasm: Some(format!("/{wasm}")),
        },
        None => {
            tracing::warn!("the front end is not built: pages come without style; run `make site`");
            Assets { style: "/pkg/main.css".to_owned(), ..Assets::default() }
        }
    }
}

/// Serves `/pkg` for ever, because names change with their bytes, and the few other files for a day.
pub fn routes(site: Option<&Path>) -> Router {
    let Some(site) = site else { return Router::new() };
    let package = ServeDir::new(site.join("pkg")).precompressed_br().precompressed_gzip();
    let icon = |name: &str| tower_http::services::ServeFile::new(site.join(name));
    let forever = Router::new()
        .nest_service("/pkg", package)
        .layer(from_fn(|request, next| cached(request, next, "public, max-age=31536000, immutable")));
    let day = Router::new()
        .route_service("/favicon.svg", icon("favicon.svg"))
        .route_service("/manifest.webmanifest", icon("manifest.webmanifest"))
        .layer(from_fn(|request, next| cached(request, next, "public, max-age=86400")));
    forever.merge(day)
}

async fn cached(request: Request, next: Next, value: &'static str) -> Response {
    let mut response = next.run(request).await;
    if matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED | StatusCode::PARTIAL_CONTENT) {
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(value));
    }
    response
}
