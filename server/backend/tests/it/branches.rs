//! Messages form a tree: editing, answering again, switching between versions, deleting, continuing.

use crate::talk::{Tab, answer, ask, message, settled};
use hearth_backend::{UserBackend, conversations::Left, testing::TestBackend};
use hearth_inference::fake::{Fault, Reply};
use hearth_types::{
    AnswerStatus, Conversation, ConversationId, Event, Message, MessageId, Part, Problem, Sent,
};

async fn open(person: &UserBackend, id: ConversationId) -> Conversation {
    person.open_conversation(id, Part::Newest).await.unwrap()
}

fn texts(conversation: &Conversation) -> Vec<&str> {
    conversation.messages.iter().map(|m| m.text.as_str()).collect()
}

/// Sends another version and waits for its answer.
async fn edit(person: &UserBackend, sent: &Sent, text: &str) -> Sent {
    let mut tab = Tab::open(person).await;
    let mut version = message(Some(sent.conversation), text);
    version.edits = Some(sent.message);
    let sent = person.send(version).await.unwrap();
    tab.ended(sent.answer).await;
    sent
}

async fn answer_again(person: &UserBackend, message: MessageId, model: Option<&str>) -> Sent {
    let mut tab = Tab::open(person).await;
    let sent = person
        .answer_again(message, model.map(str::to_owned))
        .await
        .unwrap();
    tab.ended(sent.answer).await;
    sent
}

fn versions(message: &Message) -> (u32, u32) {
    message.siblings.map_or((1, 1), |s| (s.number, s.count))
}

/// Scripts the replies: each has its own name and repeats the last message of the prompt.
fn numbered(test: &TestBackend, replies: &[&str]) {
    for reply in replies {
        test.fake.enqueue(Reply::text(reply));
    }
}

#[tokio::test]
async fn an_edited_message_is_another_version_with_an_answer_of_its_own() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, "One").await;
    settled(&test).await;
    let (second, _) = ask(&anna, Some(first.conversation), "Two").await;
    ask(&anna, Some(first.conversation), "Three").await;
    numbered(&test, &["Two again indeed"]);
    let edited = edit(&anna, &second, "Two, better").await;
    let now = open(&anna, first.conversation).await;
    assert_eq!(texts(&now)[2..], ["Two, better", "Two again indeed"]);
    assert_eq!(now.messages.len(), 4);
    assert_eq!(versions(&now.messages[2]), (2, 2));
    assert_eq!(now.messages[2].siblings.unwrap().previous, Some(second.message));
    assert_eq!(versions(&now.messages[0]), (1, 1));
    let asked = test.fake.chats().into_iter().next_back().unwrap().messages();
    assert!(
        !format!("{asked:?}").contains("Three"),
        "the model sees the branch alone"
    );
    assert_eq!(now.messages[2].id, edited.message);
}

#[tokio::test]
async fn the_first_message_can_be_edited_too() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, "Hello").await;
    edit(&anna, &first, "Good evening").await;
    let now = open(&anna, first.conversation).await;
    assert_eq!(texts(&now)[0], "Good evening");
    assert_eq!(versions(&now.messages[0]), (2, 2));
}

#[tokio::test]
async fn the_same_edit_sent_twenty_times_makes_one_version() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, "Hello").await;
    let mut version = message(Some(first.conversation), "Good evening");
    version.edits = Some(first.message);
    let presses = (0..20).map(|_| anna.send(version.clone()));
    let sent = futures::future::join_all(presses).await;
    let ids: std::collections::BTreeSet<_> = sent.into_iter().map(|s| s.unwrap().message).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(
        versions(&open(&anna, first.conversation).await.messages[0]),
        (2, 2)
    );
}

#[tokio::test]
async fn an_answer_can_be_asked_for_again_from_another_model() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake.set_models(vec![
        hearth_inference::fake::FakeModel::chat("scripted-chat:1b"),
        hearth_inference::fake::FakeModel::chat("other-chat:1b"),
    ]);
    test.backend.models().status().await.unwrap();
    let (first, _) = ask(&anna, None, "Hello").await;
    let again = answer_again(&anna, MessageId(first.answer.0), Some("other-chat:1b")).await;
    assert_eq!(again.message, first.message, "under the same question");
    let now = open(&anna, first.conversation).await;
    assert_eq!(now.messages.len(), 2);
    assert_eq!(versions(&now.messages[1]), (2, 2));
    assert_eq!(now.messages[1].answer.as_ref().unwrap().model, "other-chat:1b");
    assert_eq!(now.model, None, "the conversation keeps its own model");
    let refused = anna
        .answer_again(first.message, Some("no-such:1b".into()))
        .await
        .unwrap_err();
    assert!(matches!(Problem::from(refused), Problem::Invalid { .. }));
}

