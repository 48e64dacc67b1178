//! What people say of an incident, `POST /api/incident/override` and `POST /api/incident/merge`, and the page's value
//! for programs, `/incidents/{id}.json`.

use app::backend::{
    IncidentPage, IncidentRefusal, MERGE_FROM, MergeRequest, OverrideRequest, incident_of_word, incident_word,
};
use app::context::{link, segment};
use axum::Form;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use domain::hook::IncidentMessage;
use domain::incident::Incident;
use domain::incident_merge::{IncidentKey, MergeWord};
use domain::incident_override::{OverrideField, in_force};
use domain::period::Period;
use serde_json::{Value, json};

use super::problem::Problem;
use crate::access::Door;

/// Fields by name in the order of the form.
type Fields = Vec<(String, String)>;

fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

/// The language of the page that the form stood on, where its address named one.
fn lang_of(fields: &Fields) -> Option<(&'static str, &str)> {
    Some(("lang", field(fields, "lang"))).filter(|(_, lang)| matches!(*lang, "ja" | "en"))
}

fn key_of(word: &str) -> Option<IncidentKey> {
    let (source, id) = incident_of_word(word.trim())?;
    Some(IncidentKey { source: source.to_owned(), external_id: id.to_owned() })
}

fn unreadable(what: &'static str) -> Response {
    Problem::new(StatusCode::BAD_REQUEST, what).into_response()
}

/// Leads on, so that a reload sends nothing twice.
fn see(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, path.to_owned())]).into_response()
}

fn path_of(key: &IncidentKey) -> String {
    format!("/incidents/{}", segment(&incident_word(&key.source, &key.external_id)))
}

/// Keeps values; what cannot be kept stands in the form again.
pub async fn correct(door: Door, Form(fields): Form<Fields>) -> Response {
    let Some(of) = key_of(field(&fields, "incident")) else {
        return unreadable("The form does not say what it is for.");
    };
    let Ok(seen) = field(&fields, "seen").parse() else {
        return unreadable("The form does not say what was seen.");
    };
    let withdrawn = match field(&fields, "do").strip_prefix("withdraw-") {
        Some(name) => match name.parse() {
            Ok(field) => vec![field],
            Err(_) => return unreadable("The form names no field that is known."),
        },
        None => Vec::new(),
    };
    let typed: Vec<(OverrideField, String)> = match withdrawn.is_empty() {
        true => fields.iter().filter_map(|(name, text)| Some((name.parse().ok()?, text.clone()))).collect(),
        false => Vec::new(),
    };
    let page = path_of(&of);
    let reason = field(&fields, "reason").to_owned();
    let request = OverrideRequest { of, seen, typed: typed.clone(), withdrawn, reason, actor: door.actor() };
    let why = match door.incident_override(request).await {
        Ok(()) => {
            let lang: Vec<(&str, &str)> = lang_of(&fields).into_iter().collect();
            return see(&format!("{}#edit", link(&page, &lang)));
        }
        Err(IncidentRefusal::Unknown) => {
            return Problem::from(app::backend::AppError::NotFound).into_response();
        }
        Err(IncidentRefusal::Forbidden) => {
            return Problem::from(app::backend::AppError::Forbidden).into_response();
        }
        Err(why) => why,
    };
    let mut query: Vec<(&str, &str)> = vec![("do", "preview"), ("problem", why.as_str())];
    if let IncidentRefusal::Value(field, _) = why {
        query.push(("field", field.as_str()));
    }
    query.extend(typed.iter().map(|(field, text)| (field.as_str(), text.as_str())));
    query.push(("reason", field(&fields, "reason")));
    query.extend(lang_of(&fields));
    see(&format!("{}#edit", link(&page, &query)))
}

