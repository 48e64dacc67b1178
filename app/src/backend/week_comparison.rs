//! Which two weeks are compared, and in which version of each.

use domain::week::IsoWeek;
use domain::week_comparison::{Sides, WeekComparison};

use super::{AppError, Version};

/// The words of an address that choose the two weeks; a missing week is the last that has ended, and the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComparisonAsked {
    /// `from` and `to`: weeks such as `2026-W47`.
    pub weeks: Sides<Option<String>>,
    /// `from_version` and `to_version`: a number, or `draft`.
    pub versions: Sides<Option<String>>,
}

impl ComparisonAsked {
    /// What an address asks for by its parameters.
    pub fn read<'a>(parameter: impl Fn(&str) -> Option<&'a str>) -> Self {
        let of = |name: &str| parameter(name).filter(|word| !word.is_empty()).map(str::to_owned);
        Self {
            weeks: Sides { from: of("from"), to: of("to") },
            versions: Sides { from: of("from_version"), to: of("to_version") },
        }
    }

    /// The weeks that are meant, where `last` is the last that has ended.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a word that is no week.
    pub fn weeks(&self, last: IsoWeek) -> Result<Sides<IsoWeek>, AppError> {
        let read = |word: &Option<String>, usual: IsoWeek| match word {
            None => Ok(usual),
            Some(word) => word.parse().map_err(|_| AppError::NotFound),
        };
        let to = read(&self.weeks.to, last)?;
        Ok(Sides { from: read(&self.weeks.from, to.previous())?, to })
    }

    /// Which version of each is meant.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a word that is no version.
    pub fn versions(&self) -> Result<Sides<Version>, AppError> {
        let read = |word: &Option<String>| match word.as_deref() {
            None => Ok(Version::Latest),
            Some("draft") => Ok(Version::Draft),
            Some(word) => word.parse().map(Version::Number).map_err(|_| AppError::NotFound),
        };
        Ok(Sides { from: read(&self.versions.from)?, to: read(&self.versions.to)? })
    }
}

/// Two weeks beside each other, and between which ones a reader may choose.
#[derive(Clone, Debug)]
pub struct ComparisonPage {
    /// The comparison.
    pub comparison: WeekComparison,
    /// The weeks of the archive, the newest first.
    pub weeks: Vec<IsoWeek>,
}
