//! The house rules of the workspace as tests: each reads manifests and sources, and each is itself
//! shown to be able to fail.

#![expect(clippy::unwrap_used, reason = "a check that cannot read the tree fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// One source file: its path from the root of the workspace, its text, and its code alone.
struct Source {
    path: String,
    text: String,
    code: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), code: code_of(text) }
    }

    fn is_test(&self) -> bool {
        ["/tests/", "/benches/", "/examples/"].iter().any(|folder| self.path.contains(folder))
            || self.path.ends_with("/tests.rs")
    }

    fn lies_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| self.path == *place || place.ends_with('/') && self.path.starts_with(place))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// All files below a folder, without build output and packages of others.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            if !["target", "node_modules", "peers"].contains(&name.as_str()) && !name.starts_with('.') {
                files(&entry.path(), found);
            }
        } else {
            found.push(entry.path());
        }
    }
}

fn sources(extensions: &[&str]) -> Vec<Source> {
    let mut found = Vec::new();
    files(&root(), &mut found);
    found.sort();
    let wanted = |path: &&PathBuf| {
        path.extension().is_some_and(|extension| extensions.contains(&extension.to_string_lossy().as_ref()))
    };
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        Source::new(&name, &fs::read_to_string(path).unwrap())
    };
    found.iter().filter(wanted).map(read).collect()
}

/// The text with comments, literals and `#[cfg(test)]` items blanked out; lines stay where they are.
fn code_of(text: &str) -> String {
    without_tests(&without_words(text))
}

/// Blanks comments and literals.
fn without_words(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let end = match (letters[at], letters.get(at + 1)) {
            ('/', Some('/')) => find(&letters, at, "\n"),
            ('/', Some('*')) => find(&letters, at + 2, "*/") + 2,
            ('"', _) => end_of_text(&letters, at),
            ('r', Some('"' | '#')) if !at.checked_sub(1).is_some_and(|before| is_word(letters[before])) => {
                end_of_raw(&letters, at)
            }
            ('\'', Some('\\')) => find(&letters, at + 3, "'") + 1,
            ('\'', _) if letters.get(at + 2) == Some(&'\'') => at + 3,
            _ => at,
        };
        if end <= at {
            code.push(letters[at]);
            at += 1;
            continue;
        }
        let end = end.min(letters.len());
        code.extend(letters[at..end].iter().map(|letter| if *letter == '\n' { '\n' } else { ' ' }));
        at = end;
    }
    code
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn find(letters: &[char], from: usize, wanted: &str) -> usize {
    let wanted: Vec<char> = wanted.chars().collect();
    let rest = letters.get(from..).unwrap_or_default();
    rest.windows(wanted.len()).position(|window| window == wanted).map_or(letters.len(), |found| from + found)
}

fn end_of_text(letters: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < letters.len() && letters[at] != '"' {
        at += if letters[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// Where a raw text ends, or where it starts when it is none (`r#type`).
fn end_of_raw(letters: &[char], start: usize) -> usize {
    let hashes = letters[start + 1..].iter().take_while(|letter| **letter == '#').count();
    if letters.get(start + 1 + hashes) != Some(&'"') {
        return start;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    find(letters, start + 2 + hashes, &close) + close.len()
}

/// Blanks what stands behind `#[cfg(test)]`, up to the closing brace or semicolon of the item.
fn without_tests(code: &str) -> String {
    let mut rest = code.to_owned();
    for attribute in ["#[cfg(test)]", "#[cfg(all(test,"] {
        while let Some(start) = rest.find(attribute) {
            let mut depth = 0;
            let mut end = rest.len();
            for (at, letter) in rest[start..].char_indices() {
                match letter {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if depth == 0 && (letter == '}' || letter == ';') {
                    end = start + at + letter.len_utf8();
                    break;
                }
            }
            let blank: String =
                rest[start..end].chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }).collect();
            rest.replace_range(start..end, &blank);
        }
    }
    rest
}

/// `path:line` of every place that holds one of the words, as whole words.
fn places(source: &Source, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in source.code.lines().enumerate() {
        for word in words {
            let hit = line.match_indices(word).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                let after = line[at + word.len()..].chars().next();
                let joins = |letter: Option<char>| letter.is_some_and(is_word);
                !(word.starts_with(is_word) && joins(before) || word.ends_with(is_word) && joins(after))
            });
            if hit {
                found.push(format!("{}:{}: {word}", source.path, number + 1));
            }
        }
    }
    found
}

/// Words that only some places may use; tests and xtask, which is no part of the product, are free.
struct Reserved {
    words: &'static [&'static str],
    only: &'static [&'static str],
    /// Empty when the rule holds everywhere.
    within: &'static [&'static str],
}

