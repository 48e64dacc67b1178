//! OpenSLO definitions: the reference files, and the rules at their boundaries.

#![expect(clippy::unwrap_used, reason = "a table whose stage cannot be set fails")]

use domain::objective::{BudgetingMethod, Objective, Window, WindowUnit};
use domain::product::Environment;
use domain::ratio::Ppm;
use domain::rejection::Gravity;
use jiff::Timestamp;
use jiff::civil::date;
use sources::input::ReadError;
use sources::openslo::{File, Import, Settings, parse};

fn settings(strict: bool) -> Settings {
    Settings { strict, source: "openslo".to_owned(), valid_from: Timestamp::UNIX_EPOCH }
}

fn read(text: &str, strict: bool) -> Import {
    parse(&[File { name: "slo.yaml", bytes: text.as_bytes() }], &settings(strict)).unwrap()
}

/// Line and rule of every issue.
fn said(import: &Import) -> Vec<(u64, &'static str)> {
    import.issues.iter().map(|issue| (issue.line.unwrap(), issue.rule)).collect()
}

macro_rules! reference {
    ($path:literal) => {
        ($path, include_str!(concat!("data/openslo/", $path)))
    };
}

/// What a reference file gives: objectives, documents, issues in lenient mode, documents rejected and
/// objectives left in strict mode.
struct Expected {
    file: (&'static str, &'static str),
    objectives: usize,
    documents: usize,
    lenient: &'static [(u64, &'static str)],
    rejected: usize,
    objectives_strict: usize,
}

const DANGLING: &str = "openslo/dangling-reference";
const OP: &str = "openslo/op-with-ratio";
const SAME: &str = "openslo/same-queries";

fn reference_files() -> Vec<Expected> {
    let quiet = |file, documents| Expected {
        file,
        objectives: 0,
        documents,
        lenient: &[],
        rejected: 0,
        objectives_strict: 0,
    };
    vec![
        Expected {
            objectives: 1,
            objectives_strict: 1,
            ..quiet(reference!("spec/budgeting-method/occurences-slo.yaml"), 1)
        },
        Expected {
            objectives: 1,
            lenient: &[(16, SAME), (32, OP)],
            rejected: 1,
            ..quiet(reference!("spec/budgeting-method/ratio-timeslices.yaml"), 1)
        },
        Expected {
            objectives: 2,
            lenient: &[(16, SAME), (27, "openslo/window-under-an-hour"), (35, OP)],
            rejected: 1,
            ..quiet(reference!("spec/budgeting-method/timeslices-slo.yaml"), 1)
        },
        Expected {
            objectives: 1,
            lenient: &[(14, SAME), (33, OP)],
            rejected: 1,
            ..quiet(reference!("spec/treat-low-traffic-as-equally-important/timeslices-slo.yaml"), 1)
        },
        Expected {
            objectives: 1,
            lenient: &[(40, OP)],
            rejected: 1,
            ..quiet(reference!("sdk_v1/slos.yaml"), 1)
        },
        quiet(reference!("sdk_v1/slis.yaml"), 4),
        quiet(reference!("sdk_v1/services.yaml"), 2),
        quiet(reference!("sdk_v1/data_sources.yaml"), 2),
        quiet(reference!("sdk_v1/alert_conditions.yaml"), 2),
        quiet(reference!("sdk_v1/alert_notification_targets.yaml"), 2),
        Expected {
            lenient: &[(16, DANGLING), (18, DANGLING), (50, DANGLING), (66, DANGLING)],
            ..quiet(reference!("sdk_v1/alert_policies.yaml"), 3)
        },
    ]
}

