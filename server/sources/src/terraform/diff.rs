//! A change of a few lines as a unified diff that `git apply` takes.

use std::ops::Range;

/// How many lines around a change are shown, if the block has as many.
const CONTEXT: usize = 3;

/// Replacements of byte ranges, none of which touches another, as a unified diff of the file. Context is taken
/// from `within` only, so that nothing of other blocks leaves the file.
pub(super) fn unified(
    path: &str,
    text: &str,
    changes: &[(Range<usize>, String)],
    within: Range<usize>,
) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut starts = Vec::with_capacity(lines.len());
    let mut offset = 0;
    for line in &lines {
        starts.push(offset);
        offset += line.len();
    }
    let line_of = |byte: usize| starts.partition_point(|start| *start <= byte).saturating_sub(1);
    let (first, last) = (line_of(within.start), line_of(within.end.saturating_sub(1)));
    let mut changed: Vec<(usize, String)> = Vec::new();
    for (range, with) in changes {
        let line = line_of(range.start);
        let new = match changed.iter().position(|(known, _)| *known == line) {
            // Several changes of one line are made from its end on, so that earlier places stay.
            Some(position) => &mut changed[position].1,
            None => {
                changed.push((line, lines[line].to_owned()));
                let position = changed.len() - 1;
                &mut changed[position].1
            }
        };
        new.replace_range(range.start - starts[line]..range.end - starts[line], with);
    }
    changed.sort_by_key(|(line, _)| *line);
    let mut diff = format!("--- a/{path}\n+++ b/{path}\n");
    let mut position = 0;
    while position < changed.len() {
        let from = changed[position].0.saturating_sub(CONTEXT).max(first);
        let mut to = (changed[position].0 + CONTEXT).min(last);
        let mut end = position + 1;
        while end < changed.len() && changed[end].0 <= to + CONTEXT {
            to = (changed[end].0 + CONTEXT).min(last);
            end += 1;
        }
        hunk(&mut diff, &lines, from..to + 1, &changed[position..end]);
        position = end;
    }
    diff
}

/// One hunk: the lines of a range, those that change as removed and added.
fn hunk(diff: &mut String, lines: &[&str], range: Range<usize>, changed: &[(usize, String)]) {
    let count = range.len();
    let start = range.start + 1;
    diff.push_str(&format!("@@ -{start},{count} +{start},{count} @@\n"));
    for line in range {
        match changed.iter().find(|(number, _)| *number == line) {
            None => push(diff, ' ', lines[line]),
            Some((_, new)) => {
                push(diff, '-', lines[line]);
                push(diff, '+', new);
            }
        }
    }
}

fn push(diff: &mut String, mark: char, line: &str) {
    diff.push(mark);
    diff.push_str(line);
    if !line.ends_with('\n') {
        diff.push_str("\n\\ No newline at end of file\n");
    }
}
