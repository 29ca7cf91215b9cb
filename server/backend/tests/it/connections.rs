//! No task asks for a second database connection while it holds one, so a pool of one connection cannot deadlock.

use crate::talk::{ask, message, settled};
use futures::future::join_all;
use hearth_backend::{UserBackend, testing::TestBackend};
use hearth_types::{ByMeaning, ConversationId, Search, SpaceRole};

const CROWD: usize = 14;

/// Pool sizes to test: fewer connections than concurrent tasks.
const SIZES: [u32; 3] = [1, 2, 5];

struct House {
    test: TestBackend,
    anna: UserBackend,
    ben: UserBackend,
}

impl House {
    async fn of(connections: u32) -> Self {
        let test = TestBackend::start_with(|config| config.max_connections = connections).await;
        let anna = test.annas();
        let ben = test.backend.for_user(test.person("Ben").await);
        Self { test, anna, ben }
    }

    /// Conversations that Anna shares with Ben.
    async fn shared(&self) -> Vec<ConversationId> {
        let mut ids = Vec::new();
        for n in 0..CROWD {
            let (sent, _) = ask(&self.anna, None, &format!("Number {n}.")).await;
            self.anna
                .share_conversation(sent.conversation, self.ben.user(), SpaceRole::Writer)
                .await
                .unwrap();
            ids.push(sent.conversation);
        }
        settled(&self.test).await;
        ids
    }

    /// Runs `act` for all conversations at the same time, each in its own task, as requests are.
    async fn at_once<F>(&self, ids: &[ConversationId], act: impl Fn(UserBackend, ConversationId) -> F)
    where
        F: Future<Output = hearth_backend::Result<()>> + Send + 'static,
    {
        let all = ids.iter().map(|id| tokio::spawn(act(self.anna.clone(), *id)));
        for done in join_all(all.collect::<Vec<_>>()).await {
            done.unwrap().unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fourteen_shared_conversations_are_changed_unshared_and_deleted_at_once_over_few_connections() {
    for connections in SIZES {
        let test = House::of(connections).await;
        let ids = test.shared().await;
        let ben = test.ben.user();
        test.at_once(&ids, |anna, id| async move {
            anna.rename_conversation(id, "Named").await
        })
        .await;
        test.at_once(&ids, move |anna, id| async move {
            anna.unshare_conversation(id, ben).await
        })
        .await;
        test.at_once(&ids, move |anna, id| async move {
            anna.share_conversation(id, ben, SpaceRole::Reader).await
        })
        .await;
        test.at_once(&ids, |anna, id| async move { anna.delete_conversation(id).await })
            .await;
        for person in [&test.anna, &test.ben] {
            assert!(person.list_conversations(None, 50).await.unwrap().rows.is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_stops_retries_and_leaving_at_once_need_one_connection() {
    let test = House::of(1).await;
    let ids = test.shared().await;
    let sends = ids.iter().flat_map(|id| {
        [&test.anna, &test.ben].map(|person| {
            let (person, id) = (person.clone(), *id);
            tokio::spawn(async move {
                let sent = person.send(message(Some(id), "And now?")).await?;
                // The answer may have ended already, which has nothing to do with connections.
                person.stop_answer(sent.answer).await.ok();
                person.retry_answer(sent.answer).await.ok();
                person.list_conversations(None, 50).await
            })
        })
    });
    for done in join_all(sends.collect::<Vec<_>>()).await {
        done.unwrap().unwrap();
    }
    let leaves = ids.iter().map(|id| {
        let (ben, id) = (test.ben.clone(), *id);
        tokio::spawn(async move { ben.leave_conversation(id).await })
    });
    for done in join_all(leaves.collect::<Vec<_>>()).await {
        done.unwrap().unwrap();
    }
    assert!(
        test.ben
            .list_conversations(None, 50)
            .await
            .unwrap()
            .rows
            .is_empty()
    );
}

/// The embedder runs while the full-text search does, and reads its own state from the database.
#[tokio::test(flavor = "multi_thread")]
async fn a_search_by_meaning_holds_no_connection_that_its_own_embedding_needs() {
    let test = House::of(1).await;
    ask(&test.anna, None, "My dog is called Biscuit.").await;
    settled(&test.test).await;
    let search = Search {
        words: "Biscuit".into(),
        ..Search::default()
    };
    let searches = (0..20).map(|_| {
        let (anna, search) = (test.anna.clone(), search.clone());
        tokio::spawn(async move { anna.search(&search, None).await })
    });
    let pages = join_all(searches.collect::<Vec<_>>()).await;
    let pages: Vec<_> = pages.into_iter().map(|page| page.unwrap().unwrap()).collect();
    assert!(pages.iter().all(|page| !page.hits.is_empty()));
    let alone = test.anna.search(&search, None).await.unwrap();
    assert_eq!(alone.by_meaning, ByMeaning::Yes);
}
