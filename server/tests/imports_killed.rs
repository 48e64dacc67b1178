//! An import that is killed, or that finds the disk full, leaves a database that opens, and the repeated
//! import ends as if nothing had happened.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

use std::fmt::Write;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use domain::cost::{BillingScope, ChargeCategory, CostKey, ExactCell};
use domain::restatement::RestatementFilter;
use jiff::civil::date;

/// When the import is killed, in per cent of the time that an undisturbed one takes.
const KILLED_AT: [u32; 4] = [15, 45, 75, 95];

/// Sixty days of fifty accounts and twenty services.
fn bill() -> String {
    let mut text = "BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,\
                    BillingPeriodEnd,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,\
                    SubAccountId\n"
        .to_owned();
    let days = date(2026, 9, 22).series(jiff::Span::new().days(1)).take(60);
    for (number, day) in days.flat_map(|day| (0..1_000).map(move |row| (row, day))) {
        let (first, next) = (day.first_of_month(), day.last_of_month().tomorrow().unwrap());
        let cost = (number * 7_919) % 99_991;
        let (service, account) = (number % 20, number / 20);
        let tomorrow = day.tomorrow().unwrap();
        writeln!(
            text,
            "0.{cost:05},0.{cost:05},1234,USD,{first}T00:00:00Z,{next}T00:00:00Z,Usage,{day}T00:00:00Z,\
             {tomorrow}T00:00:00Z,Service {service},account-{account}"
        )
        .unwrap();
    }
    text
}

fn import(folder: &Path, database: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_teirei"))
        .current_dir(folder)
        .args(["--today", "2026-11-23", "--database", &format!("sqlite:{database}")])
        .args(["import", "cost", "bill.csv"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn migrate(folder: &Path, database: &str) -> ExitStatus {
    let mut command = Command::new(env!("CARGO_BIN_EXE_teirei"));
    command.current_dir(folder).args(["--database", &format!("sqlite:{database}"), "migrate"]);
    command.stdout(Stdio::null()).status().unwrap()
}

/// Everything that readers can see of the cost, as text.
async fn seen(folder: &Path, database: &str) -> String {
    let store = store::open(&format!("sqlite:{}", folder.join(database).display())).await.unwrap();
    let (from, to) = ("2026-W38".parse().unwrap(), "2026-W48".parse().unwrap());
    let mut text = format!("{:?}", store.cost_control_totals().await.unwrap());
    write!(text, "{:?}", store.cost_owner_weeks(from, to).await.unwrap()).unwrap();
    write!(text, "{:?}", store.cost_service_weeks(from, to, None).await.unwrap()).unwrap();
    write!(text, "{:?}", store.source_states().await.unwrap()).unwrap();
    for week in from.trailing(1).into_iter().chain(to.trailing(10)) {
        let filter = RestatementFilter {
            days: Some((week.monday(), week.sunday())),
            ..RestatementFilter::since(jiff::Timestamp::UNIX_EPOCH, 2)
        };
        let restated = store.cost_restatement_sums(&filter, true).await.unwrap();
        write!(text, "{week}{:?}{restated:?}", store.cost_billed_days(week).await.unwrap()).unwrap();
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_import_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("bill.csv"), bill()).unwrap();
    let start = Instant::now();
    assert!(import(folder, "undisturbed.db").wait().unwrap().success());
    let took = start.elapsed();
    let expected = seen(folder, "undisturbed.db").await;
    assert!(expected.contains("Service 19"));

    let mut repeated = Vec::new();
    for percent in KILLED_AT {
        let database = format!("killed-{percent}.db");
        let mut killed = import(folder, &database);
        std::thread::sleep((took * percent / 100).max(Duration::from_millis(1)));
        killed.kill().unwrap();
        killed.wait().unwrap();
        let left = seen(folder, &database).await;
        assert!(left == expected || !left.contains("Service"), "{percent} %: a part of it can be seen");
        repeated.push((import(folder, &database), database));
    }
    for (mut child, database) in repeated {
        assert!(child.wait().unwrap().success(), "{database}");
        assert!(seen(folder, &database).await == expected, "{database} ends otherwise");
    }
}

/// A limit on the size of files stands in for a full disk: both make a write of the database fail.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("bill.csv"), bill()).unwrap();
    assert!(import(folder, "roomy.db").wait().unwrap().success());
    for blocks in [0, 8, 100, 1_500, 3_000, 6_000] {
        let database = format!("full-{blocks}.db");
        let script = format!(
            "trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" --today 2026-11-23 --database sqlite:{database} \
             import cost bill.csv"
        );
        let mut shell = Command::new("sh");
        let failed =
            shell.current_dir(folder).args(["-c", &script, env!("CARGO_BIN_EXE_teirei")]).output().unwrap();
        let told = String::from_utf8(failed.stderr).unwrap();
        assert_eq!(failed.status.code(), Some(1), "{blocks}: {told}");
        assert!(
            told.contains("the disk is full, or a limit on the size of files is reached: free space"),
            "{told}"
        );
        assert!(!told.contains("transaction"), "{told}");
        // Where there was no room to clear up either, the next command does so, whichever it is, as soon as
        // the lease has run out that there was no room to give back.
        let store = store::open(&format!("sqlite:{}", folder.join(&database).display())).await.unwrap();
        let patience = Instant::now() + Duration::from_secs(15);
        while store.cost_stage_left().await.unwrap() {
            assert!(Instant::now() < patience, "{blocks}: staged cells are left");
            assert!(migrate(folder, &database).success(), "{blocks}");
        }
        drop(store);
        assert!(!seen(folder, &database).await.contains("Service"), "{blocks}");
        assert!(import(folder, &database).wait().unwrap().success(), "{blocks}");
        assert!(
            seen(folder, &database).await == seen(folder, "roomy.db").await,
            "{blocks}: it ends otherwise"
        );
    }
}

/// What a killed import left is cleared by the next command, whichever it is.
#[tokio::test(flavor = "multi_thread")]
async fn the_next_command_clears_up_behind_a_killed_import() {
    let folder = tempfile::tempdir().unwrap();
    let store = store::open(&format!("sqlite:{}", folder.path().join("teirei.db").display())).await.unwrap();
    let now = server::clock::Clock::System.now();
    for (seconds, left) in [(1_800, true), (-1, false)] {
        let until = now.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
        let lease = store.lease_acquire(store::IMPORT_LEASE, "killed", now, until).await;
        let lease = lease.unwrap().unwrap();
        let stage = store.cost_stage_begin(&lease, "focus").await.unwrap();
        store.cost_stage_append(&stage, vec![staged()]).await.unwrap();
        assert!(migrate(folder.path(), "teirei.db").success());
        assert_eq!(store.cost_stage_left().await.unwrap(), left, "the lease holds until {until}");
    }
}

fn staged() -> ExactCell {
    ExactCell {
        scope: BillingScope {
            source: "focus".to_owned(),
            billing_account: "1234".to_owned(),
            period_start: date(2026, 11, 1),
            period_end: date(2026, 12, 1),
            currency: "USD".parse().unwrap(),
        },
        day: date(2026, 11, 16),
        key: CostKey {
            sub_account: "acc-1".to_owned(),
            sub_account_name: String::new(),
            service: "EC2".to_owned(),
            region: String::new(),
            charge_category: ChargeCategory::Usage,
            tags: Vec::new(),
        },
        billed: 1.into(),
        effective: 1.into(),
    }
}
