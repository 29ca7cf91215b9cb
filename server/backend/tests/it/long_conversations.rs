//! Conversations longer than the model's window: the beginning of the prompt stays the same for many turns, trimmed
//! messages are summarised and can be recalled, and the page says which messages the model no longer sees.

use crate::talk::{Tab, ask, message, settled};
use hearth_backend::{UserBackend, testing::TestBackend};
use hearth_inference::fake::{Recorded, Reply};
use hearth_types::{AnswerStatus, ConversationId, Event, MessageId, SeenWindow, Sent};
use sqlx::PgPool;

const TOLD: &str = "My locker at the pool has the number 4471.";
const ASKED: &str = "Which number has my locker at the pool?";

/// A server whose model has a small window, gives short answers, and takes notes.
async fn test() -> TestBackend {
    house_with(2048).await
}

async fn house_with(num_ctx: u32) -> TestBackend {
    let test = TestBackend::start_with(|config| config.num_ctx = num_ctx).await;
    test.fake.respond_with(|chat| {
        Reply::text(if takes_notes(chat) {
            "- The locker has the number 4471."
        } else {
            "A short answer."
        })
    });
    test
}

fn takes_notes(chat: &Recorded) -> bool {
    let messages = chat.messages();
    messages[0].1.starts_with("You take notes") || messages[0].1.starts_with("You shorten notes")
}

const TOPICS: [&str; 8] = [
    "apples", "boats", "clouds", "dancing", "engines", "forests", "glass", "honey",
];

/// A message unrelated to all others; about 150 tokens with its answer.
fn filler(number: usize) -> String {
    let topic = TOPICS[number % TOPICS.len()];
    format!(
        "this sentence of round {} is only about {topic} and nothing else. ",
        "x".repeat(number + 1)
    )
    .repeat(6)
}

/// A conversation of `turns` turns that begins with the facts asked about later.
async fn talk(test: &TestBackend, person: &UserBackend, turns: usize) -> Sent {
    let (first, _) = ask(person, None, TOLD).await;
    for number in 0..turns {
        ask(person, Some(first.conversation), &filler(number)).await;
    }
    settled(test).await;
    first
}

/// The prompts of a conversation's answers, in order.
fn prompts(test: &TestBackend) -> Vec<Vec<(String, String)>> {
    let chats = test.fake.chats();
    let answers = chats
        .iter()
        .map(Recorded::messages)
        .filter(|messages| messages[0].1.starts_with("You are Hearth"));
    answers.collect()
}

fn last_prompt(test: &TestBackend) -> String {
    let prompt = prompts(test).pop().unwrap();
    prompt.into_iter().map(|(_, text)| text + "\n").collect()
}

async fn window(person: &UserBackend, conversation: ConversationId) -> Option<SeenWindow> {
    person.open_conversation(conversation, None).await.unwrap().window
}

async fn pool(test: &TestBackend) -> PgPool {
    PgPool::connect_with(test.database.superuser.clone())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_prompt_is_the_previous_one_plus_answer_and_question_except_at_a_trim() {
    let test = house_with(4096).await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, TOLD).await;
    for number in 0..26 {
        ask(&anna, Some(first.conversation), &filler(number)).await;
        // A person takes time to read, so the notes are ready before the next trim.
        settled(&test).await;
    }
    let prompts = prompts(&test);
    let texts: Vec<String> = prompts
        .iter()
        .map(|prompt| {
            prompt
                .iter()
                .map(|(role, text)| format!("{role}: {text}\n"))
                .collect()
        })
        .collect();
    let trims = prompts
        .windows(2)
        .zip(texts.windows(2))
        .filter(|(messages, texts)| {
            let grown = messages[1].starts_with(&messages[0]);
            assert_eq!(
                grown,
                texts[1].starts_with(&texts[0]),
                "in messages and in characters"
            );
            !grown
        })
        .count();
    // Each trim frees half of the budget: four or five of these turns.
    assert!((2..=5).contains(&trims), "{trims} of {}", prompts.len());
}

#[tokio::test]
async fn notes_recalled_for_a_question_are_repeated_with_it_and_not_recalled_twice() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    ask(&anna, None, TOLD).await;
    settled(&test).await;
    let (first, answer) = ask(&anna, None, ASKED).await;
    assert_eq!(answer.answer.unwrap().recalled.len(), 1);
    let (_, again) = ask(
        &anna,
        Some(first.conversation),
        "The locker at the pool, its number again?",
    )
    .await;
    assert!(
        again.answer.unwrap().recalled.is_empty(),
        "the model has it before it"
    );
    let prompts = prompts(&test);
    let [.., before, after] = &prompts[..] else {
        panic!("there were three questions")
    };
    assert!(after.starts_with(before));
    assert!(after[1].1.contains("Anna said: My locker"), "{after:?}");
}

