//! Why a delivery cannot be taken at all; single rows are reported as issues instead.

use std::error::Error;

/// The receiver of the cells refused them; reading stops.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SinkError(Box<dyn Error + Send + Sync>);

impl SinkError {
    /// Wraps whatever the receiver ran into.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

/// A file could not be brought here; reading stops.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct FetchError(Box<dyn Error + Send + Sync>);

impl FetchError {
    /// Wraps whatever the carrier ran into.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into())
    }

    /// What the carrier ran into.
    #[must_use]
    pub fn into_inner(self) -> Box<dyn Error + Send + Sync> {
        self.0
    }
}

/// Why nothing of a delivery may be kept. Cells handed out before the error are void.
///
/// `file` is the name without its folder.
#[derive(Debug, thiserror::Error)]
pub enum FocusError {
    /// No path was given.
    #[error("no file was named: name a FOCUS file or an export folder")]
    NothingNamed,
    /// The path does not exist.
    #[error("{path} does not exist: check the path")]
    NotFound {
        /// As the person wrote it.
        path: String,
    },
    /// The same file stands twice in the delivery and would be counted twice.
    #[error("{file} is named twice: name each file once")]
    NamedTwice {
        /// The file.
        file: String,
    },
    /// The operating system refused.
    #[error("{file} cannot be read: {source}")]
    Io {
        /// The file.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is nothing in the file, not even a header.
    #[error("{file} is empty: export it again")]
    Empty {
        /// The file.
        file: String,
    },
    /// A container or encoding that is not read.
    #[error("{file} is {found}: {mend}")]
    Format {
        /// The file.
        file: String,
        /// What it seems to be.
        found: &'static str,
        /// What to do.
        mend: &'static str,
    },
    /// The fields are separated by something else than commas.
    #[error("{file} separates its fields by {found}: save it as comma-separated UTF-8")]
    Delimiter {
        /// The file.
        file: String,
        /// A word such as `semicolons`.
        found: &'static str,
    },
    /// Columns without which a row means nothing are missing.
    #[error("{file} is not a FOCUS 1.0 to 1.2 file: it has no {}; export the mandatory columns", columns.join(", "))]
    NotFocus {
        /// The file.
        file: String,
        /// The missing columns, in FOCUS spelling.
        columns: Vec<&'static str>,
    },
    /// An export of AWS' CUR 2.0 without columns that a row means nothing without.
    #[error(
        "{file} is an AWS CUR 2.0 export without {}: select these columns in the export (Billing and Cost \
         Management, Data Exports, edit), or export the table “FOCUS 1.2 with AWS columns”",
        columns.join(", ")
    )]
    NotCur {
        /// The file.
        file: String,
        /// The missing columns.
        columns: Vec<&'static str>,
    },
    /// Another billing format was recognised.
    #[error("{file} is {found}: {mend}")]
    OtherBill {
        /// The file.
        file: String,
        /// Such as `a legacy AWS Cost and Usage Report`.
        found: &'static str,
        /// Which export to create in its place.
        mend: &'static str,
    },
    /// Two columns of one name: which one counts cannot be known.
    #[error("{file} has the column {column} twice: keep one")]
    ColumnTwice {
        /// The file.
        file: String,
        /// The column.
        column: &'static str,
    },
    /// A column of a Parquet file has a type that cannot hold what it should hold.
    #[error("{file}: the column {column} has the type {found}; export it as {wanted}")]
    ColumnType {
        /// The file.
        file: String,
        /// The column.
        column: &'static str,
        /// The type found.
        found: String,
        /// The types that can be read.
        wanted: &'static str,
    },
    /// The end of a compressed file is missing.
    #[error("{file} ends in the middle (after {rows} rows): the download is not complete, fetch it again")]
    Truncated {
        /// The file.
        file: String,
        /// How many rows could be read.
        rows: u64,
    },
    /// The file is damaged.
    #[error("{file} is damaged: {what}; fetch it again")]
    Damaged {
        /// The file.
        file: String,
        /// What the decoder said.
        what: String,
    },
    /// The file unpacks to far more than a bill can be.
    #[error("{file} unpacks to more than {ratio} times its size: this is no bill; check where it is from")]
    Bomb {
        /// The file.
        file: String,
        /// The largest ratio that is accepted.
        ratio: u64,
    },
    /// Parts of a Parquet file are larger than the memory that reading may take.
    #[error("{file}: {what} does not fit into memory; write it with pages of about 1 MiB, or as csv.gz")]
    TooLarge {
        /// The file.
        file: String,
        /// Which part.
        what: String,
    },
    /// A folder holds no manifest, so nobody can say which files belong together.
    #[error(
        "{folder} has no metadata/BILLING_PERIOD=…/…-Manifest.json: name the export's own folder, or the files themselves"
    )]
    NoManifest {
        /// The folder.
        folder: String,
    },
    /// A manifest cannot be used.
    #[error("{file} cannot be used: {what}; fetch the export again, its manifest last")]
    Manifest {
        /// The manifest.
        file: String,
        /// What is wrong with it.
        what: String,
    },
    /// A file named by a manifest is not there.
    #[error("{chunk}, which {manifest} names, is missing: fetch the whole export folder again")]
    MissingChunk {
        /// The manifest.
        manifest: String,
        /// The data file.
        chunk: String,
    },
    /// More billing accounts and periods in one delivery than can be real.
    #[error("the delivery holds more than {limit} billing accounts and periods: import it in parts")]
    TooManyScopes {
        /// The limit.
        limit: usize,
    },
    /// A sum does not fit into the numbers that amounts are kept in.
    #[error(
        "the amounts of billing account {billing_account} add up to more than can be kept: check the amounts"
    )]
    SumTooLarge {
        /// FOCUS `BillingAccountId`.
        billing_account: String,
    },
    /// A file could not be brought here.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The receiver of the cells failed.
    #[error("the cost could not be stored: {0}")]
    Sink(#[from] SinkError),
}
