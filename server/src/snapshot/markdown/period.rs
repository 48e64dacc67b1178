//! Several weeks together as minutes.

use app::texts::checklist_words::{self, checklist_words};
use app::texts::period_words::{self, PeriodWords, period_words};
use app::texts::topic_words::topic_words;
use app::texts::{action_words, format};
use domain::cost::Metric;
use domain::error_budget::{ErrorBudget, target_percent};
use domain::organization::Language;
use domain::period_review::PeriodReview;
use domain::period_review::incidents::PeriodToll;
use domain::period_review::objectives::PeriodObjective;
use domain::product::Slug;
use domain::ratio::Ppm;

use super::{Minutes, escape};

/// The minutes of a span.
#[must_use]
pub fn render(review: &PeriodReview, language: Language) -> String {
    let mut minutes = Minutes::new(language, &review.organization, &review.products);
    let words = period_words(language);
    minutes.text.push_str(&format!("# {}\n", period_words::title(language, review.span)));
    let (first, last) = review.ends();
    let (ended, frozen) = review.ended_and_frozen();
    let days =
        format!("{} – {}", format::date(first.monday(), language), format::date(last.sunday(), language));
    let known = period_words::known(language, review.weeks.len(), ended, frozen);
    minutes.paragraph(&format!("{days} · {known}"));
    budgets(&mut minutes, words, review);
    costs(&mut minutes, words, review);
    objectives(&mut minutes, words, review);
    incidents(&mut minutes, words, review);
    promises(&mut minutes, words, review);
    debts(&mut minutes, words, review);
    checklists(&mut minutes, review);
    minutes.foot(&review.organization, review.measured_until)
}

fn budgets(minutes: &mut Minutes<'_>, words: &PeriodWords, review: &PeriodReview) {
    minutes.heading(words.budget);
    if review.budgets.is_empty() {
        return minutes.paragraph(words.no_budgets);
    }
    let columns = [words.status, words.product].map(str::to_owned).into_iter();
    let numbers = [words.spent, words.allowed, words.share].map(|name| format!(">{name}"));
    let columns: Vec<String> = columns.chain(numbers).collect();
    let rows: Vec<Vec<String>> = review
        .budgets
        .iter()
        .map(|one| {
            vec![
                minutes.mark(one.status),
                minutes.product(&one.product),
                one.spent.map_or("–".to_owned(), format::money),
                format::money(one.allowed),
                one.share.map_or("–".to_owned(), |share| format::percent(share, 1)),
            ]
        })
        .collect();
    minutes.table(&columns, rows);
    minutes.paragraph(words.budget_explained);
}

fn costs(minutes: &mut Minutes<'_>, words: &PeriodWords, review: &PeriodReview) {
    minutes.heading(words.cost);
    if review.costs.is_empty() {
        return minutes.paragraph(words.no_cost);
    }
    let columns = [words.owner.to_owned(), format!(">{} ({})", words.total, minutes.words.billed)];
    let rows: Vec<Vec<String>> = review
        .costs
        .iter()
        .map(|one| {
            let billed = domain::money::Money { micros: one.sum.get(Metric::Billed), currency: one.currency };
            vec![minutes.owner(&one.owner), format::money(billed)]
        })
        .collect();
    minutes.table(&columns, rows);
}

fn objectives(minutes: &mut Minutes<'_>, words: &PeriodWords, review: &PeriodReview) {
    minutes.heading(words.objectives);
    if review.objectives.is_empty() {
        return minutes.paragraph(words.no_objectives);
    }
    let columns = [
        words.status.to_owned(),
        words.objective.to_owned(),
        format!(">{}", words.target),
        format!(">{}", words.attainment),
        format!(">{}", words.left),
        words.missed_in.to_owned(),
    ];
    let rows: Vec<Vec<String>> = review.objectives.iter().map(|one| objective(minutes, one)).collect();
    minutes.table(&columns, rows);
    minutes.paragraph(words.objectives_explained);
}

fn objective(minutes: &Minutes<'_>, one: &PeriodObjective) -> Vec<String> {
    let digits = ErrorBudget::attainment_decimals(one.target);
    let attained = one.budget().map(|budget| format::decimal(budget.attainment_percent(digits), digits));
    let left: Option<Ppm> = one.budget().and_then(|budget| budget.remaining());
    let missed: Vec<String> = one.missed.iter().map(ToString::to_string).collect();
    vec![
        minutes.mark(one.status),
        escape(&one.display_name),
        format!("{}%", target_percent(one.target)),
        attained.map_or("–".to_owned(), |percent| format!("{percent}%")),
        left.map_or("–".to_owned(), format::percent_left),
        minutes.joined(&missed),
    ]
}

