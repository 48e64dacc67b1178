//! Who works on what at 株式会社ひなたヘルス, its rates and its budgets.

use domain::allocation::{AllocationRule, Condition, Field, Target};
use domain::budget::Budget;
use domain::catalogue::Catalogue;
use domain::commitment::{Commitment, CommitmentKind};
use domain::money::{Currency, MICROS_PER_UNIT, Money};
use domain::organization::{Localized, Organization};
use domain::postmortem::PostmortemTerms;
use domain::product::{Account, Environment, Link, Product};
use domain::rate::{Month, Rate, RatePolicy};
use domain::split::{Method, Pool, Usage};
use domain::tax::Tax;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use rust_decimal::Decimal;

use super::world::{Story, slug};

/// The account that several products and nobody share.
pub(super) const SHARED_ACCOUNT: &str = "339102847756";

/// The account of booking's previews, which live as long as a pull request.
pub(super) const PREVIEW_ACCOUNT: &str = "604417283951";

/// What the shared account's cost is called: support, security, logs.
const POOL: &str = "サポート・セキュリティ";

/// The rate that budgets are made with, in hundredths of a yen.
const BUDGET_RATE: i64 = 15_000;

/// The previous month's end in hundredths of a yen: the month after the story's, the story's, and back.
const MONTH_ENDS: [i64; 16] = [
    15_890, 15_820, 15_685, 15_510, 15_340, 15_460, 15_190, 15_035, 14_920, 14_780, 14_865, 15_105, 15_240,
    14_950, 14_710, 14_590,
];

/// A product of the company and the month it is heading for.
pub(super) struct Sketch {
    pub(super) slug: &'static str,
    pub(super) ja: &'static str,
    pub(super) en: &'static str,
    pub(super) group: (&'static str, &'static str),
    pub(super) tier: u8,
    pub(super) product_manager: &'static str,
    pub(super) embedded_sre: &'static str,
    pub(super) production_account: &'static str,
    pub(super) staging_account: &'static str,
    /// The budget of a month in yen.
    pub(super) budget_yen: i64,
    /// Where the month is heading, in millionths of a dollar.
    pub(super) month_micros: i64,
}

const CARE: (&str, &str) = ("診療グループ", "Care");
const BUSINESS: (&str, &str) = ("事業グループ", "Business");
const FOUNDATION: (&str, &str) = ("基盤グループ", "Foundation");

/// The products in the order people read them.
pub(super) const PRODUCTS: [Sketch; 8] = [
    Sketch {
        slug: "telemed",
        ja: "オンライン診療",
        en: "Telemedicine",
        group: CARE,
        tier: 1,
        product_manager: "中村 彩",
        embedded_sre: "佐藤 健",
        production_account: "204518820711",
        staging_account: "204518820728",
        budget_yen: 12_000_000,
        // 12,798,380 yen at 158.20: 83 % of the overrun is currency.
        month_micros: 80_900_000_000,
    },
    Sketch {
        slug: "data",
        ja: "データ基盤",
        en: "Data platform",
        group: FOUNDATION,
        tier: 2,
        product_manager: "松田 怜",
        embedded_sre: "原 千尋",
        production_account: "417730256604",
        staging_account: "417730256611",
        budget_yen: 10_600_000,
        month_micros: 65_000_000_000,
    },
    Sketch {
        slug: "erx",
        ja: "電子処方箋",
        en: "E‑prescription",
        group: CARE,
        tier: 1,
        product_manager: "小林 真央",
        embedded_sre: "森 友美",
        production_account: "528841067392",
        staging_account: "528841067408",
        budget_yen: 5_600_000,
        month_micros: 34_700_000_000,
    },
    Sketch {
        slug: "insurance",
        ja: "保険",
        en: "Insurance",
        group: BUSINESS,
        tier: 2,
        product_manager: "山口 徹",
        embedded_sre: "高橋 由",
        production_account: "631907745288",
        staging_account: "631907745295",
        budget_yen: 1_900_000,
        month_micros: 11_055_000_000,
    },
    Sketch {
        slug: "booking",
        ja: "予約",
        en: "Booking",
        group: CARE,
        tier: 1,
        product_manager: "井上 遥",
        embedded_sre: "石井 拓",
        production_account: "745026318857",
        staging_account: "745026318864",
        budget_yen: 3_200_000,
        month_micros: 19_430_000_000,
    },
    Sketch {
        slug: "payments",
        ja: "決済",
        en: "Payments",
        group: BUSINESS,
        tier: 1,
        product_manager: "藤田 航",
        embedded_sre: "石井 拓",
        production_account: "860413579920",
        staging_account: "860413579937",
        budget_yen: 2_500_000,
        month_micros: 14_860_000_000,
    },
    Sketch {
        slug: "trials",
        ja: "治験DX",
        en: "Clinical trials",
        group: BUSINESS,
        tier: 3,
        product_manager: "岡本 梓",
        embedded_sre: "高橋 由",
        production_account: "972650184436",
        staging_account: "972650184443",
        budget_yen: 4_600_000,
        month_micros: 24_430_000_000,
    },
    Sketch {
        slug: "platform",
        ja: "共通基盤",
        en: "Shared platform",
        group: FOUNDATION,
        tier: 1,
        product_manager: "西村 光",
        embedded_sre: "高橋 由",
        production_account: "153894602275",
        staging_account: "153894602282",
        budget_yen: 5_400_000,
        month_micros: 31_410_000_000,
    },
];

