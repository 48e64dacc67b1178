//! The command line.
//!
//! Code map: one file a command under `cli/`, [`output`] how results and remarks are printed.
//!
//! Exit codes: 0 fine (also with warnings), 1 failed, 2 used wrongly, 3 finished with rejected rows.

mod action;
mod audit;
mod backup;
mod catalog;
mod check;
mod demo;
mod digest;
mod export;
mod import;
mod notify;
mod output;
mod review;
mod serve;
mod sync;
mod token;
mod topic;
mod user;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};
use domain::audit::{Act, AuditEntry};
use jiff::civil::Date;
use store::{Store, audited};

use crate::clock::Clock;
use crate::config::{self, Config, LogConfig, Overrides, environment};
use crate::import::leftovers_clear;
use crate::web::ServeError;
use output::{Output, causes};

/// The weekly SRE meeting on one page: cost, reliability and incidents of every product.
#[derive(Debug, Parser)]
#[command(name = "teirei", version, arg_required_else_help = true)]
struct Arguments {
    /// The configuration file; `teirei.toml` in the working directory when it exists.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The database: `sqlite:PATH` or `postgres://…`.
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// Print results as JSON.
    #[arg(long, global = true)]
    json: bool,
    /// Work as if it were 10:00 of this day in the organisation's zone, such as 2026-11-23.
    #[arg(long, global = true, value_name = "DATE", value_parser = day_of)]
    today: Option<Date>,
    #[command(subcommand)]
    command: Command,
}

/// A day within the years for which bills, weeks and zones are reckoned; beyond them calendars end.
fn day_of(text: &str) -> Result<Date, String> {
    const FIRST: Date = Date::constant(2000, 1, 1);
    const LAST: Date = Date::constant(2199, 12, 31);
    let day: Date = text.parse().map_err(|_| "write a day like 2026-11-23".to_owned())?;
    if (FIRST..=LAST).contains(&day) {
        Ok(day)
    } else {
        Err(format!("a day from {FIRST} to {LAST} is wanted"))
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve sixty weeks of a fictional company.
    Demo(demo::Demo),
    /// Serve the pages.
    Serve(serve::Serve),
    /// Take in files.
    #[command(subcommand)]
    Import(import::Import),
    /// Ask configured sources for what is new.
    Sync(sync::Sync),
    /// Tell chats and mailboxes what is new: digests of reviews, anomalies, budgets that will not hold, commitments
    /// that end.
    Notify(notify::Notify),
    /// Write and read what people declare: products, accounts, rules, budgets, rates.
    #[command(subcommand)]
    Catalog(catalog::Catalog),
    /// Write what is in force in forms that other programs read.
    #[command(subcommand)]
    Export(export::Export),
    /// Look at, freeze and write out a week.
    #[command(subcommand)]
    Review(review::Review),
    /// What people promised to do: list it, add to it, say what became of it.
    #[command(subcommand)]
    Action(action::ActionCommand),
    /// What a meeting is to talk about.
    #[command(subcommand)]
    Topic(topic::TopicCommand),
    /// Who may come with a name and a password, and what anybody may do who signs in.
    #[command(subcommand)]
    User(user::UserCommand),
    /// What programs prove themselves with.
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Who did what: check that nobody changed it afterwards, and write it out.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Check the configuration and every source, and say what is missing.
    Check,
    /// Write a consistent copy of the SQLite database to a new file.
    Backup(backup::Backup),
    /// Put a copy in the place of a SQLite database that does not exist yet.
    Restore(backup::Restore),
    /// Bring the database's schema up to date.
    Migrate,
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// How a command ended, other than by failing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Everything went in, or there was nothing to take in.
    Fine,
    /// Some rows were rejected.
    Rejected,
    /// Done, and the answer is bad: `check` found something.
    Bad,
}

impl Outcome {
    fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Bad => 1,
            Self::Rejected => 3,
        }
    }
}

/// Everything a command works with.
struct Work {
    config: Config,
    output: Output,
    today: Option<Date>,
    database_given: bool,
}

impl Work {
    /// Opens the database, brings its schema up to date and clears what a killed import left.
    async fn store(&self) -> anyhow::Result<Arc<dyn Store>> {
        let store = store::open(self.config.database.reveal()).await?;
        leftovers_clear(&store).await;
        Ok(store)
    }

    /// The clock: the machine's, or fixed in the organisation's zone.
    async fn clock(&self, store: &Arc<dyn Store>) -> anyhow::Result<Clock> {
        let Some(day) = self.today else { return Ok(Clock::System) };
        let zone = store.catalogue_get().await?.organization.zone();
        Ok(Clock::at_ten(day, &zone))
    }
}

