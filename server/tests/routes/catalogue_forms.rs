//! `/catalog/budgets`, `/catalog/rates`, `/catalog/usage` and the forms of single entries: each ends in a
//! proposal, and nothing is in force before it is applied.

#![expect(clippy::expect_used, reason = "a test stops where its story breaks off")]

use domain::catalogue::Catalogue;
use domain::money::MICROS_PER_UNIT;
use domain::product::Environment;

use crate::support::{Answer, House, get, post, request, send};

/// Fields as a browser encodes them.
fn form(fields: &[(&str, &str)]) -> String {
    let encoded = |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

fn value<'a>(answer: &'a Answer, before: &str, after: &str) -> &'a str {
    let start = answer.body.find(before).map(|at| at + before.len()).expect(before);
    let end = answer.body[start..].find(after).map(|at| start + at).expect(after);
    &answer.body[start..end]
}

struct Desk {
    house: House,
    router: axum::Router,
}

impl Desk {
    async fn new() -> Self {
        let house = House::furnished().await;
        let router = house.router();
        Self { house, router }
    }

    async fn page(&self, path: &str) -> Answer {
        let answer = get(&self.router, path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer
    }

    async fn base(&self) -> String {
        value(&self.page("/catalog/budgets").await, "name=\"base\" value=\"", "\"").to_owned()
    }

    /// Sends a form made from the catalogue in force; answers the page of its proposal in English.
    async fn propose(&self, fields: &[(&str, &str)]) -> (String, Answer) {
        let base = self.base().await;
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("base", base.as_str())]).collect();
        let answer = post(&self.router, "/api/catalog/edit", &form(&fields)).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let path = answer.header("location").to_owned();
        assert!(path.starts_with("/catalog/proposals/"), "{path}");
        let page = self.page(&format!("{path}?lang=en")).await;
        (path, page)
    }

    async fn apply(&self, path: &str, reason: &str) {
        let id = path.rsplit('/').next().unwrap_or_default();
        let answer = post(&self.router, "/api/catalog/apply", &form(&[("id", id), ("reason", reason)])).await;
        assert_eq!(answer.header("location"), path, "it is applied");
    }

    async fn catalogue(&self) -> Catalogue {
        self.house.store.catalogue_get().await.expect("the catalogue")
    }

    async fn budget(&self, product: &str, month: &str) -> Option<i64> {
        let budgets = self.catalogue().await.budgets;
        let is_it =
            |one: &&domain::budget::Budget| one.product.as_str() == product && one.month.to_string() == month;
        budgets.iter().find(is_it).map(|one| one.amount.micros / MICROS_PER_UNIT)
    }
}

#[tokio::test]
async fn budgets_are_typed_into_cells() {
    let desk = Desk::new().await;
    let page = desk.page("/catalog/budgets?lang=en").await;
    let now = value(&page, "name=\"cell:telemed:2026-11\" value=\"", "\"").to_owned();
    assert!(now.contains(','), "amounts are grouped: {now}");
    assert!(page.body.contains("Fiscal year 2026 (2026-04 – 2027-03)"), "{}", page.body);

    assert_eq!(
        value(&page, "name=\"rate\" value=\"", "\""),
        "150",
        "new budgets are offered the rate of the others"
    );
    // The cell that reads as it is changes nothing; a new one, one in full-width digits and an emptied one do.
    let (path, shown) = desk
        .propose(&[
            ("part", "budgets"),
            ("cell:telemed:2026-11", &now),
            ("cell:telemed:2027-01", "１２０万"),
            ("cell:booking:2026-11", " "),
        ])
        .await;
    assert!(shown.body.contains("+ budget telemed 2027-01: 1200000 JPY"), "{}", shown.body);
    assert!(shown.body.contains("- budget booking 2026-11: "), "{}", shown.body);
    assert!(!shown.body.contains("budget telemed 2026-11"), "{}", shown.body);
    assert!(shown.body.contains("Rows taken: 2."), "{}", shown.body);
    assert_eq!(desk.budget("telemed", "2027-01").await, None, "nothing is in force yet");
    assert!(desk.budget("booking", "2026-11").await.is_some());

    desk.apply(&path, "a plan for January").await;
    assert_eq!(desk.budget("telemed", "2027-01").await, Some(1_200_000));
    assert_eq!(desk.budget("booking", "2026-11").await, None);
    let page = desk.page("/catalog/budgets?lang=en").await;
    assert_eq!(value(&page, "name=\"cell:telemed:2027-01\" value=\"", "\""), "1,200,000");
    assert!(page.body.contains("a plan for January"), "the history says why: {}", page.body);
    assert!(page.body.contains("booking 2026-11"), "{}", page.body);

    let (path, _) = desk.propose(&[("part", "budgets"), ("cell:telemed:2027-01", "130万")]).await;
    desk.apply(&path, "a better plan").await;
    let page = desk.page("/catalog/budgets?lang=en&product=telemed").await;
    let history = value(&page, "id=\"history\"", "</section>");
    assert!(history.contains("1200000 JPY") && history.contains("1300000 JPY"), "old and new: {history}");
    assert!(history.contains("a better plan") && !history.contains("booking 2026-11"), "{history}");
}

