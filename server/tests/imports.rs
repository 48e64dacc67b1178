//! Deliveries from file to page: what goes in, what is said, what stays as it was.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

use std::path::PathBuf;
use std::sync::Arc;

use crate::support::House;
use app::backend::{Backend, Version};
use domain::product::Slug;
use server::import::{Delivery, How, ImportError, Kind, Report, catalogue_apply, run};

const FOCUS_HEADER: &str = "BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,\
                            BillingPeriodEnd,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,\
                            SubAccountId";

/// A bill of one line a day from Monday 2026-11-09 on.
fn bill(days: i64, cost: &str) -> String {
    let monday = jiff::civil::date(2026, 11, 9);
    let mut text = format!("{FOCUS_HEADER}\n");
    for back in 0..days {
        let day = monday.checked_add(jiff::Span::new().days(back)).unwrap();
        let next = day.tomorrow().unwrap();
        text.push_str(&format!(
            "{cost},{cost},1234,USD,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,Usage,{day}T00:00:00Z,\
             {next}T00:00:00Z,Amazon EC2,acc-1\n"
        ));
    }
    text
}

impl House {
    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    async fn import(&self, kind: Kind, files: &[PathBuf]) -> Result<Report, ImportError> {
        self.import_with(kind, files, |_| {}).await
    }

    async fn import_with(
        &self,
        kind: Kind,
        files: &[PathBuf],
        change: impl FnOnce(&mut Delivery),
    ) -> Result<Report, ImportError> {
        let mut delivery = Delivery {
            files: files.to_vec(),
            source: None,
            strict: false,
            dry_run: false,
            force: false,
            tag_keys: Vec::new(),
        };
        change(&mut delivery);
        run(&self.store, self.clock, kind, &delivery, &(Arc::new(|_| {}) as _)).await
    }

    async fn revision(&self) -> i64 {
        self.store.revision().await.unwrap()
    }
}

#[tokio::test]
async fn a_bill_reaches_the_page_to_the_micro_unit() {
    let house = House::empty().await;
    let file = house.file("bill.csv", &bill(14, "0.3333333"));
    let report = house.import(Kind::Cost, std::slice::from_ref(&file)).await.unwrap();
    assert_eq!((report.read, report.accepted, report.rejected, report.changed), (14, 14, 0, true));
    assert_eq!(report.totals, [("USD".into(), "4.6666662".into(), "4.6666662".into())]);

    let page = house.backend().weekly_review("2026-W47".parse().unwrap(), Version::Latest).await.unwrap();
    for line in &page.review.cost.reconciliation {
        assert_eq!(line.difference, 0);
        assert_eq!(line.unallocated, line.billed, "no catalogue, so that nobody owns it");
    }

    let before = house.revision().await;
    let again = house.import(Kind::Cost, &[file]).await.unwrap();
    assert!(!again.changed);
    assert_eq!(house.revision().await, before, "the same delivery again changes nothing");
}

/// What is said about a file's form or name is not kept: the rows are what counts.
#[tokio::test]
async fn the_same_rows_in_another_file_leave_the_same_database() {
    let house = House::empty().await;
    let naive = bill(14, "1").replace("T00:00:00Z", " 00:00:00");
    let one = house.file("one.csv", &naive);
    let two = house.file("two.csv", &naive);
    let report = house.import(Kind::Cost, &[one]).await.unwrap();
    assert!(report.issues.iter().any(|issue| issue.rule == "cost/naive-time"), "it is said");
    let before = house.revision().await;
    assert!(!house.import(Kind::Cost, &[two]).await.unwrap().changed);
    assert_eq!(house.revision().await, before);
}

#[tokio::test]
async fn a_dry_run_and_a_bill_without_a_good_row_change_nothing() {
    let house = House::empty().await;
    let good = house.file("good.csv", &bill(3, "1"));
    let bad = house.file("bad.csv", &bill(3, "NaN"));
    let before = house.revision().await;
    let dry = house.import_with(Kind::Cost, &[good], |delivery| delivery.dry_run = true).await.unwrap();
    assert_eq!((dry.accepted, dry.changed), (3, false));
    let report = house.import(Kind::Cost, &[bad]).await.unwrap();
    assert_eq!((report.accepted, report.rejected, report.changed), (0, 3, false));
    let named = |issue: &domain::rejection::Issue| {
        issue.line == Some(2) && issue.column.as_deref() == Some("BilledCost")
    };
    assert!(report.issues.iter().any(named), "{:?}", report.issues);
    assert_eq!(house.revision().await, before);
    assert!(house.store.source_states().await.unwrap().is_empty());
}