const RESERVED: &[Reserved] = &[
    Reserved { words: &["sqlx", "jiff_sqlx"], only: &["server/store/"], within: &[] },
    Reserved { words: &["AssertSqlSafe"], only: &[], within: &[] },
    Reserved { words: &["plotters", "plotters_backend", "resvg"], only: &["app/charts/"], within: &[] },
    Reserved { words: &["std::env", "env::var", "env::vars"], only: &["server/src/config.rs"], within: &[] },
    Reserved {
        words: &["Timestamp::now", "Zoned::now", "SystemTime::now", "Instant::now", "TimeZone::system"],
        only: &["server/src/clock.rs"],
        within: &[],
    },
    Reserved {
        words: &["<Title", "<textarea", "inner_html"],
        only: &["app/src/ui/raw.rs"],
        within: &["app/"],
    },
    Reserved {
        words: &[".unwrap()", ".expect("],
        // The demo's short names are constants, and a test reads all of them.
        only: &["server/src/main.rs", "server/src/demo/world.rs"],
        within: &[],
    },
    Reserved { words: &["#[allow", "#![allow"], only: &[], within: &[] },
    Reserved {
        words: &["f32", "f64"],
        // A tag whose JSON value is a number becomes the text of that number; it is no amount.
        only: &["server/sources/src/focus/tags.rs"],
        within: &["app/domain/", "server/store/", "server/sources/"],
    },
    Reserved {
        words: &["serde", "std::fs", "std::net", "tokio", "leptos"],
        only: &[],
        within: &["app/domain/"],
    },
    Reserved { words: &["axum::", "sqlx::", "store::", "sources::"], only: &[], within: &["app/src/"] },
    Reserved {
        words: &["sources::"],
        only: &[
            "server/src/import.rs",
            "server/src/import/",
            "server/src/notice/send.rs",
            "server/src/auth/outside.rs",
        ],
        within: &["server/src/"],
    },
];

fn broken(rule: &Reserved, sources: &[Source]) -> Vec<String> {
    sources
        .iter()
        .filter(|source| !source.is_test() && !source.lies_in(&["xtask/"]))
        .filter(|source| rule.within.is_empty() || source.lies_in(rule.within))
        .filter(|source| !source.lies_in(rule.only))
        .flat_map(|source| places(source, rule.words))
        .collect()
}

#[test]
fn words_stand_only_where_they_belong() {
    let sources = sources(&["rs"]);
    assert!(sources.len() > 50, "the sources were not found");
    let found: Vec<String> = RESERVED.iter().flat_map(|rule| broken(rule, &sources)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_reserved_word_is_caught() {
    for rule in RESERVED {
        let folder = rule.within.first().copied().unwrap_or("server/src/");
        for word in rule.words {
            let bad = Source::new(&format!("{folder}bad.rs"), &format!("fn bad() {{ {word} ; }}\n"));
            assert!(!broken(rule, &[bad]).is_empty(), "{word} passes in {folder}");
        }
    }
}

#[test]
fn comments_literals_and_tests_are_not_code() {
    let text = "// a.unwrap()\n/* b.unwrap() */ let c = \"c.unwrap()\"; let d = r#\"d.unwrap()\"#;\n\
                let e: &'static str = '\"'.into();\n#[cfg(test)]\nmod tests { fn f() { g.unwrap(); } }\nh.unwrap();";
    let source = Source::new("server/src/x.rs", text);
    assert_eq!(places(&source, &[".unwrap()"]), ["server/src/x.rs:6: .unwrap()"], "{}", source.code);
}

/// A crate's manifest: names under `[dependencies]`, and which of them are optional.
struct Manifest {
    dependencies: BTreeMap<String, bool>,
    features: BTreeMap<String, BTreeSet<String>>,
    inherits_lints: bool,
}

fn manifest(text: &str) -> Manifest {
    let table: toml::Table = text.parse().unwrap();
    let child = |name: &str| table.get(name).and_then(toml::Value::as_table).cloned().unwrap_or_default();
    let optional =
        |value: &toml::Value| value.get("optional").and_then(toml::Value::as_bool).unwrap_or_default();
    let words = |value: &toml::Value| {
        value.as_array().into_iter().flatten().filter_map(|word| Some(word.as_str()?.to_owned())).collect()
    };
    Manifest {
        dependencies: child("dependencies")
            .iter()
            .map(|(name, value)| (name.clone(), optional(value)))
            .collect(),
        features: child("features").iter().map(|(name, value)| (name.clone(), words(value))).collect(),
        inherits_lints: child("lints").get("workspace").and_then(toml::Value::as_bool).unwrap_or_default(),
    }
}

/// Who may use whom: the only dependencies a crate may name, `*` at the end for any ending, or the
/// ones it must not.
enum Edges {
    Only(&'static [&'static str]),
    Never(&'static [&'static str]),
}

