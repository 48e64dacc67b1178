//! One row of a bill: checked, completed by what may be assumed, and added up.

use std::borrow::Cow;

use domain::cost::{BillingScope, ChargeCategory};
use domain::money::Currency;
use jiff::civil::Date;

use super::amount::{self, AmountError};
use super::columns::{COUNT, Column, Layout, Wants};
use super::cur::{self, Amortised, Dialect, Effective};
use super::error::FocusError;
use super::issues::{IssueLog, Place, Remark, quoted};
use super::long_charges::{LongCharges, MOST_CELLS};
use super::resources::Resources;
use super::rollup::{self, Charge, Rollup, Sink, Sums};
use super::services::{self, Services};
use super::tags::{self, TagReader, TagsFound};
use super::time::{self, SECONDS_PER_DAY};

/// A row's fields in the order of [`Column`]; None where the file has no such column or no value.
pub(super) type Fields<'a> = [Option<&'a [u8]>; COUNT];

/// Longest billing account, in bytes: a delivery's billing periods are all held at once.
const LONGEST_ACCOUNT: usize = 256;

/// Longest account, service or region, in bytes.
const LONGEST_TEXT: usize = 1_024;

/// Longest charge in days; commitments are bought for up to five years.
const LONGEST_CHARGE: i64 = 5 * 366;

/// The key under which CUR 2.0 tells the name of a service.
const PRODUCT_NAME: &str = "product_name";

const NAIVE: &str = "FOCUS times are UTC and end in Z; export them so if they were meant in another zone.";

/// Why a row is left out.
struct Refusal {
    column: Column,
    remark: Remark,
}

/// What only holds for the file being read.
#[derive(Default)]
struct FileNotes {
    naive_told: bool,
    effective_unknown: u64,
    effective_unknown_line: Option<u64>,
}

/// The four fields of the last row's scope as they stood, with the scope's number.
#[derive(Default)]
struct LastScope {
    raw: [Vec<u8>; 4],
    index: Option<u32>,
}

/// What holds for the row besides its scope and key.
struct Checked {
    start: i64,
    end: i64,
    sums: Sums,
    category: ChargeCategory,
    effective_unknown: bool,
}

/// A whole delivery while it is read.
pub(super) struct Bill {
    pub(super) issues: IssueLog,
    pub(super) rollup: Rollup,
    /// Where somebody wants them.
    pub(super) resources: Option<Resources>,
    pub(super) rows_read: u64,
    pub(super) rows_accepted: u64,
    pub(super) latest_day: Option<Date>,
    source: String,
    tags: TagReader,
    categories: TagReader,
    category_pairs: Vec<u8>,
    notes: FileNotes,
    last_scope: LastScope,
    long_charges: LongCharges,
    services: Services,
    latest: i64,
    key: Vec<u8>,
    dialect: Dialect,
    amortised: Amortised,
    /// Finds the name of the service in what CUR 2.0 tells of a product.
    product_names: TagReader,
    product_name: Vec<u8>,
}

impl Bill {
    pub(super) fn new(source: &str, tag_keys: &[String], wants_resources: bool) -> Self {
        Self {
            issues: IssueLog::default(),
            rollup: Rollup::new(),
            resources: wants_resources.then(Resources::new),
            rows_read: 0,
            rows_accepted: 0,
            latest_day: None,
            source: source.to_owned(),
            tags: TagReader::new(tag_keys),
            categories: TagReader::of_categories(tag_keys),
            category_pairs: Vec::new(),
            notes: FileNotes::default(),
            last_scope: LastScope::default(),
            long_charges: LongCharges::default(),
            services: Services::default(),
            latest: i64::MIN,
            key: Vec::new(),
            dialect: Dialect::Focus,
            amortised: Amortised::default(),
            product_names: TagReader::new(&[PRODUCT_NAME.to_owned()]),
            product_name: Vec::new(),
        }
    }

