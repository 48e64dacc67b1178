//! The table of addresses is whole, and every address answers each role as the table says.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use axum::http::Method;
use domain::access::Need;
use regex::Regex;
use server::access::routes::{TABLE, need};

use super::{PEOPLE, access_of, guarded};
use crate::support::{House, request, send};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => files(&path, found),
            path => found.push(path),
        }
    }
}

/// Every route that the program has, read from where routes are made.
fn routes() -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let mut add = |method: &str, pattern: &str| _ = found.insert((method.to_owned(), pattern.to_owned()));
    let mut sources = vec![root().join("server/src/web.rs")];
    files(&root().join("server/src/web"), &mut sources);
    let route = Regex::new(r#"\.(route|route_service|nest_service)\(\s*"([^"]+)"\s*,([^;]*?)\n"#).unwrap();
    let verb = Regex::new(r"\b(get|post|put|delete|patch|any)\(").unwrap();
    for source in sources {
        let text = fs::read_to_string(&source).unwrap();
        for one in route.captures_iter(&text) {
            let pattern = &one[2];
            match &one[1] {
                "nest_service" => add("GET", &format!("{pattern}/{{*file}}")),
                "route_service" => add("GET", pattern),
                _ => {
                    let verbs: Vec<&str> =
                        verb.captures_iter(&one[3]).map(|verb| verb.get(1).unwrap().as_str()).collect();
                    // What is built over several lines is written by forms.
                    let verbs = if verbs.is_empty() { vec!["post"] } else { verbs };
                    verbs.into_iter().for_each(|verb| add(&verb.to_uppercase(), pattern));
                }
            }
        }
    }
    // Links are answered where people are told apart, before any route is chosen.
    add("GET", "/s/{token}");
    let pages = fs::read_to_string(root().join("app/src/routes.rs")).unwrap();
    let page = Regex::new(r#"path!\("([^"]+)"\)"#).unwrap();
    let parameter = Regex::new(":([a-z]+)").unwrap();
    for one in page.captures_iter(&pages) {
        add("GET", &parameter.replace_all(&one[1], "{$1}"));
    }
    let mut writes = vec![root().join("app/src/writes.rs")];
    files(&root().join("app/src/pages"), &mut writes);
    let endpoint = Regex::new(r#"endpoint = "([^"]+)""#).unwrap();
    for source in writes {
        let text = fs::read_to_string(&source).unwrap();
        endpoint.captures_iter(&text).for_each(|one| add("POST", &format!("/api/{}", &one[1])));
    }
    found
}

#[test]
fn every_route_stands_in_the_table_and_every_line_has_its_route() {
    let routes = routes();
    let lines: BTreeSet<(String, String)> =
        TABLE.iter().map(|rule| (rule.method.to_owned(), rule.pattern.to_owned())).collect();
    assert!(routes.len() > 70, "routes are found: {}", routes.len());
    let forgotten: Vec<_> = routes.difference(&lines).collect();
    assert!(
        forgotten.is_empty(),
        "no line of server/src/access/routes.rs says what these ask: {forgotten:?}"
    );
    let left: Vec<_> = lines.difference(&routes).collect();
    assert!(left.is_empty(), "these lines have no route any more: {left:?}");
    assert_eq!(lines.len(), TABLE.len(), "no line stands there twice");
}

/// An address of a line, with things of the product that narrow roles see.
fn address(pattern: &str) -> String {
    let named = [
        ("/reviews/{week}/notes/{place}", "/reviews/2026-W47/notes/product-erx"),
        ("/reviews/four-weeks/{week}", "/reviews/four-weeks/2026-W47"),
        ("/reviews/quarter/{quarter}", "/reviews/quarter/2026-Q3"),
        ("/objectives/{id}", "/objectives/nothing"),
        ("/incidents/{id}", "/incidents/nothing"),
    ];
    if let Some((_, address)) = named.iter().find(|(known, _)| *known == pattern) {
        return (*address).to_owned();
    }
    pattern
        .replace("{week}", "2026-W47")
        .replace("{slug}", "erx")
        .replace("{id}", "1")
        .replace("{name}", "pagerduty")
        .replace("{*file}", "nothing.js")
        .replace("{token}", "nothing")
}

#[tokio::test]
async fn every_address_answers_every_role_as_the_table_says() {
    let house = House::furnished().await;
    let router = guarded(&house);
    for rule in TABLE {
        let path = address(rule.pattern);
        let method: Method = rule.method.parse().unwrap();
        assert_eq!(need(&method, &path), Some(rule.need), "{method} {path}");
        for browser in [false, true] {
            let accept = if browser { "text/html" } else { "*/*" };
            // Nobody has come in.
            let answer = send(&router, request(rule.method, &path, &[("accept", accept)], "")).await;
            let status = answer.status.as_u16();
            match (rule.need, browser && rule.method == "GET") {
                (Need::Nothing, _) => assert!(
                    ![401, 403].contains(&status) || path.starts_with("/hooks") || path == "/no-access",
                    "{path}: {status}"
                ),
                (_, true) => {
                    assert_eq!(status, 303, "{path}");
                    assert!(answer.header("location").starts_with("/sign-in?to=%2F"), "{path}");
                }
                (_, false) => assert_eq!(status, 401, "{path}"),
            }
            for (name, _) in PEOPLE {
                let is_met = rule.need.is_met(&access_of(name).unwrap());
                let headers = [("accept", accept), ("x-story-name", name), ("sec-fetch-site", "same-origin")];
                let answer = send(&router, request(rule.method, &path, &headers, "")).await;
                let status = answer.status.as_u16();
                assert!(status < 500, "{name} {} {path}: {status} {}", rule.method, answer.body);
                if is_met && rule.method == "GET" && rule.need != Need::Nothing {
                    assert!(![401, 403].contains(&status), "{name} {path}: {status}");
                } else if !is_met {
                    assert_eq!(status, 403, "{name} {} {path}", rule.method);
                }
            }
        }
    }
}

#[tokio::test]
async fn what_stands_in_no_line_is_not_there_for_anybody() {
    let house = House::furnished().await;
    let router = guarded(&house);
    for (method, path, status) in [
        ("GET", "/nowhere", 404),
        ("GET", "/admin/secrets", 404),
        ("GET", "/reviews/2026-W47/notes/summary/more", 404),
        ("POST", "/nowhere", 404),
        ("DELETE", "/reviews/2026-W47", 405),
        ("PUT", "/api/freeze", 405),
        ("GET", "/api/freeze", 405),
    ] {
        let as_admin = [("x-story-name", "admin"), ("sec-fetch-site", "same-origin")];
        assert_eq!(send(&router, request(method, path, &as_admin, "")).await.status, status, "{path}");
        assert_eq!(send(&router, request(method, path, &[], "")).await.status, 401, "{path}");
    }
}
