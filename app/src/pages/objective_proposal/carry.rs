//! What has to be written where the definition lives: an OpenSLO document, a patch of terraform.

use domain::terraform::Declared;
use leptos::prelude::*;

use super::ProposalView;
use crate::backend::PatchShown;
use crate::components::section::item;
use crate::context::segment;
use crate::texts::format;
use crate::texts::proposal_words::patch_obstacle;
use crate::ui::raw::TextArea;

/// The section; `number` is its number on the page.
pub(super) fn section(view: &ProposalView<'_>, number: usize) -> AnyView {
    let words = view.words;
    item("carry", number.to_string(), words.carry, words.question_carry, body(view)).into_any()
}

fn body(view: &ProposalView<'_>) -> AnyView {
    let page = view.page;
    let blocks = page.blocks.iter().map(Some).chain(std::iter::repeat(None));
    let declared = page.declared.iter().zip(blocks).map(|(declared, block)| resource(view, declared, block));
    let declared = if page.declared.is_empty() {
        view! {
            <p class="prose">{view.words.terraform_none}" "<code>"teirei import terraform FILE"</code></p>
        }
        .into_any()
    } else {
        declared.collect_view().into_any()
    };
    let patches =
        page.patches.iter().enumerate().map(|(position, patch)| made(view, position, patch)).collect_view();
    let document = page.document.as_ref().map(|text| document(view, text));
    let state = view.review.context.access.administers.then(|| state(view));
    view! { {patches}{declared}{document}{state} }.into_any()
}

/// The form that takes in what terraform says.
fn state(view: &ProposalView<'_>) -> AnyView {
    let words = view.words;
    view! {
        <details class="data">
            <summary>{words.state_upload}</summary>
            <form class="upload" method="post" action="/api/objective/terraform" enctype="multipart/form-data">
                <input type="hidden" name="objective" value=view.page.objective.id.clone()/>
                <label><span>{words.state_file}</span><input type="file" name="file" accept=".json,application/json" required=true/></label>
                <button>{words.state_button}</button>
            </form>
            <p class="prose"><small>{words.state_explained}</small></p>
        </details>
    }
    .into_any()
}

/// Where terraform has it, what it should say there, and the form that makes a patch of its file.
fn resource(view: &ProposalView<'_>, declared: &Declared, block: Option<&String>) -> AnyView {
    let words = view.words;
    let says = declared.promise.as_ref().map(|promise| view.promise(promise));
    let drift = declared
        .is_drifted(view.page.review.as_of)
        .then(|| view! { <p class="error">{words.terraform_drift}</p> });
    // The file is the same as the last time.
    let before = view.page.patches.iter().find(|patch| patch.address == declared.resource.address);
    let path = before.map(|patch| patch.path.clone());
    let may_edit = view.review.context.may_edit(view.page.objective.product.as_ref());
    let form = view.page.shown.as_ref().filter(|_| may_edit).map(|shown| {
        view! {
            <form class="upload" method="post" action="/api/objective/patch" enctype="multipart/form-data">
                <input type="hidden" name="objective" value=shown.objective.clone()/>
                <input type="hidden" name="number" value=shown.id.to_string()/>
                <input type="hidden" name="address" value=declared.resource.address.clone()/>
                <label><span>{words.terraform_path}</span><input name="path" maxlength="300" autocomplete="off" placeholder="slo/main.tf" value=path/></label>
                <label><span>{words.terraform_upload}</span><input type="file" name="file" accept=".tf"/></label>
                <label><span>{words.terraform_paste}</span><TextArea name="text" text=String::new() rows=4 label=words.terraform_paste/></label>
                <button>{words.terraform_button}</button>
            </form>
        }
    });
    let block = block.map(|block| {
        view! {
            <details class="data" open=view.page.shown.is_some()>
                <summary>{words.block}</summary>
                {code(words.block, block)}
            </details>
        }
    });
    view! {
        <div class="declared">
            <p class="prose">{words.terraform_in}" "<code>{declared.resource.address.clone()}</code>" "<small>{says}</small></p>
            {drift}
            {block}
            {form}
        </div>
    }
    .into_any()
}

/// A text to copy.
fn code(label: &'static str, text: &str) -> AnyView {
    view! { <pre class="code" role="group" tabindex="0" aria-label=label><code>{text.to_owned()}</code></pre> }
        .into_any()
}

/// A patch that was made, or why there is none.
fn made(view: &ProposalView<'_>, position: usize, patch: &PatchShown) -> AnyView {
    let (words, language) = (view.words, view.review.language);
    let at = format::short_date_time(patch.at, &view.review.zone, language);
    let remark = (!patch.remark.is_empty())
        .then(|| view! { <p class="error">{patch_obstacle(language, &patch.remark)}</p> });
    let number = view.page.shown.as_ref().map(|shown| shown.id).unwrap_or_default();
    let diff = patch.patch.as_ref().map(|diff| {
        let index = view.page.patches.len() - position;
        let href = format!(
            "/api/objective/patch?objective={}&number={number}&index={index}",
            segment(&view.page.objective.id)
        );
        view! {
            {code(words.patch, diff)}
            <p class="evidence"><a href=href download=format!("proposal-{number}.patch")>{words.download}</a></p>
        }
    });
    let block = patch.patch.is_none().then(|| code(words.block, &patch.block));
    view! {
        <div id=format!("patch-{}", view.page.patches.len() - position)>
            <p class="prose">
                {words.patch}" "<code>{patch.path.clone()}</code>" "<code>{patch.address.clone()}</code>" "
                <small>{at}" "{patch.by.clone()}</small>
            </p>
            {remark}
            {diff}
            {block}
        </div>
    }
    .into_any()
}

fn document(view: &ProposalView<'_>, text: &str) -> AnyView {
    let words = view.words;
    let here = view.review.context;
    let query: Vec<String> = ["number", "target", "window"]
        .into_iter()
        .filter_map(|name| here.parameter(name).map(|value| format!("{name}={}", segment(value))))
        .collect();
    let href = format!("{}/openslo.yaml?{}", view.path(), query.join("&"));
    let name = format!("{}.openslo.yaml", view.page.objective.id);
    view! {
        <details class="data">
            <summary>{words.document}</summary>
            {code(words.document, text)}
            <p class="evidence"><a href=href download=name>{words.download}</a></p>
        </details>
    }
    .into_any()
}
