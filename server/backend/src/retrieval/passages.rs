//! Passages: what was said, cut into pieces that an embedder reads whole, indexed by words at once and
//! embedded by a job.

use crate::{Result, storage::UserTransaction};
use chrono::{DateTime, Utc};
use hearth_text::words;
use hearth_types::{ConversationId, MessageId, SpaceId, Speaker, UserId};
use unicode_segmentation::UnicodeSegmentation;
use uuid::Uuid;

/// Weight of a passage, in units of about a quarter token: all-MiniLM reads 256 tokens, "who and when" takes
/// some of them.
const LONGEST: usize = 800;

/// Passages of one message; a text of 100,000 characters has about 125.
const MOST: usize = 500;

/// Something that was said, and where.
pub struct Said {
    pub space: SpaceId,
    /// None when a model said it.
    pub author: Option<UserId>,
    pub conversation: ConversationId,
    pub message: MessageId,
    pub by: Speaker,
    pub at: DateTime<Utc>,
}

/// A text in the pieces that become passages, with their words for the search column. Made apart of the async threads
/// where the text is long ([`crate::text::apart`]).
pub(crate) struct Pieces {
    texts: Vec<String>,
    words: Vec<String>,
}

impl Pieces {
    pub fn of(text: &str) -> Self {
        let texts = split(text);
        let words = texts.iter().map(|piece| words::of_text(piece)).collect();
        Self { texts, words }
    }

    /// How many there are.
    #[cfg(feature = "testing")]
    pub fn len(&self) -> usize {
        self.texts.len()
    }
}

/// Stores the passages of a message and queues their embedding, as part of the caller's transaction.
pub(crate) async fn store(transaction: &mut UserTransaction, said: &Said, pieces: &Pieces) -> Result<()> {
    if pieces.texts.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = pieces.texts.iter().map(|_| Uuid::now_v7()).collect();
    // The work is the space's owner's: others may have left by the time it is done.
    sqlx::query!(
        "with embedding as (
            insert into jobs (kind, class, user_id, subject_id)
            select 'embed', $11, user_id, $4 from space_members where space_id = $1 and role = 'owner'
            on conflict (kind, subject_id) do update set run_after = now(), failed_at = null, attempts = 0
         )
         insert into passages (id, space_id, author_id, conversation_id, message_id, position, said_by, said_at,
                               text, words, words_version, abandoned, author_name)
         select piece.id, $1, $2, $3, $4, piece.position - 1, $5, $6, piece.text, to_tsvector('simple', piece.words), $7,
                -- An answer may end after its branch was left.
                coalesce((select abandoned from messages where id = $4), false),
                (select author_name from messages where id = $4)
         from unnest($8::uuid[], $9::text[], $10::text[]) with ordinality as piece (id, text, words, position)
         -- What was forgotten gets no passages again, nor does the answer to it.
         where not exists (select from messages m left join messages asked on asked.id = m.parent_id
                           where m.id = $4 and coalesce(m.forgotten_at, asked.forgotten_at) is not null)",
        said.space.0,
        said.author.map(|author| author.0),
        said.conversation.0,
        said.message.0,
        speaker_name(said.by),
        said.at,
        words::VERSION,
        &ids,
        &pieces.texts,
        &pieces.words,
        crate::work::jobs::CLASS_EMBED,
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

pub(crate) const fn speaker_name(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::Person => "person",
        Speaker::Model => "model",
    }
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
            // White space in front belongs to no piece, however much there is of it.
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

/// A character of Chinese is about a token; four letters of English are. One that stands for a word or for a whole
/// sentence is as long as that.
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
    ("memory::passages::split", |text| { std::hint::black_box(split(text)); }),
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
    fn punctuation_alone_is_not_remembered() {
        assert!(split("?! …").is_empty());
    }
}
