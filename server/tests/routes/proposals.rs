//! `/objectives/{id}/proposal`: a looser target is tried, asked for, answered and carried.

#![expect(clippy::unwrap_used, reason = "a story stops where it breaks off")]

use std::sync::Arc;

use domain::objective_proposal::ProposalState;
use domain::period::Period;
use server::clock::Clock;
use server::import::{Delivery, Kind, Report, run};

use crate::support::{House, get, post, request, send};

const ID: &str = "telemed-video-connect";
const PATH: &str = "/objectives/telemed-video-connect/proposal";

const MAIN: &str = "resource \"datadog_service_level_objective\" \"video\" {\r
  name = \"ビデオ通話の接続\"\r
  thresholds {\r
    timeframe = \"30d\"\r
    target    = 99.5 # since spring\r
  }\r
}\r
";

const STATE: &str = r#"{"format_version":"1.0","values":{"root_module":{"child_modules":[{"address":"module.a","resources":[
  {"address":"module.a.datadog_service_level_objective.video","mode":"managed","type":"datadog_service_level_objective",
   "name":"video","values":{"id":"9f","name":"ビデオ通話の接続","api_key":"s3cr3t","thresholds":[{"timeframe":"30d","target":99.7}]},
   "sensitive_values":{"api_key":true}}]}]}}}"#;

/// What the form on a page carries in a hidden field.
fn field<'p>(page: &'p str, name: &str) -> &'p str {
    let start = format!("name=\"{name}\" value=\"");
    let start = page.find(&start).unwrap() + start.len();
    page[start..].split('"').next().unwrap()
}

async fn import(house: &House, kind: Kind, source: Option<&str>, name: &str, text: &str) -> Report {
    let file = house.folder.path().join(name);
    std::fs::write(&file, text).unwrap();
    let delivery = Delivery {
        files: vec![file],
        source: source.map(str::to_owned),
        strict: true,
        dry_run: false,
        force: false,
        tag_keys: Vec::new(),
    };
    run(&house.store, house.clock, kind, &delivery, &(Arc::new(|_| {}) as _)).await.unwrap()
}

/// Posts a form and answers where it leads.
async fn led(router: &axum::Router, path: &str, form: &str) -> String {
    let answer = post(router, path, form).await;
    assert_eq!(answer.status, 303, "{path} {form}: {}", answer.body);
    answer.header("location").to_owned()
}