#[tokio::test]
async fn two_files_are_one_delivery_and_a_shrunken_one_needs_force() {
    let house = House::empty().await;
    let whole = house.file("whole.csv", &bill(14, "1"));
    let part = house.file("part.csv", &bill(3, "1"));
    let other = house.file("other.csv", &bill(5, "2").replace("1234", "5678"));
    let report = house.import(Kind::Cost, &[whole, other]).await.unwrap();
    assert_eq!(report.totals[0].1, "24");
    let refused = house.import(Kind::Cost, std::slice::from_ref(&part)).await;
    assert!(refused.unwrap_err().to_string().contains("--force"));
    let forced = house.import_with(Kind::Cost, &[part], |delivery| delivery.force = true).await.unwrap();
    assert!(forced.changed);
    let kept = house.store.cost_control_totals().await.unwrap();
    let billed: Vec<String> = kept.iter().map(|total| total.billed.normalize().to_string()).collect();
    assert_eq!(billed, ["3", "10"], "the other account is left alone");
}

#[tokio::test]
async fn files_that_are_something_else_are_refused_by_name() {
    let house = House::empty().await;
    let before = house.revision().await;
    let wrong = house.file("wrong.csv", "a,b\n1,2\n");
    let empty = house.file("empty.csv", "");
    let nul = house.file("nul.yaml", "apiVersion: openslo/v1\0\n");
    let missing = house.folder.path().join("missing.csv");
    for (kind, file) in [
        (Kind::Cost, &wrong),
        (Kind::Cost, &empty),
        (Kind::Cost, &missing),
        (Kind::Objectives, &empty),
        (Kind::Objectives, &nul),
        (Kind::Slis, &wrong),
        (Kind::Incidents, &wrong),
        (Kind::Incidents, &missing),
        (Kind::Rates, &wrong),
    ] {
        let error = house.import(kind, std::slice::from_ref(file)).await.unwrap_err().to_string();
        let name = file.file_name().unwrap().to_string_lossy();
        assert!(error.contains(name.as_ref()), "{kind:?}: {error}");
    }
    let file = house.file("bill.csv", &bill(1, "1"));
    let named = house.import_with(Kind::Cost, &[file], |delivery| delivery.source = Some("a b".into())).await;
    assert!(matches!(named, Err(ImportError::Source(_))));
    assert_eq!(house.revision().await, before);
}

const SLO: &str = "apiVersion: openslo/v1
kind: SLO
metadata:
  name: telemed-join
  displayName: Joining a call
spec:
  service: telemed
  indicator:
    metadata:
      name: telemed-join-ratio
    spec:
      ratioMetric:
        counter: true
        good:
          metricSource:
            type: Prometheus
            spec:
              query: good
        total:
          metricSource:
            type: Prometheus
            spec:
              query: total
  timeWindow:
    - duration: 28d
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - displayName: good
      target: 0.999
";

#[tokio::test]
async fn definitions_and_counts_are_told_apart_and_meet_on_the_page() {
    let house = House::furnished().await;
    let slo = house.file("slo.yaml", SLO);
    let counts = house.file(
        "counts.csv",
        "slo,period_start,period_end,good,total\n\
         telemed-join,2026-11-17T00:00:00+09:00,2026-11-18T00:00:00+09:00,9990,10000\n\
         telemed-join,2026-11-18T00:00:00+09:00,2026-11-19T00:00:00+09:00,9,10\n\
         nobody,2026-11-18T00:00:00+09:00,2026-11-19T00:00:00+09:00,9,10\n\
         telemed-join,2026-11-18T22:00:00+09:00,2026-11-19T02:00:00+09:00,1,1\n",
    );
    let report = house.import(Kind::Objectives, &[slo, counts]).await.unwrap();
    assert_eq!((report.read, report.accepted, report.rejected), (5, 4, 1), "{:?}", report.issues);
    assert!(report.issues.iter().any(|issue| issue.rule == "sli/unknown-objective"), "{:?}", report.issues);
    assert!(report.issues.iter().any(|issue| issue.rule == "sli/midnight" && issue.line == Some(5)));
    let page = house.backend().weekly_review("2026-W47".parse().unwrap(), Version::Latest).await.unwrap();
    let row = page.review.objectives.iter().find(|row| row.id == "telemed-join").unwrap();
    assert_eq!((row.week.good, row.week.total), (9_999, 10_010));
    assert_eq!(row.product, Some("telemed".parse::<Slug>().unwrap()), "the service is a product's name");
    assert!(house.import(Kind::Slis, &[house.file("again.csv", SLO)]).await.is_err(), "no table of counts");
}

