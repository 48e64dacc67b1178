//! Many columns as one text: each column of each row costs more to hand over than to write and read so.
//!
//! A field is its length in bytes, a colon and its text, or `-` where it is NULL.

use std::str::FromStr;

use crate::{StoreError, text};

/// The expression of columns as one text, which [`Fields`] reads.
macro_rules! fields {
    ($first:literal $(, $name:literal)*) => {
        concat!(
            "coalesce(octet_length(CAST(", $first, " AS TEXT)) || ':' || CAST(", $first, " AS TEXT), '-')",
            $(" || coalesce(octet_length(CAST(", $name, " AS TEXT)) || ':' || CAST(", $name, " AS TEXT), '-')",)*
        )
    };
}
pub(super) use fields;

/// The fields that are still to be read.
pub(super) struct Fields<'t> {
    text: &'t str,
}

impl<'t> Fields<'t> {
    /// Begins with the first field.
    pub(super) fn of(text: &'t str) -> Self {
        Self { text }
    }

    /// The next field, where it is not NULL.
    pub(super) fn option(&mut self) -> Result<Option<&'t str>, StoreError> {
        if let Some(rest) = self.text.strip_prefix('-') {
            self.text = rest;
            return Ok(None);
        }
        let field = self.text.split_once(':').and_then(|(length, rest)| {
            let (field, rest) = rest.split_at_checked(length.parse().ok()?)?;
            self.text = rest;
            Some(field)
        });
        field.map(Some).ok_or_else(|| StoreError::corrupt("a field that cannot be read"))
    }

    /// The next field.
    pub(super) fn text(&mut self) -> Result<&'t str, StoreError> {
        self.option()?.ok_or_else(|| StoreError::corrupt("a field is missing"))
    }

    /// The next field as a text of one's own.
    pub(super) fn owned(&mut self) -> Result<String, StoreError> {
        self.text().map(str::to_owned)
    }

    /// The next field as a text of one's own, where it is not NULL.
    pub(super) fn owned_option(&mut self) -> Result<Option<String>, StoreError> {
        Ok(self.option()?.map(str::to_owned))
    }

    /// The next field, read as what it is.
    pub(super) fn read<T: FromStr>(&mut self, what: &str) -> Result<T, StoreError> {
        text::read(what, self.text()?)
    }

    /// The next field, read as what it is, where it is not NULL.
    pub(super) fn read_option<T: FromStr>(&mut self, what: &str) -> Result<Option<T>, StoreError> {
        text::read_option(what, self.option()?)
    }

    /// A table, row by row.
    pub(super) fn rows<T>(
        mut self,
        row: fn(&mut Self) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut rows = Vec::new();
        while !self.text.is_empty() {
            rows.push(row(&mut self)?);
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_one_after_the_other() {
        let mut fields = Fields::of("3:a:b-0:2:42-");
        assert_eq!(fields.text().unwrap(), "a:b");
        assert_eq!(fields.option().unwrap(), None);
        assert_eq!(fields.owned().unwrap(), "");
        assert_eq!(fields.read::<i64>("number").unwrap(), 42);
        assert_eq!(fields.read_option::<i64>("number").unwrap(), None);
        assert!(fields.option().is_err(), "nothing is left");
    }

    #[test]
    fn what_is_no_field_is_refused() {
        for text in ["", "3:ab", "x:ab", "-1:a", "1:円", "99999999999999999999999:a", ":a", "3"] {
            let mut fields = Fields::of(text);
            assert!(fields.text().is_err(), "{text}");
        }
    }
}
