//! What a definition of OpenSLO says besides: alerts, what it depends on, what is promised.

#![expect(clippy::unwrap_used, reason = "a table whose stage cannot be set fails")]

use domain::objective_queue::BurnAlert;
use domain::ratio::Ppm;
use jiff::Timestamp;
use sources::openslo::{File, Import, Settings, parse};

fn read(text: &str, strict: bool) -> Import {
    let settings = Settings { strict, source: "openslo".to_owned(), valid_from: Timestamp::UNIX_EPOCH };
    parse(&[File { name: "slo.yaml", bytes: text.as_bytes() }], &settings).unwrap()
}

/// Line and rule of every issue.
fn said(import: &Import) -> Vec<(u64, &'static str)> {
    import.issues.iter().map(|issue| (issue.line.unwrap(), issue.rule)).collect()
}

const RATIO: &str = include_str!("data/ratio.yaml");

#[test]
fn alerts_dependencies_and_contracts_are_kept() {
    const CONDITION: &str =
        "severity: page, condition: {kind: burnrate, op: gte, threshold: 14.4, lookbackWindow: 1h}";
    const TARGETS: &str = "notificationTargets: [{targetRef: pager}]";
    let inline = format!("[{{kind: AlertCondition, metadata: {{name: c}}, spec: {{{CONDITION}}}}}]");
    let document = |kind: &str, name: &str, spec: &str| {
        format!("---\napiVersion: openslo/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n")
    };
    let policy =
        |conditions: &str| document("AlertPolicy", "fast", &format!("conditions: {conditions}, {TARGETS}"));
    let with = |policies: &str, more: &str| {
        let text = format!("{}\n  alertPolicies: {policies}\n{more}", RATIO.trim_end());
        read(&text, false).terms[0].alerts.clone()
    };
    let burn = BurnAlert { severity: "page".to_owned(), threshold: Ppm(14_400_000), lookback_seconds: 3_600 };
    let own =
        format!("[{{kind: AlertPolicy, metadata: {{name: p}}, spec: {{conditions: {inline}, {TARGETS}}}}}]");
    let named = document("AlertCondition", "c", CONDITION);
    for (name, policies, more, expected) in [
        ("none", "[]", String::new(), Some(vec![])),
        ("inline", own.as_str(), String::new(), Some(vec![burn.clone()])),
        ("by name", "[{alertPolicyRef: fast}]", policy(&inline), Some(vec![burn.clone()])),
        (
            "by names",
            "[{alertPolicyRef: fast}]",
            format!("{}{named}", policy("[{conditionRef: c}]")),
            Some(vec![burn]),
        ),
        ("defined elsewhere", "[{alertPolicyRef: fast}]", String::new(), None),
        ("a condition elsewhere", "[{alertPolicyRef: fast}]", policy("[{conditionRef: c}]"), None),
    ] {
        assert_eq!(with(policies, &more), expected, "{name}");
    }
    assert_eq!(
        read(RATIO, false).terms[0].alerts,
        Some(vec![]),
        "a definition without the field has no alert"
    );

    let marked = |annotations: &str| {
        let import =
            read(&RATIO.replace("displayName: Web", &format!("annotations: {{{annotations}}}")), false);
        (import.terms[0].clone(), said(&import))
    };
    let (terms, _) = marked("teirei/depends-on: 'gateway, database', teirei/contract: '99.5%'");
    assert_eq!(terms.depends_on, ["gateway", "database"]);
    assert_eq!(terms.contract, Some(Ppm(995_000)));
    for contract in ["much", "0", "100.1", "-1"] {
        let (terms, said) = marked(&format!("teirei/contract: '{contract}'"));
        assert_eq!(terms.contract, None, "{contract}");
        assert!(said.iter().any(|(_, rule)| *rule == "openslo/contract"), "{contract}: {said:?}");
    }
}

/// What an SLO declares as a composite: each part with its weight, and the name of the whole.
#[test]
fn parts_of_a_composite_keep_their_weights() {
    let indicator = |good: &str| {
        format!(
            "indicator: {{metadata: {{name: i}}, spec: {{ratioMetric: {{counter: true, \
             good: {{metricSource: {{spec: {{q: {good}}}}}}}, total: {{metricSource: {{spec: {{q: all}}}}}}}}}}}}"
        )
    };
    let slo = |own: &str, objectives: &str| {
        format!(
            "apiVersion: openslo/v1\nkind: SLO\nmetadata: {{name: visit}}\nspec:\n  service: shop\n{own}  \
             timeWindow: [{{duration: 28d, isRolling: true}}]\n  budgetingMethod: Occurrences\n  \
             objectives:\n{objectives}"
        )
    };
    let part = |weight: &str, good: &str| format!("    - {{target: 0.99, {weight}{}}}\n", indicator(good));
    let parts = |text: &str| -> Vec<Option<(String, i64)>> {
        let part = |terms: domain::objective_queue::ObjectiveTerms| {
            terms.part.map(|part| (part.whole, part.weight.0))
        };
        read(text, false).terms.into_iter().map(part).collect()
    };
    let of = |weight: i64| Some(("visit".to_owned(), weight));
    for (weights, expected) in [
        (["", ""], [of(1_000_000), of(1_000_000)]),
        (["compositeWeight: 2, ", "compositeWeight: 0.5, "], [of(2_000_000), of(500_000)]),
        // A weight that is none breaks a rule; lenient readers take 1.
        (["compositeWeight: -2, ", "compositeWeight: 0.0000001, "], [of(1_000_000), of(1_000_000)]),
    ] {
        let objectives = format!("{}{}", part(weights[0], "a"), part(weights[1], "b"));
        assert_eq!(parts(&slo("", &objectives)), expected, "{weights:?}");
    }
    let own = format!("  {}\n", indicator("a"));
    let targets = "    - {target: 0.99, compositeWeight: 3}\n    - {target: 0.999}\n";
    assert_eq!(parts(&slo(&own, targets)), [None, None], "two targets of one indicator are no composite");
    assert_eq!(parts(&slo("", &part("", "a"))), [None], "one part is no whole");
}

/// One document that no database could keep does not lose the others.
#[test]
fn a_nul_and_equal_queries_are_told() {
    let other = RATIO.replacen("name: ", "name: other-", 1);
    let broken = RATIO.replacen("description: text", "description: \"a\\0b\"", 1);
    let import = read(&format!("{broken}\n---\n{other}"), false);
    assert_eq!(import.objectives.len(), 1, "{:?}", import.issues);
    assert!(said(&import).iter().any(|(_, rule)| *rule == "openslo/nul"), "{:?}", import.issues);

    let same = "apiVersion: openslo/v1\nkind: SLI\nmetadata: {name: i}\nspec: {ratioMetric: {counter: true, \
                good: {metricSource: {spec: {q: all}}}, total: {metricSource: {spec: {q: all}}}}}\n";
    let import = read(same, true);
    assert!(import.documents[0].accepted, "it breaks no rule");
    assert_eq!(said(&import), [(4, "openslo/same-queries")]);
}
