//! The canonical incident file: what goes in, what is remarked upon, what stays out.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a table whose stage cannot be set fails")]

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use domain::downtime::{Impact, union_seconds, weighted_union_ppm_seconds};
use domain::incident::{DetectedBy, Incident, Severity};
use domain::ratio::Ppm;
use domain::rejection::{Gravity, Issue};
use jiff::Timestamp;
use sources::input::{Parsed, ReadError};

fn read(text: &str) -> Parsed<Incident> {
    read_bytes(text.as_bytes())
}

/// The incidents without their lines.
fn read_bytes(bytes: &[u8]) -> Parsed<Incident> {
    let read = sources::incidents::parse(bytes, "incidents.csv", "manual").expect("the file is readable");
    Parsed { values: read.values.into_iter().map(|found| found.incident).collect(), issues: read.issues }
}

fn said(issues: &[Issue]) -> Vec<(u64, &str, Gravity)> {
    issues.iter().map(|issue| (issue.line.unwrap_or(0), issue.rule, issue.gravity)).collect()
}

const HEADER: &str = "external_id,title,product,declared_at,updated_at";

#[test]
fn a_full_row_becomes_an_incident() {
    let text = "\u{feff}source,external_id,title,product,severity,status,impact_start,detected_at,declared_at,\
        acknowledged_at,mitigated_at,resolved_at,impact_fraction,customer_impact,detected_by,cause_deploy_id,\
        fingerprint,merged_into,is_test,planned,postmortem_url,postmortem_published_at,url,updated_at,team\r\n\
        pagerduty,INC-1,\"決済API, slow\",karte,P2,closed,2026-11-16T10:00:00+09:00,2026-11-16T01:07:00Z,\
        2026-11-16T01:08:00Z,2026-11-16T01:09:00Z,2026-11-16T01:42:00Z,2026-11-16T02:30:00Z,0.0384615384,yes,\
        customer,d-9,db-lock,,false,0,https://wiki.example/1,2026-11-20T00:00:00Z,https://pd.example/1,\
        2026-11-20T00:00:00Z,\"blue \"\"a\"\"\"\r\n";
    let Parsed { values, issues } = read(text);
    assert_eq!(issues, []);
    let incident = &values[0];
    assert_eq!(incident.source, "pagerduty");
    assert_eq!(incident.title, "決済API, slow");
    assert_eq!(incident.severity, Severity::Sev2);
    assert_eq!(incident.impact_start.unwrap().to_string(), "2026-11-16T01:00:00Z");
    assert_eq!(incident.impact_fraction, Ppm(38_462));
    assert!(incident.customer_impact && !incident.is_test && !incident.planned);
    assert_eq!(incident.detected_by, Some(DetectedBy::Customer));
    assert_eq!(incident.merged_into, None);
    assert_eq!(incident.raw, r#"{"team":"blue \"a\""}"#);
    let impact = incident.impact(Timestamp::MAX).unwrap();
    assert_eq!(impact.seconds(), 42 * 60);
}

#[test]
fn empty_cells_mean_what_the_documentation_says() {
    let Parsed { values, issues } =
        read(&format!("{HEADER}\n7,Slow,karte,2026-11-16T01:00:00Z,2026-11-16T01:00:00Z\n"));
    assert_eq!(issues, []);
    let incident = &values[0];
    assert_eq!((incident.source.as_str(), incident.status.as_str()), ("manual", "open"));
    assert_eq!(incident.severity, Severity::Unclassified);
    assert_eq!(incident.impact_fraction, Ppm::ONE);
    assert!(incident.customer_impact);
    assert_eq!(incident.raw, "{}");
}

#[test]
fn csv_json_and_json_lines_say_the_same() {
    let csv = "external_id,title,product,declared_at,updated_at,impact_fraction,is_test,extra\n\
        1,One,karte,2026-11-16T01:00:00Z,2026-11-16T01:00:00Z,0.1,true,x\n";
    let object = r#"{"external_id":"1","title":"One","product":"karte","declared_at":"2026-11-16T01:00:00Z",
        "updated_at":"2026-11-16T01:00:00Z","impact_fraction":0.1,"is_test":true,"extra":"x","url":null}"#;
    let line = object.replace('\n', " ");
    let from_csv = read(csv);
    for text in [format!("[{object}]"), format!("\n{line}\n\n"), object.to_owned()] {
        assert_eq!(read(&text), from_csv, "{text}");
    }
    let nested = read(&line.replace("\"x\"", "{\"a\":[1.50]}"));
    assert_eq!(nested.values[0].raw, r#"{"extra":{"a":[1.50]}}"#);
}

#[test]
fn every_fault_of_a_row_is_named_and_the_others_go_in() {
    let good = "ok,Fine,karte,2026-11-16T01:00:00Z,2026-11-16T01:00:00Z";
    let table: &[(&str, &str, &str, &str)] = &[
        ("naive time", "impact_start", "2026-11-16T01:00:00", "time/naive"),
        ("no time", "resolved_at", "soon", "time/form"),
        ("share of nothing", "impact_fraction", "0", "incidents/impact-fraction"),
        ("more than all", "impact_fraction", "1.01", "incidents/impact-fraction"),
        ("NaN", "impact_fraction", "NaN", "incidents/impact-fraction"),
        ("percent", "impact_fraction", "50%", "incidents/impact-fraction"),
        ("no flag", "is_test", "perhaps", "flag/form"),
        ("ends before", "resolved_at", "2026-11-16T00:59:59Z", "incidents/negative-duration"),
    ];
    for (name, column, value, rule) in table {
        let text = format!(
            "{HEADER},{column}\n{good},\nbad,Broken,karte,2026-11-16T01:00:00Z,2026-11-16T01:00:00Z,{value}\n"
        );
        let Parsed { values, issues } = read(&text);
        assert_eq!(values.len(), 1, "{name}");
        assert_eq!(said(&issues), [(3, *rule, Gravity::Rejected)], "{name}");
        assert_eq!(issues[0].column.as_deref(), Some(*column), "{name}");
    }
    let missing =
        read(&format!("{HEADER}\n,No id,karte,2026-11-16T01:00:00Z,2026-11-16T01:00:00Z\n{good}\n"));
    assert_eq!(said(&missing.issues), [(2, "row/missing-value", Gravity::Rejected)]);
    assert_eq!(missing.values.len(), 1);
}

#[test]
fn a_negative_duration_names_both_values() {
    let text = format!(
        "{HEADER},impact_start,mitigated_at\n1,A,k,2026-11-16T01:00:00Z,2026-11-16T01:00:00Z,\
         2026-11-16T01:00:00Z,2026-11-16T00:30:00Z\n"
    );
    let Parsed { values, issues } = read(&text);
    assert_eq!(values, []);
    assert!(issues[0].what.contains("mitigated_at 2026-11-16T00:30:00Z"), "{}", issues[0].what);
    assert!(issues[0].what.contains("impact_start 2026-11-16T01:00:00Z"), "{}", issues[0].what);
}

#[test]
fn doubts_are_warnings_and_the_incident_goes_in() {
    let table: &[(&str, &str, &str)] = &[
        ("severity", "catastrophic", "incidents/severity"),
        ("detected_by", "a bird", "incidents/detected-by"),
        ("url", "javascript:alert(1)", "incidents/url"),
        ("postmortem_url", "ftp://files.example", "incidents/url"),
        ("detected_at", "2026-11-16T01:00:01Z", "incidents/order"),
        ("impact_stert", "x", "row/unknown-column"),
    ];
    for (column, value, rule) in table {
        let text =
            format!("{HEADER},{column}\n1,A,karte,2026-11-16T01:00:00Z,2026-11-16T01:00:00Z,{value}\n");
        let Parsed { values, issues } = read(&text);
        assert_eq!(values.len(), 1, "{column}");
        assert_eq!(said(&issues), [(2, *rule, Gravity::Warning)], "{column}");
        assert_eq!((values[0].url.clone(), values[0].postmortem_url.clone()), (None, None));
    }
}

#[test]
fn of_two_rows_of_one_incident_the_newer_wins() {
    let rows = [
        "1,New,karte,2026-11-16T01:00:00Z,2026-11-18T00:00:00Z",
        "1,Old,karte,2026-11-16T01:00:00Z,2026-11-17T00:00:00Z",
    ];
    for (order, loser) in [([0, 1], 3), ([1, 0], 2)] {
        let text = format!("{HEADER}\n{}\n{}\n", rows[order[0]], rows[order[1]]);
        let Parsed { values, issues } = read(&text);
        assert_eq!(values.len(), 1);
        assert_eq!(values[0].title, "New");
        assert_eq!(said(&issues), [(loser, "incidents/repeated", Gravity::Warning)]);
    }
}

#[test]
fn circles_of_merges_are_rejected_and_chains_stay() {
    let time = "2026-11-16T01:00:00Z";
    let row = |id: &str, into: &str| format!("{id},T,karte,{time},{time},{into}\n");
    let text = format!(
        "{HEADER},merged_into\n{}{}{}{}{}{}",
        row("A", "B"),
        row("B", "A"),
        row("S", "S"),
        row("1", "2"),
        row("2", "3"),
        row("tail", "A")
    );
    let Parsed { values, issues } = read(&text);
    let ids: Vec<&str> = values.iter().map(|incident| incident.external_id.as_str()).collect();
    assert_eq!(ids, ["1", "2", "tail"]);
    assert_eq!(said(&issues), [2, 3, 4].map(|line| (line, "incidents/merge-circle", Gravity::Rejected)));
    assert!(issues[0].what.contains("A → B → A"), "{}", issues[0].what);
}

#[test]
fn broken_files_and_broken_rows() {
    let bad = |bytes: &[u8]| sources::incidents::parse(bytes, "f.csv", "manual").unwrap_err();
    assert!(matches!(bad(b""), ReadError::Empty { .. }));
    assert!(matches!(bad(b"\xEF\xBB\xBF \n"), ReadError::Empty { .. }));
    assert!(matches!(bad(b"a,b\n1,2\n"), ReadError::MissingColumns { .. }));
    assert!(matches!(bad(b"a\xFF,b\n1,2\n"), ReadError::NotUtf8 { line: 1, .. }));
    assert!(matches!(bad(b"a\0,b\n1,2\n"), ReadError::Nul { line: 1, .. }));
    assert!(matches!(bad(b"[{},\n{]"), ReadError::Json { line: 2, .. }));
    assert!(matches!(bad(&vec![b' '; sources::input::ROWS_LIMIT + 1]), ReadError::TooLarge { .. }));
    let flood = format!("{HEADER}\n{}", "x\n".repeat(sources::input::ISSUES_LIMIT + 1));
    assert!(matches!(bad(flood.as_bytes()), ReadError::TooManyIssues { line: 2, .. }));
    let flood = format!("[{}0]", "0,".repeat(sources::input::ISSUES_LIMIT + 1));
    assert!(matches!(bad(flood.as_bytes()), ReadError::TooManyIssues { line: 1, .. }));
    assert!(matches!(bad(b"[{}] x"), ReadError::Json { line: 1, .. }));
    let twice = format!("{HEADER},title\n");
    assert!(matches!(bad(twice.as_bytes()), ReadError::RepeatedColumn { .. }));

    let good = "7,Fine,karte,2026-11-16T01:00:00Z,2026-11-16T01:00:00Z";
    let long = format!("8,{},karte,2026-11-16T01:00:00Z,2026-11-16T01:00:00Z", "x".repeat(1024 * 1024));
    let table: &[(&[u8], &str)] = &[
        (b"1,\xFF,k,t,t", "row/not-utf8"),
        (b"1,a\0b,k,t,t", "row/nul"),
        (b"1,2", "row/cells"),
        (b"1,\"open,k,t,t", "row/quote"),
        (long.as_bytes(), "row/too-long"),
    ];
    for (row, rule) in table {
        let mut bytes = format!("{HEADER}\n\n").into_bytes();
        bytes.extend_from_slice(row);
        bytes.extend_from_slice(format!("\r\n{good}\n").as_bytes());
        let Parsed { values, issues } = read_bytes(&bytes);
        assert_eq!(values.len(), 1, "{rule}");
        assert_eq!(said(&issues), [(3, *rule, Gravity::Rejected)]);
    }
    let lines = "{\"external_id\":1}\n{broken\n{\"title\":[1]}\n\"text\"\n{\"title\":\"\\u0000\"}";
    let Parsed { values, issues } = read(lines);
    assert_eq!(values, []);
    let rules: Vec<&str> = issues.iter().map(|issue| issue.rule).collect();
    assert_eq!(rules, ["row/missing-value", "row/json", "row/nested", "row/json", "row/nul"]);
}

/// Runs the converter that the documentation prints, exactly as it is printed there.
fn converted(trace: &str) -> Vec<u8> {
    let page = include_str!("../../../docs/importing-incidents.md");
    let script = page.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    let script = script.replace("<outages.csv >incidents.csv", "");
    let mut shell = Command::new("sh")
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    shell.stdin.take().unwrap().write_all(trace.as_bytes()).unwrap();
    let output = shell.wait_with_output().unwrap();
    assert!(output.status.success(), "the documented one-liner needs python3");
    output.stdout
}

/// ∫ max(share) dt by walking over starts and ends with the shares that are open, in ppm × seconds,
/// and the seconds with any; read from the trace itself.
fn swept(trace: &str) -> (i128, i64) {
    let mut events: Vec<(i64, bool, i64)> = Vec::new();
    for line in trace.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let share = (cells[2].parse::<f64>().unwrap() * 1e6).round() as i64;
        if share == 0 {
            continue;
        }
        events.push((cells[0].parse::<f64>().unwrap() as i64, true, share));
        events.push((cells[1].parse::<f64>().unwrap() as i64, false, share));
    }
    events.sort_unstable();
    let mut open: BTreeMap<i64, u32> = BTreeMap::new();
    let (mut weighted, mut seconds, mut last) = (0_i128, 0, 0);
    for (time, begins, share) in events {
        if let Some((largest, _)) = open.last_key_value() {
            weighted += i128::from(*largest) * i128::from(time - last);
            seconds += time - last;
        }
        last = time;
        if begins {
            *open.entry(share).or_default() += 1;
        } else {
            let count = open.get_mut(&share).unwrap();
            *count -= 1;
            if *count == 0 {
                open.remove(&share);
            }
        }
    }
    (weighted, seconds)
}

#[test]
fn real_traces_by_the_documented_one_liner_give_the_independent_union() {
    let traces = [
        ("bitbucket", include_str!("data/incidents/atlassian_bitbucket.csv"), 65),
        ("jira", include_str!("data/incidents/atlassian_jira-software.csv"), 33),
        ("discord", include_str!("data/incidents/discord_global-status.csv"), 34),
    ];
    for (name, trace, expected) in traces {
        let Parsed { values, issues } = read_bytes(&converted(trace));
        assert_eq!(issues, [], "{name}");
        assert_eq!(values.len(), expected, "{name}");
        let impacts: Vec<Impact> = values
            .iter()
            .map(|incident| Impact {
                period: incident.impact(Timestamp::MAX).unwrap(),
                fraction: incident.impact_fraction,
            })
            .collect();
        let (weighted, seconds) = swept(trace);
        assert_eq!(weighted_union_ppm_seconds(&impacts), weighted, "{name}");
        assert_eq!(union_seconds(&impacts), seconds, "{name}");
        assert!(weighted > 0 && weighted < i128::from(seconds) * 1_000_000);
    }
}