#[tokio::test]
async fn a_table_is_pasted_and_what_cannot_be_taken_is_named() {
    let desk = Desk::new().await;
    let text = "product\tmonth\tamount\trate\ntelemed\t2027/02\t1,000,000\t150\nnobody\t2027-02\t1\t\ntelemed\t2026-10\t-\t\n";
    let (path, shown) = desk.propose(&[("part", "budgets"), ("text", text)]).await;
    assert!(shown.body.contains("Rows taken: 1, not taken: 2."), "{}", shown.body);
    assert!(shown.body.contains("The product \"nobody\" is not declared."), "{}", shown.body);
    assert!(shown.body.contains("2026-10 is over"), "a budget that was judged by stays: {}", shown.body);
    assert!(shown.body.contains("+ budget telemed 2027-02: 1000000 JPY (150 JPY/USD)"), "{}", shown.body);
    assert!(shown.body.contains("nobody\t2027-02\t1"), "the text is there to be mended: {}", shown.body);
    desk.apply(&path, "the plan of the finance department").await;
    assert_eq!(desk.budget("telemed", "2027-02").await, Some(1_000_000));
    let (_, again) = desk.propose(&[("part", "budgets"), ("text", text)]).await;
    assert!(again.body.contains("It is the same as the catalogue in force."), "{}", again.body);

    for (text, expected) in
        [("product,amount\n", "no column month"), ("</textarea><script>alert(1)</script>", "not taken: 1")]
    {
        let (_, shown) = desk.propose(&[("part", "budgets"), ("text", text)]).await;
        assert!(shown.body.contains(expected), "{text}: {}", shown.body);
        assert!(!shown.body.contains("<script>alert"), "{text}");
        assert!(!shown.body.contains("action=\"/api/catalog/apply\""), "there is nothing to apply");
    }
}

