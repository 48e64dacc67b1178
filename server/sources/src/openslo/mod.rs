//! OpenSLO v1 definitions: YAML with one or many documents, a top-level list, or JSON.
//!
//! Documents that break a rule of OpenSLO's own SDK but can be understood go in with a warning; in
//! strict mode exactly those are rejected, document by document. What cannot be understood (no
//! target, an unknown zone, another version than `openslo/v1`) is rejected in both modes. Names that
//! lead nowhere, and doubts such as a window of a minute, are warnings in both.
//!
//! Code map: `yaml` the tree, `document` versions and kinds, `check` how fields are read and findings
//! noted, `common` metadata and durations, `slo`, `target`, `window`, `indicator`, `alert` the rules,
//! `objective` the result, `write` the way back,
//! `metrics` how it is measured.

mod alert;
mod check;
mod common;
mod document;
mod indicator;
mod metrics;
mod objective;
mod slo;
mod target;
mod terms;
mod window;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use domain::objective::Objective;
use domain::objective_queue::ObjectiveTerms;
use domain::rejection::{Gravity, Issue};
use jiff::Timestamp;

use self::check::{Check, Finding, Grade};
use self::document::{Content, Read};
pub use self::metrics::{MetricSource, Metrics};
use self::slo::{Draft, Part};
use self::terms::Alerts;
pub use self::write::{Written, write};
use crate::input::{DOCUMENT_LIMIT, ReadError, checked, text};
use crate::yaml::{Node, Value};

/// The kinds of OpenSLO v1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A service.
    Service,
    /// A service level objective.
    Slo,
    /// A service level indicator.
    Sli,
    /// Where an indicator's data comes from.
    DataSource,
    /// When to alert whom.
    AlertPolicy,
    /// When to alert.
    AlertCondition,
    /// Whom to alert.
    AlertNotificationTarget,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Service,
        Self::Slo,
        Self::Sli,
        Self::DataSource,
        Self::AlertPolicy,
        Self::AlertCondition,
        Self::AlertNotificationTarget,
    ];

    /// The word in documents.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Service => "Service",
            Self::Slo => "SLO",
            Self::Sli => "SLI",
            Self::DataSource => "DataSource",
            Self::AlertPolicy => "AlertPolicy",
            Self::AlertCondition => "AlertCondition",
            Self::AlertNotificationTarget => "AlertNotificationTarget",
        }
    }
}

/// One file of an import.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    /// The name as the person wrote it, without its folder.
    pub name: &'a str,
    /// What it holds.
    pub bytes: &'a [u8],
}

/// How an import is made.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether documents that break a rule are rejected.
    pub strict: bool,
    /// The name of the source, kept in every objective.
    pub source: String,
    /// From when the definitions hold.
    pub valid_from: Timestamp,
}

/// One document of an import and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The file it stands in.
    pub file: String,
    /// The line it begins on.
    pub line: u64,
    /// Its kind, if that is known.
    pub kind: Option<Kind>,
    /// Its name, empty if it has none.
    pub name: String,
    /// Whether it went in.
    pub accepted: bool,
    /// Whether strict mode takes it, whichever mode was used.
    pub accepted_by_strict: bool,
}

/// What an import gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// The objectives, in the order of the files; of two SLOs with one name the later one's.
    pub objectives: Vec<Objective>,
    /// How each of them is measured, by its id.
    pub metrics: BTreeMap<String, Metrics>,
    /// Alerts, dependencies and contracts of these objectives.
    pub terms: Vec<ObjectiveTerms>,
    /// Every document.
    pub documents: Vec<Document>,
    /// Warnings and rejections, in the order of the files and their lines.
    pub issues: Vec<Issue>,
}

/// A name that a document points to.
#[derive(Clone, Debug)]
struct Reference {
    place: (u64, String),
    kind: Kind,
    name: String,
}

