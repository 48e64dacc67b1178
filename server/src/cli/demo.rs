//! `teirei demo`

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use store::Store;

use super::serve::serve;
use super::{Outcome, Work};
use crate::access::SignIn;
use crate::clock::Clock;
use crate::{demo, web};

#[derive(Debug, clap::Args)]
pub struct Demo {
    /// The seed of the company; the same one gives the same numbers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The address to listen on, of this machine only.
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Keep the database as DIR/teirei.db; without it a temporary folder is used and removed at exit.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Demo {
    pub async fn run(self, work: &Work) -> anyhow::Result<Outcome> {
        let listener = web::listen(work.config.listen).await?;
        // Kept until the server has stopped; dropping it removes the folder.
        let temporary = if self.data.is_none() && !work.database_given {
            Some(tempfile::Builder::new().prefix("teirei-demo-").tempdir()?)
        } else {
            None
        };
        let folder =
            self.data.clone().or_else(|| temporary.as_ref().map(|folder| folder.path().to_path_buf()));
        let store = match &folder {
            Some(folder) => {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("cannot create {}", folder.display()))?;
                store::open(&format!("sqlite:{}", folder.join("teirei.db").display())).await?
            }
            None => work.store().await?,
        };
        let today = work.today.unwrap_or_else(|| Clock::System.today(&demo_zone()));
        if is_empty(&store).await? {
            let seed = self.seed;
            let world =
                tokio::task::spawn_blocking(move || demo::World::new(seed, today, demo::world::WEEKS))
                    .await?;
            crate::import::world_load(&store, world).await?;
            crate::import::world_tell(&store, today).await?;
        } else {
            refuse_what_is_real(&store).await?;
        }
        let clock = match work.today {
            Some(day) => Clock::at_ten(day, &store.catalogue_get().await?.organization.zone()),
            None => Clock::System,
        };
        let served = serve(work, listener, store, clock, SignIn::open("demo")).await;
        drop(temporary);
        served
    }
}

/// The zone of the fictional company.
fn demo_zone() -> jiff::tz::TimeZone {
    domain::organization::Organization::default().zone()
}

/// A demonstration opens what it shows to everybody on this machine, as somebody who may do everything: it opens
/// nothing but its own company.
async fn refuse_what_is_real(store: &Arc<dyn Store>) -> anyhow::Result<()> {
    let is_ours = store.catalogue_get().await?.organization.name == demo::company();
    let anybody_signs_in = !store.person_list(jiff::Timestamp::MAX).await?.is_empty();
    anyhow::ensure!(
        is_ours && !anybody_signs_in,
        "this database holds data of a real organisation, and a demonstration lets everybody on this machine in: \
         start it with `teirei serve`, or give the demonstration a place of its own with --data"
    );
    Ok(())
}

/// Whether nothing was ever stored, so that nobody's data is mixed with a fiction.
async fn is_empty(store: &Arc<dyn Store>) -> anyhow::Result<bool> {
    Ok(store.catalogue_get().await?.products.is_empty() && store.source_states().await?.is_empty())
}
