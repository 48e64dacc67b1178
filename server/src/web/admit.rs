//! Who comes, and whether this address is theirs: everything behind it has a [`Door`] beside the request.
//!
//! A browser that has not signed in is led to where that is done, and back; a program is told 401. What somebody
//! may not do is 403, what stands in no table as well: nothing is open because it was forgotten.

use std::sync::Arc;

use app::backend::AppError;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{ACCEPT, ALLOW, CACHE_CONTROL, LOCATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::uri::{PathAndQuery, Uri};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::access::Need;

use super::observe::Who;
use super::problem::Problem;
use super::sign_in::origin_of;
use super::{Web, share};
use crate::access::share::PREFIX;
use crate::access::{Door, SignIn, routes};

/// The files in which pages are taken away; pictures are what a page shows anyway.
const EXPORTS: [&str; 4] = [".json", ".csv", ".md", ".yaml"];

/// The page that says that an address is somebody else's.
const NO_ACCESS: &str = "/no-access";

/// An address that no page has, whose answer is the page of unknown addresses.
const NOWHERE: &str = "/nowhere";

impl<S: Send + Sync> FromRequestParts<S> for Door {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| AppError::Forbidden.into())
    }
}

/// The path that was asked for, where another one answers in its place.
#[derive(Clone)]
pub struct Asked(pub String);

/// Lets a request through to what is its sender's.
pub async fn admit(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    if request.uri().path().starts_with(PREFIX) {
        return share::show(&web, request, next).await;
    }
    let need = routes::need(request.method(), request.uri().path());
    let (parts, body) = request.into_parts();
    let access = match web.sign_in.identify(&parts).await {
        Ok(access) => access,
        // Health does not depend on whether people can be told apart.
        Err(_) if need == Some(Need::Nothing) => None,
        Err(error) => return Problem::from(error).into_response(),
    };
    let mut request = Request::from_parts(parts, body);
    let from = origin_of(&request);
    match (access, need) {
        (None, Some(Need::Nothing)) => next.run(request).await,
        (None, _) => ask_who(&web.sign_in, &request),
        (Some(access), need) => {
            let who = Who(access.identity.word());
            let is_met = need.map(|need| need.is_met(&access));
            request.extensions_mut().insert(Door::new(Arc::clone(&web.backend), access).with_origin(from));
            let mut response = match is_met {
                Some(true) => exported(&web, request, next).await,
                Some(false) => refuse(request, next).await,
                None => lead_nowhere(request, next).await,
            };
            response.extensions_mut().insert(who);
            response
        }
    }
}

/// Answers, and writes down what is taken away as a file: once an hour for each file and person, so that the audit
/// stays readable. The answer names the head of the audit, so that a chain that is written anew shows.
async fn exported(web: &Web, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let is_export = EXPORTS.iter().any(|suffix| path.ends_with(suffix)) && *request.method() == Method::GET;
    let door = request.extensions().get::<Door>().cloned().filter(|_| is_export);
    let mut response = next.run(request).await;
    if let Some(door) = door.filter(|_| response.status() == StatusCode::OK)
        && let Some(head) = web.backend.exported(door.export_entry(&path)).await
        && let Ok(head) = HeaderValue::from_str(&head)
    {
        response.headers_mut().insert(HeaderName::from_static("teirei-audit-head"), head);
    }
    response
}

/// Leads a browser to where people sign in, and tells a program to.
fn ask_who(sign_in: &SignIn, request: &Request) -> Response {
    if let SignIn::Asked(identify) = sign_in
        && is_browser(request)
    {
        let back = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
        let headers = [(LOCATION, identify.sign_in_address(back)), (CACHE_CONTROL, "no-store".to_owned())];
        return (StatusCode::SEE_OTHER, headers).into_response();
    }
    let what = "Sign in first, or send a service token: Authorization: Bearer srr_…";
    let headers = [(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"teirei\""))];
    (headers, Problem::new(StatusCode::UNAUTHORIZED, what)).into_response()
}

/// Says that an address is somebody else's: to people on a page, to programs as a problem.
async fn refuse(mut request: Request, next: Next) -> Response {
    if !is_browser(&request) {
        return Problem::from(AppError::Forbidden).into_response();
    }
    put_in_place(&mut request, NO_ACCESS);
    next.run(request).await
}

/// Answers an address that stands in no line of the table: a route that was forgotten there is no route.
async fn lead_nowhere(mut request: Request, next: Next) -> Response {
    let allowed = routes::methods(request.uri().path());
    if !allowed.is_empty() {
        let allow = [(ALLOW, allowed.join(", "))];
        return (allow, Problem::new(StatusCode::METHOD_NOT_ALLOWED, "")).into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::from(AppError::NotFound).into_response();
    }
    if let Some(address) = without_slash(request.uri()) {
        return (StatusCode::PERMANENT_REDIRECT, [(LOCATION, address)]).into_response();
    }
    put_in_place(&mut request, NOWHERE);
    next.run(request).await
}

/// Has another page answer in the place of the one that was asked for.
fn put_in_place(request: &mut Request, path: &'static str) {
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let place = format!("{path}{query}").parse().unwrap_or_else(|_| Uri::from_static(path));
    let asked = std::mem::replace(request.uri_mut(), place);
    request.extensions_mut().insert(Asked(asked.path().to_owned()));
}

/// The address without the slash at its end; nothing for one that a browser could read as another site.
fn without_slash(uri: &Uri) -> Option<String> {
    let path = uri.path().strip_suffix('/').filter(|path| path.len() > 1 && !path.starts_with("//"))?;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    (!path.ends_with('/')).then(|| format!("{path}{query}"))
}

/// Whether somebody looks at the answer: what asks for a page by reading it.
fn is_browser(request: &Request) -> bool {
    let accepted = request.headers().get(ACCEPT).and_then(|accepted| accepted.to_str().ok());
    matches!(*request.method(), Method::GET | Method::HEAD)
        && accepted.is_some_and(|accepted| accepted.contains("text/html"))
}
