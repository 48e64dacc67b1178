//! Service levels counted in Prometheus, or in what answers its HTTP API: Mimir, Thanos, VictoriaMetrics.
//!
//! Definitions come from OpenSLO files; their `spec.query` is a selector of a counter
//! (`requests_total{code=~"5.."}`, also within `sum(…)`) or a query with the place of the window in it
//! (`sum(increase(requests_total[{{.window}}]))`).
//!
//! Two modes. `increase` lets Prometheus count: it takes any query, and estimates up to a scrape interval of
//! events at the edges of a bucket, where samples do not fall on them. `raw` fetches the samples and counts
//! them itself, exactly; queries are selectors. In both, a bucket `[start, end)` holds what counters gained
//! between their samples at its edges, a sample on an edge being that of the earlier bucket's end.
//!
//! Code map: [`http`] requests; [`reply`] answers; [`query`] PromQL; [`measure`] definitions and sums; [`count`]
//! one objective's buckets, [`raw`] by their samples.

mod count;
mod http;
mod measure;
mod query;
mod raw;
mod reply;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinSet;

use self::count::Counting;
use self::http::Server;
use self::measure::{Measure, Unanswerable};
use crate::slo::{
    Answer, Definitions, Fault, Grain, Habits, Question, SloSource, SloSourceError, State, files,
};

/// `metricSource.type` of metrics that are counted here.
const KIND: &str = "Prometheus";

/// How many objectives are asked about in one question; how many requests that makes at once is an option.
const BATCH: usize = 50;

/// How many seconds a source has to keep its samples so that every run can read four weeks again.
const KEPT_SECONDS: i64 = 35 * 86_400;

/// How one gets in.
#[derive(Clone)]
pub enum Entry {
    /// Without anything.
    Open,
    /// By name and password.
    Basic {
        /// The name.
        name: String,
        /// The password.
        password: String,
    },
    /// By a bearer token.
    Bearer(String),
}

/// What is asked and how.
#[derive(Clone)]
pub struct Options {
    /// The address before `/api/v1`.
    pub endpoint: String,
    /// OpenSLO files, see [`files::read`].
    pub definitions: Vec<String>,
    /// Whether events are counted from the samples themselves.
    pub is_raw: bool,
    /// How one gets in.
    pub entry: Entry,
    /// What is sent as `X-Scope-OrgID`.
    pub tenant: Option<String>,
    /// How many seconds lie between two samples.
    pub scrape_seconds: i64,
    /// How many requests are on their way at once.
    pub queries_at_once: usize,
}

/// A source of service levels that speaks PromQL.
pub struct Prometheus {
    server: Arc<Server>,
    definitions: Vec<String>,
    counting: Counting,
    measures: BTreeMap<String, Result<Measure, Unanswerable>>,
    /// Objectives whose queries took too long; they are asked again by the next sync.
    too_slow: BTreeSet<String>,
}

impl Prometheus {
    /// A client; nothing is asked yet.
    ///
    /// # Errors
    /// [`SloSourceError::Settings`] when the options cannot be used.
    pub fn new(options: Options) -> Result<Self, SloSourceError> {
        Ok(Self {
            server: Arc::new(Server::new(&options)?),
            definitions: options.definitions,
            counting: Counting { is_raw: options.is_raw, scrape_seconds: options.scrape_seconds },
            measures: BTreeMap::new(),
            too_slow: BTreeSet::new(),
        })
    }

    fn unanswerable(question: &Question, why: Option<&Unanswerable>) -> Fault {
        let (what, mend) =
            why.cloned().unwrap_or(("It was not defined by this source.".to_owned(), "Sync again."));
        Fault {
            objective: question.objective.id.clone(),
            state: State::Unanswerable,
            what,
            mend: mend.to_owned(),
        }
    }

    /// Whether samples are kept for long enough, where the server tells.
    async fn retention(&self) -> Option<(bool, String)> {
        let flags = self.server.page("/api/v1/status/flags").await.ok()?;
        let kept = reply::text(&flags, "storage.tsdb.retention.time")?;
        let seconds = match seconds_of(&kept)? {
            0 => seconds_of("15d")?,
            seconds => seconds,
        };
        let days = seconds / 86_400;
        Some(if seconds < KEPT_SECONDS {
            let text = format!(
                "it keeps samples for {days} days: what is older at the first sync has no data; raise \
                 storage.tsdb.retention.time to 35d or more, 100d for the first sync"
            );
            (false, text)
        } else {
            (true, format!("it keeps samples for {days} days"))
        })
    }
}

