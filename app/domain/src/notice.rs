//! What a chat channel hears of: a new anomaly, a budget that will not hold, a commitment that ends soon.
//!
//! Digests of reviews are told the same way ([`crate::digest`]).
//!
//! A [`Finding`] is what holds now, derived from what a product's page shows. A [`Notice`] is what a channel
//! was told or will be told. [`steps`] compares the two, so that each is told once: an anomaly once for its
//! run of days, also when its days are restated; a budget once a month and again only when it had held in
//! between; a commitment once.

use std::collections::BTreeSet;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::commitment::Commitment;
use crate::forecast::Band;
use crate::organization::Language;
use crate::product::Slug;
use crate::product_review::ProductReview;
use crate::product_review::outlook::CostAnomaly;
use crate::ratio::Ppm;
use crate::review::cost::BudgetStatus;

/// How far below the share at which a budget is told of a forecast has to fall until the budget counts as
/// one that holds again: two percent of the budget, so that a forecast that wavers is told of once.
const HOLDS_BELOW: Ppm = Ppm(20_000);

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// Days that cost far more than expected.
    Anomaly,
    /// A month that will cost more than its budget.
    Budget,
    /// A commitment or credit that ends.
    Commitment,
    /// The digest of a week before its meeting.
    DigestReady,
    /// The digest of a frozen version.
    DigestFrozen,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Anomaly, Self::Budget, Self::Commitment, Self::DigestReady, Self::DigestFrozen];

    /// Whether it is the digest of a review and no finding.
    #[must_use]
    pub fn is_digest(self) -> bool {
        matches!(self, Self::DigestReady | Self::DigestFrozen)
    }

    /// The word in the database and in what is sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anomaly => "anomaly",
            Self::Budget => "budget",
            Self::Commitment => "commitment",
            Self::DigestReady => "digest-ready",
            Self::DigestFrozen => "digest-frozen",
        }
    }
}

/// A part of what is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Names the items that follow.
    Heading(String),
    /// One of a list.
    Item(String),
    /// A text of its own.
    Paragraph(String),
}

/// What begins the line of a heading and of an item; any other line is a paragraph.
const HEADING: &str = "## ";
/// See [`HEADING`].
const ITEM: &str = "- ";

impl Part {
    /// The parts of a text of lines.
    #[must_use]
    pub fn read(body: &str) -> Vec<Self> {
        let part = |line: &str| match (line.strip_prefix(HEADING), line.strip_prefix(ITEM)) {
            (Some(heading), _) => Self::Heading(heading.to_owned()),
            (_, Some(item)) => Self::Item(item.to_owned()),
            _ => Self::Paragraph(line.to_owned()),
        };
        body.lines().map(part).collect()
    }

    /// The text of lines that [`Part::read`] reads back; line ends within a part become spaces.
    #[must_use]
    pub fn body(parts: &[Self]) -> String {
        let line = |part: &Self| {
            let (mark, text) = match part {
                Self::Heading(text) => (HEADING, text),
                Self::Item(text) => (ITEM, text),
                Self::Paragraph(text) => ("", text),
            };
            format!("{mark}{}", text.replace(['\r', '\n'], " "))
        };
        parts.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

/// What has become of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It is sent when it is due.
    Waiting,
    /// The channel has accepted it.
    Sent,
    /// It was given up.
    Failed,
    /// What it told of no longer held before it could be sent.
    Withdrawn,
}

impl Delivery {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Failed, Self::Withdrawn];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// The text is no word of the list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the word is not known")]
pub struct NoticeWordError;

impl FromStr for NoticeKind {
    type Err = NoticeWordError;

    fn from_str(text: &str) -> Result<Self, NoticeWordError> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(NoticeWordError)
    }
}

impl FromStr for Delivery {
    type Err = NoticeWordError;

    fn from_str(text: &str) -> Result<Self, NoticeWordError> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or(NoticeWordError)
    }
}

