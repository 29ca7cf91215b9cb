//! Drafts follow the person between devices; pinned and archived conversations in the list.

use crate::talk::{ask, message};
use hearth_backend::testing::TestBackend;
use hearth_types::{ConversationId, Problem};

const HOUR_MS: i64 = 3_600_000;

#[tokio::test]
async fn the_newest_draft_wins_when_an_older_one_arrives_late() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    anna.save_draft(None, "from the laptop", 0).await.unwrap();
    anna.save_draft(None, "from a phone that was away", HOUR_MS)
        .await
        .unwrap();
    assert_eq!(anna.draft(None).await.unwrap().unwrap().text, "from the laptop");
    anna.save_draft(None, "from the phone, now", 0).await.unwrap();
    assert_eq!(
        anna.draft(None).await.unwrap().unwrap().text,
        "from the phone, now"
    );
    // A device may send any age.
    for age in [i64::MIN, i64::MAX] {
        anna.save_draft(None, "odd", age).await.unwrap();
    }
}

#[tokio::test]
async fn sending_deletes_the_draft_and_an_older_save_does_not_bring_it_back() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (sent, _) = ask(&anna, None, "One").await;
    let there = Some(sent.conversation);
    anna.save_draft(there, "Two", 0).await.unwrap();
    anna.save_draft(None, "elsewhere", 0).await.unwrap();
    anna.send(message(there, "Two")).await.unwrap();
    anna.save_draft(there, "Two", 500).await.unwrap();
    assert_eq!(anna.draft(there).await.unwrap().unwrap().text, "");
    assert_eq!(anna.draft(None).await.unwrap().unwrap().text, "elsewhere");
}

#[tokio::test]
async fn a_draft_belongs_to_one_person_and_is_deleted_with_its_conversation() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let ben = test.backend.for_user(test.person("Ben").await);
    let (sent, _) = ask(&anna, None, "One").await;
    let there = Some(sent.conversation);
    anna.save_draft(there, "mine", 0).await.unwrap();
    assert_eq!(ben.draft(there).await.unwrap(), None);
    for unknown in [sent.conversation, ConversationId(uuid::Uuid::now_v7())] {
        let error = ben.save_draft(Some(unknown), "x", 0).await.unwrap_err();
        assert_eq!(Problem::from(error), Problem::NotFound);
    }
    anna.delete_conversation(sent.conversation).await.unwrap();
    assert_eq!(anna.draft(there).await.unwrap(), None);
}

#[tokio::test]
async fn pinned_conversations_come_first_and_archived_ones_are_separate() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let mut ids = Vec::new();
    for number in 0..6 {
        ids.push(ask(&anna, None, &number.to_string()).await.0.conversation);
    }
    anna.set_pinned(ids[0], true).await.unwrap();
    anna.set_pinned(ids[2], true).await.unwrap();
    anna.set_archived(ids[4], true).await.unwrap();
    let mut listed = Vec::new();
    let mut cursor = None;
    loop {
        let page = anna.list_conversations(cursor, 2).await.unwrap();
        listed.extend(page.rows.iter().map(|row| row.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(listed, [ids[2], ids[0], ids[5], ids[3], ids[1]]);
    let archive = anna.list_archive(None, 50).await.unwrap();
    assert_eq!(
        archive.rows.iter().map(|row| row.id).collect::<Vec<_>>(),
        [ids[4]]
    );
    // A message brings an archived conversation back into the list; a pinned one is in the list.
    ask(&anna, Some(ids[4]), "Back").await;
    assert!(anna.list_archive(None, 50).await.unwrap().rows.is_empty());
    anna.set_archived(ids[2], true).await.unwrap();
    anna.set_pinned(ids[2], true).await.unwrap();
    assert_eq!(anna.list_conversations(None, 1).await.unwrap().rows[0].id, ids[2]);
}
