//! One message through a scripted model server, including every kind of failure.

use crate::talk::{Tab, answer, ask, message, settled};
use hearth_backend::testing::TestBackend;
use hearth_inference::fake::{Fault, Reply};
use hearth_types::{AnswerStatus, Event, ModelTrouble};
use std::time::Duration;

#[tokio::test]
async fn an_answer_is_stored_as_it_was_streamed_and_rendered() {
    let test = TestBackend::start().await;
    test.fake.enqueue(Reply::text("Hello **Anna**.\n\n- one\n- two"));
    let (_, answer) = ask(&test.annas(), None, "Hi").await;
    assert_eq!(answer.text, "Hello **Anna**.\n\n- one\n- two");
    assert!(
        answer.html.contains("<strong>Anna</strong>") && answer.html.contains("<li dir=\"auto\">two</li>")
    );
    assert_eq!(answer.answer.unwrap().status, AnswerStatus::Done);
}

#[tokio::test]
async fn a_tab_sees_the_text_grow_and_one_that_opens_late_gets_a_snapshot() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake
        .enqueue(Reply::text("First paragraph.\n\nSecond half").hold_after(3));
    let mut early = Tab::open(&anna).await;
    let sent = anna.send(message(None, "Hi")).await.unwrap();
    early
        .until(|e| matches!(e, Event::AnswerTail { answer, .. } if answer == sent.answer).then_some(()))
        .await;
    let mut late = Tab::open(&anna).await;
    late.until(|e| match e {
        Event::AnswerSnapshot {
            answer,
            status: AnswerStatus::Running,
            tail,
            blocks,
            ..
        } if answer == sent.answer => {
            assert!(!tail.is_empty() || !blocks.is_empty());
            Some(())
        }
        _ => None,
    })
    .await;
    test.fake.release_many(1000);
    assert_eq!(late.ended(sent.answer).await, AnswerStatus::Done);
    assert_eq!(early.ended(sent.answer).await, AnswerStatus::Done);
}

#[tokio::test]
async fn an_answer_completes_without_an_open_tab() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let sent = anna.send(message(None, "Hi")).await.unwrap();
    test.fake.wait_for_chats(1).await;
    settled(&test).await;
    let mut tab = Tab::open(&anna).await;
    if answer(&anna, &sent).await.answer.unwrap().status != AnswerStatus::Done {
        assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Done);
    }
}

#[tokio::test]
async fn each_failure_of_the_model_server_has_its_own_message_and_the_partial_text_is_kept() {
    let test = TestBackend::start_with(|config| {
        let url = config.model_server.base_url().to_owned();
        let quick = hearth_inference::Timeouts {
            first_byte: Duration::from_millis(400),
            between_tokens: Duration::from_millis(400),
            ..Default::default()
        };
        config.model_server =
            hearth_inference::connect_with(&url, hearth_inference::ServerKind::Ollama, quick);
    })
    .await;
    let anna = test.annas();
    for (fault, trouble, partial) in [
        (Fault::NotFound, ModelTrouble::ModelMissing, false),
        (Fault::Busy503, ModelTrouble::Busy, false),
        (Fault::StallBeforeFirst, ModelTrouble::Stalled, false),
        (Fault::StallAfter(2), ModelTrouble::Stalled, true),
        (Fault::ErrorLineAfter(2), ModelTrouble::Failed, true),
        (Fault::EndWithoutDoneAfter(2), ModelTrouble::EndedEarly, true),
        (Fault::GarbageAfter(2), ModelTrouble::EndedEarly, true),
        (Fault::GarbageAfter(0), ModelTrouble::Garbage, false),
    ] {
        test.fake
            .enqueue(Reply::text("one two three four five").with_fault(fault));
        let (sent, failed) = ask(&anna, None, "Hi").await;
        let detail = failed.answer.unwrap();
        assert_eq!(
            (detail.status, detail.trouble),
            (AnswerStatus::Failed, Some(trouble)),
            "{fault:?}"
        );
        assert_eq!(!failed.text.is_empty(), partial, "{fault:?}: {:?}", failed.text);

        test.fake.enqueue(Reply::text("now it works"));
        let mut tab = Tab::open(&anna).await;
        anna.retry_answer(sent.answer).await.unwrap();
        assert_eq!(
            tab.ended(sent.answer).await,
            AnswerStatus::Done,
            "{fault:?}, tried again"
        );
        assert_eq!(answer(&anna, &sent).await.text, "now it works");
        // Lets the title job finish, so that it takes no scripted reply of the next round.
        settled(&test).await;
    }
}

