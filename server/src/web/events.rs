//! `GET /reviews/{week}/events`: tells open pages that somebody wrote a note, as server-sent events.
//!
//! One task asks the database for its revision as long as anybody listens, so that changes by another replica or the
//! command line are heard too. When it moved, those who listen are woken, and the first of each week reads its notes
//! for all. A connection lives for some minutes, then the browser makes a new one; there are only so many at once.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use app::backend::AppError;
use app::texts::note_words::note_words;
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::access::Products;
use domain::note::NotePlace;
use domain::organization::Language;
use domain::week::IsoWeek;
use futures::stream::{Stream, unfold};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Sleep, sleep};

use super::Web;
use super::listen::Closing;
use super::problem::Problem;
use super::reader::{Reader, recognise};
use crate::access::Door;
use crate::backend::LiveBackend;

/// How many listen at once; a meeting with its guests.
const LISTENERS: usize = 256;

/// How often the database is asked while somebody listens.
const ASKED_EVERY: Duration = Duration::from_millis(400);

/// How often a connection on which nothing happens shows that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How soon a browser connects again.
const RETRY: Duration = Duration::from_secs(2);

/// How soon to come back when there is no room, in seconds.
const NO_ROOM: &str = "60";

/// How many weeks are remembered at once; people listen to the one that they talk about.
const WEEKS: usize = 16;

/// The newest version of each note of a week, and whether it says something.
type Versions = Arc<Vec<(NotePlace, i64, bool)>>;

/// What all listeners share.
pub struct Events {
    backend: Arc<LiveBackend>,
    /// How long one connection lives.
    life: Duration,
    room: Arc<Semaphore>,
    revision: watch::Sender<i64>,
    /// What was read last of each week, with the revision it is not older than.
    read: tokio::sync::Mutex<BTreeMap<IsoWeek, (i64, Versions)>>,
    /// Whether the task that asks is running.
    asks: Mutex<bool>,
}

/// The route, for the outermost router: what streams is neither tagged nor packed.
pub fn routes(web: &Arc<Web>) -> Router {
    let events = Arc::new(Events::new(Arc::clone(&web.backend), web.patience.news));
    Router::new()
        .route("/reviews/{week}/events", get(listen))
        .with_state(events)
        .layer(from_fn_with_state(Arc::clone(web), recognise))
}

impl Events {
    fn new(backend: Arc<LiveBackend>, life: Duration) -> Self {
        let room = Arc::new(Semaphore::new(LISTENERS));
        Self {
            backend,
            life,
            room,
            revision: watch::Sender::new(0),
            read: tokio::sync::Mutex::default(),
            asks: Mutex::new(false),
        }
    }

    /// The notes of a week as they were at a revision or after it.
    async fn versions(&self, week: IsoWeek, revision: i64) -> Result<Versions, AppError> {
        let mut read = self.read.lock().await;
        if let Some((at, versions)) = read.get(&week)
            && *at == revision
        {
            return Ok(Arc::clone(versions));
        }
        let versions = Arc::new(self.backend.note_versions(week).await?);
        if read.len() >= WEEKS {
            read.clear();
        }
        read.insert(week, (revision, Arc::clone(&versions)));
        Ok(versions)
    }

    /// Joins those who are woken when the database changes.
    fn join(self: &Arc<Self>) -> watch::Receiver<i64> {
        let receiver = self.revision.subscribe();
        let mut asks = self.asks.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::mem::replace(&mut *asks, true) {
            tokio::spawn(Arc::clone(self).ask());
        }
        receiver
    }

    /// Asks for the revision until nobody listens.
    async fn ask(self: Arc<Self>) {
        loop {
            match self.backend.revision_now().await {
                Ok(revision) => {
                    self.revision.send_if_modified(|known| std::mem::replace(known, revision) != revision);
                }
                // It was logged; those who listen hear nothing until the database answers.
                Err(_) => sleep(HEARTBEAT).await,
            }
            {
                let mut asks = self.asks.lock().unwrap_or_else(PoisonError::into_inner);
                if self.revision.receiver_count() == 0 {
                    *asks = false;
                    return;
                }
            }
            sleep(ASKED_EVERY).await;
        }
    }
}

