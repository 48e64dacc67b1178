//! The smallest change of a `.tf` file that makes an objective promise something else.
//!
//! Only literals of exactly the resource's own block are changed. What is an expression, what several instances
//! share, and what would need another block is not guessed at: people get the block as it should read.

use std::ops::Range;

use domain::error_budget::target_percent;
use domain::objective::{Window, WindowUnit};
use domain::objective_proposal::Promise;
use domain::terraform::TerraformKind;
use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block, Body};

use super::diff::unified;

const DAY: i64 = 86_400;

/// Which resource should promise what.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// What it is.
    pub kind: TerraformKind,
    /// Its address.
    pub address: &'a str,
    /// What it promises now.
    pub before: &'a Promise,
    /// What it should promise.
    pub promise: &'a Promise,
}

/// Why a file cannot be changed for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It is no HCL.
    Syntax,
    /// It does not hold the resource.
    Missing,
    /// A value that would change is an expression.
    Expression,
    /// The resource is made several times from the one block.
    Instances,
    /// No block of the resource has the window that is to change.
    Frame,
    /// The vendor has no such window, or it needs another block.
    Window,
    /// The file says so already.
    Same,
}

impl Obstacle {
    /// The word in the database, which pages turn into a sentence.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Missing => "missing",
            Self::Expression => "expression",
            Self::Instances => "instances",
            Self::Frame => "frame",
            Self::Window => "window",
            Self::Same => "same",
        }
    }
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patched {
    /// The unified diff, or why there is none.
    pub patch: Result<String, Obstacle>,
    /// The part of the resource that changes, as it should read.
    pub block: String,
}

/// Changes the file that stands at `path` in its repository.
#[must_use]
pub fn patch(path: &str, text: &str, change: &Change<'_>) -> Patched {
    let edits = edits(text, change);
    let patch = edits.map(|(changes, within)| unified(path, text, &changes, within));
    Patched { patch, block: block(change) }
}

/// Byte ranges with what should stand there.
type Edits = Vec<(Range<usize>, String)>;

fn edits(text: &str, change: &Change<'_>) -> Result<(Edits, Range<usize>), Obstacle> {
    let body: Body = hcl_edit::parser::parse_body(text).map_err(|_| Obstacle::Syntax)?;
    let resource = resource_of(&body, change).ok_or(Obstacle::Missing)?;
    let within = resource.span().ok_or(Obstacle::Syntax)?;
    let mut edits = Edits::new();
    match change.kind {
        TerraformKind::Datadog => datadog(&resource.body, change, &mut edits)?,
        TerraformKind::ApplicationSignals => application_signals(&resource.body, change, &mut edits)?,
    }
    if edits.is_empty() {
        return Err(Obstacle::Same);
    }
    if resource.body.has_attribute("for_each") || resource.body.has_attribute("count") {
        return Err(Obstacle::Instances);
    }
    // From the end on, so that places within one line stay where they are.
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    Ok((edits, within))
}

/// The block of the resource that an address names: the last name without its instance.
fn resource_of<'b>(body: &'b Body, change: &Change<'_>) -> Option<&'b Block> {
    let bare = without_instances(change.address);
    let name = bare.rsplit('.').next()?;
    let kind = change.kind.as_str();
    let is_it = |block: &&Block| {
        let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
        labels == [kind, name]
    };
    body.get_blocks("resource").find(is_it)
}

/// An address without `[0]` and `["key"]`; keys may hold anything, dots and brackets too.
fn without_instances(address: &str) -> String {
    let mut bare = String::with_capacity(address.len());
    let (mut is_inside, mut is_quoted, mut is_escaped) = (false, false, false);
    for letter in address.chars() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' if is_inside => is_quoted = !is_quoted,
            '[' if !is_inside => is_inside = true,
            ']' if is_inside && !is_quoted => is_inside = false,
            letter if !is_inside => bare.push(letter),
            _ => {}
        }
    }
    bare
}

