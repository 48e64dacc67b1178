//! What goes into the store and comes out of it, beside the domain's own words.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use domain::cost::{Amounts, BillingScope, CostKey};
use domain::coverage::SourceKind;
use domain::incident::Incident;
use domain::money::Currency;
use domain::notice::NoticeKind;
use domain::organization::Language;
use domain::period::Period;
use domain::product::Slug;
use domain::rejection::Gravity;
use domain::week::IsoWeek;
use jiff::Timestamp;
use jiff::civil::Date;
use tokio::sync::Mutex;

/// The name of the lease that cost imports hold: there is one staging area, so one import at a time.
pub const IMPORT_LEASE: &str = "import";

/// The proof that a process may do a piece of work alone until an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What it is for.
    pub name: String,
    /// Who holds it; the same holder may acquire it again.
    pub holder: String,
    /// The first instant at which somebody else may take it.
    pub until: Timestamp,
}

/// How many things a delivery added, changed, left as they were and closed (or removed).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Not known before.
    pub added: u64,
    /// Known, and different now.
    pub changed: u64,
    /// Known and the same; also a delivery older than what is stored.
    pub unchanged: u64,
    /// No longer named by the delivery.
    pub closed: u64,
    /// Proposals that the delivery carries, so that they are closed.
    pub carried: u64,
    /// Proposals of objectives that no source defines any more, so that they are closed.
    pub ended: u64,
}

impl Changes {
    /// Whether anything was written.
    #[must_use]
    pub fn any(&self) -> bool {
        self.added + self.changed + self.closed + self.carried + self.ended > 0
    }
}

/// A change of terraform that was made for a proposal, to be taken by people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectivePatch {
    /// When.
    pub at: Timestamp,
    /// For whom.
    pub by: String,
    /// The resource it changes.
    pub address: String,
    /// The file it changes, as it stands in the repository.
    pub path: String,
    /// A unified diff; `None` where the file says it in a way that only people can change.
    pub patch: Option<String>,
    /// The part of the resource that changes, as it should read.
    pub block: String,
    /// Why there is no patch; empty where there is one.
    pub remark: String,
}

/// A catalogue that somebody proposes in the browser; kept for ever, applied or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueProposal {
    /// Who, when, and what became of it.
    pub head: ProposalHead,
    /// The proposed catalogue as a file.
    pub file: String,
    /// What was put into a form, where the file was made from it.
    pub input: Option<ProposalInput>,
}

/// What was typed, pasted or uploaded into a form, as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalInput {
    /// The form's name.
    pub part: String,
    /// What was put into it.
    pub text: String,
}

/// A proposal without its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalHead {
    /// Its number, from 1.
    pub id: i64,
    /// When it was made.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: String,
    /// The hash of the catalogue, as a file, that it was made from.
    pub base: String,
    /// What is known of its application, if it was applied.
    pub applied: Option<ProposalApplied>,
}

/// How a proposal came into force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalApplied {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
    /// One line per thing that changed.
    pub changes: Vec<String>,
}

/// A delivery of cost on its way in; it is not seen by readers until it is committed.
#[derive(Debug)]
pub struct Stage {
    /// The lease it was begun with.
    pub(crate) lease: Lease,
    /// The name of the source.
    pub(crate) source: String,
    /// Numbers handed out so far.
    pub(crate) state: Mutex<StageState>,
}

/// What a stage remembers a key by: two hashes with seeds nobody knows. Texts of keys may have kilobytes, and
/// 128 random bits do not meet by chance.
pub(crate) type KeyMark = [u64; 2];

/// Which numbers the staging tables use for scopes and keys.
#[derive(Debug)]
pub(crate) struct StageState {
    /// Scopes seen.
    pub(crate) scopes: HashMap<BillingScope, i64>,
    /// Keys seen, as many as are worth remembering.
    pub(crate) keys: HashMap<KeyMark, i64>,
    /// What the marks of keys are made with.
    seeds: [RandomState; 2],
    /// How many keys have been written.
    pub(crate) key_count: i64,
    /// Whether some written keys are no longer in `keys`.
    pub(crate) forgot_keys: bool,
}

impl StageState {
    /// With room for the keys that are remembered: a table that grows leaves its smaller selves behind.
    pub(crate) fn new(keys_remembered: usize) -> Self {
        Self {
            scopes: HashMap::new(),
            keys: HashMap::with_capacity(keys_remembered),
            seeds: Default::default(),
            key_count: 0,
            forgot_keys: false,
        }
    }

    /// What a key is remembered by.
    pub(crate) fn mark(&self, key: &CostKey) -> KeyMark {
        self.seeds.each_ref().map(|seed| seed.hash_one(key))
    }
}

/// How a delivery of cost is committed.
#[derive(Clone, Copy, Debug)]
pub struct CommitOptions {
    /// Accept a delivery that shrinks a billing period by more than half.
    pub force: bool,
    /// When the delivery was received: the `seen_at` of its restatements.
    pub at: Timestamp,
}

/// What a delivery of cost did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CostCommit {
    /// Scopes that were written.
    pub scopes_changed: u64,
    /// Scopes that were stored just like that.
    pub scopes_unchanged: u64,
    /// Those of them whose day of delivery was noted, because it is a later one.
    pub scopes_checked: u64,
    /// Cells of the delivery.
    pub cells: u64,
    /// Restatements written: (day, billing period, owner) whose amount changed or came new.
    pub restatements: u64,
    /// The first and the last week whose numbers changed.
    pub weeks: Option<(IsoWeek, IsoWeek)>,
}

