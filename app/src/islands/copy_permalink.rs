//! Copies the permalink of what is on screen.

#![expect(missing_docs, reason = "the macro `island` writes a struct of props without documentation")]

use leptos::prelude::*;

/// A link to the page's permanent address that, once alive, copies that address instead of following it.
///
/// Without JavaScript, and where the clipboard is refused (plain HTTP off loopback), it stays a link.
#[island]
pub fn CopyPermalink(
    /// Path and query of the permalink, starting with `/`; the browser puts its own origin before it.
    url: String,
    /// The link's text.
    label: String,
    /// What is said, on screen and to screen readers, after copying.
    done: String,
    /// Whether the key `y` copies too, and says so beside the label.
    key_hint: bool,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    #[cfg(feature = "hydrate")]
    if key_hint {
        browser::key_listen(url.clone(), copied);
    }
    #[cfg(feature = "hydrate")]
    let on_click = {
        let url = url.clone();
        move |event: leptos::ev::MouseEvent| browser::link_click(&event, &url, copied)
    };
    #[cfg(not(feature = "hydrate"))]
    let on_click = |_: leptos::ev::MouseEvent| {};

    view! {
        <a class="button" href=url aria-keyshortcuts=key_hint.then_some("y") on:click=on_click>
            {label}
            {key_hint.then(|| view! { <kbd aria-hidden="true">"y"</kbd> })}
        </a>
        <span class="copied" role="status">
            {move || if copied.get() { done.clone() } else { String::new() }}
        </span>
    }
}

#[cfg(feature = "hydrate")]
pub(super) mod browser {
    use std::time::Duration;

    use leptos::prelude::*;
    use leptos::{ev, task, wasm_bindgen::JsCast};
    use web_sys::HtmlElement;

    /// Long enough to read two words, short enough that a second copy is announced again.
    const SAID_FOR: Duration = Duration::from_secs(4);

    pub fn key_listen(url: String, copied: RwSignal<bool>) {
        let handle = window_event_listener(ev::keydown, move |event| {
            let modified = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
            if event.key() == "y" && !modified && !event.repeat() && !is_typing(&event) {
                event.prevent_default();
                link_copy(&url, copied);
            }
        });
        on_cleanup(move || handle.remove());
    }

    pub fn link_click(event: &ev::MouseEvent, url: &str, copied: RwSignal<bool>) {
        let opens_elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key();
        if window().is_secure_context() && !opens_elsewhere {
            event.prevent_default();
            link_copy(url, copied);
        }
    }

    /// Follows the link instead where there is no clipboard: the address bar then holds it.
    fn link_copy(url: &str, copied: RwSignal<bool>) {
        let window = window();
        let Ok(origin) = window.location().origin() else { return };
        let absolute = format!("{origin}{url}");
        if !window.is_secure_context() {
            _ = window.location().set_href(&absolute);
            return;
        }
        let written = window.navigator().clipboard().write_text(&absolute);
        task::spawn_local(async move {
            if written.await.is_ok() {
                copied.set(true);
                set_timeout(move || copied.set(false), SAID_FOR);
            } else {
                _ = leptos::prelude::window().location().set_href(&absolute);
            }
        });
    }

    /// Whether the key belongs to a field or to an input method that is composing.
    pub fn is_typing(event: &ev::KeyboardEvent) -> bool {
        let in_field =
            event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()).is_some_and(|element| {
                element.is_content_editable()
                    || matches!(element.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA")
            });
        in_field || event.is_composing()
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn without_javascript_it_is_a_link() {
        let html = Owner::new().with(|| {
            view! {
                <CopyPermalink
                    url="/reviews/2026-W47?lang=ja".to_owned()
                    label="リンクをコピー".to_owned()
                    done="コピーしました".to_owned()
                    key_hint=true
                />
            }
            .to_html()
        });
        assert!(html.contains(r#"<a href="/reviews/2026-W47?lang=ja""#), "{html}");
        assert!(html.contains("リンクをコピー"), "{html}");
        assert!(html.contains(r#"<leptos-island data-component="CopyPermalink_"#), "{html}");
    }
}
