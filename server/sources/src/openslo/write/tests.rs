//! What is written is read back equal, and strict mode takes it.

use domain::counting::{Counting, Exclusion, Missing};
use domain::objective::{BudgetingMethod, Objective, Window, WindowUnit};
use domain::product::Environment;
use domain::ratio::Ppm;
use jiff::Timestamp;
use jiff::civil::DateTime;
use proptest::prelude::*;
use serde_json::json;

use crate::openslo::check::Check;
use crate::openslo::common::metadata;
use crate::openslo::{File, Import, MetricSource, Metrics, Settings, Written, parse, write};

const SOURCE: &str = "datadog";

fn read(text: &str) -> Import {
    let settings = Settings { strict: true, source: SOURCE.to_owned(), valid_from: Timestamp::UNIX_EPOCH };
    parse(&[File { name: "all.yaml", bytes: text.as_bytes() }], &settings).unwrap()
}

/// Texts that YAML might take for something else, and any others.
fn hostile() -> impl Strategy<Value = String> {
    let known = [
        "予約の成功率",
        "null",
        "~",
        "yes",
        "0x1F",
        "1e3",
        "- a",
        "a: b",
        "#x",
        "\"'\\",
        "{a}",
        "[b",
        "? k",
        "|",
        ">-",
        "%TAG",
        "@at",
        "`tick",
        "&anchor",
        "*alias",
        "!tag",
        "---",
        "...",
        "\u{2028}",
        "\u{85}",
        "\u{feff}x",
        "tab\there",
        "two\nlines",
        "two\r\nlines\r",
        " leads",
        "ends ",
        "障害：#1 & 復旧 - \u{1f5fe}",
        "2026-11-23",
        "\u{202e}rtl",
        "\u{7f}",
        "\u{1b}[31m",
        "\u{ffff}",
        "\u{10ffff}",
        "12:30",
        "<<",
        "=",
        "'",
    ];
    prop_oneof![
        prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        "\\PC{1,80}",
        "[^\u{0}]{1,40}",
        "[a-z]{1,8}",
    ]
}

fn window() -> impl Strategy<Value = Window> {
    let rolling = (1_i64..100_000).prop_map(|minutes| Window::Rolling { seconds: minutes * 60 });
    let units = [
        WindowUnit::Hour,
        WindowUnit::Day,
        WindowUnit::Week,
        WindowUnit::Month,
        WindowUnit::Quarter,
        WindowUnit::Year,
    ];
    let calendar = (prop::sample::select(units.to_vec()), 1_i32..12, 0_i64..1_000_000, 0_usize..3);
    let zones = ["Asia/Tokyo", "America/New_York", "UTC"];
    let calendar = calendar.prop_map(move |(unit, count, seconds, zone)| Window::Calendar {
        unit,
        count,
        start: DateTime::constant(2024, 1, 1, 0, 0, 0, 0) + jiff::SignedDuration::from_secs(seconds * 60),
        time_zone: zones[zone].to_owned(),
    });
    prop_oneof![rolling, calendar]
}

fn method() -> impl Strategy<Value = BudgetingMethod> {
    let slices = (1_i64..=1_000_000, 1_i64..600).prop_map(|(target, minutes)| BudgetingMethod::Timeslices {
        slice_target: Ppm(target),
        slice_seconds: minutes * 60,
    });
    let ratios =
        (1_i64..600).prop_map(|minutes| BudgetingMethod::RatioTimeslices { slice_seconds: minutes * 60 });
    prop_oneof![Just(BudgetingMethod::Occurrences), slices, ratios]
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z][a-z0-9-]{0,60}[a-z0-9]", "[A-Za-z0-9_.:/ -]{1,120}", hostile()]
}

prop_compose! {
    fn objective()(
        id in id(),
        display_name in hostile(),
        long in prop::bool::weighted(0.1),
        description in prop_oneof![Just(String::new()), hostile(), "\\PC{1060}"],
        service in prop_oneof![Just(String::new()), hostile()],
        product in prop::option::of("[a-z][a-z0-9]{0,20}"),
        environment in prop::sample::select(Environment::ALL.to_vec()),
        method in method(),
        target in 0_i64..1_000_000,
        window in window(),
        missing in prop::sample::select(Missing::ALL.to_vec()),
        exclusion in prop::sample::select(Exclusion::ALL.to_vec()),
    ) -> Objective {
        // Events that were not counted cannot count as anything.
        let missing = if method == BudgetingMethod::Occurrences { Missing::Ignore } else { missing };
        Objective {
            id,
            display_name: if long { display_name.repeat(40) } else { display_name },
            description,
            service,
            product: product.map(|product| product.parse().unwrap()),
            environment,
            method,
            target: Ppm(target),
            window,
            counting: Counting { missing, exclusion },
            source: SOURCE.to_owned(),
            definition_hash: String::new(),
            valid_from: Timestamp::UNIX_EPOCH,
            reviewed_at: None,
        }
    }
}

fn labels() -> impl Strategy<Value = Vec<(String, Vec<String>)>> {
    prop::collection::vec(("team[a-z0-9]{0,20}", prop::collection::vec(hostile(), 1..4)), 0..4).prop_map(
        |mut labels| {
            labels.sort();
            labels.dedup_by(|one, other| one.0 == other.0);
            labels
        },
    )
}