#[test]
fn reference_files_give_what_the_reference_says() {
    for expected in reference_files() {
        let (name, text) = expected.file;
        let lenient = read(text, false);
        assert_eq!(said(&lenient), expected.lenient, "{name}");
        assert!(lenient.issues.iter().all(|issue| issue.gravity == Gravity::Warning), "{name}");
        assert!(lenient.issues.iter().all(|issue| issue.file == "slo.yaml"), "{name}");
        assert_eq!(lenient.objectives.len(), expected.objectives, "{name}");
        assert_eq!(lenient.documents.len(), expected.documents, "{name}");
        assert!(lenient.documents.iter().all(|document| document.accepted), "{name}");

        let strict = read(text, true);
        let rejected = strict.documents.iter().filter(|document| !document.accepted).count();
        assert_eq!(rejected, expected.rejected, "{name}");
        assert_eq!(strict.objectives.len(), expected.objectives_strict, "{name}");
        let by_lenient: Vec<bool> =
            lenient.documents.iter().map(|document| document.accepted_by_strict).collect();
        let by_strict: Vec<bool> = strict.documents.iter().map(|document| document.accepted).collect();
        assert_eq!(by_lenient, by_strict, "{name}: lenient mode knows what strict mode would do");
    }
}

#[test]
fn all_reference_files_are_one_import() {
    let expected = reference_files();
    let files: Vec<File> = expected
        .iter()
        .map(|expected| File { name: expected.file.0, bytes: expected.file.1.as_bytes() })
        .collect();
    let lenient = parse(&files, &settings(false)).unwrap();
    assert!(lenient.documents.iter().all(|document| document.accepted));
    assert_eq!(lenient.documents.len(), 20);
    let ids: Vec<&str> = lenient.objectives.iter().map(|objective| objective.id.as_str()).collect();
    assert_eq!(
        ids,
        ["search-slo", "main-page", "service-availability-2", "service-availability", "web-availability"]
    );
    assert!(lenient.issues.iter().any(|issue| issue.rule == "openslo/repeated-name"));
    let strict = parse(&files, &settings(true)).unwrap();
    assert_eq!(strict.documents.iter().filter(|document| !document.accepted).count(), 4);
    assert_eq!(strict.objectives.len(), 1);
}

fn only(text: &str) -> Objective {
    let mut import = read(text, false);
    assert_eq!(import.objectives.len(), 1, "{:?}", import.issues);
    import.objectives.remove(0)
}

#[test]
fn reference_objectives_are_read_exactly() {
    let searching = only(include_str!("data/openslo/spec/budgeting-method/occurences-slo.yaml"));
    assert_eq!((searching.id.as_str(), searching.display_name.as_str()), ("search-slo", "Searching time"));
    assert_eq!(searching.service, "web-shop");
    assert_eq!(searching.product.as_ref().unwrap().as_str(), "web-shop");
    assert_eq!(searching.target, Ppm(990_000));
    assert_eq!(searching.method, BudgetingMethod::Occurrences);
    assert_eq!(searching.window, Window::Rolling { seconds: 14 * 86_400 });
    assert_eq!(searching.environment, Environment::Production);
    assert_eq!(searching.definition_hash.len(), 64);

    let page = only(include_str!("data/openslo/spec/budgeting-method/ratio-timeslices.yaml"));
    assert_eq!(page.method, BudgetingMethod::RatioTimeslices { slice_seconds: 60 });

    let low =
        only(include_str!("data/openslo/spec/treat-low-traffic-as-equally-important/timeslices-slo.yaml"));
    assert_eq!(low.target, Ppm(999_500));
    assert_eq!(low.method, BudgetingMethod::Timeslices { slice_target: Ppm(950_000), slice_seconds: 60 });
    let start = date(2022, 1, 1).at(12, 0, 0, 0);
    let time_zone = "America/New_York".to_owned();
    assert_eq!(low.window, Window::Calendar { unit: WindowUnit::Week, count: 1, start, time_zone });

    let two = read(include_str!("data/openslo/spec/budgeting-method/timeslices-slo.yaml"), false);
    let seen: Vec<(&str, Ppm)> =
        two.objectives.iter().map(|objective| (objective.id.as_str(), objective.target)).collect();
    assert_eq!(seen, [("service-availability", Ppm(995_000)), ("service-availability-2", Ppm(990_000))]);
    assert_eq!(two.objectives[1].display_name, "Reflaction of out availability SLA: SLA");
}

