//! Extracts facts from a conversation that has been idle for a while, with the conversation's own model.
//!
//! `facts_until` is the conversation's position. It advances in the transaction that stores the facts, so a job that
//! fails, is cancelled because a message arrives, or dies with its process continues at the same position. Messages
//! written while memory is off are skipped permanently.
//!
//! In a language without a pack no rule can read the words. There the model also recognises orders to the memory, and
//! the person decides: facts and statements to remember wait for consent, and for an order to forget the matches are
//! offered to pick from.

use crate::{
    Error, Result, UserBackend,
    memory::{
        asked::ToForget,
        commands,
        facts::{believe, own_words, prompt},
        memories::{self, NewMemory, reconcile},
        sensitive,
    },
    models::reply,
    spaces::Scope,
    storage::UserTransaction,
    work::jobs::{Class, JobKind, Needs, Outcome},
};
use chrono::{DateTime, Utc};
use hearth_inference::{ChatRequest, InferenceError};
use hearth_text::language::Languages;
use hearth_types::{
    AnswerId, ConversationId, Event, MemoryChoice, MemoryKind, MemoryOrigin, MemoryState, MessageId, NoteKind,
};
use std::time::Duration;
use uuid::Uuid;

/// Maximum messages read in one step.
const MESSAGES: i64 = 20;

/// Maximum length of a branch that is followed to its end.
const DEEPEST: i32 = 4000;

/// Extracts facts from an idle conversation.
pub(crate) const FACTS: JobKind = JobKind {
    name: "facts",
    class: Class::Facts,
    needs: Needs::ChatModel,
    run: |person, subject| Box::pin(async move { draw(&person, ConversationId(subject)).await }),
};

/// Extracts facts until all messages are read. The worker cancels it when a person waits for an answer.
async fn draw(person: &UserBackend, conversation: ConversationId) -> Outcome {
    loop {
        match step(person, conversation).await {
            Ok(Step::Read) => {}
            Ok(Step::NothingLeft) => return Outcome::Done,
            Ok(Step::StillTalking(wait)) => return Outcome::Later(wait),
            Err(Trouble::ModelServer(error)) if error.retryable() => {
                return Outcome::Later(Duration::from_secs(30));
            }
            Err(trouble) => return Outcome::Failed(trouble.to_string()),
        }
    }
}

enum Step {
    /// Some messages were read; there may be more.
    Read,
    NothingLeft,
    StillTalking(Duration),
}

#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Backend(#[from] Error),
    #[error(transparent)]
    ModelServer(#[from] InferenceError),
    #[error("the model's notes could not be read")]
    Unreadable,
}

impl From<sqlx::Error> for Trouble {
    fn from(error: sqlx::Error) -> Self {
        Self::Backend(error.into())
    }
}

/// A statement of the person, with its message.
struct Statement {
    sentence: String,
    message: MessageId,
    said_at: DateTime<Utc>,
    /// Whether the language of its message has a pack.
    understood: bool,
}

/// The next messages to read.
struct Unread {
    model: Option<String>,
    choice: MemoryChoice,
    from: i64,
    until: i64,
    statements: Vec<Statement>,
    /// The last answer of the branch, under which notes are shown.
    answer: Option<AnswerId>,
}