#[tokio::test]
async fn switching_versions_shows_the_newest_messages_below_and_other_tabs_follow() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, "One").await;
    ask(&anna, Some(first.conversation), "Under one").await;
    let edited = edit(&anna, &first, "Two").await;
    let mut other = Tab::open(&anna).await;
    assert_eq!(anna.show_branch(first.message).await.unwrap(), first.conversation);
    other
        .until(|e| {
            matches!(e, Event::BranchShown { conversation, at: Some(at) }
                              if conversation == first.conversation && at == first.message)
            .then_some(())
        })
        .await;
    let now = open(&anna, first.conversation).await;
    assert_eq!(now.messages.len(), 4);
    assert_eq!((texts(&now)[0], texts(&now)[2]), ("One", "Under one"));
    assert_eq!(now.messages[0].siblings.unwrap().next, Some(edited.message));
    // The next message continues that branch.
    ask(&anna, Some(first.conversation), "Further").await;
    assert_eq!(open(&anna, first.conversation).await.messages.len(), 6);
}

#[tokio::test]
async fn a_branch_that_was_left_is_not_recalled_until_it_is_shown_again() {
    const TOLD: &str = "My dog is called Biscuit and he is allergic to chicken.";
    const ASKED: &str = "What is my dog Biscuit allergic to?";
    let test = TestBackend::start().await;
    let anna = test.annas();
    let recalls = async || {
        settled(&test).await;
        let (sent, answer) = ask(&anna, None, ASKED).await;
        settled(&test).await;
        anna.delete_conversation(sent.conversation).await.unwrap();
        let recalled = answer.answer.unwrap().recalled;
        recalled.iter().any(|passage| passage.excerpt == TOLD)
    };
    let (source, _) = ask(&anna, None, TOLD).await;
    assert!(recalls().await, "what is shown is recalled");
    edit(&anna, &source, "Never mind.").await;
    assert!(!recalls().await, "what was left is not");
    anna.show_branch(source.message).await.unwrap();
    assert!(recalls().await, "it is again once it is shown again");
}

#[tokio::test]
async fn an_answer_that_ends_after_its_branch_was_left_is_not_recalled() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, "Tell me about Biscuit").await;
    settled(&test).await;
    test.fake
        .enqueue(Reply::text("Biscuit barks at badgers nightly.").hold_after(1));
    let mut tab = Tab::open(&anna).await;
    let held = anna.answer_again(first.message, None).await.unwrap();
    test.fake.wait_for_holds(1).await;
    anna.show_branch(MessageId(first.answer.0)).await.unwrap();
    test.fake.release_many(1000);
    assert_eq!(
        tab.ended(held.answer).await,
        AnswerStatus::Done,
        "it goes on without a reader"
    );
    settled(&test).await;
    let (_, asked) = ask(&anna, None, "Does Biscuit bark at badgers?").await;
    let recalled = asked.answer.unwrap().recalled;
    assert!(
        !format!("{recalled:?}").contains("badgers nightly"),
        "{recalled:?}"
    );
}

#[tokio::test]
async fn editing_stops_the_answer_of_the_old_version() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake
        .enqueue(Reply::text("a long answer to a typo").hold_after(2));
    let sent = anna.send(message(None, "Helo")).await.unwrap();
    test.fake.wait_for_holds(1).await;
    let edited = edit(&anna, &sent, "Hello").await;
    assert_eq!(
        answer(&anna, &edited).await.answer.unwrap().status,
        AnswerStatus::Done
    );
    anna.show_branch(sent.message).await.unwrap();
    let left = answer(&anna, &sent).await;
    assert_eq!(left.answer.unwrap().status, AnswerStatus::Stopped);
}

