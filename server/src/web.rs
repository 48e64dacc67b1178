//! The doors: pages, their other forms, forms to write, health and metrics.
//!
//! Code map, from the outside in: [`observe`] counts for [`metrics`] and logs, [`headers`] secures every answer, [`guard`]
//! refuses, [`trouble`] says what is the matter with the database, [`admit`] asks who comes and what is theirs, [`compress`] packs, [`reader`] recognises language and theme, [`etag`] saves answers,
//! [`suffix`] sends to [`exports`] or to the pages; [`preferences`], [`assets`] and [`problem`] are what they
//! say, [`documents`] writes the small JSON documents, [`openapi`] says what all of them are, [`hooks`] takes what other systems tell, [`events`] tells
//! open pages of notes, and [`listen`] holds the connections. A file named like a page has that page's own forms and downloads.
//!
//! Invariants: GET changes nothing but access records; every answer carries the security headers, also one
//! that was refused, timed out or panicked; pages know nothing of axum.

mod action;
mod action_list;
mod admit;
mod archive;
pub mod assets;
mod catalogue;
mod checklist;
mod compress;
mod documents;
mod etag;
mod events;
mod exports;
mod groups;
mod guard;
mod headers;
mod hooks;
mod incident;
mod incident_statistics;
mod listen;
mod metrics;
mod note;
mod objective;
mod objective_list;
mod objective_proposal;
mod observe;
mod openapi;
mod period_review;
mod pictures;
mod postmortem;
mod postmortem_list;
mod preferences;
mod problem;
mod product_cost;
mod reader;
mod restatements;
mod share;
mod sign_in;
mod suffix;
mod topic;
mod trouble;
mod week_comparison;
mod week_skip;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use app::backend::{Backend, SignInWays};
use app::context::{Assets, PageContext};
use app::routes::App;
use app::shell::shell;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{DefaultBodyLimit, FromRef, Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::access::Access;
use futures::FutureExt;
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list, render_app_async_with_context};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

pub use action_list::action_json;
pub use exports::review_text;
pub use guard::Guard;
pub use listen::{Patience, ServeError, listen, listen_anywhere, serve};
pub use metrics::Metrics;
pub use suffix::Form;

use crate::access::{Door, SignIn};
use crate::backend::LiveBackend;
use crate::import::Inbox;
use problem::Problem;
use reader::Reader;

/// How long an answer may take.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// How hard dynamic pages are compressed that [`compress`] leaves alone.
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(compress::LEVEL);

/// Everything the doors need.
pub struct Web {
    /// The data.
    pub backend: Arc<LiveBackend>,
    /// The front end's files.
    pub assets: Assets,
    /// The folder they lie in.
    pub site: Option<std::path::PathBuf>,
    /// How people are recognised.
    pub sign_in: SignIn,
    /// What tells one build from another.
    pub build: String,
    /// The address under which people open the pages, without a slash at its end.
    pub public_url: Option<String>,
    /// Who may knock.
    pub guard: Guard,
    /// Counts of answers.
    pub metrics: Metrics,
    /// Where messages of webhooks arrive.
    pub inbox: Arc<Inbox>,
    /// How long to wait for what a sender has announced, and to hold open what has no end.
    pub patience: Patience,
}

