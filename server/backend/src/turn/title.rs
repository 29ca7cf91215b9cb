//! A title for a new conversation, by the model that answered in it.

use crate::{
    Result, UserBackend,
    models::reply,
    work::jobs::{Class, JobKind, Needs, Outcome},
};
use hearth_inference::{ChatMessage, ChatRequest, InferenceError, Role};
use hearth_text::{cut::clip, fence};
use hearth_types::{ConversationId, Event, SpaceId};
use serde_json::json;
use std::time::Duration;

mod tidy;

/// Maximum tokens of a reply: a title as JSON, and some text around it.
const LONGEST_REPLY: u32 = 60;

/// Maximum characters of a title.
const LONGEST: usize = 60;

/// Finds a title for a conversation.
pub(crate) const TITLE: JobKind = JobKind {
    name: "title",
    class: Class::Title,
    needs: Needs::ChatModel,
    run: |person, subject| Box::pin(async move { make(&person, ConversationId(subject)).await }),
};

/// Makes the title, unless the person named the conversation or it has no finished answer yet.
async fn make(person: &UserBackend, conversation: ConversationId) -> Outcome {
    let opening = match opening(person, conversation).await {
        Ok(Some(opening)) => opening,
        Ok(None) => return Outcome::Done,
        Err(error) => return Outcome::Failed(error.to_string()),
    };
    match ask(person, &opening).await {
        Ok(title) => match store(person, conversation, &title).await {
            Ok(()) => Outcome::Done,
            Err(error) => Outcome::Failed(error.to_string()),
        },
        Err(error) if error.retryable() => Outcome::Later(Duration::from_secs(30)),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

struct Opening {
    question: String,
    answer: String,
    model: String,
}

/// The first question and its answer; none when no answer is finished, or the person named the conversation.
async fn opening(person: &UserBackend, conversation: ConversationId) -> Result<Option<Opening>> {
    let mut transaction = person.begin().await?;
    let row = sqlx::query!(
        "select q.text as question, w.text as answer, a.model
         from conversations c
         join answers a on a.conversation_id = c.id and a.status = 'done'
         join messages m on m.id = a.id
         join message_parts q on q.message_id = m.parent_id and q.kind = 'text'
         join message_parts w on w.message_id = m.id and w.kind = 'text'
         where c.id = $1 and not c.titled_by_hand
         order by m.ordinal limit 1",
        conversation.0
    )
    .fetch_optional(&mut *transaction)
    .await?;
    Ok(row.map(|row| Opening {
        question: row.question,
        answer: row.answer,
        model: row.model,
    }))
}

async fn ask(person: &UserBackend, opening: &Opening) -> Result<String, InferenceError> {
    let backend = &person.backend;
    let start = |text: &str, length| {
        let start: String = text.chars().take(length).collect();
        fence::block(&start).into_owned()
    };
    let task = "You name conversations. Reply with a title of two to six words in the language of the question. \
                No quotes, no full stop, nothing else.";
    let talk = format!(
        "Question: {}\n\nAnswer: {}\n\nTitle:",
        start(&opening.question, 600),
        start(&opening.answer, 400)
    );
    let messages = vec![
        ChatMessage::new(Role::System, task),
        ChatMessage::new(Role::User, talk),
    ];
    // The same window as the conversation's own calls: another size would make the server load the model again.
    let num_ctx = backend.models().window(&opening.model).await;
    let mut request = ChatRequest::new(opening.model.clone(), messages, num_ctx);
    request.max_tokens = Some(LONGEST_REPLY);
    request.temperature = Some(0.2);
    request.think = Some(false);
    request.json_schema = Some(json!({
        "type": "object", "required": ["title"], "additionalProperties": false,
        "properties": { "title": { "type": "string" } },
    }));
    let server = &backend.inner.config.model_server;
    let stream = match server.chat(request.clone()).await {
        // Some servers do not support JSON schemas.
        Err(InferenceError::Refused { .. } | InferenceError::Unsupported { .. }) => {
            request.json_schema = None;
            server.chat(request).await?
        }
        other => other?,
    };
    let title = reply::whole(stream).await?;
    let title = tidy::tidy(&title);
    // A reply that holds only thoughts has no title: the start of the question is used.
    Ok(if title.is_empty() {
        opening.question.clone()
    } else {
        title
    })
}

async fn store(person: &UserBackend, conversation: ConversationId, raw: &str) -> Result<()> {
    let title = clip(raw, LONGEST);
    if !hearth_types::has_something_to_read(&title) {
        return Ok(());
    }
    let mut transaction = person.begin().await?;
    let stored = sqlx::query_scalar!(
        r#"update conversations set title = $2 where id = $1 and not titled_by_hand
         returning space_id as "space: SpaceId""#,
        conversation.0,
        title
    )
    .fetch_optional(&mut *transaction)
    .await?;
    transaction.commit().await?;
    if let Some(space) = stored {
        let titled = Event::ConversationTitled { conversation, title };
        person.tell_members(space, titled).await;
    }
    Ok(())
}

/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
pub(super) const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("jobs::title::tidy", |text| { std::hint::black_box(tidy::tidy(text)); }),
];