async fn step(person: &UserBackend, conversation: ConversationId) -> Result<Step, Trouble> {
    let mut transaction = person.begin().await?;
    let head = sqlx::query!(
        r#"select c.model, c.first_model, c.facts_until, c.next_ordinal, c.active_leaf, u.memory as "choice: MemoryChoice",
                  (select max(greatest(m.created_at, a.ended_at)) from messages m left join answers a on a.id = m.id
                   where m.conversation_id = c.id) as newest,
                  exists (select from answers a where a.conversation_id = c.id and a.status in ('waiting', 'running'))
                      as "answering!"
         from conversations c join users u on u.id = $2 where c.id = $1"#,
        conversation.0,
        person.user.0
    )
    .fetch_optional(&mut *transaction)
    .await?;
    let Some(head) = head else {
        return Ok(Step::NothingLeft);
    };
    if let Some(wait) = still_talking(person, head.answering, head.newest) {
        return Ok(Step::StillTalking(wait));
    }
    let scope = Scope::of_conversation(&mut transaction, person.user, conversation).await?;
    if scope.learns.is_none() || head.choice == MemoryChoice::Off {
        move_on(
            &mut transaction,
            conversation,
            head.facts_until,
            head.next_ordinal - 1,
        )
        .await?;
        transaction.commit().await?;
        return Ok(Step::NothingLeft);
    }
    let unread = read(
        person,
        &mut transaction,
        conversation,
        head.active_leaf,
        head.facts_until,
    )
    .await?;
    let Some((until, statements)) = unread else {
        return Ok(Step::NothingLeft);
    };
    transaction.commit().await?;
    let models = person.backend.models();
    let unread = Unread {
        model: models.of_conversation(head.model, head.first_model).await,
        choice: head.choice,
        from: head.facts_until,
        until,
        statements,
        answer: head.active_leaf.map(AnswerId),
    };
    let drawn = ask(person, &unread).await?;
    keep(person, conversation, &unread, drawn).await?;
    Ok(Step::Read)
}

/// How long to wait until the conversation counts as idle; none when it does.
fn still_talking(person: &UserBackend, answering: bool, newest: Option<DateTime<Utc>>) -> Option<Duration> {
    let rest = person.backend.inner.config.facts_after;
    let rested = (Utc::now() - newest?).to_std().unwrap_or_default();
    if answering {
        return Some(rest.max(Duration::from_millis(200)));
    }
    rest.checked_sub(rested).filter(|wait| !wait.is_zero())
}

/// The next messages of the current branch, and their statements; none when all are read.
async fn read(
    person: &UserBackend,
    transaction: &mut UserTransaction,
    conversation: ConversationId,
    leaf: Option<Uuid>,
    from: i64,
) -> Result<Option<(i64, Vec<Statement>)>> {
    let rows = sqlx::query!(
        r#"select m.id as "id: MessageId", m.ordinal, m.created_at, p.text
         from branch($1, $2, $5) b join messages m on m.id = b.id
         join message_parts p on p.message_id = m.id and p.kind = 'text'
         where m.said_by = 'person' and m.author_id = $6 and m.ordinal > $3 and m.forgotten_at is null
         order by m.ordinal, p.position limit $4"#,
        conversation.0,
        leaf,
        from,
        MESSAGES,
        DEEPEST,
        person.user.0
    )
    .fetch_all(&mut **transaction)
    .await?;
    let known = known_names(transaction).await?;
    let mut until = None;
    let mut statements = Vec::new();
    for row in rows {
        // An explicit order was already carried out.
        if commands::command(&row.text).is_none() {
            let own = own_words::statements(&row.text, &known);
            let understood = !Languages::of(&row.text).is_empty();
            statements.extend(own.into_iter().map(|sentence| Statement {
                sentence,
                message: row.id,
                said_at: row.created_at,
                understood,
            }));
        }
        until = Some(row.ordinal);
        if statements.len() >= prompt::MOST_STATEMENTS {
            break;
        }
    }
    Ok(until.map(|until| (until, statements)))
}

/// Subjects of the existing memories: a sentence with one of these names is about the person's world.
async fn known_names(transaction: &mut UserTransaction) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select distinct subject from memories where subject <> '' and length(subject) between 2 and 40 limit 200"
    )
    .fetch_all(&mut **transaction)
    .await?)
}

/// The result for a sentence.
enum Drawn {
    /// A memory, with the time of its message.
    Memory(NewMemory, DateTime<Utc>),
    /// An order to forget this, in a language without a pack.
    Forget(ToForget),
}

async fn ask(person: &UserBackend, unread: &Unread) -> Result<Vec<Drawn>, Trouble> {
    let mut drawn = Vec::new();
    let alike = unread.statements.chunk_by(|a, b| a.understood == b.understood);
    for statements in alike.flat_map(|statements| statements.chunks(prompt::MOST_STATEMENTS)) {
        let sentences: Vec<String> = statements.iter().map(|said| said.sentence.clone()).collect();
        let understood = statements.iter().all(|said| said.understood);
        let answer = complete(person, unread.model.as_deref(), &sentences, understood).await?;
        let notes = prompt::read(&answer).ok_or(Trouble::Unreadable)?;
        drawn.extend(notes.iter().filter_map(|note| match note.order() {
            Some(order) if !understood => ordered(note, order, statements),
            Some(_) => None,
            None => believed(note, statements, &sentences, unread.choice),
        }));
    }
    Ok(drawn)
}

