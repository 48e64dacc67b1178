//! Service levels that Datadog keeps: definitions, counts, and what Datadog itself says of them; and its incidents.
//!
//! One run asks for the list of SLOs, the search (how all of them stand now), the corrections, and one history
//! per SLO and ISO week, whatever its number of targets. Counts are reckoned from the histories; Datadog's own
//! percentages are kept beside them and never mixed in.
//!
//! Code map: [`http`] requests and rate limits; [`reply`], [`number`] answers; [`definition`] SLOs as objectives;
//! [`history`] counts; [`correction`] excluded times; [`alert`] which alerts look at SLOs; [`incident`] incidents.

mod alert;
mod correction;
mod definition;
mod history;
mod http;
mod incident;
mod number;
mod reply;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use domain::objective_vendor::{VendorSpan, VendorStatement};
use domain::period::Period;
use domain::product::Slug;
use domain::rejection::Issue;
use domain::week::{IsoWeek, start_of_day};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::de::DeserializeOwned;
use tokio::task::JoinSet;

use self::correction::Exclusions;
use self::definition::{Reading, TIMEFRAMES, Told, id_of, remark};
use self::http::{CallError, Entry, Server};
use self::reply::{Corrections, HistoryReply, List, Search, Slo};
use crate::slo::{
    Answer, Definitions, Fault, Grain, Habits, Question, SloSource, SloSourceError, State, VendorNews,
};

pub(crate) use incident::{AskedIncident, IncidentAttributes, keys_of_product};
pub use incident::{IncidentAccount, IncidentAnswer, IncidentOptions, IncidentPage};

/// The right that reading service levels needs.
const RIGHT: &str =
    "give the application key the scope slos_read, and look whether both keys are of this site";

/// How many hits one page of the search has at most.
const SEARCH_PAGE: usize = 100;

/// How many pages are asked for at most: a server that never ends must not keep us.
const PAGES: usize = 1_000;

/// How many histories are on their way at once.
const AT_ONCE: usize = 4;

/// How many objectives are asked about in one question.
const BATCH: usize = 60;

/// How long after its end a day is taken to have arrived.
const DELAY: SignedDuration = SignedDuration::from_hours(1);

/// What is asked and how.
#[derive(Clone)]
pub struct Options {
    /// The address before `/api/v1`.
    pub endpoint: String,
    /// `DD-API-KEY`.
    pub api_key: String,
    /// `DD-APPLICATION-KEY`, with the scope `slos_read`.
    pub application_key: String,
    /// Products by tag, such as `service:pay-api`.
    pub products: BTreeMap<String, Slug>,
    /// How many SLOs one page of the list has, from 1.
    pub page_size: usize,
}

/// Which history a week's counts are read from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    slo: String,
    days: Vec<Period>,
}

type Heard = Result<Arc<HistoryReply>, CallError>;

/// Service levels of Datadog.
pub struct Datadog {
    server: Arc<Server>,
    options: Options,
    zone: TimeZone,
    told: Told,
    exclusions: Exclusions,
    news: VendorNews,
    /// Histories of the last question: targets of one SLO may stand in two.
    heard: BTreeMap<Asked, Heard>,
}

impl Datadog {
    /// A client; nothing is asked yet.
    ///
    /// # Errors
    /// [`SloSourceError::Settings`] when the options cannot be used.
    pub fn new(options: Options) -> Result<Self, SloSourceError> {
        let entry = Entry {
            endpoint: &options.endpoint,
            api_key: &options.api_key,
            application_key: &options.application_key,
            right: RIGHT,
        };
        Ok(Self {
            server: Arc::new(Server::new(&entry)?),
            options,
            zone: TimeZone::UTC,
            told: Told::default(),
            exclusions: Exclusions::default(),
            news: VendorNews::default(),
            heard: BTreeMap::new(),
        })
    }

    async fn page<T: DeserializeOwned>(&self, path: &str) -> Result<T, CallError> {
        let body = self.server.get(path).await?;
        parsed(&body).map_err(|what| {
            CallError::Source(SloSourceError::Unreadable { place: self.server.place(), what })
        })
    }