/// Reads definitions of several files as one import, in which names are looked up.
///
/// # Errors
/// [`ReadError`] when a file is too large, empty, no UTF-8 or holds NUL.
pub fn parse(files: &[File], settings: &Settings) -> Result<Import, ReadError> {
    let mut reads: Vec<(usize, Read)> = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let bytes = checked(file.bytes, file.name, DOCUMENT_LIMIT)?;
        let source = text(bytes, file.name, 1)?;
        reads.extend(documents(source).into_iter().map(|read| (index, read)));
    }
    let accepted =
        |read: &Read| read.content.is_some() && !(settings.strict && read.check.has(Grade::Breach));
    let taken: Vec<bool> = reads.iter().map(|(_, read)| accepted(read)).collect();
    let names: BTreeSet<(Kind, String)> = reads
        .iter()
        .zip(&taken)
        .filter(|(_, taken)| **taken)
        .filter_map(|((_, read), _)| Some((read.kind?, read.metadata.name.clone())))
        .collect();
    let indicators: BTreeMap<String, String> = reads
        .iter()
        .zip(&taken)
        .filter(|(_, taken)| **taken)
        .filter_map(|((_, read), _)| match &read.content {
            Some(Content::Sli(indicator)) => Some((read.metadata.name.clone(), indicator.canonical.clone())),
            _ => None,
        })
        .collect();
    let measures =
        Measures::of(reads.iter().zip(&taken).filter(|(_, taken)| **taken).map(|((_, read), _)| read));
    let alerts = Alerts::of(reads.iter().zip(&taken).filter(|(_, taken)| **taken).map(|((_, read), _)| read));
    let mut import = Import::default();
    for ((index, mut read), taken) in reads.into_iter().zip(taken) {
        let file = files[index].name;
        import.documents.push(Document {
            file: file.to_owned(),
            line: read.line,
            kind: read.kind,
            name: read.metadata.name.clone(),
            accepted: taken,
            accepted_by_strict: read.content.is_some() && !read.check.has(Grade::Breach),
        });
        if taken {
            dangling(&mut read, &names);
            let mut check = std::mem::take(&mut read.check);
            if let Some(Content::Slo(draft)) = &read.content {
                let find = |name: &str| indicators.get(name).cloned();
                let made =
                    objective::objectives(draft, &read.metadata, settings, find, &mut check, read.line);
                for (objective, part) in made.iter().zip(&draft.parts) {
                    import.metrics.insert(objective.id.clone(), measures.of_part(draft, part));
                }
                let ids: Vec<String> = made.iter().map(|objective| objective.id.clone()).collect();
                import.terms.retain(|terms| !ids.contains(&terms.objective));
                import.terms.extend(alerts.terms(&read, (draft, &ids), &mut check));
                keep_later(&mut import.objectives, made, &mut check, &read);
            }
            read.check = check;
        }
        report(&mut import.issues, file, &read.check, settings.strict);
    }
    Ok(import)
}

/// What definitions of an import refer to when they say how they are measured.
struct Measures {
    indicators: BTreeMap<String, Metrics>,
    data_sources: BTreeMap<String, String>,
}

impl Measures {
    fn of<'r>(reads: impl Iterator<Item = &'r Read>) -> Self {
        let mut measures = Self { indicators: BTreeMap::new(), data_sources: BTreeMap::new() };
        for read in reads {
            let name = || read.metadata.name.clone();
            match &read.content {
                Some(Content::Sli(indicator)) => {
                    measures.indicators.insert(name(), indicator.metrics.clone());
                }
                Some(Content::DataSource(kind)) if !kind.is_empty() => {
                    measures.data_sources.insert(name(), kind.clone());
                }
                _ => {}
            }
        }
        measures
    }

    /// How one target of an SLO is measured.
    fn of_part(&self, draft: &Draft, part: &Part) -> Metrics {
        let has_own = part.source.inline.is_some() || part.source.reference.is_some();
        let source = if has_own { &part.source } else { &draft.source };
        let named = || self.indicators.get(source.reference.as_ref()?).cloned();
        let inline = source.inline.as_ref().map(|indicator| indicator.metrics.clone());
        let mut metrics = inline.or_else(named).unwrap_or_default();
        metrics.resolve(|name| self.data_sources.get(name).cloned());
        metrics.comparison = part.comparison.trim().to_owned();
        metrics
    }
}

