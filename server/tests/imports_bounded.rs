//! An import takes little memory, whatever the file.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What an import may take beside what the program takes for a small one, in KiB. The release build takes
/// 24 MiB for that, so that it stays below 64.
const MOST: u64 = 40 * 1024;

/// October with one row for each of `rows` different accounts, whose names are `long` letters longer, and
/// each with a resource of its own.
fn bill(rows: usize, long: usize) -> String {
    let mut text = "BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,\
                    BillingPeriodEnd,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,\
                    SubAccountId,SubAccountName,ResourceId\n"
        .to_owned();
    let padding = "x".repeat(long);
    for row in 0..rows {
        let (service, day, cost) = (row % 200, 1 + row % 28, row % 99_991);
        writeln!(
            text,
            "0.{cost:05},0.{cost:05},1234,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,Usage,\
             2026-10-{day:02}T00:00:00Z,2026-10-{:02}T00:00:00Z,Service {service},account-{row:08}{padding},\
             Account named {row}{padding},arn:aws:ec2:ap-northeast-1:{row:012}:instance/i-{row:017x}",
            day + 1
        )
        .unwrap();
    }
    text
}

/// The peak of resident memory of an import, in KiB.
fn peak(folder: &Path, name: &str, text: &str) -> u64 {
    std::fs::write(folder.join(name), text).unwrap();
    let mut import = Command::new(env!("CARGO_BIN_EXE_teirei"))
        .current_dir(folder)
        .args(["--database", &format!("sqlite:{name}.db"), "import", "cost", name])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", import.id());
    let mut peak = 0;
    loop {
        // Nothing is there any more once the program has ended.
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let told = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(told.unwrap_or(0));
        if let Some(ended) = import.try_wait().unwrap() {
            assert!(ended.success(), "{name}");
            return peak;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn an_import_takes_little_memory_whatever_its_keys() {
    let folder = tempfile::tempdir().unwrap();
    let small = peak(folder.path(), "small.csv", &bill(2_000, 0));
    for (name, rows, long) in [("many.csv", 100_000, 0), ("long.csv", 20_000, 900)] {
        let large = peak(folder.path(), name, &bill(rows, long));
        assert!(large < small + MOST, "{name}: {large} KiB, and {small} KiB for a small file");
    }
}
