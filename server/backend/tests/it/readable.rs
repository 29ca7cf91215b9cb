//! Text of invisible characters is treated as empty in every field.

use super::{
    people::problem,
    talk::{ask, message},
};
use hearth_backend::{memory::memories::NewMemory, testing::TestBackend};
use hearth_types::{Field, InvalidReason, Problem, Role, Search};

/// Spaces, joiners, direction marks, fillers, marks without a letter, selectors, tags.
const INVISIBLE: [&str; 9] = [
    "\u{3164}",
    "\u{200b}\u{200d}",
    "\u{2800} \u{2800}",
    "\u{202e}\u{2066}",
    " \u{301}",
    "\u{fe0f}",
    "\u{e0041}\u{e007f}",
    "\u{115f}\u{ffa0}",
    "\u{3000}\n\u{ad}",
];

fn empty(field: Field) -> Problem {
    Problem::Invalid {
        field,
        reason: InvalidReason::Empty,
    }
}

#[tokio::test]
async fn messages_titles_names_and_memories_of_invisible_characters_are_refused_as_empty() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (sent, _) = ask(&anna, None, "Hello").await;
    for text in INVISIBLE {
        let refused = problem(anna.send(message(None, text)).await);
        assert_eq!(refused, empty(Field::Text), "{text:?}");
        let refused = problem(anna.rename_conversation(sent.conversation, text).await);
        assert_eq!(refused, empty(Field::Title), "{text:?}");
        let refused = problem(anna.keep_memory(NewMemory::told(text)).await);
        assert_eq!(refused, empty(Field::Statement), "{text:?}");
        let accounts = test.backend.accounts();
        let refused = problem(accounts.add_user(text, TestBackend::PASSWORD, Role::Member).await);
        assert!(
            matches!(
                refused,
                Problem::Invalid {
                    field: Field::Name,
                    ..
                }
            ),
            "{text:?}: {refused:?}"
        );
        let found = anna.search(&search(text), None).await.unwrap();
        assert!(found.hits.is_empty(), "{text:?}");
        let administration = test.backend.administration(test.anna).await.unwrap();
        administration.invite(text).await.unwrap();
        let links = administration.pending_links().await.unwrap();
        assert!(
            links.iter().all(|link| link.name.is_empty()),
            "{text:?}: as without a name"
        );
    }
}

#[tokio::test]
async fn emoji_and_single_letters_of_any_script_are_messages_and_titles() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    for text in [
        "👍🏽",
        "1\u{fe0f}\u{20e3}",
        "🇨🇳",
        "👨\u{200d}👩\u{200d}👧",
        "中",
        "س",
        ".",
    ] {
        let (sent, _) = ask(&anna, None, text).await;
        anna.rename_conversation(sent.conversation, text).await.unwrap();
    }
}

#[tokio::test]
async fn the_first_line_that_can_be_read_is_the_title_until_there_is_a_better_one() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let sent = anna
        .send(message(None, "\u{200b}\n\u{3164}\nBread and salt"))
        .await
        .unwrap();
    let opened = anna
        .open_conversation(sent.conversation, hearth_types::Part::Newest)
        .await
        .unwrap();
    assert_eq!(opened.title, "Bread and salt");
}

fn search(words: &str) -> Search {
    Search {
        words: words.to_owned(),
        ..Search::default()
    }
}
