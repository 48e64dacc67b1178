//! `teirei user …`: accounts that are kept here, and whoever else may come. There is no page that makes the first
//! account: whoever can run this can open the database anyway.

use std::io::{BufRead, IsTerminal, stdin};
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, Subcommand};
use domain::access::{Grant, Products, Role};
use domain::person::{PersonListed, account_check, grants_text, password_check};
use jiff::Timestamp;
use serde_json::{Value, json};
use store::{PersonChange, Store};

use super::{Outcome, Work};
use crate::auth::password;

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// List everybody who ever signed in, and accounts that are kept here.
    List,
    /// Make an account. The password is asked for, or read as one line from the standard input.
    Add(Add),
    /// Shut somebody out, and end their sessions.
    Disable(Who),
    /// Let somebody in again.
    Enable(Who),
    /// Change what an account may do.
    Role(RoleOf),
    /// Change the password of an account, and end its sessions.
    Password(Who),
    /// End somebody's sessions.
    SignOut(Who),
}

/// A new account.
#[derive(Debug, Args)]
pub struct Add {
    /// Its name.
    name: String,
    #[command(flatten)]
    grant: GrantArguments,
}

/// What is granted.
#[derive(Debug, Args)]
pub struct GrantArguments {
    /// What it may do: viewer, editor, reviewer or admin.
    #[arg(long)]
    role: Role,
    /// On which products, by their slugs with commas between them; all without it.
    #[arg(long, default_value = "*")]
    products: Products,
}

/// Somebody.
#[derive(Debug, Args)]
pub struct Who {
    /// The name of the account, or the number that `teirei user list` shows.
    name: String,
}

/// An account and what it is to do.
#[derive(Debug, Args)]
pub struct RoleOf {
    /// The name of the account.
    name: String,
    #[command(flatten)]
    grant: GrantArguments,
}

impl UserCommand {
    pub async fn run(self, work: &Work) -> anyhow::Result<Outcome> {
        let store = work.store().await?;
        let now = work.clock(&store).await?.now();
        match self {
            Self::List => list(work, &store, now).await?,
            Self::Add(add) => make(work, &store, now, add).await?,
            Self::Disable(who) => {
                change(work, &store, &who.name, &PersonChange::Disable(now), "is shut out").await?
            }
            Self::Enable(who) => {
                change(work, &store, &who.name, &PersonChange::Enable, "may come again").await?
            }
            Self::Role(of) => {
                let grants = vec![grant(of.grant)?];
                let done = format!("is {} now", grants_text(&grants));
                let person = one(&store, &of.name).await?.person;
                anyhow::ensure!(
                    person.is_local(),
                    "what {} may do is said by groups: change sign_in.roles, or the group",
                    person.name
                );
                change(work, &store, &of.name, &PersonChange::Grants(grants), &done).await?;
            }
            Self::Password(who) => {
                let person = one(&store, &who.name).await?.person;
                anyhow::ensure!(
                    person.is_local(),
                    "{} has no password here: a provider vouches for them",
                    person.name
                );
                let hash = password::hash(password_read(&person.subject)?).await?;
                change(work, &store, &who.name, &PersonChange::Password(hash), "has a new password").await?;
            }
            Self::SignOut(who) => {
                let person = one(&store, &who.name).await?.person;
                let ended = store.session_delete_all(person.id).await?;
                work.output.line(&format!("{} is signed out of {ended} browsers", person.name));
                work.output.value(&json!({ "person": person.id, "ended": ended }));
            }
        }
        Ok(Outcome::Fine)
    }
}

fn grant(arguments: GrantArguments) -> anyhow::Result<Grant> {
    let GrantArguments { role, products } = arguments;
    anyhow::ensure!(!products.is_none(), "a {} without products may do nothing: list them", role.as_str());
    let products = if role == Role::Admin { Products::All } else { products };
    Ok(Grant { role, products })
}

