//! The passages whose vectors are nearest to a question's, and the indexes that find them.
//!
//! Up to [`INDEXED_FROM`] passages of a person, recall reads them all. A larger private space has an HNSW index of its
//! own per embedding model, which its queries select by the same two literals; shared spaces hold one conversation
//! each and are scanned. One index over all people's vectors was expected to be worse (reasoned, not measured): a
//! policy filters after the scan, so for a person who owns one passage in a hundred, the scan reads a hundred of other
//! people's for each of theirs.
//!
//! Measured with `cargo xtask bench recall-scale`: 50 people and 1,000,000 passages with vectors of 384 dimensions, on
//! 2 cores that also ran the bench; recall@10 is against an exact search:
//!
//! | passages of the person | whole recall, p50 | p95 | recall@10 |
//! | --- | --- | --- | --- |
//! | 1,000 (all are candidates) | 5.8 ms | 6.7 ms | 1.000 |
//! | 10,000 | 7.4 ms | 8.5 ms | 1.000 |
//! | 14,659 | 8.3 ms | 9.9 ms | 1.000 |
//! | 300,000 | 21.2 ms | 40.1 ms | 0.977 |
//!
//! Over all of them p95 is 29.9 ms (aim 50). Inserts ran at 9,150 rows a second; building all 49 indexes took 247 s of
//! one core; vectors take 2,052 MB with their indexes (1,116 MB), passages 845 MB; PostgreSQL used 849 MB afterwards,
//! most of it shared buffers, which the server sizes at its start by the size of the data (768 MB of 24 GiB here). At
//! 10,000 passages, this search takes 1.3 ms, that by words 0.5, loading 290 candidates with their neighbours 3.9, and
//! ranking 0.6.
//!
//! `ef_search` grows with the index ([`set_ef_search`]). With 100 for all, the search of the largest index had a recall
//! of 0.803; with 447, 0.940; with 670, 0.972; with 737, the present value, 0.967 to 0.980. Pages outside of
//! PostgreSQL's shared buffers cost most: a search that reads 2,717 pages took 2.6 ms with all of them there, and
//! 56 ms, beside another load, with 1,269 of them elsewhere.
//!
//! This is the one module with dynamic SQL: an index on `embedding::halfvec(384)` serves only a query that says 384.
//! The text of a query contains a length (a number), a space's id (hexadecimal digits), and a model's name (quoted by
//! [`literal`]); the vector and the limit are bound.

use crate::{Result, storage::UserTransaction};
use hearth_types::SpaceId;
use pgvector::HalfVector;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use uuid::Uuid;

/// Number of vectors of one space and model from which they have an index. Recall reads smaller spaces whole.
pub const INDEXED_FROM: i64 = 3_000;

/// Maximum dimensions of a `halfvec` index of pgvector.
const LONGEST: i32 = 4_000;

/// The index of a space that lost passages is kept down to this number of vectors.
const KEPT_FROM: i64 = INDEXED_FROM / 2;

/// Maximum memory for building one index, in MiB. PostgreSQL takes only what it needs; a graph that does not fit is
/// built more slowly.
const BUILD_MEMORY_MIB: i64 = 512;

/// Ids of the nearest passages of a space, nearest first, with their distances: minus the cosine.
pub(crate) async fn nearest(
    transaction: &mut UserTransaction,
    space: SpaceId,
    model: &str,
    vector: &[f32],
    most: usize,
) -> Result<Vec<(Uuid, f64)>> {
    set_ef_search(transaction, space, model, most).await?;
    let length = vector.len();
    let query = format!(
        "select passage_id, embedding::halfvec({length}) <#> $1::halfvec({length}) as distance from passage_embeddings
         where space_id = '{space}' and model = {model}
         order by embedding::halfvec({length}) <#> $1::halfvec({length}) limit $2",
        space = space.0,
        model = literal(model),
    );
    // The vectors have unit length: the negative inner product orders as the cosine distance does, at half the cost.
    Ok(sqlx::query_as(AssertSqlSafe(query))
        .bind(HalfVector::from_f32_slice(vector))
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_all(&mut **transaction)
        .await?)
}

/// [`nearest`] over several small spaces, by an exact scan.
pub(crate) async fn nearest_among(
    transaction: &mut UserTransaction,
    spaces: &[SpaceId],
    model: &str,
    vector: &[f32],
    most: usize,
) -> Result<Vec<(Uuid, f64)>> {
    let spaces: Vec<Uuid> = spaces.iter().map(|space| space.0).collect();
    let found = sqlx::query!(
        r#"select passage_id, embedding <#> $3 as "distance!" from passage_embeddings
         where space_id = any ($1) and model = $2 order by embedding <#> $3 limit $4"#,
        &spaces,
        model,
        HalfVector::from_f32_slice(vector) as HalfVector,
        i64::try_from(most).unwrap_or(i64::MAX),
    )
    .fetch_all(&mut **transaction)
    .await?;
    Ok(found
        .into_iter()
        .map(|row| (row.passage_id, row.distance))
        .collect())
}

