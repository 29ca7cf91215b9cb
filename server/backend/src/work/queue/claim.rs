//! Claims the next answers, and puts claimed ones back.

use super::AnswerQueue;
use crate::{Result, storage::UserTransaction};
use hearth_types::{AnswerId, ConversationId, EndpointId, SpaceId, UserId};
use std::time::Duration;
use uuid::Uuid;

/// An answer that this process works on: ids only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    /// Unique to this claim; another claim of the same answer has another value.
    pub runner: Uuid,
    pub answer: AnswerId,
    pub user: UserId,
    pub space: SpaceId,
    pub conversation: ConversationId,
}

/// State of an answer after it was put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GivenBack {
    Waits,
    /// Stop was requested while it ran.
    StopRequested,
    /// The claim was lost before.
    Lost,
}

impl AnswerQueue {
    /// Claims the next answers in turn, as many as the endpoint has free slots out of `slots`.
    pub(super) async fn claim(&self, endpoint: EndpointId, slots: usize) -> Result<Vec<Claim>> {
        loop {
            match self.try_claim(endpoint, slots).await {
                // Another instance took a slot at the same moment.
                Err(error) if took_our_slot(&error) => {}
                claimed => return Ok(claimed?),
            }
        }
    }

    /// One statement for all free slots: when fifty people send at once, they do not wait for fifty statements.
    ///
    /// The person with the fewest running answers goes first, then the one who was served longest ago. A person's
    /// second message comes after the first messages of everyone with as many running answers by then.
    async fn try_claim(&self, endpoint: EndpointId, slots: usize) -> sqlx::Result<Vec<Claim>> {
        sqlx::query_as!(
            Claim,
            // Losing a claim in a crash costs nothing: no durable commit. PostgreSQL runs `relaxed` only because the
            // update names it.
            r#"with relaxed as materialized (select set_config('synchronous_commit', 'off', true)
             ), free as materialized (
                select n as slot, row_number() over (order by n) as number from generate_series(0, $2::int - 1) n
                where not exists (select from answer_queue taken where taken.endpoint_id = $3 and taken.slot = n)
             ), running as (
                select user_id, count(*) as answers from answer_queue where runner is not null group by user_id
             ), waiting as (
                select w.answer_id, w.user_id, w.place,
                       row_number() over (partition by w.user_id order by w.place) as turn
                from answer_queue w
                where w.runner is null and w.endpoint_id = $3
                  -- nobody is put off for longer than a minute: what is further away is a clock that was set back
                  and (w.not_before <= now() or w.not_before > now() + interval '1 minute')
                  -- one at a time in a conversation, and in its order
                  and not exists (select from answer_queue e
                                  where e.conversation_id = w.conversation_id and e.place < w.place)
             ), queued as (
                select w.answer_id, row_number() over (order by coalesce(r.answers, 0) + w.turn, w.turn > 1,
                                                                coalesce(t.last_served, 0), w.place) as number
                from waiting w left join running r using (user_id) left join answer_turns t using (user_id)
             ), locked as materialized (
                select q.answer_id, q.user_id, queued.number from answer_queue q join queued using (answer_id)
                where q.runner is null
                order by queued.number limit (select count(*) from free) for update of q skip locked
             ), next as (
                select answer_id, user_id, row_number() over (order by number) as number from locked
             ), served as (
                insert into answer_turns (user_id, last_served)
                select user_id, nextval('answer_turn_counter')
                from (select user_id, max(number) as last from next group by user_id order by last) turns
                on conflict (user_id) do update set last_served = excluded.last_served
             )
             update answer_queue q
             set runner = gen_random_uuid(), lease_until = now() + make_interval(secs => $1), slot = free.slot,
                 claimed_at = now(), attempts = attempts + 1
             from next join free using (number), relaxed where q.answer_id = next.answer_id
             returning q.runner as "runner!", q.answer_id as "answer: AnswerId", q.user_id as "user: UserId",
                       q.space_id as "space: SpaceId", q.conversation_id as "conversation: ConversationId""#,
            self.lease.as_secs_f64(),
            i32::try_from(slots).unwrap_or(i32::MAX),
            endpoint.0,
        )
        .fetch_all(self.storage.pool())
        .await
    }

    /// Whether the person asked, perhaps on another instance, for the answer without more thinking.
    pub(crate) async fn wants_answer_now(&self, claim: &Claim) -> Result<bool> {
        let wanted = sqlx::query_scalar!(
            "select answer_now from answer_queue where answer_id = $1",
            claim.answer.0
        )
        .fetch_optional(self.storage.pool())
        .await?;
        Ok(wanted.unwrap_or(false))
    }

    /// Puts a claimed answer back in its place: the model server is away, or this process is ending.
    pub(super) async fn give_back(&self, claim: &Claim, wait: Duration) -> Result<GivenBack> {
        let stop_requested = sqlx::query_scalar!(
            "update answer_queue set runner = null, lease_until = null, slot = null, claimed_at = null,
                    attempts = greatest(attempts - 1, 0), not_before = now() + make_interval(secs => $3)
             where answer_id = $1 and runner = $2 returning stop_requested",
            claim.answer.0,
            claim.runner,
            wait.as_secs_f64()
        )
        .fetch_optional(self.storage.pool())
        .await?;
        Ok(match stop_requested {
            Some(false) => GivenBack::Waits,
            Some(true) => GivenBack::StopRequested,
            None => GivenBack::Lost,
        })
    }

    /// Makes all answers due that wait for the model server: it is back.
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

