//! The form that corrects an incident, what typed values would change, and what can be taken back.

use domain::incident::{DetectedBy, Severity};
use domain::incident_override::{CauseClass, OverrideField, in_force};
use jiff::Timestamp;
use leptos::prelude::*;

use super::events::shown;
use super::{IncidentView, incident_path};
use crate::components::table::table;
use crate::components::writing::written;
use crate::texts::format;
use crate::texts::incident_words::{cause_word, field_word};
use crate::texts::texts;

pub(super) fn body(view: &IncidentView<'_>) -> AnyView {
    let words = view.words;
    let problem = view.context.parameter("problem").map(|word| {
        let field = view.context.parameter("field").and_then(|name| name.parse().ok());
        let field = field.map(|field| format!("{}: ", field_word(view.language, field)));
        view! { <p class="error" role="alert">{field}{words.problem(word)}</p> }
    });
    if !view.may_edit() {
        let product = view.page.told.product.parse().ok();
        let told = written(view.context, product.as_ref(), || ().into_any());
        return view! { {given(view)}{told} }.into_any();
    }
    let is_open = view.page.preview.is_some() || view.context.parameter("problem").is_some();
    view! {
        {problem}
        {preview(view)}
        {given(view)}
        <details class="data" open=is_open>
            <summary>{words.edit}</summary>
            {form(view)}
        </details>
    }
    .into_any()
}

/// What typed values would change: the week's union and the budgets.
fn preview(view: &IncidentView<'_>) -> Option<AnyView> {
    let (page, words) = (view.page, view.words);
    let preview = page.preview.as_ref()?;
    if preview.values.is_empty() && preview.faults.is_empty() {
        return Some(view! { <p class="prose">{words.preview_nothing}</p> }.into_any());
    }
    let line = |head: String, now: String, then: String| {
        view! {
            <tr>
                <th scope="row" class="full">{head}</th>
                <td data-label=words.now>{now}</td>
                <td data-label=words.then><strong>{then}</strong></td>
            </tr>
        }
    };
    let values = preview.values.iter().map(|(field, value)| {
        let now = known(view, *field);
        line(
            field_word(view.language, *field).to_owned(),
            shown(view, *field, &now),
            shown(view, *field, value),
        )
    });
    let minutes = |seconds: i64| format::minutes(seconds, view.language);
    let union = line(
        words.total.to_owned(),
        minutes(page.toll.union.minutes() * 60),
        minutes(preview.toll.union.minutes() * 60),
    );
    let is_it = |charge: &&domain::attribution::Charge| {
        charge.source == page.told.source && charge.external_id == page.told.external_id
    };
    let share = |one: Option<&domain::incident_statistics::charge::BudgetCharges>| {
        let bad = one.and_then(|one| Some(one.attribution.charges.iter().find(is_it)?.bad)).unwrap_or(0);
        let share = one.and_then(|one| one.share(bad));
        share.map_or_else(|| "0%".to_owned(), |share| format::percent(share, 1))
    };
    let mut objectives: Vec<(&str, &str)> = Vec::new();
    for one in page.toll.budgets.iter().chain(&preview.toll.budgets) {
        if !objectives.iter().any(|(id, _)| *id == one.objective) {
            objectives.push((&one.objective, &one.display_name));
        }
    }
    let budgets = objectives.into_iter().map(|(id, name)| {
        let now = page.toll.budgets.iter().find(|one| one.objective == id);
        let then = preview.toll.budgets.iter().find(|one| one.objective == id);
        line(format!("{} {name}", words.budget), share(now), share(then))
    });
    let faults = preview.faults.iter().map(|(field, fault)| {
        let why = crate::backend::IncidentRefusal::Value(*field, *fault);
        view! { <p class="error">{field_word(view.language, *field)}": "{words.problem(why.as_str())}</p> }
    });
    let columns = [(words.previewed, false), (words.now, false), (words.then, false)];
    let rows = view! { {values.collect_view()}{union}{budgets.collect_view()} }.into_any();
    Some(view! { {faults.collect_view()}{table(words.previewed, &columns, rows)} }.into_any())
}

/// The value in force as it is kept.
fn known(view: &IncidentView<'_>, field: OverrideField) -> String {
    match field {
        OverrideField::Cause => view.page.cause.map_or("", CauseClass::as_str).to_owned(),
        field => field.value_of(&view.page.edited),
    }
}

/// Values that people gave, beside the source's, each with what takes it back.
fn given(view: &IncidentView<'_>) -> Option<AnyView> {
    let (page, words) = (view.page, view.words);
    let known = in_force(&page.overrides);
    if known.is_empty() {
        return None;
    }
    let rows = known.into_iter().map(|(field, one)| {
        let value = one.value.as_deref().unwrap_or_default();
        let told = field.value_of(&page.told);
        let beside = if told == value {
            words.source_agrees.to_owned()
        } else {
            format!("{}: {}", words.source_says, shown(view, field, &told))
        };
        view! {
            <tr>
                <th scope="row">{field_word(view.language, field)}" "<span class="tag">{words.edited}</span></th>
                <td class="full">{shown(view, field, value)}<small>{beside}</small></td>
                <td class="full" data-label=words.reason>{one.by.clone()}": "{one.reason.clone()}</td>
                <td class="full">{view.may_edit().then(|| withdraw(view, field))}</td>
            </tr>
        }
    });
    let columns =
        [(words.edited, false), (words.value, false), (words.reason, false), (words.withdraw, false)];
    Some(table(words.edited, &columns, rows.collect_view().into_any()))
}

