//! What can go wrong, as far as a caller acts on it.

use domain::cost::BillingScope;
use jiff::civil::Date;

/// Why the store did not do what it was asked; the messages carry no SQL, paths or secrets.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address names no database that can be opened.
    #[error("the database could not be opened: {what}")]
    Open {
        /// What is wrong, in one sentence without the address.
        what: String,
    },
    /// A newer Teirei has changed the database; this one must not write to it.
    #[error("the database has schema version {found}, this program knows {known}: use a newer program")]
    NewerSchema {
        /// The version of the database.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// The value cannot be stored as it is: a NUL character, a name twice, an amount too large.
    #[error("{what}")]
    Invalid {
        /// What is wrong, in one sentence.
        what: String,
    },
    /// A cost has more than 24 decimals.
    #[error("a cost of service {service} on {day} has more than 24 decimals")]
    TooPrecise {
        /// The UTC day of the charge.
        day: Date,
        /// The service.
        service: String,
    },
    /// A delivery would shrink a billing period by more than half.
    #[error(
        "the delivery shrinks the billing period from {} from {cells_before} to {cells_now} cells and its \
         charges before credits and refunds from {charged_before} to {charged_now} micro-units",
        scope.period_start
    )]
    Shrinks {
        /// The scope.
        scope: Box<BillingScope>,
        /// How many cells are stored.
        cells_before: i64,
        /// How many the delivery has.
        cells_now: i64,
        /// What is charged before credits and refunds as stored, in micro-units of billed cost.
        charged_before: i64,
        /// The same of the delivery.
        charged_now: i64,
    },
    /// What is to be written contradicts what is there, such as a snapshot version that exists.
    #[error("{what}")]
    Conflict {
        /// What contradicts, in one sentence.
        what: String,
    },
    /// The lease has run out and another process may hold it.
    #[error("another process has taken over this work")]
    LeaseLost,
    /// This database cannot do that.
    #[error("{what}")]
    Unsupported {
        /// What to do instead, in one sentence.
        what: String,
    },
    /// The database was busy for too long or no connection was free; a later try may succeed.
    #[error("the database is busy")]
    Busy(#[source] sqlx::Error),
    /// There is no room for what is to be written; what was written before is as it was.
    #[error("the disk is full, or a limit on the size of files is reached: free space and run it again")]
    Full(#[source] sqlx::Error),
    /// The database may be read and not written, as may its folder.
    #[error("the database may only be read: let this program write its file and the folder around it")]
    ReadOnly(#[source] sqlx::Error),
    /// The database does not answer; a later try may succeed.
    #[error("the database does not answer")]
    Away(#[source] sqlx::Error),
    /// A stored value that this program does not understand.
    #[error("the database holds a value that is not understood: {what}")]
    Corrupt {
        /// Which, in one sentence.
        what: String,
    },
    /// Anything else; the source tells the log what.
    #[error("the database failed")]
    Database(#[source] sqlx::Error),
}

impl StoreError {
    /// A value that cannot be stored.
    pub(crate) fn invalid(what: impl Into<String>) -> Self {
        Self::Invalid { what: what.into() }
    }

    /// A stored value that is not understood.
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }

    /// A contradiction.
    pub(crate) fn conflict(what: impl Into<String>) -> Self {
        Self::Conflict { what: what.into() }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        // SQLITE_BUSY and SQLITE_LOCKED with their extended codes; PostgreSQL: lock_not_available,
        // deadlock_detected, serialization_failure, too_many_connections.
        const BUSY: [&str; 10] = ["5", "6", "261", "262", "517", "773", "55P03", "40P01", "40001", "53300"];
        // SQLITE_FULL, SQLITE_IOERR_WRITE and SQLITE_IOERR_SHMSIZE; PostgreSQL: disk_full.
        const FULL: [&str; 4] = ["13", "778", "4874", "53100"];
        // SQLITE_READONLY with its extended codes; PostgreSQL: read_only_sql_transaction.
        const READ_ONLY: [&str; 8] = ["8", "264", "520", "776", "1032", "1288", "1544", "25006"];
        // PostgreSQL: connection_exception and its kin, admin_shutdown, crash_shutdown, cannot_connect_now.
        const AWAY: [&str; 7] = ["08000", "08001", "08003", "08006", "57P01", "57P02", "57P03"];
        let is_one_of = |codes: &[&str]| {
            let code = error.as_database_error().and_then(|database| database.code());
            code.is_some_and(|code| codes.contains(&code.as_ref()))
        };
        if matches!(error, sqlx::Error::PoolTimedOut) || is_one_of(&BUSY) {
            Self::Busy(error)
        } else if is_one_of(&FULL) {
            Self::Full(error)
        } else if is_one_of(&READ_ONLY) {
            Self::ReadOnly(error)
        } else if is_one_of(&AWAY) || matches!(error, sqlx::Error::Io(_) | sqlx::Error::PoolClosed) {
            Self::Away(error)
        } else {
            Self::Database(error)
        }
    }
}
