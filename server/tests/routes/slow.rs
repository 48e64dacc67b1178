//! Senders that announce something and do not send it.

#![expect(clippy::unwrap_used, reason = "a test stops where its story breaks off")]

use std::time::Duration;

use server::web::{self, Patience};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::support::House;

/// A server of its own that loses patience at once, what `sent` gets from it until it hangs up, and
/// whether it then stops when it is told to.
async fn answer_to(sent: &str) -> String {
    let house = House::furnished().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let short = Duration::from_millis(200);
    let patience = Patience { headers: short, form: short, news: short };
    let router = house.router_at(address.port(), patience);
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(web::serve(listener, router, patience, async {
        _ = stopped.await;
    }));

    let mut connection = TcpStream::connect(address).await.unwrap();
    let sent = sent.replace("PORT", &address.port().to_string());
    connection.write_all(sent.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.unwrap();
    stop.send(()).unwrap();
    serving.await.unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn headers_that_do_not_end_are_hung_up_on() {
    let answer = answer_to("GET /reviews HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nX-Slow: ").await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_its_answer() {
    let answer = answer_to("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.ends_with("ok\n"), "{answer}");
}

#[tokio::test]
async fn a_form_that_does_not_come_is_the_senders_fault() {
    let answer = answer_to(
        "POST /api/freeze HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nweek=2026",
    )
    .await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
}