#[tokio::test]
async fn a_message_waits_for_a_model_server_that_is_away_and_is_answered_once_when_it_is_back() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake.stop();
    let mut tab = Tab::open(&anna).await;
    let sent = anna.send(message(None, "Are you there?")).await.unwrap();
    tab.until(|e| matches!(e, Event::ModelServerAway { answer, .. } if answer == sent.answer).then_some(()))
        .await;
    assert_eq!(
        answer(&anna, &sent).await.answer.unwrap().status,
        AnswerStatus::Waiting
    );
    test.fake.restart().unwrap();
    assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Done);
    let asked = test
        .fake
        .chats()
        .iter()
        .filter(|c| c.last_message().ends_with("Are you there?"))
        .count();
    assert_eq!(asked, 1);
    assert_eq!(
        anna.open_conversation(sent.conversation, None)
            .await
            .unwrap()
            .messages
            .len(),
        2
    );
}

#[tokio::test]
async fn stop_frees_the_model_and_keeps_the_text() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake.enqueue(Reply::text("one two three four").hold_after(2));
    let mut tab = Tab::open(&anna).await;
    let sent = anna.send(message(None, "Hi")).await.unwrap();
    tab.until(|e| matches!(e, Event::AnswerTail { .. }).then_some(()))
        .await;
    anna.stop_answer(sent.answer).await.unwrap();
    test.fake.wait_for_disconnect().await;
    assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Stopped);
    assert!(answer(&anna, &sent).await.text.starts_with("one"));
}

#[tokio::test]
async fn stop_takes_a_waiting_answer_out_of_the_queue() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake.enqueue(Reply::text("first").hold());
    let first = anna.send(message(None, "One")).await.unwrap();
    test.fake.wait_for_chats(1).await;
    let second = anna.send(message(None, "Two")).await.unwrap();
    let mut tab = Tab::open(&anna).await;
    anna.stop_answer(second.answer).await.unwrap();
    assert_eq!(tab.ended(second.answer).await, AnswerStatus::Stopped);
    test.fake.release_many(100);
    tab.ended(first.answer).await;
    assert!(
        !test
            .fake
            .chats()
            .iter()
            .any(|chat| chat.last_message().ends_with("Two"))
    );
}

#[tokio::test]
async fn the_same_press_of_send_twenty_times_in_parallel_stores_one_message() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    for conversation in [None, Some(ask(&anna, None, "Before").await.0.conversation)] {
        let press = message(conversation, "Once");
        let all = futures::future::join_all((0..20).map(|_| anna.send(press.clone()))).await;
        let sent: Vec<_> = all.into_iter().map(Result::unwrap).collect();
        assert!(sent.iter().all(|s| s == &sent[0]));
        let opened = anna.open_conversation(sent[0].conversation, None).await.unwrap();
        let once = opened.messages.iter().filter(|m| m.text == "Once").count();
        assert_eq!(once, 1);
        assert_eq!(opened.messages.len(), if conversation.is_some() { 4 } else { 2 });
    }
    assert_eq!(anna.list_conversations(None, 50).await.unwrap().rows.len(), 2);
}

