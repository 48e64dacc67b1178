//! From files to the page: after any change of rules, splits, rates, hands and of the bill itself, products +
//! what stayed in pools + what nobody took = the bill, for every source, currency and metric, in JSON and as
//! the page prints it. The bill is added up here from what was written into the files, independently.

#![expect(clippy::unwrap_used, reason = "a story whose stage cannot be set fails")]

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::support::{House, get};
use axum::Router;
use domain::allocation::{AllocationRule, Condition, Field, Target};
use domain::budget::Budget;
use domain::catalogue::Catalogue;
use domain::money::{Currency, Money};
use domain::organization::Localized;
use domain::product::{Account, Environment, Product, Slug};
use domain::rate::Rate;
use domain::ratio::Ppm;
use domain::split::{Method, Pool, PoolTarget, Usage};
use domain::week::IsoWeek;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde_json::Value;
use server::import::{Delivery, Kind, run};

const PRODUCTS: u64 = 4;
const SOURCES: [&str; 2] = ["aws", "gcp"];
const CURRENCIES: [&str; 3] = ["USD", "JPY", "EUR"];
const WEEKS: [&str; 3] = ["2026-W44", "2026-W46", "2026-W47"];

/// The same numbers on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn index(&mut self, limit: usize) -> usize {
        usize::try_from(self.below(limit as u64)).unwrap()
    }

    fn is_lucky(&mut self) -> bool {
        self.below(3) == 0
    }

    /// Some days of October or November, for a validity.
    fn day(&mut self) -> Date {
        date(2026, 10, 5).saturating_add(i64::try_from(self.below(56)).unwrap().days())
    }

    fn some_day(&mut self) -> Option<Date> {
        self.is_lucky().then(|| self.day())
    }

    fn slug(&mut self) -> Slug {
        format!("p{}", self.below(PRODUCTS)).parse().unwrap()
    }

    /// Up to six decimals, sometimes negative, sometimes nothing.
    fn amount(&mut self) -> Decimal {
        let digits = i64::try_from(self.below(2_000_000_000)).unwrap() - 300_000_000;
        let scale = u32::try_from(self.below(7)).unwrap();
        if self.below(9) == 0 { Decimal::ZERO } else { Decimal::new(digits, scale) }
    }
}

/// One line of a bill.
struct Line {
    source: usize,
    currency: usize,
    day: Date,
    account: u64,
    service: u64,
    billed: Decimal,
    effective: Decimal,
}

/// A company whose catalogue and bills change all the time.
struct Company {
    house: House,
    router: Router,
    dice: Dice,
    catalogue: Catalogue,
    lines: Vec<Line>,
}

impl Company {
    async fn founded(seed: u64) -> Self {
        let house = House::empty().await;
        let router = house.router();
        let mut company = Self { house, router, dice: Dice(seed), catalogue: catalogue(), lines: Vec::new() };
        company.catalogue_apply().await;
        for source in 0..SOURCES.len() {
            for month in [10, 11] {
                company.bill(source, month).await;
            }
        }
        company
    }

    async fn catalogue_apply(&self) {
        let at = self.house.clock.now();
        self.house.store.catalogue_replace(&self.catalogue, date(2026, 11, 23), at).await.unwrap();
    }

    /// A month of a source is delivered anew, in up to three currencies.
    async fn bill(&mut self, source: usize, month: i8) {
        self.lines.retain(|line| line.source != source || line.day.month() != month);
        let currencies = 1 + self.dice.index(CURRENCIES.len());
        let first = date(2026, month, 1);
        for _ in 0..60 {
            let last = if month == 11 { 22 } else { 31 };
            let day = first.saturating_add(i64::try_from(self.dice.below(last)).unwrap().days());
            let line = Line {
                source,
                currency: self.dice.index(currencies),
                day,
                account: self.dice.below(6),
                service: self.dice.below(3),
                billed: self.dice.amount(),
                effective: self.dice.amount(),
            };
            self.lines.push(line);
        }
        self.deliver(source, month).await;
    }

