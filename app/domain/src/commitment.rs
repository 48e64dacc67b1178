//! What was paid or promised ahead and ends on a day: savings plans, reservations, credits. Cost data does
//! not tell the day on which they end, so people declare it.

use std::str::FromStr;

use jiff::civil::Date;

use crate::money::Money;
use crate::product::Slug;

/// For how many days ahead the end of a commitment is near: 30, today's included.
pub const NEAR_DAYS: i64 = 30;

/// What kind of commitment it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitmentKind {
    /// An amount per hour that was promised for a lower price.
    SavingsPlan,
    /// Capacity that was reserved for a lower price.
    Reservation,
    /// Money of the provider's that pays a part of the bill.
    Credit,
}

impl CommitmentKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::SavingsPlan, Self::Reservation, Self::Credit];

    /// The word in files and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SavingsPlan => "savings-plan",
            Self::Reservation => "reservation",
            Self::Credit => "credit",
        }
    }
}

/// The text names no kind of commitment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a commitment is one of savings-plan, reservation, credit")]
pub struct CommitmentKindError;

impl FromStr for CommitmentKind {
    type Err = CommitmentKindError;

    fn from_str(text: &str) -> Result<Self, CommitmentKindError> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(CommitmentKindError)
    }
}

/// One commitment or credit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// The name people know it by; with the last day it is told from others.
    pub name: String,
    /// The kind.
    pub kind: CommitmentKind,
    /// The product it is for; one that serves several names none.
    pub product: Option<Slug>,
    /// The last day on which it holds, in the organisation's zone.
    pub ends_on: Date,
    /// What it is worth: of a credit the whole of it, of others what is paid for the whole term.
    pub amount: Option<Money>,
}

impl Commitment {
    /// How many days it holds after a day; zero on its last, negative once it has ended.
    #[must_use]
    pub fn days_left(&self, today: Date) -> i64 {
        self.ends_on.duration_since(today).as_hours() / 24
    }

    /// Whether it still holds on a day and ends within [`NEAR_DAYS`].
    #[must_use]
    pub fn ends_soon(&self, today: Date) -> bool {
        (0..=NEAR_DAYS).contains(&self.days_left(today))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_near_for_thirty_days() {
        let plan = Commitment {
            name: "compute".to_owned(),
            kind: CommitmentKind::SavingsPlan,
            product: None,
            ends_on: "2026-12-23".parse().unwrap(),
            amount: None,
        };
        for (today, left, soon) in [
            ("2026-11-22", 31, false),
            ("2026-11-23", 30, true),
            ("2026-12-23", 0, true),
            ("2026-12-24", -1, false),
        ] {
            let today: Date = today.parse().unwrap();
            assert_eq!((plan.days_left(today), plan.ends_soon(today)), (left, soon), "{today}");
        }
        for kind in CommitmentKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert!("plan".parse::<CommitmentKind>().is_err());
    }
}
