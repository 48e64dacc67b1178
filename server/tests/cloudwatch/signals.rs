//! Objectives of Application Signals: taken over, counted again, and what AWS says of them.

use domain::objective::{BudgetingMethod, SliBucket, Window, WindowUnit};
use domain::period::Period;
use domain::product::Environment;
use domain::ratio::Ppm;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::office::{NOW, Office, failures, hours, midnight, requests, sum, world};
use crate::fake::application_signals::{Slo, arn};
use crate::fake::cloudwatch::minutes;
use crate::fake::{PAYER, World};
use crate::support::get;
use crate::support::program::assert_same;

const LINKED: &str = "444400005555";

const SIGNALS: &str = "kind = \"application-signals\"\n";

fn metric(id: &str, name: &str, stat: &str) -> Value {
    json!({
        "Id": id, "ReturnData": true,
        "MetricStat": {
            "Metric": {
                "Namespace": "Shop", "MetricName": name, "Dimensions": [{ "Name": "Service", "Value": "shop" }],
            },
            "Period": 60, "Stat": stat,
        },
    })
}

fn definition(account: &str, name: &str, more: Value) -> Value {
    let mut slo = json!({
        "Arn": arn(account, name), "Name": name, "CreatedTime": 1_764_000_000, "LastUpdatedTime": 1_764_000_000,
    });
    slo.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    slo
}

fn by_request(account: &str, name: &str) -> Value {
    let start = midnight("2026-11-01").as_second();
    definition(
        account,
        name,
        json!({
            "Description": "Checkouts that work.",
            "EvaluationType": "RequestBased",
            "RequestBasedSli": { "RequestBasedSliMetric": {
                "KeyAttributes": { "Type": "Service", "Name": "shop", "Environment": "eks:prod/shop" },
                "TotalRequestCountMetric": [metric("total", "Requests", "Sum")],
                "MonitoredRequestCountMetric": { "BadCountMetric": [metric("bad", "Failures", "Sum")] },
            } },
            "Goal": {
                "AttainmentGoal": 99.95, "WarningThreshold": 30.0,
                "Interval": { "CalendarInterval": { "StartTime": start, "DurationUnit": "MONTH", "Duration": 1 } },
            },
            "BurnRateConfigurations": [{ "LookBackWindowMinutes": 60 }],
        }),
    )
}

fn by_period(name: &str) -> Value {
    definition(
        PAYER,
        name,
        json!({
            "EvaluationType": "PeriodBased",
            "Sli": {
                "SliMetric": {
                    "KeyAttributes": { "Type": "Service", "Name": "shop", "Environment": "eks:staging/shop" },
                    "MetricDataQueries": [metric("m1", "Latency", "Average")],
                },
                "MetricThreshold": 0.5, "ComparisonOperator": "LessThanOrEqualTo",
            },
            "Goal": {},
        }),
    )
}

fn composite(name: &str) -> Value {
    definition(
        PAYER,
        name,
        json!({ "RequestBasedSli": { "RequestBasedSliMetric": { "TotalRequestCountMetric": [] } }, "Goal": {} }),
    )
}

fn told(status: &str, more: Value) -> Result<Value, (&'static str, &'static str)> {
    let mut report = json!({ "BudgetStatus": status });
    report.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Ok(report)
}

