//! Which weeks a view over several of them is asked for.

use domain::period_review::span::{PeriodSpan, Quarter};

use super::AppError;

/// The kind of view and the word that its address ends with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeriodAsked {
    /// Four weeks, by the last of them.
    FourWeeks(String),
    /// A quarter, as `2026-Q4` or `FY2026-Q3`.
    Quarter(String),
}

impl PeriodAsked {
    /// The weeks that are meant, where fiscal years begin with the month of a number from 1 to 12.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a word that names none.
    pub fn span(&self, fiscal_year_starts: i8) -> Result<PeriodSpan, AppError> {
        match self {
            Self::FourWeeks(word) => {
                let week = word.parse().map_err(|_| AppError::NotFound)?;
                Ok(PeriodSpan::FourWeeks(week))
            }
            Self::Quarter(word) => {
                let quarter = Quarter::read(word, fiscal_year_starts).map_err(|_| AppError::NotFound)?;
                Ok(PeriodSpan::Quarter(quarter))
            }
        }
    }
}