fn metric_source() -> impl Strategy<Value = MetricSource> {
    (prop::option::of(hostile()), hostile(), hostile()).prop_map(|(kind, key, query)| MetricSource {
        kind,
        reference: None,
        spec: json!({ "query": query, key: { "list": ["a", "\u{2028}"], "deep": "yes" } }),
    })
}

fn metrics() -> impl Strategy<Value = Metrics> {
    let ratio = (metric_source(), metric_source(), any::<bool>(), any::<bool>()).prop_map(
        |(one, total, is_good, is_counter)| {
            let (good, bad) = if is_good { (Some(one), None) } else { (None, Some(one)) };
            Metrics { good, bad, total: Some(total), is_counter: Some(is_counter), ..Metrics::default() }
        },
    );
    let raw = metric_source().prop_map(|raw| Metrics {
        raw: Some(raw),
        raw_type: Some("failure".to_owned()),
        ..Metrics::default()
    });
    let threshold = metric_source().prop_map(|threshold| Metrics {
        threshold: Some(threshold),
        comparison: "lte 0.5".to_owned(),
        ..Metrics::default()
    });
    prop_oneof![ratio, raw, threshold]
}

/// The labels of the first document.
fn labels_of(text: &str) -> Vec<(String, Vec<String>)> {
    let node = crate::yaml::documents(text).into_iter().next().unwrap().unwrap();
    let mut check = Check::default();
    let fields = check.fields(&node, "").unwrap();
    metadata(&mut check, &fields).labels
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back_equal(
        objective in objective(),
        owners in prop::collection::vec(hostile(), 0..3),
        labels in labels(),
        metrics in prop::option::of(metrics()),
    ) {
        let written = Written { objective, owners, labels, metrics };
        let text = write(std::slice::from_ref(&written));
        let import = read(&text);
        prop_assert!(import.documents.iter().all(|document| document.accepted_by_strict), "{text}\n{:?}", import.issues);
        prop_assert_eq!(import.objectives.len(), 1, "{}", text);
        let back = Objective { definition_hash: String::new(), ..import.objectives[0].clone() };
        prop_assert_eq!(&back, &written.objective, "{}", text);
        if let Some(metrics) = &written.metrics {
            prop_assert_eq!(import.metrics.get(&back.id), Some(metrics), "{}", text);
        }
        let found = labels_of(&text);
        let value = |key: &str| found.iter().find(|(name, _)| name == key).map(|(_, values)| values.clone());
        prop_assert_eq!(value("owner").unwrap_or_default(), written.owners.clone());
        for (key, values) in &written.labels {
            let kept = value(key);
            prop_assert_eq!(kept.as_ref(), Some(values), "{}", text);
        }
        // Written again, it is the same to the byte.
        let again = Written { objective: back, ..written };
        prop_assert_eq!(write(&[again]), text);
    }
}

fn plain(id: &str) -> Objective {
    Objective {
        id: id.to_owned(),
        display_name: "Web availability".to_owned(),
        description: "Pages that answer".to_owned(),
        service: "web".to_owned(),
        product: Some("web".parse().unwrap()),
        environment: Environment::Production,
        method: BudgetingMethod::Occurrences,
        target: Ppm(999_500),
        window: Window::Rolling { seconds: 28 * 86_400 },
        counting: Counting::default(),
        source: SOURCE.to_owned(),
        definition_hash: String::new(),
        valid_from: Timestamp::UNIX_EPOCH,
        reviewed_at: None,
    }
}

#[test]
fn a_document_reads_like_one_written_by_hand() {
    let written = Written { owners: vec!["佐藤".to_owned()], ..Written::new(plain("web-availability")) };
    let expected = r#"apiVersion: openslo/v1
kind: SLO
metadata:
  name: "web-availability"
  displayName: "Web availability"
  labels:
    environment: "production"
    owner: "佐藤"
  annotations:
    teirei/product: "web"
spec:
  description: "Pages that answer"
  service: "web"
  indicatorRef: "web-availability"
  timeWindow:
    - duration: 28d
      isRolling: true
  budgetingMethod: Occurrences
  objectives:
    - target: 0.9995
"#;
    assert_eq!(write(&[written]), expected);
}

#[test]
fn all_of_them_are_one_stream() {
    let text =
        write(&[Written::new(plain("one")), Written::new(plain("two/2")), Written::new(plain("two-2"))]);
    let import = read(&text);
    let ids: Vec<&str> = import.objectives.iter().map(|objective| objective.id.as_str()).collect();
    assert_eq!(ids, ["one", "two/2", "two-2"]);
    assert!(import.documents.iter().all(|document| document.accepted));
    assert!(write(&[]).is_empty());
    // What the format cannot say is left out, in words.
    let perfect = Objective { target: Ppm(1_000_000), ..plain("perfect\n") };
    let text = write(&[Written::new(perfect), Written::new(plain("one"))]);
    let import = read(&text);
    assert!(text.starts_with("# \"perfect\\n\": OpenSLO has no target of 100 %"), "{text}");
    assert_eq!(import.objectives.len(), 1);
    // The indicator is defined elsewhere; nothing else is remarked upon.
    let rules: Vec<&str> = import.issues.iter().map(|issue| issue.rule).collect();
    assert_eq!((rules.as_slice(), import.documents.len()), (["openslo/dangling-reference"].as_slice(), 1));
}
