//! The cuts become cells that add up to the bill.

use std::collections::{BTreeMap, BTreeSet};

use domain::allocation::COST_CATEGORY_PREFIX;
use domain::cost::{BillingScope, ChargeCategory, ControlTotal, CostKey, ExactCell};
use domain::money::Currency;
use domain::rejection::{Gravity, Issue};
use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::access::Aws;
use super::charges::{Charges, category_of};
use super::error::AwsError;
use super::explorer::{Group, GroupBy, Question, Window};

/// Differences between two cuts up to here are AWS' rounding: a micro-unit.
const ROUNDING: Decimal = Decimal::from_parts(1, 0, 0, false, 6);

/// The cells of a window, month by month, and what was remarkable about them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// Cells of all months.
    pub cells: Vec<ExactCell>,
    /// The exact sum of each billing period.
    pub totals: Vec<ControlTotal>,
    /// Groups that were read.
    pub rows: u64,
    /// Remarks.
    pub issues: Vec<Issue>,
}

/// The rule of a remark on a day whose two cuts do not add up; its column is the day.
pub const CUTS_RULE: &str = "cost/aws-cuts-differ";

/// The rule of a remark on a record type that nobody knows; its column is the record type.
pub const RECORD_TYPE_RULE: &str = "cost/aws-record-type";

/// The rule of a remark on a tag that no usage of the mixed accounts carries; its column is the tag.
pub const TAG_RULE: &str = "cost/aws-tag";

/// Both amounts, exact, in units.
type Sum = (Decimal, Decimal);

/// What both cuts know about a charge: day, account, category, currency.
type Place = (Date, String, ChargeCategory, Currency);

/// What only the second cut knows: the service and, in mixed accounts, the tag's value.
type Part = (String, String);

/// Cells on their way, under what both cuts know.
type Parts = BTreeMap<Place, BTreeMap<Part, Sum>>;

impl Aws {
    /// The cells of the days from `from` on (the first day of a month), made to add up to `charges`:
    /// one question for each category, and one for each mixed account.
    ///
    /// # Errors
    /// [`AwsError`] when AWS did not answer to the end.
    pub async fn bill(&self, charges: &Charges, from: Date) -> Result<Bill, AwsError> {
        let window = Window { start: from.max(charges.window.start), end: charges.window.end };
        let categories = charges.categories(window.start);
        let everything = categories.len() == 1;
        let mut parts = Parts::new();
        let mut rows = BTreeMap::new();
        for (category, types) in &categories {
            let record_types = if everything { Vec::new() } else { types.clone() };
            let groups = [GroupBy::Account, GroupBy::Service];
            let question = Question { window, monthly: false, groups, account: None, record_types };
            for group in self.ask(&question).await?.groups {
                *rows.entry(group.day.first_of_month()).or_default() += 1;
                put(&mut parts, *category, group);
            }
        }
        let mut unseen = None;
        if let Some(types) = categories.get(&ChargeCategory::Usage) {
            let types = if everything { &[][..] } else { types };
            unseen = self.split_mixed(window, types, &mut parts).await?;
        }
        let mut bill = Assembly { aws: self, charges, window, rows }.assemble(parts);
        bill.issues.extend(unseen.map(about_tag));
        Ok(bill)
    }

    /// Asks for the usage of mixed accounts by tag or cost category and puts it in the place of their cells;
    /// answers the key where there is usage and none of it carries one.
    async fn split_mixed(
        &self,
        window: Window,
        record_types: &[String],
        parts: &mut Parts,
    ) -> Result<Option<&str>, AwsError> {
        let Some(key) = &self.options.mixed.tag_key else { return Ok(None) };
        let (group, name) = match key.strip_prefix(COST_CATEGORY_PREFIX) {
            Some(name) => (GroupBy::CostCategory(name.to_owned()), name),
            None => (GroupBy::Tag(key.clone()), key.as_str()),
        };
        let (mut is_asked, mut is_seen) = (false, false);
        for account in &self.options.mixed.accounts {
            let question = Question {
                window,
                monthly: false,
                groups: [group.clone(), GroupBy::Service],
                account: Some(account.clone()),
                record_types: record_types.to_vec(),
            };
            let groups = self.ask(&question).await?.groups;
            is_asked |= !groups.is_empty();
            is_seen |= groups.iter().any(|group| !value_of(&group.keys[0], name).is_empty());
            split(parts, account, name, groups);
        }
        Ok((is_asked && !is_seen).then_some(key))
    }
}

/// Keys arrive as `key$value`; an empty value is what carries no such tag.
fn value_of<'a>(tag: &'a str, key: &str) -> &'a str {
    tag.strip_prefix(key).and_then(|rest| rest.strip_prefix('$')).unwrap_or(tag)
}

fn about_tag(key: &str) -> Issue {
    Issue {
        file: "AWS Cost Explorer".to_owned(),
        line: None,
        column: Some(key.to_owned()),
        rule: TAG_RULE,
        what: format!("No usage of the mixed accounts carries the tag {key}; all of it went in without."),
        mend: "Activate it in the management account (Billing, Cost allocation tags), look at its spelling (case \
               counts), or give it to resources; `teirei check` says which."
            .to_owned(),
        gravity: Gravity::Warning,
    }
}