    /// All definitions, page by page until one is short: Datadog's own totals count something else.
    async fn list(&self, source: &str, at: Timestamp) -> Result<Told, SloSourceError> {
        let (place, limit) = (self.server.place(), self.options.page_size.max(1));
        let reading = Reading { place: &place, source, at, products: &self.options.products };
        let mut told = Told::default();
        for page in 0..PAGES {
            let path = format!("/api/v1/slo?limit={limit}&offset={}", page * limit);
            let list: List = self.page(&path).await.map_err(|error| self.server.whole(error))?;
            let slos = list.data.ok_or_else(|| SloSourceError::Unreadable {
                place: place.clone(),
                what: "the list of SLOs has no data".to_owned(),
            })?;
            for slo in &slos {
                match serde_json::from_str::<Slo>(slo.get()) {
                    Ok(slo) => reading.take(&slo, &mut told),
                    Err(error) => keep_unreadable(&place, slo.get(), &error, &mut told),
                }
            }
            if slos.len() < limit {
                return Ok(told);
            }
        }
        Err(SloSourceError::Unreadable { place, what: "the list of SLOs has no end".to_owned() })
    }

    /// How all objectives stand now, by Datadog's own reckoning.
    async fn search(&self, at: Timestamp) -> Result<(Vec<VendorStatement>, Vec<Issue>), CallError> {
        let (mut said, mut issues) = (BTreeMap::new(), Vec::new());
        for page in 0..PAGES {
            let path = format!("/api/v1/slo/search?page%5Bsize%5D={SEARCH_PAGE}&page%5Bnumber%5D={page}");
            let search: Search = self.page(&path).await?;
            let hits = search.data.and_then(|data| data.attributes).and_then(|found| found.slos);
            let hits = hits.unwrap_or_default();
            let count = hits.len();
            for slo in hits.into_iter().filter_map(|hit| hit.data) {
                let Some((id, of)) = slo.id.zip(slo.attributes) else { continue };
                for status in of.overall_status.iter().flatten() {
                    match self.stands(&id, status, at) {
                        Some(Ok(statement)) => {
                            said.insert(statement.objective.clone(), statement);
                        }
                        Some(Err(issue)) => issues.push(issue),
                        None => {}
                    }
                }
            }
            if count < SEARCH_PAGE {
                break;
            }
        }
        Ok((said.into_values().collect(), issues))
    }

    /// What one status says; nothing for a target that is not known here.
    fn stands(
        &self,
        id: &str,
        status: &reply::Status,
        at: Timestamp,
    ) -> Option<Result<VendorStatement, Issue>> {
        let timeframe = status.timeframe.as_deref()?;
        let (_, days) = TIMEFRAMES.into_iter().find(|(word, _)| *word == timeframe)?;
        let objective = id_of(id, timeframe);
        self.told.known.get(&objective)?;
        let as_of = Timestamp::from_second(status.indexed_at?.whole()?).ok()?;
        if as_of > at.saturating_add(SignedDuration::from_mins(10)).ok()? {
            let what = format!(
                "Datadog says that it looked at {objective} at {as_of}, which is later than this machine's {at}."
            );
            let mend = "Set this machine's clock; until then Datadog's own number is not shown.";
            return Some(Err(remark(&self.server.place(), &objective, "slo/clock", what, mend)));
        }
        let start = as_of.checked_sub(SignedDuration::from_hours(24 * days)).ok()?;
        Some(Ok(VendorStatement {
            objective,
            span: VendorSpan::Window,
            period: Period { start, end: as_of },
            attainment: status.status.and_then(number::Number::share),
            budget_left: status.error_budget_remaining.and_then(number::Number::share),
            state: status.state.clone().unwrap_or_default(),
            as_of,
        }))
    }

    async fn corrections(&self) -> Result<Exclusions, CallError> {
        let (place, limit) = (self.server.place(), self.options.page_size.max(1));
        let mut exclusions = Exclusions::default();
        for page in 0..PAGES {
            let path = format!("/api/v1/slo/correction?limit={limit}&offset={}", page * limit);
            let corrections: Corrections = self.page(&path).await?;
            let corrections = corrections.data.unwrap_or_default();
            for correction in &corrections {
                exclusions.take(&place, correction, &self.told.known);
            }
            if corrections.len() < limit {
                break;
            }
        }
        Ok(exclusions)
    }

    /// The history that answers a question: the whole of its week, up to the last day that is asked for.
    fn asked(&self, question: &Question) -> Option<Asked> {
        let known = self.told.known.get(&question.objective.id)?;
        let (first, last) = (question.buckets.first()?, question.buckets.last()?);
        let week = IsoWeek::containing(self.zone.to_datetime(first.start).date());
        let edge = |day: jiff::civil::Date| start_of_day(day, &self.zone);
        let days = week.days().into_iter();
        let days = days.map(|day| Period { start: edge(day), end: edge(day.saturating_add(1.day())) });
        let days = days.filter(|day| day.start < last.end).collect();
        Some(Asked { slo: known.slo.clone(), days })
    }

