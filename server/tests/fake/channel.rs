//! A chat that takes webhooks: it keeps what it is told and refuses, rests or falls silent by script.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// How a request is answered.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    /// With a status, a text and seconds to rest, if any.
    Status(u16, &'static str, Option<u32>),
    /// With the way to another address.
    Elsewhere,
    /// Never.
    Silence,
    /// By hanging up once the whole of it has come.
    HangUp,
}

/// What was told.
#[derive(Clone, Debug)]
pub struct Told {
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Told {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Whether the signature is right, as a receiver would check it: HMAC by its definition in RFC 2104.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let (time, tag) = self.header("teirei-signature").split_once(",v1=").unwrap();
        let seconds = time.strip_prefix("t=").unwrap();
        let mut key = [0_u8; 64];
        key[..secret.len()].copy_from_slice(secret.as_bytes());
        let hash = |pad: u8, rest: &[u8]| -> Vec<u8> {
            let padded: Vec<u8> = key.iter().map(|byte| byte ^ pad).collect();
            Sha256::new().chain_update(padded).chain_update(rest).finalize().to_vec()
        };
        let inner = hash(0x36, format!("{seconds}.{}", self.body).as_bytes());
        let expected: String = hash(0x5c, &inner).iter().map(|byte| format!("{byte:02x}")).collect();
        expected == tag
    }
}

#[derive(Default)]
pub struct World {
    /// Answers to come; what comes after is accepted.
    pub script: VecDeque<Reply>,
    pub told: Vec<Told>,
}

/// The chat at its address.
pub struct FakeChannel {
    pub url: String,
    world: Arc<Mutex<World>>,
}

impl FakeChannel {
    /// Listens on an address of its own until the runtime of the test ends.
    pub async fn start() -> Self {
        let world = Arc::new(Mutex::new(World::default()));
        let url = super::opened(Router::new().fallback(answer).with_state(Arc::clone(&world))).await;
        let url = format!("{url}/services/hunter2");
        Self { url, world }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    pub fn will(&self, replies: &[Reply]) {
        self.world().script.extend(replies);
    }

    pub fn told(&self) -> Vec<Told> {
        self.world().told.clone()
    }
}

async fn answer(
    State(world): State<Arc<Mutex<World>>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body = String::from_utf8(body.to_vec()).unwrap();
    let reply = {
        let mut world = world.lock().unwrap();
        world.told.push(Told { path: uri.path().to_owned(), headers, body });
        world.script.pop_front()
    };
    match reply {
        None => "ok".into_response(),
        Some(Reply::Status(status, text, rest)) => {
            let mut response = (StatusCode::from_u16(status).unwrap(), text).into_response();
            if let Some(seconds) = rest {
                response.headers_mut().insert("retry-after", seconds.into());
            }
            response
        }
        Some(Reply::Elsewhere) => (StatusCode::FOUND, [("location", "/elsewhere")]).into_response(),
        Some(Reply::Silence) => std::future::pending().await,
        // What ends the task of a connection closes it.
        Some(Reply::HangUp) => std::panic::resume_unwind(Box::new("hung up")),
    }
}