const EDGES: &[(&str, Edges)] = &[
    ("app/domain", Edges::Only(&["jiff", "rust_decimal", "thiserror"])),
    ("app/charts", Edges::Only(&["domain", "plotters", "plotters-backend", "resvg", "thiserror"])),
    (
        "app",
        Edges::Only(&[
            "async-trait",
            "charts",
            "domain",
            "http",
            "jiff",
            "leptos*",
            "memchr",
            "pulldown-cmark",
            "rust_decimal",
            "serde",
            "thiserror",
            "wasm-bindgen",
            "web-sys",
        ]),
    ),
    ("app/frontend", Edges::Only(&["app", "leptos", "wasm-bindgen"])),
    ("server/store", Edges::Never(&["app", "sources", "server", "charts", "axum*", "leptos*", "reqwest"])),
    ("server/sources", Edges::Never(&["store", "app", "server", "charts", "axum*", "sqlx", "leptos*"])),
    (
        "server",
        Edges::Never(&[
            "sqlx",
            "jiff-sqlx",
            "plotters*",
            "resvg",
            "aws-*",
            "csv",
            "parquet",
            "reqwest",
            "saphyr",
            "serde-saphyr",
        ]),
    ),
];

fn forbidden<'a>(edges: &Edges, manifest: &'a Manifest) -> Vec<&'a str> {
    let listed = |list: &[&str], name: &str| {
        list.iter().any(|entry| match entry.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == *entry,
        })
    };
    let names = manifest.dependencies.keys().map(String::as_str);
    names
        .filter(|name| match edges {
            Edges::Only(list) => !listed(list, name),
            Edges::Never(list) => listed(list, name),
        })
        .collect()
}

fn manifest_of(folder: &str) -> Manifest {
    manifest(&fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap())
}

#[test]
fn crates_use_only_whom_they_may() {
    for (folder, edges) in EDGES {
        let manifest = manifest_of(folder);
        let found = forbidden(edges, &manifest);
        assert!(found.is_empty(), "{folder} must not depend on {found:?}");
    }
    let bad = manifest("[dependencies]\nserde = \"1\"\naws-sdk-s3 = \"1\"\naxum = \"1\"\n");
    for (folder, edges) in EDGES {
        assert!(!forbidden(edges, &bad).is_empty(), "{folder} would take anything");
    }
}

/// What only the server side of the pages uses must not reach the browser.
#[test]
fn the_browser_gets_nothing_of_the_server() {
    let app = manifest_of("app");
    for server_side in ["charts", "domain", "leptos_axum", "leptos_router"] {
        assert_eq!(app.dependencies.get(server_side), Some(&true), "{server_side} has to be optional");
        let named = format!("dep:{server_side}");
        assert!(app.features["ssr"].contains(&named), "ssr has to name {named}");
        assert!(!app.features["hydrate"].contains(&named), "hydrate must not name {named}");
    }
}

#[test]
fn lints_hold_in_every_crate() {
    for folder in ["app", "app/domain", "app/charts", "server", "server/store", "server/sources"] {
        assert!(manifest_of(folder).inherits_lints, "{folder} has to say [lints] workspace = true");
    }
    assert!(!manifest("[lints]\nclippy = \"warn\"").inherits_lints);
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    for lint in ["unwrap_used", "expect_used", "disallowed_methods", "allow_attributes", "print_stdout"] {
        assert!(workspace.contains(&format!("{lint} = \"warn\"")), "{lint} has to be on");
    }
    let clippy = fs::read_to_string(root().join("clippy.toml")).unwrap();
    for method in ["jiff::Timestamp::now", "std::time::SystemTime::now", "std::env::var", "TimeZone::system"]
    {
        assert!(clippy.contains(method), "clippy.toml has to disallow {method}");
    }
}

const LONGEST_FILE: usize = 600;

