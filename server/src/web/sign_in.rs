//! Signing in and out, and what administrators say of people and tokens: `POST /api/sign-in`, `/sign-in/provider`,
//! `/sign-in/return`, `POST /api/sign-out`, `POST /api/person`, `POST /api/token`.
//!
//! Whoever is not let in hears one of a few sentences; the log has the cause.

use std::net::IpAddr;
use std::sync::Arc;

use app::backend::PersonRequest;
use app::context::link;
use axum::extract::{Query, State};
use axum::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Form};
use domain::session::way_back;

use super::Web;
use super::problem::Problem;
use crate::access::Door;
use crate::auth::provider::ProviderFault;
use crate::auth::{Auth, Opened, SignInFault};

/// What a browser is to forget.
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// The address that a request came from, as the connection tells; nothing that the request says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// Fields by name in the order of the form.
type Fields = Vec<(String, String)>;

fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

/// The address that a request came from; `None` where no connection tells.
pub(super) fn origin_of(request: &axum::extract::Request) -> Option<String> {
    let peer = request.extensions().get::<Peer>();
    peer.map(|Peer(address)| address.to_canonical().to_string())
}

fn from_of(peer: Option<&Peer>) -> String {
    peer.map_or_else(|| "unknown".to_owned(), |Peer(address)| address.to_canonical().to_string())
}

/// Leads on; nothing on the way is kept by anybody.
fn lead(address: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    let headers = [(LOCATION, address.to_owned()), (CACHE_CONTROL, "no-store".to_owned())];
    let mut response = (StatusCode::SEE_OTHER, headers).into_response();
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

fn nobody_signs_in() -> Response {
    Problem::new(StatusCode::NOT_FOUND, "Nobody signs in here: sign_in is not configured.").into_response()
}

/// Back to where one signs in, with the code of a sentence that says why.
fn refused(fault: &SignInFault, back: &str) -> Response {
    let code = match fault {
        SignInFault::Wrong => "wrong",
        SignInFault::TooMany => "often",
        SignInFault::Stray => "stray",
        SignInFault::Disabled | SignInFault::Provider(ProviderFault::Person(_)) => "person",
        SignInFault::Provider(ProviderFault::Unanswered(_)) => "silent",
        SignInFault::Provider(_) => "provider",
        SignInFault::Store(_) | SignInFault::Secret(_) | SignInFault::Password(_) => "internal",
    };
    if !matches!(fault, SignInFault::Wrong | SignInFault::TooMany) {
        tracing::warn!(code, %fault, "nobody was signed in");
    }
    let mut query = vec![("problem", code)];
    let back = way_back(back);
    if back != "/" {
        query.push(("back", back));
    }
    lead(&link("/sign-in", &query), [])
}

fn opened(result: Result<Opened, SignInFault>, back: &str) -> Response {
    match result {
        Ok(opened) => lead(&opened.back, opened.cookies),
        Err(fault) => refused(&fault, back),
    }
}

fn auth(web: &Web) -> Option<&Auth> {
    web.sign_in.auth()
}

/// Takes a name and a password.
pub async fn sign_in(
    State(web): State<Arc<Web>>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let Some(auth) = auth(&web) else { return nobody_signs_in() };
    let (from, back) = (from_of(peer.as_deref()), field(&fields, "back"));
    let typed = (field(&fields, "name"), field(&fields, "password"));
    opened(auth.sign_in(&headers, typed, &from, back).await, back)
}

/// Sends somebody to the provider. A link, because browsers refuse forms that lead to another site.
pub async fn leave(State(web): State<Arc<Web>>, Query(query): Query<Fields>) -> Response {
    let Some(auth) = auth(&web) else { return nobody_signs_in() };
    let back = field(&query, "back");
    match auth.leave(back).await {
        Ok((address, cookie)) => lead(&address, cookie),
        Err(fault) => refused(&fault, back),
    }
}

/// Takes whoever comes back from the provider.
pub async fn come_back(
    State(web): State<Arc<Web>>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Query(query): Query<Fields>,
) -> Response {
    let Some(auth) = auth(&web) else { return nobody_signs_in() };
    let (state, code) = (field(&query, "state"), field(&query, "code"));
    opened(auth.come_back(&headers, state, code, &from_of(peer.as_deref())).await, "/")
}

/// Ends a session, or all of one's sessions.
pub async fn sign_out(
    State(web): State<Arc<Web>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let Some(auth) = auth(&web) else { return nobody_signs_in() };
    match auth.close(&headers, field(&fields, "do") == "everywhere").await {
        Ok(cookie) => {
            let mut response = lead("/sign-in?problem=out", cookie);
            // Nobody goes back to pages that the browser still has.
            response.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"cache\""));
            response
        }
        Err(error) => Problem::from(crate::backend::internal(&error)).into_response(),
    }
}

/// Takes what an administrator says of a person.
pub async fn person(door: Door, Form(fields): Form<Fields>) -> Response {
    let request = match field(&fields, "do") {
        "disable" => PersonRequest::Disable,
        "enable" => PersonRequest::Enable,
        "sign-out" => PersonRequest::SignOut,
        _ => {
            return Problem::new(StatusCode::BAD_REQUEST, "The form does not say what to do.")
                .into_response();
        }
    };
    let Ok(id) = field(&fields, "id").parse() else {
        return Problem::new(StatusCode::BAD_REQUEST, "The form does not say whom it means.").into_response();
    };
    match door.person_write(id, request).await {
        Ok(()) => lead(&with_language("/admin/users", &fields, &format!("person-{id}")), []),
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Takes a token back.
pub async fn token(door: Door, Form(fields): Form<Fields>) -> Response {
    let Ok(id) = field(&fields, "id").parse() else {
        return Problem::new(StatusCode::BAD_REQUEST, "The form does not say which token.").into_response();
    };
    match door.service_token_revoke(id).await {
        Ok(()) => lead(&with_language("/admin/tokens", &fields, &format!("token-{id}")), []),
        Err(error) => Problem::from(error).into_response(),
    }
}

/// A page in the language of the one that the form stood on.
fn with_language(page: &str, fields: &Fields, anchor: &str) -> String {
    let lang = field(fields, "lang");
    let query = matches!(lang, "ja" | "en").then_some(("lang", lang));
    format!("{}#{anchor}", link(page, query.as_slice()))
}