    /// Which of the columns are looked at that not everybody needs.
    pub(super) fn wants(&self) -> Wants {
        Wants {
            tags: !self.tags.is_idle(),
            categories: !self.categories.is_idle(),
            resources: self.resources.is_some(),
        }
    }

    /// Prepares for the rows of a file.
    pub(super) fn begin_file(&mut self, layout: &Layout) {
        self.dialect = layout.dialect;
        self.amortised = Amortised {
            reservations: layout.has(Column::ReservationCost),
            savings_plans: [Column::SavingsPlanCost, Column::SavingsPlanCommitment, Column::SavingsPlanUsed]
                .into_iter()
                .all(|column| layout.has(column)),
        };
        self.tags.turn_to(layout.dialect);
        self.categories.turn_to(layout.dialect);
    }

    /// Takes one row or reports why not.
    pub(super) fn take(
        &mut self,
        place: &Place<'_>,
        fields: &Fields<'_>,
        sink: &mut Sink<'_>,
    ) -> Result<(), FocusError> {
        self.rows_read += 1;
        let fields = fields.map(|field| field.and_then(present));
        let checked = match self.check(place, &fields) {
            Ok(checked) => checked,
            Err(refusal) => return self.refuse(place, refusal),
        };
        let scope = match self.scope_of(place, &fields)? {
            Ok(scope) => scope,
            Err(refusal) => return self.refuse(place, refusal),
        };
        if let Err(refusal) = self.encode_key(place, &fields, checked.category) {
            return self.refuse(place, refusal);
        }
        let Checked { start, end, sums, category, .. } = checked;
        let [first, last] = [start, end - 1].map(|second| second.div_euclid(SECONDS_PER_DAY));
        if !self.long_charges.admit(scope, &self.key, first, last) {
            return self.refuse(place, too_many_days(last - first + 1));
        }
        if checked.effective_unknown {
            self.notes.effective_unknown_line = self.notes.effective_unknown_line.or(place.line);
            self.notes.effective_unknown += 1;
        }
        let resource = self.resource(place, &fields);
        let charge = Charge { scope, key: &self.key, start, end, sums };
        self.rollup.add(&charge)?;
        if let (Some(resources), Some(resource)) = (&mut self.resources, resource) {
            resources.add(&charge, category, resource)?;
        }
        self.rows_accepted += 1;
        if end - start <= SECONDS_PER_DAY && end > self.latest {
            self.latest = end;
            self.latest_day = Some(time::day_holding(end - 1));
        }
        if self.rollup.is_full() {
            self.rollup.flush(sink)?;
        }
        Ok(())
    }

    /// The resource that a row names; one that cannot be read goes in with all others.
    fn resource<'a>(&mut self, place: &Place<'_>, fields: &Fields<'a>) -> Option<&'a str> {
        self.resources.as_ref()?;
        match text(fields, Column::ResourceId) {
            Ok(resource) => resource,
            Err(Refusal { remark, .. }) => {
                let remark = Remark { rule: "cost/resource", ..remark };
                self.issues.warn(place, Some(Column::ResourceId.name()), remark);
                None
            }
        }
    }

    /// Counts a row that could not even be cut into fields.
    pub(super) fn take_unreadable(&mut self, place: &Place<'_>, remark: Remark) {
        self.rows_read += 1;
        self.issues.reject(place, None, remark);
    }

    /// Says what holds for the whole file, and forgets it.
    pub(super) fn end_file(&mut self, file: &str) {
        let notes = std::mem::take(&mut self.notes);
        self.last_scope.index = None;
        self.long_charges.clear();
        if notes.effective_unknown > 0 {
            let place = Place { file, line: notes.effective_unknown_line, row: 0 };
            let remark = Remark {
                rule: "cost/effective-unknown",
                what: format!(
                    "{} rows have no {}, this is the first; their {} stands in for it.",
                    notes.effective_unknown,
                    match self.dialect {
                        Dialect::Focus => "EffectiveCost",
                        Dialect::Cur => "effective cost of a reservation or savings plan",
                    },
                    self.name(Column::BilledCost)
                ),
                mend: match self.dialect {
                    Dialect::Focus => "Export EffectiveCost; until then look at billed cost only.",
                    Dialect::Cur => {
                        "Select the columns reservation_… and savings_plan_… in the export; until then look at \
                         billed cost only."
                    }
                },
            };
            self.issues.warn(&place, Some(self.name(Column::EffectiveCost)), remark);
        }
    }