fn too_long(sources: &[Source]) -> Vec<String> {
    let lines = |source: &Source| source.text.lines().count();
    let long = sources.iter().filter(|source| lines(source) > LONGEST_FILE);
    long.map(|source| format!("{} has {} lines", source.path, lines(source))).collect()
}

#[test]
fn no_file_is_long() {
    let found = too_long(&sources(&["rs", "ts", "css", "sql"]));
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(too_long(&[Source::new("a.rs", &"\n".repeat(LONGEST_FILE + 1))]).len(), 1);
}

fn without_map(sources: &[Source]) -> Vec<&str> {
    let complete = |text: &str| {
        let head: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
        head.contains("Code map") && head.contains("Invariants")
    };
    let crates = sources.iter().filter(|source| source.path.ends_with("src/lib.rs"));
    let checked = crates.filter(|source| source.path != "app/frontend/src/lib.rs");
    checked.filter(|source| !complete(&source.text)).map(|source| source.path.as_str()).collect()
}

#[test]
fn every_crate_opens_with_its_map() {
    let sources = sources(&["rs"]);
    assert!(without_map(&sources).is_empty(), "{:?}", without_map(&sources));
    assert_eq!(without_map(&[Source::new("a/src/lib.rs", "//! A crate.\n")]), ["a/src/lib.rs"]);
}

/// SQL is written in the store only.
#[test]
fn the_server_writes_no_sql() {
    let speaks_sql = |source: &Source| {
        ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM"].iter().any(|word| source.text.contains(word))
    };
    for source in sources(&["rs"]).iter().filter(|source| source.lies_in(&["server/src/", "app/"])) {
        assert!(!speaks_sql(source), "{} writes SQL", source.path);
    }
    assert!(speaks_sql(&Source::new("server/src/bad.rs", "\"SELECT 1\"")));
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn both_databases_have_the_same_migrations() {
    let migrations = root().join("migrations");
    let (sqlite, postgres) = (names_in(&migrations.join("sqlite")), names_in(&migrations.join("postgres")));
    assert!(!sqlite.is_empty(), "there are no migrations");
    assert_eq!(sqlite, postgres, "a migration is missing on one side");
}

const FOLDERS: [&str; 7] = ["app", "docs", "end2end", "migrations", "server", "style", "xtask"];

fn unexpected<'a>(names: &'a BTreeSet<String>, ignored: &BTreeSet<String>) -> Vec<&'a String> {
    let hidden = |name: &str| name.starts_with('.');
    names
        .iter()
        .filter(|name| !hidden(name) && !ignored.contains(*name) && !FOLDERS.contains(&name.as_str()))
        .collect()
}

#[test]
fn the_top_of_the_tree_stays_small() {
    let git_ignored = fs::read_to_string(root().join(".gitignore")).unwrap();
    let ignored = git_ignored.lines().map(|line| line.trim_matches('/').to_owned()).collect();
    let folders = names_in(&root()).into_iter().filter(|name| root().join(name).is_dir()).collect();
    let found = unexpected(&folders, &ignored);
    assert!(found.is_empty(), "folders that the tree does not know: {found:?}");
    for folder in FOLDERS {
        assert!(folders.contains(folder), "{folder} is missing");
    }
    assert_eq!(unexpected(&["misc".to_owned()].into(), &BTreeSet::new()).len(), 1);
}

/// Tests that a document names (`module::name`, or `module::*` for all of a module) and that are not there.
fn missing_tests(document: &str, read: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let named = document.split('`').skip(1).step_by(2).filter(|word| {
        let is_name = |letter: char| letter.is_ascii_lowercase() || "_:*".contains(letter);
        word.contains("::") && word.chars().all(is_name)
    });
    let is_missing = |word: &&str| {
        let Some((module, name)) = word.rsplit_once("::") else { return false };
        let text = read(&format!("server/tests/{}.rs", module.replace("::", "/")));
        !text.is_some_and(|text| name == "*" || text.contains(&format!("fn {name}(")))
    };
    named.filter(is_missing).map(str::to_owned).collect()
}

#[test]
fn what_the_documents_say_is_tested_is_tested() {
    let read = |path: &str| fs::read_to_string(root().join(path)).ok();
    let document = read("docs/security.md").unwrap();
    assert!(document.matches("::").count() > 50, "tests are named");
    assert_eq!(missing_tests(&document, &read), Vec::<String>::new());
    // And it can fail.
    let found =
        missing_tests("`a::no_such` `architecture::no_such_test` `architecture::*` `Door::new`", &read);
    assert_eq!(found, ["a::no_such", "architecture::no_such_test"]);
}
