//! YAML (and JSON, which is YAML) as a tree with locations, bounded in depth and size.
//!
//! Streams are cut at `---` before they are parsed, so that a document that is no YAML costs only
//! itself. Aliases are copied, and every copy counts against the size: a bomb is refused, not grown.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle};

/// How deep a document may nest.
const DEPTH_LIMIT: usize = 64;

/// How many nodes one stream document may have, copies by aliases included.
const NODE_LIMIT: usize = 200_000;

/// One value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The line, from 1.
    pub(crate) line: u64,
    pub(crate) value: Value,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// A scalar; `plain` when it is not quoted and no block.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) line: u64,
    pub(crate) name: String,
}

/// Why a document could not be read.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) line: u64,
    pub(crate) what: String,
}

impl Node {
    /// Whether it stands for nothing.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true }
            if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
    }

    /// How many nodes it has, itself included.
    fn size(&self) -> usize {
        1 + match &self.value {
            Value::Scalar { .. } => 0,
            Value::List(nodes) => nodes.iter().map(Self::size).sum(),
            Value::Map(entries) => entries.iter().map(|(_, node)| node.size()).sum(),
        }
    }

    /// How deep it nests.
    fn depth(&self) -> usize {
        1 + match &self.value {
            Value::Scalar { .. } => 0,
            Value::List(nodes) => nodes.iter().map(Self::depth).max().unwrap_or(0),
            Value::Map(entries) => entries.iter().map(|(_, node)| node.depth()).max().unwrap_or(0),
        }
    }

    /// The value as text that is the same for the same content: keys sorted, comments and styles gone.
    pub(crate) fn canonical(&self) -> String {
        match &self.value {
            Value::Scalar { text, .. } => serde_json::Value::from(text.as_str()).to_string(),
            Value::List(nodes) => {
                let nodes: Vec<String> = nodes.iter().map(Self::canonical).collect();
                format!("[{}]", nodes.join(","))
            }
            Value::Map(entries) => {
                let mut entries: Vec<String> = entries
                    .iter()
                    .filter(|(_, node)| !node.is_null())
                    .map(|(key, node)| {
                        format!("{}:{}", serde_json::Value::from(key.name.as_str()), node.canonical())
                    })
                    .collect();
                entries.sort_unstable();
                format!("{{{}}}", entries.join(","))
            }
        }
    }
}

/// The documents of a stream, in order; each is a tree or the reason why it is none.
pub(crate) fn documents(source: &str) -> Vec<Result<Node, Fault>> {
    let mut documents = Vec::new();
    for (first_line, part) in parts(source) {
        if part.lines().all(is_blank) {
            continue;
        }
        let mut loader = Loader::new(first_line);
        match loader.load(part) {
            Ok(()) => documents.extend(loader.roots.into_iter().map(Ok)),
            Err(fault) => {
                documents.extend(loader.roots.into_iter().map(Ok));
                documents.push(Err(fault));
            }
        }
    }
    documents
}

/// Whether a line holds no content: a comment, a directive, a document marker alone or nothing.
fn is_blank(line: &str) -> bool {
    let line = line.trim();
    let content = line.strip_prefix("---").or_else(|| line.strip_prefix("...")).unwrap_or(line).trim_start();
    content.is_empty() || content.starts_with('#') || line.starts_with('%')
}

/// The stretches between document markers, each with the number of its first line.
fn parts(source: &str) -> Vec<(u64, &str)> {
    let mut parts = Vec::new();
    let (mut start, mut start_line, mut position) = (0, 1, 0);
    for (index, line) in source.split_inclusive('\n').enumerate() {
        let marks = line
            .strip_prefix("---")
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']));
        if marks && position > start {
            parts.push((start_line, &source[start..position]));
            start = position;
            start_line = index as u64 + 1;
        }
        position += line.len();
    }
    parts.push((start_line, &source[start..]));
    parts
}

/// A collection that is still open.
enum Open {
    List(Vec<Node>),
    Map(Vec<(Key, Node)>, Option<Key>),
}

/// Builds trees from events.
struct Loader {
    first_line: u64,
    roots: Vec<Node>,
    open: Vec<(Open, u64, usize)>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
}

impl Loader {
    fn new(first_line: u64) -> Self {
        Self { first_line, roots: Vec::new(), open: Vec::new(), anchors: HashMap::new(), nodes: 0 }
    }

    fn fault<T>(line: u64, what: impl Into<String>) -> Result<T, Fault> {
        Err(Fault { line, what: what.into() })
    }

