//! One key for each step of a promise in a review: `d` done, `m` another day, `x` dropped.
//!
//! Keys mean something only while the focus is in the row of an open promise (WCAG 2.1.4), and do what the row's own
//! button and link do. Nothing of it stands in the document but the list of keys that present mode shows.

use leptos::ev;
use leptos::prelude::*;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::copy_permalink::browser::is_typing;
use leptos::wasm_bindgen::JsCast;

/// Begins to listen on pages that list promises to work through.
pub fn row_keys_listen() {
    if found("button[name=done]").is_none() {
        return;
    }
    // After a step the next promise is at hand.
    if window().location().hash().is_ok_and(|hash| hash.starts_with("#action-"))
        && let Some(next) = found("#carried button[name=done]")
    {
        _ = next.focus();
    }
    // It lives as long as the page does.
    std::mem::forget(window_event_listener(ev::keydown, |event| key(&event)));
}

fn found(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

fn key(event: &KeyboardEvent) {
    let is_modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    if is_modified || event.repeat() || is_typing(event) {
        return;
    }
    let done = match event.key().as_str() {
        "?" => help(),
        "d" => row().and_then(|row| part(&row, "button[name=done]")).map(|button| button.click()),
        "m" => row().and_then(|row| follow(&row, "redate")),
        "x" => row().and_then(|row| follow(&row, "drop")),
        _ => None,
    };
    if done.is_some() {
        event.prevent_default();
    }
}

/// The row of an open promise in which the focus is.
fn row() -> Option<Element> {
    let row = document().active_element()?.closest("tr[id^=action-]").ok()??;
    part(&row, "button[name=done]").map(|_| row)
}

fn part(row: &Element, selector: &str) -> Option<HtmlElement> {
    row.query_selector(selector).ok()??.dyn_into().ok()
}

/// Opens the form of a step on the promise's own page, which leads back here.
fn follow(row: &Element, step: &str) -> Option<()> {
    let location = window().location();
    let href = part(row, "a[href$='#change']")?.get_attribute("href")?;
    let base = href.strip_suffix("#change")?;
    let join = if base.contains('?') { '&' } else { '?' };
    let back = match base.contains("back=") {
        true => String::new(),
        false => format!("&back={}", location.pathname().ok()?),
    };
    location.set_href(&format!("{base}{join}step={step}{back}")).ok()
}

/// Opens or closes the list of keys.
fn help() -> Option<()> {
    found("#keys > summary").map(|summary| summary.click())
}
