//! Which promises of the register a reader wants to see.

use crate::action::{Action, ActionState};
use crate::incident_merge::IncidentKey;

/// A choice; what is not chosen is not asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionFilter {
    /// How it stands; `None` for every state.
    pub state: Option<ActionState>,
    /// The short name of its product.
    pub product: Option<String>,
    /// Who does it, as written.
    pub owner: Option<String>,
    /// The incident it follows, as one word.
    pub incident: Option<String>,
    /// Whether anything was chosen at all.
    pub is_narrowed: bool,
}

impl ActionFilter {
    /// The choice of a query: what is open where no state is named, everything where the word is none of a state.
    #[must_use]
    pub fn read<'q>(parameter: impl Fn(&str) -> Option<&'q str>) -> Self {
        let named = |name| parameter(name).map(str::trim).filter(|value| !value.is_empty());
        let owned = |name| named(name).map(str::to_owned);
        let state = match named("state") {
            None => Some(ActionState::Open),
            Some(word) => word.parse().ok(),
        };
        let is_narrowed = ["state", "product", "owner", "incident"].iter().any(|name| named(name).is_some());
        Self {
            state,
            product: owned("product"),
            owner: owned("owner"),
            incident: owned("incident"),
            is_narrowed,
        }
    }

    /// The word of the state that is chosen.
    #[must_use]
    pub fn state_word(&self) -> &'static str {
        self.state.map_or("all", ActionState::as_str)
    }

    /// Whether a promise is asked for.
    #[must_use]
    pub fn holds(&self, action: &Action) -> bool {
        let (terms, product) = (&action.terms, action.terms.product.as_ref().map(|slug| slug.as_str()));
        let incident = terms.incident.as_ref().map(IncidentKey::word);
        self.state.is_none_or(|state| state == action.state())
            && self.product.as_deref().is_none_or(|wanted| product == Some(wanted))
            && self.owner.as_ref().is_none_or(|wanted| terms.owner == *wanted)
            && self.incident.as_ref().is_none_or(|wanted| incident.as_ref() == Some(wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{ActionMove, ActionStep, ActionTerms};

    fn action(product: &str, owner: &str, incident: Option<&str>, done: bool) -> Action {
        let at = "2026-11-02T01:00:00Z".parse().unwrap();
        let step = ActionStep { what: ActionMove::Done, at, by: "原".to_owned(), note: String::new() };
        let key = incident.and_then(|word| word.split_once('~'));
        Action {
            id: 1,
            terms: ActionTerms {
                text: "x".to_owned(),
                owner: owner.to_owned(),
                due_on: "2026-11-30".parse().unwrap(),
                product: product.parse().ok(),
                incident: key.map(|(source, id)| IncidentKey {
                    source: source.to_owned(),
                    external_id: id.to_owned(),
                }),
                week: None,
                link: None,
            },
            made_at: at,
            made_by: "原".to_owned(),
            steps: if done { vec![step] } else { Vec::new() },
            issue: None,
        }
    }

    #[test]
    fn a_query_chooses_what_is_open_unless_it_says_otherwise() {
        let open = action("telemed", "林", Some("pagerduty~118"), false);
        let done = action("erx", "林", None, true);
        for (query, takes_open, takes_done, is_narrowed) in [
            (vec![], true, false, false),
            (vec![("state", "done")], false, true, true),
            (vec![("state", "all")], true, true, true),
            (vec![("state", " ")], true, false, false),
            (vec![("state", "all"), ("product", "erx")], false, true, true),
            (vec![("owner", "林")], true, false, true),
            (vec![("owner", "森")], false, false, true),
            (vec![("state", "all"), ("incident", "pagerduty~118")], true, false, true),
            (vec![("incident", "pagerduty~119")], false, false, true),
        ] {
            let filter = ActionFilter::read(|name| {
                query.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
            });
            let found = (filter.holds(&open), filter.holds(&done), filter.is_narrowed);
            assert_eq!(found, (takes_open, takes_done, is_narrowed), "{query:?}");
        }
    }
}
