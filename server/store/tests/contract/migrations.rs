//! Both databases have the same migrations, tables and columns.

use std::collections::BTreeMap;
use std::path::Path;

fn files(database: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(database);
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Table → names of its columns, as the text of all migrations has them.
fn tables(database: &str) -> BTreeMap<String, Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(database);
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files(database) {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        let mut table = None;
        for line in text.lines() {
            if let Some((_, rest)) = line.split_once("TABLE ").filter(|_| line.starts_with("CREATE")) {
                table = rest.split(' ').next().map(str::to_owned);
            } else if line.starts_with(')') {
                table = None;
            } else if let Some(table) = &table {
                let parts = line.split(", ").map(|part| part.split_whitespace().next().unwrap_or(""));
                let columns = parts.filter(|name| {
                    name.starts_with(|letter: char| letter.is_ascii_lowercase()) && !name.ends_with(')')
                });
                tables.entry(table.clone()).or_default().extend(columns.map(str::to_owned));
            }
        }
    }
    tables
}

#[test]
fn both_databases_have_the_same_migrations() {
    assert!(!files("sqlite").is_empty());
    assert_eq!(files("sqlite"), files("postgres"));
}

#[test]
fn both_databases_have_the_same_tables_and_columns() {
    let sqlite = tables("sqlite");
    assert!(sqlite["cost_cell"].contains(&"effective".to_owned()), "{sqlite:?}");
    assert_eq!(sqlite, tables("postgres"));
}