/// A delivery replaces its source's definitions, but a broken edit closes nothing.
#[tokio::test]
async fn a_rejected_definition_leaves_the_one_in_force() {
    let house = House::empty().await;
    let named = |name: &str| SLO.replace("telemed-join", name);
    let broken = named("one").replace("target: 0.999", "target: 7");
    let names = async || -> Vec<String> {
        house.store.objective_list().await.unwrap().into_iter().map(|objective| objective.id).collect()
    };
    let both = [house.file("one.yaml", &named("one")), house.file("two.yaml", &named("two"))];
    house.import(Kind::Objectives, &both).await.unwrap();
    let edited = [house.file("one.yaml", &broken), house.file("two.yaml", &named("two"))];
    let report = house.import(Kind::Objectives, &edited).await.unwrap();
    assert_eq!((report.rejected, report.changed), (1, true), "the remark is new: {:?}", report.effects);
    assert_eq!(names().await, ["one", "two"]);
    let report = house.import(Kind::Objectives, &edited[..1]).await.unwrap();
    assert_eq!((report.accepted, report.changed), (0, false));
    assert_eq!(names().await, ["one", "two"]);
    house.import(Kind::Objectives, &both[1..]).await.unwrap();
    assert_eq!(names().await, ["two"], "what the source no longer names is closed");
}

#[tokio::test]
async fn incidents_of_unknown_products_are_kept_and_shown() {
    let house = House::furnished().await;
    let file = house.file(
        "incidents.csv",
        "external_id,title,product,severity,declared_at,impact_start,mitigated_at,updated_at\n\
         I-1,Broken,mystery,SEV-2,2026-11-17T10:00:00+09:00,2026-11-17T10:00:00+09:00,\
         2026-11-17T11:00:00+09:00,2026-11-17T12:00:00+09:00\n\
         I-2,Backwards,mystery,SEV-2,2026-11-17T10:00:00+09:00,2026-11-17T10:00:00+09:00,\
         2026-11-17T09:00:00+09:00,2026-11-17T12:00:00+09:00\n",
    );
    let before = house.revision().await;
    let files = std::slice::from_ref(&file);
    let dry = house.import_with(Kind::Incidents, files, |delivery| delivery.dry_run = true).await.unwrap();
    assert_eq!((dry.accepted, dry.rejected, dry.effects[0]), (1, 1, ("incidents added", 1)));
    assert_eq!(house.revision().await, before);
    let report = house.import(Kind::Incidents, files).await.unwrap();
    assert!(report.changed);
    assert!(report.issues.iter().any(|issue| issue.rule == "incidents/unknown-product"));
    let page = house.backend().weekly_review("2026-W47".parse().unwrap(), Version::Latest).await.unwrap();
    assert!(page.review.unmapped.contains(&"mystery".to_owned()), "{:?}", page.review.unmapped);
    let imports = house.backend().imports().await.unwrap();
    assert!(imports.issues.iter().any(|issue| issue.source == "incidents"), "the page tells of them");
}

