//! Consumption tax: whether an amount means it.

use std::str::FromStr;

/// Whether taxes on the bill (FOCUS `ChargeCategory` Tax) belong to an amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tax {
    /// Everything on the bill (税込).
    #[default]
    Included,
    /// Without taxes (税抜).
    Excluded,
}

impl Tax {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Included, Self::Excluded];

    /// The word in files and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Included => "included",
            Self::Excluded => "excluded",
        }
    }

    /// The word in URLs.
    #[must_use]
    pub fn view(self) -> &'static str {
        match self {
            Self::Included => "with",
            Self::Excluded => "without",
        }
    }
}

/// The text says nothing about taxes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("tax is included or excluded")]
pub struct TaxError;

impl FromStr for Tax {
    type Err = TaxError;

    fn from_str(text: &str) -> Result<Self, TaxError> {
        Self::ALL.into_iter().find(|tax| tax.as_str() == text).ok_or(TaxError)
    }
}
