//! Misbehaving models and servers: empty answers, withheld answers, thoughts in every format, loops.

use crate::{
    export::{export, unpack},
    talk::{Tab, answer, ask, message, settled},
};
use hearth_backend::testing::TestBackend;
use hearth_inference::{
    ServerKind,
    fake::{Recorded, Reply},
};
use hearth_types::{AnswerStatus, Event, ModelTrouble};
use serde_json::Value;

#[tokio::test]
async fn an_answer_without_words_says_so_and_can_be_tried_again() {
    for kind in [ServerKind::Ollama, ServerKind::OpenAi] {
        let test = TestBackend::start_with(move |config| {
            let url = config.model_server.base_url().to_owned();
            config.model_server = hearth_inference::connect(&url, kind);
        })
        .await;
        let anna = test.annas();
        let words = |words: &[&str]| Reply::tokens(words.iter().map(|word| (*word).to_owned()).collect());
        for (replies, trouble, text) in [
            (vec![words(&[])], ModelTrouble::SaidNothing, ""),
            (vec![words(&[" ", "\n\u{200b}"])], ModelTrouble::SaidNothing, ""),
            (
                vec![words(&[]).stop_reason("content_filter")],
                ModelTrouble::Withheld,
                "",
            ),
            (
                vec![words(&["Half"]).stop_reason("content_filter")],
                ModelTrouble::Withheld,
                "Half",
            ),
            // Only thoughts, and still no text when asked once more without thinking.
            (
                vec![words(&[]).thinking("hm, hm"), words(&[])],
                ModelTrouble::SaidNothing,
                "",
            ),
            (
                vec![words(&["<think>hm</think>"]), words(&["<think>hm</think>"])],
                ModelTrouble::SaidNothing,
                "",
            ),
        ] {
            replies.into_iter().for_each(|reply| test.fake.enqueue(reply));
            let (sent, failed) = ask(&anna, None, "Hi").await;
            let detail = failed.answer.unwrap();
            assert_eq!(
                (detail.status, detail.trouble),
                (AnswerStatus::Failed, Some(trouble)),
                "{kind:?}"
            );
            assert_eq!(
                failed
                    .text
                    .trim_matches(|c: char| c.is_whitespace() || c == '\u{200b}'),
                text
            );
            test.fake.enqueue(Reply::text("Here I am."));
            let mut tab = Tab::open(&anna).await;
            anna.retry_answer(sent.answer).await.unwrap();
            assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Done);
            assert_eq!(answer(&anna, &sent).await.text, "Here I am.");
            settled(&test).await;
        }
    }
}

#[tokio::test]
async fn a_model_that_repeats_itself_is_stopped_and_the_good_part_is_kept() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    for (good, again) in [
        ("Paris is the capital.\n\n", "No, no, "),
        ("巴黎是首都。\n\n", "对不起，我不明白。 "),
    ] {
        let words = good
            .split_inclusive(' ')
            .chain(std::iter::repeat_n(again, 20_000));
        let endless = Reply::tokens(words.map(str::to_owned).collect());
        test.fake.enqueue(endless);
        let (sent, failed) = ask(&anna, None, "What is the capital of France?").await;
        let detail = failed.answer.unwrap();
        assert_eq!(
            (detail.status, detail.trouble),
            (AnswerStatus::Failed, Some(ModelTrouble::Repeating))
        );
        assert!(!detail.can_continue);
        assert!(failed.text.starts_with(good.trim_end()), "{:?}", failed.text);
        assert!(
            failed.text.len() <= good.len() + 3 * again.len(),
            "{:?}",
            failed.text
        );
        assert!(
            failed.html.len() < 400,
            "what is shown is what is kept: {}",
            failed.html
        );
        test.fake.enqueue(Reply::text("Paris."));
        let mut tab = Tab::open(&anna).await;
        anna.retry_answer(sent.answer).await.unwrap();
        assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Done);
        settled(&test).await;
    }
    // A model whose thoughts repeat without end is asked for its answer without thinking.
    test.fake
        .enqueue(Reply::text("Never said.").thinking(&"Wait, no. ".repeat(20_000)));
    test.fake.enqueue(Reply::text("Forty-two."));
    let (_, said) = ask(&anna, None, "A riddle").await;
    assert_eq!(
        (said.text.as_str(), said.answer.unwrap().status),
        ("Forty-two.", AnswerStatus::Done)
    );
}

/// Removes a field from every object.
fn remove(value: &mut Value, field: &str) {
    match value {
        Value::Object(fields) => {
            fields.remove(field);
            fields.values_mut().for_each(|value| remove(value, field));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| remove(value, field)),
        _ => {}
    }
}

/// Replies in each format, with the canary in the thought and "yes" as the answer.
const THOUGHTS: [&str; 8] = [
    "<think>canary `</think>` canary</think>\n\nyes",
    "canary so</think>yes",
    "[THINK]canary[/THINK]yes",
    "<reasoning>canary</reasoning>\nyes",
    "<|begin_of_thought|>canary<|end_of_thought|>\n<|begin_of_solution|>yes<|end_of_solution|>",
    "<|channel|>analysis<|message|>canary<|end|><|start|>assistant<|channel|>final<|message|>yes",
    "◁think▷canary◁/think▷yes",
    "analysisThe canary sings.assistantfinalyes",
];

#[tokio::test]
async fn thoughts_of_every_format_are_in_no_answer_title_export_or_prompt() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    // The same model writes titles and facts, with the same thoughts.
    test.fake.respond_with(|request: &Recorded| {
        let said = request.last_message();
        let number = said.chars().filter(char::is_ascii_digit).collect::<String>();
        let text = THOUGHTS[number.parse::<usize>().unwrap_or(0) % THOUGHTS.len()];
        Reply::tokens(text.chars().map(String::from).collect())
    });
    for (number, thought) in THOUGHTS.iter().enumerate() {
        let mut tab = Tab::open(&anna).await;
        let sent = anna
            .send(message(None, &format!("Question {number}")))
            .await
            .unwrap();
        let shown = tab
            .until(|event| match event {
                Event::AnswerEnded { html, answer, .. } if answer == sent.answer => Some(html),
                _ => None,
            })
            .await;
        let stored = answer(&anna, &sent).await;
        assert_eq!(stored.text.trim(), "yes", "{thought}");
        assert_eq!(shown, stored.html, "what was streamed is what a reload shows");
        assert!(stored.answer.unwrap().thought.is_some(), "{thought}");
        settled(&test).await;
        let title = anna
            .open_conversation(sent.conversation, None)
            .await
            .unwrap()
            .title;
        assert!(!title.is_empty() && !title.contains("canary"), "{title}");
    }
    for embed in test.fake.embeds() {
        assert!(!embed.body.to_string().contains("canary"), "{}", embed.body);
    }
    for chat in test.fake.chats() {
        assert!(!chat.body.to_string().contains("canary"), "{}", chat.body);
    }
    // In the archive thoughts are in a field of their own, separate from the answer, as in the database.
    for (name, bytes) in unpack(&export(&anna).await) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let text = match serde_json::from_slice::<Value>(&bytes) {
            Ok(mut value) => {
                remove(&mut value, "thinking");
                value.to_string()
            }
            Err(_) => text,
        };
        assert!(!text.contains("canary"), "{name}");
    }
}
