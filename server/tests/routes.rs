//! The whole router in process; modules mirror the URLs.

mod support;

#[path = "routes/answers.rs"]
mod answers;
#[path = "routes/api.rs"]
mod api;
#[path = "routes/catalogue.rs"]
mod catalogue;
#[path = "routes/catalogue_forms.rs"]
mod catalogue_forms;
#[path = "routes/doors.rs"]
mod doors;
#[path = "routes/imports.rs"]
mod imports;
#[path = "routes/objectives.rs"]
mod objectives;
#[path = "routes/product_cost.rs"]
mod product_cost;
#[path = "routes/product_groups.rs"]
mod product_groups;
#[path = "routes/products.rs"]
mod products;
#[path = "routes/restatements.rs"]
mod restatements;
#[path = "routes/reviews.rs"]
mod reviews;
#[path = "routes/slow.rs"]
mod slow;
