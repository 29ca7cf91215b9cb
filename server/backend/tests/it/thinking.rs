//! Models that think before they answer, through a scripted model server.

use crate::talk::{Tab, answer, ask, message, settled};
use hearth_backend::{UserBackend, testing::TestBackend};
use hearth_inference::fake::Reply;
use hearth_types::{AnswerId, AnswerStatus, Event, Sent};

/// Waits until the tab shows that the model is thinking; returns whether "Answer now" is offered.
async fn thinks(tab: &mut Tab, id: AnswerId) -> bool {
    tab.until(|event| match event {
        Event::AnswerThinking {
            answer,
            can_answer_now,
            ..
        } if answer == id => Some(can_answer_now),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn thoughts_are_stored_only_for_the_person_who_asked() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake
        .enqueue(Reply::text("A cat.").thinking("The canary <b>sings</b>, or **not**."));
    let (sent, first) = ask(&anna, None, "Which animal?").await;
    assert_eq!(first.text, "A cat.");
    assert!(!first.html.contains("canary"));
    let thought = first.answer.unwrap().thought.expect("it thought");
    assert!(!thought.cut_short);
    let html = anna.thoughts(sent.answer).await.unwrap();
    assert!(
        html.contains("canary &lt;b&gt;sings") && html.contains("<strong>not</strong>"),
        "{html}"
    );

    // Thoughts are neither in the next prompt nor in the search index.
    let (_, _) = ask(&anna, Some(sent.conversation), "Does the canary sing?").await;
    settled(&test).await;
    for chat in test.fake.chats() {
        assert!(!chat.body.to_string().contains("sings"), "{}", chat.body);
    }
    for embed in test.fake.embeds() {
        assert!(!embed.body.to_string().contains("sings"), "{}", embed.body);
    }
    // Nor visible to another person.
    let bob = test.person("Bob").await;
    assert!(test.backend.for_user(bob).thoughts(sent.answer).await.is_err());
}

async fn asked(test: &TestBackend, anna: &UserBackend, reply: Reply) -> (Tab, Sent) {
    test.fake.enqueue(reply);
    let tab = Tab::open(anna).await;
    let sent = anna.send(message(None, "A riddle")).await.unwrap();
    (tab, sent)
}

#[tokio::test]
async fn answer_now_ends_the_thinking_and_keeps_the_conversation() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let endless = Reply::text("Never said.")
        .thinking("one two three four five")
        .hold_thoughts_after(3);
    let (mut tab, sent) = asked(&test, &anna, endless).await;
    assert!(thinks(&mut tab, sent.answer).await);
    // A tab that opens now sees that the model is thinking.
    let mut late = Tab::open(&anna).await;
    assert!(thinks(&mut late, sent.answer).await);

    test.fake.enqueue(Reply::text("Forty-two.").thinking("not again"));
    anna.answer_now(sent.answer).await.unwrap();
    assert!(!thinks(&mut tab, sent.answer).await);
    assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Done);
    let said = answer(&anna, &sent).await;
    assert_eq!(said.text, "Forty-two.");
    assert!(said.answer.unwrap().thought.expect("it had thought").cut_short);
    let thoughts = anna.thoughts(sent.answer).await.unwrap();
    assert!(
        thoughts.contains("one two") && !thoughts.contains("again"),
        "{thoughts}"
    );

    let asked: Vec<_> = test
        .fake
        .chats()
        .into_iter()
        .filter(|chat| chat.last_message().contains("riddle"))
        .collect();
    assert!(asked.len() >= 2);
    assert_eq!(asked[0].messages(), asked[1].messages(), "the same question");
    assert!(asked[0].may_think() && !asked[1].may_think());
    // Refused for an ended answer, and for one of another person.
    assert!(anna.answer_now(sent.answer).await.is_err());
    let bob = test.person("Bob").await;
    assert!(test.backend.for_user(bob).answer_now(sent.answer).await.is_err());
}

#[tokio::test]
async fn a_model_that_thinks_in_its_text_is_treated_the_same() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    for reply in [
        "<think>\nThe canary again.\n</think>\n\nA *dog*.",
        "The canary again.\n</think>\n\nA *dog*.",
    ] {
        test.fake.enqueue(Reply::text(reply));
        let (sent, said) = ask(&anna, None, "Which animal?").await;
        assert_eq!(said.text, "A *dog*.");
        assert!(
            said.html.contains("<em>dog</em>") && !said.html.contains("canary"),
            "{}",
            said.html
        );
        assert!(said.answer.unwrap().thought.is_some());
        assert!(anna.thoughts(sent.answer).await.unwrap().contains("canary"));
        // Lets the title job finish, which also sends a request to the model.
        settled(&test).await;
    }
}

#[tokio::test]
async fn a_model_that_thinks_in_its_text_is_stopped_by_an_empty_thought_as_prefix() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (mut tab, sent) = asked(
        &test,
        &anna,
        Reply::text("<think> so many words </think> No.").hold_after(4),
    )
    .await;
    assert!(thinks(&mut tab, sent.answer).await);
    test.fake.enqueue(Reply::text("Yes."));
    anna.answer_now(sent.answer).await.unwrap();
    tab.ended(sent.answer).await;
    assert_eq!(answer(&anna, &sent).await.text, "Yes.");
    let last = test
        .fake
        .chats()
        .into_iter()
        .find(|chat| !chat.may_think())
        .expect("asked again");
    let (role, text) = last.messages().pop().unwrap();
    assert_eq!((role.as_str(), text.trim()), ("assistant", "<think>\n\n</think>"));
}

#[tokio::test]
async fn an_answer_with_only_thoughts_is_requested_once_more() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake
        .enqueue(Reply::text("").thinking("round and round").stop_reason("length"));
    test.fake.enqueue(Reply::text("Here."));
    let (_, said) = ask(&anna, None, "Where?").await;
    assert_eq!(said.text, "Here.");
    assert!(said.answer.unwrap().thought.expect("it thought").cut_short);
}

#[tokio::test]
async fn stop_while_it_thinks_keeps_the_thoughts() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (mut tab, sent) = asked(
        &test,
        &anna,
        Reply::text("No.")
            .thinking("one two three")
            .hold_thoughts_after(2),
    )
    .await;
    thinks(&mut tab, sent.answer).await;
    anna.stop_answer(sent.answer).await.unwrap();
    assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Stopped);
    assert!(anna.thoughts(sent.answer).await.unwrap().contains("one"));
}
