//! AWS: what an organisation cost, asked of Cost Explorer, its accounts, asked of Organizations, and the data
//! exports of its bill, fetched from S3.
//!
//! # Two cuts of the same money
//! Cost Explorer groups by two things at most, and facts need three: account, service and charge
//! category. So the bill is cut twice:
//! 1. LINKED_ACCOUNT × RECORD_TYPE, once for the organisation: what every account was charged every
//!    day, by record type. This cut *is* the bill. Record types become FOCUS charge categories
//!    ([`record_type`]); one that nobody knows becomes `Other` with a remark and is never dropped.
//! 2. LINKED_ACCOUNT × SERVICE, once for each charge category that the first cut has, filtered to that
//!    category's record types. The filters share out all record types, so no charge is in two of these
//!    answers and none is left out.
//!
//! Facts are the cells of the second cut, held against the first for every (day, account, category): a
//! difference below a micro-unit (AWS rounds each group to ten decimals) goes to the largest cell, a
//! larger one (the bill moved between two requests) becomes a cell without a service and a remark. So
//! the facts always add up to the first cut, exactly. For an account declared mixed, its usage is cut a
//! third time, by TAG × SERVICE, and these cells stand in the place of its usage cells; what the tags
//! do not account for stays as untagged usage.
//!
//! # Code map
//! - [`access`]: credentials, role, endpoint. [`explorer`]: questions, pages, price. [`record_type`].
//! - [`charges`]: the first cut. [`bill`]: cuts become cells. [`account`]: Organizations.
//! - [`anomalies`]: what AWS itself found unusual.
//! - [`bucket`]: data exports in S3. [`bucket_error`]: what can go wrong with them.
//! - Of service levels: [`cloudwatch`] GetMetricData, [`cloudwatch_series`] what it is asked, [`cloudwatch_count`]
//!   numbers become counts, [`cloudwatch_indicator`] what an OpenSLO file says of them, [`cloudwatch_source`] all of
//!   it as a source; [`application_signals`] AWS' own objectives, [`application_signals_definition`] in our words,
//!   [`application_signals_source`] as a source; [`cloudwatch_error`] what can go wrong with both.
//! - [`probe`]: what `teirei check` asks. [`error`]: what can go wrong and what to do about it.
//!
//! # Invariants
//! - Every priced request is reserved with the [`Meter`] before it is made and noted when answered.
//! - All pages of an answer are asked for with the same parameters; a token that comes twice ends it.
//! - Amounts are read as exact decimals. Days are UTC; a window's start is included, its end is not.

mod access;
mod account;
mod anomalies;
mod application_signals;
mod application_signals_definition;
mod application_signals_source;
mod bill;
mod bucket;
mod bucket_error;
mod charges;
mod cloudwatch;
mod cloudwatch_count;
mod cloudwatch_error;
mod cloudwatch_indicator;
mod cloudwatch_series;
mod cloudwatch_source;
mod error;
mod explorer;
mod probe;
mod record_type;
mod recurrence;

pub use access::{Aws, AwsAccess, AwsOptions, MixedAccounts};
pub use anomalies::{ANOMALIES_ACTION, ANOMALY_DAYS, first_day_told};
pub use application_signals_source::ApplicationSignalsSource;
pub use bill::{Bill, CUTS_RULE, RECORD_TYPE_RULE, TAG_RULE};
pub use bucket::{Bucket, BucketObject, BucketPlace};
pub use bucket_error::BucketError;
pub use charges::{Charges, MonthTotal};
pub use cloudwatch_error::{METRICS_STATEMENT, SIGNALS_STATEMENT};
pub use cloudwatch_source::CloudWatchSource;
pub use error::{AwsError, IAM_STATEMENT};
pub use explorer::{Meter, MeterError, Window};
pub use probe::Finding;
pub use record_type::charge_category;
