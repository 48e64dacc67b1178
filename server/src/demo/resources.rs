//! What single resources of the bill cost: some services name some, whose amounts lie within the cells of their
//! keys. Of a rise or a fall the first one bears all; the others follow the week before.

use std::collections::BTreeMap;

use domain::cost::{Amounts, BillingScope, ChargeCategory, CostKey, ExactCell};
use domain::money::micros_of_decimal;
use domain::resource::{KeyResources, ResourceDays};
use jiff::ToSpan;
use jiff::civil::Date;

/// How many days before the newest one resources are told of.
const DAYS: i32 = 100;

/// What each resource after the first takes of what a day and the same weekday before have in common, in per cent.
const FOLLOWERS: [i64; 3] = [24, 13, 6];

/// What goes to resources that are not told one by one, in per cent, and how many there are.
const OTHERS: (i64, u64) = (7, 5);

/// A service's ids: what stands before the names, with the account and its name, and the names.
const NAMES: [(&str, &str, [&str; 4]); 5] = [
    ("Aurora", "arn:aws:rds:ap-northeast-1:{id}:db:{name}-", ["primary", "replica-1", "replica-2", "report"]),
    (
        "Chime SDK",
        "arn:aws:chime:us-east-1:{id}:app-instance/{name}-",
        ["visits", "waiting-room", "chat", "test"],
    ),
    ("ECS", "arn:aws:ecs:ap-northeast-1:{id}:service/{name}/", ["api", "worker", "web", "batch"]),
    (
        "ElastiCache",
        "arn:aws:elasticache:ap-northeast-1:{id}:cluster:{name}-",
        ["session", "queue", "cache", "lock"],
    ),
    ("S3", "arn:aws:s3:::{name}-", ["images", "records", "logs", "exports"]),
];

/// The resources of a bill, by billing period and key.
pub(super) fn resources(cells: &[ExactCell]) -> Vec<KeyResources> {
    let newest = cells.iter().map(|cell| cell.day).max();
    let from = newest.map_or(Date::MIN, |day| day.saturating_sub(DAYS.days()));
    let mut keys: BTreeMap<&CostKey, BTreeMap<Date, (&BillingScope, Amounts)>> = BTreeMap::new();
    for cell in cells.iter().filter(|cell| cell.day >= from.saturating_sub(7.days())) {
        if cell.key.charge_category == ChargeCategory::Usage && names(&cell.key).is_some() {
            let [billed, effective] =
                [cell.billed, cell.effective].map(|amount| micros_of_decimal(amount).unwrap_or(0));
            let amounts = Amounts { billed, effective };
            keys.entry(&cell.key).or_default().insert(cell.day, (&cell.scope, amounts));
        }
    }
    let mut told = Vec::new();
    for (key, days) in keys {
        let Some(ids) = names(key) else { continue };
        let mut periods: BTreeMap<&BillingScope, Vec<ResourceDays>> = BTreeMap::new();
        for (day, (scope, amounts)) in days.range(from..) {
            let before = days.get(&day.saturating_sub(7.days())).map_or(*amounts, |(_, before)| *before);
            let parts = parts(*amounts, before);
            let resources = periods.entry(scope).or_insert_with(|| {
                ids.iter().map(|id| ResourceDays { id: id.clone(), days: Vec::new() }).collect()
            });
            for (resource, part) in resources.iter_mut().zip(parts) {
                resource.days.push((*day, part));
            }
        }
        for (scope, mut resources) in periods {
            resources.sort_by(|one, other| one.id.cmp(&other.id));
            told.push(KeyResources { scope: scope.clone(), key: key.clone(), others: OTHERS.1, resources });
        }
    }
    told
}

/// The ids of a key's resources; nothing for services that name none.
fn names(key: &CostKey) -> Option<Vec<String>> {
    let (_, start, names) = NAMES.iter().find(|(service, ..)| *service == key.service)?;
    let start = start.replace("{id}", &key.sub_account).replace("{name}", &key.sub_account_name);
    Some(names.iter().map(|name| format!("{start}{name}")).collect())
}

/// A day's amounts by resource, in the order of the names.
fn parts(day: Amounts, before: Amounts) -> [Amounts; 4] {
    let split = |day: i64, before: i64| {
        let common = day.min(before);
        let part = |percent: i64| common / 100 * percent;
        let followers = FOLLOWERS.map(part);
        let first = day - followers.iter().sum::<i64>() - part(OTHERS.0);
        [first, followers[0], followers[1], followers[2]]
    };
    let (billed, effective) = (split(day.billed, before.billed), split(day.effective, before.effective));
    std::array::from_fn(|place| Amounts { billed: billed[place], effective: effective[place] })
}