    fn refuse(&mut self, place: &Place<'_>, refusal: Refusal) -> Result<(), FocusError> {
        self.issues.reject(place, Some(self.name(refusal.column)), refusal.remark);
        Ok(())
    }

    /// The name of a column in the file.
    fn name(&self, column: Column) -> &'static str {
        column.name_in(self.dialect)
    }

    /// A row that says nothing where it has to.
    fn missing(&self, column: Column) -> Refusal {
        let what = format!("{} is empty.", self.name(column));
        let mend = match self.dialect {
            Dialect::Focus => "FOCUS demands a value here.",
            Dialect::Cur => "AWS always writes a value here; check the query of the export.",
        };
        Refusal { column, remark: Remark { rule: "cost/missing-value", what, mend } }
    }

    /// Amounts, times and category.
    fn check(&mut self, place: &Place<'_>, fields: &Fields<'_>) -> Result<Checked, Refusal> {
        let billed = self.amount(place, fields, Column::BilledCost)?;
        let billed = billed.ok_or_else(|| self.missing(Column::BilledCost))?;
        let effective = match self.dialect {
            Dialect::Focus => self.amount(place, fields, Column::EffectiveCost)?,
            Dialect::Cur => self.amortised(place, fields, billed)?,
        };
        let start = self.time(place, fields, Column::ChargePeriodStart)?;
        let mut end = self.time(place, fields, Column::ChargePeriodEnd)?;
        if self.dialect == Dialect::Cur && end == start {
            end = start + 1;
        }
        let length = end - start;
        if length <= 0 || length > LONGEST_CHARGE * SECONDS_PER_DAY {
            return Err(charge_period(start, end));
        }
        let category = self.category(place, fields);
        let sums = Sums { billed, effective: effective.unwrap_or(billed) };
        Ok(Checked { start, end, sums, category, effective_unknown: effective.is_none() })
    }

    /// The effective cost of a line item of CUR 2.0; `None` where the file does not say it.
    fn amortised(
        &mut self,
        place: &Place<'_>,
        fields: &Fields<'_>,
        billed: i128,
    ) -> Result<Option<i128>, Refusal> {
        let kind = text(fields, Column::LineItemType)?.ok_or_else(|| self.missing(Column::LineItemType))?;
        let has_reservation = fields[Column::ReservationArn as usize].is_some();
        Ok(match cur::effective(kind, has_reservation, self.amortised) {
            Effective::Billed => Some(billed),
            Effective::Zero => Some(0),
            Effective::Unknown => None,
            Effective::Of(column) => self.amount(place, fields, column)?,
            Effective::Sum(one, other) => {
                let parts = [self.amount(place, fields, one)?, self.amount(place, fields, other)?];
                parts.into_iter().flatten().reduce(i128::saturating_add)
            }
            Effective::Difference(whole, part) => {
                let whole = self.amount(place, fields, whole)?;
                let part = self.amount(place, fields, part)?.unwrap_or(0);
                whole.map(|whole| whole.saturating_sub(part))
            }
        })
    }

    fn amount(
        &mut self,
        place: &Place<'_>,
        fields: &Fields<'_>,
        column: Column,
    ) -> Result<Option<i128>, Refusal> {
        let Some(text) = fields[column as usize] else { return Ok(None) };
        let amount =
            amount::parse(text).map_err(|error| Refusal { column, remark: no_amount(error, text) })?;
        if amount.rounded {
            let remark = Remark {
                rule: "cost/rounded",
                what: format!("{} has more than 24 decimals; the nearest amount went in.", quoted(text)),
                mend: "Nothing to do unless such amounts are expected to matter.",
            };
            self.issues.warn(place, Some(self.name(column)), remark);
        }
        Ok(Some(amount.value))
    }

    fn time(&mut self, place: &Place<'_>, fields: &Fields<'_>, column: Column) -> Result<i64, Refusal> {
        let text = fields[column as usize].ok_or_else(|| self.missing(column))?;
        let moment = time::parse(text).ok_or_else(|| Refusal {
            column,
            remark: Remark {
                rule: "cost/not-a-time",
                what: format!("{} is no time between 1990 and 2200.", quoted(text)),
                mend: "Write times like 2024-09-18T22:00:00Z.",
            },
        })?;
        if moment.naive && !self.notes.naive_told {
            self.notes.naive_told = true;
            let what = format!("{} names no zone and was read as UTC, as all such times here.", quoted(text));
            let remark = Remark { rule: "cost/naive-time", what, mend: NAIVE };
            self.issues.warn(place, Some(self.name(column)), remark);
        }
        Ok(moment.seconds)
    }

    fn category(&mut self, place: &Place<'_>, fields: &Fields<'_>) -> ChargeCategory {
        let (column, what, mend) = match self.dialect {
            Dialect::Focus => (
                Column::ChargeCategory,
                "is no charge category",
                "Use Usage, Purchase, Tax, Credit or Adjustment.",
            ),
            Dialect::Cur => (
                Column::LineItemType,
                "is a kind of line item that is not known",
                "Nothing is lost: rules find the row under Other. Tell us of the kind.",
            ),
        };
        let text = fields[column as usize].unwrap_or_default();
        let word = std::str::from_utf8(text).unwrap_or_default();
        let category = match self.dialect {
            Dialect::Focus => ChargeCategory::of(word),
            Dialect::Cur => crate::aws::charge_category(word).unwrap_or(ChargeCategory::Other),
        };
        if category == ChargeCategory::Other {
            let what = format!("{} {what}; the row counts as Other.", quoted(text));
            let remark = Remark { rule: "cost/charge-category", what, mend };
            self.issues.warn(place, Some(self.name(column)), remark);
        }
        category
    }

    /// The number of the row's scope; rows mostly have that of the row before.
    fn scope_of(
        &mut self,
        place: &Place<'_>,
        fields: &Fields<'_>,
    ) -> Result<Result<u32, Refusal>, FocusError> {
        const COLUMNS: [Column; 4] = [
            Column::BillingAccountId,
            Column::BillingCurrency,
            Column::BillingPeriodStart,
            Column::BillingPeriodEnd,
        ];
        let raw = COLUMNS.map(|column| fields[column as usize].unwrap_or_default());
        if let Some(index) = self.last_scope.index
            && raw.iter().zip(&self.last_scope.raw).all(|(now, before)| now == before)
        {
            return Ok(Ok(index));
        }
        let scope = match self.read_scope(place, fields) {
            Ok(scope) => scope,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let index = self.rollup.scope(&scope)?;
        for (before, now) in self.last_scope.raw.iter_mut().zip(raw) {
            before.clear();
            before.extend_from_slice(now);
        }
        self.last_scope.index = Some(index);
        Ok(Ok(index))
    }

    fn read_scope(&mut self, place: &Place<'_>, fields: &Fields<'_>) -> Result<BillingScope, Refusal> {
        let account =
            text(fields, Column::BillingAccountId)?.ok_or_else(|| self.missing(Column::BillingAccountId))?;
        if account.len() > LONGEST_ACCOUNT {
            return Err(too_long(Column::BillingAccountId, account.len(), LONGEST_ACCOUNT));
        }
        let code =
            text(fields, Column::BillingCurrency)?.ok_or_else(|| self.missing(Column::BillingCurrency))?;
        let currency: Currency = code.to_ascii_uppercase().parse().map_err(|_| Refusal {
            column: Column::BillingCurrency,
            remark: Remark {
                rule: "cost/currency",
                what: format!("{} is no currency.", quoted(code.as_bytes())),
                mend: "Use an ISO 4217 code such as USD or JPY.",
            },
        })?;
        if !currency.is_known() {
            let remark = Remark {
                rule: "cost/unknown-currency",
                what: format!(
                    "{} is no currency of ISO 4217; its cost went in and is not converted.",
                    quoted(code.as_bytes())
                ),
                mend: "Correct BillingCurrency where the bill is exported, to a code such as USD or JPY.",
            };
            self.issues.warn(place, Some(Column::BillingCurrency.name()), remark);
        }
        let start = self.time(place, fields, Column::BillingPeriodStart)?;
        let end = self.time(place, fields, Column::BillingPeriodEnd)?;
        let (period_start, period_end) = (time::day_holding(start), time::day_holding(end));
        if period_end <= period_start {
            return Err(Refusal {
                column: Column::BillingPeriodEnd,
                remark: Remark {
                    rule: "cost/billing-period",
                    what: format!("The billing period ends on {period_end} and starts on {period_start}."),
                    mend: "The end is exclusive: September 2024 ends at 2024-10-01T00:00:00Z.",
                },
            });
        }
        let billing_account = account.to_owned();
        Ok(BillingScope { source: self.source.clone(), billing_account, period_start, period_end, currency })
    }

    fn encode_key(
        &mut self,
        place: &Place<'_>,
        fields: &Fields<'_>,
        category: ChargeCategory,
    ) -> Result<(), Refusal> {
        let [sub_account, name, service, region] =
            [Column::SubAccountId, Column::SubAccountName, Column::ServiceName, Column::RegionId]
                .map(|column| text(fields, column));
        let service = match self.dialect {
            Dialect::Focus => service?.map(Cow::Borrowed),
            Dialect::Cur => self.cur_service(fields)?,
        };
        let service = service.as_deref();
        let [sub_account, name, region] = [sub_account?, name?, region?].map(Option::unwrap_or_default);
        let shown = service.map_or("", |service| self.services.shown(service));
        rollup::encode([sub_account, name, shown, region], category, &mut self.key);
        if service.is_some_and(|service| service != shown) {
            self.issues.warn(place, Some(self.name(Column::ServiceName)), services::too_many());
        }
        if service.is_none() {
            let column = if self.dialect == Dialect::Cur { Column::ProductCode } else { Column::ServiceName };
            let mut remark = self.missing(column).remark;
            remark.what = format!("{} is empty; the row went in without a service.", self.name(column));
            self.issues.warn(place, Some(self.name(column)), remark);
        }
        let start = self.key.len();
        if let (false, Some(tags)) = (self.tags.is_idle(), fields[Column::Tags as usize]) {
            let found = self.tags.encode(tags, &mut self.key);
            self.remark_on_tags(place, Column::Tags, tags, found);
        }
        let categories = fields[Column::CostCategories as usize];
        if let (false, Some(categories)) = (self.categories.is_idle(), categories) {
            self.category_pairs.clear();
            let found = self.categories.encode(categories, &mut self.category_pairs);
            tags::merge(&mut self.key, start, &self.category_pairs);
            self.remark_on_tags(place, Column::CostCategories, categories, found);
        }
        Ok(())
    }

    /// The service of a line item of CUR 2.0: the name of the product, or the code of its service.
    fn cur_service<'a>(&mut self, fields: &Fields<'a>) -> Result<Option<Cow<'a, str>>, Refusal> {
        if let Some(product) = fields[Column::Product as usize] {
            self.product_name.clear();
            self.product_names.encode(product, &mut self.product_name);
            let mut parts = self.product_name.split(|byte| *byte == tags::SEPARATOR);
            let name = parts.nth(1).map(tags::text_of).filter(|name| !name.is_empty());
            if let Some(name) = name.filter(|name| name.len() <= LONGEST_TEXT) {
                return Ok(Some(Cow::Owned(name)));
            }
        }
        let code = text(fields, Column::ServiceCode)?;
        Ok(code.or(text(fields, Column::ProductCode)?).map(Cow::Borrowed))
    }

    fn remark_on_tags(&mut self, place: &Place<'_>, column: Column, tags: &[u8], found: TagsFound) {
        let what = match found {
            TagsFound::Fine => return,
            TagsFound::NotAnObject => {
                format!("{} is no JSON object; the row went in without tags.", quoted(tags))
            }
            TagsFound::OddValue => format!(
                "{} has a wanted tag whose value is no short text, number or boolean; it was left out.",
                quoted(tags)
            ),
        };
        let remark = Remark { rule: "cost/tags", what, mend: "Write it like {\"team\":\"records\"}." };
        self.issues.warn(place, Some(self.name(column)), remark);
    }
}

