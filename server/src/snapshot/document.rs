//! The document itself, and what a freeze stores.

use jiff::Timestamp;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use domain::freeze_record::FreezeRecord;
use domain::product_review::ProductReview;
use domain::review::WeeklyReview;

use super::mirror::Mirror;
use super::v1::cost::ReconciliationV1;
use super::v1::freeze::RecordV1;
use super::v1::product::ProductReviewV1;
use super::v1::review::ReviewV1;
use super::{csv, hash, markdown};

/// The name of the document's form.
pub const SCHEMA: &str = "teirei/snapshot/v1";

/// The name of a product page's form.
pub const PRODUCT_SCHEMA: &str = "teirei/product/v1";

/// Why a document cannot be read, written or trusted.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It is no JSON, or not of this form.
    #[error("the snapshot cannot be read: {0}")]
    Form(#[from] serde_json::Error),
    /// It is of another form or of a later version.
    #[error("this version reads {SCHEMA}, and the document is \"{found}\"; a newer teirei may read it")]
    Schema {
        /// What the document calls itself.
        found: String,
    },
    /// A text in it means nothing.
    #[error("the snapshot has \"{text}\" where a {what} is expected")]
    Word {
        /// What was expected.
        what: &'static str,
        /// What stands there.
        text: String,
    },
    /// A number is too large for JSON readers to keep exactly.
    #[error("the number {number} does not survive as JSON")]
    Number {
        /// The number.
        number: String,
    },
    /// It is a draft, so it states no hash.
    #[error("the document is a draft and states no hash")]
    Draft,
    /// Its content is not what was frozen.
    #[error("the document states the hash {stated}, and its content has {computed}")]
    Mismatch {
        /// What the envelope says.
        stated: String,
        /// What the content gives.
        computed: String,
    },
}

/// What is known of a freeze before its hash is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreezeStamp {
    /// The number of the version, from 1.
    pub version: i64,
    /// When it was frozen.
    pub frozen_at: Timestamp,
    /// By whom.
    pub frozen_by: String,
    /// Why there is another version; empty for the first.
    pub reason: String,
    /// The hash of the version before, if there is one.
    pub previous_hash: Option<String>,
}

impl FreezeStamp {
    /// The envelope, once the hash of the content is known.
    fn with_hash(self, hash: String) -> SnapshotStamp {
        let Self { version, frozen_at, frozen_by, reason, previous_hash } = self;
        SnapshotStamp { version, frozen_at, frozen_by, reason, hash, previous_hash }
    }
}

/// The envelope of a frozen document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotStamp {
    /// The number of the version, from 1.
    pub version: i64,
    /// When it was frozen.
    pub frozen_at: Timestamp,
    /// By whom.
    pub frozen_by: String,
    /// Why there is another version; empty for the first.
    pub reason: String,
    /// SHA-256 over the canonical JSON of the rest of the document, hexadecimal.
    pub hash: String,
    /// The hash of the version before, if there is one.
    pub previous_hash: Option<String>,
}

mirror! {
    /// The envelope.
    StampV1 = SnapshotStamp {
        version: i64,
        frozen_at: String,
        frozen_by: String,
        reason: String,
        hash: String,
        previous_hash: Option<String>,
    }
}

/// The envelope with what else a freeze stored; documents of the first release state only their own hash.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
struct EnvelopeV1 {
    #[serde(flatten)]
    stamp: StampV1,
    /// SHA-256 of the `.csv`, hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    csv_sha256: Option<String>,
    /// SHA-256 of the `.md`, hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    markdown_sha256: Option<String>,
    #[serde(flatten)]
    record: RecordV1,
    /// SHA-256 over the canonical JSON of the envelope without this key, hexadecimal: the content's hash leaves the
    /// envelope out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    envelope_sha256: Option<String>,
}

impl EnvelopeV1 {
    fn of(stamp: &SnapshotStamp) -> Self {
        Self {
            stamp: Mirror::of(stamp),
            csv_sha256: None,
            markdown_sha256: None,
            record: RecordV1::default(),
            envelope_sha256: None,
        }
    }

    /// The same with its own hash in it.
    fn sealed(self) -> Result<Self, SnapshotError> {
        let sealed = hash::of_envelope(serde_json::to_value(&self)?)?;
        Ok(Self { envelope_sha256: Some(sealed), ..self })
    }
}

/// One week as a document, draft or frozen.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SnapshotV1 {
    schema: String,
    snapshot: Option<EnvelopeV1>,
    reconciliation: Vec<ReconciliationV1>,
    review: ReviewV1,
    products: Vec<ProductReviewV1>,
}

/// What only has a schema.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    schema: String,
}

