//! `/reviews/{week}/notes`: what is written, refused, shown, told to open pages and locked by a freeze.

#![expect(clippy::unwrap_used, reason = "a story stops where its answer breaks off")]

use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::http::StatusCode;
use futures::StreamExt;
use server::web::{self, Patience};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tower::ServiceExt;

use crate::support::{Answer, House, get, get_with, post, request, send};

const FORM: &str = "/api/note";
const REVIEW: &str = "/reviews/2026-W47";
const COST: &str = "/reviews/2026-W47/notes/cost";
const EVENTS: &str = "/reviews/2026-W47/events";

/// A form as browsers send it.
fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
}

fn save(place: &str, seen: &str, text: &str) -> String {
    form(&[("week", "2026-W47"), ("place", place), ("seen", seen), ("text", text), ("do", "save")])
}

/// The form as an open page sends it by itself.
async fn save_by_page(router: &Router, form: &str) -> Answer {
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "application/json"),
        ("sec-fetch-site", "same-origin"),
        ("origin", "http://localhost:3000"),
    ];
    send(router, request("POST", &format!("{FORM}?lang=en"), &headers, form)).await
}

#[tokio::test]
async fn what_is_written_stands_where_it_belongs_and_hostile_text_does_nothing() {
    let house = House::furnished().await;
    let router = house.router();
    let before = get(&router, &format!("{REVIEW}?lang=en")).await.body;
    for section in ["summary", "exceptions", "cost", "incidents", "objectives"] {
        let link = format!("href=\"{REVIEW}/notes/{section}?lang=en\"");
        assert_eq!(before.matches(&link).count(), 1, "{section}");
    }
    assert!(!before.contains("data-note="));
    let hostile = "# A\r\n<script>alert(1)</script>\r\n\r\n[x](javascript:alert(1)) **b**\u{202e}\r\n\r\n|a|b|\r\n|-|-|\r\n|1|2|";
    let kept = post(&router, FORM, &save("cost", "0", hostile)).await;
    assert_eq!((kept.status.as_u16(), kept.header("location")), (303, format!("{COST}#text").as_str()));
    post(&router, FORM, &save("product-telemed", "0", "通話の上限を*月曜*に見直す")).await;
    post(&router, FORM, &save("product-telemed", "1", "通話の上限を*火曜*に見直す")).await;
    for path in [REVIEW, COST, "/reviews/2026-W47/notes"] {
        let page = get(&router, &format!("{path}?lang=en")).await.body;
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{path}");
        assert!(page.contains("<strong>b</strong>") && page.contains("<th scope=\"col\">a"), "{path}");
        assert!(!page.contains("<script>alert") && !page.contains("href=\"javascript:"), "{path}");
        let written = page.split("class=\"written prose\"").nth(1).unwrap();
        assert!(!written.split("</article>").next().unwrap().contains('\u{202e}'), "{path}");
    }
    let page = get(&router, &format!("{REVIEW}?lang=en")).await.body;
    assert!(page.contains("<article data-note=\"cost\" data-version=\"1\">"));
    assert!(page.contains("<article data-note=\"product-telemed\" data-version=\"2\">"));
    assert!(page.contains("<em>火曜</em>") && !page.contains("月曜</em>"));
    assert_eq!(page.matches("rel=\"stylesheet\"").count(), 1, "no style was built in this house");
    let product = get(&router, "/products/telemed?week=2026-W47&lang=en").await.body;
    assert!(product.contains("<em>火曜</em>") && product.contains("notes/product-telemed"));
    let other = get(&router, "/products/booking?week=2026-W47&lang=en").await.body;
    assert!(other.contains("Nothing is written yet.") && !other.contains("火曜"));
    let older = get(&router, "/reviews/2026-W47/notes/product-telemed?at=1&lang=en").await.body;
    assert!(older.contains("This is an earlier version.") && older.contains("<em>月曜</em>"));
    let list = get(&router, "/reviews/2026-W47/notes?lang=en").await.body;
    assert_eq!(list.matches("<article id=").count(), 2);
    assert_eq!(list.matches("/notes/cost?").count(), 1, "to edit, not to begin");
    assert!(list.contains("notes/product-booking"));
}