#[tokio::test]
async fn an_answer_that_broke_off_continues_after_its_text() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake
        .enqueue(Reply::text("one two three four five").with_fault(Fault::ErrorLineAfter(3)));
    let (sent, broken) = ask(&anna, None, "Count").await;
    assert!(broken.answer.unwrap().can_continue);
    test.fake.enqueue(Reply::text(" four five"));
    let mut tab = Tab::open(&anna).await;
    anna.continue_answer(sent.answer).await.unwrap();
    tab.until(|e| match e {
        Event::AnswerSnapshot {
            tail,
            status: AnswerStatus::Waiting,
            ..
        } => {
            assert!(tail.contains("one two three"), "its text stays in sight: {tail}");
            Some(())
        }
        _ => None,
    })
    .await;
    assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Done);
    assert_eq!(answer(&anna, &sent).await.text, "one two three four five");
    let asked = test
        .fake
        .chats()
        .into_iter()
        .find_map(|chat| chat.answer_prefix());
    assert_eq!(
        asked.as_deref(),
        Some("one two three"),
        "the prompt ends in what was said"
    );
    let error = anna.continue_answer(sent.answer).await.unwrap_err();
    assert!(
        matches!(Problem::from(error), Problem::Conflict { .. }),
        "it is complete now"
    );
}

#[tokio::test]
async fn continuing_keeps_the_text_when_it_fails_before_new_text() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake
        .enqueue(Reply::text("one two three").with_fault(Fault::EndWithoutDoneAfter(2)));
    let (sent, _) = ask(&anna, None, "Count").await;
    test.fake.enqueue(Reply::fault(Fault::Busy503));
    let mut tab = Tab::open(&anna).await;
    anna.continue_answer(sent.answer).await.unwrap();
    assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Failed);
    assert_eq!(answer(&anna, &sent).await.text, "one two");
}

#[tokio::test]
async fn an_answer_cut_off_at_the_maximum_length_can_continue() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake
        .enqueue(Reply::text("once upon a").stop_reason("length"));
    let (sent, cut) = ask(&anna, None, "A story").await;
    let detail = cut.answer.unwrap();
    assert_eq!(
        (detail.status, detail.cut_off, detail.can_continue),
        (AnswerStatus::Done, true, true)
    );
    settled(&test).await;
    test.fake.enqueue(Reply::text(" time."));
    let mut tab = Tab::open(&anna).await;
    anna.continue_answer(sent.answer).await.unwrap();
    tab.ended(sent.answer).await;
    let whole = answer(&anna, &sent).await;
    assert_eq!(whole.text, "once upon a time.");
    assert!(!whole.answer.unwrap().can_continue);
}

#[tokio::test]
async fn deleting_a_message_deletes_what_follows_and_shows_a_remaining_sibling() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, "One").await;
    let again = answer_again(&anna, first.message, None).await;
    ask(&anna, Some(first.conversation), "Below the second answer").await;
    settled(&test).await;
    let left = anna.delete_message(MessageId(again.answer.0)).await.unwrap();
    assert_eq!(left, Left::Conversation(first.conversation));
    let now = open(&anna, first.conversation).await;
    assert_eq!(now.messages.len(), 2);
    assert_eq!(now.messages[1].id.0, first.answer.0);
    assert_eq!(versions(&now.messages[1]), (1, 1));
    // The only answer: the question stays, and can be answered again.
    anna.delete_message(MessageId(first.answer.0)).await.unwrap();
    assert_eq!(texts(&open(&anna, first.conversation).await), ["One"]);
    answer_again(&anna, first.message, None).await;
    assert_eq!(open(&anna, first.conversation).await.messages.len(), 2);
}

#[tokio::test]
async fn deleting_leaves_no_text_no_vector_no_job_and_no_queue_entry() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, "One").await;
    let (second, _) = ask(&anna, Some(first.conversation), "canary7c2d is my word").await;
    settled(&test).await;
    test.fake.enqueue(Reply::text("canary7c2d").hold());
    let waiting = anna
        .send(message(Some(first.conversation), "canary7c2d waits"))
        .await
        .unwrap();
    test.fake.wait_for_holds(1).await;
    anna.delete_message(second.message).await.unwrap();
    test.fake.wait_for_disconnect().await;
    let pool = sqlx::PgPool::connect_with(test.database.superuser.clone())
        .await
        .unwrap();
    for table in [
        "message_parts",
        "message_html",
        "passages",
        "conversations",
        "drafts",
    ] {
        let rows: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select t::text from {table} t")))
                .fetch_all(&pool)
                .await
                .unwrap();
        assert!(!rows.concat().contains("canary7c2d"), "{table}");
    }
    let left: i64 = sqlx::query_scalar(
        "select (select count(*) from answer_queue where answer_id = $1)
              + (select count(*) from jobs where subject_id in ($1, $2, $3))
              + (select count(*) from passage_embeddings e where not exists (select from passages p where p.id = e.passage_id))",
    )
    .bind(waiting.answer.0)
    .bind(second.message.0)
    .bind(second.answer.0)
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(left, 0);
    pool.close().await;
}

