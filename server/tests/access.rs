//! Who gets what behind which door: the table of addresses, what is hidden, what may be written.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

mod audit;
mod forms;
mod hidden;
mod links;
mod shares;
mod strangers;
mod table;
mod writes;

use std::sync::Arc;

use app::backend::AppError;
use async_trait::async_trait;
use axum::Router;
use axum::http::request::Parts;
use domain::access::{Access, Grant, Identity, Role};
use server::access::{Identify, SignIn};
use store::Store;

use crate::support::House;

/// Recognises people by a header, as nothing outside of stories does.
struct ByName(Arc<dyn Store>);

/// Everybody there is, with what each was granted; `erx` is the one product that the narrow ones see.
pub const PEOPLE: [(&str, &[(Role, &str)]); 8] = [
    ("newcomer", &[]),
    ("viewer-of-erx", &[(Role::Viewer, "erx")]),
    ("viewer", &[(Role::Viewer, "*")]),
    ("editor-of-erx", &[(Role::Editor, "erx")]),
    ("editor-of-erx-who-sees-all", &[(Role::Viewer, "*"), (Role::Editor, "erx")]),
    ("editor", &[(Role::Editor, "*")]),
    ("reviewer", &[(Role::Reviewer, "*")]),
    ("admin", &[(Role::Admin, "*")]),
];

/// What somebody of that name may do.
pub fn access_of(name: &str) -> Option<Access> {
    let (_, grants) = PEOPLE.into_iter().find(|(known, _)| *known == name)?;
    let grants: Vec<Grant> = grants
        .iter()
        .map(|(role, products)| Grant { role: *role, products: products.parse().unwrap() })
        .collect();
    let (issuer, subject) = ("https://id.example".to_owned(), name.to_owned());
    Some(Access::of(name, Identity::Person { id: 1, issuer, subject }, &grants))
}

#[async_trait]
impl Identify for ByName {
    async fn identify(&self, parts: &Parts) -> Result<Option<Access>, AppError> {
        let Some(name) = parts.headers.get("x-story-name").and_then(|name| name.to_str().ok()) else {
            return Ok(None);
        };
        // Whoever the database knows is who it says; the others are known by their name alone.
        match self.0.person_find("https://id.example", name).await.unwrap() {
            Some((person, _)) => Ok(person.access()),
            None => Ok(access_of(name)),
        }
    }

    fn sign_in_address(&self, back: &str) -> String {
        format!("/sign-in?to={}", app::context::segment(back))
    }
}

/// The house with people at its doors.
pub fn guarded(house: &House) -> Router {
    house.router_for(SignIn::Asked(Arc::new(ByName(Arc::clone(&house.store)))))
}