impl SnapshotV1 {
    /// The draft of a week; `products` may be left out of a live document, a frozen one carries them all.
    #[must_use]
    pub fn from_domain(review: &WeeklyReview, products: &[ProductReview]) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            snapshot: None,
            reconciliation: review.cost.reconciliation.iter().map(Mirror::of).collect(),
            review: ReviewV1::of(review),
            products: products.iter().map(Mirror::of).collect(),
        }
    }

    /// The very values that were written.
    ///
    /// # Errors
    /// [`SnapshotError::Word`] when a text of the document means nothing to this version.
    pub fn into_domain(self) -> Result<(WeeklyReview, Vec<ProductReview>), SnapshotError> {
        Ok((self.review.into_domain(self.reconciliation)?, self.products.into_domain()?))
    }

    /// Reads a document; unknown keys are passed over, so that an older program reads a later v1.
    ///
    /// # Errors
    /// [`SnapshotError::Schema`] for another form, [`SnapshotError::Form`] for what is no such JSON.
    pub fn parse(text: &str) -> Result<Self, SnapshotError> {
        let head: Head = serde_json::from_str(text)?;
        if head.schema != SCHEMA {
            return Err(SnapshotError::Schema { found: head.schema });
        }
        Ok(serde_json::from_str(text)?)
    }

    /// The document as text: one line in a fixed order of keys, with a line feed at its end.
    ///
    /// # Errors
    /// [`SnapshotError::Form`] in case the writer refuses, which no value of this type makes it do.
    pub fn text(&self) -> Result<String, SnapshotError> {
        let mut text = serde_json::to_string(self)?;
        text.push('\n');
        Ok(text)
    }

    /// SHA-256 over the canonical JSON without the envelope, hexadecimal; the same for a draft and for
    /// what it is frozen to.
    ///
    /// # Errors
    /// [`SnapshotError::Number`] when a count is beyond 2⁵³ − 1.
    pub fn hash(&self) -> Result<String, SnapshotError> {
        hash::of_document(serde_json::to_value(self)?)
    }

    /// The envelope; `None` for a draft.
    ///
    /// # Errors
    /// [`SnapshotError::Word`] when its time is none.
    pub fn stamp(&self) -> Result<Option<SnapshotStamp>, SnapshotError> {
        self.snapshot.clone().map(|envelope| envelope.stamp).into_domain()
    }

    /// What a frozen version says about its own making; nothing in a draft and in versions of the first release.
    ///
    /// # Errors
    /// [`SnapshotError::Word`] when a text of it means nothing.
    pub fn record(&self) -> Result<FreezeRecord, SnapshotError> {
        let record = self.snapshot.as_ref().map(|envelope| envelope.record.clone());
        record.unwrap_or_default().into_domain()
    }

    /// The same content in an envelope that states its hash.
    ///
    /// # Errors
    /// Those of [`SnapshotV1::hash`].
    pub fn freeze(self, stamp: FreezeStamp) -> Result<Self, SnapshotError> {
        let stamp = stamp.with_hash(self.hash()?);
        Ok(Self { snapshot: Some(EnvelopeV1::of(&stamp)), ..self })
    }
}

/// What a freeze stores and answers for ever, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrozenTexts {
    /// The content hash, which the `.json` states too.
    pub hash: String,
    /// The `.json`.
    pub json: String,
    /// The `.csv`.
    pub csv: String,
    /// The `.md`, in the organisation's language.
    pub markdown: String,
}

impl FrozenTexts {
    /// Writes all forms of one value.
    ///
    /// # Errors
    /// Those of [`SnapshotV1::hash`].
    pub fn new(
        review: &WeeklyReview,
        products: &[ProductReview],
        stamp: FreezeStamp,
        record: &FreezeRecord,
    ) -> Result<Self, SnapshotError> {
        let draft = SnapshotV1::from_domain(review, products);
        let stamp = stamp.with_hash(draft.hash()?);
        let csv = csv::render(review);
        let markdown = markdown::render_frozen(review, review.organization.language, &stamp, &record.unmet);
        let envelope = EnvelopeV1 {
            csv_sha256: Some(hash::of_text(&csv)),
            markdown_sha256: Some(hash::of_text(&markdown)),
            record: Mirror::of(record),
            ..EnvelopeV1::of(&stamp)
        };
        let document = SnapshotV1 { snapshot: Some(envelope.sealed()?), ..draft };
        Ok(Self { hash: stamp.hash, json: document.text()?, csv, markdown })
    }
}

/// The document of a product's page.
#[derive(Serialize, schemars::JsonSchema)]
struct ProductDocument {
    schema: &'static str,
    snapshot: Option<StampV1>,
    product: ProductReviewV1,
}

/// A product's page as JSON, one line; the stamp is that of the week it is frozen with.
///
/// # Errors
/// [`SnapshotError::Form`] in case the writer refuses, which no value of this type makes it do.
pub fn product_text(product: &ProductReview, stamp: Option<&SnapshotStamp>) -> Result<String, SnapshotError> {
    let document = ProductDocument {
        schema: PRODUCT_SCHEMA,
        snapshot: stamp.map(Mirror::of),
        product: Mirror::of(product),
    };
    let mut text = serde_json::to_string(&document)?;
    text.push('\n');
    Ok(text)
}

/// The schemas of both documents and of what they are made of, by name, as OpenAPI 3.1 has them. A key that came later
/// is not required: what was frozen before does not have it.
#[must_use]
pub fn schemas() -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    let mut generator =
        settings.with(|settings| settings.definitions_path = "/components/schemas".into()).into_generator();
    generator.subschema_for::<SnapshotV1>();
    generator.subschema_for::<ProductDocument>();
    generator.take_definitions(true)
}
