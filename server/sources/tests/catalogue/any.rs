//! Catalogues of every shape, for what has to hold for all of them.

use domain::allocation::{AllocationRule, Condition, Field, Target};
use domain::budget::Budget;
use domain::catalogue::Catalogue;
use domain::checklist::{Checklist, ChecklistItem};
use domain::commitment::{Commitment, CommitmentKind};
use domain::maintenance::{Covers, MaintenanceWindow};
use domain::money::{Currency, Money};
use domain::organization::{Language, Localized, Organization, Thresholds};
use domain::policy::{ErrorBudgetPolicy, PolicyStep, ShipAction};
use domain::postmortem::PostmortemTerms;
use domain::product::{Account, Environment, Link, Product, Slug};
use domain::rate::{Month, Rate, RatePolicy};
use domain::ratio::Ppm;
use domain::split::{Method, Pool, PoolTarget, Usage};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z .:/#_-]{0,12}[a-z]",
        "[\\x01-\\x7f]{0,6}[a-z\"\\\\]",
        "(オンライン|診療|é|😀|\"|'|\\n|\\t){1,4}x",
    ]
}

fn localized() -> impl Strategy<Value = Localized> {
    prop_oneof![
        text().prop_map(|text| Localized::same(&text)),
        (text(), text()).prop_map(|(ja, en)| Localized { ja, en }),
        text().prop_map(|ja| Localized { ja, en: String::new() }),
        text().prop_map(|en| Localized { ja: String::new(), en }),
    ]
}

fn day() -> impl Strategy<Value = Date> {
    (0_i32..6000).prop_map(|days| date(2020, 1, 1) + days.days())
}

fn month() -> impl Strategy<Value = Month> {
    day().prop_map(Month::containing)
}

fn currency() -> impl Strategy<Value = Currency> {
    let codes: Vec<&str> = Currency::known_codes().collect();
    proptest::sample::select(codes).prop_map(|code| code.parse().unwrap())
}