#[tokio::test]
async fn an_answer_whose_runner_is_gone_is_marked_interrupted_with_its_text() {
    let test = TestBackend::start_with(|config| config.lease = Duration::from_secs(1)).await;
    let anna = test.annas();
    test.fake.enqueue(Reply::text("some words came").hold_after(2));
    let mut tab = Tab::open(&anna).await;
    let sent = anna.send(message(None, "Hi")).await.unwrap();
    tab.until(|e| matches!(e, Event::AnswerTail { .. }).then_some(()))
        .await;
    // As after a kill -9: a claim of a runner that does not renew it. The text is stored by then.
    let pool = sqlx::PgPool::connect_with(test.database.superuser.clone())
        .await
        .unwrap();
    while sqlx::query_scalar::<_, String>("select text from message_parts where message_id = $1")
        .bind(sent.answer.0)
        .fetch_one(&pool)
        .await
        .unwrap()
        .is_empty()
    {
        tokio::task::yield_now().await;
    }
    sqlx::query("update answer_queue set runner = gen_random_uuid()")
        .execute(&pool)
        .await
        .unwrap();
    // The previous runner, which lost its claim, disconnects from the model and stores neither text nor an end.
    test.fake.wait_for_disconnect().await;
    assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Interrupted);
    let answer = answer(&anna, &sent).await;
    assert_eq!(answer.text, "some words ");
    assert_eq!(answer.answer.unwrap().status, AnswerStatus::Interrupted);
}

#[tokio::test]
async fn shutting_down_keeps_the_text_and_marks_it_as_interrupted() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake.enqueue(Reply::text("half an answer").hold_after(2));
    let mut tab = Tab::open(&anna).await;
    let sent = anna.send(message(None, "Hi")).await.unwrap();
    tab.until(|e| matches!(e, Event::AnswerTail { .. }).then_some(()))
        .await;
    test.backend.shut_down().await;
    let pool = sqlx::PgPool::connect_with(test.database.superuser.clone())
        .await
        .unwrap();
    let (status, text): (String, String) = sqlx::query_as(
        "select a.status, p.text from answers a join message_parts p on p.message_id = a.id where a.id = $1",
    )
    .bind(sent.answer.0)
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(status, "interrupted");
    assert!(text.starts_with("half"), "{text}");
}

#[tokio::test]
async fn consecutive_prompts_of_a_conversation_share_their_prefix() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, "My first question").await;
    settled(&test).await;
    for text in ["My second question", "My third question"] {
        ask(&anna, Some(first.conversation), text).await;
    }
    let prompts: Vec<_> = test
        .fake
        .chats()
        .iter()
        .map(hearth_inference::fake::Recorded::messages)
        .filter(|messages| !messages[0].1.contains("name conversations"))
        .collect();
    assert_eq!(prompts.len(), 3);
    for pair in prompts.windows(2) {
        assert_eq!(
            pair[0][..],
            pair[1][..pair[0].len()],
            "every message stays as it was"
        );
        assert_eq!(
            pair[1].len(),
            pair[0].len() + 2,
            "the answer and the next question come after"
        );
    }
}

/// The last message of each prompt for an answer.
fn questions_put(test: &TestBackend) -> Vec<String> {
    let chats = test.fake.chats();
    let prompts = chats.iter().map(hearth_inference::fake::Recorded::messages);
    prompts
        .filter(|messages| !messages[0].1.contains("name conversations"))
        .map(|messages| messages.last().expect("a prompt ends with a question").1.clone())
        .collect()
}

#[tokio::test]
async fn the_line_about_unknown_facts_is_sent_once_and_only_with_such_a_question() {
    const NOT_TOLD: &str = "[Anna has not told you yet";
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, "Which number has my locker at the pool?").await;
    ask(&anna, Some(first.conversation), "Which number has my locker?").await;
    ask(&anna, None, "How do I boil my eggs?").await;
    ask(&anna, None, "The number of my locker at the pool is 4471.").await;
    settled(&test).await;
    anna.delete_conversation(first.conversation).await.unwrap();
    ask(&anna, None, "Which number has my locker at the pool?").await;
    let put = questions_put(&test);
    let has_line: Vec<bool> = put
        .iter()
        .map(|question| question.starts_with(NOT_TOLD))
        .collect();
    assert_eq!(has_line, [true, false, false, false, false], "{put:#?}");
    assert!(put[4].contains("4471"), "{}", put[4]);
}