    fn load(&mut self, part: &str) -> Result<(), Fault> {
        let mut parser = Parser::new_from_str(part);
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| Fault {
                line: self.first_line + (error.marker().line() as u64).saturating_sub(1),
                what: error.info().to_owned(),
            })?;
            let line = self.first_line + (span.start.line() as u64).saturating_sub(1);
            self.take(event, line)?;
        }
        Ok(())
    }

    fn take(&mut self, event: Event, line: u64) -> Result<(), Fault> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.is_none();
                let value = Value::Scalar { text: text.into_owned(), plain };
                self.put(Node { line, value }, anchor)
            }
            Event::SequenceStart(anchor, _) => self.begin(Open::List(Vec::new()), line, anchor),
            Event::MappingStart(anchor, _) => self.begin(Open::Map(Vec::new(), None), line, anchor),
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(node) if self.open.len() + node.depth() <= DEPTH_LIMIT => {
                    let copy = Node { line, value: node.value.clone() };
                    self.nodes += copy.size() - 1;
                    self.put(copy, 0)
                }
                Some(_) => Self::fault(line, format!("it nests deeper than {DEPTH_LIMIT} levels")),
                None => Self::fault(line, "an alias stands inside the value it names"),
            },
            Event::DocumentStart(_) => {
                self.anchors.clear();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, open: Open, line: u64, anchor: usize) -> Result<(), Fault> {
        if self.open.len() >= DEPTH_LIMIT {
            return Self::fault(line, format!("it nests deeper than {DEPTH_LIMIT} levels"));
        }
        self.open.push((open, line, anchor));
        Ok(())
    }

    fn end(&mut self) -> Result<(), Fault> {
        let Some((open, line, anchor)) = self.open.pop() else { return Ok(()) };
        let value = match open {
            Open::List(nodes) => Value::List(nodes),
            Open::Map(entries, _) => Value::Map(entries),
        };
        self.put(Node { line, value }, anchor)
    }

    /// Puts a finished node where it belongs.
    fn put(&mut self, node: Node, anchor: usize) -> Result<(), Fault> {
        self.nodes += 1;
        if self.nodes > NODE_LIMIT {
            return Self::fault(node.line, format!("it has more than {NODE_LIMIT} values, aliases included"));
        }
        if anchor > 0 {
            // The copy that the anchor keeps counts too, so that memory stays in step with the count.
            self.nodes += node.size();
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            None => self.roots.push(node),
            Some((Open::List(nodes), ..)) => nodes.push(node),
            Some((Open::Map(entries, key), ..)) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => *key = Some(key_of(node)?),
            },
        }
        Ok(())
    }
}

fn key_of(node: Node) -> Result<Key, Fault> {
    match node.value {
        Value::Scalar { text, .. } => Ok(Key { line: node.line, name: text }),
        _ => Loader::fault(node.line, "a key is a list or a table"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_cut_and_lines_counted() {
        let source = "%YAML 1.2\n---\na: 1 # one\n---\n- b\n---\nc: [\n--- # empty\n...\n--- {d: 'x'}\n";
        let seen: Vec<Result<(u64, String), u64>> = documents(source)
            .into_iter()
            .map(|document| document.map(|node| (node.line, node.canonical())).map_err(|fault| fault.line))
            .collect();
        assert_eq!(seen.len(), 4, "{seen:?}");
        assert_eq!(seen[0], Ok((3, r#"{"a":"1"}"#.to_owned())));
        assert_eq!(seen[1], Ok((5, r#"["b"]"#.to_owned())));
        assert!(seen[2].is_err());
        assert_eq!(seen[3], Ok((10, r#"{"d":"x"}"#.to_owned())));
    }

    #[test]
    fn bombs_are_refused() {
        let mut laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
        for level in 1..12 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            laughs.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        let deep = format!("{}x{}", "[".repeat(200), "]".repeat(200));
        let deeper = format!("{}x", "- ".repeat(100_000));
        let recursive = "a: &a [*a]";
        for bomb in [laughs.as_str(), &deep, &deeper, recursive] {
            assert!(documents(bomb).iter().any(Result::is_err), "{}", &bomb[..10]);
        }
        let fine = "a: &a {b: 1}\nc: *a\nd: [*a, *a]";
        let node = documents(fine).remove(0).unwrap();
        assert_eq!(node.canonical(), r#"{"a":{"b":"1"},"c":{"b":"1"},"d":[{"b":"1"},{"b":"1"}]}"#);
    }
}