    /// The month's lines go through the door as a file.
    async fn deliver(&self, source: usize, month: i8) {
        let first = date(2026, month, 1);
        let mut text =
            "BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,\
                        ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,SubAccountId\n"
                .to_owned();
        let end = first.saturating_add(1.month());
        for line in self.lines.iter().filter(|line| line.source == source && line.day.month() == month) {
            let Line { day, billed, effective, account, service, .. } = line;
            let (currency, next) = (CURRENCIES[line.currency], day.tomorrow().unwrap());
            text.push_str(&format!(
                "{billed},{effective},bill,{currency},{first}T00:00:00Z,{end}T00:00:00Z,Usage,{day}T00:00:00Z,\
                 {next}T00:00:00Z,s{service},a{account}\n"
            ));
        }
        let file = self.house.folder.path().join("bill.csv");
        std::fs::write(&file, text).unwrap();
        let delivery = Delivery {
            files: vec![file],
            source: Some(SOURCES[source].to_owned()),
            strict: false,
            dry_run: false,
            force: true,
            tag_keys: Vec::new(),
        };
        let watcher = Arc::new(|_| {}) as _;
        let report = run(&self.house.store, self.house.clock, Kind::Cost, &delivery, &watcher).await.unwrap();
        assert_eq!(report.rejected, 0, "{:?}", report.issues);
    }

