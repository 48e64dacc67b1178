//! How a wire type follows a domain type, so that each field is one line.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use rust_decimal::Decimal;

use domain::money::Currency;
use domain::note::NotePlace;
use domain::product::Slug;
use domain::rate::Month;
use domain::ratio::Ppm;
use domain::week::IsoWeek;

use super::SnapshotError;

/// A type of the document that holds all of a domain type.
pub(super) trait Mirror<T>: Sized {
    /// The wire form.
    fn of(value: &T) -> Self;

    /// The domain value.
    ///
    /// # Errors
    /// [`SnapshotError`] when a text of the document means nothing to this version.
    fn into_domain(self) -> Result<T, SnapshotError>;
}

/// Declares wire structs that follow domain structs field by field under the same names.
macro_rules! mirror {
    ($($(#[$about:meta])* $name:ident = $domain:ident {
        $($(#[$field_about:meta])* $field:ident: $kind:ty,)*
    })*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub(in crate::snapshot) struct $name {
            $($(#[$field_about])* pub(in crate::snapshot) $field: $kind,)*
        }

        impl $crate::snapshot::mirror::Mirror<$domain> for $name {
            fn of(value: &$domain) -> Self {
                Self { $($field: $crate::snapshot::mirror::Mirror::of(&value.$field),)* }
            }

            fn into_domain(self) -> Result<$domain, $crate::snapshot::SnapshotError> {
                Ok($domain { $($field: $crate::snapshot::mirror::Mirror::into_domain(self.$field)?,)* })
            }
        }
    )*};
}

/// Declares the word of each variant of a domain enum.
macro_rules! words {
    ($($what:literal: $domain:ident { $($variant:ident = $word:literal,)* })*) => {$(
        impl $crate::snapshot::mirror::Mirror<$domain> for String {
            fn of(value: &$domain) -> Self {
                match value { $($domain::$variant => $word,)* }.to_owned()
            }

            fn into_domain(self) -> Result<$domain, $crate::snapshot::SnapshotError> {
                match self.as_str() {
                    $($word => Ok($domain::$variant),)*
                    _ => Err($crate::snapshot::SnapshotError::Word { what: $what, text: self }),
                }
            }
        }
    )*};
}

/// Values that are the same in the document.
macro_rules! same {
    ($($kind:ty)*) => {$(
        impl Mirror<$kind> for $kind {
            fn of(value: &$kind) -> Self {
                value.clone()
            }

            fn into_domain(self) -> Result<$kind, SnapshotError> {
                Ok(self)
            }
        }
    )*};
}

/// Values that are texts in the document and read back from what they print.
macro_rules! printed {
    ($($what:literal: $domain:ty;)*) => {$(
        impl Mirror<$domain> for String {
            fn of(value: &$domain) -> Self {
                value.to_string()
            }

            fn into_domain(self) -> Result<$domain, SnapshotError> {
                self.parse().map_err(|_| SnapshotError::Word { what: $what, text: self })
            }
        }
    )*};
}

same! { String bool i64 u8 i8 i32 usize }

printed! {
    "instant": Timestamp;
    "day": Date;
    "wall clock": DateTime;
    "week": IsoWeek;
    "month": Month;
    "currency": Currency;
    "short name": Slug;
    "place of a note": NotePlace;
    "decimal": Decimal;
}

/// Shares are whole numbers in parts per million.
impl Mirror<Ppm> for i64 {
    fn of(value: &Ppm) -> Self {
        value.0
    }

    fn into_domain(self) -> Result<Ppm, SnapshotError> {
        Ok(Ppm(self))
    }
}

impl<T, W: Mirror<T>> Mirror<Option<T>> for Option<W> {
    fn of(value: &Option<T>) -> Self {
        value.as_ref().map(W::of)
    }

    fn into_domain(self) -> Result<Option<T>, SnapshotError> {
        self.map(W::into_domain).transpose()
    }
}

impl<T, W: Mirror<T>> Mirror<Vec<T>> for Vec<W> {
    fn of(value: &Vec<T>) -> Self {
        value.iter().map(W::of).collect()
    }

    fn into_domain(self) -> Result<Vec<T>, SnapshotError> {
        self.into_iter().map(W::into_domain).collect()
    }
}
