//! What chat channels are to hear of, from what the product pages show now.

use std::sync::Arc;

use app::backend::AppError;
use domain::catalogue::Catalogue;
use domain::notice::Findings;
use domain::week::IsoWeek;
use jiff::civil::Date;

use super::LiveBackend;

/// What holds now, and what it was found with.
pub struct Found {
    /// What holds.
    pub findings: Findings,
    /// The catalogue in force.
    pub catalogue: Arc<Catalogue>,
    /// Today in the organisation's zone.
    pub today: Date,
}

impl LiveBackend {
    /// What holds now of every product, from the pages of this week and the one before: days arrive late, so
    /// that last week's may still stand out anew. Frozen weeks are looked at as they are known now.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the database fails.
    pub async fn findings(&self) -> Result<Found, AppError> {
        let moment = self.moment().await?;
        let catalogue = self.catalogue(moment).await?;
        let today = self.clock.today(&catalogue.organization.zone());
        let week = IsoWeek::containing(today);
        let mut findings = Findings::default();
        for (week, is_newest) in [(week, true), (week.previous(), false)] {
            let draft = self.draft(moment, week).await?;
            for product in &self.product_drafts(&draft).await? {
                if is_newest {
                    findings.add_budget(product);
                }
                findings.add_anomalies(product);
            }
        }
        findings.add_commitments(&catalogue.commitments, today);
        Ok(Found { findings, catalogue, today })
    }
}