const RATIO: &str = include_str!("data/ratio.yaml");

/// What becomes of the good SLO with one text replaced: in lenient mode, and in strict mode.
#[derive(Debug, PartialEq)]
enum Fate {
    /// Accepted by both without a word.
    Fine,
    /// Accepted by both, with a warning.
    Doubt(&'static str),
    /// A warning in lenient mode, a rejection in strict mode.
    Breach(&'static str),
    /// Rejected by both.
    Senseless(&'static str),
}

use Fate::{Breach, Doubt, Fine, Senseless};

fn fate(text: &str) -> (Fate, String) {
    let (lenient, strict) = (read(text, false), read(text, true));
    let rules: std::collections::BTreeSet<&'static str> =
        lenient.issues.iter().map(|issue| issue.rule).collect();
    let rule = rules.first().copied().unwrap_or_default();
    let accepted = |import: &Import| import.documents.iter().all(|document| document.accepted);
    for import in [&lenient, &strict] {
        let told = import.issues.iter().any(|issue| issue.gravity == Gravity::Rejected);
        assert_eq!(told, !accepted(import), "a rejection is told: {text}");
    }
    let fate = match (accepted(&lenient), accepted(&strict), rules.len()) {
        (true, true, 0) => Fine,
        (true, true, _) => Doubt(rule),
        (true, false, _) => Breach(rule),
        (false, false, _) => Senseless(rule),
        (false, true, _) => panic!("strict is more lenient than lenient"),
    };
    (fate, format!("{:?}", lenient.issues))
}

#[test]
fn rules_of_slos_at_their_boundaries() {
    assert_eq!(fate(RATIO).0, Fine);
    let long = |length: usize| "A".repeat(length);
    let [ok, bad, name63, name64] = [long(1050), long(1051), "a".repeat(63), "a".repeat(64)];
    let indicator = &RATIO[RATIO.find("  indicator:").unwrap()..RATIO.find("  timeWindow:").unwrap()];
    let description = |text: &str| format!("description: {text}\n");
    let table: &[(&str, &str, Fate)] = &[
        ("0.995", "0.0", Fine),
        ("0.995", "0", Fine),
        ("0.995", "0.9999", Fine),
        ("0.995", "9.95e-1", Fine),
        ("0.995", "1.0", Senseless("openslo/target")),
        ("0.995", "-0.1", Senseless("openslo/target")),
        ("0.995", "99.5", Senseless("openslo/target")),
        ("0.995", ".nan", Senseless("openslo/type")),
        ("0.995", "0.9999999", Doubt("openslo/target-digits")),
        ("0.995", "\"0.995\"", Breach("openslo/type")),
        ("target: 0.995", "targetPercent: 0.0", Fine),
        ("target: 0.995", "targetPercent: 0.9999", Doubt("openslo/target-low")),
        ("target: 0.995", "targetPercent: 99.9999", Fine),
        ("target: 0.995", "targetPercent: 100.0", Senseless("openslo/target")),
        ("target: 0.995", "targetPercent: -0.1", Senseless("openslo/target")),
        ("target: 0.995", "targetPercent: 10.0\n      target: 0.1", Breach("openslo/target")),
        ("      target: 0.995\n", "", Senseless("openslo/target")),
        ("timeSliceTarget: 0.95", "timeSliceTarget: 0.1", Fine),
        ("timeSliceTarget: 0.95", "timeSliceTarget: 1.0", Fine),
        ("timeSliceTarget: 0.95", "timeSliceTarget: 0", Senseless("openslo/time-slice-target")),
        ("timeSliceTarget: 0.95", "timeSliceTarget: 1.1", Senseless("openslo/time-slice-target")),
        ("      timeSliceTarget: 0.95\n", "", Senseless("openslo/missing-field")),
        ("      timeSliceWindow: 1m\n", "", Senseless("openslo/missing-field")),
        ("timeSliceWindow: 1m", "timeSliceWindow: 5", Breach("openslo/duration")),
        ("timeSliceWindow: 1m", "timeSliceWindow: invalid", Senseless("openslo/duration")),
        ("timeSliceWindow: 1m", "timeSliceWindow: 0m", Senseless("openslo/duration")),
        ("timeSliceWindow: 1m", "timeSliceWindow: 1m\n      compositeWeight: 0", Fine),
        ("budgetingMethod: Timeslices", "budgetingMethod: Occurrences", Fine),
        ("budgetingMethod: Timeslices", "budgetingMethod: RatioTimeslices", Fine),
        ("budgetingMethod: Timeslices", "budgetingMethod: timeslices", Breach("openslo/budgeting-method")),
        ("budgetingMethod: Timeslices", "budgetingMethod: invalid", Senseless("openslo/budgeting-method")),
        ("  budgetingMethod: Timeslices\n", "", Breach("openslo/missing-field")),
        ("description: text\n", &description(&ok), Fine),
        ("description: text\n", &description(&bad), Breach("openslo/description")),
        ("description: text\n", "description: 5\n", Breach("openslo/type")),
        ("  service: web\n", "", Breach("openslo/missing-field")),
        ("  service: web\n", "  service: \"\"\n", Breach("openslo/missing-field")),
        ("name: web-availability", "nam: web-availability", Senseless("openslo/missing-field")),
        ("name: web-availability", &format!("name: {name63}"), Fine),
        ("name: web-availability", &format!("name: {name64}"), Breach("openslo/name")),
        ("name: web-availability", "name: example service", Breach("openslo/name")),
        ("name: web-availability", "name: ../secret", Senseless("openslo/name")),
        ("displayName: Web", &format!("displayName: {name64}"), Breach("openslo/display-name")),
        ("displayName: Web", "labels: {team: [a, b], env: prod}", Fine),
        ("displayName: Web", "labels: {teirei/product: web}", Breach("openslo/label")),
        ("displayName: Web", "annotations: {teirei/product: web}", Fine),
        ("displayName: Web", "annotations: {openslo.com/: x}", Breach("openslo/annotation")),
        ("displayName: Web", "labels: {env: moon}", Doubt("openslo/environment")),
        ("displayName: Web", "annotations: {teirei/product: Web Shop}", Doubt("openslo/product")),
        ("displayName: Web", "displayname: Web", Breach("openslo/unknown-field")),
        ("displayName: Web", "displayName: Web\n  displayName: Web", Senseless("openslo/repeated-field")),
        (indicator, "", Breach("openslo/indicator")),
        (indicator, "  indicatorRef: my-sli\n", Doubt("openslo/dangling-reference")),
        (indicator, "  indicatorRef: my sli\n", Breach("openslo/dangling-reference")),
        ("  timeWindow: [{duration: 4w, isRolling: true}]\n", "", Breach("openslo/time-window")),
        (
            "isRolling: true}",
            "isRolling: true}, {duration: 1w, isRolling: true}",
            Breach("openslo/time-window"),
        ),
        ("duration: 4w, ", "", Senseless("openslo/missing-field")),
        ("duration: 4w", "duration: 1m", Doubt("openslo/window-under-an-hour")),
        ("duration: 4w", "duration: 1M", Fine),
        ("duration: 4w", "duration: 0w", Senseless("openslo/duration")),
        ("isRolling: true", "isRolling: false", Breach("openslo/window-kind")),
        ("isRolling: true", "isRolling: yes", Breach("openslo/type")),
        (
            "isRolling: true",
            "isRolling: true, calendar: {startTime: '2022-01-01 12:00:00', timeZone: Asia/Tokyo}",
            Breach("openslo/window-kind"),
        ),
        (
            "isRolling: true",
            "isRolling: false, calendar: {startTime: 2022-01-01 12:00:00, timeZone: Asia/Tokyo}",
            Fine,
        ),
        (
            "isRolling: true",
            "isRolling: false, calendar: {startTime: 2022-01-01, timeZone: Asia/Tokyo}",
            Breach("openslo/start-time"),
        ),
        (
            "isRolling: true",
            "isRolling: false, calendar: {startTime: new year, timeZone: Asia/Tokyo}",
            Senseless("openslo/start-time"),
        ),
        (
            "isRolling: true",
            "isRolling: false, calendar: {startTime: 2022-01-01 12:00:00, timeZone: Mars}",
            Senseless("openslo/time-zone"),
        ),
        (
            "isRolling: true",
            "isRolling: false, calendar: {startTime: 2022-01-01 12:00:00}",
            Breach("openslo/missing-field"),
        ),
        ("displayName: Good", "op: gt", Breach("openslo/op-with-ratio")),
        ("displayName: Good", "value: 5", Breach("openslo/value-with-ratio")),
        ("displayName: Good", "colour: red", Breach("openslo/unknown-field")),
        (
            "    - displayName: Good\n      target: 0.995\n      timeSliceTarget: 0.95\n      timeSliceWindow: 1m\n",
            "    []\n",
            Doubt("openslo/no-objectives"),
        ),
        ("good: {metricSource", "bad: {metricSource", Fine),
        ("total: {metricSource", "bad: {metricSource", Breach("openslo/ratio-metric")),
        ("total: {metricSource", "raw: {metricSource", Breach("openslo/missing-field")),
        ("counter: true", "counter: 1", Breach("openslo/type")),
        ("{query: good}", "{}", Breach("openslo/missing-field")),
        (
            "{type: Prometheus, spec: {query: good}}",
            "{metricSourceRef: my prom, spec: {query: good}}",
            Breach("openslo/name"),
        ),
        ("openslo/v1\n", "openslo/v1alpha\n", Senseless("openslo/api-version")),
        ("openslo/v1\n", "openslo.com/v2alpha\n", Senseless("openslo/api-version")),
        ("apiVersion: openslo/v1\n", "", Senseless("openslo/api-version")),
        ("kind: SLO\n", "kind: Slo\n", Senseless("openslo/kind")),
        ("kind: SLO\n", "", Senseless("openslo/missing-field")),
        ("service: web\n", "service: web\n  alertPolicies:\n", Fine),
        (
            "service: web\n",
            "service: web\n  alertPolicies: [{alertPolicyRef: page}]\n",
            Doubt("openslo/dangling-reference"),
        ),
        ("service: web\n", "service: web\n  alertPolicies: [{}]\n", Breach("openslo/reference-or-inline")),
        (
            "service: web\n",
            "service: web\n  alertPolicies: [{kind: DataSource, metadata: {name: a}, spec: {conditions: [], notificationTargets: []}}]\n",
            Breach("openslo/conditions"),
        ),
    ];
    for (old, new, expected) in table {
        assert!(RATIO.contains(old), "{old}");
        let text = RATIO.replacen(old, new, 1);
        let (fate, issues) = fate(&text);
        assert_eq!(fate, *expected, "{old} → {new}: {issues}");
    }
    let message = &read(&RATIO.replace("openslo/v1\n", "openslo/v1alpha\n"), false).issues[0].what;
    assert!(message.contains("openslo/v1 is"), "{message}");
}

#[test]
fn thresholds_need_a_comparison_and_composites_weights() {
    let threshold = RATIO
        .replace("ratioMetric:\n        counter: true\n        good: ", "thresholdMetric:\n        ")
        .replace("        {metricSource: {type: Prometheus, spec: {query: good}}}\n        total: {metricSource: {type: Prometheus, spec: {query: total}}}\n", "        metricSource: {type: Prometheus, spec: {query: lag}}\n");
    let composite = RATIO[..RATIO.find("  indicator:").unwrap()].to_owned()
        + &RATIO[RATIO.find("  timeWindow:").unwrap()..].replace("displayName: Good", "indicatorRef: my-sli");
    let table = [
        (threshold.clone(), Breach("openslo/missing-field")),
        (threshold.replace("displayName: Good", "op: gte\n      value: 10.0"), Fine),
        (threshold.replace("displayName: Good", "op: lessThan\n      value: 10.0"), Breach("openslo/op")),
        (composite.clone(), Doubt("openslo/composite")),
        (
            composite.replace("timeSliceWindow: 1m", "timeSliceWindow: 1m\n      compositeWeight: 20.0"),
            Doubt("openslo/composite"),
        ),
        (
            composite.replace("timeSliceWindow: 1m", "timeSliceWindow: 1m\n      compositeWeight: 0.0"),
            Breach("openslo/composite"),
        ),
        (
            composite.replace("timeSliceWindow: 1m", "timeSliceWindow: 1m\n      compositeWeight: -2.0"),
            Breach("openslo/composite"),
        ),
        (
            composite.replace("service: web\n", "service: web\n  indicatorRef: other\n"),
            Breach("openslo/dangling-reference"),
        ),
    ];
    for (text, expected) in table {
        let (fate, issues) = fate(&text);
        assert_eq!(fate, expected, "{issues}\n{text}");
    }
}

#[test]
fn rules_of_the_other_kinds() {
    let head = |kind: &str| format!("apiVersion: openslo/v1\nkind: {kind}\nmetadata: {{name: a}}\n");
    let condition = "{severity: page, condition: {kind: burnrate, op: gt, threshold: 2, lookbackWindow: 1h}}";
    let table: Vec<(String, Fate)> = vec![
        (head("Service"), Fine),
        (head("Service") + "spec: {description: x, owner: y}\n", Breach("openslo/unknown-field")),
        (head("DataSource") + "spec: {type: Prometheus, connectionDetails: {url: x}}\n", Fine),
        (head("DataSource") + "spec: {connectionDetails: {url: x}}\n", Breach("openslo/missing-field")),
        (head("DataSource") + "spec: {type: Prometheus}\n", Breach("openslo/missing-field")),
        (head("DataSource"), Breach("openslo/missing-field")),
        (head("SLI"), Breach("openslo/missing-field")),
        (head("SLI") + "spec: {}\n", Breach("openslo/indicator-metric")),
        (
            head("SLI") + "spec: {ratioMetric: {raw: {metricSource: {spec: {q: x}}}, rawType: success}}\n",
            Fine,
        ),
        (
            head("SLI") + "spec: {ratioMetric: {raw: {metricSource: {spec: {q: x}}}, rawType: maybe}}\n",
            Breach("openslo/raw-type"),
        ),
        (head("AlertCondition") + &format!("spec: {condition}\n"), Fine),
        (
            head("AlertCondition") + &format!("spec: {}\n", condition.replace("burnrate", "magic")),
            Breach("openslo/condition-kind"),
        ),
        (
            head("AlertCondition") + &format!("spec: {}\n", condition.replace(", threshold: 2", "")),
            Breach("openslo/missing-field"),
        ),
        (head("AlertNotificationTarget") + "spec: {target: email}\n", Fine),
        (head("AlertNotificationTarget") + "spec: {description: x}\n", Breach("openslo/missing-field")),
        (
            head("AlertPolicy")
                + &format!(
                    "spec: {{conditions: [{{kind: AlertCondition, metadata: {{name: c}}, spec: {condition}}}], notificationTargets: [{{kind: AlertNotificationTarget, metadata: {{name: t}}, spec: {{target: x}}}}]}}\n"
                ),
            Fine,
        ),
        (
            head("AlertPolicy") + "spec: {notificationTargets: [{targetRef: t}]}\n",
            Breach("openslo/conditions"),
        ),
        ("just a text\n".to_owned(), Senseless("openslo/type")),
        ("a: [\n".to_owned(), Senseless("openslo/yaml")),
    ];
    for (text, expected) in table {
        let (fate, issues) = fate(&text);
        assert_eq!(fate, expected, "{issues}\n{text}");
    }
}

#[test]
fn documents_lists_and_json_are_all_read() {
    let json = r#"{"apiVersion":"openslo/v1","kind":"SLI","metadata":{"name":"my-sli"},
        "spec":{"ratioMetric":{"counter":true,"good":{"metricSource":{"type":"Prometheus","spec":{"query":"good"}}},
        "total":{"metricSource":{"type":"Prometheus","spec":{"query":"total"}}}}}}"#;
    let start = RATIO.find("  indicator:").unwrap();
    let end = RATIO.find("  timeWindow:").unwrap();
    let by_name = format!("{}  indicatorRef: my-sli\n{}", &RATIO[..start], &RATIO[end..]);
    let indented = by_name.replace('\n', "\n  ");
    let list = format!("# list\n- {}\n- {json}\n", indented.trim_end());
    let forms = [
        format!("{by_name}---\n{json}\n"),
        format!("\u{feff}--- # first\n{json}\n...\n---\n{by_name}").replace('\n', "\r\n"),
        list,
        format!("a: [broken\n---\n{json}\n---\n{by_name}"),
    ];
    let inlined = only(RATIO);
    for text in forms {
        let import = read(&text, false);
        assert_eq!(import.objectives.len(), 1, "{text}\n{:?}", import.issues);
        assert_eq!(import.objectives[0], inlined, "named or inlined, the definition is the same: {text}");
    }
}

#[test]
fn the_hash_changes_with_what_makes_the_numbers_only() {
    let hash = only(RATIO).definition_hash;
    for (old, new) in [
        ("displayName: Web", "displayName: Other"),
        ("description: text", "description: other # with a comment"),
        ("target: 0.995", "targetPercent: 99.50"),
        ("duration: 4w", "duration: 28d"),
        ("query: good", "query: 'good'"),
    ] {
        assert_eq!(only(&RATIO.replacen(old, new, 1)).definition_hash, hash, "{old} → {new}");
    }
    for (old, new) in [
        ("target: 0.995", "target: 0.996"),
        ("duration: 4w", "duration: 30d"),
        ("query: good", "query: better"),
        ("timeSliceTarget: 0.95", "timeSliceTarget: 0.96"),
        ("budgetingMethod: Timeslices", "budgetingMethod: RatioTimeslices"),
    ] {
        assert_ne!(only(&RATIO.replacen(old, new, 1)).definition_hash, hash, "{old} → {new}");
    }
}

#[test]
fn labels_place_an_objective() {
    let marked = |labels: &str| only(&RATIO.replace("displayName: Web", labels));
    assert_eq!(marked("labels: {env: [staging]}").environment, Environment::Staging);
    assert_eq!(marked("labels: {environment: dev, env: prod}").environment, Environment::Development);
    assert_eq!(marked("labels: {env: prod}").environment, Environment::Production);
    let products = [
        ("labels: {teirei.product: telemed}", Some("telemed")),
        ("labels: {teirei/product: telemed}", Some("telemed")),
        ("annotations: {teirei/product: telemed}", Some("telemed")),
        ("annotations: {other: x}", Some("web")),
        ("annotations: {teirei/product: 'No Slug'}", None),
    ];
    for (labels, product) in products {
        assert_eq!(marked(labels).product.as_ref().map(|slug| slug.as_str()), product, "{labels}");
    }
}

#[test]
fn whole_files_fail_with_a_way_to_mend() {
    let bad = |bytes: &[u8]| parse(&[File { name: "f.yaml", bytes }], &settings(false)).unwrap_err();
    assert!(matches!(bad(b""), ReadError::Empty { .. }));
    assert!(matches!(bad(b"a: \xFF"), ReadError::NotUtf8 { line: 1, .. }));
    assert!(matches!(bad(b"a: b\nc: \0"), ReadError::Nul { line: 2, .. }));
    let bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned()
        + &(1..20).fold(String::new(), |text, level| {
            let before = if level == 1 { "a".to_owned() } else { format!("b{}", level - 1) };
            text + &format!("b{level}: &b{level} [{}]\n", vec![format!("*{before}"); 9].join(", "))
        });
    let import = read(&format!("{bomb}---\n{RATIO}"), false);
    assert_eq!(import.objectives.len(), 1, "the document after a bomb is read");
    assert_eq!(import.issues.len(), 1);
    assert_eq!(import.issues[0].rule, "openslo/yaml");
}
