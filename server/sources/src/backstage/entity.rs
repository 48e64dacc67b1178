//! One entity of Backstage: the few fields that are looked at.

use domain::product::Link;

use crate::field::is_web_address;
use crate::lint::{Remarks, at, on_line, shown};
use crate::yaml::{Node, Value};

/// What stands before the names of our own annotations.
const OURS: &str = "teirei/";

/// The kinds of links that pages have names for.
const KNOWN_LINKS: [&str; 4] = ["runbook", "readiness", "dashboard", "repository"];

/// Kinds of entities that are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    System,
    Component,
    Group,
    User,
    Domain,
}

impl Kind {
    fn of(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "system" => Self::System,
            "component" => Self::Component,
            "group" => Self::Group,
            "user" => Self::User,
            "domain" => Self::Domain,
            _ => return None,
        })
    }
}

/// One entity.
#[derive(Clone, Debug)]
pub(super) struct Entity {
    pub(super) line: u64,
    pub(super) kind: Kind,
    pub(super) name: String,
    /// What people call it: `metadata.title`, of groups and users `spec.profile.displayName`.
    pub(super) title: Option<String>,
    pub(super) owner: Option<String>,
    pub(super) domain: Option<String>,
    pub(super) links: Vec<Link>,
    system: Option<String>,
    component_type: Option<String>,
    annotations: Vec<(u64, String, String)>,
}

impl Entity {
    /// The line and value of one of our annotations.
    pub(super) fn annotation(&self, name: &str) -> Option<(u64, &str)> {
        let found = self.annotations.iter().find(|(_, key, _)| key.strip_prefix(OURS) == Some(name));
        found.map(|(line, _, value)| (*line, value.trim())).filter(|(_, value)| !value.is_empty())
    }

    /// Whether a component is something that runs and belongs to no system.
    pub(super) fn is_alone(&self) -> bool {
        let runs = |word: &str| ["service", "website"].iter().any(|known| word.eq_ignore_ascii_case(known));
        self.system.is_none() && self.component_type.as_deref().is_some_and(runs)
    }
}

/// Kind and name of a reference such as `group:default/care`; the kind may be left out.
pub(super) fn reference(text: &str, usual: Kind) -> (Kind, &str) {
    let (kind, rest) = match text.split_once(':') {
        Some((kind, rest)) => (Kind::of(kind).unwrap_or(usual), rest),
        None => (usual, text),
    };
    (kind, rest.rsplit('/').next().unwrap_or(rest))
}

/// Reads a document; entities of kinds that are not looked at are passed over in silence.
pub(super) fn read(node: &Node, remarks: &mut Remarks) -> Option<Entity> {
    let Some((_, version)) =
        text(node, "apiVersion").filter(|(_, version)| version.starts_with("backstage.io/"))
    else {
        let what =
            "This document is no entity of Backstage: its apiVersion does not begin with backstage.io/.";
        let mend = "Name only catalog-info.yaml files; SLOs go to `teirei import objectives`.";
        remarks.rejected(on_line(node.line), "backstage/version", what, mend);
        return None;
    };
    let word = text(node, "kind").map_or("", |(_, kind)| kind);
    let kind = Kind::of(word)?;
    let metadata = child(node, "metadata");
    let Some((line, name)) = metadata.and_then(|metadata| text(metadata, "name")) else {
        let what = format!("A {word} of {version} has no metadata.name.");
        remarks.rejected(at(node.line, "metadata.name"), "backstage/name", what, "Give it a name.");
        return None;
    };
    let spec = child(node, "spec");
    let of_spec = |key: &str| spec.and_then(|spec| text(spec, key)).map(|(_, text)| text.to_owned());
    let title = metadata.and_then(|metadata| text(metadata, "title")).map(|(_, title)| title.to_owned());
    let profile = spec.and_then(|spec| child(spec, "profile"));
    let display = profile.and_then(|profile| text(profile, "displayName")).map(|(_, name)| name.to_owned());
    let annotations =
        metadata.and_then(|metadata| child(metadata, "annotations")).map_or_else(Vec::new, texts);
    let mut links = metadata
        .and_then(|metadata| child(metadata, "links"))
        .map_or_else(Vec::new, |list| links_of(list, remarks));
    links.extend(repository(&annotations).filter(|_| !links.iter().any(|link| link.kind == "repository")));
    Some(Entity {
        line,
        kind,
        name: name.to_owned(),
        title: title.or(display),
        owner: of_spec("owner"),
        domain: of_spec("domain"),
        links,
        system: of_spec("system"),
        component_type: of_spec("type"),
        annotations,
    })
}

/// `metadata.links`: the type says what a page is, else its title, else that it is a page.
fn links_of(list: &Node, remarks: &mut Remarks) -> Vec<Link> {
    let Value::List(nodes) = &list.value else { return Vec::new() };
    let mut links = Vec::new();
    for node in nodes {
        let Some((line, url)) = text(node, "url") else {
            let what = "A link has no url.";
            remarks.warning(at(node.line, "metadata.links"), "backstage/link", what, "Add url: https://….");
            continue;
        };
        if !is_web_address(url) {
            let what = format!("{} is no web address; the link is left out.", shown(url));
            let mend = "Write an address that begins with https:// or http://.";
            remarks.warning(at(line, "metadata.links"), "backstage/link", what, mend);
            continue;
        }
        let kind = text(node, "type").or_else(|| text(node, "title")).map_or("page", |(_, word)| word);
        links.push(Link { kind: kind_of_link(kind), url: url.to_owned() });
    }
    links
}

/// A word that pages have a name for, in any case; else the team's own word.
fn kind_of_link(word: &str) -> String {
    let known = KNOWN_LINKS.into_iter().find(|known| known.eq_ignore_ascii_case(word));
    known.map_or_else(|| word.to_owned(), str::to_owned)
}

/// The repository that annotations of Backstage's own plug-ins name.
fn repository(annotations: &[(u64, String, String)]) -> Option<Link> {
    let value =
        |name: &str| annotations.iter().find(|(_, key, _)| key == name).map(|(_, _, value)| value.trim());
    let location = value("backstage.io/source-location").and_then(|value| value.strip_prefix("url:"));
    let url = match (location, value("github.com/project-slug")) {
        (Some(url), _) => url.trim_end_matches('/').to_owned(),
        (None, Some(project)) => format!("https://github.com/{project}"),
        (None, None) => return None,
    };
    is_web_address(&url).then(|| Link { kind: "repository".to_owned(), url })
}

fn child<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let Value::Map(entries) = &node.value else { return None };
    entries.iter().find(|(known, _)| known.name == key).map(|(_, node)| node).filter(|node| !node.is_null())
}

/// A text that is there and not blank, with its line.
fn text<'n>(node: &'n Node, key: &str) -> Option<(u64, &'n str)> {
    let found = child(node, key)?;
    let Value::Scalar { text, .. } = &found.value else { return None };
    let text = text.trim();
    (!text.is_empty() && !text.contains('\0')).then_some((found.line, text))
}

/// All texts of a table.
fn texts(node: &Node) -> Vec<(u64, String, String)> {
    let Value::Map(entries) = &node.value else { return Vec::new() };
    let text = |(key, node): &(crate::yaml::Key, Node)| match &node.value {
        Value::Scalar { text, .. } if !text.contains('\0') => {
            Some((key.line, key.name.clone(), text.clone()))
        }
        _ => None,
    };
    entries.iter().filter_map(text).collect()
}
