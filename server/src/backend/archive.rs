//! What the archive finds again.

use app::backend::{AppError, incident_word};
use domain::archive_search::{Entry, EntryKind, Hit, search};
use domain::note::NotePlace;
use domain::period::Period;
use domain::product::Slug;
use domain::week::IsoWeek;
use jiff::Timestamp;
use unicode_normalization::char::decompose_compatible;

use super::{DEFAULT_MEETING, LiveBackend, internal};

impl LiveBackend {
    /// Everything that was written, as it stands now, in which all words of the query occur.
    pub(super) async fn archive_found(&self, query: &str) -> Result<Vec<Hit>, AppError> {
        if query.trim().is_empty() {
            return Ok(Vec::new());
        }
        let moment = self.moment().await?;
        let zone = self.catalogue(moment).await?.organization.zone();
        let mut entries = self.written().await?;
        let all = Period { start: Timestamp::MIN, end: moment.as_of };
        let incidents = self.incidents(all).await.map_err(|error| internal(&error))?;
        entries.extend(incidents.into_iter().map(|incident| {
            let begun = incident.impact_start.unwrap_or(incident.declared_at);
            Entry {
                kind: EntryKind::Incident,
                product: incident.product.parse().ok(),
                week: IsoWeek::at(begun, &zone),
                key: incident_word(&incident.source, &incident.external_id),
                title: incident.title,
                texts: vec![incident.external_id],
            }
        }));
        let actions = self.store.action_list().await.map_err(|error| internal(&error))?;
        entries.extend(actions.into_iter().map(|action| {
            Entry {
                kind: EntryKind::Action,
                product: action.terms.product,
                week: action.terms.week.unwrap_or_else(|| IsoWeek::at(action.made_at, &zone)),
                key: action.id.to_string(),
                title: action.terms.text,
                texts: std::iter::once(action.terms.owner)
                    .chain(action.steps.into_iter().map(|step| step.note))
                    .collect(),
            }
        }));
        Ok(search(query, entries, folded))
    }

    /// Notes, topics and decisions.
    async fn written(&self) -> Result<Vec<Entry>, AppError> {
        let notes = self.store.note_all(DEFAULT_MEETING).await.map_err(|error| internal(&error))?;
        let topics = self.store.topic_list().await.map_err(|error| internal(&error))?;
        let decisions = self.store.decision_list().await.map_err(|error| internal(&error))?;
        let notes = notes.into_iter().map(|(week, note)| Entry {
            kind: EntryKind::Note,
            product: product_of(&note.place),
            week,
            key: note.place.to_string(),
            title: String::new(),
            texts: vec![note.text],
        });
        let topics = topics.into_iter().map(|topic| Entry {
            kind: EntryKind::Topic,
            product: topic.terms.product.clone(),
            week: topic.week(),
            key: topic.id.to_string(),
            title: topic.terms.title,
            texts: std::iter::once(topic.terms.evidence)
                .chain(topic.steps.into_iter().map(|step| step.note))
                .collect(),
        });
        let decisions = decisions.into_iter().map(|decision| Entry {
            kind: EntryKind::Decision,
            product: decision.terms.product.clone(),
            week: decision.terms.week,
            key: decision.id.to_string(),
            title: decision.terms.text,
            texts: std::iter::once(decision.terms.expects)
                .chain(decision.steps.into_iter().map(|step| step.note))
                .collect(),
        });
        Ok(notes.chain(topics).chain(decisions).collect())
    }
}

/// The product that a note is about.
fn product_of(place: &NotePlace) -> Option<Slug> {
    match place {
        NotePlace::Section(_) => None,
        NotePlace::Product(slug) => Some(slug.clone()),
    }
}

/// A letter taken apart as Unicode's compatibility decomposition does, in lower case: ｶﾞ, ガ and Ｇ, g are the same.
fn folded(letter: char) -> Vec<char> {
    let mut parts = Vec::new();
    decompose_compatible(letter, |part| parts.extend(part.to_lowercase()));
    parts
}
