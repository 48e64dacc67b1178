//! The recipe for a cluster that products share: by namespace where the bill tells it, by use where it does not,
//! with throwaway environments apart.

use std::process::Command;

use crate::support::{House, TODAY, get};
use domain::cost::Owner;
use domain::product::Environment;
use jiff::tz::TimeZone;
use server::clock::Clock;

const HEADER: &str = "BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,\
                      ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,SubAccountId,Tags";

/// Namespace and dollars of 16 November.
const COSTS: [(&str, u32); 6] = [
    ("telemed", 10),
    ("telemed-batch", 2),
    ("preview-telemed-42", 3),
    ("booking", 5),
    ("kube-system", 1),
    ("", 7),
];

fn bill() -> String {
    let row = |(namespace, amount): (&str, u32)| {
        let tags = if namespace.is_empty() {
            String::new()
        } else {
            format!("\"{{\"\"namespace\"\":\"\"{namespace}\"\"}}\"")
        };
        format!(
            "{amount},{amount},1,USD,2026-11-01T00:00:00Z,2026-12-01T00:00:00Z,Usage,2026-11-16T00:00:00Z,\
             2026-11-17T00:00:00Z,EKS,333333333333,{tags}\n"
        )
    };
    format!("{HEADER}\n{}", COSTS.map(row).concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_cluster_is_split_by_namespace_and_by_use() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("teirei.toml", "[cost]\ntag_keys = [\"namespace\"]\n");
    write("bill.csv", &bill());
    write("catalogue.toml", include_str!("../../docs/examples/shared-cluster.toml"));
    for arguments in [&["catalog", "apply", "catalogue.toml"][..], &["import", "cost", "bill.csv"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_teirei"));
        let done =
            command.current_dir(folder.path()).args(["--today", TODAY]).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(0), "{said}");
        assert!(!said.contains("warning: the rule"), "no rule stands in the way of another: {said}");
    }
    let store = store::open(&format!("sqlite:{}", folder.path().join("teirei.db").display())).await.unwrap();
    let week = "2026-W47".parse().unwrap();
    let mut own: Vec<(Owner, Environment, i64)> = store
        .cost_owner_weeks(week, week)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.owner, row.environment, row.days[0].billed / 1_000_000))
        .collect();
    own.sort();
    let product = |slug: &str| Owner::Product(slug.parse().unwrap());
    assert_eq!(
        own,
        [
            (product("booking"), Environment::Production, 5),
            (product("telemed"), Environment::Production, 12),
            (product("telemed"), Environment::Preview, 3),
            (Owner::Shared("cluster".to_owned()), Environment::Shared, 8),
        ]
    );

    let clock = Clock::at_ten(TODAY.parse().unwrap(), &TimeZone::get("Asia/Tokyo").unwrap());
    let house = House { folder, store, clock };
    let router = house.router();
    let page = get(&router, "/products/telemed/cost?week=2026-W47&lang=en").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let line = |environment: &str, amount: &str| {
        let from = page.body.find(&format!("environment={environment}")).expect(environment);
        let row = page.body[from..].split("</tr>").next().unwrap();
        assert!(row.contains(amount), "{environment}: {row}");
    };
    line("production", "12.00");
    line("preview", "3.00");

    // 300 of 400 hours: 6 of the pool's 8 dollars.
    for (slug, total, ran) in [("telemed", "21.000000", 2), ("booking", "7.000000", 1)] {
        let cost = get(&router, &format!("/products/{slug}/cost.json?week=2026-W47")).await.json();
        assert_eq!(cost["total"]["this_week"]["amount"], total, "{slug}: {cost}");
        assert_eq!(cost["environments"].as_array().unwrap().len(), ran, "{slug}");
    }
}