fn withdraw(view: &IncidentView<'_>, field: OverrideField) -> AnyView {
    let words = view.words;
    view! {
        <form class="upload" method="post" action="/api/incident/override">
            {hidden(view)}
            <label><span>{words.reason}</span><input name="reason" required=true maxlength="500" autocomplete="off"/></label>
            <button class="quiet" name="do" value=format!("withdraw-{}", field.as_str())>{words.undo}</button>
        </form>
    }
    .into_any()
}

fn hidden(view: &IncidentView<'_>) -> AnyView {
    let seen = view.page.overrides.len().to_string();
    view! {
        <input type="hidden" name="incident" value=view.word()/>
        <input type="hidden" name="seen" value=seen/>
        {view.lang()}
    }
    .into_any()
}

fn form(view: &IncidentView<'_>) -> AnyView {
    let (page, words) = (view.page, view.words);
    let fields = OverrideField::ALL.into_iter().map(|field| input(view, field)).collect_view();
    let here = format!("{}#edit", incident_path(&page.told.source, &page.told.external_id));
    let reason = view.context.parameter("reason").unwrap_or_default().to_owned();
    view! {
        <form class="entry-form" method="post" action="/api/incident/override">
            {hidden(view)}
            <p class="prose">{words.edit_hint}</p>
            <div class="entry">{fields}</div>
            <label class="prose"><span>{words.reason}</span><input name="reason" maxlength="500" autocomplete="off" value=reason/></label>
            <p>
                <button class="quiet" name="do" value="preview" formmethod="get" formaction=here>{words.preview}</button>
                " "
                <button class="primary" name="do" value="save">{words.save}</button>
            </p>
        </form>
    }
    .into_any()
}

/// A field with what was typed, else what is in force.
fn input(view: &IncidentView<'_>, field: OverrideField) -> AnyView {
    let (name, label) = (field.as_str(), field_word(view.language, field));
    let typed = view.page.preview.is_some().then(|| view.context.parameter(name)).flatten();
    let value = typed.map_or_else(|| in_form(view, field), str::to_owned);
    let choices: Vec<(String, String)> = match field {
        OverrideField::Severity => {
            Severity::ALL.iter().map(|one| (one.as_str().to_owned(), one.as_str().to_owned())).collect()
        }
        OverrideField::DetectedBy => DetectedBy::ALL
            .iter()
            .map(|one| (one.as_str().to_owned(), texts(view.language).detected_by(*one).to_owned()))
            .collect(),
        OverrideField::Cause => CauseClass::ALL
            .iter()
            .map(|one| (one.as_str().to_owned(), cause_word(view.language, *one).to_owned()))
            .collect(),
        field if field.is_flag() => [("false", view.words.no), ("true", view.words.yes)]
            .map(|(value, word)| (value.to_owned(), word.to_owned()))
            .to_vec(),
        OverrideField::Product => view
            .page
            .catalogue
            .products
            .iter()
            .map(|one| (one.slug.to_string(), one.name.get(view.language).to_owned()))
            .collect(),
        _ => Vec::new(),
    };
    if choices.is_empty() {
        let kind = if field.is_time() { "datetime-local" } else { "text" };
        let step = field.is_time().then_some("1");
        return view! {
            <label><span>{label}</span><input name=name type=kind step=step maxlength="500" autocomplete="off" value=value/></label>
        }
        .into_any();
    }
    // A value that is none of the choices stays one, so that saving something else changes nothing here.
    let is_choice = choices.iter().any(|(known, _)| *known == value);
    let own = (!is_choice || field.may_be_empty()).then(|| {
        let empty = if is_choice { String::new() } else { value.clone() };
        let word = if empty.is_empty() { view.words.unknown.to_owned() } else { empty.clone() };
        view! { <option value=empty selected=!is_choice>{word}</option> }
    });
    let options = choices.into_iter().map(|(known, word)| {
        let selected = known == value;
        view! { <option value=known selected=selected>{word}</option> }
    });
    view! { <label><span>{label}</span><select name=name>{own}{options.collect_view()}</select></label> }
        .into_any()
}

/// The value in force as the form has it: local times in whole seconds, shares in per cent.
fn in_form(view: &IncidentView<'_>, field: OverrideField) -> String {
    let value = known(view, field);
    if field.is_time() {
        let at: Option<Timestamp> = value.parse().ok();
        return at.map_or(value, |at| view.zone.to_datetime(at).strftime("%Y-%m-%dT%H:%M:%S").to_string());
    }
    match field {
        OverrideField::ImpactFraction => {
            value.parse().map_or(value, |ppm: i64| rust_decimal::Decimal::new(ppm, 4).normalize().to_string())
        }
        _ => value,
    }
}