async fn make(work: &Work, store: &Arc<dyn Store>, now: Timestamp, add: Add) -> anyhow::Result<()> {
    account_check(&add.name)?;
    let grant = grant(add.grant)?;
    if let Products::Listed(slugs) = &grant.products {
        let catalogue = store.catalogue_get().await?;
        for slug in slugs {
            anyhow::ensure!(catalogue.product(slug).is_some(), "there is no product {slug} in the catalogue");
        }
    }
    // Before a password is asked for that would not be kept.
    anyhow::ensure!(
        store.person_find("", &add.name).await?.is_none(),
        "there is an account “{}” already",
        add.name
    );
    let hash = password::hash(password_read(&add.name)?).await?;
    let granted = grants_text(std::slice::from_ref(&grant));
    let id = store.person_insert(&add.name, &hash, &[grant], now).await?;
    work.output.line(&format!("{} may sign in as {granted}", add.name));
    if !work.config.sign_in.accounts {
        work.output.aside("accounts are not asked for yet: set sign_in.accounts = \"on\"");
    }
    work.output.value(&json!({ "person": id, "name": add.name, "grants": granted }));
    Ok(())
}

/// A password that is typed twice without being shown, or comes as one line; never an argument, which every process
/// of the machine can read.
fn password_read(name: &str) -> anyhow::Result<String> {
    let password = if stdin().is_terminal() {
        let typed = rpassword::prompt_password(format!("Password of {name}: "))?;
        password_check(name, &typed)?;
        let again = rpassword::prompt_password("Once more: ")?;
        anyhow::ensure!(typed == again, "the two passwords differ; nothing was changed");
        typed
    } else {
        let mut line = String::new();
        stdin().lock().read_line(&mut line).context("the password cannot be read from the standard input")?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    password_check(name, &password)?;
    Ok(password)
}

async fn one(store: &Arc<dyn Store>, name: &str) -> anyhow::Result<PersonListed> {
    let people = store.person_list(Timestamp::MIN).await?;
    let number: Option<i64> = name.parse().ok();
    let is_it = |listed: &PersonListed| {
        let person = &listed.person;
        person.is_local() && person.subject == name || number == Some(person.id)
    };
    let found = people.into_iter().find(is_it);
    found.with_context(|| format!("nobody is called {name}: `teirei user list` shows accounts and numbers"))
}

async fn change(
    work: &Work,
    store: &Arc<dyn Store>,
    name: &str,
    change: &PersonChange,
    done: &str,
) -> anyhow::Result<()> {
    let person = one(store, name).await?.person;
    store.person_change(person.id, change).await?;
    work.output.line(&format!("{} {done}", person.name));
    work.output.value(&json!({ "person": person.id, "name": person.name }));
    Ok(())
}

async fn list(work: &Work, store: &Arc<dyn Store>, now: Timestamp) -> anyhow::Result<()> {
    let since = now.checked_sub(work.config.sign_in.terms.idle).unwrap_or(Timestamp::MIN);
    let people = store.person_list(since).await?;
    if people.is_empty() {
        work.output.line("nobody may sign in yet: `teirei user add NAME --role admin` makes an account");
    }
    for listed in &people {
        let person = &listed.person;
        let by = if person.is_local() { "an account kept here" } else { person.issuer.as_str() };
        let state = if person.disabled_at.is_some() { ", shut out" } else { "" };
        let grants = grants_text(&person.grants);
        let sessions = listed.sessions;
        work.output.line(&format!(
            "{}  {}  {grants}  ({by}{state}, signed in {sessions} times now)",
            person.id, person.name
        ));
    }
    let value = |listed: &PersonListed| -> Value {
        let person = &listed.person;
        let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
        json!({ "person": person.id, "name": person.name, "issuer": person.issuer, "subject": person.subject,
            "grants": grants_text(&person.grants), "sessions": listed.sessions,
            "signed_in_at": time(person.signed_in_at), "disabled_at": time(person.disabled_at) })
    };
    work.output.value(&Value::Array(people.iter().map(value).collect()));
    Ok(())
}
