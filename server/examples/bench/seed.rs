//! Rows put straight into the bundled PostgreSQL, as its superuser through its socket: years of use in a minute.

use crate::{client::NAME, corpus::Corpus, house::Place};
use anyhow::{Context, Result};
use hearth_backend::retrieval::vector_index;
use hearth_text::words;
use hearth_types::{ConversationId, UserId};
use pgvector::HalfVector;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use std::{fs, time::Duration};
use uuid::Uuid;

/// Passages that each person has, unless a bench says otherwise.
pub const PASSAGES: usize = 10_000;

/// Messages of a seeded conversation.
const MESSAGES: usize = 20;

/// The house's database, past Hearth.
pub struct Database {
    connection: PgConnection,
    options: PgConnectOptions,
}

/// The model that makes vectors, as the house has learnt it.
pub struct Embedder {
    pub model: String,
}

impl Database {
    pub async fn open(place: &Place) -> Result<Self> {
        let socket =
            fs::read_to_string(place.data().join("postgres-socket")).context("where the socket is")?;
        let options = PgConnectOptions::new_without_pgpass()
            .socket(socket.trim())
            .port(5432)
            .username(hearth_postgres::SUPERUSER)
            .database("hearth");
        Ok(Self {
            connection: PgConnection::connect_with(&options).await?,
            options,
        })
    }

    /// How it is reached; any role may, by the socket.
    pub const fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    pub async fn user(&mut self, name: &str) -> Result<UserId> {
        let id = sqlx::query_scalar("select id from users where name = $1")
            .bind(name)
            .fetch_one(&mut self.connection)
            .await?;
        Ok(UserId(id))
    }

    /// What takes room, with its size as PostgreSQL tells it.
    pub async fn sizes(&mut self) -> Result<Vec<(String, String)>> {
        Ok(sqlx::query_as(
            "select 'size of the database', pg_size_pretty(pg_database_size(current_database()))
             union all select 'size of passages, of which indexes of words',
                pg_size_pretty(pg_total_relation_size('passages')) || ', '
                || pg_size_pretty(pg_relation_size('passages_words'))
             union all select 'size of vectors, of which their indexes',
                pg_size_pretty(pg_total_relation_size('passage_embeddings')) || ', '
                || (select coalesce(pg_size_pretty(sum(pg_relation_size(indexrelid))), '0')
                    from pg_index where indrelid = 'passage_embeddings'::regclass
                      and indexrelid::regclass::text like 'passage_hnsw_%')",
        )
        .fetch_all(&mut self.connection)
        .await?)
    }

    /// The nearest passages of a space, by looking at all of them, past every policy and index.
    pub async fn nearest(
        &mut self,
        space: Uuid,
        model: &str,
        vector: &[f32],
        most: i64,
    ) -> Result<Vec<Uuid>> {
        Ok(sqlx::query_scalar(
            "select passage_id from passage_embeddings where space_id = $1 and model = $2
             order by embedding <#> $3 limit $4",
        )
        .bind(space)
        .bind(model)
        .bind(HalfVector::from_f32_slice(vector))
        .bind(most)
        .fetch_all(&mut self.connection)
        .await?)
    }

    /// Adds people with the administrator's password, and returns their names.
    pub async fn people(&mut self, count: usize) -> Result<Vec<String>> {
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
        .bind(NAME)
        .execute(&mut self.connection)
        .await?;
        Ok(names)
    }

    /// Conversations with a title and nothing in them.
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

    /// A conversation with a title of its own, so that no model is asked for one, and with memory off.
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

    /// Gives a person a past of so many messages, each a passage with its vector; returns the passages' texts.
    pub async fn past(
        &mut self,
        person: &str,
        number: u64,
        passages: usize,
        embedder: &Embedder,
    ) -> Result<Vec<String>> {
        let mut corpus = Corpus::new(number);
        let texts: Vec<String> = (0..passages).map(|_| corpus.passage()).collect();
        self.said(person, &texts, embedder).await?;
        Ok(texts)
    }

