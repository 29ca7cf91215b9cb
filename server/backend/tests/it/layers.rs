//! Layers over memories: fading, near-duplicates, and episodes of one matter.

use crate::talk::{Tab, ask, message, settled};
use hearth_backend::{UserBackend, memory::memories::NewMemory, testing::TestBackend};
use hearth_types::{
    Memory, MemoryFilter, MemoryId, MemoryKind, MemoryLayer, MemoryOrigin, MemoryUse, MessageId, Problem,
    SendMessage,
};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

async fn sql(test: &TestBackend, statement: &str) -> Result<u64, sqlx::Error> {
    let mut superuser = PgConnection::connect_with(&test.database.superuser).await?;
    let done = sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
        .execute(&mut superuser)
        .await?;
    Ok(done.rows_affected())
}

/// The uses of the memory with this statement.
async fn uses(test: &TestBackend, statement: &str) -> i32 {
    let mut superuser = PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    let row: (i32, bool) =
        sqlx::query_as("select uses, last_used_at is not null from memories where statement = $1")
            .bind(statement)
            .fetch_one(&mut superuser)
            .await
            .unwrap();
    assert_eq!(row.1, row.0 > 0, "the time of the last use comes with the first");
    row.0
}

async fn keep(person: &UserBackend, statement: &str) -> MemoryId {
    person.keep_memory(NewMemory::told(statement)).await.unwrap()
}

/// A memory as it is drawn from a message.
async fn drawn(person: &UserBackend, statement: &str, kind: MemoryKind, sources: &[MessageId]) -> MemoryId {
    let memory = NewMemory {
        kind,
        origin: MemoryOrigin::Model,
        sources: sources.to_vec(),
        ..NewMemory::told(statement)
    };
    person.keep_memory(memory).await.unwrap()
}

async fn listed(person: &UserBackend, layer: Option<MemoryLayer>) -> Vec<Memory> {
    let filter = MemoryFilter {
        layer,
        ..MemoryFilter::default()
    };
    person.list_memories(&filter, None).await.unwrap().memories
}

async fn statements(person: &UserBackend) -> Vec<String> {
    let mut statements: Vec<_> = listed(person, None)
        .await
        .into_iter()
        .map(|m| m.statement)
        .collect();
    statements.sort();
    statements
}

/// A message of a conversation of its own, said on this day.
async fn said(test: &TestBackend, person: &UserBackend, text: &str, day: &str) -> hearth_types::Sent {
    let (sent, _) = ask(person, None, text).await;
    settled(test).await;
    let at = format!(
        "update messages set created_at = '{day} 09:00+00' where id = '{}'",
        sent.message.0
    );
    sql(test, &at).await.unwrap();
    sent
}

/// Three messages about running, each with its memory.
async fn runs(test: &TestBackend, person: &UserBackend) -> Vec<hearth_types::Sent> {
    let mut runs = Vec::new();
    for (text, day) in [
        ("I went running along the river on 3 May", "2026-05-03"),
        ("Today I went running along the river", "2026-05-20"),
        ("I went running along the river on 12 June", "2026-06-13"),
    ] {
        let sent = said(test, person, text, day).await;
        drawn(person, text, MemoryKind::Episode, &[sent.message]).await;
        runs.push(sent);
    }
    settled(test).await;
    runs
}

const LINE: &str = "I went running along the river (3 times, from 3 May to 12 June 2026)";

#[tokio::test]
async fn a_memory_in_the_prompt_of_an_answer_counts_one_use_and_another_none() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    keep(&anna, "The bicycle lock has the code 4471").await;
    keep(&anna, "The boiler was replaced in March").await;
    settled(&test).await;
    for expected in 1..=2 {
        ask(&anna, None, "What is the code of the bicycle lock?").await;
        assert_eq!(uses(&test, "The bicycle lock has the code 4471").await, expected);
    }
    assert_eq!(uses(&test, "The boiler was replaced in March").await, 0);
}

#[tokio::test]
async fn a_memory_that_is_in_the_prompt_as_the_persons_own_message_counts_one_use() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let text = "The bicycle lock has the code 4471";
    let (sent, _) = ask(&anna, None, text).await;
    drawn(&anna, text, MemoryKind::Fact, &[sent.message]).await;
    settled(&test).await;
    let (_, answer) = ask(&anna, None, "What is the code of the bicycle lock?").await;
    let detail = answer.answer.unwrap();
    assert!(
        detail.memories.is_empty() && !detail.recalled.is_empty(),
        "the passage says it"
    );
    assert_eq!(uses(&test, text).await, 1);
}

