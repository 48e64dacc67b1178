//! What is written, or where it stands.

use domain::postmortem::PostmortemText;
use leptos::prelude::*;

use super::PostmortemView;
use crate::texts::format;
use crate::texts::postmortem_sentences::version_line;
use crate::ui::markdown::markdown;

pub(super) fn body(view: &PostmortemView<'_>) -> AnyView {
    let (page, words) = (view.page, view.words);
    let asked = view.context.parameter("at").and_then(|number| number.parse::<i64>().ok());
    let latest = page.record.latest();
    let older = asked.and_then(|number| page.record.texts.iter().find(|text| text.version == number));
    let shown = older.or(latest);
    let is_older = shown.zip(latest).is_some_and(|(shown, latest)| shown.version != latest.version);
    let remark = is_older.then(|| {
        view! { <p class="prose">{words.older_shown}" "<a href=format!("{}#text", view.path())>{words.newest}" →"</a></p> }
    });
    let text = match shown {
        Some(shown) => version(view, shown),
        None => view! { <div class="empty"><p>{words.written_none}</p></div> }.into_any(),
    };
    view! { {remark}{text}{at_source(view)} }.into_any()
}

fn version(view: &PostmortemView<'_>, shown: &PostmortemText) -> AnyView {
    let words = view.words;
    let at = format::short_date_time(shown.at, &view.zone, view.language);
    let link = shown.link.as_ref().map(|link| {
        view! { <p><a href=link.clone() rel="noopener noreferrer nofollow">{words.elsewhere}" ↗"</a>" "<small>{link.clone()}</small></p> }
    });
    let text = (!shown.text.is_empty()).then(|| markdown(&shown.text, words.written));
    let download = (!shown.text.is_empty()).then(|| {
        let name = format!("postmortem-{}.md", view.page.incident.external_id);
        let href = format!("{}.md?at={}", view.path(), shown.version);
        view! { <a class="evidence" href=href download=name>{words.download}" →"</a> }
    });
    view! {
        {link}
        {text}
        <p><small>{version_line(view.language, shown.version, &at, &shown.by)}</small></p>
        {download}
    }
    .into_any()
}

/// What the source says of a write-up, beside what is written here.
fn at_source(view: &PostmortemView<'_>) -> Option<AnyView> {
    let (incident, words) = (&view.page.incident, view.words);
    let url = incident
        .postmortem_url
        .as_ref()
        .filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    let published = incident.postmortem_published_at.filter(|at| *at <= view.page.as_of);
    if url.is_none() && published.is_none() {
        return None;
    }
    let link = url.map(|url| {
        view! { <a href=url.clone() rel="noopener noreferrer nofollow">{words.told_by_source}" ("{incident.source.clone()}")"</a> }
    });
    let published = published.map(|at| {
        let at = format::short_date_time(at, &view.zone, view.language);
        view! { " "{words.told_published}" ("{at}")" }
    });
    let own = view.page.head.state.map(|_| view! { <small>" "{words.own_counts}</small> });
    Some(view! { <p>{link}{published}{own}</p> }.into_any())
}