fn incidents(minutes: &mut Minutes<'_>, words: &PeriodWords, review: &PeriodReview) {
    minutes.heading(words.incidents);
    let language = minutes.language;
    let told = |toll: &PeriodToll| {
        let counts = toll.counts.iter().map(|(severity, count)| format!("{} {count}", severity.as_str()));
        let counts: Vec<String> = counts.collect();
        let down = format!("{} {}", words.downtime, format::minutes(toll.union_seconds, language));
        [counts.join(" "), down].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    };
    let ended = review.ended_and_frozen().0;
    if review.incidents.unknown_weeks >= ended {
        minutes.paragraph(words.unknown_incidents);
    } else if review.incidents.all.counts.is_empty() && review.incidents.all.union_seconds == 0 {
        minutes.paragraph(words.no_incidents);
    } else {
        let products = review.incidents.products.iter();
        let mut lines = vec![format!("{}: {}", words.all, told(&review.incidents.all))];
        lines.extend(products.map(|(slug, toll)| format!("{}: {}", minutes.product(slug), told(toll))));
        minutes.list(lines);
    }
    match &review.deploys {
        None => minutes.paragraph(words.no_deploys),
        Some(failure) => {
            let rate = failure.rate().map_or("–".to_owned(), |rate| format::percent(rate, 1));
            minutes.paragraph(&period_words::failure_rate(language, failure.failed, failure.deploys, &rate));
        }
    }
}

fn promises(minutes: &mut Minutes<'_>, words: &PeriodWords, review: &PeriodReview) {
    let (language, actions) = (minutes.language, &review.actions);
    minutes.heading(words.actions);
    let counts = [actions.opened, actions.done, actions.dropped];
    let open = [actions.open.len(), actions.overdue(), actions.longest_carried()];
    minutes.paragraph(&period_words::promises(language, counts, open));
    let late = actions.open.iter().filter(|action| action.overdue_days > 0);
    let lines: Vec<String> = late
        .map(|action| {
            let late = action_words::days(language, action.overdue_days);
            format!("{} ({}, {} {late})", escape(&action.text), escape(&action.owner), words.late_by)
        })
        .collect();
    minutes.list(lines);
    minutes.heading(words.decisions);
    if review.decisions.is_empty() {
        return minutes.paragraph(words.no_decisions);
    }
    let lines: Vec<String> = review
        .decisions
        .iter()
        .map(|one| {
            let result = topic_words(language).result_word(one.result);
            let seen = if one.note.is_empty() { String::new() } else { format!(": {}", escape(&one.note)) };
            format!("{} → {result}{seen}", escape(&one.text))
        })
        .collect();
    minutes.list(lines);
}

fn checklists(minutes: &mut Minutes<'_>, review: &PeriodReview) {
    let (language, words) = (minutes.language, checklist_words(minutes.language));
    minutes.heading(words.title);
    if review.checklists.is_empty() {
        return minutes.paragraph(words.no_lists);
    }
    let columns = [words.product, words.list, words.completed, words.version, words.last].map(str::to_owned);
    let rows: Vec<Vec<String>> = review
        .checklists
        .iter()
        .map(|one| {
            let last = one.answered_at.map(|at| format::date(minutes.zone.to_datetime(at).date(), language));
            vec![
                minutes.product(&one.product),
                escape(one.title.get(language)),
                checklist_words::share(one),
                checklist_words::version(language, one),
                last.unwrap_or_else(|| words.nothing_yet.to_owned()),
            ]
        })
        .collect();
    minutes.table(&columns, rows);
}

fn debts(minutes: &mut Minutes<'_>, words: &PeriodWords, review: &PeriodReview) {
    let language = minutes.language;
    let who = |owner: &Option<String>| owner.as_deref().map_or(words.nobody.to_owned(), escape);
    minutes.heading(words.review_debt);
    if review.review_debt.is_empty() {
        minutes.paragraph(words.no_review_debt);
    }
    let lines: Vec<String> = review
        .review_debt
        .iter()
        .map(|one| {
            let days = action_words::days(language, one.days);
            format!("{} ({}, {days})", escape(&one.display_name), who(&one.owner))
        })
        .collect();
    minutes.list(lines);
    minutes.heading(words.debt);
    if review.technical_debt.is_empty() {
        return minutes.paragraph(words.no_debt);
    }
    let lines: Vec<String> = review
        .technical_debt
        .iter()
        .map(|one| {
            let product = one.product.as_deref().map(|slug| match slug.parse::<Slug>() {
                Ok(slug) => minutes.product(&slug),
                Err(_) => escape(slug),
            });
            let product = product.map(|name| format!("{name}, ")).unwrap_or_default();
            let since = format::date(one.since, language);
            let repeats: Vec<String> = one.repeats.iter().map(|key| escape(&key.word())).collect();
            let repeats = if repeats.is_empty() {
                String::new()
            } else {
                format!(" · {}: {}", words.repeats, minutes.joined(&repeats))
            };
            format!("{} ({product}{}, {} {since}){repeats}", escape(&one.text), who(&one.owner), words.since)
        })
        .collect();
    minutes.list(lines);
}
