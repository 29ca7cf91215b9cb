//! Search: its results, their order and excerpts, and that people find only messages they may read.

use crate::talk::{ask, message, settled};
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use hearth_backend::{
    UserBackend,
    evaluation::{Recorded, RecordedMessage},
    memory::memories::NewMemory,
    search::PAGE_LENGTH,
    testing::TestBackend,
};
use hearth_inference::fake::Reply;
use hearth_types::{
    ByMeaning, Field, Found, InvalidReason, MemoryUse, MessageId, Problem, SaidBy, Search, SearchHit,
    SearchScope, SpaceId, SpaceRole, Speaker, UserId,
};
use sqlx::{Connection, PgConnection};
use std::collections::HashSet;

fn on(year: i32, month: u32, day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, month, day, 12, 0, 0).unwrap()
}

/// Stores messages, each in its own conversation, with author (none for the model), time and text.
async fn said(test: &TestBackend, texts: &[(Option<UserId>, DateTime<Utc>, &str)]) -> Vec<MessageId> {
    let mut ids = Vec::new();
    for (author, at, text) in texts {
        ids.extend(recorded(test, SpaceId(test.anna.0), "Told", &[(*author, *at, *text)]).await);
    }
    ids
}

async fn recorded(
    test: &TestBackend,
    space: SpaceId,
    title: &str,
    messages: &[(Option<UserId>, DateTime<Utc>, &str)],
) -> Vec<MessageId> {
    let messages: Vec<RecordedMessage> = messages
        .iter()
        .map(|(author, at, text)| RecordedMessage {
            author: *author,
            at: *at,
            text: (*text).to_owned(),
        })
        .collect();
    let recorded = Recorded {
        space,
        title,
        messages: &messages,
    };
    test.annas().record_conversation(&recorded).await.unwrap()
}

/// Stores messages of Anna's, one day apart; the last is the newest.
async fn annas_words(test: &TestBackend, texts: &[&str]) -> Vec<MessageId> {
    let anna = Some(test.anna);
    let stored: Vec<_> = texts
        .iter()
        .zip(0..)
        .map(|(text, day)| (anna, on(2025, 3, 1) + TimeDelta::days(day), *text))
        .collect();
    said(test, &stored).await
}

fn words(words: &str) -> Search {
    Search {
        words: words.to_owned(),
        ..Search::default()
    }
}

async fn hits(person: &UserBackend, search: &Search) -> Vec<SearchHit> {
    person.search(search, None).await.unwrap().hits
}

fn text(hit: &SearchHit) -> String {
    hit.excerpt.iter().map(|piece| piece.text.as_str()).collect()
}

async fn texts(person: &UserBackend, search: &Search) -> Vec<String> {
    hits(person, search).await.iter().map(text).collect()
}

async fn found(person: &UserBackend, searched: &str) -> Vec<String> {
    texts(person, &words(searched)).await
}

/// The excerpt with the marked words in brackets.
fn marked(hit: &SearchHit) -> String {
    let piece = |piece: &hearth_types::ExcerptPiece| {
        if piece.marked {
            format!("[{}]", piece.text)
        } else {
            piece.text.clone()
        }
    };
    hit.excerpt.iter().map(piece).collect()
}

#[tokio::test]
async fn hits_with_all_words_come_first_then_rare_words_then_the_newest() {
    let test = TestBackend::start().await;
    annas_words(
        &test,
        &[
            "The oldest note about the garden",
            "A garden wall of old stone",
            "A garden gate of green iron",
            "A stone garden path of gravel",
            "Nothing about plants",
        ],
    )
    .await;
    let anna = test.annas();
    assert_eq!(
        found(&anna, "garden stone ").await[..2],
        ["A stone garden path of gravel", "A garden wall of old stone"]
    );
    let of_equals = found(&anna, "garden iron gravel wall ").await;
    assert!(
        !of_equals.contains(&"Nothing about plants".to_owned()),
        "{of_equals:?}"
    );
    assert_eq!(found(&anna, "garden ").await[0], "A stone garden path of gravel");
    assert_eq!(found(&anna, "garden ").await.len(), 4);
}