#[tokio::test]
async fn pages_searches_and_temporary_conversations_count_no_use() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let lock = "The bicycle lock has the code 4471";
    keep(&anna, lock).await;
    settled(&test).await;
    let filter = MemoryFilter {
        search: "bicycle".into(),
        ..MemoryFilter::default()
    };
    anna.list_memories(&filter, None).await.unwrap();
    let search = hearth_types::Search {
        words: "bicycle lock".into(),
        ..hearth_types::Search::default()
    };
    anna.search(&search, None).await.unwrap();
    let mut tab = Tab::open(&anna).await;
    let question = SendMessage {
        memory: Some(MemoryUse::Temporary),
        ..message(None, "What is the code of the bicycle lock?")
    };
    let sent = anna.send(question).await.unwrap();
    tab.ended(sent.answer).await;
    assert_eq!(uses(&test, lock).await, 0);
}

#[tokio::test]
async fn an_unused_memory_fades_and_one_that_is_used_pinned_or_asked_for_fades_less() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    for statement in [
        "The boiler was replaced in March",
        "The bicycle lock has the code 4471",
        "My street is called Rua Nova",
    ] {
        drawn(&anna, statement, MemoryKind::Fact, &[]).await;
    }
    keep(&anna, "My shoe size is 43").await;
    settled(&test).await;
    sql(
        &test,
        "update memories set created_at = now() - interval '400 days';
         update memories set pinned = true where statement like 'My street%'",
    )
    .await
    .unwrap();
    ask(&anna, None, "What is the code of the bicycle lock?").await;
    let faded: Vec<_> = listed(&anna, Some(MemoryLayer::Faded)).await;
    let names: Vec<_> = faded.iter().map(|m| m.statement.as_str()).collect();
    assert_eq!(names, ["The boiler was replaced in March"]);
    assert!(faded[0].faded);
    assert_eq!(listed(&anna, None).await.len(), 4, "nothing is gone");
}

#[tokio::test]
async fn a_memory_of_half_a_year_is_retained_by_half() {
    let test = TestBackend::start().await;
    let mut superuser = PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    for (n, first, last, decay, expected) in [
        (1, 1, 1, 0.5, 1.0),
        (1, 90, 90, 0.5, 0.71),
        (1, 182, 182, 0.5, 0.50),
        (1, 365, 365, 0.5, 0.29),
        (1, 1095, 1095, 0.5, 0.10),
        (1, 365, 365, 0.3, 0.89),
        (2, 365, 182, 0.5, 0.82),
        (10, 365, 10, 0.5, 1.0),
        (1, -3, -3, 0.5, 1.0),
        (i64::MAX, 400_000, 400_000, 0.5, 1.0),
    ] {
        let retention: f64 = sqlx::query_scalar(
            "select memory_retention($1, now() - make_interval(days => $2), now() - make_interval(days => $3), $4)",
        )
        .bind(n)
        .bind(first)
        .bind(last)
        .bind(decay)
        .fetch_one(&mut superuser)
        .await
        .unwrap();
        assert!(
            (retention - expected).abs() < 0.02,
            "{n}, {first}, {last}: {retention}"
        );
    }
}

#[tokio::test]
async fn a_direct_question_finds_a_faded_memory_among_fresh_ones() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    drawn(&anna, "The bicycle lock has the code 4471", MemoryKind::Fact, &[]).await;
    settled(&test).await;
    sql(
        &test,
        "update memories set created_at = now() - interval '9 years'",
    )
    .await
    .unwrap();
    for number in 0..30 {
        keep(&anna, &format!("Bicycle number {number} is in the cellar")).await;
    }
    settled(&test).await;
    let (_, answer) = ask(&anna, None, "What code has the bicycle lock?").await;
    let used = answer.answer.unwrap().memories;
    assert_eq!(used[0].statement, "The bicycle lock has the code 4471");
}

