//! The bill: a line per account, service and day, scaled so that each product's month ends where the
//! story wants it.

use std::collections::BTreeMap;

use domain::cost::{BillingScope, ChargeCategory, ControlTotal, CostKey, ExactCell};
use domain::forecast::forecast_month;
use domain::holiday::Holidays;
use domain::money::{Currency, decimal_of_micros};
use domain::product::Environment;
use domain::rate::Month;
use domain::week::IsoWeek;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use rust_decimal::Decimal;

use super::catalogue::{PRODUCTS, SHARED_ACCOUNT, Sketch};
use super::random::Random;
use super::services::{FEES, LOOSE_LINES, LooseLine, Service, WORKLOADS};
use super::world::{COST_SOURCE, Story, days_between};

const MILLION: i128 = 1_000_000;
/// Scales are in parts per billion.
const BILLION: i128 = 1_000_000_000;
/// The account that receives the invoice.
const BILLING_ACCOUNT: &str = "118250967703";
/// Hundredths of a yen per dollar that the workloads' yen are meant at.
const YEN_RATE: i128 = 15_820;
/// How much a day differs from the day before, in parts per million.
const NOISE: i64 = 12_000;
/// The part of its last day that the bill already has.
const PART_OF_LAST_DAY: i128 = 550_000;
/// A savings plan's monthly fee as a share of the month of what it covers; small enough that the first
/// of a month alone makes no product's week stand out.
const PLAN_SHARE: i128 = 20_000;
/// The account in which prescriptions are signed.
const ERX_PRODUCTION: &str = "528841067392";
/// Days that cost what Sundays do.
const HOLIDAYS: Holidays = Holidays::JAPAN;
/// The products whose invoices come from a Japanese company, with consumption tax.
const TAXED: [&str; 4] = ["telemed", "insurance", "payments", "trials"];
/// What a savings plan is called on the bill.
const PLAN_SERVICE: &str = "Savings Plans";

/// The bill of all weeks.
pub(super) struct Bill {
    /// Its cells.
    pub(super) cells: Vec<ExactCell>,
    /// Its exact sums by billing period.
    pub(super) control_totals: Vec<ControlTotal>,
}

/// Something that is charged every day.
struct Line {
    account: String,
    account_name: String,
    team: Option<&'static str>,
    service: Service,
    /// Millionths of a dollar on a working day.
    base_micros: i128,
    drift: i64,
    wander: i64,
    change: i64,
    covered: bool,
    /// Whether consumption tax is a line of its own.
    taxed: bool,
}

/// One amount on the bill.
struct Charge {
    day: Date,
    key: CostKey,
    billed: i64,
    effective: i64,
}

/// Makes the bill.
pub(super) fn bill(seed: u64, story: &Story) -> Bill {
    let mut charges: Vec<Charge> = Vec::new();
    let loose = LOOSE_LINES.iter().filter(|line| line.product.is_none()).map(loose_line);
    charges.extend(loose.flat_map(|line| line_charges(seed, story, &line, BILLION)));
    charges.extend(fees(story));
    let own_part = own_part(story, &charges);
    for sketch in &PRODUCTS {
        let lines = product_lines(sketch);
        let scale = scale_to_month(seed, story, sketch, &lines, own_part);
        charges.extend(lines.iter().flat_map(|line| line_charges(seed, story, line, scale)));
    }
    charges.sort_by(|one, other| (one.day, &one.key).cmp(&(other.day, &other.key)));
    summed(charges)
}

/// Cells and control totals of charges in order of time.
fn summed(charges: Vec<Charge>) -> Bill {
    let mut totals: BTreeMap<Date, ControlTotal> = BTreeMap::new();
    let mut cells = Vec::with_capacity(charges.len());
    for charge in charges {
        let month = Month::containing(charge.day);
        let total = totals.entry(month.first_day()).or_insert_with(|| ControlTotal {
            scope: scope(month),
            billed: Decimal::ZERO,
            effective: Decimal::ZERO,
            rows: 0,
            latest_day: None,
        });
        let (billed, effective) = (decimal_of_micros(charge.billed), decimal_of_micros(charge.effective));
        total.billed += billed;
        total.effective += effective;
        total.rows += 1;
        total.latest_day = total.latest_day.max(Some(charge.day));
        cells.push(ExactCell {
            scope: total.scope.clone(),
            day: charge.day,
            key: charge.key,
            billed,
            effective,
        });
    }
    Bill { cells, control_totals: totals.into_values().collect() }
}

fn scope(month: Month) -> BillingScope {
    BillingScope {
        source: COST_SOURCE.to_owned(),
        billing_account: BILLING_ACCOUNT.to_owned(),
        period_start: month.first_day(),
        period_end: month.next().first_day(),
        currency: Currency::USD,
    }
}

