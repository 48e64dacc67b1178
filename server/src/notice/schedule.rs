//! Writing and sending by itself while pages are served.

use std::time::Duration;

use super::{Attempt, Courier, Fate};

/// How often one looks whether there is something new or due.
const LOOKED: Duration = Duration::from_secs(30);

/// How often one looks although nothing was imported: days begin and meetings come near in any zone.
const SECONDS_OF_QUARTER: i64 = 900;

/// Writes what is new and sends what is due, for ever.
pub async fn notices_scheduled(courier: Courier) {
    let mut seen = None;
    loop {
        if let Err(error) = courier.write_if_changed(&mut seen).await {
            tracing::warn!(error = format!("{error:#}"), "notices were not written");
        }
        match courier.send().await {
            Ok(attempts) => attempts.iter().for_each(log),
            Err(error) => tracing::warn!(error = format!("{error:#}"), "notices were not sent"),
        }
        tokio::time::sleep(LOOKED).await;
    }
}

impl Courier {
    /// Writes unless the database and the quarter of an hour are those that were looked at last.
    async fn write_if_changed(&self, seen: &mut Option<(i64, i64)>) -> anyhow::Result<()> {
        let state = (self.store.revision().await?, self.clock.now().as_second() / SECONDS_OF_QUARTER);
        if *seen != Some(state) {
            self.write().await?;
            *seen = Some(state);
        }
        Ok(())
    }
}

fn log(attempt: &Attempt) {
    let channel = attempt.channel.as_str();
    match &attempt.fate {
        Fate::Sent => tracing::info!(channel, "a notice was sent"),
        Fate::Quiet(until) => tracing::debug!(channel, %until, "a notice waits for the quiet hours to end"),
        Fate::Again(at, reason) => tracing::warn!(channel, %at, reason, "a notice is sent again"),
        Fate::Failed(reason) => tracing::error!(channel, reason, "a notice was given up"),
    }
}
