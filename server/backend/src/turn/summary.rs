//! Notes on the part of a conversation that its model no longer sees, by the model that answers there.
//!
//! Notes roll: the notes up to a message are the notes up to an earlier message, plus what the messages between add.
//! Existing notes are not rewritten, because small models lose names and numbers when they copy; the model shortens the
//! notes only when they grow too long. A job makes the notes up to one message. It works forward in parts and stores
//! each, so that an interrupted job continues from the last part.

mod notes;
mod part;

use crate::{
    Error, Result, UserBackend,
    memory::summaries,
    models::reply,
    work::jobs::{Class, JobKind, Needs, Outcome},
};
use hearth_inference::{ChatMessage, ChatRequest, InferenceError, Role};
use hearth_types::MessageId;
use part::{Part, Place};
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
enum NoSummary {
    #[error(transparent)]
    Backend(#[from] Error),
    #[error(transparent)]
    ModelServer(#[from] InferenceError),
}

/// Summarises a conversation up to a message.
pub(crate) const SUMMARY: JobKind = JobKind {
    name: "summary",
    class: Class::Summary,
    needs: Needs::ChatModel,
    run: |person, subject| Box::pin(async move { make(&person, MessageId(subject)).await }),
};

/// Makes the summaries up to this message, unless the message is gone or has a summary.
async fn make(person: &UserBackend, up_to: MessageId) -> Outcome {
    match summarise(person, up_to).await {
        Ok(()) => Outcome::Done,
        Err(NoSummary::ModelServer(error)) if error.retryable() => Outcome::Later(Duration::from_secs(30)),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

async fn summarise(person: &UserBackend, up_to: MessageId) -> Result<(), NoSummary> {
    let Some(place) = Place::of(person, up_to).await? else {
        return Ok(());
    };
    // The same window as the conversation's own calls: another size would make the server load the model again.
    let num_ctx = person.backend.models().window(&place.model).await;
    let notetaker = Notetaker {
        person,
        place: &place,
        num_ctx,
        longest: summaries::longest(num_ctx),
    };
    while let Some(part) = Part::next(person, up_to, notes::portion(num_ctx)).await? {
        let text = notetaker.roll(&part).await?;
        if !part.store(person, &place, &text).await? {
            break;
        }
    }
    Ok(person.tell_window(place.conversation).await?)
}

/// Asks the conversation's model for notes.
struct Notetaker<'a> {
    person: &'a UserBackend,
    place: &'a Place,
    num_ctx: u32,
    /// Maximum estimated tokens of the notes.
    longest: u32,
}

impl Notetaker<'_> {
    /// The notes so far, plus what this part adds.
    async fn roll(&self, part: &Part) -> Result<String, InferenceError> {
        let mut noted = notes::lines(&part.notes);
        for talk in part.talks(notes::portion(self.num_ctx)) {
            let asked = notes::to_take(&self.place.name, &talk);
            let reply = self.ask(notes::TAKE, &asked).await?;
            notes::add(&mut noted, notes::taken(&reply, &talk, self.longest / 2));
            if notes::cost(&noted) > self.longest {
                // Shortened to two thirds, so that several parts fit before the next shortening.
                let target = self.longest * 2 / 3;
                let reply = self.ask(notes::SHORTEN, &notes::to_shorten(&noted)).await?;
                noted = notes::shortened(&noted, &reply, target);
            }
        }
        Ok(noted.join("\n"))
    }

    async fn ask(&self, task: &str, text: &str) -> Result<String, InferenceError> {
        let messages = vec![
            ChatMessage::new(Role::System, task),
            ChatMessage::new(Role::User, text),
        ];
        let mut request = ChatRequest::new(&*self.place.model, messages, self.num_ctx);
        request.max_tokens = Some(self.longest);
        request.temperature = Some(0.0);
        request.think = Some(false);
        let stream = self
            .person
            .backend
            .inner
            .config
            .model_server
            .chat(request)
            .await?;
        reply::whole(stream).await
    }
}
/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
pub(super) const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("jobs::summary::notes::taken", |text| { std::hint::black_box(notes::taken(text, &notes::Talk::of([(hearth_types::Speaker::Person, "Anna", text)]), 2_000)); }),
    ("jobs::summary::notes::add", |text| { std::hint::black_box({ let mut noted = notes::lines(text); notes::add(&mut noted, notes::lines(text)); noted }); }),
    ("jobs::summary::notes::shortened", |text| { std::hint::black_box(notes::shortened(&notes::lines(text), text, 500)); }),
    ("jobs::summary::part::pieces", |text| { std::hint::black_box(part::hostile(text)); }),
];
