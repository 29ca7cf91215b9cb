//! The order of messages comes from counters, so a clock that jumps does not change it.

use crate::talk::{ask, message, settled};
use hearth_backend::testing::TestBackend;
use hearth_inference::fake::Reply;

async fn shift(test: &TestBackend, statement: &'static str) {
    let pool = sqlx::PgPool::connect_with(test.database.superuser.clone())
        .await
        .unwrap();
    sqlx::query(statement).execute(&pool).await.unwrap();
    pool.close().await;
}

#[tokio::test]
async fn a_clock_that_jumps_a_day_either_way_does_not_change_the_order_of_a_conversation() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, "question 0").await;
    for number in 1..4 {
        ask(&anna, Some(first.conversation), &format!("question {number}")).await;
    }
    settled(&test).await;
    // As if the clock had been a day ahead in the even turns and a day behind in the odd ones.
    shift(
        &test,
        "update messages set created_at = created_at + interval '1 day' * (case when (ordinal / 2) % 2 = 0 then 1 else -1 end)",
    )
    .await;
    ask(&anna, Some(first.conversation), "question 4").await;
    let questions = |texts: Vec<String>| -> Vec<String> {
        let last = |text: String| text.rsplit('\n').next().unwrap_or_default().to_owned();
        texts
            .into_iter()
            .map(last)
            .filter(|text| text.starts_with("question"))
            .collect()
    };
    let expected: Vec<String> = (0..5).map(|number| format!("question {number}")).collect();
    let opened = anna.open_conversation(first.conversation, None).await.unwrap();
    let said = opened
        .messages
        .into_iter()
        .filter(|m| m.answer.is_none())
        .map(|m| m.text)
        .collect();
    assert_eq!(questions(said), expected);
    let prompt = test
        .fake
        .chats()
        .into_iter()
        .rfind(|chat| chat.last_message().ends_with("question 4"))
        .unwrap();
    let asked = prompt
        .messages()
        .into_iter()
        .filter(|(role, _)| role == "user")
        .map(|(_, text)| text)
        .collect();
    assert_eq!(questions(asked), expected);
}

#[tokio::test]
async fn waiting_answers_keep_their_order_when_the_clock_jumps() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake.enqueue(Reply::text("x").hold());
    anna.send(message(None, "wait 0")).await.unwrap();
    test.fake.wait_for_chats(1).await;
    for number in 1..4 {
        anna.send(message(None, &format!("wait {number}"))).await.unwrap();
    }
    shift(
        &test,
        "update answer_queue set enqueued_at = enqueued_at - interval '1 day' * place",
    )
    .await;
    shift(
        &test,
        "update conversations set updated_at = updated_at - interval '1 day' where title = 'wait 2'",
    )
    .await;
    test.fake.release_many(100);
    settled(&test).await;
    test.fake.wait_for_chats(8).await;
    let served: Vec<String> = test
        .fake
        .chats()
        .iter()
        .map(|chat| {
            chat.last_message()
                .rsplit('\n')
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .filter(|text| text.starts_with("wait"))
        .collect();
    assert_eq!(served, ["wait 0", "wait 1", "wait 2", "wait 3"]);
}
