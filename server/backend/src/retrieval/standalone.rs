//! Recall outside of a conversation, by the same steps as in a turn: for tests and benches.

use super::{
    question_vector::{self, QuestionVector},
    recall::{Question, Recall, Settings, Wording, recall, rerank},
    vector_index,
};
use crate::{Result, UserBackend, spaces, storage::UserTransaction};
use chrono::Utc;
use chrono_tz::Tz;
use hearth_types::{ConversationId, PassageId, SpaceId};
use uuid::Uuid;

impl UserBackend {
    /// The vector of a question; none without an embedder.
    pub async fn question_vector(&self, question: &str) -> Option<QuestionVector> {
        question_vector::question(&self.backend, question).await
    }

    /// Recalls for a question from everything that this person may see.
    pub async fn recall(
        &self,
        question: &str,
        vector: Option<&QuestionVector>,
        settings: &Settings,
    ) -> Result<Recall> {
        let wording = Wording::of(question);
        let mut transaction = self.begin().await?;
        let spaces = self.my_spaces(&mut transaction).await?;
        let asked = Question {
            wording: &wording,
            vector,
            spaces: &spaces,
            conversation: ConversationId(Uuid::nil()),
            unseen: &[],
            asked_by: self.user,
            asked_at: Utc::now(),
            time_zone: Tz::UTC,
        };
        let wider = settings.before_rerank(&self.backend);
        let found = recall(&mut transaction, &asked, &wider).await?;
        drop(transaction);
        Ok(rerank(&self.backend, &wording, found, settings.most).await)
    }

    /// The nearest passages to a question's vector in the person's private space, by the search that recall uses in a
    /// space too large to read whole.
    pub async fn nearest_passages(&self, vector: &QuestionVector, most: usize) -> Result<Vec<PassageId>> {
        let mut transaction = self.begin().await?;
        let most_of_recall = Settings::default().candidates;
        let own = spaces::private_space(self.user);
        let found = vector_index::nearest(
            &mut transaction,
            own,
            &vector.model,
            &vector.vector,
            most_of_recall,
        )
        .await?;
        Ok(found
            .into_iter()
            .take(most)
            .map(|(id, _)| PassageId(id))
            .collect())
    }

    async fn my_spaces(&self, transaction: &mut UserTransaction) -> Result<Vec<SpaceId>> {
        let spaces = sqlx::query_scalar!(r#"select my_spaces() as "spaces!""#)
            .fetch_one(&mut **transaction)
            .await?;
        Ok(spaces.into_iter().map(SpaceId).collect())
    }
}
