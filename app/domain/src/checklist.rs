//! Checklists that every product goes through, such as production readiness and security, and how far each has come.
//!
//! The catalogue holds the lists, with a version each; what people answer is added and never changed, the last answer
//! to an item counts. An item that came with a later version than the one that was answered last is new to a product.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::action::is_link;
use crate::organization::Localized;
use crate::product::Slug;
use crate::ratio::Ppm;

/// The most letters of a reason, and of what a load test came to.
pub const NOTE_LIMIT: usize = 1_000;

/// A list of things that a product has or does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checklist {
    /// Its short name.
    pub name: Slug,
    /// What people call it.
    pub title: Localized,
    /// From 1 up: raised whenever its items change.
    pub version: i64,
    /// What is asked, in order.
    pub items: Vec<ChecklistItem>,
}

/// One thing that is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistItem {
    /// Its short name within the list, which answers refer to.
    pub id: Slug,
    /// What is asked.
    pub text: Localized,
    /// The version of the list that it came with.
    pub since: i64,
}

/// How a product stands to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemState {
    /// It is done.
    Done,
    /// It is not done.
    NotDone,
    /// It does not concern the product; somebody said why.
    NotApplicable,
}

impl ItemState {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Done, Self::NotDone, Self::NotApplicable];

    /// The word in forms, the database and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotDone => "not-done",
            Self::NotApplicable => "not-applicable",
        }
    }
}

impl fmt::Display for ItemState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for ItemState {
    type Err = ChecklistFault;

    fn from_str(text: &str) -> Result<Self, ChecklistFault> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(ChecklistFault::State)
    }
}

/// What is answered, of which item of which product.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ItemKey {
    /// The product.
    pub product: Slug,
    /// The list.
    pub checklist: Slug,
    /// The item.
    pub item: Slug,
}

/// An answer to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistAnswer {
    /// To what.
    pub key: ItemKey,
    /// The version of the list that the writer saw.
    pub version: i64,
    /// How it stands.
    pub state: ItemState,
    /// Why, or what was done.
    pub note: String,
    /// Where that can be seen: https.
    pub link: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Who said so.
    pub by: String,
}

/// What a load test of a product came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadTest {
    /// The product.
    pub product: Slug,
    /// The day it was run, in the organisation's zone.
    pub run_on: Date,
    /// What it came to.
    pub result: String,
    /// Where the report is: https.
    pub link: String,
    /// When it was written down.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// An item of a product's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemStanding {
    /// What is asked.
    pub item: ChecklistItem,
    /// The last answer.
    pub answer: Option<ChecklistAnswer>,
    /// How many answers there are: an edit names the number that it saw.
    pub answers: i64,
    /// Whether it came with a later version than the one that was answered last.
    pub is_new: bool,
}

/// How far a product has come with a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistStanding {
    /// The product.
    pub product: Slug,
    /// The list.
    pub checklist: Slug,
    /// What people call it.
    pub title: Localized,
    /// The version in force.
    pub version: i64,
    /// Its items, in order.
    pub items: Vec<ItemStanding>,
    /// The version that was answered last; `None` while nothing was answered.
    pub answered_version: Option<i64>,
    /// When something was answered last.
    pub answered_at: Option<Timestamp>,
}

impl ChecklistStanding {
    /// A product's list as it stands at an instant; `answers` are in the order in which they were given.
    #[must_use]
    pub fn new(product: &Slug, list: &Checklist, answers: &[ChecklistAnswer], until: Timestamp) -> Self {
        let mine: Vec<&ChecklistAnswer> = answers
            .iter()
            .filter(|one| one.key.product == *product && one.key.checklist == list.name && one.at <= until)
            .collect();
        let answered_version = mine.iter().map(|one| one.version).max();
        let item = |item: &ChecklistItem| {
            let of_item = || mine.iter().filter(|one| one.key.item == item.id);
            let answer = of_item().next_back().map(|one| (*one).clone());
            ItemStanding {
                item: item.clone(),
                is_new: answer.is_none() && answered_version.is_some_and(|version| item.since > version),
                answers: i64::try_from(of_item().count()).unwrap_or(i64::MAX),
                answer,
            }
        };
        Self {
            product: product.clone(),
            checklist: list.name.clone(),
            title: list.title.clone(),
            version: list.version,
            items: list.items.iter().map(item).collect(),
            answered_version,
            answered_at: mine.iter().map(|one| one.at).max(),
        }
    }