/// One open page.
struct Listener {
    events: Arc<Events>,
    revision: watch::Receiver<i64>,
    closing: Option<Closing>,
    week: IsoWeek,
    language: Language,
    /// Of which products it may hear.
    sees: Products,
    end: Pin<Box<Sleep>>,
    told: Option<Versions>,
    _place: OwnedSemaphorePermit,
}

async fn listen(State(events): State<Arc<Events>>, Path(week): Path<String>, request: Request) -> Response {
    let reader = request.extensions().get::<Reader>().cloned();
    let sees = request.extensions().get::<Door>().map(|door| door.access().sees.clone());
    let (Ok(week), Some(reader), Some(sees)) = (week.parse::<IsoWeek>(), reader, sees) else {
        return Problem::from(AppError::NotFound).into_response();
    };
    // A frozen page stays as it is: browsers take this answer for a farewell.
    let asked = reader.query.iter().find(|(name, _)| name == "version").map(|(_, value)| value.as_str());
    let is_frozen = match asked {
        Some("draft") => false,
        Some(_) => true,
        None => match events.backend.is_frozen(week).await {
            Ok(is_frozen) => is_frozen,
            Err(error) => return Problem::from(error).into_response(),
        },
    };
    if is_frozen {
        return StatusCode::NO_CONTENT.into_response();
    }
    let Ok(place) = Arc::clone(&events.room).try_acquire_owned() else {
        let problem =
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Too many pages listen; come back later.");
        return ([(RETRY_AFTER, NO_ROOM)], problem).into_response();
    };
    let listener = Listener {
        revision: events.join(),
        end: Box::pin(sleep(events.life)),
        closing: request.extensions().get::<Closing>().cloned(),
        events,
        week,
        language: reader.language,
        sees,
        told: None,
        _place: place,
    };
    let stream = Sse::new(stream(listener)).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    let mut response = stream.into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Asks proxies that know the word to hold nothing back.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// What a page is told: at once how it stands, then whatever changes.
fn stream(listener: Listener) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    })
}

impl Listener {
    /// Waits for the next thing to tell; `None` when the connection has lived long enough.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if self.told.is_some() {
                tokio::select! {
                    changed = self.revision.changed() => changed.ok()?,
                    () = self.end.as_mut() => return None,
                    () = farewell(self.closing.as_mut()) => return None,
                }
            }
            let revision = *self.revision.borrow_and_update();
            // What broke was logged; the browser asks again.
            let versions = self.events.versions(self.week, revision).await.ok()?;
            if self.told.as_ref() != Some(&versions) {
                let event = Event::default().retry(RETRY).data(text(self.language, &self.sees, &versions));
                self.told = Some(versions);
                return Some(event);
            }
        }
    }
}

/// Waits until the server says farewell.
async fn farewell(closing: Option<&mut Closing>) {
    match closing {
        Some(closing) => closing.wait().await,
        None => std::future::pending().await,
    }
}

/// The words of the announcement, then a place and its version a line, negative where the note was taken back.
fn text(language: Language, sees: &Products, versions: &[(NotePlace, i64, bool)]) -> String {
    let mut text = note_words(language).new_notes.to_owned();
    let is_seen = |place: &NotePlace| match place {
        NotePlace::Section(_) => sees.is_all(),
        NotePlace::Product(slug) => sees.has(slug),
    };
    for (place, version, says_something) in versions.iter().filter(|(place, _, _)| is_seen(place)) {
        let sign = if *says_something { "" } else { "-" };
        text.push_str(&format!("\n{place} {sign}{version}"));
    }
    text
}
