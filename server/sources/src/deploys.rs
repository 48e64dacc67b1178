//! Deploys as CSV, a JSON array or JSON lines.
//!
//! Columns (`*` needed): `source, external_id*, product*, repository, environment, version*, finished_at*, status,
//! author, url, updated_at`. Times are RFC 3339 with an offset.
//!
//! What an empty cell means: no source → the caller's name of the import; no environment → production; no status →
//! `succeeded`; no `updated_at` → `finished_at`. An environment that is not known is remarked upon: the deploy goes
//! in, is listed and counted nowhere.

use std::collections::BTreeMap;

use domain::deploy::{Deploy, DeployStatus, environment_of};
use domain::product::Environment;
use domain::rejection::Issue;

use crate::field::{Fault, instant, is_web_address};
use crate::input::{Parsed, ReadError};
use crate::lint::{Remarks, at, shown};
use crate::table::{Columns, Refused, Row, rows};

const COLUMNS: Columns = Columns {
    required: &["external_id", "product", "version", "finished_at"],
    known: &[
        "source",
        "external_id",
        "product",
        "repository",
        "environment",
        "version",
        "finished_at",
        "status",
        "author",
        "url",
        "updated_at",
    ],
    keeps_unknown: false,
};

/// Reads deploys; `default_source` names the source of rows that name none, `environments` the environments behind
/// words of its own, in small letters.
///
/// Of two rows with the same source and external id the one with the newer `updated_at` wins, the later row when
/// equal. Products are not looked up: deploys of unknown products are kept.
///
/// # Errors
/// [`ReadError`] when nothing of the file can be read.
pub fn parse(
    bytes: &[u8],
    file: &str,
    default_source: &str,
    environments: &BTreeMap<String, Environment>,
) -> Result<Parsed<Deploy>, ReadError> {
    let mut remarks = Remarks::new(file);
    let mut found: Vec<(u64, Deploy)> = Vec::new();
    let mut positions = BTreeMap::new();
    rows(bytes, &COLUMNS, &mut remarks, |row, remarks| {
        let Ok(deploy) = deploy(row, default_source, environments, remarks) else { return };
        let key = (deploy.source.clone(), deploy.external_id.clone());
        match positions.get(&key) {
            None => {
                positions.insert(key, found.len());
                found.push((row.line, deploy));
            }
            Some(position) => keep_newer(&mut found[*position], (row.line, deploy), remarks),
        }
    })?;
    let values = found.into_iter().map(|(_, deploy)| deploy).collect();
    Ok(Parsed { values, issues: remarks.into_issues() })
}

/// Keeps the row that the source changed last.
fn keep_newer(kept: &mut (u64, Deploy), new: (u64, Deploy), remarks: &mut Remarks) {
    let newer_wins = new.1.updated_at >= kept.1.updated_at;
    let (winner, loser) = if newer_wins { (new.0, kept.0) } else { (kept.0, new.0) };
    let what = format!(
        "The deploy {} of {} is also on line {winner}, which was updated last and is taken.",
        new.1.external_id, new.1.source
    );
    remarks.warning(at(loser, "external_id"), "deploys/repeated", what, "Export each deploy once.");
    if newer_wins {
        *kept = new;
    }
}

fn deploy(
    row: &Row,
    default_source: &str,
    environments: &BTreeMap<String, Environment>,
    remarks: &mut Remarks,
) -> Result<Deploy, Refused> {
    let text = |column: &str| row.get(column).map(str::to_owned);
    let finished_at = row.read_required("finished_at", remarks, instant)?;
    Ok(Deploy {
        source: text("source").unwrap_or_else(|| default_source.to_owned()),
        external_id: row.required("external_id", remarks)?.to_owned(),
        product: row.required("product", remarks)?.to_owned(),
        repository: address(row, "repository", remarks),
        environment: environment(row, environments, remarks),
        version: row.required("version", remarks)?.to_owned(),
        finished_at,
        status: row.read("status", remarks, status)?.unwrap_or(DeployStatus::Succeeded),
        author: text("author"),
        url: address(row, "url", remarks),
        updated_at: row.read("updated_at", remarks, instant)?.unwrap_or(finished_at),
    })
}

fn status(text: &str) -> Result<DeployStatus, Fault> {
    text.parse().map_err(|_| Fault {
        rule: "deploys/status",
        what: "no end of a deploy",
        mend: "Write succeeded, failed or rolled_back; leave deploys out that are not over.",
    })
}

/// The environment behind a word; production where none stands.
fn environment(
    row: &Row,
    environments: &BTreeMap<String, Environment>,
    remarks: &mut Remarks,
) -> Option<Environment> {
    let Some(word) = row.get("environment") else { return Some(Environment::Production) };
    let known = environments.get(&word.trim().to_lowercase()).copied().or_else(|| environment_of(word));
    if known.is_none() {
        let what =
            format!("The environment {} is not known; the deploy is listed and not counted.", shown(word));
        let mend = "Write production, staging, development, shared or preview.";
        remarks.warning(row.place("environment"), "deploys/environment", what, mend);
    }
    known
}

/// An address that may become a link; any other is left out, the deploy stays.
fn address(row: &Row, column: &str, remarks: &mut Remarks) -> Option<String> {
    let text = row.get(column)?;
    if is_web_address(text) {
        return Some(text.to_owned());
    }
    let what = format!("The column {column} holds {}, which is left out.", shown(text));
    let mend = "Write an address that begins with https:// or http://.";
    remarks.warning(row.place(column), "deploys/url", what, mend);
    None
}

/// What is said of deploys whose product the catalogue does not know.
#[must_use]
pub fn unknown_product(file: &str, name: &str) -> Issue {
    Issue {
        file: file.to_owned(),
        line: None,
        column: Some("product".to_owned()),
        rule: "deploys/unknown-product",
        what: format!("The catalogue does not know the product {name:?}; its deploys are kept."),
        mend: "Add the product to the catalogue, give it the link of the repository, or mend the name."
            .to_owned(),
        gravity: domain::rejection::Gravity::Warning,
    }
}