#[tokio::test]
async fn a_target_is_tried_on_the_past() {
    let house = House::furnished().await;
    let router = house.router();
    let bare = get(&router, &format!("{PATH}?lang=en")).await;
    assert_eq!(bare.status, 200, "{}", bare.body);
    assert!(!bare.body.contains("id=\"submit\""), "nothing was tried yet");
    let tried = get(&router, &format!("{PATH}?lang=en&target=99.0&window=30d")).await.body;
    assert!(tried.contains("id=\"submit\"") && tried.contains("id=\"carry\""));
    assert_eq!(tried.matches("<th scope=\"row\">2026-W").count(), 12);
    assert!(tried.contains("target: 0.99\n") && tried.contains("duration: 30d"), "the document says it");
    for (query, fault) in [
        ("target=99.5", "That is what it promises already"),
        ("target=100", "Write a percentage above 0 and below 100"),
        ("target=99.0&window=2d", "Choose one of the windows"),
    ] {
        let page = get(&router, &format!("{PATH}?lang=en&{query}")).await;
        assert!(page.body.contains(fault), "{query}");
        assert!(!page.body.contains("id=\"submit\""), "{query}");
    }
    for path in ["/objectives/nobody/proposal", &format!("{PATH}?number=7"), &format!("{PATH}?number=x")] {
        assert_eq!(get(&router, path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn objectives_are_written_as_openslo() {
    let house = House::furnished().await;
    let router = house.router();
    let all = get(&router, "/objectives/openslo.yaml").await;
    assert_eq!((all.status.as_u16(), all.header("content-type")), (200, "application/yaml"));
    assert!(all.header("content-disposition").starts_with("attachment"));
    let one = get(&router, &format!("/objectives/{ID}/openslo.yaml")).await;
    assert!(all.body.contains(&one.body) && one.body.contains("target: 0.995\n"), "{}", one.body);
    let count = house.store.objective_list().await.unwrap().len();
    assert_eq!(all.body.matches("kind: SLO").count(), count);
    let proposed = get(&router, &format!("{PATH}/openslo.yaml?target=99.25&window=month")).await.body;
    assert!(proposed.contains("target: 0.9925\n") && proposed.contains("timeZone: \"Asia/Tokyo\""));
    for path in ["/objectives/nobody/openslo.yaml", &format!("{PATH}/openslo.yaml")] {
        assert_eq!(get(&router, path).await.status, 404, "{path}");
    }
    // A database of its own takes them as they are, strictly.
    let other = House::empty().await;
    let report = import(&other, Kind::Objectives, None, "all.yaml", &all.body).await;
    assert_eq!((report.accepted as usize, report.rejected), (count, 0), "{:?}", report.issues);
    let again = get(&other.router(), "/objectives/openslo.yaml").await.body;
    let without_owners = |text: &str| -> Vec<String> {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.retain(|line| !line.contains("owner:") && !line.starts_with("      - \""));
        lines
    };
    assert_eq!(
        without_owners(&again),
        without_owners(&all.body),
        "but for owners, whom that catalogue lacks"
    );
}

/// The whole way: a product manager asks, an SRE takes the patch and approves, the source carries it, the review is
/// held, and the next week no longer lists it.
#[tokio::test]
async fn a_proposal_goes_its_way() {
    let mut house = House::furnished().await;
    let router = house.router();
    let tried = get(&router, &format!("{PATH}?lang=en&target=98.0&window=30d")).await.body;
    let hash = field(&tried, "definition").to_owned();
    let form = |reason: &str, step: &str| {
        format!("objective={ID}&definition={hash}&target=98.0&window=30d&reason={reason}&step={step}")
    };
    let propose = "/api/objective/propose";
    assert!(led(&router, propose, &form("", "submitted")).await.contains("problem=reason"));
    let stale = form("why", "submitted").replace(&hash, "other");
    assert!(led(&router, propose, &stale).await.contains("problem=conflict"));
    assert!(house.store.objective_proposal_list().await.unwrap().is_empty());
    assert_eq!(led(&router, propose, &form("users+are+content", "draft")).await, format!("{PATH}?number=1"));
    let step = "/api/objective/proposal-step";
    let say = |step: &str, reason: &str| format!("objective={ID}&number=1&step={step}&reason={reason}");
    assert!(led(&router, step, &say("approved", "yes")).await.contains("problem=conflict"), "not asked yet");
    assert!(
        led(&router, step, &say("closed", "yes")).await.contains("problem=invalid"),
        "only imports close"
    );
    assert_eq!(led(&router, step, &say("submitted", "")).await, format!("{PATH}?number=1"));
    for path in ["/objectives/reviews?lang=en", &format!("/objectives/{ID}?lang=en")] {
        let page = get(&router, path).await.body;
        assert!(page.contains("waits for approval") && page.contains("users are content"), "{path}");
    }

    // Terraform says where it is written, and that something else is in force.
    let report = import(&house, Kind::Terraform, None, "state.json", STATE).await;
    assert_eq!(
        report.effects,
        [
            ("resources matched to objectives", 1),
            ("resources of unknown objectives", 0),
            ("objectives that differ from terraform", 1)
        ]
    );
    assert!(!import(&house, Kind::Terraform, None, "state.json", STATE).await.changed, "the same again");
    let page = get(&router, &format!("{PATH}?number=1&lang=en")).await.body;
    assert!(page.contains("module.a.datadog_service_level_objective.video"));
    assert!(page.contains("terraform and the definition in force differ"));
    let bytes = std::fs::read(house.folder.path().join("teirei.db")).unwrap();
    assert!(!bytes.windows(6).any(|part| part == b"s3cr3t"), "nothing sensitive is kept");

    // The SRE takes the patch of the file as it is, with its own line ends.
    let patched = upload(&router, MAIN).await;
    assert_eq!(patched, format!("{PATH}?number=1#patch-1"));
    let patch = get(&router, &format!("/api/objective/patch?objective={ID}&number=1&index=1")).await.body;
    let changed = "-    target    = 99.5 # since spring\r\n+    target    = 98 # since spring\r\n";
    assert!(patch.contains("--- a/slo/main.tf\n") && patch.contains(changed), "{patch}");
    let expression = MAIN.replace("99.5", "var.target");
    assert_eq!(upload(&router, &expression).await, format!("{PATH}?number=1#patch-2"));
    let page = get(&router, &format!("{PATH}?number=1&lang=en")).await.body;
    assert!(page.contains("The value is an expression"), "said, not guessed");
    assert!(upload(&router, "").await.contains("problem=file"));
    assert!(led(&router, step, &say("approved", "")).await.contains("problem=reason"));
    assert_eq!(led(&router, step, &say("approved", "agreed")).await, format!("{PATH}?number=1"));

    // A week later the source carries it.
    house.clock =
        Clock::at_ten("2026-11-24".parse().unwrap(), &jiff::tz::TimeZone::get("Asia/Tokyo").unwrap());
    let router = house.router();
    let known = house.store.objective_list().await.unwrap();
    let source = known.iter().find(|objective| objective.id == ID).unwrap().source.clone();
    let mut documents = Vec::new();
    for objective in known.iter().filter(|objective| objective.source == source) {
        let path = match objective.id.as_str() {
            ID => format!("{PATH}/openslo.yaml?number=1"),
            other => format!("/objectives/{other}/openslo.yaml"),
        };
        documents.push(get(&router, &path).await.body);
    }
    let report = import(&house, Kind::Objectives, Some(&source), "slos.yaml", &documents.join("---\n")).await;
    assert!(report.effects.contains(&("proposals carried and closed", 1)), "{report:?}");
    let proposals = house.store.objective_proposal_list().await.unwrap();
    assert_eq!(proposals[0].state(), ProposalState::Closed);
    let page = get(&router, &format!("{PATH}?number=1&lang=en")).await.body;
    assert!(page.contains("in force") && !page.contains("id=\"decide\""));
    let queue = get(&router, "/objectives/reviews?lang=en").await.body;
    assert!(!queue.contains("id=\"open-proposals\""), "nothing is open any more");

    // The review is held; the week after, which is calmer, does not list it.
    let page = get(&router, &format!("/objectives/{ID}?lang=en")).await.body;
    let open = queue.split("id=\"settled\"").next().unwrap();
    assert!(open.contains(&format!("id=\"objective-{ID}\"")), "it was to be looked at");
    let review = format!(
        "objective={ID}&definition={}&decision=loosen&note=as+proposed&toil=low&satisfaction=high",
        field(&page, "definition")
    );
    assert!(led(&router, "/api/objective/assess", &review).await.ends_with("#reasons"));
    count_next_week(&house).await;
    house.clock =
        Clock::at_ten("2026-11-30".parse().unwrap(), &jiff::tz::TimeZone::get("Asia/Tokyo").unwrap());
    let router = house.router();
    let queue = get(&router, "/objectives/reviews?lang=en").await.body;
    let open = queue.split("id=\"settled\"").next().unwrap();
    let row = open.split(&format!("id=\"objective-{ID}\"")).nth(1).map(|row| row.split("</tr>").next());
    assert_eq!(row, None, "the next week does not ask again");
    let review = get(&router, "/reviews/2026-W48?lang=en").await.body;
    let due =
        review.split("id=\"reviews-due\"").nth(1).unwrap_or_default().split("</section>").next().unwrap();
    assert!(!due.contains(&format!("/objectives/{ID}")), "nor does the meeting's page");
}

/// Uploads a file beside the proposal and answers where that leads.
async fn upload(router: &axum::Router, text: &str) -> String {
    let fields = [
        ("objective", ID),
        ("number", "1"),
        ("address", "module.a.datadog_service_level_objective.video"),
        ("path", "slo/main.tf"),
        ("text", ""),
    ];
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&format!(
            "--line\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str(&format!(
        "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"main.tf\"\r\nContent-Type: application/octet-stream\r\n\r\n{text}\r\n--line--\r\n"
    ));
    let headers = [
        ("content-type", "multipart/form-data; boundary=line"),
        ("sec-fetch-site", "same-origin"),
        ("origin", "http://localhost:3000"),
    ];
    let answer = send(router, request("POST", "/api/objective/patch", &headers, &body)).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").to_owned()
}

/// Counts of week 48 like those of week 47, with a tenth of its failures.
async fn count_next_week(house: &House) {
    let zone = jiff::tz::TimeZone::get("Asia/Tokyo").unwrap();
    let week = "2026-W47".parse::<domain::week::IsoWeek>().unwrap().period(&zone);
    let later = jiff::SignedDuration::from_hours(7 * 24);
    let histories = house.store.objective_histories(week.start, week.end).await.unwrap();
    let history = histories.into_iter().find(|history| history.objective.id == ID).unwrap();
    let mut text = "slo,period_start,period_end,good,total,samples_seen,samples_expected\n".to_owned();
    for bucket in history.buckets {
        let period = Period { start: bucket.period.start + later, end: bucket.period.end + later };
        text.push_str(&format!(
            "{ID},{},{},{},{},{},{}\n",
            period.start,
            period.end,
            // A calmer week: what burns without an incident would ask at once.
            bucket.total - (bucket.total - bucket.good) / 10,
            bucket.total,
            bucket.samples_seen,
            bucket.samples_expected
        ));
    }
    let report = import(house, Kind::Slis, Some(&history.objective.source), "counts.csv", &text).await;
    assert_eq!(report.rejected, 0, "{:?}", report.issues);
}

#[tokio::test]
async fn a_state_of_terraform_is_taken_by_a_form() {
    let house = House::furnished().await;
    let router = house.router();
    let state = async |text: &str| {
        let body = format!(
            "--line\r\nContent-Disposition: form-data; name=\"objective\"\r\n\r\n{ID}\r\n--line\r\nContent-Disposition: \
             form-data; name=\"file\"; filename=\"state.json\"\r\nContent-Type: application/json\r\n\r\n{text}\r\n--line--\r\n"
        );
        let headers =
            [("content-type", "multipart/form-data; boundary=line"), ("sec-fetch-site", "same-origin")];
        send(&router, request("POST", "/api/objective/terraform", &headers, &body)).await
    };
    for wrong in ["", "{}", "resource \"a\" \"b\" {}"] {
        let answer = state(wrong).await;
        assert_eq!(answer.header("location"), format!("{PATH}?problem=state#carry"), "{wrong}");
    }
    let answer = state(STATE).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, format!("{PATH}#carry").as_str()));
    let page = get(&router, &format!("{PATH}?lang=en")).await.body;
    assert!(
        page.contains("module.a.datadog_service_level_objective.video") && page.contains("99.7%, 30 days")
    );
    let foreign = [("content-type", "multipart/form-data; boundary=line"), ("sec-fetch-site", "cross-site")];
    for path in ["/api/objective/terraform", "/api/objective/patch"] {
        assert_eq!(send(&router, request("POST", path, &foreign, "")).await.status, 403, "{path}");
    }
}