#[tokio::test]
async fn every_form_of_a_word_is_found_and_marked() {
    let test = TestBackend::start().await;
    annas_words(&test, &["Our dogs were barking at 192.168.0.1 <script>"]).await;
    let anna = test.annas();
    for (searched, expected) in [
        ("dog ", "Our [dogs] were barking at 192.168.0.1 <script>"),
        ("BARKS", "Our dogs were [barking] at 192.168.0.1 <script>"),
        ("192.168.0.1", "Our dogs were barking at [192.168.0.1] <script>"),
        ("ＤＯＧ", "Our [dogs] were barking at 192.168.0.1 <script>"),
    ] {
        let hits = hits(&anna, &words(searched)).await;
        assert_eq!(
            hits.iter().map(marked).collect::<Vec<_>>(),
            [expected],
            "{searched}"
        );
    }
}

#[tokio::test]
async fn a_phrase_is_found_literally_but_without_regard_to_punctuation() {
    let test = TestBackend::start().await;
    annas_words(
        &test,
        &[
            "Red apples, green pears",
            "Green apples and red pears",
            "A red,\n apple pie",
        ],
    )
    .await;
    let anna = test.annas();
    for quoted in ["\"red apples\"", "“red apple”", "„Red Apples“ "] {
        let found: HashSet<String> = found(&anna, quoted).await.into_iter().collect();
        assert_eq!(
            found,
            HashSet::from([
                "Red apples, green pears".to_owned(),
                "A red, apple pie".to_owned()
            ]),
            "{quoted}"
        );
    }
    let order = found(&anna, "\"red apples\" pie").await;
    assert_eq!(order[0], "A red, apple pie");
    assert_eq!(found(&anna, "\"red pie\"").await, [""; 0]);
}

#[tokio::test]
async fn the_beginning_of_the_last_word_finds_it_after_the_word_itself() {
    let test = TestBackend::start().await;
    annas_words(&test, &["The cat sleeps", "A category of its own"]).await;
    let anna = test.annas();
    assert_eq!(
        found(&anna, "cat").await,
        ["The cat sleeps", "A category of its own"]
    );
    assert_eq!(found(&anna, "cat ").await, ["The cat sleeps"]);
    assert_eq!(found(&anna, "categ").await, ["A category of its own"]);
}

#[tokio::test]
async fn chinese_is_found_by_words_by_single_characters_and_by_phrases() {
    let test = TestBackend::start().await;
    annas_words(
        &test,
        &[
            "我的狗叫饼干，对鸡肉过敏",
            "隔壁养了一只狗。",
            "今天下雨，没有出门",
        ],
    )
    .await;
    let anna = test.annas();
    assert_eq!(found(&anna, "饼干").await, ["我的狗叫饼干，对鸡肉过敏"]);
    assert_eq!(
        found(&anna, "狗").await,
        ["隔壁养了一只狗。", "我的狗叫饼干，对鸡肉过敏"]
    );
    assert_eq!(found(&anna, "“鸡肉过敏”").await, ["我的狗叫饼干，对鸡肉过敏"]);
    assert_eq!(found(&anna, "“过敏鸡肉”").await, [""; 0]);
    let hits = hits(&anna, &words("狗 过敏")).await;
    assert_eq!(marked(&hits[0]), "我的[狗]叫饼干，对鸡肉[过敏]");
}