/// Merged into each other by two deliveries, neither of two incidents would count.
#[tokio::test]
async fn merges_that_run_in_a_circle_over_two_deliveries_are_left_out() {
    let house = House::furnished().await;
    let file = |name: &str, rows: &[(&str, &str, &str)]| {
        let mut text = "external_id,title,product,declared_at,merged_into,updated_at\n".to_owned();
        for (id, into, minute) in rows {
            let row = format!("{id},T,telemed,2026-11-17T10:00:00Z,{into},2026-11-17T10:{minute}:00Z\n");
            text.push_str(&row);
        }
        house.file(name, &text)
    };
    let stored =
        async |id: &str| house.store.incident_get("incidents", id).await.unwrap().unwrap().merged_into;
    let first = file("first.csv", &[("A", "B", "01"), ("B", "", "01"), ("C", "A", "01")]);
    let report = house.import(Kind::Incidents, &[first]).await.unwrap();
    assert_eq!((report.accepted, report.rejected), (3, 0));
    let second = file("second.csv", &[("D", "", "02"), ("B", "C", "02")]);
    for dry_run in [true, false] {
        let files = std::slice::from_ref(&second);
        let report =
            house.import_with(Kind::Incidents, files, |delivery| delivery.dry_run = dry_run).await.unwrap();
        assert_eq!((report.read, report.accepted, report.rejected), (2, 1, 1));
        let issue = report.issues.iter().find(|issue| issue.rule == "incidents/merge-circle").unwrap();
        assert_eq!((issue.file.as_str(), issue.line), ("second.csv", Some(3)));
        assert_eq!(issue.what, "Incidents are merged in a circle: B → C → A → B.");
    }
    assert_eq!(stored("B").await, None, "it counts as before");

    let older = file("older.csv", &[("B", "C", "00")]);
    let report = house.import(Kind::Incidents, &[older]).await.unwrap();
    assert_eq!((report.accepted, report.rejected), (1, 0), "an older version changes nothing anyway");
    let turned = [file("a.csv", &[("A", "", "03")]), file("b.csv", &[("B", "A", "03")])];
    let report = house.import(Kind::Incidents, &turned).await.unwrap();
    assert_eq!((report.accepted, report.rejected), (2, 0), "merged the other way round: {:?}", report.issues);
    assert_eq!((stored("A").await, stored("B").await), (None, Some("A".to_owned())));
    let between = [file("a.csv", &[("A", "E", "04")]), file("e.csv", &[("E", "A", "04")])];
    let report = house.import(Kind::Incidents, &between).await.unwrap();
    assert_eq!((report.accepted, report.rejected), (0, 2), "a circle over two files of one delivery");
}

#[tokio::test]
async fn budgets_and_usage_join_the_catalogue_and_its_history() {
    let house = House::furnished().await;
    let file =
        house.file("plan.csv", "製品,2027-01,2027-02\nオンライン診療,\"1,200,000\",120万\nnobody,1,2\n");
    let dry = house
        .import_with(Kind::Budgets, std::slice::from_ref(&file), |delivery| delivery.dry_run = true)
        .await
        .unwrap();
    assert_eq!((dry.accepted, dry.rejected, dry.changed), (2, 1, false));
    assert_eq!(house.store.catalogue_proposal_list(9).await.unwrap(), []);
    let report = house.import(Kind::Budgets, std::slice::from_ref(&file)).await.unwrap();
    assert_eq!((report.accepted, report.rejected, report.changed), (2, 1, true));
    assert_eq!(report.effects[0], ("budgets added", 2));
    let first = &report.issues[0];
    assert_eq!(
        (first.file.as_str(), first.line, first.column.as_deref()),
        ("plan.csv", Some(3), Some("product"))
    );
    let again = house.import(Kind::Budgets, &[file]).await.unwrap();
    assert_eq!((again.accepted, again.changed), (2, false), "the same again changes nothing");

    let told = house.store.catalogue_proposal_list(9).await.unwrap();
    assert_eq!(told.len(), 1);
    let applied = told[0].applied.clone().unwrap();
    assert_eq!((applied.by.as_str(), applied.reason.as_str()), ("teirei import budgets", "plan.csv"));
    assert!(applied.changes[0].starts_with("+ budget telemed 2027-01: 1200000 JPY"), "{:?}", applied.changes);
    assert!(house.store.catalogue_edited_since_file().await.unwrap(), "a file elsewhere lacks them");

    let usage = house.file("usage.csv", "series,product,month,units\norders,telemed,2026-11,\"48,200\"\n");
    let report = house.import(Kind::Usage, std::slice::from_ref(&usage)).await.unwrap();
    assert_eq!((report.accepted, report.changed), (1, true));
    assert!(!house.import(Kind::Usage, &[usage]).await.unwrap().changed);
    let empty = house.file("empty.csv", "product,month\n");
    let error = house.import(Kind::Budgets, &[empty]).await.unwrap_err();
    assert!(error.to_string().contains("no column amount"), "{error}");
}