#[tokio::test]
async fn deleting_the_last_message_deletes_the_conversation() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, "One").await;
    let mut tab = Tab::open(&anna).await;
    assert_eq!(anna.delete_message(first.message).await.unwrap(), Left::Nothing);
    tab.until(|e| matches!(e, Event::ConversationDeleted { .. }).then_some(()))
        .await;
    let gone = anna.open_conversation(first.conversation, Part::Newest).await;
    assert_eq!(Problem::from(gone.unwrap_err()), Problem::NotFound);
}

#[tokio::test]
async fn deleting_the_first_version_removes_the_title_made_from_it() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake
        .respond_with(|_| Reply::text("").with_fault(Fault::Busy503));
    let (first, _) = ask(&anna, None, "canary91aa").await;
    edit(&anna, &first, "Something else").await;
    anna.delete_message(first.message).await.unwrap();
    assert_eq!(open(&anna, first.conversation).await.title, "Something else");
}

#[tokio::test]
async fn a_page_around_a_message_contains_it_and_says_what_lies_beyond() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, "0").await;
    let mut sent = vec![first];
    for number in 1..60 {
        sent.push(ask(&anna, Some(first.conversation), &number.to_string()).await.0);
    }
    let part = async |part: Part| anna.open_conversation(first.conversation, part).await.unwrap();
    let newest = part(Part::Newest).await;
    assert_eq!(
        (newest.messages.len(), newest.earlier, newest.later),
        (60, true, false)
    );
    let old = part(Part::Around(sent[20].message)).await;
    assert!(old.messages.iter().any(|m| m.id == sent[20].message));
    assert!(old.earlier && old.later && old.messages.len() <= 60);
    let beginning = part(Part::Around(first.message)).await;
    assert!(!beginning.earlier && beginning.later);
    let near = part(Part::Around(sent[55].message)).await;
    assert_eq!(
        near.messages, newest.messages,
        "near the end it is the end, which one can go on from"
    );
    let before = part(Part::Before(newest.messages[0].id)).await;
    assert_eq!(before.messages.len(), 60);
    assert_eq!(before.messages[59].id.0, sent[29].answer.0);
    let from = part(Part::From(sent[58].message)).await;
    assert_eq!(from.messages.len(), 4);
    edit(&anna, &sent[20], "another").await;
    let left = part(Part::Around(sent[30].message)).await;
    assert_eq!(
        left.messages.last().unwrap().id,
        sent[30].message,
        "a branch that was left can be read"
    );
    assert!(left.later);
    assert!(part(Part::From(sent[30].message)).await.messages.is_empty());
}

#[tokio::test]
async fn exactly_the_hidden_messages_are_marked_as_hidden() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, "One").await;
    let (second, _) = ask(&anna, Some(first.conversation), "Two").await;
    edit(&anna, &second, "Two, again").await;
    answer_again(&anna, first.message, None).await;
    ask(&anna, Some(first.conversation), "Three").await;
    anna.show_branch(second.message).await.unwrap();
    let again = answer_again(&anna, second.message, None).await;
    anna.delete_message(MessageId(again.answer.0)).await.unwrap();
    settled(&test).await;
    let pool = sqlx::PgPool::connect_with(test.database.superuser.clone())
        .await
        .unwrap();
    let wrong: i64 = sqlx::query_scalar(
        "with recursive shown as (
            select m.id, m.parent_id from conversations c join messages m on m.id = c.active_leaf
            union all select m.id, m.parent_id from shown s join messages m on m.id = s.parent_id
         )
         select (select count(*) from messages m where m.abandoned = (m.id in (select id from shown)))
              + (select count(*) from passages p join messages m on m.id = p.message_id where p.abandoned <> m.abandoned)",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(wrong, 0);
    pool.close().await;
}
