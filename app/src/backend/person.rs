//! Who may come and what programs prove themselves with, for administrators.

use domain::person::PersonListed;
use domain::service_token::ServiceToken;
use jiff::Timestamp;

/// Everybody who ever signed in, or may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeoplePage {
    /// People, by name.
    pub people: Vec<PersonListed>,
    /// The organisation's zone.
    pub time_zone: String,
}

/// All service tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokensPage {
    /// Tokens, the newest first.
    pub tokens: Vec<ServiceToken>,
    /// The organisation's zone.
    pub time_zone: String,
    /// When it was looked at; UTC.
    pub as_of: Timestamp,
}

/// What an administrator says of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonRequest {
    /// Shut out, and signed out everywhere.
    Disable,
    /// Let in again.
    Enable,
    /// Signed out everywhere.
    SignOut,
}

/// By which ways people sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInWays {
    /// Whether by name and password.
    pub accounts: bool,
    /// By which provider, as it is called.
    pub provider: Option<String>,
}
