//! The order in which the embedding model reads questions.
//!
//! The question of an answer goes before the words of a search, because the first token waits for it. Searches are
//! read one at a time, and each person has at most one in the queue, so people take turns, however many searches one
//! of them starts.

use crate::{
    Result,
    limits::{PerPerson, Permit, Work},
};
use hearth_types::UserId;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// Orders the questions of answers and searches.
#[derive(Debug)]
pub(crate) struct QuestionQueue {
    /// Number of answers' questions that are being read, or wait at the model server.
    answers: watch::Sender<usize>,
    searches: Arc<Semaphore>,
}

impl Default for QuestionQueue {
    fn default() -> Self {
        Self {
            answers: watch::Sender::new(0),
            searches: Arc::new(Semaphore::new(1)),
        }
    }
}

/// Counts as an answer's question until it is dropped. There are at most as many as the model server has slots.
#[derive(Debug)]
pub(crate) struct OfAnswer(watch::Sender<usize>);

impl Drop for OfAnswer {
    fn drop(&mut self) {
        self.0.send_modify(|answers| *answers -= 1);
    }
}

/// Holds a search's turn until it is dropped.
#[derive(Debug)]
pub(crate) struct OfSearch {
    _search: OwnedSemaphorePermit,
    _own: Permit,
}

impl QuestionQueue {
    /// Announces an answer's question; never waits.
    pub fn answer(&self) -> OfAnswer {
        self.answers.send_modify(|answers| *answers += 1);
        OfAnswer(self.answers.clone())
    }

    /// Waits for the person's turn, and until no answer's question is being read.
    ///
    /// # Errors
    /// Too many searches of this person wait already.
    pub async fn search(&self, limits: &PerPerson, person: UserId) -> Result<OfSearch> {
        let own = limits.begin(person, Work::SearchEmbedding).await?;
        let search = self.searches.clone().acquire_owned().await;
        let search = search.map_err(|error| crate::Error::Internal(error.to_string()))?;
        let mut answers = self.answers.subscribe();
        let quiet = answers.wait_for(|answers| *answers == 0).await;
        quiet.map_err(|error| crate::Error::Internal(error.to_string()))?;
        Ok(OfSearch {
            _search: search,
            _own: own,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{FutureExt, future::BoxFuture};
    use uuid::Uuid;

    type Waiting<'a> = BoxFuture<'a, Result<OfSearch>>;

    fn start(queue: &'static QuestionQueue, limits: &'static PerPerson, person: UserId) -> Waiting<'static> {
        let mut waiting = queue.search(limits, person).boxed();
        assert!((&mut waiting).now_or_never().is_none(), "it waits");
        waiting
    }

    fn new_queue() -> (&'static QuestionQueue, &'static PerPerson) {
        (Box::leak(Box::default()), Box::leak(Box::default()))
    }

    #[tokio::test]
    async fn people_take_turns_however_many_searches_one_of_them_starts() {
        let (queue, limits) = new_queue();
        let (anna, ben) = (UserId(Uuid::new_v4()), UserId(Uuid::new_v4()));
        let first = queue.search(limits, anna).await.unwrap();
        let mut annas: Vec<_> = (0..100).map(|_| start(queue, limits, anna)).collect();
        let mut bens = start(queue, limits, ben);
        drop(first);
        let annas_turn = (&mut annas[0]).now_or_never().is_some();
        assert!(!annas_turn, "Ben came before Anna's second");
        (&mut bens).now_or_never().expect("Ben's turn").unwrap();
    }

    #[tokio::test]
    async fn a_question_of_an_answer_goes_before_every_waiting_search() {
        let (queue, limits) = new_queue();
        let anna = UserId(Uuid::new_v4());
        let answers = queue.answer();
        let also = queue.answer();
        let mut search = start(queue, limits, anna);
        drop(answers);
        assert!(
            (&mut search).now_or_never().is_none(),
            "one answer's question is being read"
        );
        drop(also);
        search.now_or_never().expect("its turn").unwrap();
    }

    #[tokio::test]
    async fn a_cancelled_search_leaves_the_queue() {
        let (queue, limits) = new_queue();
        let (anna, ben) = (UserId(Uuid::new_v4()), UserId(Uuid::new_v4()));
        let held = queue.search(limits, anna).await.unwrap();
        let cancelled = start(queue, limits, ben);
        drop(cancelled);
        drop(held);
        queue
            .search(limits, ben)
            .now_or_never()
            .expect("the queue is empty")
            .unwrap();
    }
}
