//! What sources told of deploys, and whose they are not known to be.

use domain::deploy::{DeployName, DeploySource};
use domain::finding::Status;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::backend::DeployImports;
use crate::components::mark::mark;
use crate::components::table::table;
use crate::components::when;
use crate::context::PageContext;
use crate::texts::deploy_words::deploy_words;
use crate::texts::format;
use crate::texts::incident_words::harmless;

/// The sources, one a row, and the names that the catalogue does not know.
pub(super) fn body(context: &PageContext, deploys: &DeployImports, zone: &TimeZone) -> AnyView {
    let words = deploy_words(context.language);
    let rows = deploys.sources.iter().map(|source| source_row(context, source, zone)).collect_view();
    let columns =
        [(words.source, false), (words.deploys, true), (words.newest, false), (words.received, false)];
    let unmapped = (!deploys.unmapped.is_empty()).then(|| {
        let rows = deploys.unmapped.iter().map(|name| unmapped_row(context, name, zone)).collect_view();
        let columns =
            [(words.named, false), (words.repository, false), (words.deploys, true), (words.newest, false)];
        view! {
            <h3>{words.unmapped_title}</h3>
            <p class="prose">{words.unmapped_do}</p>
            {table(words.unmapped_title, &columns, rows.into_any())}
        }
    });
    view! { {table(words.imports_title, &columns, rows.into_any())}{unmapped} }.into_any()
}

fn source_row(context: &PageContext, one: &DeploySource, zone: &TimeZone) -> impl IntoView + use<> {
    let words = deploy_words(context.language);
    view! {
        <tr>
            <th scope="row">{one.source.clone()}</th>
            <td class="num" data-label=words.deploys>{format::whole(one.deploys)}</td>
            <td class="full" data-label=words.newest>{when::instant(one.finished_at, zone, context.language)}</td>
            <td class="full" data-label=words.received>{when::instant(one.received_at, zone, context.language)}</td>
        </tr>
    }
}

fn unmapped_row(context: &PageContext, one: &DeployName, zone: &TimeZone) -> impl IntoView + use<> {
    let words = deploy_words(context.language);
    let repository = one.repository.as_deref().map(harmless);
    view! {
        <tr>
            <th scope="row">{mark(Status::Risk)}" "{harmless(&one.product)}<small>{one.source.clone()}</small></th>
            <td class="full" data-label=words.repository>{repository}</td>
            <td class="num" data-label=words.deploys>{format::whole(one.deploys)}</td>
            <td class="full" data-label=words.newest>{when::instant(one.finished_at, zone, context.language)}</td>
        </tr>
    }
}
