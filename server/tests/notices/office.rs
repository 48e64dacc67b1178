//! A company of one product with a bill, a budget and two channels, and its programs.

use std::fmt::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use server::clock::Clock;
use server::config::{Config, Overrides};
use server::notice::{Attempt, Courier, Fate};
use store::Store;
use tempfile::TempDir;

use crate::fake::channel::FakeChannel;

/// A Friday; on the bill is everything up to two days before.
pub const TODAY: &str = "2026-11-20";
pub const SECRET: &str = "0123456789abcdef";

pub struct Office {
    pub folder: TempDir,
    pub slack: FakeChannel,
    pub generic: FakeChannel,
}

/// What a program said.
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A bill of 100 dollars a day, but for some days, up to a day.
pub fn bill(last: &str, others: &[(&str, i64)]) -> String {
    let mut text = "BilledCost,EffectiveCost,BillingAccountId,BillingCurrency,BillingPeriodStart,\
                    BillingPeriodEnd,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceName,SubAccountId\n"
        .to_owned();
    let last: Date = last.parse().unwrap();
    for day in date(2026, 8, 1).series(jiff::Span::new().days(1)).take_while(|day| *day <= last) {
        let amount =
            others.iter().find(|(other, _)| *other == day.to_string()).map_or(100, |(_, amount)| *amount);
        let (first, next) = (day.first_of_month(), day.last_of_month().tomorrow().unwrap());
        let tomorrow = day.tomorrow().unwrap();
        writeln!(
            text,
            "{amount},{amount},1234,USD,{first}T00:00:00Z,{next}T00:00:00Z,Usage,{day}T00:00:00Z,\
             {tomorrow}T00:00:00Z,Compute,account-1"
        )
        .unwrap();
    }
    text
}

/// The catalogue with a budget for November, in dollars.
pub fn catalogue(budget: i64) -> String {
    format!(
        "[organization]\nname = \"Company\"\ntime_zone = \"Asia/Tokyo\"\nlanguage = \"ja\"\nreporting_currency = \"USD\"\n\
         [[product]]\nslug = \"telemed\"\nname = {{ ja = \"オンライン診療\", en = \"Telemedicine\" }}\nchat_channel = \"#sre-telemed\"\n\
         [[account]]\nid = \"account-1\"\nproduct = \"telemed\"\nenvironment = \"production\"\n\
         [[budget]]\nproduct = \"telemed\"\nmonth = \"2026-11\"\namount = {budget}\n\
         [[commitment]]\nname = \"Activate\"\nkind = \"credit\"\nends_on = 2026-12-10\namount = 5000\n"
    )
}

impl Office {
    /// With a budget that holds and nothing unusual on the bill.
    pub async fn open() -> Self {
        let office = Self {
            folder: tempfile::tempdir().unwrap(),
            slack: FakeChannel::start().await,
            generic: FakeChannel::start().await,
        };
        office.configure("");
        office.declare(9_000).await;
        office.bill("2026-11-18", &[]).await;
        office
    }