/// The seconds of a duration such as `15d` or `1y6h`.
fn seconds_of(text: &str) -> Option<i64> {
    let mut seconds: i64 = 0;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let (number, after) = rest.split_at(digits);
        let end = after.find(|letter: char| letter.is_ascii_digit()).unwrap_or(after.len());
        let (unit, next) = after.split_at(end);
        let length = match unit {
            "ms" => 0,
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86_400,
            "w" => 7 * 86_400,
            "y" => 365 * 86_400,
            _ => return None,
        };
        seconds = seconds.checked_add(number.parse::<i64>().ok()?.checked_mul(length)?)?;
        rest = next;
    }
    Some(seconds)
}

#[async_trait]
impl SloSource for Prometheus {
    fn place(&self) -> String {
        self.server.place()
    }

    fn habits(&self) -> Habits {
        // The last scrape before the end, and the time it takes to be written.
        let delay = SignedDuration::from_secs(self.counting.scrape_seconds.saturating_add(60));
        Habits { recent: Grain::Hours, delay, batch: BATCH }
    }

    async fn definitions(&mut self, source: &str, at: Timestamp) -> Result<Definitions, SloSourceError> {
        let read = files::read_beside(&self.definitions, KIND, source, at).await?;
        self.measures = read
            .definitions
            .objectives
            .iter()
            .map(|objective| {
                let metrics = read.metrics.get(&objective.id).cloned().unwrap_or_default();
                let measure = Measure::of(&metrics, objective.method, self.counting.is_raw);
                (objective.id.clone(), measure)
            })
            .collect();
        Ok(read.definitions)
    }

    async fn counts(&mut self, questions: &[Question]) -> Result<Answer, SloSourceError> {
        let mut whole = Answer::default();
        // The rest is given up when this is dropped.
        let mut tasks = JoinSet::new();
        let asked = questions.iter().filter(|question| !self.too_slow.contains(&question.objective.id));
        for question in asked {
            match self.measures.get(&question.objective.id) {
                Some(Ok(measure)) => {
                    let (server, counting) = (Arc::clone(&self.server), self.counting);
                    let (measure, question) = (measure.clone(), question.clone());
                    tasks.spawn(async move {
                        let counted = count::answer(&server, counting, &measure, &question).await;
                        counted.map(|counted| (question.objective.id, counted))
                    });
                }
                other => {
                    let why = other.and_then(|measure| measure.as_ref().err());
                    whole.faults.push(Self::unanswerable(question, why));
                }
            }
        }
        while let Some(done) = tasks.join_next().await {
            let (id, counted) = done.map_err(|error| SloSourceError::Failed {
                place: self.place(),
                what: format!("reading its answer broke off ({error})"),
            })??;
            if counted.is_too_slow {
                self.too_slow.insert(id);
            }
            whole.buckets.extend(counted.answer.buckets);
            whole.faults.extend(counted.answer.faults);
        }
        Ok(whole)
    }

    async fn probe(&mut self, source: &str, at: Timestamp) -> Vec<(bool, String)> {
        let mut found = Vec::new();
        match self.server.page("/api/v1/status/buildinfo").await {
            Ok(page) => {
                let version = reply::text(&page, "version").unwrap_or_else(|| "unknown".to_owned());
                found.push((true, format!("{} answers, version {version}", self.place())));
            }
            Err(error) => return vec![(false, error.to_string())],
        }
        found.extend(self.retention().await);
        match self.definitions(source, at).await {
            Err(error) => found.push((false, error.to_string())),
            Ok(definitions) => {
                let count = definitions.objectives.len();
                found.push((count > 0, format!("its files define {count} objectives")));
                let issues =
                    definitions.issues.iter().map(|issue| (false, format!("{} {}", issue.what, issue.mend)));
                found.extend(issues);
                for (id, measure) in &self.measures {
                    if let Err((what, mend)) = measure {
                        found.push((false, format!("{id}: {what} {mend}")));
                    }
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retention_is_read_as_prometheus_writes_it() {
        for (text, expected) in [
            ("15d", Some(1_296_000)),
            ("1y6h", Some(31_557_600)),
            ("0s", Some(0)),
            ("soon", None),
            ("5", None),
        ] {
            assert_eq!(seconds_of(text), expected, "{text}");
        }
    }
}