fn datadog(body: &Body, change: &Change<'_>, edits: &mut Edits) -> Result<(), Obstacle> {
    let (before, after) = (frame(&change.before.window), frame(&change.promise.window));
    let (Some(before), Some(after)) = (before, after) else { return Err(Obstacle::Window) };
    let frames: Vec<&Block> = body.get_blocks("thresholds").collect();
    let is_dynamic = body
        .get_blocks("dynamic")
        .any(|block| block.labels.first().is_some_and(|label| label.as_str() == "thresholds"));
    let has_frame = |block: &&Block, word: &str| {
        block.body.get_attribute("timeframe").and_then(literal).is_some_and(|text| text == word)
    };
    let Some(block) = frames.iter().copied().find(|block| has_frame(block, &before)) else {
        // The file may be ahead of what is in force.
        let ahead = frames.iter().copied().find(|block| has_frame(block, &after));
        let is_expression =
            |block: &&Block| block.body.get_attribute("timeframe").is_some_and(|one| literal(one).is_none());
        return match ahead {
            Some(block) if before != after => number(block, "target", change, edits),
            _ if is_dynamic || frames.iter().any(is_expression) => Err(Obstacle::Expression),
            _ => Err(Obstacle::Frame),
        };
    };
    if before != after && frames.iter().any(|block| has_frame(block, &after)) {
        return Err(Obstacle::Window);
    }
    number(block, "target", change, edits)?;
    word(&block.body, "timeframe", &after, edits)?;
    // The primary time frame stands once more at the top of newer resources.
    let primary = body.get_attribute("timeframe");
    if primary.and_then(literal).is_some_and(|text| text == before) {
        word(body, "timeframe", &after, edits)?;
        if let Some(attribute) = body.get_attribute("target_threshold") {
            number_of(attribute, change, edits)?;
        }
    } else if primary.is_some_and(|one| literal(one).is_none()) && before != after {
        return Err(Obstacle::Expression);
    }
    Ok(())
}

/// Datadog's time frames.
fn frame(window: &Window) -> Option<String> {
    match window {
        Window::Rolling { seconds } if [7, 30, 90].contains(&(seconds / DAY)) && seconds % DAY == 0 => {
            Some(format!("{}d", seconds / DAY))
        }
        _ => None,
    }
}

fn application_signals(body: &Body, change: &Change<'_>, edits: &mut Edits) -> Result<(), Obstacle> {
    let Some(goal) = body.get_blocks("goal").next() else {
        return Err(if body.has_attribute("goal") { Obstacle::Expression } else { Obstacle::Frame });
    };
    number(goal, "attainment_goal", change, edits)?;
    if change.before.window == change.promise.window {
        return Ok(());
    }
    let Some(interval) = goal.body.get_blocks("interval").next() else { return Err(Obstacle::Window) };
    let (name, duration, unit) = length(&change.promise.window).ok_or(Obstacle::Window)?;
    let Some(length) = interval.body.get_blocks(name).next() else { return Err(Obstacle::Window) };
    let current = length.body.get_attribute("duration").ok_or(Obstacle::Window)?;
    replace(current, &duration.to_string(), edits)?;
    word(&length.body, "duration_unit", unit, edits)
}

/// A window in the words of Application Signals: the block, the number and the unit.
fn length(window: &Window) -> Option<(&'static str, i64, &'static str)> {
    match window {
        Window::Rolling { seconds } => [(DAY, "DAY"), (3_600, "HOUR"), (60, "MINUTE")]
            .into_iter()
            .find(|(unit, _)| seconds % unit == 0)
            .map(|(unit, word)| ("rolling_interval", seconds / unit, word)),
        Window::Calendar { unit: WindowUnit::Month, count, .. } => {
            Some(("calendar_interval", i64::from(*count), "MONTH"))
        }
        Window::Calendar { unit: WindowUnit::Quarter, count, .. } => {
            Some(("calendar_interval", 3 * i64::from(*count), "MONTH"))
        }
        Window::Calendar { unit: WindowUnit::Year, count, .. } => {
            Some(("calendar_interval", 12 * i64::from(*count), "MONTH"))
        }
        Window::Calendar { unit: WindowUnit::Week, count, .. } => {
            Some(("calendar_interval", 7 * i64::from(*count), "DAY"))
        }
        Window::Calendar { .. } => None,
    }
}

