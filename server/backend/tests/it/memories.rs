//! The memory page: listing, searching, editing, and ownership.

use crate::talk::{ask, settled};
use hearth_backend::{
    UserBackend,
    memory::memories::{NewMemory, PAGE_LENGTH},
    testing::TestBackend,
};
use hearth_types::{MemoryFilter, MemoryId, MemoryKind, Problem};
use uuid::Uuid;

async fn keep(person: &UserBackend, statement: &str) -> MemoryId {
    person.keep_memory(NewMemory::told(statement)).await.unwrap()
}

async fn found(person: &UserBackend, filter: MemoryFilter) -> Vec<String> {
    let page = person.list_memories(&filter, None).await.unwrap();
    page.memories.into_iter().map(|memory| memory.statement).collect()
}

#[tokio::test]
async fn all_memories_come_in_pages_newest_first() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let count = PAGE_LENGTH as usize + 5;
    for number in 0..count {
        keep(&anna, &format!("Statement {number}")).await;
    }
    let first = anna.list_memories(&MemoryFilter::default(), None).await.unwrap();
    let second = anna
        .list_memories(&MemoryFilter::default(), first.next)
        .await
        .unwrap();
    assert_eq!((first.total, second.next), (count as u64, None));
    let statements: Vec<_> = first
        .memories
        .iter()
        .chain(&second.memories)
        .map(|m| m.statement.clone())
        .collect();
    let expected: Vec<_> = (0..count)
        .rev()
        .map(|number| format!("Statement {number}"))
        .collect();
    assert_eq!(statements, expected);
}

#[tokio::test]
async fn memories_are_found_by_words_by_kind_and_by_time() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    keep(&anna, "My dog is called Biscuit").await;
    keep(&anna, "我的猫叫胡椒").await;
    let piano = NewMemory {
        kind: MemoryKind::Preference,
        ..NewMemory::told("I play 50% of the time")
    };
    anna.keep_memory(piano).await.unwrap();
    let search = |words: &str| MemoryFilter {
        search: words.into(),
        ..MemoryFilter::default()
    };
    assert_eq!(found(&anna, search("dogs")).await, ["My dog is called Biscuit"]);
    assert_eq!(found(&anna, search("胡椒")).await, ["我的猫叫胡椒"]);
    assert_eq!(
        found(&anna, search("Bisc")).await,
        ["My dog is called Biscuit"],
        "a part of a word"
    );
    assert_eq!(found(&anna, search("50%")).await, ["I play 50% of the time"]);
    assert!(found(&anna, search("_")).await.is_empty());
    let kind = MemoryFilter {
        kind: Some(MemoryKind::Preference),
        ..MemoryFilter::default()
    };
    assert_eq!(found(&anna, kind).await.len(), 1);
    let now = chrono::Utc::now().timestamp_millis();
    let later = MemoryFilter {
        since: Some(now + 60_000),
        ..MemoryFilter::default()
    };
    assert!(found(&anna, later).await.is_empty());
    let before = MemoryFilter {
        until: Some(now + 60_000),
        ..MemoryFilter::default()
    };
    assert_eq!(found(&anna, before).await.len(), 3);
}

#[tokio::test]
async fn a_changed_memory_ends_and_an_edited_one_is_embedded_again() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let id = keep(&anna, "I live in Porto").await;
    settled(&test).await;
    anna.edit_memory(id, "I live in Porto, near the river", MemoryKind::Profile)
        .await
        .unwrap();
    settled(&test).await;
    let embedded = test
        .fake
        .embeds()
        .iter()
        .filter(|call| call.inputs().concat().contains("near the river"))
        .count();
    assert_eq!(embedded, 1);
    anna.pin_memory(id, true).await.unwrap();
    let new = anna.change_memory(id, "I live in Lisbon").await.unwrap();
    let page = anna.list_memories(&MemoryFilter::default(), None).await.unwrap();
    let [now, old] = page.memories.as_slice() else {
        panic!("{page:?}")
    };
    assert_eq!((now.id, now.pinned, now.valid_to), (new, true, None));
    assert_eq!(
        (old.pinned, old.valid_to.is_some(), old.superseded_by.as_deref()),
        (false, true, Some("I live in Lisbon"))
    );
}

#[tokio::test]
async fn a_statement_must_not_be_empty_or_too_long() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let id = keep(&anna, "fine").await;
    for statement in ["", "  \n ", "nul\0", &"x".repeat(501)] {
        assert!(anna.keep_memory(NewMemory::told(statement)).await.is_err());
        assert!(anna.edit_memory(id, statement, MemoryKind::Fact).await.is_err());
        assert!(anna.change_memory(id, statement).await.is_err());
    }
}

/// Another person's memory gets the same answer as one that does not exist.
#[tokio::test]
async fn memories_of_another_person_are_neither_visible_nor_changeable() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (sent, _) = ask(&anna, None, "Remember that my dog is called Biscuit.").await;
    settled(&test).await;
    let annas = anna
        .list_memories(&MemoryFilter::default(), None)
        .await
        .unwrap()
        .memories;
    let ben = test.backend.for_user(test.person("Ben").await);
    assert!(found(&ben, MemoryFilter::default()).await.is_empty());
    for id in [annas[0].id, MemoryId(Uuid::now_v7())] {
        let results = [
            ben.forget_memory(id).await.err(),
            ben.edit_memory(id, "mine", MemoryKind::Fact).await.err(),
            ben.change_memory(id, "mine").await.err(),
            ben.pin_memory(id, true).await.err(),
            ben.accept_memory(id).await.err(),
            ben.decline_memory(id).await.err(),
            ben.not_relevant(sent.answer, Some(id), None).await.err(),
        ];
        for (index, error) in results.into_iter().enumerate() {
            assert_eq!(error.map(Problem::from), Some(Problem::NotFound), "call {index}");
        }
    }
    // A message of Anna's cannot be a source of Ben's memory.
    let mut stolen = NewMemory::told("Ben knows");
    stolen.sources = vec![sent.message];
    ben.keep_memory(stolen).await.unwrap();
    ben.forget_all_memories().await.unwrap();
    let after = anna
        .list_memories(&MemoryFilter::default(), None)
        .await
        .unwrap()
        .memories;
    assert_eq!(after, annas);
}