#[tokio::test]
async fn files_carry_notes() {
    let house = House::furnished().await;
    let router = house.router();
    let without = get(&router, &format!("{REVIEW}.json")).await.json();
    assert_eq!(without["review"].get("notes"), None, "documents without notes stay as they were");
    let csv = get(&router, &format!("{REVIEW}.csv")).await.body;
    assert!(!csv.contains("\nnotes,"));
    post(&router, FORM, &save("cost", "0", "=1+1\n<b>x</b>\n# 見出し")).await;
    post(&router, FORM, &save("product-telemed", "0", "上限")).await;
    let notes = get(&router, &format!("{REVIEW}.json")).await.json()["review"]["notes"].clone();
    assert_eq!(notes.as_array().unwrap().len(), 2);
    assert_eq!(notes[0]["place"], "cost");
    assert_eq!(notes[0]["version"], 1);
    assert_eq!(notes[0]["by"], "demo");
    assert_eq!(notes[0]["text"], "=1+1\n<b>x</b>\n# 見出し");
    let table = get(&router, &format!("{REVIEW}.csv?table=notes")).await.body;
    assert!(
        table.starts_with("place,version,at,by,text\ncost,1,2026-11-23T01:00:00Z,demo,\"'=1+1\n"),
        "{table}"
    );
    let minutes = get(&router, &format!("{REVIEW}.md?lang=ja")).await.body;
    assert!(minutes.contains("\n## メモ\n\n### 費用"), "{minutes}");
    assert!(
        minutes.contains("\n> =1+1\n> &lt;b>x&lt;/b>\n> # 見出し\n\ndemo、11/23 10:00(第1版)\n"),
        "{minutes}"
    );
    let product = get(&router, "/products/telemed.json?week=2026-W47").await.json();
    assert!(product.to_string().contains("\"text\":\"上限\""));
    let product = get(&router, "/products/telemed.csv?week=2026-W47&table=notes").await.body;
    assert!(product.contains("product-telemed,1,"), "{product}");
}

#[tokio::test]
async fn the_later_save_is_refused_with_both_texts_shown() {
    let house = House::furnished().await;
    let router = house.router();
    let base = "一行目\n二行目\n三行目";
    post(&router, FORM, &save("cost", "0", base)).await;
    post(&router, FORM, &save("cost", "1", "一行目\n二行目を直した人\n三行目")).await;
    let mine = save("cost", "1", "一行目\n二行目を直した<私>\n三行目と追記");
    let refused = post(&router, &format!("{FORM}?lang=en"), &mine).await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert!(refused.header("content-security-policy").contains("nonce-"), "it is a page");
    assert!(refused.body.contains("Somebody saved a newer version"));
    let page = refused.body.replace("<!>", "");
    assert!(page.contains("<code>一行目\n二行目を直した人\n三行目</code>"), "what is saved");
    assert!(page.contains("<code>一行目\n二行目を直した&lt;私&gt;\n三行目と追記</code>"), "what is not");
    let joined = "\n一行目\n▼ What is saved\n二行目を直した人\n三行目\n▼ Yours\n二行目を直した&lt;私&gt;\n三行目と追記\n▲</textarea>";
    assert!(page.contains(joined), "{page}");
    assert!(page.contains("name=\"seen\" value=\"2\""), "the next save has seen what is there");
    assert!(!page.contains("data-component=\"NoteEditor"), "what is to be mended is sent by hand");
    // The same as told to an open page.
    let told = save_by_page(&router, &mine).await;
    assert_eq!((told.status, told.header("content-type")), (StatusCode::CONFLICT, "application/json"));
    assert_eq!(told.json()["theirs"], "一行目\n二行目を直した人\n三行目");
    let kept = save_by_page(&router, &save("cost", "2", "まとめた")).await;
    assert_eq!(kept.status, 200);
    assert_eq!(kept.json(), serde_json::json!({ "version": "3", "said": "Saved 10:00" }));
    assert_eq!(kept.header("cache-control"), "no-store");
}

#[tokio::test]
async fn what_cannot_be_kept_is_shown_again() {
    let house = House::furnished().await;
    let router = house.router();
    let long = "あ".repeat(domain::note::TEXT_LIMIT + 1);
    for (text, words) in [("mine <b>\0", "cannot be kept (NUL"), (long.as_str(), "20,000 characters at most")]
    {
        let refused = post(&router, &format!("{FORM}?lang=en"), &save("cost", "0", text)).await;
        assert_eq!(refused.status, 400);
        assert!(refused.body.contains(words), "{words}");
        let shown = text.trim_end_matches('\0').replace('<', "&lt;").replace('>', "&gt;");
        assert!(refused.body.contains(&shown), "what was typed is there");
        let told = save_by_page(&router, &save("cost", "0", text)).await;
        assert_eq!(told.status, 400);
        assert!(told.json()["said"].as_str().unwrap().contains(words), "{words}");
    }
    assert_eq!(post(&router, FORM, &save("cost", "0", &"あ".repeat(20_000))).await.status, 303);
    for (form, status) in [
        (save("elsewhere", "0", "x"), 400),
        (save("incidents", "x", "x"), 400),
        (save("product-nobody", "0", "x"), 404),
        (form(&[("place", "cost"), ("seen", "0")]), 400),
        (form(&[("week", "2027-W01"), ("place", "cost"), ("seen", "0"), ("text", "x")]), 404),
        ("week=%FF%FE".to_owned(), 400),
    ] {
        assert_eq!(post(&router, FORM, &form).await.status.as_u16(), status, "{form}");
    }
    for path in [
        "/reviews/2026-W47/notes/elsewhere",
        "/reviews/2026-W47/notes/product-nobody",
        "/reviews/2027-W01/notes/cost",
        "/reviews/2027-W01/notes",
        "/reviews/never/notes",
        "/reviews/2027-W01/events",
        "/reviews/never/events",
    ] {
        assert_eq!(get(&router, path).await.status, 404, "{path}");
    }
    let foreign = [("sec-fetch-site", "cross-site"), ("content-type", "application/x-www-form-urlencoded")];
    let forged = send(&router, request("POST", FORM, &foreign, &save("summary", "0", "x"))).await;
    assert_eq!(forged.status, 403);
}