#[tokio::test]
async fn of_equally_relevant_memories_the_faded_one_comes_last() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    for name in ["Rex", "Tom", "Kim", "Ada", "Eva"] {
        drawn(
            &anna,
            &format!("{name} has a key of the cellar"),
            MemoryKind::Fact,
            &[],
        )
        .await;
    }
    settled(&test).await;
    sql(
        &test,
        "update memories set created_at = now() - interval '2 years' where statement like 'Kim%'",
    )
    .await
    .unwrap();
    let (_, answer) = ask(&anna, None, "Who has a key of the cellar?").await;
    let used: Vec<_> = answer
        .answer
        .unwrap()
        .memories
        .into_iter()
        .map(|m| m.statement)
        .collect();
    assert_eq!(used.len(), 4, "{used:?}");
    assert!(
        !used.iter().any(|statement| statement.starts_with("Kim")),
        "{used:?}"
    );
}

#[tokio::test]
async fn the_profile_leaves_out_faded_lines_first() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let likes = |number: usize| {
        format!("I like song number {number} of the long list of songs that we sang at school")
    };
    for number in 0..60 {
        drawn(&anna, &likes(number), MemoryKind::Preference, &[]).await;
    }
    settled(&test).await;
    sql(
        &test,
        "update memories set created_at = now() - interval '2 years' where statement like 'I like song number _ %'",
    )
    .await
    .unwrap();
    ask(&anna, None, "Hello").await;
    let chats = test.fake.chats();
    let prompt = chats
        .iter()
        .rfind(|chat| chat.last_message().ends_with("Hello"))
        .unwrap()
        .messages();
    let system = &prompt[0].1;
    let shown = |number: usize| system.contains(&likes(number));
    let old = (0..10).filter(|number| shown(*number)).count();
    let new = (10..60).filter(|number| shown(*number)).count();
    assert!(old == 0 && new > 5, "{old} faded, {new} others");
}

#[tokio::test]
async fn near_duplicates_become_one_memory_with_all_sources_and_can_be_separated() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let first = said(&test, &anna, "My dog is called Biscuit", "2026-05-03").await;
    let second = said(&test, &anna, "I have a dog named Biscuit", "2026-05-09").await;
    drawn(
        &anna,
        "My dog is called Biscuit",
        MemoryKind::Fact,
        &[first.message],
    )
    .await;
    drawn(
        &anna,
        "I have a dog named Biscuit",
        MemoryKind::Fact,
        &[second.message],
    )
    .await;
    settled(&test).await;
    let [one] = listed(&anna, None).await.try_into().unwrap();
    assert_eq!(
        one.statement, "My dog is called Biscuit",
        "the older one stands for both"
    );
    let sources: Vec<_> = one.sources.iter().map(|source| source.message).collect();
    assert_eq!(sources, [first.message, second.message]);
    assert_eq!(one.members.len(), 1);
    assert_eq!(one.members[0].statement, "I have a dog named Biscuit");
    assert_eq!(one.members[0].sources[0].message, second.message);
    anna.separate_memory(one.id).await.unwrap();
    anna.consolidate_now().await.unwrap();
    assert_eq!(
        statements(&anna).await,
        ["I have a dog named Biscuit", "My dog is called Biscuit"],
        "for good"
    );
    let again = anna.separate_memory(one.id).await.err().map(Problem::from);
    assert_eq!(again, Some(Problem::NotFound));
}

#[tokio::test]
async fn a_longer_wording_stands_for_a_shorter_one_if_the_embedder_finds_them_near() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let long = "My grandfather planted the old pear tree behind the garage in the garden";
    keep(
        &anna,
        "My grandfather planted the pear tree behind the garage in the garden",
    )
    .await;
    keep(&anna, long).await;
    keep(&anna, "I like tea").await;
    keep(&anna, "I like tea ceremonies").await;
    settled(&test).await;
    assert_eq!(
        statements(&anna).await,
        ["I like tea", "I like tea ceremonies", long]
    );
}

#[tokio::test]
async fn statements_that_differ_in_negation_quantity_time_or_subject_stay_apart() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let all = [
        "I eat meat",
        "I never eat meat",
        "I rarely eat meat",
        "I eat meat on Sundays",
        "My sister eats meat",
        "I have 3 cats",
        "I have 4 cats",
        "我不吃肉",
        "我吃肉",
    ];
    for statement in all {
        keep(&anna, statement).await;
    }
    settled(&test).await;
    assert_eq!(listed(&anna, None).await.len(), all.len());
    assert!(listed(&anna, Some(MemoryLayer::Together)).await.is_empty());
}

