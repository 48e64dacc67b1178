//! Share links: one page, or one section of it, for somebody without an account, for a while.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use crate::access::{Access, Grant, Identity, Products, Role};
use crate::note::NoteSection;
use crate::organization::Language;
use crate::product::Slug;
use crate::week::IsoWeek;

/// For how many days a link is good when nobody says otherwise.
pub const USUAL_DAYS: i64 = 14;

/// For how many days a link is good at most.
pub const MOST_DAYS: i64 = 90;

/// How often the last use is noted at most.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// A part of the weekly review that is shared by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ShareSection {
    /// What is not as it should be.
    Exceptions,
    /// Cost.
    Cost,
    /// Incidents.
    Incidents,
    /// Error budgets.
    Objectives,
}

impl ShareSection {
    /// All of them, in the order of the agenda.
    pub const ALL: [Self; 4] = [Self::Exceptions, Self::Cost, Self::Incidents, Self::Objectives];

    /// The word in forms and the database; it is the section's anchor too.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exceptions => NoteSection::Exceptions.as_str(),
            Self::Cost => NoteSection::Cost.as_str(),
            Self::Incidents => NoteSection::Incidents.as_str(),
            Self::Objectives => NoteSection::Objectives.as_str(),
        }
    }
}

/// The text names no section that is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a section is exceptions, cost, incidents or objectives")]
pub struct ShareSectionError;

impl FromStr for ShareSection {
    type Err = ShareSectionError;

    fn from_str(text: &str) -> Result<Self, ShareSectionError> {
        Self::ALL.into_iter().find(|section| section.as_str() == text).ok_or(ShareSectionError)
    }
}

/// What a link shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareTerms {
    /// Of which week.
    pub week: IsoWeek,
    /// The frozen version; `None` for the week as it stands whenever somebody looks.
    pub version: Option<i64>,
    /// The page of one product; `None` for the weekly review.
    pub product: Option<Slug>,
    /// One section of the weekly review; `None` for all of it.
    pub section: Option<ShareSection>,
    /// In which language.
    pub language: Language,
    /// Which products are told of, however much its maker sees.
    pub shows: Products,
}

/// A link that is to be kept; of its secret only the digest is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewShare {
    /// The SHA-256 of the secret, hexadecimal.
    pub digest: String,
    /// What it shows.
    pub terms: ShareTerms,
    /// When it is made; UTC.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: String,
    /// The number of the person who makes it; `None` where nobody signs in.
    pub maker: Option<i64>,
    /// Until when it is good; UTC.
    pub expires_at: Timestamp,
}

/// One link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Its number.
    pub id: i64,
    /// What it shows.
    pub terms: ShareTerms,
    /// When it was made; UTC.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: String,
    /// The number of that person; `None` where nobody signed in.
    pub maker: Option<i64>,
    /// Until when it is good; UTC.
    pub expires_at: Timestamp,
    /// When it was taken back, and by whom.
    pub revoked: Option<(Timestamp, String)>,
    /// When it was last used, to the minute or so; UTC.
    pub used_at: Option<Timestamp>,
}

impl Share {
    /// Whether it is still good, as far as it says itself: its maker may have lost what it shows.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && now < self.expires_at
    }

    /// Whether its use is to be noted.
    #[must_use]
    pub fn is_use_due(&self, now: Timestamp) -> bool {
        self.used_at.is_none_or(|used| now.duration_since(used) >= NOTED_EVERY)
    }

    /// What whoever has the link may see: what it shows of what its maker still may share.
    ///
    /// `None` where the maker may no longer share anything that it shows, so that the link shows nothing.
    #[must_use]
    pub fn access(&self, maker: &Access) -> Option<Access> {
        if !maker.edits.covers(&self.terms.shows) {
            return None;
        }
        let grants = [Grant { role: Role::Viewer, products: self.terms.shows.clone() }];
        let access = Access::of(String::new(), Identity::Share(self.id), &grants);
        (!access.is_nothing()).then_some(access)
    }

    /// Whether somebody may take it back: its maker, and who edits all that it shows.
    #[must_use]
    pub fn is_revocable_by(&self, access: &Access) -> bool {
        let is_maker = match &access.identity {
            Identity::Open => true,
            Identity::Person { id, .. } => self.maker == Some(*id),
            Identity::Token(_) | Identity::Share(_) => false,
        };
        is_maker || access.administers || access.edits.covers(&self.terms.shows)
    }

    /// The page behind it, without its query.
    #[must_use]
    pub fn path(&self) -> String {
        match &self.terms.product {
            Some(product) => format!("/products/{product}"),
            None => format!("/reviews/{}", self.terms.week),
        }
    }
}

