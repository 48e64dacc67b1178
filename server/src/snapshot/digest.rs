//! What chats and mailboxes are told of a week: before its meeting, and of each frozen version. The sentences are
//! those of the page; a digest has nothing that the page does not say.

use std::collections::BTreeMap;

use app::texts::action_words::action_words;
use app::texts::digest_words::{self, LateWriteUp, Promise, digest_words};
use app::texts::topic_words::topic_words;
use app::texts::{format, freeze_words, sentences, skip_words, texts};
use domain::action::ActionState;
use domain::finding::{Detail, MatrixRow, Status};
use domain::incident::Severity;
use domain::notice::Part;
use domain::organization::Language;
use domain::postmortem::duty::Duty;
use domain::product::Slug;
use domain::review::WeeklyReview;
use domain::review::actions::ReviewAction;
use domain::review::requirements::Unmet;
use domain::review::topics::{ReviewDecision, ReviewTopic};
use domain::topic::TopicState;

use super::{SnapshotStamp, lines};

/// How many lines of a list are told one by one: the rest is on the page.
const LINES: usize = 12;

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigestText {
    /// One line.
    pub title: String,
    /// What follows.
    pub parts: Vec<Part>,
}

/// Who reads, and what.
struct Writer<'a> {
    review: &'a WeeklyReview,
    language: Language,
    parts: Vec<Part>,
}

/// What is told before the meeting; `late` are the write-ups of any week that are past their day.
#[must_use]
pub fn ready(review: &WeeklyReview, late: &[Duty], language: Language) -> DigestText {
    let mut writer = Writer { review, language, parts: Vec::new() };
    writer.week();
    writer.carried_weeks();
    writer.cost_so_far();
    writer.summary();
    writer.exceptions();
    let open = review.actions.carried.iter().filter(|action| action.state == ActionState::Open);
    writer.list(action_words(language).carried_title, open.map(|action| promise(language, action)).collect());
    writer.topics();
    writer.look_again();
    writer.late(late);
    DigestText { title: digest_words::title(language, review.week, None), parts: writer.parts }
}

/// What is told of a frozen version: what was decided and by whom it is done, and what the version is checked by.
#[must_use]
pub fn frozen(
    review: &WeeklyReview,
    stamp: &SnapshotStamp,
    unmet: &[Unmet],
    language: Language,
) -> DigestText {
    let mut writer = Writer { review, language, parts: Vec::new() };
    writer.week();
    writer.carried_weeks();
    writer.frozen_by(stamp);
    if !unmet.is_empty() {
        writer.paragraph(freeze_words::unmet_all(language, unmet));
    }
    writer.decisions();
    writer.decided();
    writer.carried_on();
    writer.summary();
    writer.paragraph(digest_words::hash(language, &stamp.hash));
    let title = digest_words::title(language, review.week, Some(stamp.version));
    DigestText { title, parts: writer.parts }
}

