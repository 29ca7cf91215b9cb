//! How many answers one person may have waiting.

use crate::{Error, Result, storage::UserTransaction};
use hearth_types::{Problem, UserId};

/// Answers of one person that wait for their turn, those that run apart.
pub const MOST_WAITING: u32 = 20;

/// Advisory locks of this kind are of people who put an answer into the queue.
const LOCK: i32 = 0x4851;

/// Refuses one more answer of a person who has as many waiting as may. Until the transaction ends no other of this
/// person's is let in, so requests that arrive together are counted one after the other.
///
/// # Errors
/// [`Problem::TooManyWaiting`].
pub(crate) async fn require(transaction: &mut UserTransaction, person: UserId) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock($1, hashtext($2))",
        LOCK,
        person.to_string()
    )
    .execute(&mut **transaction)
    .await?;
    let waiting = sqlx::query_scalar!(
        r#"select count(*) as "count!" from answer_queue where user_id = $1 and runner is null"#,
        person.0
    )
    .fetch_one(&mut **transaction)
    .await?;
    if waiting >= i64::from(MOST_WAITING) {
        return Err(Error::Problem(Problem::TooManyWaiting { most: MOST_WAITING }));
    }
    Ok(())
}