/// The name of the company that does not exist, by which its databases are known.
#[must_use]
pub fn company() -> Localized {
    Localized {
        ja: "株式会社ひなたヘルス（架空）".to_owned(),
        en: "Hinata Health, Inc. (fictional)".to_owned(),
    }
}

/// The organisation: defaults, under its own name.
pub(super) fn organization() -> Organization {
    Organization { name: company(), ..Organization::default() }
}

/// Everything the company has declared.
pub(super) fn catalogue(story: &Story) -> Catalogue {
    Catalogue {
        organization: organization(),
        products: PRODUCTS.iter().map(product).collect(),
        accounts: PRODUCTS.iter().flat_map(accounts).chain([preview_account(), shared_account()]).collect(),
        rules: rules(),
        pools: vec![shared_pool()],
        usage: months(story).flat_map(|month| usage(story, month)).collect(),
        budgets: months(story)
            .flat_map(|month| PRODUCTS.iter().map(move |sketch| budget(sketch, month)))
            .collect(),
        rates: months(story).flat_map(|month| rates(story, month)).collect(),
        commitments: commitments(story),
        policies: super::policies::policies(story),
        maintenance: super::policies::maintenance(story),
        postmortem_terms: PostmortemTerms {
            year_end: "12-29..01-03".parse().ok(),
            handbook: Some("https://wiki.hinata-health.example/incidents".to_owned()),
            ..PostmortemTerms::default()
        },
        checklists: super::checklists::checklists(),
    }
}

/// The months from the first day of cost to the month after the story's.
fn months(story: &Story) -> impl Iterator<Item = Month> + use<> {
    let last = story.month().next();
    let first = Month::containing(story.first_day(story.weeks));
    std::iter::successors(Some(first), |month| Some(month.next())).take_while(move |month| *month <= last)
}

fn product(sketch: &Sketch) -> Product {
    let link = |kind: &str, host: &str| Link {
        kind: kind.to_owned(),
        url: format!("https://{host}.hinata-health.example/{}", sketch.slug),
    };
    Product {
        slug: slug(sketch.slug),
        name: Localized { ja: sketch.ja.to_owned(), en: sketch.en.to_owned() },
        group: Some(Localized { ja: sketch.group.0.to_owned(), en: sketch.group.1.to_owned() }),
        tier: sketch.tier,
        product_manager: Some(sketch.product_manager.to_owned()),
        embedded_sre: Some(sketch.embedded_sre.to_owned()),
        chat_channel: Some(format!("#sre-{}", sketch.slug)),
        links: vec![
            link("runbook", "runbooks"),
            link("readiness", "readiness"),
            link("dashboard", "dashboards"),
            link("repository", "code"),
        ],
        closed_on: None,
    }
}

fn accounts(sketch: &Sketch) -> [Account; 2] {
    let account = |id: &str, environment: Environment| Account {
        id: id.to_owned(),
        name: format!("{}-{}", sketch.slug, environment.as_str()),
        product: Some(slug(sketch.slug)),
        environment,
        closed_on: None,
        ou: None,
        tags: Vec::new(),
    };
    [
        account(sketch.production_account, Environment::Production),
        account(sketch.staging_account, Environment::Staging),
    ]
}

fn preview_account() -> Account {
    Account {
        id: PREVIEW_ACCOUNT.to_owned(),
        name: "booking-preview".to_owned(),
        product: Some(slug("booking")),
        environment: Environment::Preview,
        ..shared_account()
    }
}

fn shared_account() -> Account {
    Account {
        id: SHARED_ACCOUNT.to_owned(),
        name: "shared-services".to_owned(),
        product: None,
        environment: Environment::Shared,
        closed_on: None,
        ou: None,
        tags: Vec::new(),
    }
}