async fn complete(
    person: &UserBackend,
    model: Option<&str>,
    sentences: &[String],
    understood: bool,
) -> Result<String, Trouble> {
    let models = person.backend.models();
    let model = models.resolve(model).await?;
    // The same window as the conversation's own calls: another size would make the server load the model again.
    let num_ctx = models.window(&model).await;
    let mut request = ChatRequest::new(model, prompt::messages(sentences, understood), num_ctx);
    request.max_tokens = Some(prompt::ANSWER_TOKENS);
    request.temperature = Some(0.0);
    request.json_schema = Some(prompt::schema(sentences.len(), understood));
    request.think = None;
    let stream = person.backend.inner.config.model_server.chat(request).await?;
    Ok(reply::whole(stream).await?)
}

/// The result of an order recognised by the model: a memory that waits for consent, or something to forget. Its wording
/// is the note if that is a part of the sentence, otherwise the sentence.
fn ordered(note: &prompt::Note, order: prompt::Order, statements: &[Statement]) -> Option<Drawn> {
    let line = usize::try_from(note.line).ok()?.checked_sub(1)?;
    let said = statements.get(line)?;
    let part = note.note.trim();
    let is_part = part.chars().count() > 2 && said.sentence.to_lowercase().contains(&part.to_lowercase());
    let wording = if is_part { part } else { &said.sentence };
    let wording = wording.trim_end_matches(['.', '。', '!', '！', ' ']).to_owned();
    Some(match order {
        prompt::Order::Remember => {
            let memory = NewMemory {
                state: MemoryState::Asked,
                origin: MemoryOrigin::Model,
                sensitive: sensitive::reason(&wording, &said.sentence),
                sources: vec![said.message],
                ..NewMemory::told(wording)
            };
            Drawn::Memory(memory, said.said_at)
        }
        prompt::Order::Forget => Drawn::Forget(ToForget {
            about: wording,
            ordered_by: said.message,
        }),
    })
}

/// The memory for a note; none when the note is not worth keeping or does not match the sentences.
fn believed(
    note: &prompt::Note,
    statements: &[Statement],
    sentences: &[String],
    choice: MemoryChoice,
) -> Option<Drawn> {
    let kind = note.memory_kind()?;
    let wording = note.note.trim().trim_end_matches(['.', '。', ' ']);
    let (source, wording) = match believe::source_of(wording, sentences) {
        Some(source) => (source, wording),
        // The model used its own words: the person's sentence is kept instead.
        None => {
            let line = usize::try_from(note.line).ok()?.checked_sub(1)?;
            let said = sentences.get(line)?.trim_end_matches(['.', '。', '!', '！', ' ']);
            (line, said)
        }
    };
    let said = &statements[source];
    if believe::is_passing(&said.sentence) {
        return None;
    }
    let sensitive = sensitive::reason(wording, &said.sentence);
    let asked = choice == MemoryChoice::Ask || sensitive.is_some() || !sensitive::can_judge(&said.sentence);
    let state = if asked {
        MemoryState::Asked
    } else {
        MemoryState::Kept
    };
    let memory = NewMemory {
        kind: kind_of(wording, kind),
        subject: believe::subject(&note.about, wording),
        statement: wording.to_owned(),
        valid_from: None,
        valid_to: None,
        state,
        origin: MemoryOrigin::Model,
        sensitive,
        sources: vec![said.message],
    };
    Some(Drawn::Memory(memory, said.said_at))
}

/// The kind by the words of the statement; the model's choice when they do not determine it.
fn kind_of(statement: &str, told: MemoryKind) -> MemoryKind {
    memories::kind_of(statement).unwrap_or(told)
}

