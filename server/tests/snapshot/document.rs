//! The JSON document, its envelope and its hash.

use domain::coverage::SourceKind;
use domain::freeze_record::{Definitions, FreezeRecord, SourceRecord};
use domain::review::requirements::{Requirement, Unmet};
use serde_json::Value;
use server::snapshot::{FreezeStamp, FrozenTexts, SnapshotError, SnapshotV1, hash_verify, product_text};

use super::everything::everything;
use super::sample;

const GOLDEN: &str = include_str!("../data/snapshot_v1.json");

fn stamp(version: i64, previous_hash: Option<String>) -> FreezeStamp {
    FreezeStamp {
        version,
        frozen_at: sample::at("2026-11-23T01:31:07.000123Z"),
        frozen_by: "demo".to_owned(),
        reason: if version == 1 { String::new() } else { "請求の訂正".to_owned() },
        previous_hash,
    }
}

/// Something was left open.
fn record() -> FreezeRecord {
    let source = |source: &str, kind, last_day: Option<&str>| SourceRecord {
        source: source.to_owned(),
        kind,
        received_at: sample::at("2026-11-22T21:14:03.123456Z"),
        last_day: last_day.map(|day| day.parse().unwrap()),
        last_instant: last_day.is_none().then(|| sample::at("2026-11-22T20:00:00Z")),
    };
    FreezeRecord {
        unmet: Requirement::ALL.iter().map(|one| Unmet { requirement: *one, count: 2 }).collect(),
        sources: vec![
            source("focus", SourceKind::Cost, Some("2026-11-21")),
            source("pagerduty", SourceKind::Incidents, None),
        ],
        definitions: Some(Definitions { catalogue: "ab".repeat(32), objectives: "cd".repeat(32) }),
    }
}

fn frozen(version: i64) -> String {
    let (review, products) = everything();
    SnapshotV1::from_domain(&review, &products).freeze(stamp(version, None)).unwrap().text().unwrap()
}

#[test]
fn reading_back_gives_the_very_value_that_was_written() {
    let (review, products) = everything();
    let text = SnapshotV1::from_domain(&review, &products).text().unwrap();
    let (read_review, read_products) = SnapshotV1::parse(&text).unwrap().into_domain().unwrap();
    assert_eq!(read_review, review);
    assert_eq!(read_products, products);
    assert_eq!(SnapshotV1::from_domain(&read_review, &read_products).text().unwrap(), text);
}

#[test]
fn a_document_says_what_it_is_and_whether_it_is_frozen() {
    let draft: Value = {
        let (review, _) = everything();
        serde_json::from_str(&SnapshotV1::from_domain(&review, &[]).text().unwrap()).unwrap()
    };
    assert_eq!(draft["schema"], "teirei/snapshot/v1");
    assert_eq!(draft["snapshot"], Value::Null);
    assert_eq!(draft["products"], Value::Array(Vec::new()));
    assert_eq!(draft["review"]["week"], "2026-W47");

    let frozen: Value = serde_json::from_str(&frozen(2)).unwrap();
    assert_eq!(frozen["snapshot"]["version"], 2);
    assert_eq!(frozen["snapshot"]["frozen_at"], "2026-11-23T01:31:07.000123Z");
    assert_eq!(frozen["snapshot"]["frozen_by"], "demo");
    assert_eq!(frozen["snapshot"]["reason"], "請求の訂正");
    assert_eq!(frozen["products"].as_array().unwrap().len(), 3);
}