#[tokio::test]
async fn rates_join_the_catalogue() {
    let house = House::furnished().await;
    let header = "from,to,month,policy,rate,date,source\n";
    let file = house.file("rates.csv", &format!("{header}EUR,JPY,2026-11,budget,171.5,2026-10-30,bank\n"));
    let before = house.store.catalogue_get().await.unwrap().rates.len();
    let report = house.import(Kind::Rates, std::slice::from_ref(&file)).await.unwrap();
    assert_eq!(report.effects[0], ("rates added", 1));
    assert_eq!(house.store.catalogue_get().await.unwrap().rates.len(), before + 1);
    let revision = house.revision().await;
    assert!(!house.import(Kind::Rates, &[file]).await.unwrap().changed);
    assert_eq!(house.revision().await, revision);
}

/// Two imports at once: one waits for the other, and both are stored.
#[tokio::test(flavor = "multi_thread")]
async fn imports_wait_for_each_other() {
    let house = Arc::new(House::empty().await);
    let one = house.file("one.csv", &bill(14, "1"));
    let two = house.file("two.csv", &bill(14, "2").replace("1234", "5678"));
    let import = |file: PathBuf| {
        let house = Arc::clone(&house);
        tokio::spawn(async move { house.import(Kind::Cost, &[file]).await.unwrap().changed })
    };
    let (one, two) = (import(one), import(two));
    assert!(one.await.unwrap() && two.await.unwrap());
    assert_eq!(house.store.cost_control_totals().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_charge_spread_over_the_month_does_not_make_a_late_bill_look_fresh() {
    let house = House::empty().await;
    let support = "1000,1000,1234,USD,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,Purchase,2026-11-01T00:00:00Z,\
                   2026-12-01T00:00:00Z,AWS Support,acc-1\n";
    let file = house.file("bill.csv", &(bill(2, "5") + support));
    house.import(Kind::Cost, &[file]).await.unwrap();
    let imports = house.backend().imports().await.unwrap();
    assert_eq!(imports.sources[0].last_day, Some(jiff::civil::date(2026, 11, 10)));
    let billed = imports.billed_by_currency();
    assert_eq!(billed[0].1.to_string(), "1010", "the fee is all there, it only says nothing about arrival");
}

#[tokio::test]
async fn a_currency_that_a_period_no_longer_has_is_gone_with_it() {
    let house = House::empty().await;
    let yen = bill(1, "300").replace("USD", "JPY");
    let yen = yen.lines().nth(1).unwrap();
    let both = house.file("both.csv", &format!("{}{yen}\n", bill(4, "5")));
    house.import(Kind::Cost, &[both]).await.unwrap();
    let dollars = house.file("dollars.csv", &bill(4, "5"));
    let refused = house.import(Kind::Cost, std::slice::from_ref(&dollars)).await;
    assert!(refused.is_err(), "all of the yen would vanish: that asks for --force");
    house.import_with(Kind::Cost, &[dollars], |delivery| delivery.force = true).await.unwrap();
    let sums = house.backend().imports().await.unwrap().billed_by_currency();
    let sums: Vec<(String, String)> =
        sums.iter().map(|(currency, billed, _)| (currency.to_string(), billed.to_string())).collect();
    assert_eq!(sums, [("JPY".to_owned(), "0".to_owned()), ("USD".to_owned(), "20".to_owned())]);
}

#[tokio::test]
async fn applying_a_catalogue_keeps_rates_and_refuses_another_zone_once_there_are_counts() {
    let house = House::furnished().await;
    let rates = house.store.catalogue_get().await.unwrap().rates.len();
    assert!(rates > 0);
    let berlin = house.file("berlin.toml", "[organization]\ntime_zone = \"Europe/Berlin\"\n");
    let refused = catalogue_apply(&house.store, house.clock, &berlin, How::Apply).await.unwrap();
    assert_eq!(refused.issues[0].rule, "catalogue/time-zone");
    assert!(!refused.changed);
    let tokyo = house.file("tokyo.toml", "[organization]\ntime_zone = \"Asia/Tokyo\"\n");
    let applied = catalogue_apply(&house.store, house.clock, &tokyo, How::Apply).await.unwrap();
    assert!(applied.changed && applied.issues.is_empty());
    assert_eq!(house.store.catalogue_get().await.unwrap().rates.len(), rates);
}
