//! The output of `terraform show -json`: resources that are objectives, in all modules.

use domain::objective::{Window, WindowUnit};
use domain::objective_proposal::Promise;
use domain::ratio::Ppm;
use domain::rejection::{Gravity, Issue};
use domain::terraform::{TerraformKind, TerraformObjective};
use jiff::civil::DateTime;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::input::{ReadError, checked, text};

/// The largest output that is read, in bytes: a state of some ten thousand resources.
const SHOW_LIMIT: usize = 64 * 1024 * 1024;

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The objectives, in the order of the file.
    pub resources: Vec<TerraformObjective>,
    /// Remarks on what was left out.
    pub issues: Vec<Issue>,
}

#[derive(Deserialize)]
struct State {
    values: Option<Values>,
    planned_values: Option<serde::de::IgnoredAny>,
    format_version: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Values {
    root_module: Option<Module>,
}

#[derive(Deserialize)]
struct Module {
    #[serde(default)]
    resources: Vec<Resource>,
    #[serde(default)]
    child_modules: Vec<Module>,
}

/// A resource; values of other kinds are kept as unread text and dropped with it.
#[derive(Deserialize)]
struct Resource {
    address: String,
    #[serde(default)]
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    values: Option<Box<RawValue>>,
    sensitive_values: Option<Box<RawValue>>,
}

/// Reads an output of `terraform show -json`.
///
/// # Errors
/// [`ReadError`] when it is too large, empty, no UTF-8 or holds NUL. What is no such output is told as an issue.
pub fn parse(bytes: &[u8], file: &str, source: &str) -> Result<Shown, ReadError> {
    let source_text = text(checked(bytes, file, SHOW_LIMIT)?, file, 1)?;
    let mut shown = Shown::default();
    let mut reader = Reader { file, source, shown: &mut shown };
    match serde_json::from_str::<State>(source_text) {
        Ok(state) => reader.state(state),
        Err(error) => {
            let what = format!("This is no output of terraform show -json: {}.", plain(&error));
            reader.reject(Some(error.line() as u64), "terraform/json", what, SHOW_COMMAND);
        }
    }
    Ok(shown)
}

const SHOW_COMMAND: &str = "Write it with: terraform show -json > state.json";

/// What is wrong, without any text of the file: it may hold secrets.
fn plain(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Syntax => "it is not JSON",
        _ => "its shape is another one",
    }
}

struct Reader<'a> {
    file: &'a str,
    source: &'a str,
    shown: &'a mut Shown,
}

impl Reader<'_> {
    fn note(
        &mut self,
        line: Option<u64>,
        place: Option<String>,
        rule: &'static str,
        what: String,
        mend: &str,
        gravity: Gravity,
    ) {
        self.shown.issues.push(Issue {
            file: self.file.to_owned(),
            line: line.filter(|line| *line > 0),
            column: place,
            rule,
            what,
            mend: mend.to_owned(),
            gravity,
        });
    }

    fn reject(&mut self, line: Option<u64>, rule: &'static str, what: String, mend: &str) {
        self.note(line, None, rule, what, mend, Gravity::Rejected);
    }

    fn state(&mut self, state: State) {
        let is_plan = state.planned_values.is_some();
        let Some(module) = state.values.and_then(|values| values.root_module) else {
            if is_plan {
                let what = "This is a plan, which says what is to be; a state says what is.".to_owned();
                self.reject(None, "terraform/plan", what, SHOW_COMMAND);
            } else if state.format_version.is_none() {
                let what = "This is no output of terraform show -json.".to_owned();
                self.reject(None, "terraform/json", what, SHOW_COMMAND);
            }
            return;
        };
        self.module(module);
    }

    fn module(&mut self, module: Module) {
        for resource in module.resources {
            let kind = resource.kind.parse::<TerraformKind>();
            if let (Ok(kind), true) = (kind, resource.mode.is_empty() || resource.mode == "managed") {
                self.resource(&resource, kind);
            }
        }
        for child in module.child_modules {
            self.module(child);
        }
    }

    fn resource(&mut self, resource: &Resource, kind: TerraformKind) {
        if self.shown.resources.iter().any(|known| known.address == resource.address) {
            let what = format!("{} stands there twice; the first is taken.", resource.address);
            self.note(
                None,
                Some(resource.address.clone()),
                "terraform/repeated",
                what,
                SHOW_COMMAND,
                Gravity::Warning,
            );
            return;
        }
        let read = match kind {
            TerraformKind::Datadog => datadog(resource),
            TerraformKind::ApplicationSignals => application_signals(resource),
        };
        let Some((external_id, name, promises)) = read else {
            let what = format!("{} has values of another shape than its kind has.", resource.address);
            self.reject(None, "terraform/shape", what, "Update the provider, or report this.");
            return;
        };
        if promises.is_empty() {
            let what = format!("{} tells no target and window that can be compared.", resource.address);
            let mend = "Nothing to do where they are sensitive or custom; its address is known now.";
            self.note(
                None,
                Some(resource.address.clone()),
                "terraform/no-target",
                what,
                mend,
                Gravity::Warning,
            );
        }
        self.shown.resources.push(TerraformObjective {
            source: self.source.to_owned(),
            address: resource.address.clone(),
            kind,
            external_id,
            name,
            promises,
        });
    }
}

/// The vendor's id, the name and the promises of a resource.
type Read = (String, String, Vec<Promise>);

/// The marks of what is sensitive, in the shape of the values.
fn sensitive(resource: &Resource) -> serde_json::Value {
    let text = resource.sensitive_values.as_ref().map_or("{}", |marks| marks.get());
    serde_json::from_str(text).unwrap_or_default()
}

