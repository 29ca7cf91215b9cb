//! Helpers that send messages and wait for the results, by events and never by the clock.

use futures::{Stream, StreamExt};
use hearth_backend::UserBackend;
use hearth_types::{
    AnswerId, AnswerStatus, ConversationId, Event, IdempotencyKey, Message, SendMessage, Sent,
};
use std::{pin::Pin, time::Duration};
use uuid::Uuid;

/// Long enough for a busy machine; a test that needs it has failed.
const PATIENCE: Duration = Duration::from_secs(180);

/// A message with uploaded attachments.
pub fn message_with(text: &str, attachments: &[&hearth_types::Attachment]) -> SendMessage {
    SendMessage {
        attachments: attachments.iter().map(|attachment| attachment.id).collect(),
        ..message(None, text)
    }
}

pub fn message(conversation: Option<ConversationId>, text: &str) -> SendMessage {
    SendMessage {
        conversation,
        text: text.into(),
        idempotency_key: IdempotencyKey(Uuid::new_v4()),
        model: None,
        memory: None,
        attachments: Vec::new(),
        edits: None,
    }
}

/// An open tab: a person's stream of events.
pub struct Tab {
    events: Pin<Box<dyn Stream<Item = Event> + Send>>,
}

impl Tab {
    pub async fn open(person: &UserBackend) -> Self {
        Self {
            events: Box::pin(person.events(None).await.unwrap()),
        }
    }

    pub async fn next(&mut self) -> Event {
        tokio::time::timeout(PATIENCE, self.events.next())
            .await
            .expect("an event comes")
            .expect("the stream goes on")
    }

    /// Reads events until `wanted` accepts one.
    pub async fn until<T>(&mut self, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(self.next().await) {
                return found;
            }
        }
    }

    pub async fn ended(&mut self, answer: AnswerId) -> AnswerStatus {
        self.until(|event| match event {
            Event::AnswerEnded {
                answer: ended,
                detail,
                ..
            } if ended == answer => Some(detail.status),
            _ => None,
        })
        .await
    }
}

/// Sends a message, waits for the end of its answer, and returns the answer as a reload shows it.
pub async fn ask(person: &UserBackend, conversation: Option<ConversationId>, text: &str) -> (Sent, Message) {
    let mut tab = Tab::open(person).await;
    let sent = person.send(message(conversation, text)).await.unwrap();
    tab.ended(sent.answer).await;
    (sent, answer(person, &sent).await)
}

/// The answer as a reload shows it.
pub async fn answer(person: &UserBackend, sent: &Sent) -> Message {
    let conversation = person.open_conversation(sent.conversation, None).await.unwrap();
    conversation
        .messages
        .into_iter()
        .find(|m| m.id.0 == sent.answer.0)
        .expect("the answer is there")
}

/// Waits until all embeddings and titles are made. Extraction of facts is not included.
pub async fn settled(test: &hearth_backend::testing::TestBackend) {
    nothing_left(test, "kind <> 'facts'").await;
}

/// Waits until facts were extracted from all idle conversations.
pub async fn drawn(test: &hearth_backend::testing::TestBackend) {
    nothing_left(test, "true").await;
}

async fn nothing_left(test: &hearth_backend::testing::TestBackend, which: &'static str) {
    let left = format!(
        "select coalesce(string_agg(format('%s of %s: attempt %s, failed %s, taken by %s until %s, due %s',
                                           kind, subject_id, attempts, failed_at, runner, lease_until, run_after), '; '), '')
         from jobs where failed_at is null and {which}"
    );
    let pool = sqlx::PgPool::connect_with(test.database.superuser.clone())
        .await
        .unwrap();
    let began = std::time::Instant::now();
    loop {
        let left: String = sqlx::query_scalar(sqlx::AssertSqlSafe(left.clone()))
            .fetch_one(&pool)
            .await
            .unwrap();
        if left.is_empty() {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "jobs do not come to an end: {left}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    pool.close().await;
}