impl Web {
    /// Whether people open the pages by https.
    fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// The router's state.
#[derive(Clone)]
struct Shared {
    web: Arc<Web>,
    options: LeptosOptions,
}

impl FromRef<Shared> for Arc<Web> {
    fn from_ref(shared: &Shared) -> Self {
        Arc::clone(&shared.web)
    }
}

impl FromRef<Shared> for LeptosOptions {
    fn from_ref(shared: &Shared) -> Self {
        shared.options.clone()
    }
}

/// The whole site as one router.
pub fn router(web: Web) -> Router {
    let web = Arc::new(web);
    let by_suffix = suffix::BySuffix {
        pages: pages(&web),
        exports: exports::routes(),
        pictures: pictures::routes(Arc::clone(&web)),
    };
    let read = Router::new()
        .fallback_service(by_suffix)
        .layer(from_fn_with_state(Arc::clone(&web), etag::tag))
        .layer(from_fn_with_state(Arc::clone(&web), reader::recognise))
        .layer(from_fn(compress::whole));
    // What needs no reader, and must answer when the database does not.
    let all = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics::show))
        .with_state(Arc::clone(&web))
        .merge(hooks::routes(&web))
        .merge(events::routes(&web))
        .merge(openapi::routes())
        .merge(assets::routes(web.site.as_deref()))
        .fallback_service(read);
    // Who comes is asked before any route is chosen: a refusal leads to another one.
    Router::new()
        .fallback_service(all)
        .layer(CompressionLayer::new().quality(COMPRESSION))
        .layer(from_fn(limit_time))
        .layer(from_fn_with_state(web.patience, whole_form))
        .layer(from_fn_with_state(Arc::clone(&web), admit::admit))
        .layer(from_fn_with_state(Arc::clone(&web), trouble::tell))
        .layer(from_fn(catch_panic))
        .layer(from_fn_with_state(web.guard.clone(), guard::check))
        .layer(from_fn_with_state(web.is_https(), headers::secure))
        .layer(from_fn_with_state(web, observe::observe))
}

/// Pages and the forms that they post.
fn pages(web: &Arc<Web>) -> Router {
    let options = LeptosOptions::builder().output_name("teirei").build();
    let shared = Shared { web: Arc::clone(web), options: options.clone() };
    let context = {
        let web = Arc::clone(web);
        move || provide_page_context(&web)
    };
    let document = move || shell(options.clone());
    Router::new()
        .route("/", get(home))
        .route("/reviews/four-weeks", get(period_review::newest_four_weeks))
        .route("/reviews/quarter", get(period_review::newest_quarter))
        .route("/api/preferences", post(preferences::set))
        .route("/api/sign-in", post(sign_in::sign_in))
        .route("/api/sign-out", post(sign_in::sign_out))
        .route("/api/person", post(sign_in::person))
        .route("/api/token", post(sign_in::token))
        .route("/sign-in/provider", get(sign_in::leave))
        .route("/sign-in/return", get(sign_in::come_back))
        .route("/api/action", post(action::write))
        .route("/api/topic", post(topic::topic_write))
        .route("/api/week-skip", post(week_skip::write))
        .route("/api/decision", post(topic::decision_write))
        .route("/api/catalog/edit", post(catalogue::edit))
        .route("/api/checklist", post(checklist::write))
        .route("/api/incident/override", post(incident::correct))
        .route("/api/incident/merge", post(incident::decide))
        .route("/api/catalog/upload", post(catalogue::upload))
        .route("/api/incident/postmortem", post(postmortem::write(context.clone(), document.clone())))
        .route("/api/note", post(note::write(context.clone(), document.clone())))
        .route("/api/share", post(share::write(context.clone(), document.clone())))
        .route("/api/objective/patch", get(objective_proposal::download).post(objective_proposal::upload))
        .route("/api/objective/terraform", post(objective_proposal::state))
        .route("/objectives/openslo.yaml", get(objective_proposal::documents))
        .route("/objectives/{id}/openslo.yaml", get(objective_proposal::document))
        .route("/objectives/{id}/proposal/openslo.yaml", get(objective_proposal::proposed))
        .leptos_routes_with_context(&shared, generate_route_list(App), context.clone(), document.clone())
        .fallback(unknown(context, document))
        .layer(from_fn(see_other))
        .layer(DefaultBodyLimit::max(guard::BODY_LIMIT))
        .with_state(shared)
}

/// The page for addresses that are none; only readable ones get it, a form gets a problem.
fn unknown<IV: leptos::IntoView + 'static>(
    context: impl Fn() + Clone + Send + Sync + 'static,
    document: impl Fn() -> IV + Clone + Send + Sync + 'static,
) -> impl Fn(Request) -> std::pin::Pin<Box<dyn Future<Output = Response> + Send>> + Clone + Send + Sync + 'static
{
    move |request: Request| {
        let (context, document) = (context.clone(), document.clone());
        Box::pin(async move {
            if !matches!(*request.method(), Method::GET | Method::HEAD) {
                return Problem::new(StatusCode::NOT_FOUND, "").into_response();
            }
            let mut response = render_app_async_with_context(context, document)(request).await;
            *response.status_mut() = StatusCode::NOT_FOUND;
            response
        })
    }
}