/// Why a link cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareFault {
    /// The week is none.
    #[error("name a week such as 2026-W47")]
    Week,
    /// The product is none, or not one that is edited.
    #[error("choose a product that you edit")]
    Product,
    /// The section is none, or of a product's page, which is shared whole.
    #[error("a section is one of the weekly review; a product's page is shared whole")]
    Section,
    /// The time is none.
    #[error("a link is good for 1 to 90 days")]
    Days,
    /// What is to stay as it is was never frozen.
    #[error("the week is not frozen: freeze it first, or share it as it stands")]
    Version,
}

/// For how many days, as a form says it; nothing says the usual.
///
/// # Errors
/// [`ShareFault::Days`] for no number, and one out of bounds.
pub fn days_read(text: &str) -> Result<i64, ShareFault> {
    match text.trim() {
        "" => Ok(USUAL_DAYS),
        text => text.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days)).ok_or(ShareFault::Days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(shows: &str) -> Share {
        Share {
            id: 4,
            terms: ShareTerms {
                week: "2026-W47".parse().unwrap(),
                version: Some(1),
                product: None,
                section: Some(ShareSection::Cost),
                language: Language::Japanese,
                shows: shows.parse().unwrap(),
            },
            made_at: Timestamp::UNIX_EPOCH,
            made_by: "mori".to_owned(),
            maker: Some(3),
            expires_at: Timestamp::from_second(1_000).unwrap(),
            revoked: None,
            used_at: None,
        }
    }

    fn person(id: i64, grants: &[(Role, &str)]) -> Access {
        let grants: Vec<Grant> = grants
            .iter()
            .map(|(role, products)| Grant { role: *role, products: products.parse().unwrap() })
            .collect();
        let (issuer, subject) = ("https://id.example".to_owned(), id.to_string());
        Access::of("mori", Identity::Person { id, issuer, subject }, &grants)
    }

    #[test]
    fn a_link_shows_what_its_maker_still_may_share() {
        let table = [
            ("erx", vec![(Role::Editor, "erx")], Some("erx")),
            ("erx", vec![(Role::Editor, "*")], Some("erx")),
            ("*", vec![(Role::Editor, "*")], Some("*")),
            // Whoever lost a product, or the right to write of it, shares nothing of it any more.
            ("erx", vec![(Role::Editor, "booking")], None),
            ("erx", vec![(Role::Viewer, "erx")], None),
            ("*", vec![(Role::Editor, "erx")], None),
            ("erx", vec![], None),
        ];
        for (shows, grants, expected) in table {
            let access = share(shows).access(&person(3, &grants));
            assert_eq!(
                access.as_ref().map(|access| access.sees.to_string()).as_deref(),
                expected,
                "{grants:?}"
            );
            let Some(access) = access else { continue };
            assert!(access.edits.is_none() && !access.freezes && !access.administers);
        }
    }

    #[test]
    fn its_maker_takes_it_back_and_who_edits_all_it_shows() {
        let link = share("erx");
        for (id, grants, expected) in [
            (3, vec![], true),
            (4, vec![], false),
            (4, vec![(Role::Viewer, "*")], false),
            (4, vec![(Role::Editor, "booking")], false),
            (4, vec![(Role::Editor, "erx")], true),
            (4, vec![(Role::Admin, "*")], true),
        ] {
            assert_eq!(link.is_revocable_by(&person(id, &grants)), expected, "{id} {grants:?}");
        }
    }

    #[test]
    fn it_ends_by_itself_and_when_it_is_taken_back() {
        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(share("*").is_good(at(999)) && !share("*").is_good(at(1_000)));
        let revoked = Share { revoked: Some((at(1), "mori".to_owned())), ..share("*") };
        assert!(!revoked.is_good(at(2)));
    }

    #[test]
    fn days_are_counted_within_bounds() {
        assert_eq!((days_read(""), days_read(" 90 "), days_read("1")), (Ok(14), Ok(90), Ok(1)));
        for text in ["0", "91", "-1", "x", "1.5", "99999999999999999999"] {
            assert_eq!(days_read(text), Err(ShareFault::Days), "{text}");
        }
    }
}