/// Stores the facts and advances the position, in one transaction.
async fn keep(
    person: &UserBackend,
    conversation: ConversationId,
    unread: &Unread,
    drawn: Vec<Drawn>,
) -> Result<(), Trouble> {
    let mut transaction = person.begin().await?;
    if !move_on(&mut transaction, conversation, unread.from, unread.until).await? {
        // Another runner stored it first, or the conversation is gone.
        return Ok(());
    }
    // The conversation may have been shared while the model read.
    let scope = Scope::of_conversation(&mut transaction, person.user, conversation).await?;
    let Some(space) = scope.learns else {
        return Ok(transaction.commit().await?);
    };
    let mut new = Vec::new();
    let mut to_forget = Vec::new();
    for one in drawn {
        let (memory, said_at) = match one {
            Drawn::Memory(memory, said_at) => (memory, said_at),
            Drawn::Forget(about) => {
                to_forget.push(about);
                continue;
            }
        };
        // The message was forgotten while the model read it, so it must not become a memory again.
        if is_silent(&mut transaction, &memory.sources).await? {
            continue;
        }
        let outcome = reconcile::keep(&mut transaction, person.user, space, &memory, said_at).await?;
        if let reconcile::Outcome::New(id) = outcome {
            new.push((id, memory.state));
        }
    }
    let noted = note(&mut transaction, conversation, &new).await?;
    let answer = unread.answer.filter(|_| !to_forget.is_empty());
    if let Some(answer) = answer {
        person
            .offer_to_forget(&mut transaction, &to_forget, answer)
            .await?;
    }
    transaction.commit().await?;
    person.backend.inner.queue.advance();
    if let Some(answer) = noted.or(answer) {
        person.tell_notes(conversation, answer).await?;
    }
    Ok(())
}

async fn is_silent(transaction: &mut UserTransaction, sources: &[MessageId]) -> Result<bool> {
    let sources: Vec<Uuid> = sources.iter().map(|source| source.0).collect();
    Ok(sqlx::query_scalar!(
        r#"select count(*) < cardinality($1::uuid[]) as "silent!" from messages
         where id = any ($1) and forgotten_at is null"#,
        &sources
    )
    .fetch_one(&mut **transaction)
    .await?)
}

/// Advances the position; false when it was no longer at `from`.
async fn move_on(
    transaction: &mut UserTransaction,
    conversation: ConversationId,
    from: i64,
    until: i64,
) -> Result<bool> {
    let moved = sqlx::query!(
        "update conversations set facts_until = $3 where id = $1 and facts_until = $2",
        conversation.0,
        from,
        until
    )
    .execute(&mut **transaction)
    .await?;
    Ok(moved.rows_affected() > 0)
}

/// Stores the note "Noted: …" under the last answer, once in a conversation.
async fn note(
    transaction: &mut UserTransaction,
    conversation: ConversationId,
    new: &[(hearth_types::MemoryId, MemoryState)],
) -> Result<Option<AnswerId>> {
    if new.is_empty() {
        return Ok(None);
    }
    let answer = sqlx::query_scalar!(
        r#"update conversations c set noted = true
         where c.id = $1 and not c.noted and exists (select from answers a where a.id = c.active_leaf)
         returning active_leaf as "answer!: AnswerId""#,
        conversation.0
    )
    .fetch_optional(&mut **transaction)
    .await?;
    if let Some(answer) = answer {
        for (id, state) in new {
            let kind = match state {
                MemoryState::Kept => NoteKind::Noted,
                MemoryState::Asked => NoteKind::Asked,
            };
            memories::note(transaction, answer, kind, Some(*id), None).await?;
        }
    }
    Ok(answer)
}

impl UserBackend {
    /// Sends the current memory notes under an answer to the person's tabs.
    async fn tell_notes(&self, conversation: ConversationId, answer: AnswerId) -> Result<()> {
        let mut transaction = self.begin().await?;
        let notes = memories::notes(&mut transaction, self.user, &[answer.0])
            .await?
            .remove(&answer.0)
            .unwrap_or_default();
        let told = Event::MemoryNoted {
            conversation,
            answer,
            notes,
        };
        self.backend.inner.events.publish(self.user, told);
        Ok(())
    }
}
