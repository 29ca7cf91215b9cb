//! Recall outside of a conversation, step by step: what the benches measure is what a turn does.

use super::{
    embedding,
    recall::{Question, QuestionVector, Recall, Settings, recall},
};
use crate::{Result, UserBackend};
use chrono::Utc;
use chrono_tz::Tz;
use hearth_types::{ConversationId, SpaceId};
use uuid::Uuid;

impl UserBackend {
    /// The vector of a question, as a turn makes it; none without an embedder.
    pub async fn question_vector(&self, question: &str) -> Option<QuestionVector> {
        embedding::question(&self.backend, question).await
    }

    /// What of everything that this person may see bears on a question, as a turn recalls it.
    pub async fn recall(
        &self,
        question: &str,
        vector: Option<&QuestionVector>,
        settings: &Settings,
    ) -> Result<Recall> {
        let mut transaction = self.begin().await?;
        let spaces = sqlx::query_scalar!(r#"select my_spaces() as "spaces!""#)
            .fetch_one(&mut *transaction)
            .await?;
        let spaces: Vec<SpaceId> = spaces.into_iter().map(SpaceId).collect();
        let question = Question {
            text: question,
            vector,
            spaces: &spaces,
            conversation: ConversationId(Uuid::nil()),
            unseen: &[],
            asked_by: self.user,
            asked_at: Utc::now(),
            time_zone: Tz::UTC,
        };
        recall(&mut transaction, &question, settings).await
    }
}
