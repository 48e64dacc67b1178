//! What arrives, and what is read again.

use rust_decimal::Decimal;

use super::bill::{EXPORT, csv, deliver, in_two, laid_out, month, packed, quarter, sum};
use super::desk::{Desk, TODAY, months_of};
use crate::fake::bucket::Shelf;
use crate::support::get;
use crate::support::program::run;

async fn billed(desk: &Desk) -> Decimal {
    let totals = desk.store().await.cost_control_totals().await.unwrap();
    totals.iter().map(|total| total.billed).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_arrives_whole_and_only_what_is_new_is_read_again() {
    let mut shelf = Shelf::new();
    shelf.page = 2;
    let expected = quarter(&mut shelf);
    let desk = Desk::open(shelf).await;
    let said = desk.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let report = said.report();
    assert_eq!(months_of(&report), ["2026-11 changed", "2026-10 changed", "2026-09 changed"]);
    assert_eq!(report["periods"], 3);
    assert!(report["price"].is_null(), "{report}");
    assert_eq!(billed(&desk).await, expected);
    let given = desk.s3.shelf().given("/data/");
    assert_eq!(given, 5, "each file once");
    assert_eq!(desk.s3.shelf().given("left-over"), 0, "no manifest names it");

    let again = desk.sync().await;
    assert_eq!(again.code, Some(0), "{}", again.err);
    assert_eq!(months_of(&again.report()), Vec::<String>::new());
    assert_eq!(again.report()["changed"], false);
    assert_eq!(desk.s3.shelf().given(""), given + 3, "only manifests of the first run were read");

    let mut october = month("2026-10", 31);
    october[7].amount += Decimal::new(70_000, 2);
    deliver(&mut desk.s3.shelf(), "2026-10", in_two(&october));
    let renewed = desk.sync().await;
    assert_eq!(months_of(&renewed.report()), ["2026-10 changed"], "{}", renewed.err);
    assert_eq!(billed(&desk).await, expected + Decimal::from(700));
    assert_eq!(renewed.report()["months"][0]["restatements"], 1, "one day of one owner reads differently");

    // Written anew with the same rows: read, and nothing changes.
    deliver(&mut desk.s3.shelf(), "2026-11", in_two(&month("2026-11", 21)));
    assert_eq!(months_of(&desk.sync().await.report()), ["2026-11 unchanged"]);
    let router = desk.router().await;
    let page = get(&router, "/imports?lang=en").await.body;
    assert!(page.contains("Billing periods of exports") && page.contains("2026-10"), "{page}");
    let value = get(&router, "/imports.json").await.json();
    assert_eq!(value["exports"][0]["month"], "2026-11");
    assert_eq!(value["exports"][0]["files"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_layout_in_a_folder_is_read_alike() {
    let desk = Desk::open(Shelf::new()).await;
    let november = month("2026-11", 21);
    let lay = |files| {
        for (path, bytes) in laid_out("2026-11", files) {
            let path = desk.folder.path().join("exports").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    };
    lay(in_two(&november));
    desk.write("teirei.toml", "[sources.bill]\nkind = \"focus-export\"\nlocation = \"exports\"\n");
    let said = desk.sync().await;
    assert_eq!(months_of(&said.report()), ["2026-11 changed"], "{}", said.err);
    assert_eq!(billed(&desk).await, sum(&november));
    assert_eq!(months_of(&desk.sync().await.report()), Vec::<String>::new());
    let check = desk.run(&["check"]).await;
    assert!(
        check.out.contains("ok   bill: exports has 1 billing periods, the newest is 2026-11"),
        "{}",
        check.out
    );
    std::fs::remove_dir_all(desk.folder.path().join("exports/data")).unwrap();
    let check = desk.run(&["check"]).await;
    assert!(
        check.out.contains("look bill: focus-00001.csv.gz, which focus-Manifest.json names, is missing"),
        "{}",
        check.out
    );
}

/// A new tag that is kept, and a row that cannot be read: both are about the billing period they are in.
#[tokio::test(flavor = "multi_thread")]
async fn remarks_stay_with_their_period_and_new_tags_read_everything_again() {
    let mut shelf = Shelf::new();
    let broken = csv(&month("2026-10", 31)).replacen("Usage", "Gift", 2);
    deliver(&mut shelf, "2026-10", vec![("00001.csv.gz".to_owned(), packed(&broken))]);
    deliver(&mut shelf, "2026-11", in_two(&month("2026-11", 21)));
    let desk = Desk::open(shelf).await;
    assert_eq!(desk.sync().await.code, Some(0));
    let issues = desk.store().await.import_issue_list().await.unwrap();
    let of_rows: Vec<_> = issues.iter().filter(|issue| issue.rule == "cost/charge-category").collect();
    assert_eq!(of_rows.len(), 2, "{issues:?}");
    assert_eq!(of_rows[0].file, "2026-10/focus-00001.csv.gz");
    deliver(&mut desk.s3.shelf(), "2026-11", in_two(&month("2026-11", 22)));
    assert_eq!(months_of(&desk.sync().await.report()), ["2026-11 changed"]);
    let issues = desk.store().await.import_issue_list().await.unwrap();
    assert_eq!(issues.iter().filter(|issue| issue.rule == "cost/charge-category").count(), 2);
    desk.configure(EXPORT, "region = \"ap-northeast-1\"\n[cost]\ntag_keys = [\"team\"]\n");
    assert_eq!(months_of(&desk.sync().await.report()), ["2026-11 unchanged", "2026-10 unchanged"]);
}

/// Of several clouds, each with its own currency: two sources, and never one sum.
#[tokio::test(flavor = "multi_thread")]
async fn bills_of_two_clouds_in_two_currencies_stand_side_by_side() {
    let mut shelf = Shelf::new();
    let dollars = month("2026-11", 21);
    deliver(&mut shelf, "2026-11", in_two(&dollars));
    let desk = Desk::open(shelf).await;
    let mut yen = month("2026-11", 21);
    for charge in &mut yen {
        (charge.currency, charge.amount, charge.service) = ("JPY", Decimal::from(1_250), "Compute Engine");
    }
    for (path, bytes) in laid_out("2026-11", vec![("1.csv.gz".to_owned(), packed(&csv(&yen)))]) {
        let path = desk.folder.path().join("other").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    desk.configure(
        EXPORT,
        "region = \"ap-northeast-1\"\n[sources.other]\nkind = \"focus-export\"\nlocation = \"other\"\n",
    );
    let said = run(desk.folder.path(), TODAY, &["--json", "sync"]).await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let totals = desk.store().await.cost_control_totals().await.unwrap();
    let told: Vec<(&str, &str, Decimal)> = totals
        .iter()
        .map(|total| (total.scope.source.as_str(), total.scope.currency.code(), total.billed.normalize()))
        .collect();
    assert_eq!(told, [("bill", "USD", sum(&dollars).normalize()), ("other", "JPY", sum(&yen).normalize())]);
    let router = desk.router().await;
    let value = get(&router, "/imports.json").await.json();
    assert_eq!(value["control_totals"].as_array().unwrap().len(), 2);
    // Nothing is allocated yet: what both billed stands in the reconciliation of the week, each in its currency.
    let review = get(&router, "/reviews/2026-W46.json").await.json();
    let lines = review["review"]["reconciliation"].as_array().or_else(|| review["reconciliation"].as_array());
    let lines = lines.unwrap_or_else(|| panic!("{review}"));
    for (source, currency) in [("bill", "USD"), ("other", "JPY")] {
        let mine: Vec<_> = lines.iter().filter(|line| line["source"] == source).collect();
        assert!(!mine.is_empty(), "{lines:?}");
        for line in mine {
            assert_eq!(line["currency"], currency, "{line}");
            assert_eq!(
                line["difference"]["amount"].as_str().map(|text| text.parse::<Decimal>().unwrap()),
                Some(Decimal::ZERO)
            );
        }
    }
}