#[tokio::test]
async fn a_deleted_source_disappears_from_later_prompts() {
    let test = test().await;
    let anna = test.annas();
    let (source, _) = ask(&anna, None, TOLD).await;
    settled(&test).await;
    let (first, _) = ask(&anna, None, ASKED).await;
    anna.delete_conversation(source.conversation).await.unwrap();
    ask(&anna, Some(first.conversation), "And now?").await;
    assert!(!last_prompt(&test).contains("4471"));
}

#[tokio::test]
async fn trimmed_messages_are_summarised_at_the_top_of_the_prompt() {
    let test = test().await;
    let anna = test.annas();
    let first = talk(&test, &anna, 14).await;
    // Memory is off here, so only the summary has it.
    anna.set_memory(first.conversation, false).await.unwrap();
    ask(&anna, Some(first.conversation), "What now?").await;
    let prompt = prompts(&test).pop().unwrap();
    assert!(
        prompt[0].1.contains("The locker has the number 4471."),
        "{}",
        prompt[0].1
    );
    assert!(!prompt[1..].iter().any(|(_, text)| text.contains("4471")));
    let window = window(&anna, first.conversation).await.unwrap();
    assert_eq!(
        window.left_out, window.summarised,
        "nothing lies between the summary and the window"
    );
    assert!(window.summary.unwrap().contains("4471"));
}

#[tokio::test]
async fn a_summary_consists_of_earlier_notes_and_new_ones() {
    let test = test().await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, TOLD).await;
    for number in 0..20 {
        ask(&anna, Some(first.conversation), &filler(number)).await;
        settled(&test).await;
    }
    let pool = pool(&test).await;
    let covered: Vec<i32> = sqlx::query_scalar("select messages from summaries order by messages")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert!(covered.len() > 1, "{covered:?}");
    let notes: Vec<String> = sqlx::query_scalar("select text from summaries")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert!(notes.iter().all(|text| text.contains("4471")));
    // Each message is read for notes once.
    let heads = test
        .fake
        .chats()
        .iter()
        .filter(|chat| takes_notes(chat) && chat.last_message().contains(TOLD))
        .count();
    assert_eq!(heads, 1);
}

#[tokio::test]
async fn a_summary_uses_the_window_size_of_the_conversation() {
    let test = test().await;
    talk(&test, &test.annas(), 10).await;
    let chats = test.fake.chats();
    assert!(chats.iter().any(takes_notes));
    for chat in chats {
        assert_eq!(chat.body["options"]["num_ctx"], 2048);
    }
}

#[tokio::test]
async fn the_page_says_what_the_model_no_longer_sees_before_and_after_there_is_a_summary() {
    let test = TestBackend::start_with(|config| config.num_ctx = 2048).await;
    test.fake.respond_with(|chat| {
        let reply = Reply::text("A short answer.");
        if takes_notes(chat) { reply.hold() } else { reply }
    });
    let anna = test.annas();
    let (first, _) = ask(&anna, None, TOLD).await;
    assert_eq!(
        window(&anna, first.conversation).await,
        None,
        "the model sees all"
    );
    for number in 0..12 {
        ask(&anna, Some(first.conversation), &filler(number)).await;
    }
    let before = window(&anna, first.conversation).await.unwrap();
    assert!(before.left_out > 0 && before.left_out % 2 == 0);
    assert_eq!((before.summarised, before.summary), (0, None));
    let opened = anna.open_conversation(first.conversation, None).await.unwrap();
    assert_eq!(opened.messages[before.left_out as usize].id, before.first);

    let mut tab = Tab::open(&anna).await;
    test.fake
        .respond_with(|_| Reply::text("- Anna's locker at the pool has the number 4471."));
    test.fake.release_many(1000);
    let after = tab
        .until(|event| match event {
            Event::WindowMoved { window, .. } if window.summary.is_some() => Some(window),
            _ => None,
        })
        .await;
    assert_eq!((after.first, after.left_out), (before.first, before.left_out));
    assert!(after.summarised > 0 && after.summary.unwrap().contains("4471"));
}

#[tokio::test]
async fn a_summary_is_cancelled_when_a_message_is_sent_and_made_afterwards() {
    let test = TestBackend::start_with(|config| config.num_ctx = 2048).await;
    test.fake.respond_with(|chat| {
        let reply = Reply::text("- The locker has the number 4471.");
        if takes_notes(chat) {
            reply.hold_after(2)
        } else {
            reply
        }
    });
    let anna = test.annas();
    let (first, _) = ask(&anna, None, TOLD).await;
    for number in 0..12 {
        ask(&anna, Some(first.conversation), &filler(number)).await;
    }
    test.fake.wait_for_holds(1).await;
    let mut tab = Tab::open(&anna).await;
    let sent = anna
        .send(message(Some(first.conversation), "Quickly"))
        .await
        .unwrap();
    test.fake.wait_for_disconnect().await;
    assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Done);
    test.fake
        .respond_with(|_| Reply::text("- The locker has the number 4471."));
    tab.until(|event| {
        matches!(event, Event::WindowMoved { window, .. } if window.summary.is_some()).then_some(())
    })
    .await;
}

