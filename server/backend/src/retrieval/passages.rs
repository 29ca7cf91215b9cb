//! Passages: pieces of messages and of documents' sections, short enough for an embedder to read whole. Their words
//! are indexed at once; a job makes their vectors.
//!
//! Only this module writes the table `passages`.

use super::{
    embedding::EMBED,
    source::{Source, speaker_name},
};
use crate::{
    Result,
    storage::UserTransaction,
    work::jobs::{self, Class},
};
use chrono::{DateTime, Utc};
use hearth_text::words;
use hearth_types::{ConversationId, PassageId, SpaceId, Speaker, UserId};
use unicode_segmentation::UnicodeSegmentation;
use uuid::Uuid;

/// Maximum weight of a passage, in units of about a quarter token: all-MiniLM reads 256 tokens, and the speaker and the
/// date take some of them.
const LONGEST: usize = 800;

/// Maximum number of passages of one message; a text of 100,000 characters has about 125.
const MOST: usize = 500;

/// Passages to store: the pieces of one source.
pub struct NewPassages<'a> {
    pub space: SpaceId,
    pub source: Source,
    pub author: Option<UserId>,
    /// None for a section.
    pub by: Option<Speaker>,
    pub at: DateTime<Utc>,
    pub pieces: &'a Pieces,
}

/// A text cut into the pieces that become passages, with their words for the search column. For a long text, compute it
/// outside of the async threads ([`crate::text::apart`]).
pub struct Pieces {
    texts: Vec<String>,
    words: Vec<String>,
}

impl Pieces {
    pub fn of(text: &str) -> Self {
        let texts = split(text);
        let words = texts.iter().map(|piece| words::of_text(piece)).collect();
        Self { texts, words }
    }

    /// The number of pieces.
    #[cfg(feature = "testing")]
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }
}

/// Stores passages and enqueues their embedding, as part of the caller's transaction.
pub(crate) async fn store(transaction: &mut UserTransaction, new: &NewPassages<'_>) -> Result<()> {
    store_in(transaction, new, Class::Embedding).await
}

