//! A house whose people sign in, at a clock that the story sets.

use std::sync::Arc;

use axum::Router;
use domain::person::grants_of;
use jiff::{SignedDuration, Timestamp};
use server::access::SignIn;
use server::auth::{Auth, password};
use server::clock::Clock;
use server::config::SignInConfig;

use crate::support::{Answer, House, request, send};

pub const PASSWORD: &str = "correct horse battery staple";

/// Where accounts are kept.
pub fn accounts() -> SignInConfig {
    SignInConfig {
        accounts: true,
        groups_claim: "groups".to_owned(),
        email_verified_claim: "email_verified".to_owned(),
        ..SignInConfig::default()
    }
}

/// The same house, so much later.
pub fn later(house: &House, time: SignedDuration) -> Timestamp {
    house.clock.now().checked_add(time).unwrap()
}

/// What recognises people at an instant.
pub fn auth_at(house: &House, config: &SignInConfig, now: Timestamp) -> Auth {
    Auth::new(Arc::clone(&house.store), Clock::Fixed(now), config, Some("http://localhost:3000")).unwrap()
}

/// The router at an instant. It has a memory of its own, as after a restart.
pub fn router_at(house: &House, config: &SignInConfig, now: Timestamp) -> Router {
    house.router_for(SignIn::Asked(Arc::new(auth_at(house, config, now))))
}

pub fn router(house: &House, config: &SignInConfig) -> Router {
    router_at(house, config, house.clock.now())
}

/// An account that is kept here.
pub async fn account(house: &House, name: &str, grants: &str) -> i64 {
    let hash = password::hash(PASSWORD.to_owned()).await.unwrap();
    let grants = grants_of(grants).unwrap();
    house.store.person_insert(name, &hash, &grants, house.clock.now()).await.unwrap()
}

/// A form with cookies, as a browser on the site itself posts it.
pub async fn post_with(router: &Router, path: &str, cookie: &str, form: &str) -> Answer {
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "text/html"),
        ("sec-fetch-site", "same-origin"),
        ("origin", "http://localhost:3000"),
        ("cookie", cookie),
    ];
    send(router, request("POST", path, &headers, form)).await
}

/// A page as a browser with a cookie asks for it.
pub async fn page(router: &Router, path: &str, cookie: &str) -> Answer {
    send(router, request("GET", path, &[("accept", "text/html"), ("cookie", cookie)], "")).await
}

/// The cookies that an answer sets, as a browser sends them back.
pub fn cookies(answer: &Answer) -> String {
    let set = answer.headers.get_all("set-cookie").iter();
    let pairs = set.map(|cookie| cookie.to_str().unwrap().split(';').next().unwrap().to_owned());
    pairs.filter(|pair| !pair.ends_with('=')).collect::<Vec<_>>().join("; ")
}

/// Signs in by name and password; answers the cookie.
pub async fn signed_in(router: &Router, name: &str) -> String {
    let form = format!("name={name}&password={}", PASSWORD.replace(' ', "+"));
    let answer = post_with(router, "/api/sign-in", "", &form).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/"), "{}", answer.body);
    cookies(&answer)
}