/// Sets `hnsw.ef_search` for the rest of the transaction by the size of the space's index, if it has one: a larger
/// index has more vectors that are nearly as near as the nearest.
async fn set_ef_search(
    transaction: &mut UserTransaction,
    space: SpaceId,
    model: &str,
    most: usize,
) -> Result<()> {
    // `reltuples`: the number of rows when the index was built or last vacuumed; -1 before either.
    sqlx::query!(
        "select set_config('hnsw.ef_search',
                           least(1000, greatest($2::int, 100 * power(greatest(reltuples, 0) / 15000, 2.0 / 3)))::int::text, true)
         from pg_class where oid = to_regclass($1)",
        name(space.0, model),
        i32::try_from(most).unwrap_or(i32::MAX),
    )
    .fetch_optional(&mut **transaction)
    .await?;
    Ok(())
}

/// A space's vectors by one model, which get an index.
struct Indexed {
    space: Uuid,
    model: String,
    length: i32,
}

/// Builds the missing indexes and drops the unused ones. Run it as the owner's role, in the background of a running
/// server.
///
/// # Errors
/// Those of the database.
pub async fn keep_indexes(owner: &PgConnectOptions) -> Result<()> {
    let mut connection = owner.clone().connect().await?;
    let kept = keep(&mut connection).await;
    connection.close().await.ok();
    kept
}

async fn keep(owner: &mut PgConnection) -> Result<()> {
    // One server at a time; another one has nothing left to do.
    let alone = sqlx::query_scalar!(r#"select pg_try_advisory_lock(hashtext('hearth indexes')) as "alone!""#)
        .fetch_one(&mut *owner)
        .await?;
    if !alone {
        return Ok(());
    }
    drop_unused(owner).await?;
    for indexed in large_spaces(owner).await? {
        build(owner, &indexed).await?;
    }
    Ok(())
}

async fn large_spaces(owner: &mut PgConnection) -> Result<Vec<Indexed>> {
    let found = sqlx::query_as!(
        Indexed,
        r#"select large.space_id as space, large.model,
                  (select vector_dims(e.embedding) from passage_embeddings e
                   where e.space_id = large.space_id and e.model = large.model limit 1) as "length!"
         from (select space_id, model from passage_embeddings group by 1, 2 having count(*) >= $1) large
         join spaces s on s.id = large.space_id and s.kind = 'private'"#,
        INDEXED_FROM
    )
    .fetch_all(owner)
    .await?;
    Ok(found
        .into_iter()
        .filter(|large| large.length <= LONGEST)
        .collect())
}

async fn build(owner: &mut PgConnection, indexed: &Indexed) -> Result<()> {
    let memory = format!("set maintenance_work_mem = '{BUILD_MEMORY_MIB}MB'");
    let create = format!(
        "create index concurrently if not exists \"{name}\" on passage_embeddings
         using hnsw ((embedding::halfvec({length})) halfvec_ip_ops)
         where space_id = '{space}' and model = {model}",
        name = name(indexed.space, &indexed.model),
        length = indexed.length,
        space = indexed.space,
        model = literal(&indexed.model),
    );
    for statement in [memory, create] {
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut *owner)
            .await?;
    }
    Ok(())
}

/// Drops the indexes of spaces that shrank or were deleted, of models that are no longer used, and those whose building
/// was interrupted: PostgreSQL would update the latter and never use them.
async fn drop_unused(owner: &mut PgConnection) -> Result<()> {
    let wanted = sqlx::query!(
        "select space_id, model from passage_embeddings group by 1, 2 having count(*) >= $1",
        KEPT_FROM
    )
    .fetch_all(&mut *owner)
    .await?;
    let wanted: Vec<String> = wanted.iter().map(|w| name(w.space_id, &w.model)).collect();
    let unused = sqlx::query_scalar!(
        r#"select c.relname::text as "name!" from pg_index i join pg_class c on c.oid = i.indexrelid
         where i.indrelid = 'passage_embeddings'::regclass and c.relname like $1
           and (not i.indisvalid or c.relname <> all ($2))"#,
        format!("{PREFIX}%"),
        &wanted,
    )
    .fetch_all(&mut *owner)
    .await?;
    for name in unused {
        let drop = format!("drop index concurrently if exists \"{name}\"");
        sqlx::raw_sql(AssertSqlSafe(drop)).execute(&mut *owner).await?;
    }
    Ok(())
}

const PREFIX: &str = "passage_hnsw_";

/// An index's name: unique by space and model, at most 63 bytes.
fn name(space: Uuid, model: &str) -> String {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(model.as_bytes());
    let short: String = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("{PREFIX}{}_{short}", space.simple())
}

/// A text as an SQL literal. A backslash needs no escape, as `standard_conforming_strings` is on.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::{literal, name};
    use uuid::Uuid;

    #[test]
    fn a_models_name_cannot_leave_its_quotes() {
        assert_eq!(literal("x' or true --"), "'x'' or true --'");
    }

    #[test]
    fn an_indexs_name_fits_and_differs_by_model() {
        let (a, b) = (name(Uuid::max(), "a"), name(Uuid::max(), "b"));
        assert!(a != b && a.len() <= 63, "{a}");
    }
}