/// The field without its spaces; None for the ways in which exports write "no value".
fn present(field: &[u8]) -> Option<&[u8]> {
    let field = field.trim_ascii();
    (!field.is_empty() && !field.eq_ignore_ascii_case(b"null")).then_some(field)
}

fn text<'a>(fields: &Fields<'a>, column: Column) -> Result<Option<&'a str>, Refusal> {
    let Some(bytes) = fields[column as usize] else { return Ok(None) };
    if bytes.len() > LONGEST_TEXT {
        return Err(too_long(column, bytes.len(), LONGEST_TEXT));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if !bytes.contains(&0) => Ok(Some(text)),
        Ok(_) => Err(encoding(column, bytes, "holds a NUL character")),
        Err(_) => Err(encoding(column, bytes, "is not UTF-8")),
    }
}

fn too_long(column: Column, bytes: usize, limit: usize) -> Refusal {
    let what = format!("The value has {bytes} bytes, more than {limit}.");
    let mend = "Check whether a quotation mark is missing.";
    Refusal { column, remark: Remark { rule: "cost/too-long", what, mend } }
}

fn too_many_days(days: i64) -> Refusal {
    let what = format!(
        "The charge lasts {days} days, and with it the charges of this file that last longer than a month \
         would make more than {MOST_CELLS} daily amounts."
    );
    let mend =
        "Check the charge periods; if they are right, split the file and name its parts in one command.";
    Refusal { column: Column::ChargePeriodEnd, remark: Remark { rule: "cost/too-many-days", what, mend } }
}

