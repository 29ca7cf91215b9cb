//! The messages that the next notes cover.

use super::notes::Talk;
use crate::{
    Result, UserBackend,
    turn::{PER_MESSAGE, tokens},
};
use hearth_types::{ConversationId, MessageId, SpaceId, Speaker};

/// Maximum messages read for one part; a portion rarely has as many.
const MOST: usize = 60;

/// The conversation that is summarised.
pub(super) struct Place {
    pub conversation: ConversationId,
    space: SpaceId,
    /// The person's name.
    pub name: String,
    /// The model of the latest answer.
    pub model: String,
}

impl Place {
    /// None when the message is gone, or the conversation has no answer.
    pub async fn of(person: &UserBackend, message: MessageId) -> Result<Option<Self>> {
        let mut transaction = person.begin().await?;
        Ok(sqlx::query_as!(
            Self,
            r#"select m.conversation_id as "conversation: ConversationId", m.space_id as "space: SpaceId", u.name,
                      a.model
             from messages m join users u on u.id = $2
             join answers a on a.conversation_id = m.conversation_id and a.status = 'done'
             join messages l on l.id = a.id
             where m.id = $1 order by l.ordinal desc limit 1"#,
            message.0,
            person.user.0,
        )
        .fetch_optional(&mut *transaction)
        .await?)
    }
}

/// Messages of a branch, starting at the first one not covered by notes.
pub(super) struct Part {
    /// The notes so far.
    pub notes: String,
    /// Number of messages that the notes cover.
    covers: i32,
    said: Vec<PartMessage>,
}

struct PartMessage {
    id: MessageId,
    by: Speaker,
    author: String,
    text: String,
}

impl Part {
    /// The messages between the last notes and `up_to`, up to `portion` estimated tokens but at least one message; none
    /// when all are covered.
    pub async fn next(person: &UserBackend, up_to: MessageId, portion: u32) -> Result<Option<Self>> {
        let mut transaction = person.begin().await?;
        // Walks up the branch to the nearest message with notes, which comes first in the result.
        let rows = sqlx::query!(
            r#"with up as (
                select b.id, b.depth, s.text as notes, s.messages as covers
                from messages leaf, branch(leaf.conversation_id, leaf.id) b left join summaries s on s.message_id = b.id
                where leaf.id = $1
             ), first as (
                select * from up where depth <= coalesce((select min(depth) from up where notes is not null), depth)
                order by depth desc limit $2
             )
             select f.id as "id!: MessageId", m.said_by as "by!: Speaker", coalesce(u.name, m.author_name, '') as "author!",
                    -- What was forgotten stays out of notes, too.
                    case when coalesce(m.forgotten_at, asked.forgotten_at) is null then p.text else '' end as "text!",
                    f.notes as "notes?", f.covers as "covers?"
             from first f join messages m on m.id = f.id left join messages asked on asked.id = m.parent_id
             join message_parts p on p.message_id = f.id and p.kind = 'text'
             left join users u on u.id = m.author_id
             order by f.depth desc"#,
            up_to.0,
            i64::try_from(MOST).unwrap_or(i64::MAX),
        )
        .fetch_all(&mut *transaction)
        .await?;
        let mut part = Self {
            notes: String::new(),
            covers: 0,
            said: Vec::new(),
        };
        let mut left = portion;
        for row in rows {
            if let (Some(notes), Some(covers)) = (row.notes, row.covers) {
                (part.notes, part.covers) = (notes, covers);
                continue;
            }
            let cost = tokens(&row.text) + PER_MESSAGE;
            if cost > left && !part.said.is_empty() {
                break;
            }
            left = left.saturating_sub(cost);
            part.said.push(PartMessage {
                id: row.id,
                by: row.by,
                author: row.author,
                text: row.text,
            });
        }
        Ok((!part.said.is_empty()).then_some(part))
    }

    /// The messages as text: one portion, or several for a single message longer than a portion.
    pub fn talks(&self, portion: u32) -> Vec<Talk> {
        match &*self.said {
            [long] if tokens(&long.text) > portion => pieces(&long.text, portion)
                .into_iter()
                .map(|piece| Talk::of([(long.by, &*long.author, piece)]))
                .collect(),
            said => vec![Talk::of(
                said.iter().map(|said| (said.by, &*said.author, &*said.text)),
            )],
        }
    }

    /// Stores the notes up to the last of these messages. False, and nothing stored, when that message is gone, has
    /// notes already, or has moved to another space because the conversation was shared.
    pub async fn store(&self, person: &UserBackend, place: &Place, text: &str) -> Result<bool> {
        let Some(last) = self.said.last() else {
            return Ok(false);
        };
        let covers = self.covers + i32::try_from(self.said.len()).unwrap_or(i32::MAX);
        let mut transaction = person.begin().await?;
        let stored = sqlx::query!(
            "insert into summaries (message_id, space_id, conversation_id, text, messages, model)
             select m.id, m.space_id, m.conversation_id, $4, $5, $6 from messages m
             where m.id = $1 and m.space_id = $2 and m.conversation_id = $3 for key share
             on conflict (message_id) do nothing",
            last.id.0,
            place.space.0,
            place.conversation.0,
            text,
            covers,
            place.model,
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(stored.rows_affected() == 1)
    }
}

/// Cuts a long text between words.
fn pieces(text: &str, longest: u32) -> Vec<&str> {
    let (mut pieces, mut from, mut cost) = (Vec::new(), 0, 0);
    let mut at = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        // A "word" longer than a piece, such as a page of Chinese, is cut between characters.
        for c in word.chars() {
            at += c.len_utf8();
            cost += if c.is_ascii() { 1 } else { 3 };
            if cost > longest * 4 {
                pieces.push(&text[from..at]);
                (from, cost) = (at, 0);
            }
        }
        if cost > longest * 3 - 60 {
            pieces.push(&text[from..at]);
            (from, cost) = (at, 0);
        }
    }
    if from < text.len() {
        pieces.push(&text[from..]);
    }
    pieces
}

/// See `hostile_text`.
#[cfg(test)]
pub(super) fn hostile(text: &str) -> usize {
    pieces(text, 1_000).len()
}

#[cfg(test)]
mod tests {
    use super::{pieces, tokens};

    #[test]
    fn nothing_of_a_long_text_is_lost_and_no_piece_is_much_too_long() {
        let text = "The quick brown fox jumps over the lazy dog. ".repeat(100) + &"狗".repeat(3000);
        let pieces = pieces(&text, 200);
        assert_eq!(pieces.concat(), text);
        assert!(pieces.iter().all(|piece| tokens(piece) <= 300));
    }
}
