//! The database of an installation that is measured, past the product: as a role that row-level security does not bind.

use crate::Result;
use hearth_types::UserId;
use pgvector::HalfVector;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use uuid::Uuid;

/// One connection.
pub struct Database {
    pub(super) connection: PgConnection,
    options: PgConnectOptions,
}

impl Database {
    /// Connects as the superuser that the options name.
    pub async fn connect(options: PgConnectOptions) -> Result<Self> {
        Ok(Self {
            connection: PgConnection::connect_with(&options).await?,
            options,
        })
    }

    /// How to connect, as another role of the same database.
    pub fn options_as(&self, role: &str) -> PgConnectOptions {
        self.options.clone().username(role)
    }

    /// The id of a person.
    pub async fn user(&mut self, name: &str) -> Result<UserId> {
        let id = sqlx::query_scalar("select id from users where name = $1")
            .bind(name)
            .fetch_one(&mut self.connection)
            .await?;
        Ok(UserId(id))
    }

    /// What takes disk space, with its size as PostgreSQL prints it.
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

    /// The nearest passages of a space, compared with all of them, past every policy and index.
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

    /// Keeps the installation from building indexes of vectors ([`crate::retrieval::vector_index::keep_indexes`] runs
    /// under this lock), or allows it again.
    pub async fn hold_indexes(&mut self, held: bool) -> Result<()> {
        let statement = if held {
            "select pg_advisory_lock(hashtext('hearth indexes'))"
        } else {
            "select pg_advisory_unlock(hashtext('hearth indexes'))"
        };
        sqlx::query(statement).execute(&mut self.connection).await?;
        Ok(())
    }

    /// What PostgreSQL does by itself within a minute after many new rows, so that no figure depends on it.
    pub async fn tidy(&mut self) -> Result<()> {
        for statement in ["vacuum (analyze)", "checkpoint"] {
            sqlx::query(statement).execute(&mut self.connection).await?;
        }
        Ok(())
    }

    /// The embedding model, once it is calibrated, which comes with the first message that the installation embeds.
    pub async fn embedder(&mut self) -> Result<Option<String>> {
        let found = sqlx::query_scalar("select model from calibrations limit 1");
        Ok(found.fetch_optional(&mut self.connection).await?)
    }

    /// How many jobs wait for nothing but their turn.
    pub async fn due_jobs(&mut self) -> Result<i64> {
        let due =
            sqlx::query_scalar("select count(*) from jobs where failed_at is null and run_after <= now()");
        Ok(due.fetch_one(&mut self.connection).await?)
    }
}
