//! Inserting many rows with few statements.

use sqlx::QueryBuilder;
use sqlx::query_builder::Separated;

use super::{Connection, Db};
use crate::StoreError;

/// How many rows a statement inserts; times 30 columns it stays below both databases' limits.
const ROWS: usize = 500;

/// Inserts rows: `head` is `INSERT INTO t (a, b) `, `tail` what follows the values, such as a conflict
/// clause. Full chunks have one text, so that the database prepares it once.
pub(super) async fn insert<T>(
    connection: &mut Connection,
    head: &'static str,
    tail: &'static str,
    rows: &[T],
    bind: impl Fn(&mut Separated<'_, Db, &'static str>, &T),
) -> Result<(), StoreError> {
    for chunk in rows.chunks(ROWS) {
        let mut builder = QueryBuilder::<Db>::new(head);
        builder.push_values(chunk, |mut row, item| bind(&mut row, item));
        builder.push(tail);
        builder.build().persistent(chunk.len() == ROWS).execute(&mut *connection).await?;
    }
    Ok(())
}