    /// Something changes; answers what.
    async fn change(&mut self) -> &'static str {
        let what = match self.dice.below(7) {
            0 => {
                let (source, month) = (self.dice.index(SOURCES.len()), [10, 11][self.dice.index(2)]);
                self.bill(source, month).await;
                return "a month is delivered anew";
            }
            1 => {
                self.catalogue.rules = (0..self.dice.below(6)).map(|number| self.rule(number)).collect();
                "rules"
            }
            2 => {
                self.catalogue.pools = (0..3).map(|number| self.pool(number)).collect();
                "pools"
            }
            3 => {
                self.catalogue.rates = self.rates();
                "rates"
            }
            4 => {
                let day = self.dice.some_day();
                let product = self.dice.index(self.catalogue.products.len());
                self.catalogue.products[product].closed_on = day;
                let account = self.dice.index(self.catalogue.accounts.len());
                self.catalogue.accounts[account].product =
                    if self.dice.is_lucky() { None } else { Some(self.dice.slug()) };
                "a product closes, an account changes hands"
            }
            5 => {
                for rule in &mut self.catalogue.rules {
                    (rule.valid_from, rule.valid_to) = (self.dice.some_day(), self.dice.some_day());
                }
                for pool in &mut self.catalogue.pools {
                    (pool.valid_from, pool.valid_to) = (self.dice.some_day(), self.dice.some_day());
                }
                "validity dates"
            }
            _ => {
                let currency = CURRENCIES[self.dice.index(CURRENCIES.len())];
                self.catalogue.organization.reporting_currency = currency.parse().unwrap();
                "the reporting currency"
            }
        };
        self.catalogue_apply().await;
        what
    }

    fn rule(&mut self, number: u64) -> AllocationRule {
        let dice = &mut self.dice;
        let (field, value) = match dice.below(4) {
            0 => (Field::Account, format!("a{}", dice.below(6))),
            1 => (Field::Source, SOURCES[dice.index(SOURCES.len())].to_owned()),
            _ => (Field::Service, format!("s{}", dice.below(3))),
        };
        let target = if dice.below(2) == 0 {
            Target::Shared { pool: format!("pool{}", dice.below(3)) }
        } else {
            Target::Product { product: dice.slug(), environment: None }
        };
        AllocationRule {
            name: format!("rule {number}"),
            conditions: vec![Condition { field, values: vec![value] }],
            target,
            valid_from: dice.some_day(),
            valid_to: dice.some_day(),
        }
    }

    fn pool(&mut self, number: u64) -> Pool {
        let dice = &mut self.dice;
        let method = Method::ALL[dice.index(4)];
        let target = |number: u64, weight: i64| PoolTarget {
            product: format!("p{number}").parse().unwrap(),
            weight: Ppm(weight),
        };
        let targets = match method {
            Method::Fixed => {
                let weight = i64::try_from(dice.below(1_000_001)).unwrap();
                vec![target(0, weight), target(1, 1_000_000 - weight)]
            }
            _ => (0..dice.below(PRODUCTS)).map(|number| target(number, 0)).collect(),
        };
        let series = (method == Method::Usage).then(|| "users".to_owned());
        let (valid_from, valid_to) = (dice.some_day(), None);
        Pool { name: format!("pool{number}"), method, targets, series, valid_from, valid_to }
    }

    fn rates(&mut self) -> Vec<Rate> {
        let policy = self.catalogue.organization.rate_policy;
        let mut rates = Vec::new();
        for from in CURRENCIES {
            for to in CURRENCIES {
                for month in [9, 10, 11] {
                    if from == to || self.dice.is_lucky() {
                        continue;
                    }
                    let rate = Decimal::new(i64::try_from(self.dice.below(2_000_000)).unwrap() + 1, 4);
                    rates.push(Rate {
                        from: from.parse().unwrap(),
                        to: to.parse().unwrap(),
                        month: format!("2026-{month:02}").parse().unwrap(),
                        policy,
                        rate,
                        date: date(2026, month, 1),
                        source: "bank".to_owned(),
                    });
                }
            }
        }
        rates
    }

    /// What the files say of a source, a currency and some days.
    fn billed(&self, source: &str, currency: &str, days: &[Date]) -> [Decimal; 2] {
        let lines = self.lines.iter().filter(|line| {
            SOURCES[line.source] == source
                && CURRENCIES[line.currency] == currency
                && days.contains(&line.day)
        });
        lines.fold([Decimal::ZERO; 2], |sum, line| [sum[0] + line.billed, sum[1] + line.effective])
    }

    /// Looks at a week in every form.
    async fn assert_week(&self, week: &str, after: &str) {
        let story = format!("{week} after {after}");
        let answer = get(&self.router, &format!("/reviews/{week}.json")).await;
        assert_eq!(answer.status, 200, "{story}: {}", answer.body);
        let review = answer.json();
        let owned = self.assert_lines(week, &review, &story);
        self.assert_products(week, &owned, &story).await;
        for metric in ["billed", "effective"] {
            let lines = review["reconciliation"].as_array().unwrap();
            let count = lines.iter().filter(|line| line["metric"] == metric).count();
            assert!(count >= SOURCES.len(), "{story}: {lines:?}");
            for currency in CURRENCIES {
                let path = format!("/reviews/{week}?metric={metric}&currency={currency}&lang=en");
                let page = get(&self.router, &path).await;
                assert_eq!(page.status, 200, "{story}: {path}");
                let sums: Vec<&str> = page.body.split("<dl class=\"sum\">").skip(1).collect();
                assert_eq!(sums.len(), count, "{story}: {path}");
                for sum in sums {
                    let printed = printed(sum.split("</dl>").next().unwrap());
                    let [products, shared, unallocated, bill, difference] = printed[..] else {
                        panic!("{story}: {sum}")
                    };
                    assert_eq!(products + shared + unallocated, bill, "{story}: {path}: {sum}");
                    assert!(difference.is_zero(), "{story}: {path}: {sum}");
                }
            }
        }
    }

    /// The lines of JSON against the files; answers what products have, by currency and metric.
    fn assert_lines(&self, week: &str, review: &Value, story: &str) -> BTreeMap<(String, String), Decimal> {
        let days = week.parse::<IsoWeek>().unwrap().days();
        let mut owned: BTreeMap<(String, String), Decimal> = BTreeMap::new();
        let lines = review["reconciliation"].as_array().unwrap();
        for comparison in review["review"]["cost"]["comparisons"].as_array().unwrap() {
            let source = comparison["source"].as_str().unwrap();
            let positions = comparison["positions"].as_array().unwrap();
            let days: Vec<Date> =
                positions.iter().map(|day| days[usize::try_from(day.as_u64().unwrap()).unwrap()]).collect();
            for currency in CURRENCIES {
                let exact = self.billed(source, currency, &days);
                for (metric, exact) in ["billed", "effective"].into_iter().zip(exact) {
                    let line = lines.iter().find(|line| {
                        line["source"] == source && line["currency"] == currency && line["metric"] == metric
                    });
                    let Some(line) = line else {
                        assert!(exact.is_zero(), "{story}: {source} {currency} {metric} {exact} is missing");
                        continue;
                    };
                    let part = |name: &str| amount(&line[name]);
                    assert_eq!(part("billed"), exact, "{story}: {line}");
                    let parts = part("products") + part("shared_not_split") + part("unallocated");
                    assert_eq!(parts, exact, "{story}: {line}");
                    assert!(part("difference").is_zero(), "{story}: {line}");
                    *owned.entry((currency.to_owned(), metric.to_owned())).or_default() += part("products");
                }
            }
        }
        owned
    }

    /// The cost pages of all products have what the review says that products have.
    async fn assert_products(&self, week: &str, owned: &BTreeMap<(String, String), Decimal>, story: &str) {
        let mut sums: BTreeMap<(String, String), Decimal> = BTreeMap::new();
        for product in 0..PRODUCTS {
            let answer = get(&self.router, &format!("/products/p{product}/cost.json?week={week}")).await;
            let monday = week.parse::<IsoWeek>().unwrap().monday();
            let product = usize::try_from(product).unwrap();
            if self.catalogue.products[product].closed_on.is_some_and(|day| day <= monday) {
                return;
            }
            assert_eq!(answer.status, 200, "{story}: p{product}: {}", answer.body);
            for exact in answer.json()["billed_in"].as_array().unwrap() {
                for metric in ["billed", "effective"] {
                    let value = &exact["this_week"][metric];
                    let currency = value["currency"].as_str().unwrap().to_owned();
                    *sums.entry((currency, metric.to_owned())).or_default() += amount(value);
                }
            }
        }
        let nonzero = |sums: &BTreeMap<(String, String), Decimal>| {
            let kept = sums.iter().filter(|(_, sum)| !sum.is_zero());
            kept.map(|(place, sum)| (place.clone(), sum.normalize())).collect::<BTreeMap<_, _>>()
        };
        assert_eq!(nonzero(&sums), nonzero(owned), "{story}");
    }
}

