//! Terraform: what a state says of objectives, and patches that git takes.

#![expect(clippy::unwrap_used, reason = "a table whose stage cannot be set fails")]

use std::path::Path;
use std::process::{Command, Stdio};

use domain::objective::{Window, WindowUnit};
use domain::objective_proposal::Promise;
use domain::ratio::Ppm;
use domain::terraform::{TerraformKind, TerraformObjective};
use sources::terraform::{Change, Obstacle, block, parse, patch};

const DAY: i64 = 86_400;

fn days(target: i64, days: i64) -> Promise {
    Promise { target: Ppm(target), window: Window::Rolling { seconds: days * DAY } }
}

fn month(target: i64) -> Promise {
    let window = Window::Calendar {
        unit: WindowUnit::Month,
        count: 1,
        start: "2024-01-01T00:00:00".parse().unwrap(),
        time_zone: "UTC".to_owned(),
    };
    Promise { target: Ppm(target), window }
}

const STATE: &str = r#"{
  "format_version": "1.0", "terraform_version": "1.9.5",
  "values": {
    "outputs": {"token": {"sensitive": true, "value": "s3cr3t"}},
    "root_module": {
      "resources": [
        {"address": "datadog_service_level_objective.web[\"jp.a\"]", "mode": "managed",
         "type": "datadog_service_level_objective", "name": "web", "index": "jp.a",
         "values": {"id": "0123abcd", "name": "予約 web", "type": "metric", "tags": ["s3cr3t"],
                    "thresholds": [{"timeframe": "30d", "target": 99.95, "target_display": "99.95", "warning": 99.99},
                                   {"timeframe": "7d", "target": 99.9, "warning": null},
                                   {"timeframe": "custom", "target": 99.0}]},
         "sensitive_values": {"tags": [true], "thresholds": [{}, {}]}},
        {"address": "data.datadog_service_level_objective.other", "mode": "data",
         "type": "datadog_service_level_objective", "name": "other", "values": {"id": "x"}},
        {"address": "aws_db_instance.main", "mode": "managed", "type": "aws_db_instance", "name": "main",
         "values": {"password": "s3cr3t"}, "sensitive_values": {"password": true}}
      ],
      "child_modules": [
        {"address": "module.slo[0]", "resources": [
          {"address": "module.slo[0].aws_applicationsignals_service_level_objective.latency", "mode": "managed",
           "type": "aws_applicationsignals_service_level_objective", "name": "latency",
           "values": {"arn": "arn:aws:x:slo/latency", "name": "latency",
                      "goal": [{"attainment_goal": 99.5, "warning_threshold": 50,
                                "interval": [{"rolling_interval": [{"duration": 28, "duration_unit": "DAY"}], "calendar_interval": []}]}]},
           "sensitive_values": {}},
          {"address": "module.slo[0].datadog_service_level_objective.hidden", "mode": "managed",
           "type": "datadog_service_level_objective", "name": "hidden",
           "values": {"id": "ffff", "name": "s3cr3t", "thresholds": [{"timeframe": "7d", "target": 12.5}]},
           "sensitive_values": {"name": true, "thresholds": [{"target": true}]}}
        ],
        "child_modules": [{"address": "module.slo[0].module.deep", "resources": [
          {"address": "module.slo[0].module.deep.aws_applicationsignals_service_level_objective.monthly[1]",
           "mode": "managed", "type": "aws_applicationsignals_service_level_objective", "name": "monthly", "index": 1,
           "values": {"arn": "", "name": "monthly",
                      "goal": {"attainment_goal": 99, "interval": {"calendar_interval":
                        {"duration": 1, "duration_unit": "MONTH", "start_time": "2024-01-01T00:00:00Z"}}}}}
        ]}]}
      ]
    }
  }
}"#;

#[test]
fn objectives_of_all_modules_are_found() {
    let shown = parse(STATE.as_bytes(), "state.json", "terraform").unwrap();
    let resource = |address: &str, kind, external_id: &str, name: &str, promises| TerraformObjective {
        source: "terraform".to_owned(),
        address: address.to_owned(),
        kind,
        external_id: external_id.to_owned(),
        name: name.to_owned(),
        promises,
    };
    let (datadog, signals) = (TerraformKind::Datadog, TerraformKind::ApplicationSignals);
    let expected = [
        resource(
            "datadog_service_level_objective.web[\"jp.a\"]",
            datadog,
            "0123abcd",
            "予約 web",
            vec![days(999_500, 30), days(999_000, 7)],
        ),
        resource(
            "module.slo[0].aws_applicationsignals_service_level_objective.latency",
            signals,
            "arn:aws:x:slo/latency",
            "latency",
            vec![days(995_000, 28)],
        ),
        resource("module.slo[0].datadog_service_level_objective.hidden", datadog, "ffff", "", Vec::new()),
        resource(
            "module.slo[0].module.deep.aws_applicationsignals_service_level_objective.monthly[1]",
            signals,
            "",
            "monthly",
            vec![month(990_000)],
        ),
    ];
    assert_eq!(shown.resources, expected);
    let rules: Vec<&str> = shown.issues.iter().map(|issue| issue.rule).collect();
    assert_eq!(rules, ["terraform/no-target"], "what is sensitive is not read");
    assert!(!format!("{shown:?}").contains("s3cr3t"));
}

