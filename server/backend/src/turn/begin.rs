//! Records the start of an answer: its model, its prompt's figures, and what was recalled for it. The footnote under the
//! answer and the prompts of later turns read it; memories in the prompt count one use.

use super::{context::Context, load::Turn};
use crate::{
    Result,
    memory::layers,
    retrieval::recall::{Recalled, RecalledMemory},
    storage::UserTransaction,
    work::queue::Claim,
};
use uuid::Uuid;

impl Turn {
    /// Marks the answer as running, with what was recalled for it. No durable commit: a crash repeats it.
    pub async fn begin(&self, context: &Context) -> Result<()> {
        let mut transaction = self.backend.inner.storage.begin_relaxed_as(self.user()).await?;
        let started = sqlx::query!(
            "with mine as (select answer_id from answer_queue where answer_id = $1 and runner = $7 for share)
             update answers set status = 'running', started_at = $10, model = $2, num_ctx = $3,
                    estimated_prompt_tokens = $4, left_out_messages = $5, left_out_passages = $6,
                    left_out_pictures = $8, cut_files = $9, window_first = $11
             from mine where id = mine.answer_id",
            self.claim.answer.0,
            context.model,
            i32::try_from(context.num_ctx).unwrap_or(i32::MAX),
            i32::try_from(context.estimated_tokens).unwrap_or(i32::MAX),
            i32::try_from(context.left_out.messages).unwrap_or(i32::MAX),
            i32::try_from(context.left_out.passages).unwrap_or(i32::MAX),
            self.claim.runner,
            i32::try_from(context.left_out.pictures).unwrap_or(i32::MAX),
            serde_json::to_value(&context.cut_files).unwrap_or_default(),
            context.now,
            context.window_first.map(|first| first.0),
        )
        .execute(&mut *transaction)
        .await?;
        // The claim is lost: nothing was changed, and the end of the answer detects it too.
        if started.rows_affected() == 0 {
            return Ok(());
        }
        if self.model.is_none() {
            self.note_model(&mut transaction, &context.model).await?;
        }
        if !context.recalled.passages.is_empty() {
            store_passages(&mut transaction, &self.claim, &context.recalled.passages).await?;
        }
        if !context.recalled.memories.is_empty() {
            store_memories(&mut transaction, &self.claim, &context.recalled.memories).await?;
        }
        if !self.temporary {
            layers::count_use(&mut transaction, &context.used).await?;
        }
        transaction.commit().await?;
        self.publish(self.live.snapshot(0));
        Ok(())
    }

    /// Records the default model that answered first, so that it keeps answering here when the default changes.
    async fn note_model(&self, transaction: &mut UserTransaction, model: &str) -> Result<()> {
        sqlx::query!(
            "update conversations set first_model = $2 where id = $1 and first_model is distinct from $2",
            self.claim.conversation.0,
            model
        )
        .execute(&mut **transaction)
        .await?;
        Ok(())
    }
}

async fn store_passages(
    transaction: &mut UserTransaction,
    claim: &Claim,
    recalled: &[Recalled],
) -> Result<()> {
    let passages: Vec<Uuid> = recalled.iter().map(|r| r.passage.0).collect();
    let spaces: Vec<Uuid> = recalled.iter().map(|r| r.space.0).collect();
    let scores: Vec<f32> = recalled.iter().map(|r| r.score).collect();
    sqlx::query!(
        "insert into answer_recalls (answer_id, space_id, position, passage_id, passage_space_id, score)
         select $1, $2, r.position - 1, r.passage, r.space, r.score
         from unnest($3::uuid[], $4::uuid[], $5::real[]) with ordinality as r (passage, space, score, position)
         join passages p on p.id = r.passage
         on conflict do nothing",
        claim.answer.0,
        claim.space.0,
        &passages,
        &spaces,
        &scores,
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn store_memories(
    transaction: &mut UserTransaction,
    claim: &Claim,
    recalled: &[RecalledMemory],
) -> Result<()> {
    let memories: Vec<Uuid> = recalled.iter().map(|r| r.memory.0).collect();
    let spaces: Vec<Uuid> = recalled.iter().map(|r| r.space.0).collect();
    let scores: Vec<f32> = recalled.iter().map(|r| r.score).collect();
    sqlx::query!(
        "insert into answer_memories (answer_id, space_id, position, memory_id, memory_space_id, score)
         select $1, $2, r.position - 1, r.memory, r.space, r.score
         from unnest($3::uuid[], $4::uuid[], $5::real[]) with ordinality as r (memory, space, score, position)
         join memories m on m.id = r.memory
         on conflict do nothing",
        claim.answer.0,
        claim.space.0,
        &memories,
        &spaces,
        &scores,
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