    /// How many items stand so; one without an answer is none of them.
    #[must_use]
    pub fn count(&self, state: ItemState) -> usize {
        let is_it = |one: &&ItemStanding| one.answer.as_ref().is_some_and(|answer| answer.state == state);
        self.items.iter().filter(is_it).count()
    }

    /// How many items nobody answered.
    #[must_use]
    pub fn unanswered(&self) -> usize {
        self.items.iter().filter(|one| one.answer.is_none()).count()
    }

    /// How many items came with later versions than the one that was answered last, and have no answer.
    #[must_use]
    pub fn new_items(&self) -> usize {
        self.items.iter().filter(|one| one.is_new).count()
    }

    /// How many items concern the product.
    #[must_use]
    pub fn applicable(&self) -> usize {
        self.items.len() - self.count(ItemState::NotApplicable)
    }

    /// Done of those that concern the product, rounded down; an item without an answer is not done. `None` while nothing
    /// was answered, and where nothing concerns the product.
    #[must_use]
    pub fn share(&self) -> Option<Ppm> {
        self.answered_version?;
        let (done, all) = (self.count(ItemState::Done), self.applicable());
        Ppm::floor_of(i128::try_from(done).ok()?, i128::try_from(all).ok()?)
    }
}

/// Every list of every product, product by product.
#[must_use]
pub fn standings<'p>(
    products: impl Iterator<Item = &'p Slug>,
    lists: &[Checklist],
    answers: &[ChecklistAnswer],
    until: Timestamp,
) -> Vec<ChecklistStanding> {
    let of_product = |product: &'p Slug| {
        lists.iter().map(move |list| ChecklistStanding::new(product, list, answers, until))
    };
    products.flat_map(of_product).collect()
}

/// Why an answer or a load test cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChecklistFault {
    /// The word names no state.
    #[error("an item is done, not-done or not-applicable")]
    State,
    /// Nobody said why an item does not concern the product, or the text is too long.
    #[error("say in at most {NOTE_LIMIT} letters why it does not apply")]
    Reason,
    /// The link is no address of the web.
    #[error("a link begins with https://")]
    Link,
    /// No day, or one to come.
    #[error("say on which day it was run, as 2026-11-20, not later than today")]
    Day,
    /// Nobody said what it came to, or the text is too long.
    #[error("say in at most {NOTE_LIMIT} letters what it came to")]
    Result,
    /// Letters that no text has.
    #[error("the text has letters that cannot be kept, such as NUL")]
    Letters,
}

/// An answer as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerForm {
    /// The word of the state.
    pub state: String,
    /// Why, or what was done.
    pub note: String,
    /// Where that can be seen.
    pub link: String,
}

impl AnswerForm {
    /// What is kept: an item that does not apply says why.
    ///
    /// # Errors
    /// [`ChecklistFault`] for what cannot be kept.
    pub fn read(&self) -> Result<(ItemState, String, Option<String>), ChecklistFault> {
        let state: ItemState = self.state.parse()?;
        let note = self.note.trim();
        if note.contains('\0') {
            return Err(ChecklistFault::Letters);
        }
        let is_missing = state == ItemState::NotApplicable && note.is_empty();
        if is_missing || note.chars().count() > NOTE_LIMIT {
            return Err(ChecklistFault::Reason);
        }
        let link = self.link.trim();
        if !link.is_empty() && !is_link(link) {
            return Err(ChecklistFault::Link);
        }
        Ok((state, note.to_owned(), (!link.is_empty()).then(|| link.to_owned())))
    }
}

/// A load test as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadTestForm {
    /// The day.
    pub day: String,
    /// What it came to.
    pub result: String,
    /// Where the report is.
    pub link: String,
}