/// Something that holds now and that a channel is to hear of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Days that cost far more than expected.
    Anomaly {
        /// Whose.
        product: Slug,
        /// The days and amounts.
        anomaly: CostAnomaly,
    },
    /// A month that will cost more than its budget.
    Budget {
        /// The month against its budget.
        status: BudgetStatus,
        /// Where it may end in eight of ten cases, in the budget's currency, if that is known.
        band: Option<Band>,
        /// The first day at whose end the budget is used up.
        exhausted_on: Option<Date>,
    },
    /// A commitment that ends within thirty days.
    Commitment(Commitment),
}

impl Finding {
    /// What it is about.
    #[must_use]
    pub fn kind(&self) -> NoticeKind {
        match self {
            Self::Anomaly { .. } => NoticeKind::Anomaly,
            Self::Budget { .. } => NoticeKind::Budget,
            Self::Commitment(_) => NoticeKind::Commitment,
        }
    }

    /// Whose it is; `None` for what several products share.
    #[must_use]
    pub fn product(&self) -> Option<&Slug> {
        match self {
            Self::Anomaly { product, .. } => Some(product),
            Self::Budget { status, .. } => Some(&status.product),
            Self::Commitment(commitment) => commitment.product.as_ref(),
        }
    }

    /// What is told of once, or one after the other: a product's anomalies in a currency, a product's
    /// budget of a month, a commitment.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::Anomaly { product, anomaly } => format!("anomaly/{product}/{}", anomaly.currency),
            Self::Budget { status, .. } => budget_subject(status),
            Self::Commitment(commitment) => format!("commitment/{}/{}", commitment.name, commitment.ends_on),
        }
    }

    /// The first and the last day of what is told, both included.
    #[must_use]
    pub fn days(&self) -> (Date, Date) {
        match self {
            Self::Anomaly { anomaly, .. } => (anomaly.event.first, anomaly.event.last),
            Self::Budget { status, .. } => {
                let last = status.month.next().first_day().yesterday();
                (status.month.first_day(), last.unwrap_or_else(|_| status.month.first_day()))
            }
            Self::Commitment(commitment) => (commitment.ends_on, commitment.ends_on),
        }
    }

    /// The key it is told under for the first time.
    fn first_key(&self) -> String {
        match self {
            Self::Anomaly { anomaly, .. } => format!("{}/{}", self.subject(), anomaly.event.first),
            Self::Budget { .. } | Self::Commitment(_) => self.subject(),
        }
    }
}

fn budget_subject(status: &BudgetStatus) -> String {
    format!("budget/{}/{}", status.product, status.month)
}

/// All that holds now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// What channels are to hear of.
    pub list: Vec<Finding>,
    /// The subjects of budgets that hold, by so much that going over again would be news.
    pub held: BTreeSet<String>,
}

impl Findings {
    /// Adds the unusual days that a product's page shows; an event that is there already counts once.
    pub fn add_anomalies(&mut self, review: &ProductReview) {
        // What people have answered for is no news.
        for anomaly in review.unusual.events.iter().filter(|anomaly| anomaly.is_open()) {
            let product = review.product.slug.clone();
            self.add(Finding::Anomaly { product, anomaly: anomaly.clone() });
        }
    }

    /// Adds the month of a product's newest page, where its budget will not hold.
    pub fn add_budget(&mut self, review: &ProductReview) {
        let Some(status) = &review.budget else { return };
        let Some(share) = status.forecast_share else { return };
        let told_above = review.organization.thresholds.budget_risk;
        if share > told_above {
            self.add(Finding::Budget {
                status: status.clone(),
                band: review.bands(status.budget.currency).last().copied(),
                exhausted_on: review.pace.as_ref().and_then(|pace| pace.exhausted_on),
            });
        } else if share.0 <= told_above.0 - HOLDS_BELOW.0 {
            self.held.insert(budget_subject(status));
        }
    }