#[tokio::test]
async fn episodes_of_one_matter_become_one_line_and_can_be_separated() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let runs = runs(&test, &anna).await;
    let [line] = listed(&anna, Some(MemoryLayer::Together))
        .await
        .try_into()
        .unwrap();
    assert_eq!((line.statement.as_str(), line.gathered), (LINE, true));
    let days: Vec<_> = line
        .members
        .iter()
        .map(|member| member.sources[0].message)
        .collect();
    assert_eq!(days, runs.iter().map(|sent| sent.message).collect::<Vec<_>>());
    assert_eq!(statements(&anna).await, [LINE]);
    anna.separate_memory(line.id).await.unwrap();
    anna.consolidate_now().await.unwrap();
    assert_eq!(statements(&anna).await.len(), 3);
    assert!(listed(&anna, Some(MemoryLayer::Together)).await.is_empty());
}

#[tokio::test]
async fn one_memory_said_on_three_days_becomes_a_line_that_says_it_was_mentioned() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let mut sources = Vec::new();
    for day in ["2026-05-03", "2026-05-09", "2026-06-02"] {
        sources.push(said(&test, &anna, "我去跑步了", day).await.message);
    }
    drawn(&anna, "我去跑步了", MemoryKind::Episode, &sources).await;
    settled(&test).await;
    assert_eq!(
        statements(&anna).await,
        ["我去跑步了（在 3 天提到过，2026年5月3日至6月2日）"]
    );
}

#[tokio::test]
async fn a_new_episode_joins_its_line_and_the_line_is_recalled_with_its_count() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    runs(&test, &anna).await;
    drawn(
        &anna,
        "I went running along the river on 14 June 2026",
        MemoryKind::Episode,
        &[],
    )
    .await;
    settled(&test).await;
    let line = "I went running along the river (4 times, from 3 May to 14 June 2026)";
    assert_eq!(statements(&anna).await, [line]);
    let (_, answer) = ask(&anna, None, "How many times did I go running along the river?").await;
    let used: Vec<_> = answer
        .answer
        .unwrap()
        .memories
        .into_iter()
        .map(|m| m.statement)
        .collect();
    assert_eq!(used, [line]);
    assert_eq!(uses(&test, line).await, 1);
}

#[tokio::test]
async fn a_consolidation_that_fails_changes_nothing_and_succeeds_later() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    sql(
        &test,
        "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$;
         create trigger refuse before update of consolidated_into on memories for each row
             when (new.consolidated_into is not null) execute function refuse()",
    )
    .await
    .unwrap();
    keep(&anna, "My dog is called Biscuit").await;
    keep(&anna, "I have a dog named Biscuit").await;
    for day in 1..=3 {
        drawn(
            &anna,
            &format!("I went running on {day} May 2026"),
            MemoryKind::Episode,
            &[],
        )
        .await;
    }
    let before = statements(&anna).await;
    assert_eq!(before.len(), 5);
    anna.consolidate_now().await.unwrap_err();
    assert_eq!(
        statements(&anna).await,
        before,
        "no line without its episodes either"
    );
    sql(&test, "drop trigger refuse on memories").await.unwrap();
    anna.consolidate_now().await.unwrap();
    assert_eq!(statements(&anna).await.len(), 2);
}

#[tokio::test]
async fn without_an_answer_of_the_embedder_words_decide_and_longer_wordings_wait() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let long = "My grandfather planted the old pear tree behind the garage in the garden";
    keep(
        &anna,
        "My grandfather planted the pear tree behind the garage in the garden",
    )
    .await;
    keep(&anna, long).await;
    keep(&anna, "My dog is called Biscuit").await;
    keep(&anna, "I have a dog named Biscuit").await;
    test.fake.stop();
    anna.consolidate_now().await.unwrap();
    let kept = statements(&anna).await;
    assert!(
        kept.contains(&"My dog is called Biscuit".to_owned()) && kept.len() == 3,
        "{kept:?}"
    );
    test.fake.restart().unwrap();
    settled(&test).await;
    anna.consolidate_now().await.unwrap();
    assert_eq!(statements(&anna).await, ["My dog is called Biscuit", long]);
}

