//! Complete answers, in both protocols.

use std::time::Duration;

use futures::StreamExt;
use hearth_inference::{
    ChatEvent, ChatImage, ServerKind, StopReason,
    fake::{FakeModel, FakeModelServer, Reply},
};
use serde_json::json;

use crate::support::{BOTH, CHAT, answer, ask, patient};

#[tokio::test]
async fn an_answer_arrives_whole_with_its_reasoning_and_statistics() {
    let fake = FakeModelServer::start().await;
    for kind in BOTH {
        fake.enqueue(Reply::text("Good morning to you").thinking("they greet me"));
        let answer = answer(&*patient(&fake, kind), ask("Good morning")).await;
        assert_eq!(answer.text, "Good morning to you");
        assert_eq!(answer.thinking, "they greet me");
        let done = answer.done.unwrap();
        assert_eq!(
            (done.stop, done.completion_tokens),
            (StopReason::End, Some(4)),
            "{kind:?}"
        );
        assert!(done.prompt_tokens.is_some());
    }
}

#[tokio::test]
async fn an_unscripted_fake_echoes_the_message() {
    let fake = FakeModelServer::start().await;
    for kind in BOTH {
        assert_eq!(
            answer(&*patient(&fake, kind), ask("tea, please")).await.text,
            "You said: tea, please"
        );
    }
}

#[tokio::test]
async fn characters_split_by_the_network_arrive_whole() {
    let fake = FakeModelServer::start().await;
    let text = "Grüße aus 北京 🐕‍🦺 naïve\r\n\"quoted\" \\ done";
    for kind in BOTH {
        for size in [1, 2, 3, 7] {
            fake.enqueue(Reply::text(text).in_pieces_of(size));
            let answer = answer(&*patient(&fake, kind), ask("x")).await;
            assert_eq!(
                (answer.text.as_str(), answer.error),
                (text, None),
                "{kind:?}, pieces of {size}"
            );
        }
    }
}

#[tokio::test]
async fn tokens_arrive_while_the_answer_is_still_being_written() {
    let fake = FakeModelServer::start().await;
    for kind in BOTH {
        fake.enqueue(Reply::text("first second third").hold_after(1));
        let mut stream = patient(&fake, kind).chat(ask("x")).await.unwrap();
        assert_eq!(stream.next().await.unwrap(), Ok(ChatEvent::Text("first ".into())));
        fake.wait_for_holds(1).await;
        fake.release();
        assert_eq!(
            stream.next().await.unwrap(),
            Ok(ChatEvent::Text("second ".into()))
        );
    }
}

#[tokio::test]
async fn an_answer_cut_off_at_its_limit_reports_it() {
    let fake = FakeModelServer::start().await;
    for kind in BOTH {
        fake.enqueue(Reply::text("and then").stop_reason("length"));
        assert_eq!(
            answer(&*patient(&fake, kind), ask("x")).await.done.unwrap().stop,
            StopReason::Length
        );
    }
}

#[tokio::test]
async fn ollama_gets_the_context_window_and_must_not_truncate_or_shift() {
    let fake = FakeModelServer::start().await;
    let mut request = ask("x");
    request.max_tokens = Some(64);
    request.temperature = Some(0.5);
    request.seed = Some(7);
    request.think = Some(false);
    request.keep_alive = Some(Duration::from_secs(600));
    answer(&*patient(&fake, ServerKind::Ollama), request).await;
    let sent = fake.chats().remove(0).body;
    assert_eq!(
        sent["options"],
        json!({"num_ctx": 4096, "num_predict": 64, "temperature": 0.5, "seed": 7})
    );
    assert_eq!(
        (&sent["truncate"], &sent["shift"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(
        (&sent["stream"], &sent["think"], &sent["keep_alive"]),
        (&json!(true), &json!(false), &json!("600s"))
    );
    assert_eq!(sent["messages"], json!([{"role": "user", "content": "x"}]));
}

#[tokio::test]
async fn an_openai_server_is_asked_for_usage_and_not_for_a_window() {
    let fake = FakeModelServer::start().await;
    let mut request = ask("x");
    request.max_tokens = Some(64);
    answer(&*patient(&fake, ServerKind::OpenAi), request).await;
    let sent = fake.chats().remove(0).body;
    assert_eq!(sent["stream_options"], json!({"include_usage": true}));
    assert_eq!(sent["max_tokens"], json!(64));
    assert!(sent.get("options").is_none() && sent.get("num_ctx").is_none());
}

#[tokio::test]
async fn a_schema_is_sent_in_each_protocol_and_answered_with_valid_json() {
    let fake = FakeModelServer::start().await;
    let schema = json!({
        "type": "object", "required": ["title", "tags"],
        "properties": {"title": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}},
    });
    for kind in BOTH {
        let mut request = ask("x");
        request.json_schema = Some(schema.clone());
        let text = answer(&*patient(&fake, kind), request).await.text;
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(
            value["title"].is_string() && value["tags"].is_array(),
            "{kind:?}: {text}"
        );
        assert_eq!(fake.chats().pop().unwrap().schema(), Some(&schema), "{kind:?}");
    }
}

#[tokio::test]
async fn pictures_are_sent_with_their_message_in_each_protocol() {
    let fake = FakeModelServer::start().await;
    fake.set_models(vec![FakeModel::with_vision(CHAT)]);
    for kind in BOTH {
        let mut request = ask("What is this?");
        request.messages[0].images.push(ChatImage {
            media_type: "image/png".into(),
            base64: "iVBORw0KGgo=".into(),
        });
        let said = answer(&*patient(&fake, kind), request).await;
        assert_eq!(said.text, "You said: What is this? (and 1 pictures)", "{kind:?}");
    }
    let sent: Vec<_> = fake
        .chats()
        .iter()
        .map(|chat| chat.body["messages"][0].clone())
        .collect();
    assert_eq!(sent[0]["images"], json!(["iVBORw0KGgo="]));
    let url = "data:image/png;base64,iVBORw0KGgo=";
    assert_eq!(
        sent[1]["content"][0],
        json!({ "type": "image_url", "image_url": { "url": url } })
    );
}