/// Puts the proposed target in the place of a literal one.
fn number(block: &Block, key: &str, change: &Change<'_>, edits: &mut Edits) -> Result<(), Obstacle> {
    number_of(block.body.get_attribute(key).ok_or(Obstacle::Frame)?, change, edits)
}

fn number_of(attribute: &Attribute, change: &Change<'_>, edits: &mut Edits) -> Result<(), Obstacle> {
    replace(attribute, &target_percent(change.promise.target).to_string(), edits)
}

/// Puts a word in the place of a literal one.
fn word(body: &Body, key: &str, with: &str, edits: &mut Edits) -> Result<(), Obstacle> {
    let Some(attribute) = body.get_attribute(key) else { return Err(Obstacle::Window) };
    replace(attribute, with, edits)
}

/// Puts a text in the place of a literal; in quotes where that has them. The same value is left as it is written.
fn replace(attribute: &Attribute, with: &str, edits: &mut Edits) -> Result<(), Obstacle> {
    let now = literal(attribute).ok_or(Obstacle::Expression)?;
    let range = attribute.value.span().ok_or(Obstacle::Expression)?;
    let number = |text: &str| rust_decimal::Decimal::from_str_exact(text).ok();
    if now == with || number(&now).is_some_and(|value| number(with) == Some(value)) {
        return Ok(());
    }
    let is_quoted = matches!(attribute.value, Expression::String(_));
    edits.push((range, if is_quoted { format!("\"{with}\"") } else { with.to_owned() }));
    Ok(())
}

/// The text of a literal number or of a string without anything to work out.
fn literal(attribute: &Attribute) -> Option<String> {
    match &attribute.value {
        Expression::String(text) => Some(text.as_str().to_owned()),
        Expression::Number(number) => Some(number.value().to_string()),
        _ => None,
    }
}

/// The part of a resource that changes, as it should read.
#[must_use]
pub fn block(change: &Change<'_>) -> String {
    let target = target_percent(change.promise.target);
    let head = format!("# {}\n", change.address);
    match change.kind {
        TerraformKind::Datadog => {
            let frame = frame(&change.promise.window)
                .unwrap_or_else(|| "7d, 30d or 90d: Datadog has no other windows".to_owned());
            format!("{head}thresholds {{\n  timeframe = \"{frame}\"\n  target    = {target}\n}}\n")
        }
        TerraformKind::ApplicationSignals => {
            let interval = match length(&change.promise.window) {
                Some((name @ "rolling_interval", duration, unit)) => {
                    format!(
                        "    {name} {{\n      duration      = {duration}\n      duration_unit = \"{unit}\"\n    }}\n"
                    )
                }
                Some((name, duration, unit)) => format!(
                    "    {name} {{\n      duration      = {duration}\n      duration_unit = \"{unit}\"\n      start_time    = \"{}\"\n    }}\n",
                    start_of(&change.promise.window)
                ),
                None => "    # Application Signals has no such window\n".to_owned(),
            };
            format!("{head}goal {{\n  attainment_goal = {target}\n  interval {{\n{interval}  }}\n}}\n")
        }
    }
}

/// When a calendar begins, as an instant.
fn start_of(window: &Window) -> String {
    let Window::Calendar { start, time_zone, .. } = window else { return String::new() };
    let zone = jiff::tz::TimeZone::get(time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    zone.to_timestamp(*start).map(|start| start.to_string()).unwrap_or_default()
}