    /// Gives each of these people such a past, and all of them the indexes that a house makes by itself, at its start
    /// and once an hour.
    pub async fn pasts(
        &mut self,
        people: &[String],
        passages: usize,
        embedder: &Embedder,
    ) -> Result<Vec<Vec<String>>> {
        eprintln!("  {} people get a past of {passages} passages each", people.len());
        let mut pasts = Vec::new();
        for (number, person) in (0..).zip(people) {
            pasts.push(self.past(person, number, passages, embedder).await?);
        }
        vector_index::keep_indexes(&self.options.clone().username("hearth_owner")).await?;
        self.tidy().await?;
        Ok(pasts)
    }

    /// Gives a person a past of these messages, each a passage with its vector, the newest first.
    pub async fn said(&mut self, person: &str, texts: &[String], embedder: &Embedder) -> Result<()> {
        let space: Uuid = sqlx::query_scalar("select id from users where name = $1")
            .bind(person)
            .fetch_one(&mut self.connection)
            .await?;
        for (number, part) in texts.chunks(MESSAGES * 50).enumerate() {
            self.part_of_past(space, person, number, part, embedder).await?;
        }
        Ok(())
    }

    async fn part_of_past(
        &mut self,
        space: Uuid,
        person: &str,
        number: usize,
        texts: &[String],
        embedder: &Embedder,
    ) -> Result<()> {
        // As the job embeds a passage: who and when belong to it.
        let vectors: Vec<HalfVector> = texts
            .iter()
            .map(|text| vector(&format!("{person}, 1 March 2026: {text}")))
            .collect();
        self.put_into(space, number, texts, &vectors, &embedder.model)
            .await
    }

    /// Puts texts with their vectors into a person's own space, in conversations of twenty messages.
    pub async fn put(
        &mut self,
        person: &str,
        number: usize,
        texts: &[String],
        vectors: &[HalfVector],
        model: &str,
    ) -> Result<()> {
        let space = self.user(person).await?.0;
        self.put_into(space, number, texts, vectors, model).await
    }

    async fn put_into(
        &mut self,
        space: Uuid,
        number: usize,
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
        .bind(space)
        .bind(texts)
        .bind(&words)
        .bind(vectors)
        .bind(i64::try_from(texts.len())?)
        .bind(i64::try_from(MESSAGES)?)
        .bind(i64::try_from(number)?)
        .bind(words::VERSION)
        .bind(model)
        .execute(&mut self.connection)
        .await?;
        Ok(())
    }

    /// Keeps the house from building indexes of vectors, which it does one Hearth at a time
    /// (`hearth_backend::retrieval::vector_index::keep_indexes`), or lets it again.
    pub async fn hold_indexes(&mut self, held: bool) -> Result<()> {
        let statement = if held {
            "select pg_advisory_lock(hashtext('hearth indexes'))"
        } else {
            "select pg_advisory_unlock(hashtext('hearth indexes'))"
        };
        sqlx::query(statement).execute(&mut self.connection).await?;
        Ok(())
    }

    /// After many rows: what PostgreSQL would do by itself in the next minute, so that no figure depends on it.
    pub async fn tidy(&mut self) -> Result<()> {
        for statement in ["vacuum (analyze)", "checkpoint"] {
            sqlx::query(statement).execute(&mut self.connection).await?;
        }
        Ok(())
    }

    /// The embedding model once the house has measured its floor of relevance, which comes with the first
    /// message that it embeds.
    pub async fn embedder(&mut self) -> Result<Embedder> {
        for _ in 0..200 {
            let found = sqlx::query_scalar("select name from models where relevance_floor is not null");
            if let Some(model) = found.fetch_optional(&mut self.connection).await? {
                return Ok(Embedder { model });
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!("the house has not measured its embedding model within 10 s");
    }

    /// Waits until no job is left: titles and vectors of the last answers are no part of the next.
    pub async fn until_jobs_are_done(&mut self) -> Result<()> {
        for _ in 0..4_000 {
            let left: i64 = sqlx::query_scalar(
                "select count(*) from jobs where failed_at is null and run_after <= now()",
            )
            .fetch_one(&mut self.connection)
            .await?;
            if left == 0 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
        anyhow::bail!("background jobs did not end within a minute");
    }
}

fn vector(text: &str) -> HalfVector {
    HalfVector::from_f32_slice(&hearth_inference::fake::embed(text))
}