/// Gives a page what it may know of the request, and the answer the policy with the page's nonce.
fn provide_page_context(web: &Arc<Web>) {
    let Some(parts) = use_context::<Parts>() else { return };
    if let Some(reader) = parts.extensions.get::<Reader>().cloned() {
        // Whoever has not signed in yet sees the page on which that is done, and nothing behind it.
        let nobody = || Door::new(Arc::clone(&web.backend), Arc::new(Access::nobody()));
        let door = parts.extensions.get::<Door>().cloned().unwrap_or_else(nobody);
        provide_context(page_context(web, &door, reader));
    }
    if let (Some(nonce), Some(options)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::from_str(&headers::page_policy(&nonce))
    {
        options.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

/// What a page may know of its reader.
fn page_context(web: &Web, door: &Door, reader: Reader) -> PageContext {
    let Reader { language, theme, path, query, .. } = reader;
    let (assets, actor, public_url) = (web.assets.clone(), door.actor(), web.public_url.clone());
    let (access, backend) = (Arc::clone(door.access()), Arc::new(door.clone()) as Arc<dyn Backend>);
    let ways = web.sign_in.auth().map(|auth| SignInWays {
        accounts: auth.has_accounts(),
        provider: auth.provider_label().map(str::to_owned),
    });
    let share = door.share().map(Arc::clone);
    PageContext { backend, access, ways, language, theme, assets, actor, share, public_url, path, query }
}

/// The last week that has ended.
async fn home(State(web): State<Arc<Web>>, request: Request) -> Response {
    let week = match web.backend.last_week().await {
        Ok(week) => week,
        Err(error) => return Problem::from(error).into_response(),
    };
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    (StatusCode::FOUND, [(LOCATION, format!("/reviews/{week}{query}"))]).into_response()
}

async fn ready(State(web): State<Arc<Web>>) -> Response {
    match web.backend.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(_) => {
            let what = "The database does not answer; the log says why.";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, what).into_response()
        }
    }
}

/// A form that was posted leads on by 303, so that a reload sends nothing twice; one that lacks a field
/// is the sender's fault, whatever the server function makes of it.
async fn see_other(request: Request, next: Next) -> Response {
    let posted = request.method() == Method::POST;
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let is_refused = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if posted && is_refused {
        let status = response.status();
        let status = if status.is_client_error() { status } else { StatusCode::BAD_REQUEST };
        return Problem::new(status, "The form lacks a field, or a field cannot be read.").into_response();
    }
    let leads_on = headers.contains_key(LOCATION);
    if posted && leads_on && matches!(response.status(), StatusCode::OK | StatusCode::FOUND) {
        *response.status_mut() = StatusCode::SEE_OTHER;
        *response.body_mut() = Body::empty();
        for name in ["serverfnredirect", "content-type", "content-length"] {
            response.headers_mut().remove(name);
        }
    }
    response
}

/// Takes a form in whole, so that one that never ends is the sender's fault and holds nothing up.
async fn whole_form(State(patience): State<Patience>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let limit = guard::body_limit(parts.uri.path());
    match tokio::time::timeout(patience.form, to_bytes(body, limit)).await {
        Ok(Ok(form)) => next.run(Request::from_parts(parts, Body::from(form))).await,
        Ok(Err(_)) => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "The form is too large or broke off.").into_response()
        }
        Err(_) => {
            Problem::new(StatusCode::REQUEST_TIMEOUT, "The form took too long to arrive.").into_response()
        }
    }
}

async fn limit_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(TIME_LIMIT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "The answer took too long.").into_response(),
    }
}

/// Turns a panic into an answer, so that the door stays open.
async fn catch_panic(request: Request, next: Next) -> Response {
    let path = share::loggable(request.uri().path()).to_owned();
    AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!(path, "an answer panicked");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "").into_response()
    })
}
