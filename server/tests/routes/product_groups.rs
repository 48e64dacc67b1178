//! `/products` by group.

use domain::cost::{Metric, Owner};
use domain::money::Currency;
use domain::review::cost::CostView;
use domain::review::groups::groups;

use crate::support::{House, WEEK, get};

#[tokio::test]
async fn groups_add_up_to_what_products_cost() {
    use app::backend::{Backend, Version};
    let house = House::furnished().await;
    let review = house.backend().weekly_review(WEEK.parse().unwrap(), Version::Draft).await.unwrap().review;
    for currency in [Currency::JPY, Currency::USD] {
        for metric in Metric::ALL {
            let view = CostView { metric, currency };
            let table = review.cost.table(view, &review.organization, &review.rates);
            let groups = groups(&review, &table);
            let names: Vec<&str> = groups.iter().map(|group| group.key()).collect();
            assert_eq!(names, ["Care", "Foundation", "Business"]);
            let products = table.rows.iter().filter(|row| matches!(row.owner, Owner::Product(_)));
            let whole: i64 = products.filter_map(|row| row.change.after).sum();
            assert_eq!(groups.iter().filter_map(|group| group.change.after).sum::<i64>(), whole);
            let forecasts: i64 = groups.iter().filter_map(|group| group.budget.unwrap().forecast).sum();
            let exact: i64 =
                review.cost.budgets.iter().filter_map(|status| status.forecast).map(|one| one.micros).sum();
            if currency == Currency::JPY {
                assert!((forecasts - exact).abs() <= 500_000, "rounded once: {forecasts}, {exact}");
            }
            for group in &groups {
                let parts: i64 = group.rows.iter().filter_map(|row| row.budget?.forecast).sum();
                assert_eq!(Some(parts), group.budget.unwrap().forecast, "{}", group.key());
                assert_eq!(group.without_budget, 0);
            }
        }
    }
}

#[tokio::test]
async fn a_group_has_an_address_in_either_language() {
    let house = House::furnished().await;
    let router = house.router();
    let all = get(&router, "/products?lang=en").await;
    assert!(all.body.contains("group=Care") && all.body.contains("Cost by group"), "{}", all.body);
    for address in [
        "/products?group=Care&lang=en",
        "/products?group=%E8%A8%BA%E7%99%82%E3%82%B0%E3%83%AB%E3%83%BC%E3%83%97&lang=en",
    ] {
        let page = get(&router, address).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("Telemedicine") && !page.body.contains("Data platform"), "{}", page.body);
        assert!(page.body.contains("The month is expected to end at"), "{}", page.body);
    }
    let mixed = get(&router, "/products?group=Business&lang=en").await.body;
    assert!(mixed.contains("Some of the budgets are with tax"), "{mixed}");
    let none = get(&router, "/products?group=Moon&lang=en").await;
    assert!(none.body.contains("No product is in a group called “Moon”"), "{}", none.body);
}

/// The files say what the page says: rows of products add up to those of their groups.
#[tokio::test]
async fn groups_and_products_come_as_csv() {
    let house = House::furnished().await;
    let router = house.router();
    let sum = |text: &str, group: &str, column: usize| -> rust_decimal::Decimal {
        let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
        let rows = rows.filter(|row| row[1] == group);
        rows.map(|row| row[column].parse::<rust_decimal::Decimal>().unwrap()).sum()
    };
    for query in ["", "&metric=effective", "&currency=USD"] {
        let products = get(&router, &format!("/products.csv?week={WEEK}{query}")).await;
        let groups = get(&router, &format!("/products.csv?week={WEEK}&rows=groups{query}")).await;
        assert_eq!((products.status.as_u16(), groups.status.as_u16()), (200, 200), "{}", products.body);
        assert!(groups.header("content-type").starts_with("text/csv"));
        for group in ["Care", "Foundation", "Business"] {
            for column in [5, 6, 7, 8] {
                let (parts, whole) = (sum(&products.body, group, column), sum(&groups.body, group, column));
                assert_eq!(parts, whole, "{query} {group} {column}");
                assert!(column == 7 || whole > 0.into(), "{query} {group} {column}");
            }
        }
    }
    let one = get(&router, &format!("/products.csv?week={WEEK}&group=Care")).await.body;
    assert!(one.contains(",Care,telemed,") && !one.contains(",Business,"), "{one}");
    assert_eq!(get(&router, "/products.csv?group=Moon").await.status, 404);
    assert_eq!(get(&router, "/products.csv?rows=moons").await.status, 400);
    assert_eq!(get(&router, "/products.json").await.status, 404);
    let page = get(&router, "/products?lang=en").await.body;
    assert!(page.contains("/products.csv?") && page.contains("rows=groups"), "{page}");
}