fn signals_world() -> World {
    let mut world = world();
    let seconds =
        minutes("2026-11-10T00:00:00Z", NOW, |minute| Some(if minute % 100 < 3 { 0.9 } else { 0.2 }));
    world.metrics.put("Latency", ("Service", "shop"), seconds);
    let mut linked = world.metrics.series[0].clone();
    linked.account = Some(LINKED.to_owned());
    let mut linked_failures = world.metrics.series[1].clone();
    linked_failures.account = Some(LINKED.to_owned());
    world.metrics.series.extend([linked, linked_failures]);
    // Sundays from 3:00 to 5:00 UTC since the 8th of November, and one that nobody understands.
    let exclusion = json!({
        "Window": { "Duration": 2, "DurationUnit": "HOUR" }, "StartTime": midnight("2026-11-08").as_second(),
        "RecurrenceRule": { "Expression": "cron(0 3 ? * SUN *)" }, "Reason": "maintenance",
    });
    let odd = json!({
        "Window": { "Duration": 1, "DurationUnit": "MONTH" }, "StartTime": midnight("2026-11-08").as_second(),
    });
    world.signals.slos = vec![
        Slo {
            definition: by_request(PAYER, "checkout"),
            report: told(
                "BREACHED",
                json!({
                    "Attainment": 99.9, "TotalBudgetRequests": 1_000, "BudgetRequestsRemaining": -1_000,
                    "EvaluationType": "RequestBased",
                }),
            ),
            exclusions: vec![exclusion, odd],
        },
        Slo {
            definition: by_period("latency"),
            report: told(
                "OK",
                json!({
                    "Attainment": 97.0, "TotalBudgetSeconds": 6_048, "BudgetSecondsRemaining": 3_024,
                    "EvaluationType": "PeriodBased",
                }),
            ),
            exclusions: Vec::new(),
        },
        Slo {
            definition: composite("whole-shop"),
            report: Err(("InternalError", "the report is not there")),
            exclusions: Vec::new(),
        },
        Slo {
            definition: by_request(LINKED, "checkout"),
            report: told("INSUFFICIENT_DATA", json!({})),
            exclusions: Vec::new(),
        },
        Slo { definition: by_period("going"), report: told("OK", json!({})), exclusions: Vec::new() },
    ];
    world.signals.vanished = vec![arn(PAYER, "going")];
    world.signals.page = 2;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn objectives_are_taken_over_and_counted_again() {
    let office = Office::open(signals_world(), &[]).await;
    office.configure(SIGNALS);
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{} {}", said.out, said.err);
    let report = said.report();
    assert_eq!(report["objectives"]["definitions"], 4, "{report}");

    let history = office.history("checkout").await;
    let (objective, all, bad) = (&history.objective, requests(), failures());
    assert_eq!((objective.target, objective.method), (Ppm(999_500), BudgetingMethod::Occurrences));
    let Window::Calendar { unit, count, time_zone, .. } = &objective.window else { panic!("{objective:?}") };
    assert_eq!((*unit, *count, time_zone.as_str()), (WindowUnit::Month, 1, "UTC"));
    assert_eq!(objective.window.period(NOW.parse::<Timestamp>().unwrap()).start, midnight("2026-11-01"));
    assert_eq!((objective.service.as_str(), objective.environment), ("shop", Environment::Production));
    let out: Vec<Period> = ["2026-11-08", "2026-11-15", "2026-11-22"]
        .map(|day| {
            let at = |hour: &str| format!("{day}T{hour}:00:00Z").parse::<Timestamp>().unwrap();
            Period { start: at("03"), end: at("05") }
        })
        .to_vec();
    let mut seconds_out = 0;
    for bucket in &history.buckets {
        let (mut total, mut failed) = (sum(&all, bucket), sum(&bad, bucket));
        for part in out.iter().filter_map(|out| out.clip(&bucket.period)) {
            let inside = SliBucket { period: part, ..bucket.clone() };
            total -= sum(&all, &inside);
            failed -= sum(&bad, &inside);
            seconds_out += part.seconds();
        }
        assert_eq!((bucket.good, bucket.total), (total - failed, total), "{:?}", bucket.period);
    }
    assert_eq!(seconds_out, 3 * 7_200, "three windows are left out whole");
    let linked = office.history(&format!("checkout-{LINKED}")).await;
    let good = |buckets: &[domain::objective::SliBucket]| buckets.iter().map(|one| one.good).sum::<i64>();
    assert!(good(&linked.buckets) > good(&history.buckets), "asked in the linked account, without a window");
    let terms = office.store().await.objective_terms_list().await.unwrap();
    let terms = terms.iter().find(|terms| terms.objective == "checkout").unwrap();
    assert_eq!((terms.lookbacks.as_slice(), &terms.alerts), (&[3_600][..], &None));
    let page = get(&office.router().await, "/objectives/checkout?lang=en").await.body;
    assert!(page.contains("The source itself reckons burn rates over:"), "{page}");
    assert!(page.contains("cron(0 3 ? * SUN *)") && page.contains("maintenance"), "{page}");

    let latency = office.history("latency").await;
    assert_eq!(
        (latency.objective.target, latency.objective.environment),
        (Ppm(990_000), Environment::Staging)
    );
    assert_eq!(latency.objective.window, Window::Rolling { seconds: 7 * 86_400 });
    let day = latency.buckets.iter().filter(|one| one.period.start >= midnight("2026-11-12"));
    let (bad, total) = day.filter(|one| one.period.end <= midnight("2026-11-13")).fold((0, 0), |sum, one| {
        assert_eq!(hours(one), 1);
        (sum.0 + one.total - one.good, sum.1 + one.total)
    });
    let start = (midnight("2026-11-12").as_second()
        - "2026-11-10T00:00:00Z".parse::<Timestamp>().unwrap().as_second())
        / 60;
    let expected = (start..start + 1_440).filter(|minute| minute % 100 < 3).count();
    assert_eq!((bad, total), (i64::try_from(expected).unwrap(), 1_440));

    let issues = report["issues"].as_array().unwrap().clone();
    for (rule, words) in [
        ("slo/exclusion-windows", "AWS leaves a window out of checkout: 1 month from"),
        ("slo/exclusion-windows", "1 month has no one length"),
        (
            "slo/budget-report",
            "AWS does not tell the budget of whole-shop: InternalError: the report is not there",
        ),
        ("slo/unanswerable", "AWS does not tell the metrics that it is counted by"),
    ] {
        let is_told =
            |issue: &Value| issue["rule"] == rule && issue["what"].as_str().unwrap().contains(words);
        assert!(issues.iter().any(is_told), "{words}: {issues:#?}");
    }
    let said_by_aws = office.store().await.objective_vendor_list(midnight("2026-10-01")).await.unwrap();
    let of = |id: &str| said_by_aws.iter().find(|one| one.objective == id).unwrap();
    let checkout = of("checkout");
    assert_eq!((checkout.state.as_str(), checkout.attainment), ("breached", Some(Ppm(999_000))));
    assert_eq!(checkout.budget_left, Some(Ppm(-999_500)), "a thousand of a thousand too many, at 99.95 %");
    assert_eq!((checkout.period.start, checkout.as_of), (midnight("2026-11-01"), NOW.parse().unwrap()));
    assert_eq!(of("latency").budget_left, Some(Ppm(500_000)));
    let linked = of(&format!("checkout-{LINKED}"));
    assert_eq!(
        (linked.state.as_str(), linked.attainment),
        ("insufficient_data", None),
        "nothing is never zero"
    );
    let left_out = office.store().await.objective_vendor_exclusion_list().await.unwrap();
    let [weekly, _] = &left_out[..] else { panic!("{left_out:?}") };
    assert_eq!((weekly.description.as_str(), weekly.time_zone.as_deref()), ("maintenance", Some("UTC")));
    assert_eq!(weekly.rule.as_deref(), Some("cron(0 3 ? * SUN *)"));

    let before = office.rows().await;
    let said = office.sync().await;
    assert_eq!((said.code, said.report()["changed"].clone()), (Some(0), json!(false)), "{}", said.err);
    assert_same(&before, &office.rows().await, "a second run changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn linked_accounts_can_be_left_out() {
    let office = Office::open(signals_world(), &[]).await;
    office.configure(&format!("{SIGNALS}linked_accounts = \"off\"\n"));
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(said.report()["objectives"]["definitions"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn budgets_are_asked_of_fifty_at_once() {
    let mut world = signals_world();
    world.signals.vanished.clear();
    world.signals.page = 0;
    world.metrics.forget_before(midnight("2026-11-16"));
    let one = world.signals.slos[0].clone();
    world.signals.slos = (0..120)
        .map(|number| Slo { definition: by_request(PAYER, &format!("slo-{number:03}")), ..one.clone() })
        .collect();
    let office = Office::open(world, &[]).await;
    office.configure(SIGNALS);
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    let asked: Vec<usize> = {
        let world = office.aws.world();
        let reports = world.signals.log.iter().filter(|(path, _)| path == "/budget-report");
        reports.map(|(_, body)| body["SloIds"].as_array().unwrap().len()).collect()
    };
    assert_eq!(asked, [50, 50, 20]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_objective_is_closed_and_a_refusal_gives_the_statement() {
    let office = Office::open(signals_world(), &[]).await;
    office.configure(SIGNALS);
    assert_eq!(office.sync().await.code, Some(0));
    office.aws.world().signals.slos.remove(1);
    let said = office.sync().await;
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        Office::remarks(&said)["slo/gone"].contains("latency is no longer defined at the source"),
        "{}",
        said.out
    );

    let message = "User: arn:aws:iam::1:user/teirei is not authorized to perform: application-signals:x";
    for operation in ["ListServiceLevelObjectives", "BatchGetServiceLevelObjectiveBudgetReport"] {
        office.aws.world().refusals.clear();
        office.aws.world().refusals.insert(operation, ("AccessDeniedException", message));
        let said = office.sync().await;
        let error = said.report()["error"].as_str().unwrap().to_owned();
        assert_eq!(said.code, Some(1), "{operation}");
        assert!(error.contains("\"application-signals:ListServiceLevelObjectives\","), "{error}");
        let said = office.run(&["check"]).await;
        assert!(
            said.out.contains("look slo: Application Signals us-east-1 does not let us in"),
            "{}",
            said.out
        );
    }
    office.aws.world().refusals.clear();
    let said = office.run(&["check"]).await;
    for line in [
        format!("ok   slo: credentials are taken: arn:aws:iam::{PAYER}:user/teirei"),
        "ok   slo: Application Signals has 4 objectives".to_owned(),
        "ok   slo: Application Signals tells budgets".to_owned(),
        "ok   slo: CloudWatch gives metrics".to_owned(),
    ] {
        assert!(said.out.contains(&line), "{line}: {}", said.out);
    }
}