fn catalogue() -> Catalogue {
    let product = |number: u64| Product {
        slug: format!("p{number}").parse().unwrap(),
        name: Localized::same(&format!("Product {number}")),
        group: None,
        tier: 2,
        product_manager: None,
        embedded_sre: None,
        chat_channel: None,
        links: Vec::new(),
        closed_on: None,
    };
    let account = |number: u64| Account {
        id: format!("a{number}"),
        name: String::new(),
        product: (number < 3).then(|| format!("p{number}").parse().unwrap()),
        environment: Environment::Production,
        closed_on: None,
        ou: Default::default(),
        tags: Default::default(),
    };
    let usage = |(product, month, units): (u64, &str, i64)| Usage {
        series: "users".to_owned(),
        product: format!("p{product}").parse().unwrap(),
        month: month.parse().unwrap(),
        units,
    };
    let mut catalogue = Catalogue {
        products: (0..PRODUCTS).map(product).collect(),
        accounts: (0..5).map(account).collect(),
        usage: [(0, "2026-10", 3_000_000), (1, "2026-10", 7_000_000), (0, "2026-11", 1_000_000)]
            .map(usage)
            .into(),
        ..Catalogue::default()
    };
    catalogue.organization.reporting_currency = Currency::USD;
    catalogue
}

fn amount(value: &Value) -> Decimal {
    value["amount"].as_str().unwrap().parse().unwrap()
}

/// The amounts that a sum prints: parts, bill, difference.
fn printed(sum: &str) -> Vec<Decimal> {
    let cells = sum.split("<dd").skip(1).filter_map(|cell| {
        let cell = cell.split("</dd>").next()?;
        // The bill as it was issued stands small beside the converted one.
        let text = cell.split("<b>").nth(1).and_then(|bold| bold.split("</b>").next()).unwrap_or(cell);
        let text = text.split_once('>').map_or(text, |(_, text)| text);
        let digits: String = text.chars().filter(|sign| sign.is_ascii_digit() || *sign == '.').collect();
        let amount: Decimal = digits.parse().ok()?;
        Some(if text.contains(['-', '−', '▲']) { -amount } else { amount })
    });
    cells.collect()
}

/// Looks at every week, then lets something change, twelve times.
async fn adds_up(seed: u64) {
    let mut company = Company::founded(seed).await;
    let mut history = vec!["the founding"];
    for _ in 0..12 {
        let story = format!("{} (company {seed})", history.join(", "));
        for week in WEEKS {
            company.assert_week(week, &story).await;
        }
        history.push(company.change().await);
    }
}