#[tokio::test]
async fn matches_in_long_messages_code_and_very_long_words_have_the_right_excerpt() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let filler = "Nothing of interest stands here at all. ".repeat(200);
    let long = format!("{filler}The plumber is called Aurelio. {filler}");
    let code = "fn main() {\n    let total_price = compute_total(&basket)?;\n}";
    let endless = format!("key {} end", "a1b2c3".repeat(600));
    annas_words(&test, &[&long, code, &endless]).await;
    let plumber = hits(&anna, &words("aurelio")).await;
    assert_eq!(plumber.len(), 1, "a message once, however many pieces it has");
    assert!(
        marked(&plumber[0]).contains("The plumber is called [Aurelio]."),
        "{:?}",
        plumber[0]
    );
    assert!(text(&plumber[0]).len() < 400);
    assert!(marked(&hits(&anna, &words("compute_total")).await[0]).contains("[compute_total](&basket)"));
    assert_eq!(hits(&anna, &words("total_price basket")).await.len(), 1);
    assert_eq!(hits(&anna, &words(&"a1b2c3".repeat(80))).await.len(), 0);
    assert!(
        marked(&hits(&anna, &words("what is it ")).await[0]).contains("plumber [is] called"),
        "the only word there"
    );
}

#[tokio::test]
async fn hits_by_meaning_come_after_hits_by_words_and_are_marked() {
    let test = TestBackend::start().await;
    // The first embedded message calibrates the similarity floor of the model.
    ask(&test.annas(), None, "Hello there").await;
    // The scripted embedder reads these words as "zzz" and "mmm", but a stemmer does not.
    for message in annas_words(&test, &["zzzed and mmmed", "Bread and butter"]).await {
        test.annas().embed_now(message).await.unwrap();
    }
    let page = test
        .annas()
        .search(&words("bread zzzing mmming "), None)
        .await
        .unwrap();
    assert_eq!(page.by_meaning, ByMeaning::Yes);
    let seen: Vec<(String, bool)> = page.hits.iter().map(|hit| (text(hit), hit.similar)).collect();
    assert_eq!(
        seen,
        [
            ("Bread and butter".to_owned(), false),
            ("zzzed and mmmed".to_owned(), true)
        ]
    );
    let phrase = test
        .annas()
        .search(&words("\"bread and butter\""), None)
        .await
        .unwrap();
    assert_eq!((phrase.by_meaning, phrase.hits.len()), (ByMeaning::No, 1));
    assert!(!phrase.hits[0].similar);
}

#[tokio::test]
async fn search_by_words_does_not_wait_for_an_embedder_that_is_away() {
    let test = TestBackend::start().await;
    ask(&test.annas(), None, "My dog is called Biscuit").await;
    settled(&test).await;
    test.fake.stop();
    let page = test.annas().search(&words("biscuit"), None).await.unwrap();
    assert_eq!(page.by_meaning, ByMeaning::Late);
    assert!(!page.hits.is_empty());
}

#[tokio::test]
async fn dates_speakers_and_places_narrow_a_search() {
    let test = TestBackend::start().await;
    let (anna, ben) = (test.anna, test.person("Ben").await);
    let shared = test.backend.create_shared_space(&[anna, ben]).await.unwrap();
    said(
        &test,
        &[
            (Some(anna), on(2025, 3, 2), "I planted a walnut tree"),
            (None, on(2025, 4, 2), "A walnut tree needs room"),
        ],
    )
    .await;
    recorded(
        &test,
        shared,
        "Ours",
        &[(Some(ben), on(2025, 5, 2), "Ben likes walnut bread")],
    )
    .await;
    test.annas()
        .keep_memory(NewMemory::told("I am allergic to walnut"))
        .await
        .unwrap();
    let person = test.annas();
    let narrowed = async |change: fn(&mut Search)| {
        let mut search = words("walnut ");
        change(&mut search);
        let mut found = texts(&person, &search).await;
        found.sort();
        found
    };
    assert_eq!(narrowed(|_| ()).await.len(), 4);
    assert_eq!(
        narrowed(|s| s.said_by = Some(SaidBy::Me)).await,
        ["I am allergic to walnut", "I planted a walnut tree"]
    );
    assert_eq!(
        narrowed(|s| s.said_by = Some(SaidBy::Hearth)).await,
        ["A walnut tree needs room"]
    );
    assert_eq!(
        narrowed(|s| s.said_by = Some(SaidBy::Others)).await,
        ["Ben likes walnut bread"]
    );
    assert_eq!(
        narrowed(|s| s.scope = SearchScope::Memories).await,
        ["I am allergic to walnut"]
    );
    assert_eq!(narrowed(|s| s.scope = SearchScope::Messages).await.len(), 3);
    let april = |s: &mut Search| {
        s.since = Some(on(2025, 4, 1).timestamp_millis());
        s.until = Some(on(2025, 5, 1).timestamp_millis());
    };
    assert_eq!(narrowed(april).await, ["A walnut tree needs room"]);
    let hit = &hits(
        &person,
        &Search {
            said_by: Some(SaidBy::Others),
            ..words("walnut ")
        },
    )
    .await[0];
    assert!(
        matches!(&hit.found, Found::Message { by: Some(name), said_by: Speaker::Person, title, .. } if name == "Ben" && title == "Ours"),
        "{hit:?}"
    );
}