#[test]
fn what_is_no_state_is_told() {
    for (text, rule) in [
        ("{", "terraform/json"),
        ("[]", "terraform/json"),
        ("resource \"x\" \"y\" {}", "terraform/json"),
        ("{\"a\": 1}", "terraform/json"),
        ("{\"format_version\":\"1.0\",\"planned_values\":{\"root_module\":{}}}", "terraform/plan"),
        (
            r#"{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"a","mode":"managed","type":"datadog_service_level_objective","values":{"id":7}}]}}}"#,
            "terraform/shape",
        ),
    ] {
        let shown = parse(text.as_bytes(), "state.json", "terraform").unwrap();
        assert_eq!(shown.issues.iter().map(|issue| issue.rule).collect::<Vec<_>>(), [rule], "{text}");
        assert!(shown.resources.is_empty());
    }
    let empty = parse(b"{\"format_version\":\"1.0\"}", "state.json", "terraform").unwrap();
    assert_eq!((empty.resources.len(), empty.issues.len()), (0, 0), "a state without anything is fine");
}

const DATADOG: &str = r#"# objectives of the shop
locals {
  target = 99.9
}

resource "datadog_service_level_objective" "other" {
  name = "other"
  thresholds {
    timeframe = "30d"
    target    = 99.9
  }
}

resource "datadog_service_level_objective" "web" {
  name        = "Web"
  type        = "metric"
  description = <<-EOT
    resource "datadog_service_level_objective" "web" {
      thresholds { target = 99.9 }
    }
  EOT

  query {
    numerator   = "sum:ok{*}.as_count()" # good
    denominator = "sum:all{*}.as_count()"
  }

  thresholds {
    timeframe = "7d"
    target    = 99.0
  }
  /* the one that counts */
  thresholds {
	timeframe = "30d" // tab before
	target    = 99.90   # was 99.95
	warning   = 99.99
  }

  timeframe        = "30d"
  target_threshold = 99.9
  tags             = ["a:b"]
}

resource "aws_db_instance" "main" {
  password = "s3cr3t"
}
"#;

const SIGNALS: &str = r#"resource "aws_applicationsignals_service_level_objective" "latency" {
  name = "latency"
  goal {
    attainment_goal   = 99.5
    warning_threshold = 50
    interval {
      rolling_interval {
        duration      = 7
        duration_unit = "DAY"
      }
    }
  }
}"#;

const ADDRESS: &str = "module.shop[\"a.b]\"].datadog_service_level_objective.web";
const SIGNALS_ADDRESS: &str = "aws_applicationsignals_service_level_objective.latency";

fn change<'a>(address: &'a str, before: &'a Promise, promise: &'a Promise) -> Change<'a> {
    let is_datadog = address.contains("datadog");
    let kind = if is_datadog { TerraformKind::Datadog } else { TerraformKind::ApplicationSignals };
    Change { kind, address, before, promise }
}

/// What the file holds after `git apply` in a repository of its own.
fn applied(path: &str, text: &str, diff: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, text).unwrap();
    std::fs::write(folder.path().join("change.patch"), diff).unwrap();
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["-c", "core.autocrlf=false", "apply", "--check", "change.patch"]);
    git(folder.path(), &["-c", "core.autocrlf=false", "apply", "change.patch"]);
    std::fs::read_to_string(file).unwrap()
}