/// Euros without a rate beside yen, a bill that begins on a Thursday, a credit that gives the budget back: what is
/// not known is said to be unknown on every page, and nothing that is left out passes for the whole.
#[tokio::test]
async fn what_is_not_known_is_added_to_nothing() {
    let house = House::empty().await;
    let mut catalogue = catalogue();
    catalogue.organization.reporting_currency = Currency::JPY;
    catalogue.budgets = [(0, 1_000), (1, 1_000)]
        .map(|(product, yen)| Budget {
            product: format!("p{product}").parse().unwrap(),
            month: "2026-11".parse().unwrap(),
            amount: Money { micros: yen * 1_000_000, currency: Currency::JPY },
            rate: None,
            bill_currency: None,
            tax: Default::default(),
        })
        .into();
    house.store.catalogue_replace(&catalogue, date(2026, 11, 23), house.clock.now()).await.unwrap();
    let mut company = Company { router: house.router(), house, dice: Dice(1), catalogue, lines: Vec::new() };
    let line = |day: i8, account: u64, currency: usize, amount: i64| Line {
        source: 0,
        currency,
        day: date(2026, 11, day),
        account,
        service: 0,
        billed: Decimal::from(amount),
        effective: Decimal::from(amount),
    };
    company.lines = (5..=22)
        .flat_map(|day| {
            [line(day, 0, 1, 100), line(day, 0, 2, if day < 16 { 7 } else { 70 }), line(day, 1, 1, 100)]
        })
        .collect();
    company.lines.push(line(16, 1, 1, -1_500));
    company.deliver(0, 11).await;
    let page = async |path: &str| {
        let answer = get(&company.router, path).await;
        assert_eq!(answer.status, 200, "{path}");
        answer.body
    };

    // Six days of 70 euros, after six of 7 the week before: 420 − 42 = 378 more, which can be answered as billed.
    let told = page("/products/p0?week=2026-W47&lang=en").await;
    assert!(told.contains("no exchange rate is known: €420.00"), "{told}");
    assert!(told.contains("What it has cost is unknown: an exchange rate is missing."), "{told}");
    assert!(!told.contains("There is no cost data yet"), "{told}");
    assert!(!told.contains("in the 17 days so far"), "{told}");
    assert!(told.contains("+€378.00"), "{told}");
    let told = page("/reviews/2026-W47?lang=en").await;
    assert!(told.contains("no exchange rate is known: €420.00"), "{told}");

    // 17 × 100 − 1,500 = 200 of 1,000: reached on the 14th, given back on the 16th.
    let told = page("/products/p1.json?week=2026-W47").await;
    let value: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(amount(&value["product"]["budget"]["spent"]), Decimal::from(200), "{told}");
    assert_ne!(value["product"]["pace"]["exhausted_on"], "2026-11-14", "{told}");

    // Of week 45 only Thursday to Sunday are known: week 46 is compared with nothing.
    for (week, this, previous) in
        [("2026-W45", "400", None), ("2026-W46", "700", None), ("2026-W47", "-900", Some("600"))]
    {
        let told = page(&format!("/products/p1/cost.json?week={week}")).await;
        let total: Value = serde_json::from_str::<Value>(&told).unwrap()["total"].clone();
        assert_eq!(amount(&total["this_week"]), this.parse().unwrap(), "{week}: {told}");
        let before = total["previous_week"].as_object().map(|_| amount(&total["previous_week"]));
        assert_eq!(before, previous.map(|text: &str| text.parse().unwrap()), "{week}: {told}");
        let review = page(&format!("/reviews/{week}?lang=en")).await;
        assert!(!review.contains("+75.0%"), "{week}: 700 against 400");
    }
}

/// Companies by the number that their dice begin with; each is a test of its own, so that they run side by side.
macro_rules! companies {
    ($($name:ident $seed:literal),* $(,)?) => {
        $(#[tokio::test] async fn $name() { adds_up($seed).await; })*
    };
}

companies!(
    everything_adds_up_after_every_change_1 1,
    everything_adds_up_after_every_change_2 2,
    everything_adds_up_after_every_change_3 3,
    everything_adds_up_after_every_change_4 4,
    everything_adds_up_after_every_change_5 5,
    everything_adds_up_after_every_change_6 6,
);