    /// Asks for histories, a few at once.
    async fn histories(&mut self, wanted: Vec<Asked>) -> Result<(), SloSourceError> {
        let earlier = std::mem::take(&mut self.heard);
        let mut open = Vec::new();
        for asked in wanted {
            match earlier.get(&asked) {
                Some(heard) => drop(self.heard.insert(asked, heard.clone())),
                None => open.push(asked),
            }
        }
        for some in open.chunks(AT_ONCE) {
            let mut requests = JoinSet::new();
            for asked in some {
                let (server, asked) = (Arc::clone(&self.server), asked.clone());
                requests.spawn(async move { (history_of(&server, &asked).await, asked) });
            }
            let mut failed = None;
            while let Some(done) = requests.join_next().await {
                match done {
                    Ok((Err(CallError::Source(error)), _)) => failed = Some(error),
                    Ok((heard, asked)) => drop(self.heard.insert(asked, heard)),
                    Err(error) => {
                        let what = format!("a request broke off: {error}");
                        failed = Some(SloSourceError::Failed { place: self.server.place(), what });
                    }
                }
            }
            if let Some(error) = failed {
                return Err(error);
            }
        }
        Ok(())
    }

    /// What a history says of one objective.
    fn answer(&mut self, question: &Question, asked: &Asked, answer: &mut Answer) {
        let id = &question.objective.id;
        let fault = |state: State, what: String, mend: &str| Fault {
            objective: id.clone(),
            state,
            what: if what.ends_with('.') { what } else { format!("{what}.") },
            mend: mend.to_owned(),
        };
        let (Some(known), Some(heard)) = (self.told.known.get(id), self.heard.get(asked)) else { return };
        let reply = match heard {
            Ok(reply) => reply,
            Err(error) => {
                answer.faults.push(match error {
                    CallError::Missing => {
                        let what = "Datadog listed it and no longer has it".to_owned();
                        fault(State::Gone, what, "The next run closes it if it was deleted.")
                    }
                    CallError::Forbidden(what) => {
                        let what = format!("Datadog does not let us read its history: {what}");
                        fault(State::Denied, what, "Give the application key the scope slos_read for it.")
                    }
                    CallError::Refused(what) => {
                        let what = format!("Datadog refuses its history: {what}");
                        fault(State::Refused, what, "Look at the SLO in Datadog; what is stored stays.")
                    }
                    CallError::Source(error) => {
                        fault(State::Refused, error.to_string(), "It is asked for again in the next run.")
                    }
                });
                return;
            }
        };
        let errors = reply.errors.iter().flatten().map(history::words);
        let look = "Look at the SLO in Datadog; it is asked for again in the next run.";
        answer.faults.extend(errors.map(|what| fault(State::Partial, what, look)));
        let (Some(data), Some(first), Some(last)) = (&reply.data, asked.days.first(), asked.days.last())
        else {
            return;
        };
        let whole = Period { start: first.start, end: last.end };
        let excluded = self.exclusions.within(&known.slo, &whole);
        let read = history::read(data, known.measure, &asked.days, &excluded);
        answer.buckets.extend(read.buckets(id, &question.buckets));
        answer.faults.extend(read.doubts.into_iter().map(|(state, what, mend)| fault(state, what, mend)));
        if let Some(overall) = &data.overall {
            let budgets = overall.error_budget_remaining.as_ref();
            self.news.statements.push(VendorStatement {
                objective: id.clone(),
                span: VendorSpan::Week,
                period: whole,
                attainment: overall.sli_value.and_then(number::Number::share),
                budget_left: budgets
                    .and_then(|budgets| budgets.get(&known.timeframe))
                    .and_then(|left| left.share()),
                state: overall.state.clone().unwrap_or_default(),
                as_of: whole.end,
            });
        }
    }
}

/// One history.
async fn history_of(server: &Server, asked: &Asked) -> Heard {
    let (Some(first), Some(last)) = (asked.days.first(), asked.days.last()) else {
        return Err(CallError::Missing);
    };
    let (from, to) = (first.start.as_second(), last.end.as_second());
    let body = server.get(&format!("/api/v1/slo/{}/history?from_ts={from}&to_ts={to}", asked.slo)).await?;
    match parsed::<HistoryReply>(&body) {
        Ok(reply) => Ok(Arc::new(reply)),
        Err(what) => Err(CallError::Refused(format!("its answer cannot be read: {what}"))),
    }
}

