//! `teirei serve`, and what `teirei demo` shares with it.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use serde_json::json;
use store::Store;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{Outcome, Work};
use crate::access::SignIn;
use crate::auth::Auth;
use crate::backend::{DigestSetting, LiveBackend};
use crate::clock::Clock;
use crate::config::{build_mark, program_folder};
use crate::import::{Inbox, hooks_read, sync_scheduled};
use crate::notice::{Courier, notices_scheduled};
use crate::web::{self, Guard, Metrics, Patience, ServeError, Web};

#[derive(Debug, clap::Args)]
pub struct Serve {
    /// The address to listen on; only this machine's own where nobody signs in.
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
}

pub async fn run(work: &Work) -> anyhow::Result<Outcome> {
    // The address first: a refused one must not create a database.
    let listener = listen(work).await?;
    let store = work.store().await?;
    let clock = work.clock(&store).await?;
    let answers = Inbox::new(Arc::clone(&store), clock, work.config.readers());
    let sources = work.config.sources.clone();
    let schedule = tokio::spawn(sync_scheduled(Arc::clone(&store), clock, sources, answers));
    let notices = (!work.config.channels.is_empty())
        .then(|| tokio::spawn(notices_scheduled(Courier::new(Arc::clone(&store), clock, &work.config))));
    let sign_in = sign_in(work, &store, clock)?;
    let served = serve(work, listener, store, clock, sign_in).await;
    // A sync that is cut goes on where it was.
    schedule.abort();
    // A notice whose answer is not known by now is sent again by the next server.
    if let Some(notices) = notices {
        notices.abort();
    }
    served
}

/// Opens the door: to other machines only where people sign in, and by https.
async fn listen(work: &Work) -> Result<TcpListener, ServeError> {
    let (address, config) = (work.config.listen, &work.config);
    if !config.sign_in.is_asked() {
        return web::listen(address).await;
    }
    let is_secure = config.public_url.as_deref().is_some_and(|url| url.starts_with("https://"));
    if !address.ip().is_loopback() && !is_secure {
        return Err(ServeError::NotSecure(address));
    }
    web::listen_anywhere(address).await
}

/// How people are recognised.
fn sign_in(work: &Work, store: &Arc<dyn Store>, clock: Clock) -> anyhow::Result<SignIn> {
    let config = &work.config;
    if !config.sign_in.is_asked() {
        return Ok(SignIn::open("local"));
    }
    let auth = Auth::new(Arc::clone(store), clock, &config.sign_in, config.public_url.as_deref())?;
    Ok(SignIn::Asked(Arc::new(auth)))
}

/// Serves pages until the process is told to stop.
pub async fn serve(
    work: &Work,
    listener: TcpListener,
    store: Arc<dyn Store>,
    clock: Clock,
    sign_in: SignIn,
) -> anyhow::Result<Outcome> {
    let address = listener.local_addr()?;
    let site = web::assets::site_find(work.config.site.as_deref(), program_folder().as_deref());
    let assets = web::assets::assets_read(site.as_deref());
    let inbox = Arc::new(Inbox::new(Arc::clone(&store), clock, work.config.readers()));
    // What is not read when the server stops waits for the next one.
    let reading = tokio::spawn(hooks_read(Arc::clone(&inbox)));
    let backend = if work.config.cache {
        LiveBackend::new(store, clock)
    } else {
        LiveBackend::without_cache(store, clock)
    };
    let patience = Patience::default();
    let router = web::router(Web {
        backend: Arc::new(
            backend.with_digests(DigestSetting::of(&work.config)).with_sessions(work.config.sign_in.terms),
        ),
        build: format!(
            "{} {} {}",
            build_mark(),
            assets.style,
            assets.style_more.as_deref().unwrap_or_default()
        ),
        assets,
        site,
        guard: match sign_in.is_asked() {
            true => Guard::site(address.port(), work.config.public_url.as_deref()),
            false => Guard::loopback(address.port()),
        },
        sign_in,
        public_url: work.config.public_url.clone(),
        metrics: Metrics::default(),
        inbox,
        patience,
    });
    let mut terminate = signal(SignalKind::terminate()).context("cannot wait for signals")?;
    let stop = async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    };
    work.output.line(&format!("Teirei is at http://{address}"));
    work.output.value(&json!({ "address": format!("http://{address}") }));
    web::serve(listener, router, patience, stop).await;
    reading.abort();
    Ok(Outcome::Fine)
}
