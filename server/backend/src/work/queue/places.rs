//! Position and estimated waiting time in the queue: "2 before you, about 40 seconds".
//!
//! The time is the sum of the usual durations of the answers before this one, with their models, distributed over the
//! model server's slots. It is unknown, and not shown, when one of these models was never timed.

use super::AnswerQueue;
use crate::{Backend, Result, UserBackend};
use hearth_types::{AnswerId, Event, UserId};
use std::collections::HashMap;

/// An answer in the queue, in the order of service if no other arrives.
struct Queued {
    answer: AnswerId,
    user: UserId,
    /// The conversation's model; none means the installation's default.
    model: Option<String>,
    /// Seconds since it started; none while it waits.
    running_for: Option<f32>,
    away: bool,
}

struct Place {
    answer: AnswerId,
    user: UserId,
    away: bool,
    can_wake: bool,
    before: u32,
    /// Seconds until it starts; none if unknown.
    seconds: Option<f32>,
}

impl AnswerQueue {
    /// Running answers first, then waiting ones in the order in which people take turns.
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

/// The places of all waiting answers.
async fn places(backend: &Backend, queued: &[Queued]) -> Result<Vec<Place>> {
    if queued.iter().all(|queued| queued.running_for.is_some()) {
        return Ok(Vec::new());
    }
    let usual = backend.models().answer_seconds().await?;
    let default = backend.models().default_chat_model().await.ok().flatten();
    let slots = backend.models().endpoint().slots;
    let mut places = distribute(queued, slots, &usual, default.as_deref());
    for place in &mut places {
        place.can_wake = backend.models().can_wake();
    }
    Ok(places)
}

/// Assigns each answer to the slot that is free first.
fn distribute(
    queued: &[Queued],
    slots: usize,
    usual: &HashMap<String, f32>,
    default: Option<&str>,
) -> Vec<Place> {
    let mut free_in = vec![0.0_f32; slots];
    let mut places = Vec::new();
    for (before, answer) in (0..).zip(queued) {
        // A model that was never timed has an unknown duration.
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
            // An answer that takes longer than usual can end at any moment. A negative duration comes from a clock
            // that jumped.
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

/// Rounded to steps: the estimate is no better, and a screen reader reads each change.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "about")]
fn coarse(seconds: f32) -> u32 {
    let step = if seconds < 30.0 { 5.0 } else { 10.0 };
    ((seconds / step).round() * step).max(1.0) as u32
}

/// Publishes their places to all who wait. Returns whether any answer waits or runs.
pub(super) async fn publish(backend: &Backend) -> Result<bool> {
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

    fn shown(queued: &[Queued], slots: usize) -> Vec<(u32, Option<u32>)> {
        let usual = HashMap::from([("small".to_owned(), 10.0), ("large".to_owned(), 60.0)]);
        let places = distribute(queued, slots, &usual, Some("small"));
        let shown = places.iter().map(|place| match place.event() {
            Event::AnswerQueued { before, seconds, .. } => (before, seconds),
            other => panic!("{other:?}"),
        });
        shown.collect()
    }

    #[test]
    fn the_time_is_the_usual_duration_of_the_answers_before() {
        let queue = [
            queued("small", Some(4.0)),
            queued("large", None),
            queued("small", None),
        ];
        assert_eq!(shown(&queue, 1), [(1, Some(5)), (2, Some(70))]);
        assert_eq!(shown(&queue, 2), [(1, Some(1)), (2, Some(5))]);
    }

    #[test]
    fn an_answer_that_takes_longer_than_usual_may_end_at_any_moment() {
        assert_eq!(
            shown(&[queued("small", Some(400.0)), queued("small", None)], 1),
            [(1, Some(1))]
        );
    }

    #[test]
    fn no_time_is_shown_when_a_model_before_was_never_timed() {
        let queue = [
            queued("unknown", Some(1.0)),
            queued("small", None),
            queued("small", None),
        ];
        assert_eq!(shown(&queue, 1), [(1, None), (2, None)]);
    }
}