#[tokio::test]
async fn a_freeze_locks_notes_and_taking_them_up_again_makes_a_second_version() {
    let house = House::furnished().await;
    let router = house.router();
    post(&router, FORM, &save("cost", "0", "会議で話した")).await;
    post(&router, "/api/freeze", "week=2026-W47&version=0&reason=meeting&force=yes").await;
    let first = get(&router, &format!("{REVIEW}.json?version=1")).await.body;
    assert!(first.contains("会議で話した"));
    let refused = post(&router, &format!("{FORM}?lang=en"), &save("cost", "1", "あとから")).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("was frozen") && refused.body.contains("あとから"), "{}", refused.body);
    assert_eq!(save_by_page(&router, &save("incidents", "0", "新しく")).await.status, 409);
    let page = get(&router, &format!("{COST}?lang=en")).await.body;
    assert!(page.contains("This week is frozen") && !page.contains("<textarea"));
    let frozen = get(&router, &format!("{REVIEW}?lang=en")).await.body;
    assert!(frozen.contains("会議で話した") && !frozen.contains("notes/incidents"));
    let reopen = async |version: &str, reason: &str| {
        let fields = [("week", "2026-W47"), ("version", version), ("reason", reason), ("do", "reopen")];
        post(&router, FORM, &form(&fields)).await.header("location").to_owned()
    };
    assert_eq!(reopen("1", " ").await, "/reviews/2026-W47/notes?problem=reason#open");
    assert_eq!(reopen("2", "誤字").await, "/reviews/2026-W47/notes?problem=conflict#open");
    assert_eq!(reopen("1", "誤字").await, "/reviews/2026-W47/notes#open");
    assert_eq!(reopen("1", "誤字").await, "/reviews/2026-W47/notes?problem=conflict#open");
    post(&router, FORM, &save("cost", "1", "会議で話したこと")).await;
    let frozen = get(&router, &format!("{REVIEW}.json")).await.body;
    assert_eq!(frozen, first, "what was frozen stays");
    post(&router, "/api/freeze", "week=2026-W47&version=1&reason=typo&force=yes").await;
    let second = get(&router, &format!("{REVIEW}.json")).await.body;
    assert!(second.contains("会議で話したこと") && second.contains("\"version\":2"));
    assert_eq!(get(&router, &format!("{REVIEW}.json?version=1")).await.body, first);
    assert_eq!(save_by_page(&router, &save("cost", "2", "x")).await.status, 409, "locked anew");
}

/// An open page: the body of the answer as it comes.
async fn open(router: &Router, path: &str) -> (StatusCode, BodyDataStream) {
    let response = router.clone().oneshot(request("GET", path, &[], "")).await.unwrap();
    (response.status(), Body::into_data_stream(response.into_body()))
}