#[tokio::test]
async fn messages_outside_the_window_are_recalled_and_messages_inside_are_not() {
    let test = test().await;
    let anna = test.annas();
    let first = talk(&test, &anna, 14).await;
    let (_, answer) = ask(&anna, Some(first.conversation), ASKED).await;
    let recalled = answer.answer.unwrap().recalled;
    assert_eq!(recalled[0].message, first.message);
    assert!(last_prompt(&test).contains("Anna said: My locker"));

    let (second, _) = ask(&anna, None, "The gate of the garden has the number 12.").await;
    settled(&test).await;
    let (_, answer) = ask(
        &anna,
        Some(second.conversation),
        "Which number has the gate of the garden?",
    )
    .await;
    let own = answer.answer.unwrap().recalled;
    assert!(
        own.iter().all(|r| r.conversation != second.conversation),
        "{own:?}"
    );
}

/// Continues the conversation from before an early message, as editing that message does.
async fn branch_off(test: &TestBackend, conversation: ConversationId, ordinal: i64) {
    sqlx::query(
        "update conversations set active_leaf = (select id from messages where conversation_id = $1 and ordinal = $2)
         where id = $1",
    )
    .bind(conversation.0)
    .bind(ordinal)
    .execute(&pool(test).await)
    .await
    .unwrap();
}

#[tokio::test]
async fn a_branch_has_nothing_of_the_messages_it_left() {
    let test = test().await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, "Good evening.").await;
    ask(&anna, Some(first.conversation), TOLD).await;
    for number in 0..14 {
        ask(&anna, Some(first.conversation), &filler(number)).await;
    }
    settled(&test).await;
    assert!(window(&anna, first.conversation).await.unwrap().summary.is_some());
    // The branch leaves before the message about the locker.
    branch_off(&test, first.conversation, 2).await;
    assert_eq!(window(&anna, first.conversation).await, None);
    let (_, answer) = ask(&anna, Some(first.conversation), ASKED).await;
    assert!(answer.answer.unwrap().recalled.is_empty());
    assert!(!last_prompt(&test).contains("4471"), "{}", last_prompt(&test));
}

#[tokio::test]
async fn changing_a_message_deletes_the_summaries_made_of_it() {
    let test = test().await;
    let anna = test.annas();
    let first = talk(&test, &anna, 14).await;
    let pool = pool(&test).await;
    let count = async || -> i64 {
        sqlx::query_scalar("select count(*) from summaries where text like '%4471%'")
            .fetch_one(&pool)
            .await
            .unwrap()
    };
    assert!(count().await > 0);
    // The answer of the first turn is requested again: notes about the old answer are deleted.
    sqlx::query("update answers set status = 'stopped' where id = $1")
        .bind(first.answer.0)
        .execute(&pool)
        .await
        .unwrap();
    anna.retry_answer(first.answer).await.unwrap();
    assert_eq!(count().await, 0);
    settled(&test).await;
    ask(&anna, Some(first.conversation), &filler(20)).await;
    settled(&test).await;
    assert!(count().await > 0, "they are made again");
    sqlx::query("delete from messages where id = $1")
        .bind(first.message.0)
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(count().await, 0);
}

#[tokio::test]
async fn a_window_begins_after_the_messages_that_are_too_old_to_be_read() {
    let test = TestBackend::start_with(|config| config.num_ctx = 2048).await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, TOLD).await;
    settled(&test).await;
    // Nine hundred short messages, as after years of small talk.
    sqlx::query(
        "with numbered as (select n, gen_random_uuid() as id from generate_series(3, 902) n),
         linked as (select n, id, coalesce(lag(id) over (order by n), $2) as parent from numbered),
         made as (insert into messages (id, space_id, conversation_id, parent_id, ordinal, said_by, author_id)
                  select id, $3, $1, parent, n, case when n % 2 = 1 then 'person' else 'model' end,
                         case when n % 2 = 1 then $3 end from linked returning id, space_id, ordinal),
         words as (insert into message_parts (message_id, space_id, position, kind, text)
                   select id, space_id, 0, 'text', 'Small talk ' || ordinal from made)
         update conversations set active_leaf = (select id from made where ordinal = 902), next_ordinal = 903
         where id = $1",
    )
    .bind(first.conversation.0)
    .bind(first.answer.0)
    .bind(test.anna.0)
    .execute(&pool(&test).await)
    .await
    .unwrap();
    let (_, answer) = ask(&anna, Some(first.conversation), ASKED).await;
    let answer = answer.answer.unwrap();
    assert_eq!(answer.recalled[0].message, first.message);
    let window = window(&anna, first.conversation).await.unwrap();
    assert_eq!(answer.left_out.messages, window.left_out);
    let seen: usize = prompts(&test).pop().unwrap().len() - 2;
    assert_eq!(seen + window.left_out as usize, 902);
    assert_ne!(window.first, MessageId(first.message.0));
}
