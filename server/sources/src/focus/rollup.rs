//! Rows become cells (scope, UTC day, key) while they stream; a full table is handed out and
//! emptied, so memory does not grow with the input.

use std::collections::HashMap;

use domain::cost::{BillingScope, ChargeCategory, ControlTotal, CostKey, ExactCell};
use rust_decimal::Decimal;

use super::amount::{self, LARGEST};
use super::error::{FocusError, SinkError};
use super::tags::{self, SEPARATOR};
use super::time;

/// How many cells are held before they are handed out: they just fit into a table of 2¹⁵ places, also with
/// those of one more charge of five years.
const CELLS: usize = 26_800;

/// Seven eighths of the table.
const ROOM: usize = 28_672;

/// How many bytes of keys are held before the cells are handed out.
const KEY_BYTES: usize = 2 * 1024 * 1024;

/// What a key takes beside its text: its place in the table, which may be half empty, and the allocator's.
const PER_KEY: usize = 64;

/// How many cells go to the receiver at a time: cells in full are ten times as large as here.
const BATCH: usize = 2_048;

/// How many bytes of texts go to the receiver at a time; three batches are on their way at once.
const BATCH_BYTES: usize = 512 * 1024;

/// How many billing accounts × billing periods one delivery may have.
const SCOPES: usize = 4_096;

/// Where the finished cells go.
pub(super) type Sink<'a> = dyn FnMut(Vec<ExactCell>) -> Result<(), SinkError> + 'a;

/// Amounts in units of 10⁻²⁴.
#[derive(Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) billed: i128,
    pub(super) effective: i128,
}

impl Sums {
    /// The sum, held at the ends of what a number can be.
    pub(super) fn saturating_plus(self, other: Self) -> Self {
        Self {
            billed: self.billed.saturating_add(other.billed),
            effective: self.effective.saturating_add(other.effective),
        }
    }

    /// The sum, as long as both stay within what can be kept.
    fn plus(self, other: Self) -> Option<Self> {
        let within = |sum: i128| (-LARGEST..=LARGEST).contains(&sum).then_some(sum);
        Some(Self {
            billed: within(self.billed.checked_add(other.billed)?)?,
            effective: within(self.effective.checked_add(other.effective)?)?,
        })
    }
}

struct ScopeTotal {
    scope: BillingScope,
    sums: Sums,
    rows: u64,
    /// The last day, counted from 1970, of a charge of at most a day.
    latest_day: Option<i64>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct CellPlace {
    scope: u32,
    day: i32,
    key: u32,
}

/// A charge as far as the roll-up looks at it; times in seconds since 1970.
pub(super) struct Charge<'a> {
    pub(super) scope: u32,
    pub(super) key: &'a [u8],
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) sums: Sums,
}

pub(super) struct Rollup {
    scopes: Vec<ScopeTotal>,
    scope_index: HashMap<BillingScope, u32>,
    keys: HashMap<Box<[u8]>, u32>,
    key_bytes: usize,
    cells: HashMap<CellPlace, Sums>,
}

impl Rollup {
    /// With room for all that is held: tables that grow leave their smaller selves behind, and room that is
    /// not used costs nothing.
    pub(super) fn new() -> Self {
        Self {
            scopes: Vec::new(),
            scope_index: HashMap::new(),
            keys: HashMap::with_capacity(ROOM),
            key_bytes: 0,
            cells: HashMap::with_capacity(ROOM),
        }
    }

    pub(super) fn scope(&mut self, scope: &BillingScope) -> Result<u32, FocusError> {
        if let Some(index) = self.scope_index.get(scope) {
            return Ok(*index);
        }
        let index = u32::try_from(self.scopes.len()).unwrap_or(u32::MAX);
        if self.scopes.len() >= SCOPES {
            return Err(FocusError::TooManyScopes { limit: SCOPES });
        }
        self.scopes.push(ScopeTotal {
            scope: scope.clone(),
            sums: Sums::default(),
            rows: 0,
            latest_day: None,
        });
        self.scope_index.insert(scope.clone(), index);
        Ok(index)
    }

    /// Adds one row, day by day. The parts add up to the row.
    pub(super) fn add(&mut self, charge: &Charge<'_>) -> Result<(), FocusError> {
        let key = self.key(charge.key);
        let total = &mut self.scopes[charge.scope as usize];
        let overflow = || FocusError::SumTooLarge { billing_account: total.scope.billing_account.clone() };
        let sums = total.sums.plus(charge.sums).ok_or_else(overflow)?;
        let cells = &mut self.cells;
        let mut add = |day: i64, part: Sums| {
            let day = i32::try_from(day).unwrap_or(i32::MAX);
            let cell = cells.entry(CellPlace { scope: charge.scope, day, key }).or_default();
            *cell = cell.plus(part).ok_or_else(overflow)?;
            Ok::<(), FocusError>(())
        };
        let last = (charge.end - 1).div_euclid(time::SECONDS_PER_DAY);
        if charge.start.div_euclid(time::SECONDS_PER_DAY) == last {
            add(last, charge.sums)?;
        } else {
            amount::spread(charge.sums.billed, charge.start, charge.end, |day, billed| {
                add(day, Sums { billed, effective: 0 })
            })?;
            amount::spread(charge.sums.effective, charge.start, charge.end, |day, effective| {
                add(day, Sums { billed: 0, effective })
            })?;
        }
        total.sums = sums;
        total.rows += 1;
        if charge.end - charge.start <= time::SECONDS_PER_DAY {
            total.latest_day = total.latest_day.max(Some(last));
        }
        Ok(())
    }