#[tokio::test]
async fn runs_at_once_and_again_make_every_group_once() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    keep(&anna, "My dog is called Biscuit").await;
    keep(&anna, "I have a dog named Biscuit").await;
    for day in 1..=3 {
        drawn(
            &anna,
            &format!("I went running on {day} May 2026"),
            MemoryKind::Episode,
            &[],
        )
        .await;
    }
    let (a, b, c) = tokio::join!(
        anna.consolidate_now(),
        anna.consolidate_now(),
        anna.consolidate_now()
    );
    a.unwrap();
    b.unwrap();
    c.unwrap();
    anna.consolidate_now().await.unwrap();
    settled(&test).await;
    assert_eq!(
        statements(&anna).await,
        [
            "I went running (3 times, from 1 May to 3 May 2026)",
            "My dog is called Biscuit"
        ]
    );
}

#[tokio::test]
async fn deleting_conversations_takes_their_episodes_out_of_the_line_and_at_last_the_line() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let runs = runs(&test, &anna).await;
    anna.delete_conversation(runs[2].conversation).await.unwrap();
    settled(&test).await;
    assert_eq!(
        statements(&anna).await,
        ["I went running along the river (2 times, from 3 May to 20 May 2026)"]
    );
    anna.delete_conversation(runs[0].conversation).await.unwrap();
    settled(&test).await;
    assert_eq!(statements(&anna).await, ["Today I went running along the river"]);
    anna.delete_conversation(runs[1].conversation).await.unwrap();
    settled(&test).await;
    assert!(statements(&anna).await.is_empty());
    assert_eq!(
        sql(&test, "update memories set uses = 0").await.unwrap(),
        0,
        "no row is left"
    );
}

#[tokio::test]
async fn a_line_of_one_memory_counts_the_days_that_are_left() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (mut sources, mut sent) = (Vec::new(), Vec::new());
    for day in ["2026-05-03", "2026-05-09", "2026-06-02"] {
        sent.push(said(&test, &anna, "My tooth hurts", day).await);
        sources.push(sent[sent.len() - 1].message);
    }
    drawn(&anna, "My tooth hurts", MemoryKind::Episode, &sources).await;
    settled(&test).await;
    let line = |days, last| format!("My tooth hurts (mentioned on {days} days, from 3 May to {last} 2026)");
    assert_eq!(statements(&anna).await, [line(3, "2 June")]);
    anna.delete_conversation(sent[2].conversation).await.unwrap();
    settled(&test).await;
    assert_eq!(statements(&anna).await, [line(2, "9 May")]);
    anna.delete_conversation(sent[1].conversation).await.unwrap();
    settled(&test).await;
    assert_eq!(statements(&anna).await, ["My tooth hurts"]);
}

#[tokio::test]
async fn a_near_duplicate_stays_when_the_conversation_of_the_other_is_deleted() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let first = said(&test, &anna, "My dog is called Biscuit", "2026-05-03").await;
    let second = said(&test, &anna, "I have a dog named Biscuit", "2026-05-09").await;
    drawn(
        &anna,
        "My dog is called Biscuit",
        MemoryKind::Fact,
        &[first.message],
    )
    .await;
    drawn(
        &anna,
        "I have a dog named Biscuit",
        MemoryKind::Fact,
        &[second.message],
    )
    .await;
    settled(&test).await;
    assert_eq!(statements(&anna).await, ["My dog is called Biscuit"]);
    anna.delete_conversation(first.conversation).await.unwrap();
    settled(&test).await;
    assert_eq!(statements(&anna).await, ["I have a dog named Biscuit"]);
}

#[tokio::test]
async fn forgetting_a_memory_forgets_what_it_stands_for_and_an_episode_only_itself() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    keep(&anna, "My dog is called Biscuit").await;
    keep(&anna, "I have a dog named Biscuit").await;
    for day in 1..=4 {
        drawn(
            &anna,
            &format!("I went running on {day} May 2026"),
            MemoryKind::Episode,
            &[],
        )
        .await;
    }
    settled(&test).await;
    let all = listed(&anna, None).await;
    let of = |start: &str| all.iter().find(|m| m.statement.starts_with(start)).unwrap();
    anna.forget_memory(of("My dog").id).await.unwrap();
    anna.forget_memory(of("I went running").members[3].id)
        .await
        .unwrap();
    assert_eq!(
        statements(&anna).await,
        ["I went running (3 times, from 1 May to 3 May 2026)"]
    );
    anna.forget_memory(of("I went running").id).await.unwrap();
    settled(&test).await;
    assert_eq!(
        sql(&test, "update memories set uses = 0").await.unwrap(),
        0,
        "no row is left"
    );
}

