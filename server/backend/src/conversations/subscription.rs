//! One tab's stream of events: snapshots first, then live events.
//!
//! The tab subscribes before the snapshots are taken, so no event is lost; an event that comes twice carries a revision
//! that the tab has already seen.
//!
//! A tab that reads too slowly lags behind the channel, and the events that it missed are not kept. Its stream ends
//! with [`Event::Reload`], and the tab loads again what it shows, as a tab that was offline does.

use crate::{Error, Result, UserBackend};
use futures::{Stream, StreamExt, stream};
use hearth_types::{Event, ResumePoint};
use tokio::sync::broadcast::error::RecvError;

impl UserBackend {
    /// The person's events. `resume` is the answer that the tab shows, with the number of complete blocks that it has.
    ///
    /// # Errors
    /// Not found, if the answer was deleted or the person may not see it.
    pub async fn events(
        &self,
        resume: Option<ResumePoint>,
    ) -> Result<impl Stream<Item = Event> + Send + use<>> {
        let receiver = self.backend.inner.events.fan_out.subscribe(self.user);
        let mut first = self.live_snapshots(resume);
        if let Some(resume) = resume
            && self
                .backend
                .inner
                .events
                .live(resume.answer)
                .is_none_or(|live| !live.is_for(self.user))
        {
            first.extend(self.missed(resume).await?);
        }
        first.extend(self.queue_places().await?);
        let rest = stream::unfold(Some(receiver), |receiver| async {
            let mut receiver = receiver?;
            match receiver.recv().await {
                Ok(event) => Some(((*event).clone(), Some(receiver))),
                Err(RecvError::Lagged(_)) => Some((Event::Reload, None)),
                Err(RecvError::Closed) => None,
            }
        });
        Ok(stream::iter(first).chain(rest))
    }

    fn live_snapshots(&self, resume: Option<ResumePoint>) -> Vec<Event> {
        let live = self.backend.inner.events.live_of(self.user);
        let have = |answer| resume.filter(|r| r.answer == answer).map_or(0, |r| r.blocks);
        live.iter()
            .flat_map(|live| live.catch_up(have(live.answer)))
            .collect()
    }

    /// The state of an answer that is not running on this instance: it has ended, or still waits.
    async fn missed(&self, resume: ResumePoint) -> Result<Option<Event>> {
        let (conversation, message) = self
            .answer_message(resume.answer)
            .await?
            .ok_or(Error::NOT_FOUND)?;
        let Some(detail) = message.answer else {
            return Ok(None);
        };
        Ok(Some(if detail.status.is_final() {
            Event::AnswerEnded {
                conversation,
                answer: resume.answer,
                revision: u64::MAX,
                html: message.html,
                detail: Box::new(detail),
            }
        } else {
            crate::events::waiting(conversation, resume.answer, &message.text)
        }))
    }
}