fn put(parts: &mut Parts, category: ChargeCategory, group: Group) {
    let [account, service] = group.keys;
    let place = (group.day, account, category, group.currency);
    add(
        parts.entry(place).or_default().entry((service, String::new())).or_default(),
        group.billed,
        group.effective,
    );
}

fn add(sum: &mut Sum, billed: Decimal, effective: Decimal) {
    sum.0 += billed;
    sum.1 += effective;
}

/// Takes what carries a tag out of the untagged usage of an account; the rest stays untagged. A rest of
/// nothing that AWS does not name itself is no line of the bill.
fn split(parts: &mut Parts, account: &str, key: &str, groups: Vec<Group>) {
    let (mut untagged, mut tagged) = (BTreeSet::new(), BTreeSet::new());
    for group in groups {
        let [tag, service] = group.keys;
        let value = value_of(&tag, key);
        let place = (group.day, account.to_owned(), ChargeCategory::Usage, group.currency);
        if value.is_empty() {
            untagged.insert((place, service));
            continue;
        }
        tagged.insert((place.clone(), service.clone()));
        let cells = parts.entry(place).or_default();
        add(cells.entry((service.clone(), String::new())).or_default(), -group.billed, -group.effective);
        add(cells.entry((service, value.to_owned())).or_default(), group.billed, group.effective);
    }
    for (place, service) in tagged.difference(&untagged) {
        let rest = (service.clone(), String::new());
        if let Some(cells) = parts.get_mut(place)
            && cells.get(&rest).is_some_and(is_nothing)
        {
            cells.remove(&rest);
        }
    }
}

fn is_nothing(sum: &Sum) -> bool {
    sum.0.is_zero() && sum.1.is_zero()
}

/// Lays the parts of one place against what the first cut says; answers a difference too large for
/// rounding, which has become a part of its own.
fn settle(parts: &mut BTreeMap<Part, Sum>, control: Sum) -> Option<Sum> {
    let sums = parts.values().fold(Sum::default(), |sum, part| (sum.0 + part.0, sum.1 + part.1));
    let difference = (control.0 - sums.0, control.1 - sums.1);
    let largest = parts.iter_mut().max_by_key(|(_, sum)| sum.0.abs());
    if difference.0.abs() <= ROUNDING && difference.1.abs() <= ROUNDING {
        match largest {
            Some((_, sum)) => add(sum, difference.0, difference.1),
            None if is_nothing(&difference) => {}
            None => {
                parts.insert(Part::default(), difference);
            }
        }
        return None;
    }
    add(parts.entry(Part::default()).or_default(), difference.0, difference.1);
    Some(difference)
}

/// Everything that turns parts into cells.
struct Assembly<'a> {
    aws: &'a Aws,
    charges: &'a Charges,
    window: Window,
    rows: BTreeMap<Date, u64>,
}