impl LoadTestForm {
    /// What is kept of a test that was run by a day.
    ///
    /// # Errors
    /// [`ChecklistFault`] for what cannot be kept.
    pub fn read(&self, today: Date) -> Result<(Date, String, String), ChecklistFault> {
        let day: Date = self.day.trim().parse().map_err(|_| ChecklistFault::Day)?;
        if day > today {
            return Err(ChecklistFault::Day);
        }
        let result = self.result.trim();
        if result.contains('\0') {
            return Err(ChecklistFault::Letters);
        }
        if result.is_empty() || result.chars().count() > NOTE_LIMIT {
            return Err(ChecklistFault::Result);
        }
        let link = self.link.trim();
        if !is_link(link) {
            return Err(ChecklistFault::Link);
        }
        Ok((day, result.to_owned(), link.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slug(text: &str) -> Slug {
        text.parse().unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// Two items of the first version, one that came with the third.
    fn list() -> Checklist {
        let item = |id: &str, since| ChecklistItem { id: slug(id), text: Localized::same(id), since };
        Checklist {
            name: slug("readiness"),
            title: Localized::same("Readiness"),
            version: 3,
            items: vec![item("runbook", 1), item("backup", 1), item("load-test", 3)],
        }
    }

    fn answer(item: &str, version: i64, state: ItemState, when: &str) -> ChecklistAnswer {
        let key = ItemKey { product: slug("telemed"), checklist: slug("readiness"), item: slug(item) };
        let (note, by) = (String::new(), "林".to_owned());
        ChecklistAnswer { key, version, state, note, link: None, at: at(when), by }
    }

    #[test]
    fn the_last_answer_counts_and_what_came_later_is_new() {
        use ItemState::{Done, NotApplicable, NotDone};
        let (early, late) = ("2026-10-01T01:00:00Z", "2026-11-02T01:00:00Z");
        for (name, answers, share, new, unanswered, version) in [
            ("nothing answered", vec![], None, 0, 3, None),
            ("half", vec![answer("runbook", 2, Done, early)], Some(333_333), 1, 2, Some(2)),
            (
                "changed",
                vec![answer("runbook", 2, Done, early), answer("runbook", 2, NotDone, late)],
                Some(0),
                1,
                2,
                Some(2),
            ),
            (
                "does not concern it",
                vec![answer("runbook", 2, Done, early), answer("backup", 3, NotApplicable, late)],
                Some(500_000),
                0,
                1,
                Some(3),
            ),
            (
                "nothing concerns it",
                ["runbook", "backup", "load-test"].map(|id| answer(id, 3, NotApplicable, late)).to_vec(),
                None,
                0,
                0,
                Some(3),
            ),
        ] {
            let found =
                ChecklistStanding::new(&slug("telemed"), &list(), &answers, at("2026-11-23T01:00:00Z"));
            assert_eq!(found.share().map(|share| share.0), share, "{name}");
            assert_eq!((found.new_items(), found.unanswered()), (new, unanswered), "{name}");
            assert_eq!(found.answered_version, version, "{name}");
        }
        let answers = [answer("runbook", 2, Done, early), answer("runbook", 2, NotDone, late)];
        let before = ChecklistStanding::new(&slug("telemed"), &list(), &answers, at("2026-10-31T01:00:00Z"));
        assert_eq!(before.count(Done), 1, "as it stood then");
        let other = ChecklistStanding::new(&slug("erx"), &list(), &answers, at("2026-11-23T01:00:00Z"));
        assert_eq!((other.answered_at, other.items[0].answers), (None, 0));
    }

    #[test]
    fn an_answer_that_cannot_be_kept_says_why() {
        let form = |state: &str, note: &str, link: &str| AnswerForm {
            state: state.to_owned(),
            note: note.to_owned(),
            link: link.to_owned(),
        };
        for (form, fault) in [
            (form("", "", ""), ChecklistFault::State),
            (form("not-applicable", " ", ""), ChecklistFault::Reason),
            (form("done", &"a".repeat(NOTE_LIMIT + 1), ""), ChecklistFault::Reason),
            (form("done", "a\0", ""), ChecklistFault::Letters),
            (form("done", "", "javascript:alert(1)"), ChecklistFault::Link),
        ] {
            assert_eq!(form.read(), Err(fault), "{form:?}");
        }
        let read = form(" done".trim(), " x ", " https://wiki.example/runbook ").read().unwrap();
        assert_eq!(read, (ItemState::Done, "x".to_owned(), Some("https://wiki.example/runbook".to_owned())));
    }

    #[test]
    fn a_load_test_has_a_day_a_result_and_a_report() {
        let form = |day: &str, result: &str, link: &str| LoadTestForm {
            day: day.to_owned(),
            result: result.to_owned(),
            link: link.to_owned(),
        };
        let today = jiff::civil::date(2026, 11, 23);
        for (form, fault) in [
            (form("", "ok", "https://a.example"), ChecklistFault::Day),
            (form("2026-11-24", "ok", "https://a.example"), ChecklistFault::Day),
            (form("2026-11-20", " ", "https://a.example"), ChecklistFault::Result),
            (form("2026-11-20", "ok\0", "https://a.example"), ChecklistFault::Letters),
            (form("2026-11-20", "ok", ""), ChecklistFault::Link),
        ] {
            assert_eq!(form.read(today), Err(fault), "{form:?}");
        }
        assert!(form("2026-11-23", "1,200 req/s", "https://a.example/report").read(today).is_ok());
    }
}