fn positive() -> impl Strategy<Value = Decimal> {
    (1_i64..i64::MAX, 0_u32..18).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn organization() -> impl Strategy<Value = Organization> {
    let share = || (0_i64..=100_000_000).prop_map(Ppm);
    let marks = (share(), share());
    let shares = (share(), share(), share(), share(), share(), share(), marks, 1_i64..5000);
    let thresholds = shares.prop_map(|(a, b, c, d, e, f, (g, h), hours)| Thresholds {
        change_share: a,
        change_amount_of_organization: b,
        change_amount_of_product: c,
        budget_risk: d,
        budget_breached: e,
        error_budget_risk: f,
        anomaly_amount_of_organization: g,
        unallocated_limit: h,
        stale_after_hours: hours,
    });
    let zone = prop_oneof![Just("Asia/Tokyo"), Just("UTC"), Just("America/New_York")];
    let policy = (0_usize..4).prop_map(|index| RatePolicy::ALL[index]);
    let days = (0_i64..=31, 1_i8..=12);
    (localized(), zone, any::<bool>(), currency(), policy, days, thresholds).prop_map(
        |(name, zone, japanese, reporting_currency, rate_policy, days, thresholds)| Organization {
            name,
            time_zone: zone.to_owned(),
            language: if japanese { Language::Japanese } else { Language::English },
            reporting_currency,
            rate_policy,
            cost_lag_days: days.0,
            fiscal_year_starts: days.1,
            thresholds,
        },
    )
}

fn slug(index: usize) -> Slug {
    ["telemed", "karte", "shop-2", "9lives"][index].parse().unwrap()
}

fn product(index: usize) -> impl Strategy<Value = Product> {
    let link = (text(), "[a-z0-9/?=&\"]{0,8}")
        .prop_map(|(kind, rest)| Link { kind, url: format!("https://wiki.example/{rest}") });
    (
        localized(),
        of(localized()),
        1_u8..=3,
        of(text()),
        of(text()),
        of(Just(String::new())),
        vec(link, 0..4),
        of(day()),
    )
        .prop_map(
            move |(name, group, tier, product_manager, embedded_sre, chat_channel, links, closed_on)| {
                Product {
                    slug: slug(index),
                    name,
                    group,
                    tier,
                    product_manager,
                    embedded_sre,
                    chat_channel,
                    links,
                    closed_on,
                }
            },
        )
}

fn environment() -> impl Strategy<Value = Environment> {
    (0_usize..5).prop_map(|index| Environment::ALL[index])
}

fn account(index: usize) -> impl Strategy<Value = Account> {
    let tags = proptest::collection::btree_map("[a-c é]", text(), 0..3);
    (text(), of(0_usize..2), environment(), of(day()), of(text()), tags).prop_map(
        move |(name, product, environment, closed_on, ou, tags)| Account {
            id: format!("00{index} \"x\""),
            name,
            product: product.map(slug),
            environment,
            closed_on,
            ou,
            tags: tags.into_iter().collect(),
        },
    )
}

fn rule(index: usize) -> impl Strategy<Value = AllocationRule> {
    let field = prop_oneof![
        Just(Field::Account),
        Just(Field::Service),
        Just(Field::Region),
        Just(Field::ChargeCategory),
        Just(Field::Source),
        Just(Field::OrganizationalUnit),
        text().prop_map(Field::CostCategory),
        "[a-c]".prop_map(Field::AccountTag),
        text().prop_map(Field::Tag),
        "[a-c]".prop_map(Field::Tag),
    ];
    let condition = (field, vec(text(), 1..3)).prop_map(|(field, values)| Condition { field, values });
    let target = prop_oneof![
        (0_usize..2, of(environment()))
            .prop_map(|(product, environment)| Target::Product { product: slug(product), environment }),
        text().prop_map(|pool| Target::Shared { pool }),
    ];
    (vec(condition, 0..6), target, of(day()), of(1_i32..500)).prop_map(
        move |(conditions, target, valid_from, length)| AllocationRule {
            name: format!("rule {index}"),
            conditions,
            target,
            valid_from,
            valid_to: length.map(|days| valid_from.unwrap_or(date(2026, 1, 1)) + days.days()),
        },
    )
}

/// Any catalogue that a file could hold.
pub fn catalogue() -> impl Strategy<Value = Catalogue> {
    let budget = (0_usize..2, month(), 0_i64..i64::MAX, currency(), of((positive(), currency()))).prop_map(
        |(product, month, micros, currency, rate)| Budget {
            product: slug(product),
            month,
            amount: Money { micros, currency },
            rate: rate.map(|(rate, _)| rate),
            bill_currency: rate.map(|(_, currency)| currency),
            tax: domain::tax::Tax::Included,
        },
    );
    let rate =
        (0_usize..4, month(), positive(), day(), text()).prop_map(|(policy, month, rate, date, source)| {
            Rate {
                from: Currency::USD,
                to: Currency::JPY,
                month,
                policy: RatePolicy::ALL[policy],
                rate,
                date,
                source,
            }
        });
    (
        organization(),
        (product(0), product(1)),
        (account(0), account(1)),
        (rule(0), rule(1)),
        vec(budget, 0..4),
        vec(rate, 0..4),
        pools(),
        vec(usage(), 0..4),
        vec(commitment(), 0..4),
        (policies(), maintenance(), postmortem_terms(), checklists()),
    )
        .prop_map(
            |(
                organization,
                products,
                accounts,
                rules,
                mut budgets,
                mut rates,
                pools,
                mut usage,
                mut commitments,
                (policies, maintenance, postmortem_terms, checklists),
            )| {
                usage.sort_by_key(|usage| (usage.series.clone(), usage.month, usage.product.clone()));
                usage.dedup_by_key(|usage| (usage.series.clone(), usage.month, usage.product.clone()));
                budgets.sort_by_key(|budget| (budget.product.clone(), budget.month));
                budgets.dedup_by_key(|budget| (budget.product.clone(), budget.month));
                rates.sort_by_key(|rate| (rate.month, rate.policy, rate.date));
                rates.dedup_by_key(|rate| (rate.month, rate.policy, rate.date));
                commitments.sort_by_key(|one| (one.name.clone(), one.ends_on));
                commitments.dedup_by_key(|one| (one.name.clone(), one.ends_on));
                Catalogue {
                    organization,
                    products: vec![products.0, products.1],
                    accounts: vec![accounts.0, accounts.1],
                    rules: vec![rules.0, rules.1],
                    pools,
                    usage,
                    budgets,
                    rates,
                    commitments,
                    policies,
                    maintenance,
                    postmortem_terms,
                    checklists,
                }
            },
        )
}

/// Some lists, each of its own name.
fn checklists() -> impl Strategy<Value = Vec<Checklist>> {
    let names = prop::collection::btree_set("[a-z][a-z0-9-]{0,6}", 0..3);
    let items = prop::collection::btree_map("[a-z][a-z0-9-]{0,6}", (localized(), 1_i64..=4), 1..4);
    (names, localized(), items, 4_i64..9).prop_map(|(names, title, items, version)| {
        let item = |(id, (text, since)): (&String, &(Localized, i64))| ChecklistItem {
            id: id.parse().unwrap(),
            text: text.clone(),
            since: *since,
        };
        let list = |name: String| Checklist {
            name: name.parse().unwrap(),
            title: title.clone(),
            version,
            items: items.iter().map(item).collect(),
        };
        names.into_iter().map(list).collect()
    })
}

/// Terms as usual, and others.
fn postmortem_terms() -> impl Strategy<Value = PostmortemTerms> {
    let rest =
        || prop_oneof![Just("12-29..01-03"), Just("12-31..12-31")].prop_map(|text| text.parse().unwrap());
    let handbook = "[a-z0-9/?=&\"]{0,8}".prop_map(|rest| format!("https://wiki.example/{rest}"));
    let others = (1_i64..=365, 1_i64..=365, 1_i64..=365, of(rest()), of(handbook)).prop_map(
        |(sev1_days, sev2_business_days, other_business_days, year_end, handbook)| PostmortemTerms {
            sev1_days,
            sev2_business_days,
            other_business_days,
            year_end,
            handbook,
        },
    );
    prop_oneof![Just(PostmortemTerms::default()), others]
}

/// At most one policy a product, with steps in order.
fn policies() -> impl Strategy<Value = Vec<ErrorBudgetPolicy>> {
    let note = || prop_oneof![Just(String::new()), text()];
    let steps =
        (0_i64..500_000, 500_000_i64..=1_000_000, note(), note()).prop_map(|(low, high, one, other)| {
            let step = |at_least, action, note| PolicyStep { at_least, action, note };
            vec![
                step(Some(Ppm(high)), ShipAction::Ship, one),
                step(Some(Ppm(low)), ShipAction::Care, other),
                step(None, ShipAction::Halt, String::new()),
            ]
        });
    let names = || prop_oneof![Just(Vec::new()), Just(vec!["a".to_owned(), "佐藤 \"健\"".to_owned()])];
    let approval = of((day(), of(1_i64..500)));
    let policy = (text(), steps, names(), approval).prop_map(|(text, steps, objectives, approval)| {
        let (approved_on, after) = approval.unzip();
        ErrorBudgetPolicy {
            product: slug(0),
            text,
            steps,
            objectives,
            approvers: approved_on.map(|_| "Abe, Ueda".to_owned()).into_iter().collect(),
            approved_on,
            revisit_on: approved_on.zip(after.flatten()).map(|(day, after)| day + after.days()),
        }
    });
    of(policy).prop_map(|policy| policy.into_iter().collect())
}

fn maintenance() -> impl Strategy<Value = Vec<MaintenanceWindow>> {
    let covers = prop_oneof![
        (0_usize..2).prop_map(|number| Covers::Product(slug(number))),
        text().prop_map(|id| Covers::Objective(id.trim().to_owned())),
    ];
    let repeat = prop_oneof![
        Just(None),
        (1_u16..9, 1_u32..40)
            .prop_map(|(step, count)| format!("FREQ=DAILY;INTERVAL={step};COUNT={count}").parse().ok()),
        day().prop_map(|day| format!("FREQ=WEEKLY;UNTIL={}", day.strftime("%Y%m%d")).parse().ok()),
    ];
    let window =
        (covers, day(), 0_i8..24, 1_i64..90_000, repeat).prop_map(|(covers, day, hour, minutes, repeat)| {
            let start = day.at(hour, 5, 0, 0);
            let end = start + minutes.minutes();
            MaintenanceWindow { name: "night \"A\"".to_owned(), covers, start, end, repeat }
        });
    of(window).prop_map(|window| window.into_iter().collect())
}

fn commitment() -> impl Strategy<Value = Commitment> {
    let amount = of((0_i64..i64::MAX, currency()));
    ("[ab円]{1,2}", 0_usize..3, of(0_usize..2), day(), amount).prop_map(
        |(name, kind, product, ends_on, amount)| Commitment {
            name,
            kind: CommitmentKind::ALL[kind],
            product: product.map(slug),
            ends_on,
            amount: amount.map(|(micros, currency)| Money { micros, currency }),
        },
    )
}

/// Pools of every method, one after the other.
fn pools() -> impl Strategy<Value = Vec<Pool>> {
    let pool = (text(), 0_usize..4, 0_i64..=1_000_000, text(), of(day()), 0_usize..3).prop_map(
        |(name, method, weight, series, valid_from, named)| {
            let method = Method::ALL[method];
            let weights = [Ppm(weight), Ppm(1_000_000 - weight)];
            let targets = (0..2).map(|index| PoolTarget {
                product: slug(index),
                weight: if method == Method::Fixed { weights[index] } else { Ppm(0) },
            });
            let count = if method == Method::Fixed { 2 } else { named };
            Pool {
                name,
                method,
                targets: targets.take(count).collect(),
                series: (method == Method::Usage).then_some(series),
                valid_from,
                valid_to: None,
            }
        },
    );
    vec(pool, 0..4).prop_map(|mut pools| {
        for (position, pool) in pools.iter_mut().enumerate() {
            pool.name.push_str(&position.to_string());
        }
        pools
    })
}

fn usage() -> impl Strategy<Value = Usage> {
    (text(), 0_usize..2, month(), 0..i64::MAX / 1_000_000).prop_map(|(series, product, month, units)| Usage {
        series,
        product: slug(product),
        month,
        units,
    })
}
