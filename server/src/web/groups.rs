//! `/products.csv`: products in their groups, or with `?rows=groups` the groups, as the page shows them in a metric
//! and a currency; with `?group=` those of one group. Rows of either kind add up to what products cost.

use domain::change::Change;
use domain::finding::Status;
use domain::money::Money;
use domain::review::WeeklyReview;
use domain::review::cost::CostView;
use domain::review::groups::{BudgetSum, GroupCost, groups};

use crate::snapshot::csv;

/// The products of all groups, or of the one that a word means, one row each; `None` where no group is called so.
pub fn products_csv(review: &WeeklyReview, view: CostView, group: Option<&str>) -> Option<String> {
    let table = review.cost.table(view, &review.organization, &review.rates);
    let all = groups(review, &table);
    let mut text = head("group,product");
    let mut found = group.is_none();
    for one in all.iter().filter(|one| group.is_none_or(|word| one.is_called(word))) {
        found = true;
        for row in &one.rows {
            let names = [one.key().to_owned(), row.product.to_string()];
            line(&mut text, review, view, &names, &row.cost.change, row.budget, row.status);
        }
    }
    found.then_some(text)
}

/// The groups, one row each; products without a group are the one without a name.
pub fn groups_csv(review: &WeeklyReview, view: CostView) -> String {
    let table = review.cost.table(view, &review.organization, &review.rates);
    let mut text = head("group,products");
    for one in groups(review, &table) {
        let GroupCost { change, budget, status, rows, .. } = &one;
        let names = [one.key().to_owned(), rows.len().to_string()];
        line(&mut text, review, view, &names, change, *budget, *status);
    }
    text
}

fn head(names: &str) -> String {
    format!(
        "week,{names},currency,metric,this_week,previous_week,difference,budget,spent,forecast,forecast_share_ppm,\
         budget_status\n"
    )
}

fn line(
    text: &mut String,
    review: &WeeklyReview,
    view: CostView,
    names: &[String; 2],
    change: &Change,
    budget: Option<BudgetSum>,
    status: Status,
) {
    let decimal = |micros: i64| Money { micros, currency: view.currency }.decimal().to_string();
    let amount = |micros: Option<i64>| micros.map_or_else(String::new, decimal);
    let sum = budget.unwrap_or_default();
    let [one, other] = names.clone();
    let cells = [
        review.week.to_string(),
        one,
        other,
        view.currency.code().to_owned(),
        view.metric.as_str().to_owned(),
        amount(change.after),
        amount(change.before),
        amount(change.difference()),
        amount(sum.budget),
        amount(sum.spent),
        amount(sum.forecast),
        sum.share().map_or_else(String::new, |share| share.0.to_string()),
        budget.map_or_else(String::new, |_| status.as_str().to_owned()),
    ];
    csv::line(text, cells.iter().map(String::as_str));
}