impl Claim {
    /// Whether the answer is still this claim's. If so, the row stays locked until the transaction ends.
    pub async fn holds(&self, transaction: &mut UserTransaction) -> Result<bool> {
        let held = sqlx::query!(
            "select answer_id from answer_queue where answer_id = $1 and runner = $2 for share",
            self.answer.0,
            self.runner
        )
        .fetch_optional(&mut **transaction)
        .await?;
        Ok(held.is_some())
    }
}

fn took_our_slot(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|e| e.constraint()) == Some("answer_queue_slots")
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use crate::{Backend, UserBackend, testing::TestBackend};
    use hearth_types::{IdempotencyKey, SendMessage};
    use std::collections::HashSet;
    use uuid::Uuid;

    async fn sends(person: &UserBackend) {
        let message = SendMessage {
            conversation: None,
            text: "Hi".into(),
            idempotency_key: IdempotencyKey(Uuid::new_v4()),
            model: None,
            memory: None,
            attachments: Vec::new(),
            edits: None,
        };
        person.send(message).await.unwrap();
    }

    /// Two instances that only claim; neither runs its claims.
    async fn two_instances(test: &TestBackend) -> [Backend; 2] {
        test.backend.inner.shutdown.cancel();
        let config = &test.backend.inner.config;
        let first = Backend::connect(config.clone()).await.unwrap();
        [first, Backend::connect(config.clone()).await.unwrap()]
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn instances_that_claim_at_the_same_moment_do_not_pass_the_number_of_slots() {
        let test = TestBackend::start().await;
        let instances = two_instances(&test).await;
        let mut taken = HashSet::new();
        for slots in 1..=4 {
            for _ in 0..4 {
                sends(&instances[0].for_user(test.anna)).await;
            }
            let claims = (0..8).map(|number| {
                let instance = instances[number % 2].clone();
                tokio::spawn(async move {
                    let endpoint = instance.models().endpoint().id;
                    instance.inner.queue.claim(endpoint, slots).await.unwrap()
                })
            });
            for claim in futures::future::join_all(claims).await {
                taken.extend(claim.unwrap().into_iter().map(|claim| claim.answer));
            }
            assert_eq!(taken.len(), slots, "each slot is taken, and none twice");
        }
    }

    #[tokio::test]
    async fn an_answer_put_off_before_the_clock_was_set_back_is_claimed() {
        let test = TestBackend::start().await;
        let [instance, _] = two_instances(&test).await;
        sends(&instance.for_user(test.anna)).await;
        let superuser = sqlx::PgPool::connect_with(test.database.superuser.clone())
            .await
            .unwrap();
        sqlx::query("update answer_queue set not_before = now() + interval '1 day'")
            .execute(&superuser)
            .await
            .unwrap();
        let endpoint = instance.models().endpoint().id;
        assert_eq!(instance.inner.queue.claim(endpoint, 1).await.unwrap().len(), 1);
    }
}