/// Runs the program with the arguments and the environment of the process.
#[must_use]
pub fn main() -> ExitCode {
    ExitCode::from(run(config::arguments(), &environment()))
}

/// Runs the program and answers its exit code.
pub fn run(
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    environment: &std::collections::BTreeMap<String, String>,
) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // A closed pipe is nobody's fault.
            _ = error.print();
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if asked { 0 } else { 2 };
        }
    };
    let output = Output::new(arguments.json);
    if let Command::Completions { shell } = &arguments.command {
        let shell = *shell;
        output.raw(&completions(shell));
        return 0;
    }
    let overrides = Overrides {
        file: arguments.config.clone(),
        database: arguments.database.clone(),
        listen: listen_of(&arguments.command),
    };
    let config = match Config::load(&overrides, environment) {
        Ok(config) => config,
        Err(error) => {
            output.fault(&error.to_string());
            return 2;
        }
    };
    log_start(&config.log);
    let database_given = arguments.database.is_some();
    let work = Work { config, output, today: arguments.today, database_given };
    let done = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(anyhow::Error::from);
    match done.and_then(|runtime| runtime.block_on(dispatch(&work, arguments.command))) {
        Ok(outcome) => outcome.code(),
        Err(error) => {
            work.output.fault(&causes(&error));
            let used_wrongly =
                matches!(error.downcast_ref(), Some(ServeError::NotLoopback(_) | ServeError::NotSecure(_)));
            if used_wrongly { 2 } else { 1 }
        }
    }
}

/// What is written down of a command that changes something; the ones that only read change nothing.
fn entry_of(command: &Command) -> Option<AuditEntry> {
    let (act, object) = match command {
        Command::Import(_) => (Act::Import, "import"),
        Command::Sync(_) => (Act::Import, "sync"),
        Command::Catalog(_) => (Act::Catalogue, "catalogue"),
        Command::Review(_) => (Act::Freeze, "review"),
        Command::Action(_) => (Act::Edit, "action"),
        Command::Topic(_) => (Act::Edit, "topic"),
        Command::User(_) => (Act::RoleChange, "person"),
        Command::Token(_) => (Act::Token, "token"),
        _ => return None,
    };
    Some(AuditEntry {
        at: Clock::System.now(),
        actor: "command line".to_owned(),
        identity: "local".to_owned(),
        from: None,
        act,
        object: object.to_owned(),
        before: None,
        after: None,
        reason: None,
    })
}

async fn dispatch(work: &Work, command: Command) -> anyhow::Result<Outcome> {
    match entry_of(&command) {
        Some(entry) => Box::pin(audited(entry, run_command(work, command))).await,
        None => run_command(work, command).await,
    }
}

async fn run_command(work: &Work, command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::Demo(demo) => demo.run(work).await,
        Command::Serve(_) => serve::run(work).await,
        Command::Import(import) => import.run(work).await,
        Command::Sync(sync) => sync.run(work).await,
        Command::Notify(notify) => notify.run(work).await,
        Command::Catalog(catalog) => catalog.run(work).await,
        Command::Export(export) => export.run(work).await,
        Command::Review(review) => review.run(work).await,
        Command::Action(action) => action.run(work).await,
        Command::Topic(topic) => topic.run(work).await,
        Command::User(user) => user.run(work).await,
        Command::Token(token) => token.run(work).await,
        Command::Audit(audit) => audit.run(work).await,
        Command::Check => check::run(work).await,
        Command::Backup(backup) => backup.run(work).await,
        Command::Restore(restore) => restore.run(work).await,
        Command::Migrate => backup::migrate(work).await,
        Command::Completions { .. } => Ok(Outcome::Fine),
    }
}

fn completions(shell: clap_complete::Shell) -> String {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "teirei", &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn listen_of(command: &Command) -> Option<SocketAddr> {
    match command {
        Command::Demo(demo) => demo.listen,
        Command::Serve(serve) => serve.listen,
        _ => None,
    }
}

/// Logs to the terminal's error side, so that results can be piped; a second start in one process (as
/// in tests) changes nothing. What panics is logged like everything else.
fn log_start(config: &LogConfig) {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.filter)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let is_watched = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if config.is_json {
        log.json().flatten_event(true).with_span_list(false).try_init()
    } else {
        log.with_ansi(is_watched).try_init()
    };
    if started.is_ok() && config.is_json {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string);
            tracing::error!(place, "panicked: {}", panic.payload_as_str().unwrap_or_default());
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn completions_name_the_commands() {
        for shell in [clap_complete::Shell::Bash, clap_complete::Shell::Zsh, clap_complete::Shell::Fish] {
            assert!(completions(shell).contains("catalog"), "{shell}");
        }
    }
}