#[tokio::test]
async fn forgetting_everything_and_an_order_to_forget_reach_what_others_stand_for() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    keep(&anna, "My dog is called Biscuit").await;
    keep(&anna, "I have a dog named Biscuit").await;
    settled(&test).await;
    ask(&anna, None, "Forget that my dog is called Biscuit.").await;
    settled(&test).await;
    assert_eq!(
        sql(&test, "update memories set uses = 0").await.unwrap(),
        0,
        "one thing"
    );
    runs(&test, &anna).await;
    assert_eq!(statements(&anna).await, [LINE]);
    anna.forget_all_memories().await.unwrap();
    assert_eq!(sql(&test, "update memories set uses = 0").await.unwrap(), 0);
}

#[tokio::test]
async fn a_change_ends_near_duplicates_together_and_an_edited_one_stands_for_itself() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let dog = keep(&anna, "My dog is called Biscuit").await;
    keep(&anna, "I have a dog named Biscuit").await;
    settled(&test).await;
    anna.edit_memory(dog, "My dog is called Pepper", MemoryKind::Fact)
        .await
        .unwrap();
    settled(&test).await;
    assert_eq!(
        statements(&anna).await,
        ["I have a dog named Biscuit", "My dog is called Pepper"]
    );
    anna.edit_memory(dog, "My dog is called Biscuit", MemoryKind::Fact)
        .await
        .unwrap();
    settled(&test).await;
    assert_eq!(statements(&anna).await.len(), 1);
    let shown = listed(&anna, None).await[0].id;
    anna.change_memory(shown, "Biscuit died in March").await.unwrap();
    let mut superuser = PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    let ended: i64 = sqlx::query_scalar("select count(*) from memories where valid_to is not null")
        .fetch_one(&mut superuser)
        .await
        .unwrap();
    assert_eq!(ended, 2);
}

#[tokio::test]
async fn memories_of_two_people_are_never_put_together_or_separated_by_the_other() {
    let test = TestBackend::start().await;
    let (anna, ben) = (test.annas(), test.backend.for_user(test.person("Ben").await));
    keep(&anna, "My dog is called Biscuit").await;
    keep(&ben, "I have a dog named Biscuit").await;
    settled(&test).await;
    anna.consolidate_now().await.unwrap();
    ben.consolidate_now().await.unwrap();
    assert_eq!(statements(&anna).await, ["My dog is called Biscuit"]);
    assert_eq!(statements(&ben).await, ["I have a dog named Biscuit"]);
    keep(&anna, "I have a dog named Biscuit").await;
    settled(&test).await;
    let [annas] = listed(&anna, Some(MemoryLayer::Together))
        .await
        .try_into()
        .unwrap();
    for id in [annas.id, annas.members[0].id, MemoryId(Uuid::now_v7())] {
        let refused = ben.separate_memory(id).await.err().map(Problem::from);
        assert_eq!(refused, Some(Problem::NotFound));
    }
    assert_eq!(listed(&anna, None).await, [annas]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_puts_together_what_was_together_and_leaves_apart_what_the_person_separated() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    keep(&anna, "My dog is called Biscuit").await;
    keep(&anna, "I have a dog named Biscuit").await;
    settled(&test).await;
    anna.separate_memory(listed(&anna, None).await[0].id)
        .await
        .unwrap();
    runs(&test, &anna).await;
    ask(&anna, None, "What is my dog called?").await;
    let before = statements(&anna).await;
    let archive = crate::export::export(&anna).await;
    let ben = test.backend.for_user(test.person("Ben").await);
    crate::export::import(&ben, &archive).await.unwrap();
    settled(&test).await;
    assert_eq!(statements(&ben).await, before);
    assert_eq!(listed(&ben, Some(MemoryLayer::Together)).await.len(), 1);
}