#[tokio::test]
async fn the_window_size_is_sent_with_every_request_and_is_the_same_for_titles() {
    let test = TestBackend::start_with(|config| config.num_ctx = 3000).await;
    ask(&test.annas(), None, "Hi").await;
    settled(&test).await;
    let windows: Vec<_> = test
        .fake
        .chats()
        .iter()
        .map(|chat| chat.body["options"]["num_ctx"].as_u64().unwrap())
        .collect();
    assert_eq!(windows.len(), 2, "the answer and its title");
    assert!(
        windows
            .iter()
            .all(|window| *window == windows[0] && *window <= 3000),
        "{windows:?}"
    );
}

#[tokio::test]
async fn a_title_comes_from_the_model_unless_a_person_gave_one() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake.respond_with(|chat| {
        Reply::text(if chat.last_message().ends_with("Title:") {
            "\"A good title.\""
        } else {
            "Sure."
        })
    });
    let (sent, _) = ask(&anna, None, "Tell me about otters").await;
    let (named, _) = ask(&anna, None, "Tell me about badgers").await;
    anna.rename_conversation(named.conversation, "Mine")
        .await
        .unwrap();
    settled(&test).await;
    assert_eq!(
        anna.open_conversation(sent.conversation, None)
            .await
            .unwrap()
            .title,
        "A good title"
    );
    assert_eq!(
        anna.open_conversation(named.conversation, None)
            .await
            .unwrap()
            .title,
        "Mine"
    );
}

#[tokio::test]
async fn a_long_conversation_says_what_the_model_no_longer_sees() {
    let test = TestBackend::start_with(|config| config.num_ctx = 1024).await;
    let anna = test.annas();
    let long = "A sentence of some length about nothing in particular. ".repeat(12);
    let (first, _) = ask(&anna, None, &long).await;
    let mut left_out = 0;
    for _ in 0..8 {
        let (_, answer) = ask(&anna, Some(first.conversation), &long).await;
        left_out = answer.answer.unwrap().left_out.messages;
    }
    assert!(left_out > 0);
}

#[tokio::test]
async fn answers_alternate_between_people() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let ben = test.backend.for_user(test.person("Ben").await);
    test.fake.enqueue(Reply::text("x").hold());
    let first = anna.send(message(None, "anna 1")).await.unwrap();
    test.fake.wait_for_chats(1).await;
    let mut last = None;
    for text in ["anna 2", "anna 3"] {
        last = Some(anna.send(message(None, text)).await.unwrap());
    }
    ben.send(message(None, "ben 1")).await.unwrap();
    let mut tab = Tab::open(&anna).await;
    test.fake.release_many(100);
    tab.ended(first.answer).await;
    if answer(&anna, &last.unwrap()).await.answer.unwrap().status != AnswerStatus::Done {
        tab.ended(last.unwrap().answer).await;
    }
    let order: Vec<String> = test
        .fake
        .chats()
        .iter()
        .map(|chat| chat.last_message())
        .filter(|text| !text.ends_with("Title:"))
        .map(|text| text.rsplit('\n').next().unwrap().to_owned())
        .collect();
    assert_eq!(order, ["anna 1", "ben 1", "anna 2", "anna 3"]);
}

#[tokio::test]
async fn deleting_a_conversation_leaves_nothing_behind() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (sent, _) = ask(&anna, None, "The canary is called Zebulon").await;
    settled(&test).await;
    anna.delete_conversation(sent.conversation).await.unwrap();
    let pool = sqlx::PgPool::connect_with(test.database.superuser.clone())
        .await
        .unwrap();
    for table in [
        "conversations",
        "messages",
        "message_parts",
        "message_html",
        "answers",
        "passages",
        "passage_embeddings",
        "summaries",
        "jobs",
        "answer_queue",
    ] {
        let left: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
            .fetch_one(&pool)
            .await
            .unwrap();
        assert_eq!(left, 0, "{table}");
    }
}

#[tokio::test]
async fn the_list_is_paged_without_gaps_or_repetitions() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    for number in 0..23 {
        ask(&anna, None, &format!("number {number}")).await;
    }
    let (mut cursor, mut seen) = (None, Vec::new());
    loop {
        let page = anna.list_conversations(cursor, 5).await.unwrap();
        seen.extend(page.rows.iter().map(|row| row.id));
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    let unique: std::collections::HashSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), unique.len()), (23, 23));
}
