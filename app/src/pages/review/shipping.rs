//! May we ship? The answer of a product's error budget policy, what is missing for one, and what it demands.

use domain::finding::Status;
use domain::policy::demand::Demand;
use domain::policy::verdict::ShipVerdict;
use domain::product::Slug;
use leptos::prelude::*;

use super::ReviewView;
use crate::components::mark::{mark, write_mark};
use crate::texts::policy_words::policy_words;
use crate::texts::{format, policy_sentences};
use crate::ui::raw::Markup;

/// The verdict of a product, if the review holds one.
pub(crate) fn verdict_of<'a>(view: &ReviewView<'a>, product: &Slug) -> Option<&'a ShipVerdict> {
    view.review.verdicts.iter().find(|verdict| verdict.product == *product)
}

/// The display name of an objective, its id where the review does not list it.
fn objective_name(view: &ReviewView<'_>, id: &str) -> String {
    let found = view.review.objectives.iter().find(|row| row.id == id);
    found.map_or(id, |row| row.display_name.as_str()).to_owned()
}

/// What the answer rests on: the deciding objective, else what is missing.
pub(crate) fn basis(view: &ReviewView<'_>, verdict: &ShipVerdict) -> String {
    let language = view.language;
    let day = |instant| format::short_date(view.zone.to_datetime(instant).date(), language);
    if verdict.action.is_none() {
        let gap = |gap| policy_sentences::gap(language, gap, |id| objective_name(view, id), day);
        let gaps: Vec<String> = verdict.gaps.iter().map(gap).collect();
        return policy_sentences::joined(language, &gaps);
    }
    verdict.decider.as_ref().map_or_else(String::new, |decider| {
        let left = decider.remaining.map(format::percent_left);
        policy_sentences::decided_by(language, &objective_name(view, &decider.objective), left.as_deref())
    })
}

/// Where the policy stands, or where to write one.
pub(crate) fn policy_link(view: &ReviewView<'_>, verdict: &ShipVerdict) -> AnyView {
    let words = policy_words(view.language);
    let slug = verdict.product.as_str();
    let (href, word) = if verdict.is_without_policy() {
        let href = view.context.go("/catalog/policies", &[("product", slug)]);
        (format!("{href}#edit"), words.write)
    } else {
        (format!("{}#policy-{slug}", view.context.go("/catalog/policies", &[])), words.read)
    };
    view! { <a href=href>{word}" →"</a> }.into_any()
}

/// The answer of a product with its basis, its demands and the policy.
pub(crate) fn block(view: &ReviewView<'_>, verdict: &ShipVerdict) -> AnyView {
    let (language, words) = (view.language, policy_words(view.language));
    let status = verdict.status();
    let action = words.action(verdict.action);
    let action = match status {
        Status::Breached => view! { <span class="status breached">{mark(status)}{action}</span> }.into_any(),
        _ => view! { <span class="nb">{mark(status)}" "{action}</span> }.into_any(),
    };
    let note = (!verdict.note.is_empty()).then(|| format!(" — {}", verdict.note));
    let revisit = verdict.revisit_on.filter(|_| verdict.action.is_some() || verdict.is_past_revisit);
    let revisit = revisit
        .map(|day| format!(" · {}", policy_sentences::revisit(language, day, verdict.is_past_revisit)));
    let provisional = verdict.provisional.then(|| format!(" ({})", view.words.provisional));
    view! {
        <div class="shipping">
            <p class="prose">
                {view.words.verdict_ship}" "{action}{note}
                <small>{basis(view, verdict)}{provisional}{revisit}" · "{policy_link(view, verdict)}</small>
            </p>
            {demands(view, verdict)}
        </div>
    }
    .into_any()
}

fn demands(view: &ReviewView<'_>, verdict: &ShipVerdict) -> Option<AnyView> {
    let words = policy_words(view.language);
    let line = |demand: &Demand| {
        let text = policy_sentences::demand(view.language, demand, |id| objective_name(view, id));
        let link = match demand {
            Demand::Postmortem { postmortem_url: Some(url), .. } => {
                let href = url.clone();
                Some(view! { " "<a href=href rel="noopener noreferrer">{words.has_postmortem}</a> })
            }
            _ => None,
        };
        view! { <li>{text}{link}</li> }
    };
    let lines = verdict.demands.iter().map(line).collect_view();
    (!verdict.demands.is_empty())
        .then(|| view! { <p class="prose">{words.demands}</p><ul class="plain">{lines}</ul> }.into_any())
}

/// A word in a cell that names the product; nothing without a policy.
pub(super) fn write_short(cell: &mut Markup, view: &ReviewView<'_>, product: &Slug) {
    let verdict = verdict_of(view, product).filter(|verdict| !verdict.is_without_policy());
    let Some(verdict) = verdict else { return };
    let words = policy_words(view.language);
    cell.element("small", &[("title", &basis(view, verdict))], |small| {
        write_mark(small, verdict.status());
        small.text(&format!(" {}: {}", words.may_ship, words.action_short(verdict.action)));
    });
}

/// The answer and its basis in a cell.
pub(crate) fn cell(view: &ReviewView<'_>, verdict: &ShipVerdict) -> AnyView {
    let words = policy_words(view.language);
    let status = verdict.status();
    let action = words.action(verdict.action);
    let action = match status {
        Status::Breached => view! { <span class="status breached">{mark(status)}{action}</span> }.into_any(),
        _ => view! { {mark(status)}" "{action} }.into_any(),
    };
    let demands = (!verdict.demands.is_empty()).then(|| {
        let href = format!("{}#objectives", view.product_link(&verdict.product));
        let text = policy_sentences::demands(view.language, verdict.demands.len());
        view! { " · "<a href=href>{text}</a> }
    });
    view! { {action}<small>{basis(view, verdict)}" · "{policy_link(view, verdict)}</small>{demands} }
        .into_any()
}
