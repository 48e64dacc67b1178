//! `/incidents`: the incidents of a week.

use leptos::prelude::*;

use crate::pages::review::incidents;
use crate::pages::week_page::{WeekPage, show};

/// The page.
#[component]
pub fn IncidentsPage() -> impl IntoView {
    show(WeekPage {
        path: "/incidents",
        id: "incidents",
        words: |words| [words.incidents_page_title, words.incidents_title, words.incidents_question],
        body: incidents::content,
    })
}