/// Whether a mark, or any mark inside it, says sensitive.
fn is_marked(marks: &serde_json::Value, key: &str) -> bool {
    fn any(mark: &serde_json::Value) -> bool {
        match mark {
            serde_json::Value::Bool(mark) => *mark,
            serde_json::Value::Array(marks) => marks.iter().any(any),
            serde_json::Value::Object(marks) => marks.values().any(any),
            _ => false,
        }
    }
    marks.as_bool() == Some(true) || marks.get(key).is_some_and(any)
}

/// A block, which providers write as a list of one or as itself.
#[derive(Deserialize)]
#[serde(untagged)]
enum Block<T> {
    Many(Vec<T>),
    One(T),
}

impl<T> Block<T> {
    fn into_vec(self) -> Vec<T> {
        match self {
            Self::Many(many) => many,
            Self::One(one) => vec![one],
        }
    }
}

#[derive(Deserialize)]
struct Datadog<'a> {
    id: Option<String>,
    name: Option<String>,
    #[serde(borrow, default)]
    thresholds: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Threshold<'a> {
    timeframe: Option<String>,
    #[serde(borrow)]
    target: Option<&'a RawValue>,
}

fn datadog(resource: &Resource) -> Option<Read> {
    let marks = sensitive(resource);
    let values: Datadog = serde_json::from_str(resource.values.as_ref()?.get()).ok()?;
    let mut promises = Vec::new();
    if !is_marked(&marks, "thresholds") {
        for threshold in values.thresholds {
            let threshold: Threshold = serde_json::from_str(threshold.get()).ok()?;
            let days = threshold.timeframe.as_deref().and_then(|frame| frame.strip_suffix('d')?.parse().ok());
            let target = threshold.target.and_then(percent);
            promises.extend(days.zip(target).map(|(days, target): (i64, Ppm)| Promise {
                target,
                window: Window::Rolling { seconds: days.saturating_mul(86_400) },
            }));
        }
    }
    let taken =
        |key: &str, value: Option<String>| value.filter(|_| !is_marked(&marks, key)).unwrap_or_default();
    Some((taken("id", values.id), taken("name", values.name), promises))
}

#[derive(Deserialize)]
struct Signals<'a> {
    arn: Option<String>,
    name: Option<String>,
    #[serde(borrow)]
    goal: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Goal<'a> {
    #[serde(borrow)]
    attainment_goal: Option<&'a RawValue>,
    #[serde(borrow)]
    interval: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Interval {
    rolling_interval: Option<Block<Length>>,
    calendar_interval: Option<Block<Length>>,
}

#[derive(Deserialize)]
struct Length {
    duration: Option<i64>,
    duration_unit: Option<String>,
    start_time: Option<String>,
}

fn application_signals(resource: &Resource) -> Option<Read> {
    let marks = sensitive(resource);
    let values: Signals = serde_json::from_str(resource.values.as_ref()?.get()).ok()?;
    let mut promises = Vec::new();
    if let Some(goal) = values.goal.filter(|_| !is_marked(&marks, "goal")) {
        for goal in many::<Goal>(goal)? {
            promises.extend(goal_promise(&goal));
        }
    }
    let taken =
        |key: &str, value: Option<String>| value.filter(|_| !is_marked(&marks, key)).unwrap_or_default();
    Some((taken("arn", values.arn), taken("name", values.name), promises))
}

/// A block as all of its entries; `null` has none.
fn many<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Option<Vec<T>> {
    let text = raw.get().trim();
    if text == "null" {
        return Some(Vec::new());
    }
    if text.starts_with('[') {
        serde_json::from_str(text).ok()
    } else {
        Some(vec![serde_json::from_str(text).ok()?])
    }
}

fn goal_promise(goal: &Goal) -> Option<Promise> {
    let target = percent(goal.attainment_goal?)?;
    let interval: Interval = many(goal.interval?)?.into_iter().next()?;
    let first = |block: Option<Block<Length>>| block.and_then(|block| block.into_vec().into_iter().next());
    let window = match (first(interval.rolling_interval), first(interval.calendar_interval)) {
        (Some(length), _) => rolling(&length)?,
        (None, Some(length)) => calendar(&length)?,
        (None, None) => return None,
    };
    Some(Promise { target, window })
}

fn rolling(length: &Length) -> Option<Window> {
    let unit = match length.duration_unit.as_deref()? {
        "MINUTE" => 60,
        "HOUR" => 3_600,
        "DAY" => 86_400,
        // A rolling month is thirty days, as in OpenSLO's shorthand.
        "MONTH" => 30 * 86_400,
        _ => return None,
    };
    Some(Window::Rolling { seconds: length.duration?.checked_mul(unit)? })
}

fn calendar(length: &Length) -> Option<Window> {
    let unit = match length.duration_unit.as_deref()? {
        "MINUTE" => WindowUnit::Minute,
        "HOUR" => WindowUnit::Hour,
        "DAY" => WindowUnit::Day,
        "MONTH" => WindowUnit::Month,
        _ => return None,
    };
    let start: jiff::Timestamp = length.start_time.as_deref()?.parse().ok()?;
    let start: DateTime = jiff::tz::TimeZone::UTC.to_datetime(start);
    let count = length.duration?.try_into().ok().filter(|count: &i32| *count > 0)?;
    Some(Window::Calendar { unit, count, start, time_zone: "UTC".to_owned() })
}

/// A percentage as it stands there, exact; a target of more digits than millionths is rounded down.
fn percent(raw: &RawValue) -> Option<Ppm> {
    let text = raw.get().trim().trim_matches('"');
    let value = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).ok()?;
    value
        .checked_mul(Decimal::from(10_000))?
        .floor()
        .to_i64()
        .filter(|ppm| (1..=1_000_000).contains(ppm))
        .map(Ppm)
}
