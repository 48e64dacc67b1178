//! What a server says of its requests: one JSON object a line that is found by the answer's id, and no secret in any.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::support::TODAY;
use crate::support::program::{asked, free_port};

const CONFIG: &str = r#"
[log]
filter = "debug"
format = "json"
[sign_in]
accounts = "on"
[hooks.alerts]
kind = "alertmanager"
secret = "SECRET-of-the-hook-0001"
"#;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn sent(port: u16, method: &str, path: &str, headers: &str, body: &str) -> String {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nConnection: \
         close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    );
    asked(port, &request).unwrap_or_default()
}

fn header<'a>(answer: &'a str, name: &str) -> &'a str {
    let line = answer.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_default()
}

#[test]
fn every_answer_has_a_line_of_its_own_and_none_tells_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let (config, log) = (folder.path().join("teirei.toml"), folder.path().join("log"));
    std::fs::write(&config, CONFIG).unwrap();
    let port = free_port();
    let mut command = Command::new(env!("CARGO_BIN_EXE_teirei"));
    command.current_dir(folder.path()).args(["--today", TODAY, "--config"]).arg(&config).arg("serve");
    command.args(["--listen", &format!("127.0.0.1:{port}")]).env("HOME", folder.path());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(std::fs::File::create(&log).unwrap());
    let server = Ended(command.spawn().unwrap());
    for _ in 0..600 {
        if sent(port, "GET", "/readyz", "", "").contains("200 OK") {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }

    let given = format!("X-Request-Id: story-0001\r\nTraceparent: 00-{TRACE}-00f067aa0ba902b7-01\r\n");
    let answer = sent(port, "GET", "/reviews/2026-W47.json?q=SECRET", &given, "");
    assert_eq!(header(&answer, "x-request-id"), "story-0001");
    // Nobody comes by https here, and nobody is told to.
    assert_eq!(header(&answer, "strict-transport-security"), "");
    let made = sent(port, "GET", "/metrics", "Authorization: Bearer srr_SECRET\r\n", "");
    let id = header(&made, "x-request-id").to_owned();
    assert_eq!(id.len(), 16, "{made}");
    let harmful = sent(port, "GET", "/", "X-Request-Id: {\"level\":\"SECRET\"}\r\n", "");
    assert!(!header(&harmful, "x-request-id").contains("SECRET"));
    sent(port, "GET", "/s/SECRETSECRETSECRETSECRETSECRETSECRETSECRETSE", "", "");
    sent(port, "GET", "/sign-in/return?code=SECRET&state=SECRET", "", "");
    sent(port, "GET", "/", "Cookie: teirei_session=SECRET\r\n", "");
    sent(port, "POST", "/api/sign-in", "", "name=sato&password=SECRET");
    sent(port, "POST", "/hooks/alerts", "Authorization: Bearer SECRET-wrong\r\n", "{\"SECRET\":1}");
    drop(server);

    let text = std::fs::read_to_string(&log).unwrap();
    assert!(!text.contains("SECRET"), "{text}");
    let lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    let of = |id: &str| {
        let mine = lines.iter().filter(|line| line["span"]["id"] == id && line["message"] == "answered");
        let mine: Vec<&Value> = mine.collect();
        assert_eq!(mine.len(), 1, "{id}: {text}");
        mine[0]
    };
    let first = of("story-0001");
    assert_eq!((&first["status"], &first["path"]), (&401.into(), &"/reviews/2026-W47.json".into()));
    assert_eq!((&first["span"]["trace"], &first["level"]), (&TRACE.into(), &"WARN".into()));
    assert_eq!(of(&id)["path"], "/metrics");
    let links: Vec<&Value> = lines.iter().filter(|line| line["path"] == "/s/").collect();
    assert_eq!(links.len(), 1, "{text}");
    // Who was refused at a door is told of with the id of the request.
    assert!(
        lines.iter().any(|line| line["message"] == "signing in failed" && line["span"]["id"].is_string())
    );
}
