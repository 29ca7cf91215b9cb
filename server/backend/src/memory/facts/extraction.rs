//! Facts out of a conversation that rests, by the conversation's own model.
//!
//! The conversation keeps its place (`facts_until`): it moves on in the same transaction that stores what was
//! drawn, so a job that fails, is given up because somebody sends, or dies with its process begins again where it
//! was. What is said while memory is off is passed over for good.
//!
//! In a language without a pack no rule reads the words. There the model also says which sentences are orders to the
//! memory, and the person decides: facts and what is to be remembered wait for a yes, and what may be meant by an order
//! to forget is shown for the person to pick.

use crate::{
    Error, Result, UserBackend,
    memory::{
        asked::ToForget,
        commands,
        facts::{believe, own_words, private, prompt},
        memories::{self, NewMemory, reconcile},
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

/// Messages that are read at once.
const MESSAGES: i64 = 20;

/// Longest branch that is looked through for its end.
const DEEPEST: i32 = 4000;

/// Draws facts out of a conversation that rests.
pub(crate) const FACTS: JobKind = JobKind {
    name: "facts",
    class: Class::Facts,
    needs: Needs::ChatModel,
    run: |person, subject| Box::pin(async move { draw(&person, ConversationId(subject)).await }),
};

/// Draws facts until nothing is left that was not read. The worker gives it up when somebody begins to wait.
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

/// A statement of the person's, and where it stands.
struct Statement {
    sentence: String,
    message: MessageId,
    said_at: DateTime<Utc>,
    /// Whether the language of its message has a pack.
    understood: bool,
}

/// What is to be read next.
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
        r#"select c.model, c.begun_with, c.facts_until, c.next_ordinal, c.active_leaf, u.memory as "choice: MemoryChoice",
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
        model: models.of_conversation(head.model, head.begun_with).await,
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

/// How long to wait until the conversation has rested.
fn still_talking(person: &UserBackend, answering: bool, newest: Option<DateTime<Utc>>) -> Option<Duration> {
    let rest = person.backend.inner.config.facts_after;
    let rested = (Utc::now() - newest?).to_std().unwrap_or_default();
    if answering {
        return Some(rest.max(Duration::from_millis(200)));
    }
    rest.checked_sub(rested).filter(|wait| !wait.is_zero())
}

/// The next messages of the branch that was shown last, and their statements; none when all were read.
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
        // What was asked for in so many words was done at once.
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

/// Names of those whom memories are about: whoever is one of them belongs to the person's world.
async fn known_names(transaction: &mut UserTransaction) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select distinct subject from memories where subject <> '' and length(subject) between 2 and 40 limit 200"
    )
    .fetch_all(&mut **transaction)
    .await?)
}

/// What was drawn from a sentence.
enum Drawn {
    /// A memory, and when it was said.
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
    // The same window as the conversation's own calls: another one would load the model anew.
    let num_ctx = models.window(&model).await;
    let mut request = ChatRequest::new(model, prompt::messages(sentences, understood), num_ctx);
    request.max_tokens = Some(prompt::ANSWER_TOKENS);
    request.temperature = Some(0.0);
    request.json_schema = Some(prompt::schema(sentences.len(), understood));
    request.think = None;
    let stream = person.backend.inner.config.model_server.chat(request).await?;
    Ok(reply::whole(stream).await?)
}

/// What an order becomes that the model recognised: a memory that waits for a yes, or something to pick from. In the
/// person's own words: the note where it is a part of their sentence, or else the sentence.
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
                sensitive: private::reason(&wording, &said.sentence),
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

/// The memory that a note becomes, if it is worth one and stands in what was said.
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
        // Put in words of the model's own: the person's are better anyhow.
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
    let sensitive = private::reason(wording, &said.sentence);
    let asked = choice == MemoryChoice::Ask || sensitive.is_some() || !private::can_judge(&said.sentence);
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

/// Where the words themselves tell, they count more than the model's opinion.
fn kind_of(statement: &str, told: MemoryKind) -> MemoryKind {
    memories::kind_of(statement).unwrap_or(told)
}

/// Stores what was drawn and moves on, at once or not at all.
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
        // Forgotten while the model read it: then it is not to be known again.
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

/// Whether the conversation was still at `from`.
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

/// "Noted: …", once in a conversation, under its last answer.
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
    /// Tells the person's tabs what stands under an answer about memory now.
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
