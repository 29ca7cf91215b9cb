//! Loads the hits of one page as they are shown.

use super::{
    excerpt::excerpt,
    query::Query,
    rank::{Ranked, What},
};
use crate::{Result, storage::UserTransaction};
use hearth_types::{ConversationId, Found, MemoryId, MemoryState, MessageId, SearchHit, Speaker, UserId};
use std::collections::HashMap;
use uuid::Uuid;

/// The hits in the order of `ranked`, without those that were deleted in the meantime.
pub(super) async fn load(
    transaction: &mut UserTransaction,
    query: &Query,
    me: UserId,
    ranked: &[Ranked],
) -> Result<Vec<SearchHit>> {
    let mut hits = HashMap::new();
    messages(transaction, query, me, ranked, &mut hits).await?;
    titles(transaction, query, ranked, &mut hits).await?;
    memories(transaction, query, ranked, &mut hits).await?;
    Ok(ranked
        .iter()
        .filter_map(|ranked| {
            let hit: SearchHit = hits.remove(&ranked.id)?;
            Some(SearchHit {
                similar: ranked.similar,
                ..hit
            })
        })
        .collect())
}

type Hits = HashMap<Uuid, SearchHit>;

async fn messages(
    transaction: &mut UserTransaction,
    query: &Query,
    me: UserId,
    ranked: &[Ranked],
    hits: &mut Hits,
) -> Result<()> {
    let passages: Vec<Uuid> = ranked
        .iter()
        .filter_map(|hit| match hit.what {
            What::Passage(id) => Some(id),
            What::Title | What::Memory => None,
        })
        .collect();
    if passages.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query!(
        r#"select p.conversation_id as "conversation!: ConversationId", p.message_id as "message!: MessageId",
                  c.title, p.said_by as "said_by!: Speaker", coalesce(u.name, p.author_name) as by, p.said_at, p.text, p.abandoned
         from passages p join conversations c on c.id = p.conversation_id
         left join users u on u.id = p.author_id and u.id <> $2
         where p.id = any ($1)"#,
        &passages,
        me.0,
    )
    .fetch_all(&mut **transaction)
    .await?;
    for row in rows {
        let hit = SearchHit {
            excerpt: excerpt(&row.text, query, row.said_by == Speaker::Model),
            at: row.said_at.timestamp_millis(),
            similar: false,
            found: Found::Message {
                conversation: row.conversation,
                message: row.message,
                title: row.title,
                said_by: row.said_by,
                by: row.by,
                abandoned: row.abandoned,
            },
        };
        hits.insert(row.message.0, hit);
    }
    Ok(())
}

fn of(ranked: &[Ranked], what: What) -> Vec<Uuid> {
    let wanted = ranked.iter().filter(|hit| hit.what == what);
    wanted.map(|hit| hit.id).collect()
}

async fn titles(
    transaction: &mut UserTransaction,
    query: &Query,
    ranked: &[Ranked],
    hits: &mut Hits,
) -> Result<()> {
    let conversations = of(ranked, What::Title);
    if conversations.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query!(
        r#"select id as "id: ConversationId", title, updated_at from conversations where id = any ($1)"#,
        &conversations,
    )
    .fetch_all(&mut **transaction)
    .await?;
    for row in rows {
        let hit = SearchHit {
            excerpt: excerpt(&row.title, query, false),
            at: row.updated_at.timestamp_millis(),
            similar: false,
            found: Found::Title { conversation: row.id },
        };
        hits.insert(row.id.0, hit);
    }
    Ok(())
}

async fn memories(
    transaction: &mut UserTransaction,
    query: &Query,
    ranked: &[Ranked],
    hits: &mut Hits,
) -> Result<()> {
    let memories = of(ranked, What::Memory);
    if memories.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query!(
        r#"select id as "id: MemoryId", statement, state as "state: MemoryState", valid_to, created_at
         from memories where id = any ($1)"#,
        &memories,
    )
    .fetch_all(&mut **transaction)
    .await?;
    for row in rows {
        let hit = SearchHit {
            excerpt: excerpt(&row.statement, query, false),
            at: row.created_at.timestamp_millis(),
            similar: false,
            found: Found::Memory {
                memory: row.id,
                created_at_us: row.created_at.timestamp_micros(),
                waits: row.state == MemoryState::Asked,
                ended_at: row.valid_to.map(|at| at.timestamp_millis()),
            },
        };
        hits.insert(row.id.0, hit);
    }
    Ok(())
}