impl Assembly<'_> {
    fn assemble(self, mut parts: Parts) -> Bill {
        let mut controls: BTreeMap<Place, Sum> = BTreeMap::new();
        for group in self.charges.groups.iter().filter(|group| group.day >= self.window.start) {
            let place = (group.day, group.keys[0].clone(), category_of(group), group.currency);
            add(controls.entry(place).or_default(), group.billed, group.effective);
        }
        let places: BTreeSet<Place> = controls.keys().chain(parts.keys()).cloned().collect();
        let mut bill = Bill { rows: self.rows.values().sum(), ..Bill::default() };
        let mut moved: BTreeMap<Date, u64> = BTreeMap::new();
        for place in places {
            let control = controls.get(&place).copied().unwrap_or_default();
            let mut cells = parts.remove(&place).unwrap_or_default();
            if settle(&mut cells, control).is_some() {
                *moved.entry(place.0).or_default() += 1;
            }
            // Lines of nothing stay: what is free of charge was used, and a day without cost was billed.
            bill.cells.extend(cells.into_iter().map(|(part, sum)| self.cell(&place, part, sum)));
        }
        bill.totals = self.totals(&bill.cells);
        bill.issues = self.issues(&moved);
        bill
    }

    fn cell(&self, place: &Place, (service, tag): Part, (billed, effective): Sum) -> ExactCell {
        let (day, account, charge_category, currency) = place;
        let key = self.aws.options.mixed.tag_key.clone().unwrap_or_default();
        ExactCell {
            scope: self.scope(*day, *currency),
            day: *day,
            key: CostKey {
                sub_account: account.clone(),
                sub_account_name: self.charges.names.get(account).cloned().unwrap_or_default(),
                service,
                region: String::new(),
                charge_category: *charge_category,
                tags: if tag.is_empty() { Vec::new() } else { vec![(key, tag)] },
            },
            billed,
            effective,
        }
    }

    fn scope(&self, day: Date, currency: Currency) -> BillingScope {
        let period_start = day.first_of_month();
        BillingScope {
            source: self.aws.options.source.clone(),
            billing_account: self.aws.billing_account.clone(),
            period_start,
            period_end: period_start.saturating_add(1.month()),
            currency,
        }
    }

    fn totals(&self, cells: &[ExactCell]) -> Vec<ControlTotal> {
        let mut totals: BTreeMap<BillingScope, ControlTotal> = BTreeMap::new();
        for cell in cells {
            let total = totals.entry(cell.scope.clone()).or_insert_with(|| ControlTotal {
                scope: cell.scope.clone(),
                billed: Decimal::ZERO,
                effective: Decimal::ZERO,
                rows: self.rows.get(&cell.scope.period_start).copied().unwrap_or(0),
                latest_day: None,
            });
            total.billed += cell.billed;
            total.effective += cell.effective;
            total.latest_day = total.latest_day.max(Some(cell.day));
        }
        totals.into_values().collect()
    }

    fn issues(&self, moved: &BTreeMap<Date, u64>) -> Vec<Issue> {
        let remark = |column: String, rule, what: String, mend: &str| Issue {
            file: "AWS Cost Explorer".to_owned(),
            line: None,
            column: Some(column),
            rule,
            what,
            mend: mend.to_owned(),
            gravity: Gravity::Warning,
        };
        let moved = moved.iter().map(|(day, count)| {
            remark(
                day.to_string(),
                CUTS_RULE,
                format!("The services of {count} sums of this day do not add up to their record types."),
                "The bill moved between two requests; the difference stands without a service until the next run.",
            )
        });
        let unknown = self.charges.unknown_record_types().into_iter().map(|word| {
            remark(
                word.to_owned(),
                RECORD_TYPE_RULE,
                format!("The record type {word:?} is not known; it counts as the charge category Other."),
                "Nothing is lost; please report it.",
            )
        });
        moved.chain(unknown).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(service: &str, tag: &str, amount: i64, scale: u32) -> (Part, Sum) {
        let amount = Decimal::new(amount, scale);
        ((service.to_owned(), tag.to_owned()), (amount, amount))
    }

    /// (services, bill, whether a remark is made, services afterwards): 7 + 3 of 10; rounding goes to the
    /// largest; a moved bill gets a part of its own; a charge no service claims, too.
    #[test]
    fn parts_add_up_to_the_bill() {
        for (parts, control, remarked, expected) in [
            (
                vec![part("a", "", 7, 0), part("b", "", 3, 0)],
                (10, 0),
                false,
                vec![part("a", "", 7, 0), part("b", "", 3, 0)],
            ),
            (vec![part("a", "", 7, 0)], (70_000_000_003, 10), false, vec![part("a", "", 70_000_000_003, 10)]),
            (vec![part("a", "", 7, 0)], (9, 0), true, vec![part("", "", 2, 0), part("a", "", 7, 0)]),
            (vec![], (-5, 0), true, vec![part("", "", -5, 0)]),
            (vec![], (0, 0), false, vec![]),
            (vec![part("a", "", 0, 0)], (0, 0), false, vec![part("a", "", 0, 0)]),
            (vec![part("a", "", 7, 0)], (0, 0), true, vec![part("", "", -7, 0), part("a", "", 7, 0)]),
        ] {
            let mut parts: BTreeMap<Part, Sum> = parts.into_iter().collect();
            let control = Decimal::new(control.0, control.1);
            assert_eq!(settle(&mut parts, (control, control)).is_some(), remarked);
            assert_eq!(parts, expected.into_iter().collect());
            assert_eq!(parts.values().map(|sum| sum.0).sum::<Decimal>(), control);
        }
    }

    #[test]
    fn tags_take_their_part_of_the_usage_and_leave_the_rest() {
        let day = Date::constant(2026, 11, 1);
        let usd: Currency = "USD".parse().unwrap();
        let group = |keys: [&str; 2], amount: i64| {
            let amount = Decimal::from(amount);
            let keys = keys.map(str::to_owned);
            Group { day, keys, currency: usd, billed: amount, effective: amount }
        };
        let mut parts = Parts::new();
        put(&mut parts, ChargeCategory::Usage, group(["1", "EC2"], 10));
        split(&mut parts, "1", "team", vec![group(["team$", "EC2"], 4), group(["team$pay", "EC2"], 6)]);
        put(&mut parts, ChargeCategory::Usage, group(["1", "RDS"], 3));
        put(&mut parts, ChargeCategory::Usage, group(["1", "SQS"], 0));
        split(&mut parts, "1", "team", vec![group(["team$pay", "RDS"], 3)]);
        let cells = parts.into_values().next().unwrap();
        let expected = [
            part("EC2", "", 4, 0),
            part("EC2", "pay", 6, 0),
            part("RDS", "pay", 3, 0),
            part("SQS", "", 0, 0),
        ];
        assert_eq!(cells, expected.into_iter().collect(), "all of RDS is tagged, SQS was free");
    }
}