#[tokio::test]
async fn swapped_dates_and_too_long_queries_are_refused_and_500_characters_are_not() {
    let test = TestBackend::start().await;
    annas_words(&test, &["My dog is called Biscuit"]).await;
    let anna = test.annas();
    let backwards = Search {
        since: Some(2),
        until: Some(1),
        ..words("dog")
    };
    for (search, field, reason) in [
        (backwards, Field::Dates, InvalidReason::Wrong),
        (words(&"狗".repeat(501)), Field::Search, InvalidReason::TooLong),
    ] {
        let refused = anna.search(&search, None).await.unwrap_err();
        assert_eq!(Problem::from(refused), Problem::Invalid { field, reason });
    }
    let mut long = String::from("biscuit ");
    while long.chars().count() < 500 {
        long.push_str("' & | ! <-> 狗x* \\ ");
    }
    let long: String = long.chars().take(500).collect();
    for strange in [
        long.as_str(),
        "\0",
        "'",
        "\"",
        "\"\"",
        "a:*",
        "!biscuit",
        "%",
        "_",
        "\\",
    ] {
        anna.search(&words(strange), None).await.unwrap();
    }
    let extreme = Search {
        since: Some(i64::MIN),
        until: Some(i64::MAX),
        ..words("biscuit")
    };
    assert_eq!(hits(&anna, &extreme).await.len(), 1);
}

#[tokio::test]
async fn titles_are_found_and_archived_ones_when_the_archive_is_searched() {
    let test = TestBackend::start().await;
    let own = SpaceId(test.anna.0);
    recorded(
        &test,
        own,
        "Allergies of the dog",
        &[(Some(test.anna), on(2025, 3, 2), "Nothing else")],
    )
    .await;
    let anna = test.annas();
    let conversation = anna.list_conversations(None, 50).await.unwrap().rows[0].id;
    for searched in ["allergy", "dog aller", "ALLERGIES"] {
        let hits = hits(&anna, &words(searched)).await;
        assert_eq!(hits.len(), 1, "{searched}");
        assert_eq!(hits[0].found, Found::Title { conversation });
    }
    assert_eq!(
        marked(&hits(&anna, &words("dog")).await[0]),
        "Allergies of the [dog]"
    );
    anna.set_archived(conversation, true).await.unwrap();
    for searched in ["allergy", "\"nothing else\""] {
        assert_eq!(hits(&anna, &words(searched)).await.len(), 0, "{searched}");
        let everywhere = Search {
            archived: true,
            ..words(searched)
        };
        assert_eq!(hits(&anna, &everywhere).await.len(), 1, "{searched}");
    }
}

