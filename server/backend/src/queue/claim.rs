//! Claiming the next answer.

use super::AnswerQueue;
use crate::Result;
use hearth_types::{AnswerId, ConversationId, SpaceId, UserId};
use std::time::Duration;

/// An answer that this process works on, by its ids alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub answer: AnswerId,
    pub user: UserId,
    pub space: SpaceId,
    pub conversation: ConversationId,
}

impl AnswerQueue {
    /// Takes the next answer in turn if fewer than `slots` are running; none when nobody waits.
    pub(super) async fn claim(&self, slots: usize) -> Result<Option<Claim>> {
        Ok(sqlx::query_as!(
            Claim,
            // Losing a claim in a crash costs nothing: no durable commit. Named in the update, or it is not run.
            r#"with relaxed as materialized (select set_config('synchronous_commit', 'off', true)
             ), next as (
                select w.answer_id from answer_queue w left join answer_turns t on t.user_id = w.user_id
                where w.runner is null and w.not_before <= now()
                  -- one at a time in a conversation, and in its order
                  and not exists (select from answer_queue e
                                  where e.conversation_id = w.conversation_id and e.place < w.place)
                  and (select count(*) from answer_queue where runner is not null) < $3
                order by (select count(*) from answer_queue r
                          where r.user_id = w.user_id and r.runner is not null),
                         coalesce(t.last_served, 0), w.place
                limit 1 for update of w skip locked
             ), served as (
                insert into answer_turns (user_id, last_served)
                select q.user_id, nextval('answer_turn_counter') from answer_queue q join next using (answer_id)
                on conflict (user_id) do update set last_served = excluded.last_served
             )
             update answer_queue q
             set runner = $1, lease_until = now() + make_interval(secs => $2), attempts = attempts + 1
             from next, relaxed where q.answer_id = next.answer_id
             returning q.answer_id as "answer: AnswerId", q.user_id as "user: UserId",
                       q.space_id as "space: SpaceId", q.conversation_id as "conversation: ConversationId""#,
            self.runner,
            self.lease.as_secs_f64(),
            i64::try_from(slots).unwrap_or(i64::MAX),
        )
        .fetch_optional(self.storage.pool())
        .await?)
    }

    /// Puts a claimed answer back: the model server is away.
    pub(super) async fn put_back(&self, answer: AnswerId, wait: Duration) -> Result<()> {
        sqlx::query!(
            "update answer_queue set runner = null, lease_until = null,
                    not_before = now() + make_interval(secs => $2) where answer_id = $1",
            answer.0,
            wait.as_secs_f64()
        )
        .execute(self.storage.pool())
        .await?;
        Ok(())
    }

    /// Lets everybody try at once: the model server is back.
    pub async fn resume_waiting(&self) -> Result<()> {
        sqlx::query!(
            "update answer_queue set not_before = now() where runner is null and not_before > now()"
        )
        .execute(self.storage.pool())
        .await?;
        self.wake();
        Ok(())
    }
}
