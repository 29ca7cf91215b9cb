//! A document with its sections, stored with its passages.

use crate::{
    Result, UserBackend,
    retrieval::{
        passages::{self, NewPassages, Pieces},
        source::Source,
    },
};
use chrono::Utc;
use hearth_types::{DocumentId, SectionId, SpaceId};
use uuid::Uuid;

impl UserBackend {
    /// Stores a document of sections, each with its locator and text, in a space of this person's. Vectors are made by
    /// jobs.
    ///
    /// # Errors
    /// A space that is not this person's, or the database.
    pub async fn record_document(
        &self,
        space: SpaceId,
        title: &str,
        sections: &[(&str, &str)],
    ) -> Result<DocumentId> {
        let document = DocumentId(Uuid::now_v7());
        let mut transaction = self.begin().await?;
        sqlx::query!(
            "insert into documents (id, space_id, author_id, title) values ($1, $2, $3, $4)",
            document.0,
            space.0,
            self.user.0,
            title
        )
        .execute(&mut *transaction)
        .await?;
        for (position, (locator, text)) in (0..).zip(sections) {
            let section = SectionId(Uuid::now_v7());
            sqlx::query!(
                "insert into sections (id, space_id, document_id, position, locator, text)
                 values ($1, $2, $3, $4, $5, $6)",
                section.0,
                space.0,
                document.0,
                position,
                locator,
                text
            )
            .execute(&mut *transaction)
            .await?;
            let new = NewPassages {
                space,
                source: Source::Section { document, section },
                author: Some(self.user),
                by: None,
                at: Utc::now(),
                pieces: &Pieces::of(text),
            };
            passages::store(&mut transaction, &new).await?;
        }
        transaction.commit().await?;
        self.backend.inner.queue.advance();
        Ok(document)
    }
}