#[tokio::test]
async fn a_hidden_version_is_found_and_marked_as_hidden() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (sent, _) = ask(&anna, None, "My dog is called Biscuit").await;
    let mut edited = message(Some(sent.conversation), "My dog is called Rex");
    edited.edits = Some(sent.message);
    anna.send(edited).await.unwrap();
    settled(&test).await;
    let of_anna = |searched| Search {
        said_by: Some(SaidBy::Me),
        ..words(searched)
    };
    for (searched, left) in [("biscuit", true), ("rex", false)] {
        let hits = hits(&anna, &of_anna(searched)).await;
        assert_eq!(hits.len(), 1, "{searched}");
        assert!(
            matches!(hits[0].found, Found::Message { abandoned, .. } if abandoned == left),
            "{:?}",
            hits[0]
        );
    }
}

#[tokio::test]
async fn conversations_without_memory_are_searched_and_temporary_ones_are_not() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    for (memory, text) in [
        (MemoryUse::Off, "The accordion is in the cellar"),
        (MemoryUse::Temporary, "The accordion is a secret"),
    ] {
        let mut sent = message(None, text);
        sent.memory = Some(memory);
        anna.send(sent).await.unwrap();
    }
    settled(&test).await;
    let found = found(&anna, "accordion").await;
    assert!(
        found.contains(&"The accordion is in the cellar".to_owned()),
        "{found:?}"
    );
    assert!(!found.iter().any(|text| text.contains("secret")), "{found:?}");
}

#[tokio::test]
async fn others_find_nothing_except_a_shared_conversation_while_it_is_shared() {
    let test = TestBackend::start().await;
    test.fake.respond_with(|_| Reply::text("Zebulon is a fine name."));
    let (anna, ben) = (test.annas(), test.backend.for_user(test.person("Ben").await));
    let carl = test.backend.for_user(test.person("Carl").await);
    let (sent, _) = ask(&anna, None, "My dog is called Zebulon").await;
    anna.rename_conversation(sent.conversation, "Zebulon the dog")
        .await
        .unwrap();
    anna.keep_memory(NewMemory::told("I have a dog called Zebulon"))
        .await
        .unwrap();
    settled(&test).await;
    assert_eq!(found(&anna, "zebulon").await.len(), 4);
    for stranger in [&ben, &carl] {
        assert_eq!(found(stranger, "zebulon").await, [""; 0]);
        assert_eq!(found(stranger, "dog called name").await, [""; 0]);
    }
    anna.share_conversation(sent.conversation, ben.user(), SpaceRole::Reader)
        .await
        .unwrap();
    assert_eq!(
        found(&ben, "zebulon").await.len(),
        3,
        "its title and its messages, and no memory of Anna's"
    );
    assert_eq!(
        texts(
            &ben,
            &Search {
                said_by: Some(SaidBy::Others),
                ..words("zebulon")
            }
        )
        .await,
        ["My dog is called Zebulon"]
    );
    assert_eq!(found(&carl, "zebulon").await, [""; 0]);
    assert_eq!(found(&anna, "zebulon").await.len(), 4);
    anna.set_archived(sent.conversation, true).await.unwrap();
    assert_eq!(
        found(&ben, "zebulon").await.len(),
        3,
        "the archive is its owner's"
    );
    anna.set_archived(sent.conversation, false).await.unwrap();
    anna.unshare_conversation(sent.conversation, ben.user())
        .await
        .unwrap();
    assert_eq!(found(&ben, "zebulon").await, [""; 0]);
    assert_eq!(found(&anna, "zebulon").await.len(), 4);
}

#[tokio::test]
async fn forgotten_and_deleted_messages_are_not_found() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, "Remember that my dog is called Zebulon").await;
    anna.rename_conversation(first.conversation, "Dogs")
        .await
        .unwrap();
    let (second, _) = ask(&anna, None, "The piano is out of tune").await;
    anna.rename_conversation(second.conversation, "Music")
        .await
        .unwrap();
    settled(&test).await;
    let memory = hits(
        &anna,
        &Search {
            scope: SearchScope::Memories,
            ..words("zebulon")
        },
    )
    .await;
    let Found::Memory {
        memory, waits: false, ..
    } = memory[0].found
    else {
        panic!("{memory:?}")
    };
    anna.forget_memory(memory).await.unwrap();
    assert_eq!(found(&anna, "zebulon").await, [""; 0]);
    assert!(!found(&anna, "piano").await.is_empty());
    anna.delete_conversation(second.conversation).await.unwrap();
    assert_eq!(found(&anna, "piano").await, [""; 0]);
}