    /// Adds the commitments that end soon.
    pub fn add_commitments(&mut self, commitments: &[Commitment], today: Date) {
        let soon = commitments.iter().filter(|commitment| commitment.ends_soon(today));
        self.list.extend(soon.cloned().map(Finding::Commitment));
    }

    /// Adds a finding unless the same is there already; pages of later weeks come first.
    fn add(&mut self, finding: Finding) {
        let is_same =
            |other: &Finding| other.subject() == finding.subject() && overlap(other.days(), finding.days());
        if !self.list.iter().any(is_same) {
            self.list.push(finding);
        }
    }
}

/// A notice as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub id: i64,
    /// The fact it tells of; no two notices have the same.
    pub key: String,
    /// What it belongs to, see [`Finding::subject`].
    pub subject: String,
    /// Whose it is.
    pub product: Option<Slug>,
    /// The channel it is told in.
    pub channel: String,
    /// What it is about.
    pub kind: NoticeKind,
    /// The first day of what is told.
    pub first_day: Date,
    /// The last day of what is told, as it is known now.
    pub last_day: Date,
    /// The language it is written in.
    pub language: Language,
    /// One line.
    pub title: String,
    /// Its parts, one a line, see [`Part::read`].
    pub body: String,
    /// The page that shows more.
    pub link: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// Since when it no longer holds, so that it may be told again.
    pub settled_at: Option<Timestamp>,
    /// What has become of it.
    pub state: Delivery,
    /// How often it was sent or tried to.
    pub attempts: i64,
    /// When it is to be sent, or tried again.
    pub due_at: Timestamp,
    /// When something last happened to it.
    pub changed_at: Timestamp,
    /// Why it could not be sent.
    pub reason: Option<String>,
}

impl Notice {
    fn tells_of(&self, finding: &Finding) -> bool {
        self.settled_at.is_none()
            && self.subject == finding.subject()
            && overlap((self.first_day, self.last_day), finding.days())
    }
}

/// Whether two runs of days, ends included, share a day.
fn overlap(one: (Date, Date), other: (Date, Date)) -> bool {
    one.0 <= other.1 && other.0 <= one.1
}

/// What is to be done so that everything is told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Nobody was told of it.
    Tell {
        /// The key to tell it under.
        key: String,
        /// What to tell.
        finding: &'a Finding,
    },
    /// It was told, or waits to be, and still holds: its last day and its words may have moved on.
    Keep {
        /// The key it is told under.
        key: &'a str,
        /// What holds now.
        finding: &'a Finding,
    },
    /// It no longer holds; telling it again would be news.
    Settle {
        /// The key it was told under.
        key: &'a str,
    },
}

/// Compares what holds with what was told. A notice that still waits and no longer holds is settled
/// as well: telling it would be wrong by now. Digests are no findings and are left alone.
#[must_use]
pub fn steps<'a>(findings: &'a Findings, told: &'a [Notice]) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    for finding in &findings.list {
        steps.push(match told.iter().find(|notice| notice.tells_of(finding)) {
            Some(notice) => Step::Keep { key: &notice.key, finding },
            None => Step::Tell { key: free_key(finding, told), finding },
        });
    }
    let holds = |notice: &Notice| findings.list.iter().any(|finding| notice.tells_of(finding));
    let is_over = |notice: &&Notice| {
        let held = findings.held.contains(&notice.subject);
        let waits_in_vain = notice.state == Delivery::Waiting && !holds(notice);
        notice.settled_at.is_none() && !notice.kind.is_digest() && (held || waits_in_vain)
    };
    steps.extend(told.iter().filter(is_over).map(|notice| Step::Settle { key: &notice.key }));
    steps
}

/// The first key of a finding, or that with a number where it was told and settled before.
fn free_key(finding: &Finding, told: &[Notice]) -> String {
    let first = finding.first_key();
    let is_free = |key: &String| told.iter().all(|notice| notice.key != *key);
    let numbered = (2..).map(|number: u32| format!("{first}/{number}"));
    std::iter::once(first.clone()).chain(numbered).find(is_free).unwrap_or_default()
}
