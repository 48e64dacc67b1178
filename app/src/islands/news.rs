//! Says on an open review or note that others wrote something, without moving anything.
//!
//! Nothing of it stands in the document: it wakes with the islands, asks the server to tell of notes, and compares the
//! versions it hears of with those on the page (`data-note`, `data-version`).

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::prelude::Closure;
use web_sys::{Element, Event, EventSource, HtmlElement, MessageEvent, VisibilityState};

/// How long to wait before asking again a server that had no room.
const NO_ROOM: Duration = Duration::from_secs(60);

/// How long a writer's own save takes to be known on the page that it was made on, and how often to look whether one
/// is still on its way.
const OWN_SAVE: Duration = Duration::from_millis(700);

struct News {
    address: String,
    /// The place whose form stands on the page; on a review there is none.
    own: Option<String>,
    source: RefCell<Option<EventSource>>,
    line: RefCell<Option<HtmlElement>>,
    is_waiting: Cell<bool>,
}

/// Begins to listen where the page shows notes that others may write.
pub fn news_listen() {
    let form = document().query_selector("form[data-note]").ok().flatten();
    let own = form.and_then(|form| form.get_attribute("data-note"));
    let Some(address) = address(own.is_some()) else { return };
    let news = Rc::new(News {
        address,
        own,
        source: RefCell::new(None),
        line: RefCell::new(None),
        is_waiting: Cell::new(false),
    });
    news.connect();
    // Browsers open few connections to one server: a page that nobody sees keeps none.
    let turned = Rc::clone(&news);
    let on_turn = Closure::<dyn FnMut(Event)>::new(move |_| turned.connect());
    _ = document().add_event_listener_with_callback("visibilitychange", on_turn.as_ref().unchecked_ref());
    on_turn.forget();
}

/// Where the notes of the page's week are told of; `None` on other pages.
fn address(own: bool) -> Option<String> {
    let location = window().location();
    let path = location.pathname().ok()?;
    let mut parts = path.split('/').skip(1);
    let (reviews, week) = (parts.next()?, parts.next()?);
    let is_note = match parts.next() {
        None => true,
        Some("notes") => parts.next().is_some(),
        Some(_) => false,
    };
    // What is frozen stays as it is.
    let is_frozen = document().query_selector("[data-frozen]").ok().flatten().is_some();
    let is_week = reviews == "reviews" && week.len() == 8 && week.contains("-W");
    let query = location.search().unwrap_or_default();
    // The page of a note shows it as it is now, whatever was frozen.
    let now = if own { if query.is_empty() { "?version=draft" } else { "&version=draft" } } else { "" };
    (is_week && is_note && !is_frozen).then(|| format!("/reviews/{week}/events{query}{now}"))
}

impl News {
    fn connect(self: &Rc<Self>) {
        if document().visibility_state() == VisibilityState::Hidden {
            if let Some(source) = self.source.take() {
                source.close();
            }
            return;
        }
        let is_open =
            self.source.borrow().as_ref().is_some_and(|source| source.ready_state() != EventSource::CLOSED);
        let Some(source) = (!is_open).then(|| EventSource::new(&self.address).ok()).flatten() else { return };
        let told = Rc::clone(self);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                told.take(text);
            }
        });
        source.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        let refused = Rc::clone(self);
        let on_error = Closure::<dyn FnMut(Event)>::new(move |_| refused.try_later());
        source.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        on_error.forget();
        *self.source.borrow_mut() = Some(source);
    }

    /// A browser connects again by itself, but not where it was refused.
    fn try_later(self: &Rc<Self>) {
        let is_refused =
            self.source.borrow().as_ref().is_some_and(|source| source.ready_state() == EventSource::CLOSED);
        if is_refused && !self.is_waiting.replace(true) {
            let news = Rc::clone(self);
            set_timeout(
                move || {
                    news.is_waiting.set(false);
                    news.connect();
                },
                NO_ROOM,
            );
        }
    }

    /// The first line has the words, each further one a place and its version, negative where the note is gone.
    fn take(self: &Rc<Self>, text: String) {
        if self.own.is_none() {
            return self.show(&text);
        }
        let news = Rc::clone(self);
        let told = move || match document().query_selector("form[data-sending]") {
            Ok(Some(_)) => news.take(text),
            _ => news.show(&text),
        };
        set_timeout(told, OWN_SAVE);
    }

    fn show(&self, text: &str) {
        let mut lines = text.lines();
        let words = lines.next().unwrap_or_default();
        let is_new = |line: &&str| {
            let Some((place, version)) = line.split_once(' ') else { return false };
            let version: i64 = version.parse().unwrap_or(0);
            self.own.as_deref().is_none_or(|own| own == place) && is_new(place, version)
        };
        let count = lines.filter(is_new).count();
        if count == 0 && self.line.borrow().is_none() {
            return;
        }
        let said = if count == 0 { String::new() } else { words.replace('#', &count.to_string()) };
        if self.line.borrow().is_none() {
            *self.line.borrow_mut() = line();
        }
        if let Some(line) = self.line.borrow().as_ref() {
            _ = line.style().set_property("display", if said.is_empty() { "none" } else { "block" });
            if let Some(link) =
                line.first_element_child().filter(|link| link.text_content() != Some(said.clone()))
            {
                link.set_text_content(Some(&said));
            }
        }
    }
}

/// Whether the page shows an older version than the one that is told of.
fn is_new(place: &str, version: i64) -> bool {
    let shown: Option<Element> =
        document().query_selector(&format!("[data-note=\"{place}\"]")).ok().flatten();
    match shown
        .and_then(|shown| shown.get_attribute("data-version"))
        .and_then(|text| text.parse::<i64>().ok())
    {
        Some(shown) => version.abs() > shown,
        None => version > 0,
    }
}

/// A line over the page, in a corner: nothing moves for it.
fn line() -> Option<HtmlElement> {
    let document = document();
    let line: HtmlElement = document.create_element("aside").ok()?.dyn_into().ok()?;
    line.set_attribute("aria-live", "polite").ok()?;
    line.set_attribute("aria-label", "Teirei").ok()?;
    let style = line.style();
    for (name, value) in
        [("position", "fixed"), ("inset", "auto 1rem 1rem auto"), ("z-index", "9"), ("display", "none")]
    {
        _ = style.set_property(name, value);
    }
    let link: HtmlElement = document.create_element("a").ok()?.dyn_into().ok()?;
    link.set_attribute("class", "button").ok()?;
    link.set_attribute("href", &window().location().href().ok()?).ok()?;
    _ = link.style().set_property("background", "var(--paper)");
    let on_click = Closure::<dyn FnMut(Event)>::new(|event: Event| {
        // A link to where one is already would only jump to its anchor.
        event.prevent_default();
        _ = window().location().reload();
    });
    link.add_event_listener_with_callback("click", on_click.as_ref().unchecked_ref()).ok()?;
    on_click.forget();
    line.append_child(&link).ok()?;
    document.body()?.append_child(&line).ok()?;
    Some(line)
}
