//! "2 before you, about 40 seconds": an honest place in the queue.

use super::AnswerQueue;
use crate::{Backend, Result, UserBackend};
use hearth_types::{AnswerId, Event, UserId};

struct Place {
    answer: AnswerId,
    user: UserId,
    away: bool,
    before: u32,
}

impl AnswerQueue {
    /// Everybody's place, in the order in which they will be served if nobody else arrives: people take turns.
    async fn places(&self) -> Result<Vec<Place>> {
        let rows = sqlx::query!(
            r#"select w.answer_id as "answer: AnswerId", w.user_id as "user: UserId",
                      w.not_before > now() as "away!",
                      (select count(*) from answer_queue r where r.runner is not null) as "running!"
             from answer_queue w left join answer_turns t on t.user_id = w.user_id
             where w.runner is null
             order by row_number() over (partition by w.user_id order by w.place), coalesce(t.last_served, 0), w.place"#
        )
        .fetch_all(self.storage.pool())
        .await?;
        Ok(rows
            .into_iter()
            .enumerate()
            .map(|(index, row)| Place {
                answer: row.answer,
                user: row.user,
                away: row.away,
                before: u32::try_from(index).unwrap_or(u32::MAX) + u32::try_from(row.running).unwrap_or(0),
            })
            .collect())
    }

    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "about"
    )]
    fn event(&self, place: &Place, slots: usize) -> Event {
        if place.away {
            return Event::ModelServerAway { answer: place.answer };
        }
        let usual = *self
            .usual_seconds
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let seconds = (place.before > 0).then(|| (usual * place.before as f32 / slots as f32).round() as u32);
        Event::AnswerQueued {
            answer: place.answer,
            before: place.before,
            seconds,
        }
    }
}

/// Tells everybody who waits where they are.
pub(super) async fn tell(backend: &Backend) -> Result<()> {
    let queue = &backend.inner.queue;
    for place in queue.places().await? {
        backend
            .inner
            .events
            .publish(place.user, queue.event(&place, backend.inner.config.slots.get()));
    }
    Ok(())
}

impl UserBackend {
    /// The places of this person's waiting answers, for a tab that just opened.
    pub(crate) async fn queue_places(&self) -> Result<Vec<Event>> {
        let queue = &self.backend.inner.queue;
        let slots = self.backend.inner.config.slots.get();
        let places = queue.places().await?;
        Ok(places
            .iter()
            .filter(|p| p.user == self.user)
            .map(|place| queue.event(place, slots))
            .collect())
    }
}
