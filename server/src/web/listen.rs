//! The listener: connections are accepted, given little time for their headers, and bid farewell.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

use super::sign_in::Peer;

/// How long the doors wait for what a sender has announced, and hold open what has no end.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the headers of a request, idle time between two requests included.
    pub headers: Duration,
    /// For a form.
    pub form: Duration,
    /// How long an open page hears of news before it has to ask anew.
    pub news: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            headers: Duration::from_secs(15),
            form: Duration::from_secs(10),
            news: Duration::from_secs(5 * 60),
        }
    }
}

/// Tells answers that have no end of their own that the server stops; it stands beside each request.
#[derive(Clone, Debug)]
pub(super) struct Closing(watch::Receiver<bool>);

impl Closing {
    /// Waits until the server stops.
    pub(super) async fn wait(&mut self) {
        // Where nobody is left to say so, it has stopped.
        _ = self.0.wait_for(|closes| *closes).await;
    }
}

/// How long open answers may go on after the server was told to stop.
const FAREWELL: Duration = Duration::from_secs(5);

/// How long to wait before the next connection when the system has no room for one.
const NO_ROOM: Duration = Duration::from_millis(500);

/// How many connections are open at once; further ones wait in the system's queue.
const CONNECTIONS: usize = 1024;

/// Why the doors do not open.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Nobody signs in, so that only this machine may be served.
    #[error(
        "{0} can be reached from other machines, and nobody signs in: configure [sign_in] \
         (docs/sign-in.md), or listen on a loopback address such as {default}",
        default = crate::config::DEFAULT_LISTEN
    )]
    NotLoopback(SocketAddr),
    /// Without https, sessions could be read on their way.
    #[error(
        "{0} can be reached from other machines: set server.public_url to the address that begins with \
         https:// under which people open the pages, so that their browsers send sessions nowhere else"
    )]
    NotSecure(SocketAddr),
    /// The address is taken or not ours.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Opens a door on this machine.
///
/// # Errors
/// [`ServeError::NotLoopback`] for an address that others can reach, [`ServeError::Listen`] when it
/// cannot be had.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    if !address.ip().is_loopback() {
        return Err(ServeError::NotLoopback(address));
    }
    listen_anywhere(address).await
}

/// Opens a door where people are asked who they are.
///
/// # Errors
/// [`ServeError::Listen`] when it cannot be had.
pub async fn listen_anywhere(address: SocketAddr) -> Result<TcpListener, ServeError> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|source| ServeError::Listen { address, source })
}

/// Answers until `stop` is ready, then finishes open answers, but waits for no idle connection.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    patience: Patience,
    stop: impl Future<Output = ()>,
) {
    let (farewell, closing) = watch::channel(false);
    let router = router.layer(Extension(Closing(closing)));
    let open = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &room) => accepted,
            () = &mut stop => break,
        };
        if let Some((stream, peer, place)) = accepted {
            let mut builder = Builder::new(TokioExecutor::new()).http1_only();
            builder.http1().timer(TokioTimer::new()).header_read_timeout(patience.headers);
            let router = Router::new().fallback_service(router.clone()).layer(Extension(peer));
            let service = TowerToHyperService::new(router);
            let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
            let connection = open.watch(connection);
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection ended early");
                }
                drop(place);
            });
        }
    }
    drop(listener);
    farewell.send_replace(true);
    if tokio::time::timeout(FAREWELL, open.shutdown()).await.is_err() {
        tracing::warn!("answers were still open at the end and were cut");
    }
}

/// The next connection and its place among those that may be open.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, Peer, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(room).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, address)) => {
            // Small answers go out at once; a socket that refuses the wish still works.
            _ = stream.set_nodelay(true);
            Some((stream, Peer(address.ip()), place))
        }
        Err(error) => {
            let is_of_the_peer =
                matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset);
            if !is_of_the_peer {
                tracing::error!(%error, "no connection can be accepted");
                tokio::time::sleep(NO_ROOM).await;
            }
            None
        }
    }
}