/// The documents of one file: of its stream, and of top-level lists in it.
fn documents(source: &str) -> Vec<Read> {
    let mut reads = Vec::new();
    for document in crate::yaml::documents(source) {
        match document {
            Ok(Node { value: Value::List(nodes), .. }) => {
                let entries = nodes.iter().enumerate();
                reads.extend(entries.map(|(index, node)| document::read(node, &format!("[{index}]"))));
            }
            Ok(node) if node.is_null() => {}
            Ok(node) => reads.push(document::read(&node, "")),
            Err(fault) => reads.push(unreadable(&fault)),
        }
    }
    reads
}

/// A document that is no YAML.
fn unreadable(fault: &crate::yaml::Fault) -> Read {
    let mut check = Check::default();
    let what = format!("This is no YAML that can be read: {}.", fault.what);
    let mend = "Check the indentation, quotes and brackets around this line.";
    check.note(Grade::Senseless, (fault.line, String::new()), "openslo/yaml", what, mend);
    Read {
        line: fault.line,
        kind: None,
        metadata: common::Metadata::default(),
        content: None,
        references: Vec::new(),
        alerts: Vec::new(),
        check,
    }
}

/// Remarks on names that lead nowhere. Services and data sources are often defined elsewhere: they
/// are only missed in an import that defines any.
fn dangling(read: &mut Read, names: &BTreeSet<(Kind, String)>) {
    let defines = |kind: Kind| names.iter().any(|(known, _)| *known == kind);
    let mut references = std::mem::take(&mut read.references);
    if let Some(Content::Slo(draft)) = &read.content {
        let place = (read.line, "spec.service".to_owned());
        references.push(Reference { place, kind: Kind::Service, name: draft.service.clone() });
    }
    for Reference { place, kind, name } in references {
        let optional = matches!(kind, Kind::Service | Kind::DataSource);
        if name.is_empty() || names.contains(&(kind, name.clone())) || (optional && !defines(kind)) {
            continue;
        }
        let what = format!("There is no {} {name} in this import.", kind.as_str());
        let mend = "Import it together with this file, or mend the name.";
        read.check.note(Grade::Doubt, place, "openslo/dangling-reference", what, mend);
    }
}

/// Takes new objectives; earlier ones with the same id give way, which is remarked upon.
fn keep_later(kept: &mut Vec<Objective>, made: Vec<Objective>, check: &mut Check, read: &Read) {
    for new in made {
        if let Some(position) = kept.iter().position(|objective| objective.id == new.id) {
            let what = format!("The objective {} was defined before; this definition is taken.", new.id);
            let mend = "Give every SLO a name of its own.";
            let place = (read.line, "metadata.name".to_owned());
            check.note(Grade::Doubt, place, "openslo/repeated-name", what, mend);
            kept.remove(position);
        }
        kept.push(new);
    }
}

/// Findings as issues: a breach is a rejection in strict mode, else a warning.
fn report(issues: &mut Vec<Issue>, file: &str, check: &Check, strict: bool) {
    let mut findings: Vec<&Finding> = check.findings.iter().collect();
    findings.sort_by_key(|finding| finding.line);
    issues.extend(findings.into_iter().map(|finding| Issue {
        file: file.to_owned(),
        line: Some(finding.line),
        column: (!finding.path.is_empty()).then(|| finding.path.clone()),
        rule: finding.rule,
        what: finding.what.clone(),
        mend: finding.mend.clone(),
        gravity: match finding.grade {
            Grade::Senseless => Gravity::Rejected,
            Grade::Breach if strict => Gravity::Rejected,
            Grade::Breach | Grade::Doubt => Gravity::Warning,
        },
    }));
}
