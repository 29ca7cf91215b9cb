//! "2 before you, about 40 seconds": an honest place in the queue.
//!
//! The time is what the answers before this one usually take with their models, dealt out over the model
//! server's slots. A model that has not answered yet makes it unknown, and then no time is told.

use super::AnswerQueue;
use crate::{Backend, Result, UserBackend};
use hearth_types::{AnswerId, Event, UserId};
use std::collections::HashMap;

/// An answer in the queue, in the order in which they are served if nobody else arrives.
struct Queued {
    answer: AnswerId,
    user: UserId,
    /// As the conversation has it; none means the house's default.
    model: Option<String>,
    /// For how long it has been running; none while it waits.
    running_for: Option<f32>,
    away: bool,
}

struct Place {
    answer: AnswerId,
    user: UserId,
    away: bool,
    can_wake: bool,
    before: u32,
    /// Until its turn; none when nobody knows.
    seconds: Option<f32>,
}

impl AnswerQueue {
    /// Those that run first, then who waits: people take turns.
    async fn queued(&self) -> Result<Vec<Queued>> {
        Ok(sqlx::query_as!(
            Queued,
            r#"select w.answer_id as "answer: AnswerId", w.user_id as "user: UserId", w.model,
                      w.not_before > now() as "away!",
                      case when w.runner is not null
                           then coalesce(extract(epoch from now() - w.claimed_at), 0)::real end as running_for
             from answer_queue w left join answer_turns t on t.user_id = w.user_id
             order by w.runner is null, row_number() over (partition by w.user_id, w.runner is null order by w.place),
                      coalesce(t.last_served, 0), w.place"#
        )
        .fetch_all(self.storage.pool())
        .await?)
    }
}

/// Everybody's place who waits.
async fn places(backend: &Backend, queued: &[Queued]) -> Result<Vec<Place>> {
    if queued.iter().all(|queued| queued.running_for.is_some()) {
        return Ok(Vec::new());
    }
    let usual = backend.models().answer_seconds().await?;
    let default = backend.models().default_chat_model().await.ok().flatten();
    let slots = backend.models().endpoint().slots;
    let mut places = deal(queued, slots, &usual, default.as_deref());
    for place in &mut places {
        place.can_wake = backend.models().can_wake();
    }
    Ok(places)
}

/// Deals the answers out: each begins in the slot that is free first.
fn deal(queued: &[Queued], slots: usize, usual: &HashMap<String, f32>, default: Option<&str>) -> Vec<Place> {
    let mut free_in = vec![0.0_f32; slots];
    let mut places = Vec::new();
    for (before, answer) in (0..).zip(queued) {
        // An answer of a model that nobody has timed ends nobody knows when.
        let takes = answer
            .model
            .as_deref()
            .or(default)
            .and_then(|model| usual.get(model));
        let takes = takes.copied().unwrap_or(f32::INFINITY);
        let Some(slot) = free_in.iter_mut().min_by(|a, b| a.total_cmp(b)) else {
            break;
        };
        if let Some(running_for) = answer.running_for {
            // One that takes longer than usual can end at any moment. A clock that jumped tells nothing.
            *slot += (takes - running_for.max(0.0)).max(1.0);
            continue;
        }
        places.push(Place {
            answer: answer.answer,
            user: answer.user,
            away: answer.away,
            can_wake: false,
            before,
            seconds: Some(*slot).filter(|seconds| seconds.is_finite()),
        });
        *slot += takes;
    }
    places
}

impl Place {
    fn event(&self) -> Event {
        if self.away {
            return Event::ModelServerAway {
                answer: self.answer,
                can_wake: self.can_wake,
            };
        }
        let seconds = self.seconds.filter(|_| self.before > 0);
        Event::AnswerQueued {
            answer: self.answer,
            before: self.before,
            seconds: seconds.map(coarse),
        }
    }
}

/// In steps: nobody knows it better, and a screen reader reads each change.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "about")]
fn coarse(seconds: f32) -> u32 {
    let step = if seconds < 30.0 { 5.0 } else { 10.0 };
    ((seconds / step).round() * step).max(1.0) as u32
}

/// Tells everybody who waits where they are; whether anybody waits or is being answered.
pub(super) async fn tell(backend: &Backend) -> Result<bool> {
    let queued = backend.inner.queue.queued().await?;
    for place in places(backend, &queued).await? {
        backend.inner.events.publish(place.user, place.event());
    }
    Ok(!queued.is_empty())
}

impl UserBackend {
    /// The places of this person's waiting answers, for a tab that just opened.
    pub(crate) async fn queue_places(&self) -> Result<Vec<Event>> {
        let queued = self.backend.inner.queue.queued().await?;
        let places = places(&self.backend, &queued).await?;
        let mine = places.iter().filter(|place| place.user == self.user);
        Ok(mine.map(Place::event).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn queued(model: &str, running_for: Option<f32>) -> Queued {
        Queued {
            answer: AnswerId(Uuid::new_v4()),
            user: UserId(Uuid::new_v4()),
            model: Some(model.into()),
            running_for,
            away: false,
        }
    }

    fn told(queued: &[Queued], slots: usize) -> Vec<(u32, Option<u32>)> {
        let usual = HashMap::from([("small".to_owned(), 10.0), ("large".to_owned(), 60.0)]);
        let places = deal(queued, slots, &usual, Some("small"));
        let told = places.iter().map(|place| match place.event() {
            Event::AnswerQueued { before, seconds, .. } => (before, seconds),
            other => panic!("{other:?}"),
        });
        told.collect()
    }

    #[test]
    fn the_time_is_what_those_before_usually_take_with_their_models() {
        let queue = [
            queued("small", Some(4.0)),
            queued("large", None),
            queued("small", None),
        ];
        assert_eq!(told(&queue, 1), [(1, Some(5)), (2, Some(70))]);
        assert_eq!(told(&queue, 2), [(1, Some(1)), (2, Some(5))]);
    }

    #[test]
    fn one_that_takes_longer_than_usual_may_end_at_any_moment() {
        assert_eq!(
            told(&[queued("small", Some(400.0)), queued("small", None)], 1),
            [(1, Some(1))]
        );
    }

    #[test]
    fn no_time_is_told_when_a_model_before_was_never_timed() {
        let queue = [
            queued("unknown", Some(1.0)),
            queued("small", None),
            queued("small", None),
        ];
        assert_eq!(told(&queue, 1), [(1, None), (2, None)]);
    }
}
