//! SIGKILL while people write.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::site::{Site, WEEKS, Written, faults};
use crate::support::place::{Place, on_both_databases};

on_both_databases!(what_was_answered_is_there_once_however_often_it_is_killed);

async fn what_was_answered_is_there_once_however_often_it_is_killed(place: Place) {
    drop(place.furnished().await);
    let written = Arc::new(Written::default());
    // The moments differ from round to round, so that different statements are cut.
    for (week, milliseconds) in WEEKS.into_iter().zip([150, 333, 517, 720, 1_041]) {
        let site = Site::start(place.url(), &[], &[]);
        let port = site.port;
        let people = written.begin(port, true, &Arc::new(AtomicBool::new(false)));
        let freezing = {
            let written = Arc::clone(&written);
            std::thread::spawn(move || written.freeze(port, week))
        };
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        site.kill();
        people.into_iter().for_each(|person| person.join().unwrap());
        freezing.join().unwrap();
    }
    let house = place.replica().await;
    written.assert_kept(&house.store).await;
    assert_eq!(faults(place.url()), Vec::<String>::new());
}