/// All pages of a search; `between` runs after each page.
async fn page_through(person: &UserBackend, search: &Search, between: impl AsyncFn()) -> Vec<SearchHit> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = person.search(search, cursor).await.unwrap();
        assert!(page.hits.len() <= PAGE_LENGTH);
        all.extend(page.hits);
        cursor = page.next;
        if cursor.is_none() {
            return all;
        }
        between().await;
    }
}

#[tokio::test]
async fn pages_have_every_hit_once_even_if_messages_arrive_between_them() {
    let test = TestBackend::start().await;
    ask(&test.annas(), None, "Hello there").await;
    let same: Vec<String> = (0..55)
        .map(|n| format!("A note about walnut number {}", n % 7))
        .collect();
    let all = annas_words(&test, &same.iter().map(String::as_str).collect::<Vec<_>>()).await;
    // A vector that arrives between two pages may move its message.
    settled(&test).await;
    for searched in ["walnut ", "walnut number", "walnut note 3"] {
        let hits = page_through(&test.annas(), &words(searched), async || {
            said(
                &test,
                &[(Some(test.anna), Utc::now(), "One more about walnut note number 3")],
            )
            .await;
        })
        .await;
        let messages: Vec<MessageId> = hits
            .iter()
            .filter_map(|hit| match hit.found {
                Found::Message { message, .. } => Some(message),
                _ => None,
            })
            .collect();
        let once: HashSet<MessageId> = messages.iter().copied().collect();
        assert_eq!(once.len(), messages.len(), "{searched}");
        assert!(all.iter().all(|message| once.contains(message)), "{searched}");
    }
}

#[tokio::test]
async fn of_hundreds_of_hits_the_newest_are_shown_and_dates_lead_to_the_others() {
    let test = TestBackend::start().await;
    let mut superuser = PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    sqlx::query(
        "with talk as (
            insert into conversations (id, space_id, author_id, memory) values (gen_random_uuid(), $1, $1, true) returning id
         ), said as materialized (select gen_random_uuid() as id, n from generate_series(1, 700) n), message as (
            insert into messages (id, space_id, conversation_id, ordinal, said_by, author_id)
            select said.id, $1, talk.id, n, 'person', $1 from said, talk
         )
         insert into passages (id, space_id, author_id, conversation_id, message_id, position, said_by, said_at, text,
                               words, words_version)
         select said.id, $1, $1, talk.id, said.id, 0, 'person', timestamptz '2024-01-01Z' + n * interval '1 day',
                'walnut tree number ' || n, to_tsvector('simple', 'walnut tree number ' || n), 1
         from said, talk",
    )
    .bind(test.anna.0)
    .execute(&mut superuser)
    .await
    .unwrap();
    let anna = test.annas();
    let first = anna.search(&words("walnut tree "), None).await.unwrap();
    assert_eq!(text(&first.hits[0]), "walnut tree number 700");
    let all = page_through(&anna, &words("walnut tree "), async || ()).await;
    assert_eq!(
        (all.len(), text(&all[199]).as_str()),
        (200, "walnut tree number 501")
    );
    let earlier = Search {
        until: Some(
            Utc.with_ymd_and_hms(2024, 1, 11, 0, 0, 0)
                .unwrap()
                .timestamp_millis(),
        ),
        ..words("walnut tree ")
    };
    assert_eq!(text(&hits(&anna, &earlier).await[0]), "walnut tree number 9");
    assert_eq!(
        found(&anna, "walnut number 17 ").await[0],
        "walnut tree number 17"
    );
    assert_eq!(
        found(&anna, "walnut xylophone ").await.len(),
        PAGE_LENGTH,
        "what nothing has keeps nothing from being found"
    );
}