/// What an open page hears within a second and a half.
async fn heard(stream: &mut BodyDataStream) -> Option<String> {
    let next = timeout(Duration::from_millis(1_500), stream.next()).await.ok()??;
    Some(String::from_utf8(next.unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn open_pages_hear_of_notes_within_a_second_wherever_they_were_saved() {
    let house = House::furnished().await;
    let (router, other) = (house.router(), house.router());
    let answer =
        router.clone().oneshot(request("GET", EVENTS, &[("accept-language", "en")], "")).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.headers()["x-accel-buffering"], "no");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    let mut one = answer.into_body().into_data_stream();
    let (_, mut two) = open(&router, &format!("{EVENTS}?lang=ja")).await;
    assert_eq!(heard(&mut one).await.unwrap(), "retry: 2000\ndata: # new · reload\n\n");
    assert_eq!(heard(&mut two).await.unwrap(), "retry: 2000\ndata: 新しいメモ #件・再読み込み\n\n");
    // Another replica: it has a backend of its own.
    post(&other, FORM, &save("cost", "0", "一")).await;
    assert_eq!(heard(&mut one).await.unwrap(), "retry: 2000\ndata: # new · reload\ndata: cost 1\n\n");
    assert!(heard(&mut two).await.unwrap().contains("data: cost 1\n"));
    post(&other, FORM, &save("cost", "1", "")).await;
    assert!(heard(&mut one).await.unwrap().ends_with("data: cost -2\n\n"), "it was taken back");
    let of_other_week = save("cost", "0", "x").replace(&form(&[("w", "2026-W47")])[2..], "2026-W46");
    assert_eq!(post(&other, FORM, &of_other_week).await.status, 303);
    assert_eq!(heard(&mut one).await, None, "another week's notes are not told");
}

#[tokio::test]
async fn pages_listen_for_a_while_and_only_so_many_at_once() {
    let house = House::furnished().await;
    let patience = Patience { news: Duration::from_millis(300), ..Patience::default() };
    let short = house.router_at(3000, patience);
    let (_, mut stream) = open(&short, EVENTS).await;
    assert!(heard(&mut stream).await.unwrap().starts_with("retry: 2000\n"));
    assert_eq!(timeout(Duration::from_secs(5), stream.next()).await.unwrap().map(drop), None, "it ends");

    let router = house.router();
    let mut pages = Vec::new();
    for _ in 0..256 {
        let (status, page) = open(&router, EVENTS).await;
        assert_eq!(status, 200);
        pages.push(page);
    }
    let refused = get(&router, EVENTS).await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (503, "60"));
    drop(pages);
    assert_eq!(open(&router, EVENTS).await.0, 200, "who leaves makes room");
}

#[tokio::test]
async fn a_frozen_page_hears_nothing() {
    let house = House::furnished().await;
    let router = house.router();
    post(&router, "/api/freeze", "week=2026-W47&version=0&reason=meeting&force=yes").await;
    for path in [EVENTS.to_owned(), format!("{EVENTS}?version=1")] {
        assert_eq!(get(&router, &path).await.status, 204, "{path}");
    }
    assert_eq!(open(&router, &format!("{EVENTS}?version=draft")).await.0, 200, "its draft does");
    let tagged = get_with(&router, EVENTS, &[("if-none-match", "*")]).await;
    assert_eq!(tagged.header("etag"), "");
}

#[tokio::test]
async fn a_server_stops_without_waiting_for_open_pages() {
    let house = House::furnished().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = house.router_at(address.port(), Patience::default());
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(web::serve(listener, router, Patience::default(), async {
        _ = stopped.await;
    }));
    let mut page = TcpStream::connect(address).await.unwrap();
    let asked = format!("GET {EVENTS} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", address.port());
    page.write_all(asked.as_bytes()).await.unwrap();
    let mut heard = vec![0; 4_096];
    let mut said = String::new();
    while !said.contains("data: ") {
        let read = timeout(Duration::from_secs(5), page.read(&mut heard)).await.unwrap().unwrap();
        assert!(read > 0, "{said}");
        said.push_str(&String::from_utf8_lossy(&heard[..read]));
    }
    stop.send(()).unwrap();
    // Long before answers that are still open would be cut.
    timeout(Duration::from_secs(3), serving).await.unwrap().unwrap();
}

/// What is saved while a week is being frozen is in the version or refused, never in between.
#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_and_a_save_at_once_lose_nothing() {
    let house = House::furnished().await;
    let router = house.router();
    let write = async {
        let mut last = 0;
        for version in 0..60 {
            let seen = version.to_string();
            if save_by_page(&router, &save("cost", &seen, &format!("版{}。", version + 1))).await.status
                != 200
            {
                break;
            }
            last = version + 1;
            tokio::time::sleep(Duration::from_millis(120)).await;
        }
        last
    };
    let freeze = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        for _ in 0..50 {
            let answer =
                post(&router, "/api/freeze", "week=2026-W47&version=0&reason=meeting&force=yes").await;
            if !answer.header("location").contains("problem") {
                return;
            }
        }
        panic!("it was never frozen");
    };
    let (last, ()) = tokio::join!(write, freeze);
    let frozen = get(&router, &format!("{REVIEW}.json?version=1")).await.json();
    assert!(last > 0);
    assert_eq!(save_by_page(&router, &save("cost", &last.to_string(), "あとから")).await.status, 409);
    assert_eq!(frozen["review"]["notes"][0]["text"], format!("版{last}。"), "the last that was kept");
}