/// The lines of a product: its two accounts, and what a rule gives it of the shared one.
fn product_lines(sketch: &Sketch) -> Vec<Line> {
    let workloads = WORKLOADS.iter().filter(|workload| workload.product == sketch.slug);
    let mut lines: Vec<Line> = Vec::new();
    for (workload, service) in
        workloads.flat_map(|workload| workload.services.iter().map(move |service| (workload, service)))
    {
        let line = |account: &str, environment: Environment, yen: i64, change: i64| Line {
            account: account.to_owned(),
            account_name: format!("{}-{}", sketch.slug, environment.as_str()),
            team: None,
            service: *service,
            base_micros: base_micros(service, yen),
            drift: workload.drift,
            wander: workload.wander,
            change,
            covered: service.covered && environment == Environment::Production,
            taxed: TAXED.contains(&sketch.slug),
        };
        lines.push(line(
            sketch.production_account,
            Environment::Production,
            service.production,
            service.production_change,
        ));
        if service.staging > 0 {
            lines.push(line(
                sketch.staging_account,
                Environment::Staging,
                service.staging,
                service.staging_change,
            ));
        }
    }
    lines.extend(LOOSE_LINES.iter().filter(|line| line.product == Some(sketch.slug)).map(loose_line));
    lines
}

fn loose_line(loose: &LooseLine) -> Line {
    Line {
        account: loose.account.to_owned(),
        account_name: loose.account_name.to_owned(),
        team: loose.team,
        service: loose.service,
        base_micros: base_micros(&loose.service, loose.service.production),
        drift: 500,
        wander: 10_000,
        change: loose.service.production_change,
        covered: false,
        taxed: false,
    }
}

/// Millionths of a dollar on a working day, from yen from Monday to Saturday.
fn base_micros(service: &Service, yen: i64) -> i128 {
    let six_days = 5 * MILLION + i128::from(service.shape.saturday);
    i128::from(yen) * MILLION * 100 / YEN_RATE * MILLION / six_days
}

/// What of the products' months is their own, in parts per billion; the rest is their share of the pool that
/// all bear in proportion.
fn own_part(story: &Story, loose: &[Charge]) -> i128 {
    let mut days: BTreeMap<Date, i64> = BTreeMap::new();
    for charge in loose.iter().filter(|charge| charge.key.sub_account == SHARED_ACCOUNT) {
        *days.entry(charge.day).or_default() += charge.billed;
    }
    let all: i128 = PRODUCTS.iter().map(|sketch| i128::from(sketch.month_micros)).sum();
    let shared =
        forecast_month(&days, story.cost_through(), &HOLIDAYS).map_or(0, |forecast| forecast.total());
    BILLION - i128::from(shared) * BILLION / all
}

/// The factor, in parts per billion, by which the product's forecast becomes the month of the story.
/// The forecast is the one that pages show; it grows in proportion, so that one correction suffices.
fn scale_to_month(seed: u64, story: &Story, sketch: &Sketch, lines: &[Line], own_part: i128) -> i128 {
    let mut days: BTreeMap<Date, i64> = BTreeMap::new();
    for charge in lines.iter().flat_map(|line| line_charges(seed, story, line, BILLION)) {
        *days.entry(charge.day).or_default() += charge.billed;
    }
    match forecast_month(&days, story.cost_through(), &HOLIDAYS) {
        Some(forecast) if forecast.total() > 0 => {
            i128::from(sketch.month_micros) * BILLION / i128::from(forecast.total()) * own_part / BILLION
        }
        _ => BILLION,
    }
}

/// A line's charges, day by day, with the savings plan that covers it.
fn line_charges(seed: u64, story: &Story, line: &Line, scale: i128) -> Vec<Charge> {
    let purpose = format!("cost/{}/{}/{}", line.account, line.service.name, line.team.unwrap_or_default());
    let mut random = Random::new(seed, &purpose);
    let base = line.base_micros * scale / BILLION;
    let plan_fee = if line.covered { base * 30 * PLAN_SHARE / MILLION } else { 0 };
    let mut charges = Vec::new();
    let (mut monday, mut busy) = (None, 1_000_000);
    for day in days(story.first_day(story.weeks), story.last_cost_day()) {
        if monday != Some(IsoWeek::containing(day).monday()) {
            monday = Some(IsoWeek::containing(day).monday());
            busy = busy_in_week(seed, story, line, day);
        }
        if line.covered && day.day() == 1 {
            let key = CostKey {
                service: PLAN_SERVICE.to_owned(),
                region: String::new(),
                charge_category: ChargeCategory::Purchase,
                ..usage_key(line)
            };
            charges.push(Charge { day, key, billed: micros(plan_fee), effective: 0 });
        }
        let chance = i128::from(random.around_one(NOISE)) * i128::from(busy) / MILLION;
        let used = micros(used_on(story, line, base, day) * chance / MILLION);
        let covered = micros(plan_share(plan_fee, day));
        // The story's amounts are with tax: 10 % of the price is one eleventh of what is paid.
        let tax = if line.taxed { used / 11 } else { 0 };
        let (billed, effective) = (used - tax, used - tax + covered);
        charges.push(Charge { day, key: usage_key(line), billed, effective });
        if line.taxed {
            let key = CostKey { charge_category: ChargeCategory::Tax, ..usage_key(line) };
            charges.push(Charge { day, key, billed: tax, effective: tax });
        }
    }
    charges
}