fn parsed<T: DeserializeOwned>(body: &str) -> Result<T, String> {
    serde_json::from_str(body)
        .or_else(|_| serde_json::from_str(&number::without_nan(body)))
        .map_err(|error| error.to_string())
}

/// What is stored of an SLO that cannot be read stays, if at least its id can.
fn keep_unreadable(place: &str, text: &str, error: &serde_json::Error, told: &mut Told) {
    let value: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
    let id = value["id"].as_str().unwrap_or_default();
    told.kept.extend(TIMEFRAMES.iter().map(|(word, _)| id_of(id, word)));
    let what = format!("The definition of {id:?} cannot be read: {error}.");
    let mend = "What is stored of it stays; look at the SLO in Datadog.";
    told.issues.push(remark(place, id, "slo/datadog", what, mend));
}

#[async_trait]
impl SloSource for Datadog {
    fn place(&self) -> String {
        self.server.place()
    }

    fn habits(&self) -> Habits {
        Habits { recent: Grain::Days, delay: DELAY, batch: BATCH }
    }

    fn set_zone(&mut self, zone: &TimeZone) {
        self.zone = zone.clone();
    }

    async fn definitions(&mut self, source: &str, at: Timestamp) -> Result<Definitions, SloSourceError> {
        let place = self.server.place();
        self.told = self.list(source, at).await?;
        let mut issues = std::mem::take(&mut self.told.issues);
        let aside = |what: &str, error: CallError| match error {
            CallError::Source(error) => Err(error),
            CallError::Forbidden(words) => Ok(format!("Datadog does not tell {what}: {words}.")),
            CallError::Refused(words) => Ok(format!("Datadog does not tell {what}: {words}.")),
            CallError::Missing => Ok(format!("Datadog does not tell {what}: status 404.")),
        };
        match self.search(at).await {
            Ok((said, doubts)) => {
                self.news.statements.extend(said);
                issues.extend(doubts);
            }
            Err(error) => {
                let what = aside("how its SLOs stand by its own reckoning", error)?;
                let mend = "Give the application key the scope slos_read; our own numbers do not need it.";
                issues.push(remark(&place, "", "slo/datadog-search", what, mend));
            }
        }
        match self.corrections().await {
            Ok(mut exclusions) => {
                issues.append(&mut exclusions.issues);
                self.news.exclusions = Some(std::mem::take(&mut exclusions.shown));
                self.exclusions = exclusions;
            }
            Err(error) => {
                let what = aside("which times it leaves out", error)?;
                let mend =
                    "Give the application key the scope slos_corrections, or none is shown as excluded.";
                issues.push(remark(&place, "", "slo/datadog-correction", what, mend));
            }
        }
        let mut alerts = alert::alerts(&self.server, &self.told.known).await?;
        issues.append(&mut alerts.issues);
        let terms = Some(alerts.terms(&self.told.known));
        let (objectives, kept) = (self.told.objectives.clone(), self.told.kept.clone());
        Ok(Definitions { objectives, kept, is_whole: true, terms, issues })
    }

    async fn counts(&mut self, questions: &[Question]) -> Result<Answer, SloSourceError> {
        let mut answer = Answer::default();
        let asked: Vec<(&Question, Asked)> = questions
            .iter()
            .filter_map(|question| self.asked(question).map(|asked| (question, asked)))
            .collect();
        let mut wanted: Vec<Asked> = asked.iter().map(|(_, asked)| asked.clone()).collect();
        wanted.sort();
        wanted.dedup();
        self.histories(wanted).await?;
        for (question, asked) in &asked {
            self.answer(question, asked, &mut answer);
        }
        Ok(answer)
    }

    fn vendor_news(&mut self) -> VendorNews {
        std::mem::take(&mut self.news)
    }

    async fn probe(&mut self, source: &str, at: Timestamp) -> Vec<(bool, String)> {
        match self.definitions(source, at).await {
            Ok(found) => {
                let (slos, targets) = (self.told.known.values().map(|one| &one.slo), found.objectives.len());
                let slos = slos.collect::<std::collections::BTreeSet<_>>().len();
                let mut points =
                    vec![(targets > 0, format!("{slos} SLOs with {targets} targets can be read"))];
                points.extend(
                    found.issues.into_iter().map(|issue| (false, format!("{} {}", issue.what, issue.mend))),
                );
                points
            }
            Err(error) => vec![(false, error.to_string())],
        }
    }
}
