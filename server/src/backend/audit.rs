//! The audit, as it is written beside what is no write of its own, read and checked.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use app::backend::{AppError, AuditAsked, AuditPage};
use domain::audit::AuditEntry;
use store::AuditWanted;

use super::{LiveBackend, internal};

/// How many entries a page shows.
const SHOWN: i64 = 100;

impl LiveBackend {
    /// Writes down what is no write of its own, such as that a link was used. What cannot be written down is logged:
    /// whoever reads is not kept out for it.
    pub async fn written_down(&self, entry: AuditEntry) {
        if let Err(error) = self.store.audit_append(entry).await {
            internal(&error);
        }
    }

    /// Writes down that a page was taken away, once an hour for each page and person; answers the head of the audit.
    pub async fn exported(&self, entry: AuditEntry) -> Option<String> {
        let hour = entry.at.as_second().div_euclid(3_600);
        let key = (entry.identity.clone(), entry.object.clone());
        let is_new = {
            let mut noted = self.exported.lock().unwrap_or_else(PoisonError::into_inner);
            if noted.0 != hour {
                *noted = (hour, BTreeSet::new());
            }
            noted.1.insert(key)
        };
        if is_new {
            self.written_down(entry).await;
        }
        let head = self.store.audit_head().await.map_err(|error| internal(&error)).ok()?;
        Some(head.head.to_string())
    }

    /// The page of the audit: what was asked for, and whether the chain holds.
    pub(super) async fn audit_page(&self, asked: &AuditAsked) -> Result<AuditPage, AppError> {
        let act = match asked.act.as_str() {
            "" => None,
            word => Some(word.parse().map_err(|_| AppError::NotFound)?),
        };
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let wanted = AuditWanted {
            actor: filled(&asked.actor),
            act,
            object: filled(&asked.object),
            before: asked.before,
        };
        let entries = self.store.audit_list(&wanted, SHOWN).await.map_err(|error| internal(&error))?;
        let chain = self.store.audit_check().await.map_err(|error| internal(&error))?;
        let catalogue = self.catalogue(self.moment().await?).await?;
        let is_more = i64::try_from(entries.len()).is_ok_and(|count| count == SHOWN);
        Ok(AuditPage { asked: asked.clone(), entries, is_more, chain, zone: catalogue.organization.zone() })
    }
}