/// Keeps what was decided of two incidents.
pub async fn decide(door: Door, Form(fields): Form<Fields>) -> Response {
    let Some(of) = key_of(field(&fields, "incident")) else {
        return unreadable("The form does not say what it is for.");
    };
    // The other one may be part of this one, too.
    let is_from = field(&fields, "do") == MERGE_FROM;
    let Ok(word) = (if is_from { Ok(MergeWord::Into) } else { field(&fields, "do").parse() }) else {
        return unreadable("The form names no decision.");
    };
    // People name the page they are on last when they undo what another one was merged into.
    let page = path_of(&key_of(field(&fields, "page")).unwrap_or_else(|| of.clone()));
    let lang = lang_of(&fields);
    let leads = |problem: Option<&str>| {
        let query: Vec<(&str, &str)> = lang.into_iter().chain(problem.map(|why| ("merge", why))).collect();
        see(&format!("{}#merge", link(&page, &query)))
    };
    let refuse = |why: IncidentRefusal| leads(Some(why.as_str()));
    let Some(other) = key_of(field(&fields, "other")) else { return refuse(IncidentRefusal::Unknown) };
    let reason = field(&fields, "reason").to_owned();
    let (of, other) = if is_from { (other, of) } else { (of, other) };
    let request = MergeRequest { of, other, word, reason, actor: door.actor() };
    match door.incident_merge(request).await {
        Ok(()) => leads(None),
        Err(IncidentRefusal::Forbidden) => Problem::from(app::backend::AppError::Forbidden).into_response(),
        Err(why) => refuse(why),
    }
}

/// The page's value.
pub fn json(page: &IncidentPage) -> String {
    let known = in_force(&page.overrides);
    let edits = known.iter().map(|(field, one)| {
        json!({
            "field": field.as_str(), "value": one.value, "source_value": field.value_of(&page.told),
            "by": one.by, "at": one.at.to_string(), "reason": one.reason,
        })
    });
    let parts = page.toll.union.parts.iter().map(|part| {
        json!({
            "source": part.key.source, "external_id": part.key.external_id, "title": part.title,
            "impact_start": part.period.start.to_string(), "impact_end": part.period.end.to_string(),
            "fraction_ppm": part.fraction.0, "share_ppm_seconds": part.share_ppm_seconds.to_string(),
            "minutes": part.minutes,
        })
    });
    let budgets = page.toll.budgets.iter().map(|one| {
        let charges = one.attribution.charges.iter().map(|charge| {
            json!({
                "source": charge.source, "external_id": charge.external_id, "bad": charge.bad,
                "share_ppm": one.share(charge.bad).map(|share| share.0),
            })
        });
        json!({
            "objective": one.objective, "charges": charges.collect::<Vec<_>>(),
            "unattributed": one.attribution.unattributed, "bad": one.attribution.bad(),
        })
    });
    let document = json!({
        "schema": "teirei/incident/v1",
        "incident": incident(&page.incident),
        "source_says": incident(&page.told),
        "cause": page.cause.map(|cause| cause.as_str()),
        "edits": edits.collect::<Vec<_>>(),
        "messages": page.messages.iter().map(message).collect::<Vec<_>>(),
        "week": page.week.to_string(),
        "union": {
            "seconds": page.toll.union.union_seconds,
            "weighted_ppm_seconds": page.toll.union.weighted_ppm_seconds.to_string(),
            "minutes": page.toll.union.minutes(),
            "parts": parts.collect::<Vec<_>>(),
        },
        "budgets": budgets.collect::<Vec<_>>(),
        "merged_into": page.root.as_ref().map(|root| IncidentKey::of(root).word()),
        "parts": page.parts.iter().map(|part| IncidentKey::of(part).word()).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn message(message: &IncidentMessage) -> Value {
    let (received_at, read_at) = (message.received_at.to_string(), message.read_at.to_string());
    json!({ "number": message.number, "received_at": received_at, "read_at": read_at })
}

fn incident(incident: &Incident) -> Value {
    let at = |instant: Option<jiff::Timestamp>| instant.map(|instant| instant.to_string());
    let gap = |gap: &Period| json!({ "start": gap.start.to_string(), "end": gap.end.to_string() });
    let calm = incident.calm.iter().map(gap);
    json!({
        "source": incident.source, "external_id": incident.external_id, "title": incident.title,
        "product": incident.product, "severity": incident.severity.as_str(), "status": incident.status,
        "impact_start": at(incident.impact_start), "detected_at": at(incident.detected_at),
        "declared_at": incident.declared_at.to_string(), "acknowledged_at": at(incident.acknowledged_at),
        "mitigated_at": at(incident.mitigated_at), "resolved_at": at(incident.resolved_at),
        "impact_fraction_ppm": incident.impact_fraction.0, "customer_impact": incident.customer_impact,
        "detected_by": incident.detected_by.map(|by| by.as_str()),
        "cause_deploy_id": incident.cause_deploy_id, "fingerprint": incident.fingerprint,
        "planned": incident.planned, "is_test": incident.is_test, "counted": incident.counts(),
        "url": incident.url,
        "calm": calm.collect::<Vec<_>>(),
    })
}
