//! Reading an export takes little memory, whatever the size of its objects.

use std::fmt::Write as _;
use std::time::Duration;

use super::bill::{Files, deliver, packed};
use super::desk::Desk;
use crate::fake::bucket::Shelf;

/// What a sync may take beside what the program takes for a small export, in KiB; as for an import of files.
const MOST: u64 = 40 * 1024;

/// October with so many rows, each of a resource of its own, in two packed files.
fn month(rows: usize) -> Files {
    let part = |from: usize, to: usize| {
        let mut text = "BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,\
                        BillingPeriodEnd,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,\
                        SubAccountId,ResourceId,x_Padding\n"
            .to_owned();
        for row in from..to {
            let (service, day, cost) = (row % 40, 1 + row % 28, row % 99_991);
            // What does not pack well makes objects larger than the memory that may be taken.
            let noise = (row as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            writeln!(
                text,
                "0.{cost:05},0.{cost:05},1234,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,Usage,\
                 2026-10-{day:02}T00:00:00Z,2026-10-{:02}T00:00:00Z,Service {service},account-{},\
                 arn:aws:ec2:ap-northeast-1:1:instance/i-{row:017x},{noise:016x}{:016x}",
                day + 1,
                row % 50,
                noise.rotate_left(31).wrapping_mul(7)
            )
            .unwrap();
        }
        packed(&text)
    };
    vec![("00001.csv.gz".to_owned(), part(0, rows / 2)), ("00002.csv.gz".to_owned(), part(rows / 2, rows))]
}

/// The peak of resident memory of a sync, in KiB, and the size of what was read.
async fn peak(rows: usize) -> (u64, usize) {
    let files = month(rows);
    let bytes = files.iter().map(|(_, bytes)| bytes.len()).sum();
    let mut shelf = Shelf::new();
    deliver(&mut shelf, "2026-10", files);
    let desk = Desk::open(shelf).await;
    let mut sync = desk.spawn_sync();
    let status = format!("/proc/{}/status", sync.id());
    let mut peak = 0;
    loop {
        // Nothing is there any more once the program has ended.
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let told = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(told.unwrap_or(0));
        if let Some(ended) = sync.try_wait().unwrap() {
            assert!(ended.success(), "{rows} rows");
            let stored = desk.store().await.cost_control_totals().await.unwrap();
            assert_eq!(stored[0].rows, rows as u64);
            return (peak, bytes);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_takes_little_memory_whatever_the_export() {
    let (small, _) = peak(2_000).await;
    let (large, bytes) = peak(400_000).await;
    assert!(bytes > 12_000_000, "{bytes} bytes");
    assert!(large < small + MOST, "{large} KiB, and {small} KiB for a small export");
}