fn encoding(column: Column, bytes: &[u8], what: &str) -> Refusal {
    let what = format!("{} {what}.", quoted(bytes));
    Refusal { column, remark: Remark { rule: "cost/encoding", what, mend: "Export the file as UTF-8." } }
}

fn no_amount(error: AmountError, text: &[u8]) -> Remark {
    let text = quoted(text);
    match error {
        AmountError::NotANumber => Remark {
            rule: "cost/not-a-number",
            what: format!("{text} is no number."),
            mend: "Write amounts like -1234.5 or 35.2E-7, without thousands separators and signs.",
        },
        AmountError::TooManyDigits => Remark {
            rule: "cost/too-many-digits",
            what: format!("{text} has more than 28 digits."),
            mend: "Export amounts with at most 28 digits.",
        },
        AmountError::TooLarge => Remark {
            rule: "cost/too-large",
            what: format!("{text} is beyond nine trillion."),
            mend: "Check the amount and its currency.",
        },
    }
}

fn charge_period(start: i64, end: i64) -> Refusal {
    let (from, to) = (time::text_of(start), time::text_of(end));
    let what = if end <= start {
        format!("The charge ends at {to}, not after its start {from}.")
    } else {
        format!("The charge lasts from {from} to {to}, more than five years.")
    };
    let mend = "The end is exclusive: a charge for 18 September ends at 2024-09-19T00:00:00Z.";
    Refusal { column: Column::ChargePeriodEnd, remark: Remark { rule: "cost/charge-period", what, mend } }
}