/// Money is text with six decimals, shares are parts per million, durations seconds, times RFC 3339.
#[test]
fn values_have_one_shape_each() {
    let document: Value = serde_json::from_str(&frozen(1)).unwrap();
    for (pointer, expected) in [
        ("/reconciliation/0/source", r#""azure""#),
        ("/reconciliation/0/metric", r#""billed""#),
        ("/reconciliation/0/difference", r#"{"amount":"0.000000","currency":"EUR"}"#),
        ("/review/cost/rows/0/owner", r#"{"kind":"product","product":"labs"}"#),
        ("/review/cost/budgets/2/variance/usage", r#"{"amount":"-9223372036854.775808","currency":"JPY"}"#),
        ("/review/organization/thresholds/change_share_ppm", "50000"),
        ("/review/freshness/0/received_at", r#""2026-11-22T21:14:03.123456Z""#),
        ("/review/freshness/0/complete_through", r#""2026-11-17""#),
        ("/review/rates/1/rate/rate", r#""154.32""#),
        ("/review/incidents/rows/0/impact_seconds", "5550"),
        ("/review/incidents/rows/0/severity", r#""SEV-1""#),
        ("/review/incidents/rows/0/fraction_ppm", "250000"),
    ] {
        let found = document.pointer(pointer).map(Value::to_string);
        assert_eq!(found.as_deref(), Some(expected), "{pointer}");
    }
    assert!(!has_fraction(&document), "a document holds whole numbers only");
}

fn has_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_i64().is_none(),
        Value::Array(items) => items.iter().any(has_fraction),
        Value::Object(keys) => keys.values().any(has_fraction),
        _ => false,
    }
}

#[test]
fn every_reconciliation_adds_up_in_the_document() {
    let document: Value = serde_json::from_str(&frozen(1)).unwrap();
    let lines = document["reconciliation"].as_array().unwrap();
    assert_eq!(lines.len(), 4, "two sources with two metrics each");
    for line in lines {
        let amount =
            |key: &str| -> rust_decimal::Decimal { line[key]["amount"].as_str().unwrap().parse().unwrap() };
        let parts = amount("products") + amount("shared_not_split") + amount("unallocated");
        assert_eq!(parts, amount("billed"), "{line}");
    }
}

#[test]
fn the_hash_is_of_the_content_and_not_of_the_envelope() {
    let (review, products) = everything();
    let draft = SnapshotV1::from_domain(&review, &products);
    let hash = draft.hash().unwrap();
    let first = FrozenTexts::new(&review, &products, stamp(1, None), &record()).unwrap();
    let second =
        FrozenTexts::new(&review, &products, stamp(2, Some(hash.clone())), &FreezeRecord::default()).unwrap();
    assert_eq!((first.hash.as_str(), second.hash.as_str()), (hash.as_str(), hash.as_str()));
    assert_ne!(first.json, second.json);
    assert_eq!(hash_verify(&first.json).unwrap(), hash);
    assert_eq!(hash_verify(&second.json).unwrap(), hash);
    assert_eq!(
        SnapshotV1::parse(&first.json).unwrap().record().unwrap(),
        record(),
        "comes back as it went in"
    );
    let of_golden = SnapshotV1::parse(GOLDEN).unwrap().record().unwrap();
    assert_eq!(of_golden, FreezeRecord::default(), "the first release wrote none");
    let words: Value = serde_json::from_str(&first.json).unwrap();
    for (one, requirement) in words["snapshot"]["unmet"].as_array().unwrap().iter().zip(Requirement::ALL) {
        assert_eq!(one["requirement"], requirement.as_str());
    }
    for (texts, is_forced) in [(&first, true), (&second, false)] {
        let said = texts.markdown.contains("残したまま凍結: ");
        assert_eq!(said, is_forced, "{}", &texts.markdown[..600]);
    }
    let read = SnapshotV1::parse(&second.json).unwrap().stamp().unwrap().unwrap();
    assert_eq!((read.version, read.hash, read.previous_hash), (2, hash.clone(), Some(hash)));
}

#[test]
fn a_changed_document_is_found_out() {
    let text = frozen(1);
    let forged = text.replacen("\"SEV-1\"", "\"SEV-4\"", 1);
    assert!(matches!(hash_verify(&forged), Err(SnapshotError::Mismatch { .. })));
    let (review, _) = everything();
    let draft = SnapshotV1::from_domain(&review, &[]).text().unwrap();
    assert!(matches!(hash_verify(&draft), Err(SnapshotError::Draft)));
    let spaced = serde_json::to_string_pretty(&serde_json::from_str::<Value>(&text).unwrap()).unwrap();
    assert!(hash_verify(&spaced).is_ok(), "the layout of the JSON is no content");
}

#[test]
fn what_cannot_be_read_says_why() {
    let future = frozen(1).replacen("snapshot/v1", "snapshot/v2", 1);
    for (text, expected) in [
        (
            future.as_str(),
            "this version reads teirei/snapshot/v1, and the document is \"teirei/snapshot/v2\"; a newer teirei may read it",
        ),
        ("{}", "this version reads teirei/snapshot/v1, and the document is \"\"; a newer teirei may read it"),
    ] {
        assert_eq!(SnapshotV1::parse(text).unwrap_err().to_string(), expected);
    }
    assert!(matches!(SnapshotV1::parse("[1,"), Err(SnapshotError::Form(_))));
    for (from, to) in [
        ("\"currency\":\"EUR\"}", "\"currency\":\"euro\"}"),
        ("\"amount\":\"0.000000\"", "\"amount\":\"0,0\""),
    ] {
        let broken = frozen(1).replacen(from, to, 1);
        assert!(matches!(SnapshotV1::parse(&broken), Err(SnapshotError::Form(_))), "{to}");
    }
    for (from, to, what) in [
        ("\"status\":\"breached\"", "\"status\":\"purple\"", "status"),
        ("\"week\":\"2026-W47\"", "\"week\":\"2026-W54\"", "week"),
        ("\"currency\":\"EUR\"},\"shared", "\"currency\":\"USD\"},\"shared", "currency of this row"),
    ] {
        let broken = frozen(1).replacen(from, to, 1);
        match SnapshotV1::parse(&broken).unwrap().into_domain() {
            Err(SnapshotError::Word { what: found, .. }) => assert!(found.starts_with(what), "{found}"),
            other => panic!("{to} was taken: {:?}", other.map(|_| ())),
        }
    }
}

#[test]
fn a_number_that_json_readers_would_round_is_refused() {
    let (mut review, _) = everything();
    review.objectives[0].sum.total = (1 << 53) - 1;
    assert!(SnapshotV1::from_domain(&review, &[]).hash().is_ok());
    review.objectives[0].sum.total = 1 << 53;
    let refused = SnapshotV1::from_domain(&review, &[]).freeze(stamp(1, None));
    assert!(matches!(refused, Err(SnapshotError::Number { .. })));
}

#[test]
fn a_key_of_a_later_version_is_passed_over() {
    let later = frozen(1).replacen("\"review\":{", "\"weather\":\"rain\",\"review\":{\"mood\":3,", 1);
    assert_eq!(SnapshotV1::parse(&later).unwrap().into_domain().unwrap().0, everything().0);
}

#[test]
fn a_product_page_is_a_document_of_its_own() {
    let (_, products) = everything();
    let document: Value = serde_json::from_str(&product_text(&products[0], None).unwrap()).unwrap();
    assert_eq!(document["schema"], "teirei/product/v1");
    assert_eq!(document["snapshot"], Value::Null);
    assert_eq!(document["product"]["product"]["slug"], "telemed");
}

/// A document frozen by the first release reads and writes the same bytes for ever. Never regenerate
/// the file because this fails: mend the reader. It was written once by the ignored test below.
#[test]
fn the_first_document_reads_and_writes_the_same_for_ever() {
    let read = SnapshotV1::parse(GOLDEN).unwrap();
    assert_eq!(read.text().unwrap(), GOLDEN);
    let stamp = read.stamp().unwrap().unwrap();
    let previous_hash = stamp.previous_hash.clone();
    assert_eq!(hash_verify(GOLDEN).unwrap(), stamp.hash);
    let (review, products) = read.into_domain().unwrap();
    let again = SnapshotV1::from_domain(&review, &products).freeze(FreezeStamp {
        version: stamp.version,
        frozen_at: stamp.frozen_at,
        frozen_by: stamp.frozen_by,
        reason: stamp.reason,
        previous_hash,
    });
    assert_eq!(again.unwrap().text().unwrap(), GOLDEN);
}

/// `cargo test -p server --test snapshot -- --ignored golden` writes the golden file; only before the
/// first release, or under a new name for a new version of the form.
#[test]
#[ignore = "writes the golden file"]
fn golden_file_write() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/snapshot_v1.json");
    std::fs::write(path, frozen(1)).unwrap();
}
