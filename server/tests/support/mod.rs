//! A small company in a database of its own, and the whole router in process.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

pub mod place;
pub mod program;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use jiff::tz::TimeZone;
use server::access::SignIn;
use server::backend::{DigestSetting, LiveBackend};
use server::clock::Clock;
use server::config::HookConfig;
use server::demo::World;
use server::import::{Inbox, world_load};
use server::web::{self, Guard, Metrics, Patience, Web};
use store::Store;
use tempfile::TempDir;
use tower::ServiceExt;

/// A Monday at 10:00 in Tokyo: the week before has six of its seven UTC days.
pub const TODAY: &str = "2026-11-23";
pub const WEEK: &str = "2026-W47";
pub const HOST: &str = "localhost:3000";

/// A database in a folder that goes with it.
pub struct House {
    pub folder: TempDir,
    pub store: Arc<dyn Store>,
    pub clock: Clock,
}

impl House {
    /// Nothing was imported yet.
    pub async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store =
            store::open(&format!("sqlite:{}", folder.path().join("teirei.db").display())).await.unwrap();
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        Self { folder, store, clock: Clock::at_ten(TODAY.parse().unwrap(), &zone) }
    }

    /// Six weeks of the fictional company.
    pub async fn furnished() -> Self {
        Self::furnished_on(TODAY).await
    }

    /// The same, looked at on another day.
    pub async fn furnished_on(today: &str) -> Self {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let house = Self { clock: Clock::at_ten(today.parse().unwrap(), &zone), ..Self::empty().await };
        world_load(&house.store, World::new(1, today.parse().unwrap(), 6)).await.unwrap();
        house
    }

    pub fn backend(&self) -> LiveBackend {
        LiveBackend::new(Arc::clone(&self.store), self.clock)
    }

    pub fn router(&self) -> Router {
        self.router_at(3000, Patience::default())
    }

    /// The router of a server at a port that waits so long for its senders.
    pub fn router_at(&self, port: u16, patience: Patience) -> Router {
        self.router_with(port, patience, self.inbox(Vec::new()))
    }

    /// Where messages of hooks arrive.
    pub fn inbox(&self, hooks: Vec<HookConfig>) -> Arc<Inbox> {
        Arc::new(Inbox::new(Arc::clone(&self.store), self.clock, hooks))
    }

    /// The router with an inbox.
    pub fn router_with(&self, port: u16, patience: Patience, inbox: Arc<Inbox>) -> Router {
        self.router_of(self.backend(), port, patience, inbox)
    }

    /// The router of a server whose channels get digests.
    pub fn router_telling(&self, digests: DigestSetting) -> Router {
        let backend = self.backend().with_digests(digests);
        self.router_of(backend, 3000, Patience::default(), self.inbox(Vec::new()))
    }

    /// The router of a server at which people are recognised so.
    pub fn router_for(&self, sign_in: SignIn) -> Router {
        // What has no end of its own ends soon.
        let patience = Patience { news: Duration::from_millis(20), ..Patience::default() };
        self.router_asking(sign_in, self.backend(), 3000, patience, self.inbox(Vec::new()))
    }

    /// The same, with an inbox.
    pub fn router_hearing(&self, sign_in: SignIn, inbox: Arc<Inbox>) -> Router {
        self.router_asking(sign_in, self.backend(), 3000, Patience::default(), inbox)
    }

    fn router_of(&self, backend: LiveBackend, port: u16, patience: Patience, inbox: Arc<Inbox>) -> Router {
        self.router_asking(SignIn::open("demo"), backend, port, patience, inbox)
    }

    fn router_asking(
        &self,
        sign_in: SignIn,
        backend: LiveBackend,
        port: u16,
        patience: Patience,
        inbox: Arc<Inbox>,
    ) -> Router {
        web::router(Web {
            backend: Arc::new(backend),
            assets: web::assets::assets_read(None),
            site: None,
            sign_in,
            public_url: Some("https://teirei.example".to_owned()),
            build: "test".to_owned(),
            guard: Guard::loopback(port),
            metrics: Metrics::default(),
            inbox,
            patience,
        })
    }
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

pub async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    // Everything but a picture is text.
    let is_picture = parts.headers.get("content-type").is_some_and(|kind| kind == "image/png");
    let body = if is_picture {
        String::from_utf8_lossy(&bytes).into_owned()
    } else {
        String::from_utf8(bytes.to_vec()).unwrap()
    };
    Answer { status: parts.status, headers: parts.headers, body }
}

pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if !headers.iter().any(|(name, _)| *name == "host") {
        request = request.header("host", HOST);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

pub async fn get(router: &Router, path: &str) -> Answer {
    send(router, request("GET", path, &[], "")).await
}

pub async fn get_with(router: &Router, path: &str, headers: &[(&str, &str)]) -> Answer {
    send(router, request("GET", path, headers, "")).await
}

/// A form as a browser on the site itself posts it.
pub async fn post(router: &Router, path: &str, form: &str) -> Answer {
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "text/html"),
        ("sec-fetch-site", "same-origin"),
        ("origin", "http://localhost:3000"),
        ("referer", "http://localhost:3000/reviews/2026-W47"),
    ];
    send(router, request("POST", path, &headers, form)).await
}