#[tokio::test]
async fn a_file_is_uploaded() {
    let desk = Desk::new().await;
    let base = desk.base().await;
    let upload = async |part: &str, file: &str| {
        let mut body = String::new();
        for (name, value) in [("part", part), ("base", &base)] {
            body.push_str(&format!(
                "--line\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        body.push_str(&format!(
            "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.csv\"\r\n\
             Content-Type: text/csv\r\n\r\n{file}\r\n--line--\r\n"
        ));
        let headers = [
            ("content-type", "multipart/form-data; boundary=line"),
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://localhost:3000"),
        ];
        send(&desk.router, request("POST", "/api/catalog/upload", &headers, &body)).await
    };
    let answer = upload("budgets", "\u{FEFF}製品,2027-01,2027-02\r\n予約,\"1,000\",2千\r\n").await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/catalog/proposals/1"));
    let shown = desk.page("/catalog/proposals/1?lang=en").await;
    assert!(shown.body.contains("+ budget booking 2027-02: 2000 JPY"), "{}", shown.body);
    assert_eq!(upload("budgets", "").await.header("location"), "/catalog/budgets?problem=nothing#edit");
    assert_eq!(upload("account", "x").await.status, 400);
    let foreign = [("content-type", "multipart/form-data; boundary=line"), ("sec-fetch-site", "cross-site")];
    let answer = send(&desk.router, request("POST", "/api/catalog/upload", &foreign, "--line--\r\n")).await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn rates_are_entered_and_months_without_one_are_marked() {
    let desk = Desk::new().await;
    let page = desk.page("/catalog/rates?lang=ja").await;
    assert!(
        page.body.contains("<span class=\"status provisional\">仮</span>"),
        "months to come: {}",
        page.body
    );
    let (path, shown) = desk
        .propose(&[
            ("part", "rates"),
            ("from", "USD"),
            ("to", "JPY"),
            ("month", "2026-10"),
            ("policy", "invoice"),
            ("rate", "１５３．７"),
            ("date", "2026-11-03"),
            ("source", "AWS invoice"),
        ])
        .await;
    assert!(shown.body.contains("+ rate USD/JPY 2026-10 invoice of 2026-11-03: 153.7"), "{}", shown.body);
    desk.apply(&path, "the invoice came").await;
    let page = desk.page("/catalog/rates?lang=en").await;
    assert!(page.body.contains("153.7") && page.body.contains("AWS invoice"), "{}", page.body);
    let (_, shown) = desk.propose(&[("part", "rates"), ("from", "USD"), ("to", "USD"), ("month", "x")]).await;
    assert!(shown.body.contains("not taken: 1"), "{}", shown.body);
}

#[tokio::test]
async fn usage_is_typed_series_by_series() {
    let desk = Desk::new().await;
    let page = desk.page("/catalog/usage?lang=en&series=orders").await;
    assert!(page.body.contains("name=\"cell:telemed:2026-11\" value=\"\""), "{}", page.body);
    let fields = [("part", "usage"), ("series", "orders"), ("cell:telemed:2026-11", "48,200")];
    let (path, shown) = desk.propose(&fields).await;
    assert!(shown.body.contains("+ usage orders telemed 2026-11: 48200"), "{}", shown.body);
    desk.apply(&path, "counted").await;
    let page = desk.page("/catalog/usage?lang=en&series=orders").await;
    assert_eq!(value(&page, "name=\"cell:telemed:2026-11\" value=\"", "\""), "48,200");
    let unchanged = post(&desk.router, "/api/catalog/edit", &form(&fields)).await;
    assert_eq!(unchanged.header("location"), "/catalog/usage?problem=nothing#edit");
    let page = desk.page("/catalog/usage?lang=en&problem=nothing").await;
    assert!(page.body.contains("Nothing was changed."), "{}", page.body);
}

#[tokio::test]
async fn entries_are_added_edited_and_closed() {
    let desk = Desk::new().await;
    let (path, shown) = desk
        .propose(&[
            ("part", "product"),
            ("slug", "lab"),
            ("name_ja", "研究"),
            ("name_en", "Lab \"X\""),
            ("tier", "2"),
            ("links", "runbook https://wiki.example/lab\r\ndashboard https://metrics.example/lab"),
        ])
        .await;
    assert!(shown.body.contains("+ product lab"), "{}", shown.body);
    desk.apply(&path, "a new product").await;
    let catalogue = desk.catalogue().await;
    let lab = catalogue.products.iter().find(|one| one.slug.as_str() == "lab").expect("the product");
    assert_eq!((lab.name.en.as_str(), lab.tier, lab.links.len()), ("Lab \"X\"", 2, 2));

    // The form of an account shows what is there; closing it keeps the rest.
    let id = catalogue.accounts[0].id.clone();
    let page = desk.page(&format!("/catalog/accounts?lang=en&key={id}")).await;
    assert!(page.body.contains(&format!("name=\"id\" value=\"{id}\"")), "{}", page.body);
    let name = catalogue.accounts[0].name.clone();
    let (path, _) = desk
        .propose(&[
            ("part", "account"),
            ("key", &id),
            ("id", &id),
            ("name", &name),
            ("product", "lab"),
            ("environment", "staging"),
            ("closed_on", ""),
            ("do", "close"),
        ])
        .await;
    desk.apply(&path, "moved").await;
    let account = desk.catalogue().await.accounts[0].clone();
    assert_eq!(account.product.map(|slug| slug.to_string()).as_deref(), Some("lab"));
    assert_eq!((account.environment, account.name), (Environment::Staging, name));
    assert_eq!(account.closed_on.map(|day| day.to_string()).as_deref(), Some("2026-11-23"));

    // A link from the imports brings the id of an account along.
    let page = desk.page("/catalog/accounts?lang=en&id=0042&name=lost").await;
    assert!(page.body.contains("name=\"id\" value=\"0042\""), "{}", page.body);
}

#[tokio::test]
async fn rules_and_pools_are_edited_and_rules_change_places() {
    let desk = Desk::new().await;
    let before: Vec<String> = desk.catalogue().await.rules.iter().map(|rule| rule.name.clone()).collect();
    let (path, shown) = desk
        .propose(&[
            ("part", "rule"),
            ("name", "lab"),
            ("condition_0", "tag.team"),
            ("values_0", "lab | lab-*"),
            ("condition_1", "service"),
            ("values_1", "Amazon EC2"),
            ("condition_2", ""),
            ("values_2", ""),
            ("product", "telemed"),
            ("shared", ""),
        ])
        .await;
    assert!(shown.body.contains("+ rule lab"), "{}", shown.body);
    desk.apply(&path, "the lab").await;
    let rules = desk.catalogue().await.rules;
    let lab = rules.last().expect("a rule");
    assert_eq!((lab.name.as_str(), lab.conditions.len()), ("lab", 2));
    assert_eq!(lab.conditions[0].values, ["lab", "lab-*"]);

    if let Some(first) = before.first() {
        let (path, shown) = desk.propose(&[("part", "rule"), ("key", "lab"), ("do", "up")]).await;
        assert!(shown.body.contains("~ order of the rules"), "{}", shown.body);
        desk.apply(&path, "tried earlier").await;
        let rules = desk.catalogue().await.rules;
        assert_eq!(rules[rules.len() - 2].name, "lab");
        assert_eq!(rules[0].name, if before.len() == 1 { "lab".to_owned() } else { first.clone() });
    }

    let pool = [("part", "pool"), ("name", "tools"), ("method", "fixed"), ("share:telemed", "60")];
    let (_, shown) = desk.propose(&pool).await;
    assert!(shown.body.contains("The weights add up to 60 percent."), "{}", shown.body);
    assert!(
        shown.body.contains("name=\"share:telemed\" value=\"60\""),
        "what was typed is kept: {}",
        shown.body
    );
    assert!(!shown.body.contains("action=\"/api/catalog/apply\""), "{}", shown.body);
    let pool: Vec<(&str, &str)> = pool.into_iter().chain([("share:booking", "40")]).collect();
    let (path, _) = desk.propose(&pool).await;
    desk.apply(&path, "tools for two").await;
    assert!(desk.catalogue().await.pools.iter().any(|pool| pool.name == "tools" && pool.targets.len() == 2));
}

#[tokio::test]
async fn another_way_to_split_shows_who_bears_more() {
    let desk = Desk::new().await;
    let pool = desk.catalogue().await.pools[0].clone();
    let key = domain::catalogue::entry::pool_key(&pool);
    let (path, shown) = desk
        .propose(&[
            ("part", "pool"),
            ("key", &key),
            ("name", &pool.name),
            ("method", "fixed"),
            ("share:telemed", "100"),
        ])
        .await;
    assert!(shown.body.contains("Compared by direct cost and shares of pools together."), "{}", shown.body);
    let effect = value(&shown, "id=\"effect\"", "</section>");
    assert!(effect.contains("Telemedicine") && effect.contains("data-label=\"After it\""), "{effect}");
    assert!(!effect.contains("No cost moves"), "{effect}");
    desk.apply(&path, "telemed bears it").await;
    assert_eq!(desk.catalogue().await.pools[0].targets.len(), 1);
}

#[tokio::test]
async fn what_is_typed_badly_is_named_and_kept() {
    let desk = Desk::new().await;
    let (_, shown) = desk
        .propose(&[("part", "product"), ("slug", "Not A Slug"), ("name_en", "</option>\"<b>"), ("tier", "9")])
        .await;
    assert!(shown.body.contains("short name"), "{}", shown.body);
    assert!(shown.body.contains("no whole number from 1 to 3"), "{}", shown.body);
    assert!(shown.body.contains("name=\"slug\" value=\"Not A Slug\""), "{}", shown.body);
    assert!(!shown.body.contains("<b>"), "{}", shown.body);
    for fields in ["", "part=nothing", "part=budgets&text=%00&base="] {
        let answer = post(&desk.router, "/api/catalog/edit", fields).await;
        assert!([303, 400].contains(&answer.status.as_u16()), "{fields}: {}", answer.status);
        assert!(!answer.header("location").starts_with("/catalog/proposals"), "{fields}");
    }
}

#[tokio::test]
async fn a_form_from_an_older_catalogue_has_to_be_checked_again() {
    let desk = Desk::new().await;
    let base = desk.base().await;
    let (path, _) = desk.propose(&[("part", "budgets"), ("cell:telemed:2027-01", "1")]).await;
    desk.apply(&path, "first").await;
    let fields = [("part", "budgets"), ("base", base.as_str()), ("cell:telemed:2027-02", "2")];
    let answer = post(&desk.router, "/api/catalog/edit", &form(&fields)).await;
    let shown = desk.page(&format!("{}?lang=en", answer.header("location"))).await;
    assert!(shown.body.contains("The catalogue has changed since this was proposed."), "{}", shown.body);
    assert!(!shown.body.contains("action=\"/api/catalog/apply\""), "{}", shown.body);
}

#[tokio::test]
async fn every_form_answers_in_both_languages() {
    let desk = Desk::new().await;
    for part in ["products", "accounts", "rules", "pools", "budgets", "rates", "usage"] {
        for language in ["ja", "en"] {
            let page = desk.page(&format!("/catalog/{part}?lang={language}&year=2025")).await;
            assert!(page.body.contains(&format!("<html lang=\"{language}\"")), "{part}");
            assert!(page.body.contains("aria-current=\"page\""), "{part}");
        }
    }
    let empty = House::empty().await;
    let router = empty.router();
    for part in ["products", "accounts", "rules", "pools", "budgets", "rates", "usage"] {
        assert_eq!(get(&router, &format!("/catalog/{part}?year=x")).await.status, 200, "{part}");
    }
}

/// What the invoice of a month used is entered in the same form, wins for that month alone and is no longer
/// provisional.
#[tokio::test]
async fn the_rate_of_an_invoice_wins_for_its_month() {
    let desk = Desk::new().await;
    let fields = [
        ("part", "rates"),
        ("from", "USD"),
        ("to", "JPY"),
        ("month", "2026-10"),
        ("policy", "invoice"),
        ("rate", "153.21"),
        ("date", "2026-11-04"),
        ("source", "AWS invoice 42"),
    ];
    let (path, page) = desk.propose(&fields).await;
    assert!(page.body.contains("USD/JPY 2026-10 invoice of 2026-11-04"), "{}", page.body);
    desk.apply(&path, "the invoice came").await;
    let (dollar, yen) = (domain::money::Currency::USD, domain::money::Currency::JPY);
    let catalogue = desk.catalogue().await;
    let of = |month: &str| catalogue.rate_of(dollar, yen, month.parse().expect("a month")).expect("a rate");
    assert_eq!((of("2026-10").rate.rate.to_string().as_str(), of("2026-10").provisional), ("153.21", false));
    assert_ne!(of("2026-11").rate.policy, domain::rate::RatePolicy::Invoice);
    let page = desk.page("/catalog/rates?lang=en").await;
    assert!(page.body.contains("153.21") && page.body.contains("AWS invoice 42"), "{}", page.body);
    assert!(page.body.contains("used for this month"), "{}", page.body);
}

/// Two rules of one name for different days: each has its own address, and editing the second leaves the first.
#[tokio::test]
async fn of_two_dated_rules_of_one_name_both_are_reachable() {
    let desk = Desk::new().await;
    let new = |from: &'static str, to: &'static str, values: &'static str| {
        vec![
            ("part", "rule"),
            ("key", ""),
            ("name", "lab"),
            ("condition_1", "account"),
            ("values_1", values),
            ("product", "telemed"),
            ("valid_from", from),
            ("valid_to", to),
        ]
    };
    for fields in [new("", "2027-01-01", "111111111111"), new("2027-01-01", "", "222222222222")] {
        let (path, page) = desk.propose(&fields).await;
        assert!(page.body.contains("name=\"reason\""), "{}", page.body);
        desk.apply(&path, "two").await;
    }
    let list = desk.page("/catalog/rules?lang=en").await;
    assert!(list.body.contains("key=lab%20from%202027-01-01"), "{}", list.body);
    let second = desk.page("/catalog/rules?lang=en&key=lab%20from%202027-01-01").await;
    assert!(second.body.contains("222222222222"), "{}", second.body);
    let mut edit = new("2027-01-01", "", "333333333333");
    edit[1] = ("key", "lab from 2027-01-01");
    let (path, _) = desk.propose(&edit).await;
    desk.apply(&path, "another account").await;
    let rules = desk.catalogue().await.rules;
    let values: Vec<&str> = rules
        .iter()
        .filter(|rule| rule.name == "lab")
        .map(|rule| rule.conditions[0].values[0].as_str())
        .collect();
    assert_eq!(values, ["111111111111", "333333333333"]);
}

/// What was forgotten at the time can be said later: it moves the past only, and the proposal says so.
#[tokio::test]
async fn rules_and_pools_whose_days_are_over_can_be_added() {
    let desk = Desk::new().await;
    let rule = |values: &'static str| {
        [
            ("part", "rule"),
            ("name", "summer-lab"),
            ("condition_0", "tag.team"),
            ("values_0", values),
            ("product", "telemed"),
            ("valid_from", "2026-07-01"),
            ("valid_to", "2026-09-01"),
        ]
    };
    let (path, shown) = desk.propose(&rule("lab")).await;
    assert!(shown.body.contains("+ rule summer-lab from 2026-07-01 until 2026-09-01"), "{}", shown.body);
    desk.apply(&path, "it was forgotten").await;
    let kept = |catalogue: &domain::catalogue::Catalogue| {
        let found = catalogue.rules.iter().find(|rule| rule.name == "summer-lab");
        found.map(|rule| rule.conditions[0].values.clone())
    };
    assert_eq!(kept(&desk.catalogue().await), Some(vec!["lab".to_owned()]));
    let mut edit = vec![("key", "summer-lab from 2026-07-01")];
    edit.extend(rule("lab-*"));
    let (path, shown) = desk.propose(&edit).await;
    assert!(shown.body.contains("~ rule summer-lab from 2026-07-01 until 2026-09-01"), "{}", shown.body);
    desk.apply(&path, "all of them").await;
    assert_eq!(kept(&desk.catalogue().await), Some(vec!["lab-*".to_owned()]));
    let pool = [
        ("part", "pool"),
        ("name", "old-tools"),
        ("method", "even"),
        ("valid_from", "2026-07-01"),
        ("valid_to", "2026-09-01"),
    ];
    let (path, shown) = desk.propose(&pool).await;
    assert!(shown.body.contains("+ pool old-tools from 2026-07-01 until 2026-09-01"), "{}", shown.body);
    desk.apply(&path, "it was forgotten, too").await;
    assert!(desk.catalogue().await.pools.iter().any(|pool| pool.name == "old-tools"));
}
