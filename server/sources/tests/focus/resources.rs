//! Resources are found while rows stream: the kept ones exactly, the others counted.

use domain::cost::Amounts;
use domain::resource::{KEPT_PER_KEY, KEPT_PER_SCOPE, KeyResources};
use sources::focus::Receiver;

use super::*;

fn resources_of(text: &str) -> (FocusSummary, Vec<KeyResources>) {
    let folder = tempfile::tempdir().unwrap();
    let files = focus::files_of(&[written(&folder, "bill.csv", text.as_bytes())]).unwrap();
    let mut found = Vec::new();
    let mut receiver = Receiver {
        cells: &mut |_| Ok(()),
        resources: Some(&mut |resources: Vec<KeyResources>| {
            found.extend(resources);
            Ok(())
        }),
    };
    let summary = focus::read_local(&files, &options(), &mut receiver, &|_| {}).unwrap();
    (summary, found)
}

fn headed(rows: &[String]) -> String {
    let head = header().trim_end().to_owned() + ",ResourceId\n";
    rows.iter().fold(head, |text, row| text + row)
}

/// The good row for a day of September and a resource.
fn named(resource: &str, day: i8, billed: &str, changes: &[(&str, &str)]) -> String {
    let (start, end) = (format!("2024-09-{day:02}T03:00:00Z"), format!("2024-09-{day:02}T04:00:00Z"));
    let mut all = changes.to_vec();
    all.extend([
        ("BilledCost", billed),
        ("EffectiveCost", billed),
        ("ChargePeriodStart", start.as_str()),
        ("ChargePeriodEnd", end.as_str()),
    ]);
    format!("{},\"{resource}\"\n", row(&all).trim_end())
}

#[test]
fn hours_of_a_resource_become_its_days() {
    let rows = [
        named("i-1", 18, "1.5", &[]),
        named("i-1", 18, "0.25", &[]),
        named("i-1", 19, "-1", &[]),
        named("i-2", 18, "3", &[("ServiceName", "Other")]),
        named("", 18, "100", &[]),
        named("i-3", 18, "7", &[("ChargeCategory", "Tax")]),
        // From noon to noon: half of it a day.
        named(
            "i-4",
            18,
            "2",
            &[("ChargePeriodStart", "2024-09-18T12:00:00Z"), ("ChargePeriodEnd", "2024-09-19T12:00:00Z")],
        ),
    ];
    let (summary, found) = resources_of(&headed(&rows));
    assert_eq!(summary.rows_accepted, 7);
    let mut told: Vec<String> = found
        .iter()
        .flat_map(|of_key| {
            of_key.resources.iter().map(|one| {
                let days: Vec<String> =
                    one.days.iter().map(|(day, sums)| format!("{day} {}", sums.billed)).collect();
                format!("{} {} {}: {}", of_key.key.service, of_key.others, one.id, days.join(", "))
            })
        })
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            "Amazon Elastic Compute Cloud 0 i-1: 2024-09-18 1750000, 2024-09-19 -1000000",
            "Amazon Elastic Compute Cloud 0 i-4: 2024-09-18 1000000, 2024-09-19 1000000",
            "Other 0 i-2: 2024-09-18 3000000",
        ]
    );
}

/// Thousands of resources, rows in no order: those that moved and those that cost most are kept with exact sums.
#[test]
fn of_many_resources_those_that_matter_are_kept() {
    let mut rows = Vec::new();
    for number in 0..3_000_u32 {
        let resource = format!("arn:{:04}", number * 7 % 3_000);
        // Two weeks of one dollar; five resources jump in the second one, five always cost a hundred.
        let amount = |second: bool| match number * 7 % 3_000 {
            0..5 if second => "40.5",
            100..105 => "100",
            _ => "1",
        };
        rows.push(named(&resource, 10, amount(false), &[]));
        rows.push(named(&resource, 17, amount(true), &[]));
    }
    rows.reverse();
    let (_, found) = resources_of(&headed(&rows));
    assert_eq!(found.len(), 1);
    let kept = &found[0];
    assert_eq!(kept.resources.len(), 2 * KEPT_PER_KEY);
    assert_eq!(kept.others, 3_000 - 2 * KEPT_PER_KEY as u64);
    for number in (0..5).chain(100..105) {
        let id = format!("arn:{number:04}");
        let one = kept.resources.iter().find(|one| one.id == id).unwrap_or_else(|| panic!("{id} is missing"));
        let last = one.days.last().unwrap().1;
        let expected = if number < 5 { 40_500_000 } else { 100_000_000 };
        assert_eq!(last, Amounts { billed: expected, effective: expected }, "{id}");
    }
}

#[test]
fn a_billing_period_keeps_so_many_in_all() {
    let accounts = KEPT_PER_SCOPE / KEPT_PER_KEY + 40;
    let mut rows = Vec::new();
    for account in 0..accounts {
        let id = format!("{account:012}");
        for resource in 0..KEPT_PER_KEY {
            let amount = format!("{}", account + 1);
            rows.push(named(&format!("{id}/{resource}"), 18, &amount, &[("SubAccountId", &id)]));
        }
    }
    let (_, found) = resources_of(&headed(&rows));
    let kept: usize = found.iter().map(|one| one.resources.len()).sum();
    let others: u64 = found.iter().map(|one| one.others).sum();
    assert_eq!(kept, KEPT_PER_SCOPE);
    assert!(others <= KEPT_PER_KEY as u64, "a key of which none is kept is not told of");
    assert!(found.iter().all(|one| one.key.sub_account.as_str() >= "000000000039"));
}

#[test]
fn a_resource_that_cannot_be_read_goes_in_with_the_others() {
    let long = "x".repeat(1_500);
    let (summary, found) = resources_of(&headed(&[named(&long, 18, "1", &[]), named("i-1", 18, "1", &[])]));
    assert_eq!((summary.rows_accepted, summary.rows_rejected), (2, 0));
    assert_eq!(summary.issues[0].rule, "cost/resource");
    assert_eq!(found[0].resources.len(), 1);
}