/// The platform team's runners by tag, then the rest of the shared account as a pool.
fn rules() -> Vec<AllocationRule> {
    let rule = |name: &str, conditions: Vec<Condition>, target: Target| AllocationRule {
        name: name.to_owned(),
        conditions,
        target,
        valid_from: None,
        valid_to: None,
    };
    let condition = |field, value: &str| Condition { field, values: vec![value.to_owned()] };
    let in_shared_account = || condition(Field::Account, SHARED_ACCOUNT);
    vec![
        rule(
            "platform-runners",
            vec![in_shared_account(), condition(Field::Tag("team".to_owned()), "platform")],
            Target::Product { product: slug("platform"), environment: Some(Environment::Shared) },
        ),
        rule("shared-pool", vec![in_shared_account()], Target::Shared { pool: POOL.to_owned() }),
    ]
}

/// What is left of the shared account is borne by all, as they cost.
fn shared_pool() -> Pool {
    Pool {
        name: POOL.to_owned(),
        method: Method::Proportional,
        targets: Vec::new(),
        series: None,
        valid_from: None,
        valid_to: None,
    }
}

/// People who used a product in a month, as its team counts them once the month is over.
fn usage(story: &Story, month: Month) -> Vec<Usage> {
    if month >= story.month() {
        return Vec::new();
    }
    let back = i64::try_from(months_between(month, story.month())).unwrap_or(0);
    // Winters are busy; ninety more people a month join.
    let season = [1_040, 1_025, 1_000, 985, 970, 960, 965, 955, 970, 990, 1_010, 1_035];
    let position = usize::try_from(month.first_day().month() - 1).unwrap_or(0);
    let people = |base: i64, growth: i64| (base - growth * back) * season[position] / 1_000;
    let usage = |product: &str, people: i64| Usage {
        series: "active-users".to_owned(),
        product: slug(product),
        month,
        units: people * MICROS_PER_UNIT,
    };
    vec![usage("telemed", people(48_200, 900)), usage("booking", people(131_000, 1_400))]
}

fn budget(sketch: &Sketch, month: Month) -> Budget {
    Budget {
        product: slug(sketch.slug),
        month,
        amount: Money { micros: sketch.budget_yen * MICROS_PER_UNIT, currency: Currency::JPY },
        rate: Some(Decimal::new(BUDGET_RATE, 2)),
        bill_currency: Some(Currency::USD),
        // The insurance business plans without tax.
        tax: if sketch.slug == "insurance" { Tax::Excluded } else { Tax::Included },
    }
}

/// A plan of telemed's that ends soon, and a credit of all that lasts.
fn commitments(story: &Story) -> Vec<Commitment> {
    let dollars = |amount: i64| Some(Money { micros: amount * MICROS_PER_UNIT, currency: Currency::USD });
    let ends_after = |days: i64| story.today.saturating_add(days.days());
    vec![
        Commitment {
            name: "Compute Savings Plan".to_owned(),
            kind: CommitmentKind::SavingsPlan,
            product: Some(slug("telemed")),
            ends_on: ends_after(23),
            amount: dollars(262_800),
        },
        Commitment {
            name: "AWS Activate".to_owned(),
            kind: CommitmentKind::Credit,
            product: None,
            ends_on: ends_after(200),
            amount: dollars(100_000),
        },
    ]
}

/// The budget's rate and the previous month's end, as the finance department enters them.
fn rates(story: &Story, month: Month) -> [Rate; 2] {
    let position = months_between(month, story.month().next());
    let hundredths = MONTH_ENDS.iter().cycle().nth(position).copied().unwrap_or(BUDGET_RATE);
    let rate = |policy, hundredths, date, source: &str| Rate {
        from: Currency::USD,
        to: Currency::JPY,
        month,
        policy,
        rate: Decimal::new(hundredths, 2),
        date,
        source: source.to_owned(),
    };
    let read_on = last_business_day(month.previous());
    [
        rate(RatePolicy::Budget, BUDGET_RATE, fiscal_year_start(month), "経理部（予算レート）"),
        rate(RatePolicy::PreviousMonthEnd, hundredths, read_on, "みなと銀行 TTM（架空）"),
    ]
}

fn months_between(from: Month, to: Month) -> usize {
    std::iter::successors(Some(from), |month| Some(month.next())).take_while(|month| *month < to).count()
}

/// Fridays for months that end on a weekend; holidays are left out of the fiction.
fn last_business_day(month: Month) -> Date {
    let last = month.last_day();
    match last.weekday() {
        Weekday::Saturday => last.saturating_sub(1.days()),
        Weekday::Sunday => last.saturating_sub(2.days()),
        _ => last,
    }
}

/// The first of April that a month's budget year began on.
fn fiscal_year_start(month: Month) -> Date {
    std::iter::successors(Some(month), |month| Some(month.previous()))
        .map(Month::first_day)
        .find(|day| day.month() == 4)
        .unwrap_or(month.first_day())
}