    /// With a day on the bill that stands out, and the credit told of already.
    pub async fn unusual() -> Self {
        let office = Self::open().await;
        office.tell("2026-11-20T10:00:00").await;
        office.generic.world().told.clear();
        office.bill("2026-11-18", &[("2026-11-18", 400)]).await;
        office
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// Writes the configuration; `quiet` are further keys of the product's channel.
    pub fn configure(&self, quiet: &str) {
        self.write("slack-url", &format!("{}\n", self.slack.url));
        let folder = self.folder.path().display();
        let generic = &self.generic.url;
        self.write(
            "teirei.toml",
            &format!(
                "[server]\npublic_url = \"https://teirei.example/\"\n\
                 [channels.finops]\nkind = \"generic\"\nurl = \"{generic}\"\nsigning_secret = \"{SECRET}\"\n\
                 language = \"en\"\nshared = \"on\"\n\
                 [channels.sre-telemed]\nkind = \"slack\"\nurl_file = \"{folder}/slack-url\"\n{quiet}"
            ),
        );
    }

    pub async fn declare(&self, budget: i64) {
        self.write("catalogue.toml", &catalogue(budget));
        let said = self.run(&["catalog", "apply", "catalogue.toml"]).await;
        assert_eq!(said.code, Some(0), "{}", said.err);
    }

    pub async fn bill(&self, last: &str, others: &[(&str, i64)]) {
        self.write("bill.csv", &bill(last, others));
        let said = self.run(&["import", "cost", "bill.csv"]).await;
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.command_on(TODAY, arguments)
    }

    fn command_on(&self, today: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_teirei"));
        command.current_dir(self.folder.path()).args(["--today", today]).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program beside the runtime that the fictional chats need.
    pub async fn run(&self, arguments: &[&str]) -> Said {
        self.run_on(TODAY, arguments).await
    }

    /// The same at ten o'clock of another day.
    pub async fn run_on(&self, today: &str, arguments: &[&str]) -> Said {
        Self::said(self.command_on(today, arguments)).await
    }

    async fn said(mut command: Command) -> Said {
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// The same, trusting an authority for servers.
    pub async fn run_trusting(&self, today: &str, authority: &Path, arguments: &[&str]) -> Said {
        let mut command = self.command_on(today, arguments);
        command.env("SSL_CERT_FILE", authority);
        Self::said(command).await
    }

    pub fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Starts a server on a port that is free.
    pub fn serve(&self) -> Child {
        self.command(&["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::null()).spawn().unwrap()
    }

    /// Waits until something has come true.
    pub async fn wait_for(&self, holds: impl Fn() -> bool) {
        let patience = Instant::now() + Duration::from_secs(60);
        while !holds() {
            assert!(Instant::now() < patience, "it never came true");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Kills a program.
    pub fn stop(&self, mut child: Child) {
        child.kill().unwrap();
        child.wait().unwrap();
    }

    pub async fn store(&self) -> Arc<dyn Store> {
        store::open(&format!("sqlite:{}", self.folder.path().join("teirei.db").display())).await.unwrap()
    }

    /// A courier of a server that was just started, at a time in Tokyo.
    pub async fn courier(&self, at: &str) -> Courier {
        let file = self.folder.path().join("teirei.toml");
        let overrides = Overrides { file: Some(file), ..Overrides::default() };
        let config = Config::load(&overrides, &std::collections::BTreeMap::new()).unwrap();
        Courier::new(self.store().await, Clock::Fixed(instant(at)), &config)
    }

    /// Lets both channels have digests, with further keys for the product's channel and a section of its own.
    pub fn configure_digest(&self, more: &str, meeting: &str) {
        self.configure(&format!("digest = \"on\"\n{more}"));
        let written = std::fs::read_to_string(self.folder.path().join("teirei.toml")).unwrap();
        let digest = written.replace("shared = \"on\"\n", "shared = \"on\"\ndigest = \"on\"\n");
        self.write("teirei.toml", &format!("{digest}{meeting}"));
    }

    /// Writes and sends at a time in Tokyo.
    pub async fn tell(&self, at: &str) -> Vec<Attempt> {
        let courier = self.courier(at).await;
        courier.write().await.unwrap();
        courier.send().await.unwrap()
    }

    /// The same, as the words of what became of each.
    pub async fn fates(&self, at: &str) -> Vec<String> {
        self.tell(at).await.iter().map(|attempt| word(&attempt.fate)).collect()
    }
}

/// A time in Tokyo.
pub fn instant(local: &str) -> Timestamp {
    let local: DateTime = local.parse().unwrap();
    local.to_zoned(TimeZone::get("Asia/Tokyo").unwrap()).unwrap().timestamp()
}

pub fn word(fate: &Fate) -> String {
    let local = |at: &Timestamp| TimeZone::get("Asia/Tokyo").unwrap().to_datetime(*at).to_string();
    match fate {
        Fate::Sent => "sent".to_owned(),
        Fate::Quiet(until) => format!("quiet until {}", local(until)),
        Fate::Again(at, reason) => format!("{reason}, again at {}", local(at)),
        Fate::Failed(reason) => format!("failed: {reason}"),
    }
}