impl Writer<'_> {
    fn paragraph(&mut self, text: String) {
        self.parts.push(Part::Paragraph(text));
    }

    /// A list under its heading, shortened; nothing where there is nothing to list.
    fn list(&mut self, heading: &str, lines: Vec<String>) {
        if lines.is_empty() {
            return;
        }
        let rest = lines.len().saturating_sub(LINES);
        self.parts.push(Part::Heading(heading.to_owned()));
        self.parts.extend(lines.into_iter().take(LINES).map(Part::Item));
        self.parts.extend((rest > 0).then(|| Part::Item(digest_words::more(self.language, rest))));
    }

    /// The days of the week and its marks.
    fn week(&mut self) {
        let zone = self.review.organization.zone();
        let zone = format::zone_name(self.review.period.start, &zone);
        let days = digest_words::days_of_week(self.language, self.review.week, &zone);
        self.paragraph(format!("{days} · {}", digest_words::counts(self.language, &self.review.counts)));
    }

    /// The weeks without a meeting that this one takes over.
    fn carried_weeks(&mut self) {
        for carried in &self.review.carried_weeks {
            let said = skip_words::carried(self.language, carried);
            self.paragraph(format!("{said}: {}", skip_words::taken_over(self.language, carried)));
        }
    }

    /// The sources of cost that have not told all of the week.
    fn cost_so_far(&mut self) {
        let language = self.language;
        for source in &self.review.freshness {
            let part = source.complete_through.zip(source.complete_days.filter(|days| *days < 7));
            if let Some((through, days)) = part {
                let days = sentences::days_complete(language, &format::short_date(through, language), days);
                self.paragraph(digest_words::cost_so_far(language, &source.source, &days));
            }
        }
    }

    /// The three lines of the page.
    fn summary(&mut self) {
        let lines = lines::summary(self.review, self.language);
        let lines = lines.map(|(name, text)| format!("{name}: {text}"));
        self.list(texts(self.language).summary_title, lines.into());
    }

    /// What is not as it should be, the worst product first.
    fn exceptions(&mut self) {
        let review = self.review;
        let lines: Vec<String> = review.matrix.iter().filter_map(|row| self.exception(row)).collect();
        if lines.is_empty() {
            self.paragraph(digest_words(self.language).nothing_stands_out.to_owned());
        }
        self.list(texts(self.language).exceptions_title, lines);
    }

    /// The cells of a product that are not as they should be; nothing where all are.
    fn exception(&self, row: &MatrixRow) -> Option<String> {
        let words = texts(self.language);
        let columns = [
            words.column_incidents,
            words.column_error_budget,
            words.column_cost,
            words.column_postmortems,
            action_words(self.language).title,
            words.column_data,
        ];
        let cells = columns.into_iter().zip(row.cells());
        let bad = cells.filter_map(|(column, cell)| {
            let cell = cell.filter(|cell| cell.status != Status::Ok)?;
            let mut detail = lines::detail(self.language, &cell.detail);
            if matches!(cell.detail, Detail::ObjectiveWithoutData { .. }) {
                detail = format!("{detail} {}", words.no_data);
            }
            Some(format!("{column} {detail}"))
        });
        let bad: Vec<String> = bad.collect();
        let mark = format!("{} {}", lines::glyph(row.worst()), self.product(&row.product));
        (!bad.is_empty()).then(|| format!("{mark}: {}", bad.join(" / ")))
    }

    /// What the meeting is to talk about.
    fn topics(&mut self) {
        let (language, week) = (self.language, self.review.week);
        let is_open = |topic: &&ReviewTopic| topic.state == TopicState::Open && topic.week <= week;
        let line = |topic: &ReviewTopic| {
            let product = topic.product.as_ref().map(|slug| self.product(slug));
            digest_words::topic(language, product.as_deref(), &topic.title, &topic.evidence)
        };
        let lines = self.review.topics.topics.iter().filter(is_open).map(line).collect();
        self.list(topic_words(language).topics, lines);
    }

    /// Earlier decisions whose day has come.
    fn look_again(&mut self) {
        let open = self.review.topics.look_again.iter().filter(|decision| decision.result.is_none());
        let lines = open.map(|decision| self.decision(decision)).collect();
        self.list(topic_words(self.language).look_again_title, lines);
    }

    /// What the meeting decided.
    fn decisions(&mut self) {
        let lines = self.review.topics.made.iter().map(|decision| self.decision(decision)).collect();
        self.list(topic_words(self.language).decisions, lines);
    }

    fn decision(&self, decision: &ReviewDecision) -> String {
        let product = decision.product.as_ref().map(|slug| self.product(slug));
        digest_words::decision(self.language, product.as_deref(), &decision.text, decision.look_again_on)
    }

    /// Write-ups that are past their day.
    fn late(&mut self, late: &[Duty]) {
        let language = self.language;
        let line = |duty: &Duty| {
            let told = LateWriteUp {
                severity: match duty.severity {
                    Severity::Unclassified => "SEV-?",
                    known => known.as_str(),
                },
                title: &duty.title,
                product: &self.product_named(&duty.product),
                due_on: duty.due?.on,
            };
            Some(digest_words::late_write_up(language, &told))
        };
        let lines = late.iter().filter_map(line).collect();
        self.list(digest_words(language).overdue_postmortems, lines);
    }

    /// Who froze it, when and why.
    fn frozen_by(&mut self, stamp: &SnapshotStamp) {
        let (language, zone) = (self.language, self.review.organization.zone());
        let at = format::short_date_time(stamp.frozen_at, &zone, language);
        let zone_name = format::zone_name(stamp.frozen_at, &zone);
        let by = sentences::frozen_by(language, stamp.version, &stamp.frozen_by, &at, &zone_name);
        let reason = if stamp.reason.is_empty() { String::new() } else { format!(" · {}", stamp.reason) };
        self.paragraph(format!("{}: {by}{reason}", texts(language).frozen));
    }

    /// What the meeting made people promise, owner by owner.
    fn decided(&mut self) {
        let language = self.language;
        let mut by_owner: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for action in &self.review.actions.made {
            by_owner.entry(action.owner.as_str()).or_default().push(promise(language, action));
        }
        if by_owner.is_empty() {
            self.paragraph(digest_words(language).decided_nothing.to_owned());
        }
        self.list(action_words(language).made_title, by_owner.into_values().flatten().collect());
    }

    /// What is still to be done from before.
    fn carried_on(&mut self) {
        let open = || self.review.actions.carried.iter().filter(|action| action.state == ActionState::Open);
        let overdue = open().filter(|action| action.overdue_days > 0).count();
        if open().next().is_some() {
            let count = digest_words::carried_on(self.language, open().count(), overdue);
            self.paragraph(format!("{}: {count}", digest_words(self.language).still_open));
        }
    }

    /// The name that people say.
    fn product(&self, slug: &Slug) -> String {
        let product = self.review.product(slug);
        product.map_or(slug.as_str(), |product| product.name.get(self.language)).to_owned()
    }

    /// The name that people say of a product as a source writes it.
    fn product_named(&self, name: &str) -> String {
        let product = self.review.products.iter().find(|product| product.slug.as_str() == name);
        product.map_or(name, |product| product.name.get(self.language)).to_owned()
    }
}

fn promise(language: Language, action: &ReviewAction) -> String {
    let ReviewAction { owner, text, due_on, overdue_days, carried, .. } = action;
    let told = Promise { owner, text, due_on: *due_on, overdue_days: *overdue_days, carried: *carried };
    digest_words::promise(language, &told)
}