fn git(folder: &Path, arguments: &[&str]) {
    let done = Command::new("git").current_dir(folder).args(arguments).stdin(Stdio::null()).output().unwrap();
    assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn patches_are_taken_by_git() {
    let one_line = DATADOG.replace("  timeframe        = \"30d\"\n  target_threshold = 99.9\n", "");
    let quoted = one_line.replace("target    = 99.90 ", "target = \"99.90\" ");
    let (before, looser, shorter) = (days(999_000, 30), days(995_000, 30), days(999_900, 90));
    let both = |text: &str, from: &str, to: &str| text.replace(from, to);
    let web = |text: &str, target: &str| {
        let text = both(text, "target    = 99.90   #", &format!("target    = {target}   #"));
        both(&text, "target_threshold = 99.9\n", &format!("target_threshold = {target}\n"))
    };
    let crlf = |text: &str| text.replace('\n', "\r\n");
    let ninety = both(
        &both(&web(DATADOG, "99.99"), "\ttimeframe = \"30d\"", "\ttimeframe = \"90d\""),
        "timeframe        = \"30d\"",
        "timeframe        = \"90d\"",
    );
    let (week, fortnight) = (days(995_000, 7), days(990_000, 14));
    let signals = SIGNALS.replace("99.5", "99").replace("= 7\n", "= 14\n");
    for (text, address, before, promise, expected) in [
        (DATADOG.to_owned(), ADDRESS, &before, &looser, web(DATADOG, "99.5")),
        (crlf(DATADOG), ADDRESS, &before, &looser, crlf(&web(DATADOG, "99.5"))),
        (DATADOG.to_owned(), ADDRESS, &before, &shorter, ninety),
        (one_line.clone(), ADDRESS, &before, &looser, web(&one_line, "99.5")),
        (quoted.clone(), ADDRESS, &before, &looser, quoted.replace("\"99.90\"", "\"99.5\"")),
        (SIGNALS.to_owned(), SIGNALS_ADDRESS, &week, &fortnight, signals.clone()),
        (crlf(SIGNALS), SIGNALS_ADDRESS, &week, &fortnight, crlf(&signals)),
        (format!("{SIGNALS}\n"), SIGNALS_ADDRESS, &week, &fortnight, format!("{signals}\n")),
    ] {
        let patched = patch("modules/slo/予約.tf", &text, &change(address, before, promise));
        let diff = patched.patch.unwrap();
        assert!(!diff.contains("s3cr3t") && !diff.contains("other"), "context is of the block alone\n{diff}");
        assert_eq!(applied("modules/slo/予約.tf", &text, &diff), expected, "{diff}");
        // The same proposal again finds nothing to do.
        let again = patch("modules/slo/予約.tf", &expected, &change(address, before, promise));
        assert_eq!(again.patch, Err(Obstacle::Same), "{expected}");
    }
}

#[test]
fn what_is_not_a_literal_is_not_guessed_at() {
    let (before, looser) = (days(999_000, 30), days(995_000, 30));
    let with = |from: &str, to: &str| {
        assert!(DATADOG.contains(from), "{from}");
        DATADOG.replace(from, to)
    };
    let web = "\"web\" {\n  name        = \"Web\"";
    let dynamic = with("\n  thresholds {\n    timeframe = \"7d\"\n    target    = 99.0\n  }", "").replace(
        "  thresholds {\n\ttimeframe = \"30d\" // tab before\n\ttarget    = 99.90   # was 99.95\n\twarning   = 99.99\n  }",
        "  dynamic \"thresholds\" {\n    for_each = local.thresholds\n    content {\n      timeframe = thresholds.key\n      target = thresholds.value\n    }\n  }",
    );
    for (text, expected) in [
        (with("target    = 99.90 ", "target    = local.target "), Obstacle::Expression),
        (with("target    = 99.90 ", "target    = var.targets[\"web\"] "), Obstacle::Expression),
        (with("target    = 99.90 ", "target    = \"${var.target}\" "), Obstacle::Expression),
        (with("target    = 99.90 ", "target    = 99 + 0.9 "), Obstacle::Expression),
        (with("\ttimeframe = \"30d\"", "\ttimeframe = var.frame"), Obstacle::Expression),
        (with("target_threshold = 99.9\n", "target_threshold = local.target\n"), Obstacle::Expression),
        (dynamic, Obstacle::Expression),
        (with(web, &format!("{web}\n  for_each    = var.regions")), Obstacle::Instances),
        (with(web, &format!("{web}\n  count       = 2")), Obstacle::Instances),
        (with("\ttimeframe = \"30d\"", "\ttimeframe = \"90d\""), Obstacle::Frame),
        (with("\"web\" {\n  name", "\"site\" {\n  name"), Obstacle::Missing),
        (with("resource \"aws_db_instance\"", "resource {{ \"aws_db_instance\""), Obstacle::Syntax),
        ("{\"resource\": {}}".to_owned(), Obstacle::Syntax),
    ] {
        let patched = patch("main.tf", &text, &change(ADDRESS, &before, &looser));
        assert_eq!(patched.patch, Err(expected), "{text}");
        assert!(
            patched.block.contains("target    = 99.5\n"),
            "the block is given instead: {}",
            patched.block
        );
    }
}

#[test]
fn windows_that_the_vendor_lacks_are_named() {
    let (before, weeks, week) = (days(999_000, 30), days(999_000, 28), days(995_000, 7));
    let of = |text: &str, address: &str, before: &Promise, promise: &Promise| {
        patch("main.tf", text, &change(address, before, promise)).patch.unwrap_err()
    };
    assert_eq!(of(DATADOG, ADDRESS, &before, &weeks), Obstacle::Window);
    assert_eq!(of(DATADOG, ADDRESS, &before, &week), Obstacle::Window, "there is a block of 7 days already");
    assert_eq!(of(SIGNALS, SIGNALS_ADDRESS, &week, &month(995_000)), Obstacle::Window, "it is another block");
    let text = block(&change(SIGNALS_ADDRESS, &week, &month(995_000)));
    let expected = "# aws_applicationsignals_service_level_objective.latency\ngoal {\n  attainment_goal = 99.5\n  interval {\n    calendar_interval {\n      duration      = 1\n      duration_unit = \"MONTH\"\n      start_time    = \"2024-01-01T00:00:00Z\"\n    }\n  }\n}\n";
    assert_eq!(text, expected);
}