    fn key(&mut self, encoded: &[u8]) -> u32 {
        if let Some(index) = self.keys.get(encoded) {
            return *index;
        }
        let index = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        self.key_bytes += encoded.len() + PER_KEY;
        self.keys.insert(encoded.into(), index);
        index
    }

    pub(super) fn is_full(&self) -> bool {
        self.cells.len() >= CELLS || self.key_bytes >= KEY_BYTES
    }

    /// Hands out all cells, sorted by scope, day and key, and forgets them.
    pub(super) fn flush(&mut self, sink: &mut Sink<'_>) -> Result<(), FocusError> {
        let mut keys: Vec<(&[u8], u32)> = self.keys.iter().map(|(key, index)| (&**key, *index)).collect();
        keys.sort_unstable();
        let mut ranks = vec![0_u32; keys.len()];
        for (rank, (_, index)) in (0_u32..).zip(&keys) {
            ranks[*index as usize] = rank;
        }
        let mut order: Vec<u32> = (0_u32..).take(self.scopes.len()).collect();
        order.sort_unstable_by(|a, b| self.scopes[*a as usize].scope.cmp(&self.scopes[*b as usize].scope));
        let mut scope_ranks = vec![0_u32; order.len()];
        for (rank, index) in (0_u32..).zip(&order) {
            scope_ranks[*index as usize] = rank;
        }
        let mut cells: Vec<(CellPlace, Sums)> = self
            .cells
            .drain()
            .map(|(place, sums)| {
                let (scope, key) = (scope_ranks[place.scope as usize], ranks[place.key as usize]);
                (CellPlace { scope, day: place.day, key }, sums)
            })
            .collect();
        cells.sort_unstable_by_key(|(place, _)| *place);
        let mut rest = cells.as_slice();
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(batch_length(rest, &keys));
            rest = later;
            let mut full = Vec::with_capacity(batch.len());
            for (place, sums) in batch {
                let scope = &self.scopes[order[place.scope as usize] as usize].scope;
                full.push(ExactCell {
                    scope: scope.clone(),
                    day: time::day_of(i64::from(place.day)),
                    key: decoded(keys[place.key as usize].0),
                    billed: decimal(sums.billed, scope)?.0,
                    effective: decimal(sums.effective, scope)?.0,
                });
            }
            sink(full)?;
        }
        self.keys.clear();
        self.key_bytes = 0;
        Ok(())
    }

    /// A scope with its first and its last UTC day so far, counted from 1970.
    pub(super) fn edges(&self, scope: u32) -> Option<(BillingScope, i64, i64)> {
        let ScopeTotal { scope, latest_day, .. } = self.scopes.get(scope as usize)?;
        let [first, end] = [scope.period_start, scope.period_end].map(time::number_of);
        Some((scope.clone(), first, latest_day.map_or(end - 1, |day| day.min(end - 1))))
    }

    /// The totals sorted by scope, each with whether its last digits had to be rounded.
    pub(super) fn into_totals(mut self) -> Result<Vec<(ControlTotal, bool)>, FocusError> {
        self.scopes.retain(|total| total.rows > 0);
        self.scopes.sort_by(|a, b| a.scope.cmp(&b.scope));
        let mut totals = Vec::with_capacity(self.scopes.len());
        for ScopeTotal { scope, sums, rows, latest_day } in self.scopes {
            let (billed, billed_rounded) = decimal(sums.billed, &scope)?;
            let (effective, effective_rounded) = decimal(sums.effective, &scope)?;
            let latest_day = latest_day.map(time::day_of);
            let total = ControlTotal { scope, billed, effective, rows, latest_day };
            totals.push((total, billed_rounded || effective_rounded));
        }
        Ok(totals)
    }
}

/// How many of the cells go out next: as many as fit, and at least one.
fn batch_length(cells: &[(CellPlace, Sums)], keys: &[(&[u8], u32)]) -> usize {
    let mut bytes = 0;
    let fitting = cells.iter().take(BATCH).take_while(|(place, _)| {
        bytes += keys[place.key as usize].0.len();
        bytes <= BATCH_BYTES
    });
    fitting.count().max(1)
}

fn decimal(value: i128, scope: &BillingScope) -> Result<(Decimal, bool), FocusError> {
    amount::decimal_of(value)
        .ok_or_else(|| FocusError::SumTooLarge { billing_account: scope.billing_account.clone() })
}

/// Writes what a cell is about so that equal keys are equal bytes; tags are appended by the caller.
pub(super) fn encode(texts: [&str; 4], category: ChargeCategory, target: &mut Vec<u8>) {
    target.clear();
    for text in texts {
        target.extend_from_slice(text.as_bytes());
        target.push(SEPARATOR);
    }
    let position = ChargeCategory::ALL.iter().position(|known| *known == category).unwrap_or(0);
    target.push(b'a' + u8::try_from(position).unwrap_or(0));
    target.push(SEPARATOR);
}

pub(super) fn decoded(key: &[u8]) -> CostKey {
    let mut parts = key.split(|byte| *byte == SEPARATOR);
    let mut text = || tags::text_of(parts.next().unwrap_or_default());
    let (sub_account, sub_account_name, service, region) = (text(), text(), text(), text());
    let letter = parts.next().and_then(|part| part.first()).map_or(0, |letter| usize::from(letter - b'a'));
    CostKey {
        sub_account,
        sub_account_name,
        service,
        region,
        charge_category: ChargeCategory::ALL.get(letter).copied().unwrap_or(ChargeCategory::Other),
        tags: tags::decoded(parts),
    }
}
