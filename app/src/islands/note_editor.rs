//! Saves a note as it is typed.

#![expect(missing_docs, reason = "the macro `island` writes a struct of props without documentation")]

use leptos::prelude::*;

/// The state of the form that it stands in: what of the text is saved, and what somebody else saved meanwhile.
///
/// The form works without it. Once alive, it sends the form as soon as typing rests, keeps what is not saved for a
/// reload of the page, and stops where another version came first: then both texts are on the screen.
#[island]
pub fn NoteEditor(
    /// Said while something is typed that is not saved.
    unsaved: String,
    /// Said while the form is on its way.
    saving: String,
    /// Said while the server does not answer.
    offline: String,
    /// Said when a text of before the reload is back.
    restored: String,
    /// The heading of what somebody else saved.
    theirs: String,
    /// The button that leads to both texts side by side.
    compare: String,
) -> impl IntoView {
    let said = RwSignal::new(String::new());
    let trouble = RwSignal::new(String::new());
    let other = RwSignal::new(None::<String>);
    #[cfg(feature = "hydrate")]
    browser::editor_start(browser::Words { unsaved, saving, offline, restored }, (said, trouble, other));
    #[cfg(not(feature = "hydrate"))]
    let _ = (unsaved, saving, offline, restored);
    view! {
        <p class="said-so"><small>{move || said.get()}</small></p>
        <p class="error" role="alert">{move || trouble.get()}</p>
        {move || {
            other.get().map(|text| {
                let (heading, compare) = (theirs.clone(), compare.clone());
                view! {
                    <div class="other">
                        <h3>{heading.clone()}</h3>
                        <pre class="code typed" role="group" tabindex="0" aria-label=heading><code>{text}</code></pre>
                        <button class="primary" name="do" value="save">{compare}</button>
                    </div>
                }
            })
        }}
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    use std::time::Duration;

    use leptos::leptos_dom::helpers::TimeoutHandle;
    use leptos::prelude::*;
    use leptos::task::spawn_local;
    use leptos::wasm_bindgen::prelude::Closure;
    use leptos::wasm_bindgen::{JsCast, JsValue};
    use web_sys::js_sys::Reflect;
    use web_sys::{
        Event, Headers, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement, RequestInit, Response,
        Storage, UrlSearchParams,
    };

    /// How long typing rests before the text is sent.
    const REST: Duration = Duration::from_millis(800);

    /// How long to wait for a server that did not answer.
    const AGAIN: Duration = Duration::from_secs(5);

    /// Stands behind the version of a text that was sent by hand and not answered yet.
    const SENT: &str = " sent";

    pub struct Words {
        pub unsaved: String,
        pub saving: String,
        pub offline: String,
        pub restored: String,
    }

    type Shown = (RwSignal<String>, RwSignal<String>, RwSignal<Option<String>>);

    struct Editor {
        form: HtmlFormElement,
        area: HtmlTextAreaElement,
        words: Words,
        shown: Shown,
        /// What the server has, as far as this page knows.
        kept: RefCell<String>,
        is_composing: Cell<bool>,
        is_sending: Cell<bool>,
        /// Nothing more is sent: the writer has two texts to compare.
        is_stopped: Cell<bool>,
        timer: Cell<Option<TimeoutHandle>>,
    }

    /// What the server said.
    struct Answer {
        is_kept: bool,
        said: String,
        version: String,
        theirs: Option<String>,
    }

    pub fn editor_start(words: Words, shown: Shown) {
        let Ok(Some(form)) = document().query_selector("form[data-note]") else { return };
        let Ok(form) = form.dyn_into::<HtmlFormElement>() else { return };
        let Ok(Some(area)) = form.query_selector("textarea") else { return };
        let Ok(area) = area.dyn_into::<HtmlTextAreaElement>() else { return };
        let editor = Rc::new(Editor {
            kept: RefCell::new(area.default_value().unwrap_or_else(|_| area.value())),
            form,
            area,
            words,
            shown,
            is_composing: Cell::new(false),
            is_sending: Cell::new(false),
            is_stopped: Cell::new(false),
            timer: Cell::new(None),
        });
        if !editor.restore() && editor.area.value() != *editor.kept.borrow() {
            // Typed before this came alive.
            editor.typed();
        }
        editor.listen("compositionstart", |editor| editor.is_composing.set(true));
        editor.listen("compositionend", |editor| {
            editor.is_composing.set(false);
            editor.typed();
        });
        editor.listen("input", |editor| editor.typed());
        let sent = Rc::clone(&editor);
        let on_submit = Closure::<dyn FnMut(Event)>::new(move |_| sent.submitted());
        _ = editor.form.add_event_listener_with_callback("submit", on_submit.as_ref().unchecked_ref());
        on_submit.forget();
    }

    impl Editor {
        fn listen(self: &Rc<Self>, name: &str, react: impl Fn(&Rc<Self>) + 'static) {
            let editor = Rc::clone(self);
            let closure = Closure::<dyn FnMut(Event)>::new(move |_| react(&editor));
            _ = self.area.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
            // The page keeps one editor as long as it is open.
            closure.forget();
        }

        fn field(&self, name: &str) -> Option<HtmlInputElement> {
            let found = self.form.query_selector(&format!("input[name={name}]")).ok()??;
            found.dyn_into().ok()
        }

        fn value(&self, name: &str) -> String {
            self.field(name).map(|field| field.value()).unwrap_or_default()
        }

        /// The form itself is on its way: the server shows what it does not keep. Until it has answered the text is
        /// remembered all the same.
        fn submitted(&self) {
            self.is_stopped.set(true);
            self.remember(SENT);
        }

        fn typed(self: &Rc<Self>) {
            if self.is_composing.get() || self.is_stopped.get() {
                return;
            }
            self.remember("");
            self.shown.0.set(self.words.unsaved.clone());
            self.wait(REST);
        }

        fn wait(self: &Rc<Self>, time: Duration) {
            if let Some(timer) = self.timer.take() {
                timer.clear();
            }
            let editor = Rc::clone(self);
            self.timer.set(set_timeout_with_handle(move || editor.send(), time).ok());
        }

        fn send(self: &Rc<Self>) {
            if self.is_stopped.get() || self.is_composing.get() {
                return;
            }
            if self.is_sending.get() {
                return self.wait(REST);
            }
            let text = self.area.value();
            if text == *self.kept.borrow() {
                self.forget();
                return self.shown.0.set(String::new());
            }
            self.is_sending.set(true);
            // Who tells of new versions waits: the next one may be this.
            _ = self.form.set_attribute("data-sending", "");
            self.shown.0.set(self.words.saving.clone());
            let editor = Rc::clone(self);
            spawn_local(async move {
                let answer = editor.post(&text).await;
                editor.is_sending.set(false);
                editor.take(&text, answer);
                _ = editor.form.remove_attribute("data-sending");
            });
        }

        fn take(self: &Rc<Self>, text: &str, answer: Option<Answer>) {
            // The form was sent meanwhile and leads elsewhere.
            if self.is_stopped.get() {
                return;
            }
            let (said, trouble, other) = self.shown;
            let Some(answer) = answer else {
                said.set(self.words.unsaved.clone());
                trouble.set(self.words.offline.clone());
                return self.wait(AGAIN);
            };
            // An answer that was lost on its way told that it is kept.
            let is_mine = answer.theirs.as_deref() == Some(text.trim_end());
            if !answer.is_kept && !is_mine {
                said.set(self.words.unsaved.clone());
                trouble.set(answer.said);
                self.is_stopped.set(answer.theirs.is_some());
                return other.set(answer.theirs);
            }
            if let Some(field) = self.field("seen") {
                field.set_value(&answer.version);
            }
            _ = self.form.set_attribute("data-version", &answer.version);
            text.clone_into(&mut self.kept.borrow_mut());
            trouble.set(String::new());
            if self.area.value() == text {
                self.forget();
                said.set(answer.said);
            } else {
                self.remember("");
                said.set(self.words.unsaved.clone());
                self.wait(REST);
            }
        }

        /// Sends the form as a browser does; `None` when nothing that can be read came back.
        async fn post(&self, text: &str) -> Option<Answer> {
            let fields = UrlSearchParams::new().ok()?;
            for name in ["week", "place", "seen"] {
                fields.append(name, &self.value(name));
            }
            fields.append("do", "save");
            fields.append("text", text);
            let headers = Headers::new().ok()?;
            headers.append("accept", "application/json").ok()?;
            let init = RequestInit::new();
            init.set_method("POST");
            init.set_headers(&headers);
            init.set_body(&fields);
            let address = self.form.get_attribute("action")?;
            let response = window().fetch_with_str_and_init(&address, &init).await.ok()?;
            let response: Response = response.dyn_into().ok()?;
            let value = response.json().ok()?.await.ok()?;
            let word = |name: &str| Reflect::get(&value, &JsValue::from_str(name)).ok()?.as_string();
            Some(Answer {
                is_kept: response.ok(),
                said: word("said").or_else(|| word("detail"))?,
                version: word("version").unwrap_or_default(),
                theirs: word("theirs"),
            })
        }

        fn name(&self) -> String {
            format!("teirei-note {} {}", self.value("week"), self.value("place"))
        }

        /// Keeps what is typed until the server has it, with the version it was made from.
        fn remember(&self, how: &str) {
            if let Some(storage) = storage() {
                let kept = format!("{}{how}\n{}", self.value("seen"), self.area.value());
                _ = storage.set_item(&self.name(), &kept);
            }
        }

        fn forget(&self) {
            if let Some(storage) = storage() {
                _ = storage.remove_item(&self.name());
            }
        }

        /// Brings back what was typed before a reload and not kept. A version that came meanwhile is not passed over:
        /// the text says which one it was made from, and the server refuses it. Says whether there was anything.
        fn restore(self: &Rc<Self>) -> bool {
            let kept = storage().and_then(|storage| storage.get_item(&self.name()).ok().flatten());
            let Some((seen, text)) = kept.as_deref().and_then(|kept| kept.split_once('\n')) else {
                return false;
            };
            let sent = seen.strip_suffix(SENT);
            let has_arrived = sent.is_some_and(|seen| seen != self.value("seen"));
            if has_arrived || text.trim_end() == *self.kept.borrow() {
                self.forget();
                return false;
            }
            let seen = sent.unwrap_or(seen);
            self.area.set_value(text);
            if let Some(field) = self.field("seen") {
                field.set_value(seen);
            }
            self.shown.0.set(self.words.restored.clone());
            self.wait(REST);
            true
        }
    }

    fn storage() -> Option<Storage> {
        window().session_storage().ok().flatten()
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn without_javascript_it_says_nothing() {
        let word = |text: &str| text.to_owned();
        let html = Owner::new().with(|| {
            view! {
                <NoteEditor
                    unsaved=word("未保存")
                    saving=word("保存中")
                    offline=word("切断")
                    restored=word("復元")
                    theirs=word("相手")
                    compare=word("比べる")
                />
            }
            .to_html()
        });
        assert!(html.contains(r#"<leptos-island data-component="NoteEditor_"#), "{html}");
        assert!(!html.contains("<button") && !html.contains("<pre"), "{html}");
    }
}
