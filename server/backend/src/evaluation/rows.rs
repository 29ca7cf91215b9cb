//! Rows of years of use, written in bulk.

use super::Database;
use crate::Result;
use hearth_text::words;
use hearth_types::{ConversationId, UserId};
use pgvector::HalfVector;

/// Messages of a written conversation.
const MESSAGES: i64 = 20;

impl Database {
    /// Adds people with the same password as the person `like`, and returns their names.
    pub async fn people(&mut self, like: &str, count: usize) -> Result<Vec<String>> {
        let names: Vec<String> = (1..=count).map(|number| format!("person {number}")).collect();
        sqlx::query(
            "with added as (
                insert into users (id, name, name_folded, password_hash, role)
                select gen_random_uuid(), added.name, added.name, first.password_hash, 'member'
                from unnest($1::text[]) as added (name), users first where first.name = $2 returning id
             ), spaces as (insert into spaces (id, kind) select id, 'private' from added)
             insert into space_members (space_id, user_id, role) select id, id, 'owner' from added",
        )
        .bind(&names)
        .bind(like)
        .execute(&mut self.connection)
        .await?;
        Ok(names)
    }

    /// Conversations with a title and no messages.
    pub async fn conversations(&mut self, person: &str, count: i32) -> Result<()> {
        sqlx::query(
            "insert into conversations (id, space_id, author_id, title, memory, created_at, updated_at)
             select gen_random_uuid(), u.id, u.id, 'Conversation number ' || n || ' about something', true,
                    now() - n * interval '1 hour', now() - n * interval '1 hour'
             from users u, generate_series(1, $2) n where u.name = $1",
        )
        .bind(person)
        .bind(count)
        .execute(&mut self.connection)
        .await?;
        self.tidy().await
    }

    /// A conversation with memory off, and with a title, so that no model is called for one.
    pub async fn titled_conversation(&mut self, person: &str) -> Result<ConversationId> {
        let id = sqlx::query_scalar(
            "insert into conversations (id, space_id, author_id, title, titled_by_hand, memory)
             select gen_random_uuid(), u.id, u.id, 'A story', true, false from users u where u.name = $1 returning id",
        )
        .bind(person)
        .fetch_one(&mut self.connection)
        .await?;
        Ok(ConversationId(id))
    }

    /// Puts texts with their vectors into a person's own space, in conversations of twenty messages. `part` counts the
    /// calls for one person: each lies 1,000 minutes before the one before it.
    pub async fn put(
        &mut self,
        person: UserId,
        part: usize,
        texts: &[String],
        vectors: &[HalfVector],
        model: &str,
    ) -> Result<()> {
        let words: Vec<String> = texts.iter().map(|text| words::of_text(text)).collect();
        sqlx::query(
            "with said as materialized (
                select gen_random_uuid() as id, text, words, vector, n - 1 as n,
                       now() - interval '30 days' - ($7 * 1000 + n) * interval '1 minute' as at
                from unnest($2::text[], $3::text[], $4::halfvec[]) with ordinality as t (text, words, vector, n)
             ), talks as materialized (
                select gen_random_uuid() as id, g as n from generate_series(0, ($5 - 1) / $6) g
             ), conversation as (
                insert into conversations (id, space_id, author_id, title, memory, created_at, updated_at)
                select talks.id, $1, $1, 'Seeded', true, min(said.at), max(said.at)
                from talks join said on said.n / $6 = talks.n group by talks.id
             ), message as (
                insert into messages (id, space_id, conversation_id, ordinal, said_by, author_id, created_at)
                select said.id, $1, talks.id, said.n % $6 + 1, 'person', $1, said.at
                from said join talks on said.n / $6 = talks.n
             ), part as (
                insert into message_parts (message_id, space_id, position, kind, text)
                select id, $1, 0, 'text', text from said
             ), passage as (
                insert into passages (id, space_id, author_id, conversation_id, message_id, position, said_by,
                                      said_at, text, words, words_version)
                select said.id, $1, $1, talks.id, said.id, 0, 'person', said.at, said.text,
                       to_tsvector('simple', said.words), $8
                from said join talks on said.n / $6 = talks.n
             )
             insert into passage_embeddings (passage_id, model, space_id, embedding)
             select id, $9, $1, vector from said",
        )
        .bind(person.0)
        .bind(texts)
        .bind(&words)
        .bind(vectors)
        .bind(i64::try_from(texts.len()).unwrap_or(i64::MAX))
        .bind(MESSAGES)
        .bind(i64::try_from(part).unwrap_or(i64::MAX))
        .bind(words::VERSION)
        .bind(model)
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }
}