/// A sub account on the bill that the catalogue does not name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownAccount {
    /// The source.
    pub source: String,
    /// FOCUS `SubAccountId`; empty where the bill names none.
    pub id: String,
    /// FOCUS `SubAccountName`.
    pub name: String,
    /// The currency of the amounts.
    pub currency: Currency,
    /// Everything stored for it.
    pub total: Amounts,
    /// The last UTC day with a cost.
    pub last_day: Date,
}

/// An objective that its source no longer defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedObjective {
    /// What people called it.
    pub display_name: String,
    /// The source that defined it.
    pub source: String,
    /// When it was seen to be gone.
    pub closed_at: Timestamp,
    /// One of the same source and definition that came in its place: its id and what people call it.
    pub successor: Option<(String, String)>,
}

/// A remark on an import as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredIssue {
    /// The source whose import it is about.
    pub source: String,
    /// What that import delivers.
    pub kind: SourceKind,
    /// When it was first seen.
    pub seen_at: Timestamp,
    /// The file as the person named it, without its folder.
    pub file: String,
    /// The line, from 1.
    pub line: Option<u64>,
    /// The column or the path inside a document.
    pub column: Option<String>,
    /// The stable name of the rule.
    pub rule: String,
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub mend: String,
    /// Whether the row went in.
    pub gravity: Gravity,
}

/// Counts of an objective that came late or changed after they had been stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SliRestatement {
    /// When the change arrived.
    pub seen_at: Timestamp,
    /// The objective.
    pub objective: String,
    /// The bucket.
    pub period: Period,
    /// What was good before.
    pub old_good: i64,
    /// Everything before.
    pub old_total: i64,
    /// What is good now.
    pub new_good: i64,
    /// Everything now.
    pub new_total: i64,
    /// True when the bucket had no data before: it completes the week and restates nothing.
    pub completes: bool,
}

/// One accepted version of an incident and the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentChange {
    /// When it arrived.
    pub seen_at: Timestamp,
    /// The version before; `None` when the incident was new.
    pub old: Option<Incident>,
    /// The version that arrived.
    pub new: Incident,
}

/// One frozen review; never changed and never deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Which it is, who froze it and why.
    pub head: SnapshotHead,
    /// The review as JSON, the very bytes that are served.
    pub json: String,
    /// The review as CSV.
    pub csv: String,
    /// The review as Markdown.
    pub markdown: String,
    /// Each product's page value.
    pub products: Vec<SnapshotProduct>,
    /// The revision of the database that it was made from: where another is in force when it is inserted, it is
    /// refused. `None` asks for nothing, and is what comes back.
    pub made_from: Option<i64>,
}

/// The envelope of a frozen review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotHead {
    /// The meeting; empty for the default one, which covers all products.
    pub meeting: String,
    /// The week that was reviewed.
    pub week: IsoWeek,
    /// From 1, without gaps.
    pub version: i64,
    /// SHA-256 of the canonical JSON without its envelope, in hexadecimal.
    pub hash: String,
    /// The hash of the version before.
    pub previous_hash: Option<String>,
    /// When it was frozen.
    pub frozen_at: Timestamp,
    /// Who froze it.
    pub frozen_by: String,
    /// Why; may be empty for the first version.
    pub reason: String,
}

/// A product's page value in a frozen review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotProduct {
    /// The product.
    pub slug: Slug,
    /// Its page value as JSON.
    pub json: String,
}

/// A notice to keep, to be sent when it is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    /// The fact it tells of.
    pub key: String,
    /// What it belongs to.
    pub subject: String,
    /// Whose it is.
    pub product: Option<Slug>,
    /// The channel it is told in.
    pub channel: String,
    /// What it is about.
    pub kind: NoticeKind,
    /// The first day of what is told.
    pub first_day: Date,
    /// The last day of what is told.
    pub last_day: Date,
    /// The language it is written in.
    pub language: Language,
    /// One line.
    pub title: String,
    /// Paragraphs, one a line.
    pub body: String,
    /// The page that shows more.
    pub link: Option<String>,
    /// When it is to be sent.
    pub due_at: Timestamp,
}

/// What is to become of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticeChange {
    /// It is kept, unless one of its key is.
    Tell(NewNotice),
    /// It still holds: its last day moves on, and its words where nobody has tried to send them.
    Keep {
        /// The key.
        key: String,
        /// The last day of what is told.
        last_day: Date,
        /// The channel.
        channel: String,
        /// The language it is written in.
        language: Language,
        /// One line.
        title: String,
        /// Paragraphs, one a line.
        body: String,
        /// The page that shows more.
        link: Option<String>,
    },
    /// It no longer holds; one that waits is withdrawn.
    Settle {
        /// The key.
        key: String,
    },
}

/// How an attempt to send a notice ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticeEnd {
    /// The channel has accepted it.
    Sent,
    /// It is tried again.
    Again {
        /// When.
        due_at: Timestamp,
        /// Why it was not accepted.
        reason: String,
    },
    /// It is given up.
    Failed {
        /// Why.
        reason: String,
    },
}
