//! What `/incidents` shows and how its address is read.

use std::sync::Arc;

use domain::access::Products;
use domain::incident_statistics::IncidentStatistics;
use domain::incident_statistics::change_failure::DeployFigures;
use domain::incident_statistics::filter::IncidentFilter;
use domain::incident_statistics::window::StatisticsWindow;
use domain::product::Slug;
use domain::review::WeeklyReview;
use domain::week::IsoWeek;

use super::AppError;

/// What the page is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentStatisticsRequest {
    /// Over which time.
    pub window: StatisticsWindow,
    /// Which incidents, and in which order.
    pub filter: IncidentFilter,
    /// The product whose page it is; the filter's product is this one then.
    pub product: Option<Slug>,
    /// Of which products incidents may be told at all; of all of them but for readers who see only some.
    pub sees: Products,
}

impl IncidentStatisticsRequest {
    /// Reads the query of an address; windows of weeks end with `week`.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for days that are none, exchanged or too far apart.
    pub fn read<'q>(
        parameter: impl Fn(&str) -> Option<&'q str>,
        week: IsoWeek,
        product: Option<Slug>,
    ) -> Result<Self, AppError> {
        let window = StatisticsWindow::read(&parameter, week);
        let window = window.map_err(|error| AppError::Invalid(error.to_string()))?;
        let mut filter = IncidentFilter::read(&parameter);
        if let Some(product) = &product {
            filter.product = Some(product.to_string());
        }
        Ok(Self { window, filter, product, sees: Products::All })
    }

    /// The window as the query that says it, without what is usual.
    #[must_use]
    pub fn window_query(&self) -> Vec<(&'static str, String)> {
        match self.window {
            StatisticsWindow::Weeks(week, count) => {
                let word = StatisticsWindow::WEEKS.into_iter().find(|(_, weeks)| *weeks == count);
                let word = word.filter(|(_, weeks)| *weeks != StatisticsWindow::USUAL_WEEKS);
                let period = word.map(|(word, _)| ("period", word.to_owned()));
                std::iter::once(("week", week.to_string())).chain(period).collect()
            }
            StatisticsWindow::Days(from, to) => vec![("from", from.to_string()), ("to", to.to_string())],
        }
    }
}

/// Incidents of some time and what they come to, as it is known now.
#[derive(Clone, Debug)]
pub struct IncidentStatisticsPage {
    /// What was asked for.
    pub request: IncidentStatisticsRequest,
    /// The review of the window's last week, for names and freshness.
    pub review: Arc<WeeklyReview>,
    /// The figures.
    pub statistics: IncidentStatistics,
    /// Deploys of the window, and how many of them failed.
    pub deploys: DeployFigures,
    /// Sources of incidents, sorted.
    pub sources: Vec<String>,
    /// Whether an incident names a product that the catalogue does not know.
    pub has_unmapped: bool,
}