/// How busy an account is in the week of a day; the two weeks that the story compares are alike.
fn busy_in_week(seed: u64, story: &Story, line: &Line, day: Date) -> i64 {
    let weeks_back = story.weeks_back(day);
    if weeks_back < 2 {
        return 1_000_000;
    }
    Random::new(seed, &format!("busy/{}/{weeks_back}", line.account)).around_one(line.wander)
}

/// What a line uses on a day, before chance has its say.
fn used_on(story: &Story, line: &Line, base: i128, day: Date) -> i128 {
    let weekday = match day.weekday() {
        _ if is_holiday(story, day) => line.service.shape.sunday,
        Weekday::Saturday => line.service.shape.saturday,
        Weekday::Sunday => line.service.shape.sunday,
        _ => 1_000_000,
    };
    let weeks_apart = i128::from(days_between(story.week.monday(), day));
    let drift = MILLION + i128::from(line.drift) * weeks_apart / 7;
    let change = match line.service.surge {
        true if story.week.days()[1..3].contains(&day) => {
            // As much in two days as the others spread over Monday to Saturday.
            let six_days = 5 * MILLION + i128::from(line.service.shape.saturday);
            MILLION + (i128::from(line.change) - MILLION) * six_days / (2 * MILLION)
        }
        false if day >= story.week.monday() => i128::from(line.change),
        _ => MILLION,
    };
    // Six weeks before, signatures failed in the night of an incident, and everybody tried again.
    let is_retried = line.service.name == "CloudHSM" && line.account == ERX_PRODUCTION;
    let change = if is_retried && day == story.day(6, 0) { 4 * MILLION } else { change };
    let there = if day == story.last_cost_day() { PART_OF_LAST_DAY } else { MILLION };
    base * i128::from(weekday) / MILLION * drift / MILLION * change / MILLION * there / MILLION
}

/// The two weeks that the story compares have no holidays, so that it is the same on any day.
fn is_holiday(story: &Story, day: Date) -> bool {
    let compared = story.week.previous().monday()..=story.week.sunday();
    HOLIDAYS.contains(day) && !compared.contains(&day)
}

/// The day's share of a monthly fee; the days of a month add up to it.
fn plan_share(fee: i128, day: Date) -> i128 {
    let (number, count) = (i128::from(day.day()), i128::from(day.days_in_month()));
    fee * number / count - fee * (number - 1) / count
}

fn usage_key(line: &Line) -> CostKey {
    CostKey {
        sub_account: line.account.clone(),
        sub_account_name: line.account_name.clone(),
        service: line.service.name.to_owned(),
        region: region(line.service.name).to_owned(),
        charge_category: ChargeCategory::Usage,
        tags: line.team.map(|team| ("team".to_owned(), team.to_owned())).into_iter().collect(),
    }
}

/// Services that are everywhere have no region on the bill.
fn region(service: &str) -> &'static str {
    match service {
        "CloudFront" | "Route 53" => "",
        _ => "ap-northeast-1",
    }
}

/// Support and credits on the first of each month.
fn fees(story: &Story) -> Vec<Charge> {
    let firsts = days(story.first_day(story.weeks), story.last_cost_day()).filter(|day| day.day() == 1);
    let charge = |day, fee: &super::services::Fee| Charge {
        day,
        key: CostKey {
            sub_account: SHARED_ACCOUNT.to_owned(),
            sub_account_name: "shared-services".to_owned(),
            service: fee.service.to_owned(),
            region: String::new(),
            charge_category: if fee.micros < 0 { ChargeCategory::Credit } else { ChargeCategory::Purchase },
            tags: Vec::new(),
        },
        billed: fee.micros,
        effective: fee.micros,
    };
    firsts.flat_map(|day| FEES.iter().map(move |fee| charge(day, fee))).collect()
}

/// The days from one to another, both included.
fn days(first: Date, last: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(first), |day| Some(day.saturating_add(1.days())))
        .take_while(move |day| *day <= last)
}

fn micros(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