/// Like [`store`]; the job's class decides which other jobs go first.
pub(crate) async fn store_in(
    transaction: &mut UserTransaction,
    new: &NewPassages<'_>,
    class: Class,
) -> Result<()> {
    let pieces = new.pieces;
    if pieces.texts.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = pieces.texts.iter().map(|_| Uuid::now_v7()).collect();
    let (conversation, message, section) = match new.source {
        Source::Message {
            conversation,
            message,
        } => (Some(conversation.0), Some(message.0), None),
        Source::Section { section, .. } => (None, None, Some(section.0)),
    };
    // The job belongs to the space's owner: other members may have left when it runs.
    sqlx::query!(
        "with queued as (
            select enqueue_job($12::text, $13::int, s.user_id, coalesce($4::uuid, $11::uuid), again => true) as job from space_members s
            where s.space_id = $1 and s.role = 'owner'
         )
         insert into passages (id, space_id, author_id, conversation_id, message_id, section_id, position, said_by,
                               said_at, text, words, words_version, abandoned, author_name)
         select piece.id, $1, $2, $3, $4, $11, piece.position - 1, $5, $6, piece.text,
                to_tsvector('simple', piece.words), $7,
                -- An answer may end after its branch was left.
                coalesce((select abandoned from messages where id = $4), false),
                (select author_name from messages where id = $4)
         from queued, unnest($8::uuid[], $9::text[], $10::text[]) with ordinality as piece (id, text, words, position)
         -- A forgotten message gets no passages again, nor does the answer to it.
         where not exists (select from messages m left join messages asked on asked.id = m.parent_id
                           where m.id = $4 and coalesce(m.forgotten_at, asked.forgotten_at) is not null)",
        new.space.0,
        new.author.map(|author| author.0),
        conversation,
        message,
        new.by.map(speaker_name),
        new.at,
        words::VERSION,
        &ids,
        &pieces.texts,
        &pieces.words,
        section,
        EMBED.name,
        class as i32,
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Removes the passages of these messages, and the jobs that would embed them.
pub(crate) async fn remove(transaction: &mut UserTransaction, messages: &[Uuid]) -> Result<()> {
    sqlx::query!("delete from passages where message_id = any ($1)", messages)
        .execute(&mut **transaction)
        .await?;
    jobs::cancel(transaction, Some(&EMBED), messages).await
}

/// Copies from a conversation's messages to its passages whether they are in an abandoned branch: recall reads passages
/// and no messages.
pub(crate) async fn mark_abandoned(
    transaction: &mut UserTransaction,
    conversation: ConversationId,
) -> Result<()> {
    sqlx::query!(
        "update passages p set abandoned = m.abandoned from messages m
         where p.conversation_id = $1 and m.id = p.message_id and p.abandoned <> m.abandoned",
        conversation.0
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Counts one vote that a passage was not relevant.
pub(crate) async fn count_not_relevant(transaction: &mut UserTransaction, passage: PassageId) -> Result<()> {
    sqlx::query!(
        "update passages set not_relevant = not_relevant + 1 where id = $1",
        passage.0
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Cuts at paragraphs, then sentences, then words; never inside a character.
fn split(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut piece = String::new();
    let mut weight = 0;
    for sentence in text
        .split_inclusive('\n')
        .flat_map(|line| line.split_sentence_bounds())
    {
        for part in cut(sentence) {
            let more = weigh(part);
            if weight + more > LONGEST && !piece.is_empty() {
                pieces.push(std::mem::take(&mut piece).trim_end().to_owned());
                weight = 0;
            }
            // Leading white space belongs to no piece.
            let part = if piece.is_empty() { part.trim_start() } else { part };
            if !part.is_empty() {
                piece.push_str(part);
                weight += more;
            }
        }
        if pieces.len() >= MOST {
            break;
        }
    }
    if !piece.trim().is_empty() {
        pieces.push(piece.trim().to_owned());
    }
    pieces.truncate(MOST);
    pieces.retain(|piece| piece.chars().any(char::is_alphanumeric));
    pieces
}

/// A sentence that is too long by itself, cut at words.
fn cut(sentence: &str) -> Vec<&str> {
    if weigh(sentence) <= LONGEST {
        return vec![sentence];
    }
    let (mut parts, mut from, mut weight) = (Vec::new(), 0, 0);
    for (at, word) in sentence.split_word_bound_indices() {
        // A "word" without any boundary (a long address, a line of base64) is cut at characters.
        for (offset, c) in word.char_indices() {
            let more = weigh_char(c);
            if weight + more > LONGEST {
                parts.push(&sentence[from..at + offset]);
                (from, weight) = (at + offset, 0);
            }
            weight += more;
        }
    }
    parts.push(&sentence[from..]);
    parts
}

fn weigh(text: &str) -> usize {
    text.chars().map(weigh_char).sum()
}

/// The weight of a character. A Chinese character is about one token, as four English letters are; a ligature that
/// stands for a word or a whole sentence weighs as much as that.
const fn weigh_char(c: char) -> usize {
    if matches!(c, '\u{fdf0}'..='\u{fdfc}') {
        72
    } else if matches!(c, '\u{3300}'..='\u{33ff}') {
        24
    } else if c.is_ascii() {
        1
    } else if (c as u32) < 0x2e80 {
        2
    } else {
        4
    }
}

/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
pub(super) const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("retrieval::passages::split", |text| { std::hint::black_box(split(text)); }),
];

#[cfg(test)]
mod tests {
    use super::{LONGEST, split, weigh};

    #[test]
    fn a_short_message_is_one_passage() {
        assert_eq!(split("My dog is called Biscuit."), ["My dog is called Biscuit."]);
    }

    #[test]
    fn nothing_is_lost_of_a_long_text_and_no_piece_is_too_long() {
        let text = "The quick brown fox jumps over the lazy dog. ".repeat(100) + &"狗".repeat(1000);
        let pieces = split(&text);
        assert!(pieces.iter().all(|piece| weigh(piece) <= LONGEST));
        let squeeze = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(squeeze(&pieces.concat()), squeeze(&text));
    }

    #[test]
    fn punctuation_alone_makes_no_passage() {
        assert!(split("?! …").is_empty());
    }
}
