//! Conversations shared with other people of the server: what they see and may do, and that they keep nothing.

use crate::talk::{Tab, answer, ask, message, settled};
use hearth_backend::{UserBackend, testing::TestBackend};
use hearth_inference::fake::Reply;
use hearth_types::{
    AnswerStatus, ConflictReason, ConversationId, Event, Problem, ResumePoint, Sent, SpaceRole, UserId,
};
use sqlx::{Connection, Executor, PgConnection};
use std::time::{Duration, Instant};
use uuid::Uuid;

const CANARY: &str = "Zebulon7f3b";

/// Anna, Ben, and a conversation of Anna's that has been answered once.
struct Pair {
    test: TestBackend,
    anna: UserBackend,
    ben: UserBackend,
    sent: Sent,
}

impl Pair {
    async fn start(said: &str) -> Self {
        let test = TestBackend::start().await;
        let anna = test.annas();
        let ben = test.backend.for_user(test.person("Ben").await);
        let (sent, _) = ask(&anna, None, said).await;
        settled(&test).await;
        Self {
            test,
            anna,
            ben,
            sent,
        }
    }

    async fn shared(said: &str, role: SpaceRole) -> Self {
        let pair = Self::start(said).await;
        pair.share(role).await;
        pair
    }

    fn id(&self) -> ConversationId {
        self.sent.conversation
    }

    async fn share(&self, role: SpaceRole) {
        self.anna
            .share_conversation(self.id(), self.ben.user(), role)
            .await
            .unwrap();
    }

    async fn take_back(&self) {
        self.anna
            .unshare_conversation(self.id(), self.ben.user())
            .await
            .unwrap();
    }
}

/// The conversation, the message with its answer, and the person that the requests below name.
struct Named {
    conversation: ConversationId,
    sent: Sent,
    person: UserId,
}

/// Every request that changes a conversation or one of its answers, as `who`.
async fn changes(who: &UserBackend, named: &Named) -> Vec<Option<Problem>> {
    let (id, answer) = (named.conversation, named.sent.answer);
    let results = [
        who.rename_conversation(id, "x").await.err(),
        who.delete_conversation(id).await.err(),
        who.set_memory(id, false).await.err(),
        who.set_model(id, None).await.err(),
        who.sharing(id).await.err(),
        who.share_conversation(id, named.person, SpaceRole::Reader)
            .await
            .err(),
        who.unshare_conversation(id, named.person).await.err(),
        who.stop_answer(answer).await.err(),
        who.retry_answer(answer).await.err(),
        who.send(message(Some(id), "hello")).await.err(),
    ];
    results
        .into_iter()
        .map(|error| error.map(Problem::from))
        .collect()
}

/// Every request that reads it, and leaving it.
async fn looks(who: &UserBackend, named: &Named) -> Vec<Option<Problem>> {
    let (id, answer) = (named.conversation, named.sent.answer);
    let results = [
        who.open_conversation(id, None).await.err(),
        who.open_conversation(id, Some(named.sent.message)).await.err(),
        who.events(Some(ResumePoint { answer, blocks: 0 })).await.err(),
        who.leave_conversation(id).await.err(),
    ];
    results
        .into_iter()
        .map(|error| error.map(Problem::from))
        .collect()
}

fn not_found(problems: &[Option<Problem>]) {
    for (index, problem) in problems.iter().enumerate() {
        assert_eq!(*problem, Some(Problem::NotFound), "call {index}");
    }
}

#[tokio::test]
async fn a_reader_sees_all_messages_and_changes_nothing() {
    let pair = Pair::shared("My dog is called Biscuit.", SpaceRole::Reader).await;
    let carl = pair.test.person("Carl").await;
    let read = pair.ben.open_conversation(pair.id(), None).await.unwrap();
    assert_eq!(read.role, SpaceRole::Reader);
    assert_eq!(read.shared.unwrap().owner, "Anna");
    assert_eq!(read.messages.len(), 2);
    assert_eq!(read.messages[0].by.as_deref(), Some("Anna"));
    let list = pair.ben.list_conversations(None, 50).await.unwrap().rows;
    assert_eq!(list.len(), 1);
    assert_eq!(list[0].shared.as_ref().unwrap().owner, "Anna");
    let named = Named {
        conversation: pair.id(),
        sent: pair.sent,
        person: carl,
    };
    not_found(&changes(&pair.ben, &named).await);
    let after = pair.anna.open_conversation(pair.id(), None).await.unwrap();
    assert_eq!((after.messages.len(), after.memory), (2, true));
    assert_eq!(after.shared.unwrap().others, ["Ben"]);
}

#[tokio::test]
async fn a_writer_may_write_but_not_manage() {
    let pair = Pair::shared("My dog is called Biscuit.", SpaceRole::Writer).await;
    let (sent, _) = ask(&pair.ben, Some(pair.id()), "Mine is called Rex.").await;
    pair.ben.retry_answer(sent.answer).await.unwrap();
    let mut tab = Tab::open(&pair.ben).await;
    if answer(&pair.ben, &sent).await.answer.unwrap().status != AnswerStatus::Done {
        tab.ended(sent.answer).await;
    }
    let annas = pair.anna.open_conversation(pair.id(), None).await.unwrap();
    assert_eq!(annas.messages[2].by.as_deref(), Some("Ben"));
    assert_eq!(annas.messages[0].by, None, "Anna knows that she wrote it");
    let named = Named {
        conversation: pair.id(),
        sent,
        person: pair.test.person("Carl").await,
    };
    not_found(&changes(&pair.ben, &named).await[..7]);
}

#[tokio::test]
async fn for_all_others_including_administrators_it_does_not_exist() {
    let pair = Pair::start("A secret.").await;
    let (carl, dora) = (pair.test.person("Carl").await, pair.test.person("Dora").await);
    let ben = pair.ben.user();
    // Ben's own conversation, shared with Carl: Anna is an administrator and sees nothing of it.
    let (sent, _) = ask(&pair.ben, None, "Mine.").await;
    pair.ben
        .share_conversation(sent.conversation, carl, SpaceRole::Writer)
        .await
        .unwrap();
    for stranger in [pair.anna.clone(), pair.test.backend.for_user(dora)] {
        for (conversation, person) in [
            (sent.conversation, carl),
            (sent.conversation, ben),
            (ConversationId(Uuid::now_v7()), carl),
        ] {
            let named = Named {
                conversation,
                sent,
                person,
            };
            not_found(&changes(&stranger, &named).await);
            not_found(&looks(&stranger, &named).await);
        }
    }
    assert_eq!(
        pair.anna.list_conversations(None, 50).await.unwrap().rows.len(),
        1
    );
}

#[tokio::test]
async fn it_can_be_shared_only_with_existing_people_and_only_to_read_or_write() {
    let pair = Pair::start("Hello.").await;
    let carl = pair.test.person("Carl").await;
    let administration = pair.test.backend.administration(pair.anna.user()).await.unwrap();
    administration.disable(carl).await.unwrap();
    let offered = pair.anna.sharing(pair.id()).await.unwrap().offered;
    let names: Vec<_> = offered.iter().map(|mate| mate.name.as_str()).collect();
    assert_eq!(names, ["Ben"], "neither oneself nor whoever is disabled");
    for refused_person in [carl, UserId(Uuid::now_v7()), pair.anna.user()] {
        let refused = pair
            .anna
            .share_conversation(pair.id(), refused_person, SpaceRole::Reader)
            .await;
        assert_eq!(Problem::from(refused.unwrap_err()), Problem::NotFound);
    }
    let refused = pair
        .anna
        .share_conversation(pair.id(), pair.ben.user(), SpaceRole::Owner)
        .await;
    assert_eq!(Problem::from(refused.unwrap_err()), Problem::BadRequest);
    assert_eq!(pair.anna.sharing(pair.id()).await.unwrap().with.len(), 0);
}

#[tokio::test]
async fn all_rows_of_a_conversation_move_with_it() {
    let pair = Pair::start("My dog Biscuit is allergic to chicken.").await;
    let (again, _) = ask(&pair.anna, None, "What is my dog Biscuit allergic to?").await;
    ask(&pair.anna, Some(pair.id()), "What is Biscuit allergic to?").await;
    settled(&pair.test).await;
    let mut superuser = PgConnection::connect_with(&pair.test.database.superuser)
        .await
        .unwrap();
    let count = async |superuser: &mut PgConnection, table: &str, space: Uuid| -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "select count(*) from {table} where space_id = $1"
        )))
        .bind(space)
        .fetch_one(superuser)
        .await
        .unwrap()
    };
    const TABLES: [(&str, i64); 7] = [
        ("conversations", 1),
        ("messages", 4),
        ("message_parts", 4),
        ("message_html", 2),
        ("answers", 2),
        ("passages", 4),
        ("passage_embeddings", 4),
    ];
    let private = pair.anna.user().0;
    let mut before = Vec::new();
    for (table, _) in TABLES {
        before.push(count(&mut superuser, table, private).await);
    }
    pair.share(SpaceRole::Reader).await;
    let space: Uuid = sqlx::query_scalar("select space_id from conversations where id = $1")
        .bind(pair.id().0)
        .fetch_one(&mut superuser)
        .await
        .unwrap();
    assert_ne!(space, private);
    for ((table, moves), before) in TABLES.into_iter().zip(before) {
        assert_eq!(count(&mut superuser, table, space).await, moves, "{table}");
        assert_eq!(
            count(&mut superuser, table, private).await,
            before - moves,
            "{table}"
        );
    }
    // A footnote of an answer in another conversation still opens it for Anna.
    let used = answer(&pair.anna, &again).await.answer.unwrap().recalled;
    assert_eq!(used[0].conversation, pair.id());
    assert_eq!(
        pair.ben
            .open_conversation(pair.id(), None)
            .await
            .unwrap()
            .messages
            .len(),
        4
    );
}

#[tokio::test]
async fn the_database_itself_lets_a_reader_change_nothing() {
    let pair = Pair::shared("Mine.", SpaceRole::Reader).await;
    let mut app = PgConnection::connect_with(&pair.test.database.app).await.unwrap();
    for statement in [
        "update conversations set title = 'stolen'",
        "update message_parts set text = 'stolen'",
        "delete from conversations",
        "delete from messages",
        "insert into conversations (id, space_id, author_id, memory)
         select gen_random_uuid(), s[1], current_setting('hearth.user_id')::uuid, true
         from (select array_agg(space_id) as s from conversations) there",
    ] {
        let mut transaction = app.begin().await.unwrap();
        transaction
            .execute(sqlx::AssertSqlSafe(format!(
                "set local hearth.user_id = '{}'",
                pair.ben.user()
            )))
            .await
            .unwrap();
        match sqlx::query(statement).execute(&mut *transaction).await {
            Ok(done) => assert_eq!(done.rows_affected(), 0, "{statement}"),
            Err(error) => assert!(error.to_string().contains("row-level security"), "{error}"),
        }
    }
}

#[tokio::test]
async fn events_of_it_reach_all_its_members() {
    let pair = Pair::shared("Hello.", SpaceRole::Reader).await;
    let mut bens = Tab::open(&pair.ben).await;
    pair.test
        .fake
        .enqueue(Reply::text("First paragraph.\n\nSecond half").hold_after(3));
    let sent = pair
        .anna
        .send(message(Some(pair.id()), "And now?"))
        .await
        .unwrap();
    let by = bens
        .until(|event| match event {
            Event::MessageAdded { message, answer, .. } if answer == sent.answer => Some(message.by),
            _ => None,
        })
        .await;
    assert_eq!(by.as_deref(), Some("Anna"));
    bens.until(|e| matches!(e, Event::AnswerTail { answer, .. } if answer == sent.answer).then_some(()))
        .await;
    // A tab that opens late, and one that reconnects.
    let mut late = Tab::open(&pair.ben).await;
    late.until(|e| matches!(e, Event::AnswerSnapshot { answer, .. } if answer == sent.answer).then_some(()))
        .await;
    let resume = ResumePoint {
        answer: sent.answer,
        blocks: 0,
    };
    assert!(pair.ben.events(Some(resume)).await.is_ok());
    pair.test.fake.release_many(1000);
    assert_eq!(bens.ended(sent.answer).await, AnswerStatus::Done);
    pair.anna.rename_conversation(pair.id(), "Ours").await.unwrap();
    bens.until(|e| matches!(e, Event::ConversationTitled { title, .. } if title == "Ours").then_some(()))
        .await;
    pair.anna.delete_conversation(pair.id()).await.unwrap();
    bens.until(|e| matches!(e, Event::ConversationDeleted { .. }).then_some(()))
        .await;
    let mut superuser = PgConnection::connect_with(&pair.test.database.superuser)
        .await
        .unwrap();
    let spaces: i64 = sqlx::query_scalar("select count(*) from spaces where kind = 'shared'")
        .fetch_one(&mut superuser)
        .await
        .unwrap();
    assert_eq!(spaces, 0, "its space goes with it");
}

#[tokio::test]
async fn unsharing_removes_it_from_the_readers_list_page_and_stream_within_a_second() {
    let pair = Pair::shared("Hello.", SpaceRole::Reader).await;
    pair.test
        .fake
        .enqueue(Reply::text(&format!("One. {CANARY}. {CANARY}.")).hold_after(1));
    let mut bens = Tab::open(&pair.ben).await;
    let sent = pair
        .anna
        .send(message(Some(pair.id()), "And now?"))
        .await
        .unwrap();
    bens.until(|e| matches!(e, Event::AnswerTail { .. }).then_some(()))
        .await;
    let at = Instant::now();
    pair.take_back().await;
    bens.until(|e| matches!(e, Event::ConversationDeleted { .. }).then_some(()))
        .await;
    assert!(at.elapsed() < Duration::from_secs(1), "{:?}", at.elapsed());
    let mut annas = Tab::open(&pair.anna).await;
    pair.test.fake.release_many(1000);
    assert_eq!(annas.ended(sent.answer).await, AnswerStatus::Done);
    // Ben's next event is about his own conversation, so none of Anna's came between.
    let own = pair.ben.send(message(None, "Mine.")).await.unwrap();
    loop {
        let event = bens.next().await;
        let heard = format!("{event:?}");
        assert!(
            !heard.contains(CANARY) && !heard.contains(&sent.answer.to_string()),
            "{heard}"
        );
        if matches!(event, Event::AnswerEnded { answer, .. } if answer == own.answer) {
            break;
        }
    }
    assert_eq!(pair.ben.list_conversations(None, 50).await.unwrap().rows.len(), 1);
    let named = Named {
        conversation: pair.id(),
        sent,
        person: pair.ben.user(),
    };
    not_found(&looks(&pair.ben, &named).await);
    not_found(&changes(&pair.ben, &named).await);
    let annas = pair.anna.open_conversation(pair.id(), None).await.unwrap();
    assert_eq!((annas.shared, annas.role), (None, SpaceRole::Owner));
}

#[tokio::test]
async fn unsharing_stops_unfinished_answers_to_former_members() {
    let pair = Pair::shared("Hello.", SpaceRole::Writer).await;
    pair.test
        .fake
        .enqueue(Reply::text("Some words of it").hold_after(2));
    let mut annas = Tab::open(&pair.anna).await;
    let running = pair.ben.send(message(Some(pair.id()), "One?")).await.unwrap();
    annas
        .until(|e| matches!(e, Event::AnswerTail { .. }).then_some(()))
        .await;
    let waiting = pair.ben.send(message(Some(pair.id()), "Two?")).await.unwrap();
    pair.take_back().await;
    pair.test.fake.wait_for_disconnect().await;
    for sent in [running, waiting] {
        annas.ended(sent.answer).await;
        let status = answer(&pair.anna, &sent).await.answer.unwrap().status;
        assert_eq!(status, AnswerStatus::Stopped);
    }
    // The owner continues, and may have Ben's question answered.
    pair.anna.retry_answer(waiting.answer).await.unwrap();
    assert_eq!(annas.ended(waiting.answer).await, AnswerStatus::Done);
    let asked = pair.test.fake.chats();
    let asked = asked.iter().rfind(|c| c.last_message().contains("Two?")).unwrap();
    assert!(
        asked.last_message().contains("Ben: Two?"),
        "{}",
        asked.last_message()
    );
}

#[tokio::test]
async fn a_writer_who_becomes_a_reader_sends_nothing_more() {
    let pair = Pair::shared("Hello.", SpaceRole::Writer).await;
    ask(&pair.ben, Some(pair.id()), "Mine.").await;
    pair.share(SpaceRole::Reader).await;
    let refused = pair
        .ben
        .send(message(Some(pair.id()), "More."))
        .await
        .unwrap_err();
    assert_eq!(Problem::from(refused), Problem::NotFound);
    let read = pair.ben.open_conversation(pair.id(), None).await.unwrap();
    assert_eq!((read.role, read.messages.len()), (SpaceRole::Reader, 4));
}

#[tokio::test]
async fn a_reader_can_leave_and_its_owner_cannot() {
    let pair = Pair::shared("Hello.", SpaceRole::Reader).await;
    let refused = pair.anna.leave_conversation(pair.id()).await.unwrap_err();
    assert_eq!(Problem::from(refused), Problem::NotFound);
    let mut annas = Tab::open(&pair.anna).await;
    pair.ben.leave_conversation(pair.id()).await.unwrap();
    let shared = annas
        .until(|event| match event {
            Event::ConversationShared { shared, .. } => Some(shared),
            _ => None,
        })
        .await;
    assert_eq!(shared, None);
    let refused = pair.ben.open_conversation(pair.id(), None).await.unwrap_err();
    assert_eq!(Problem::from(refused), Problem::NotFound);
}

#[tokio::test]
async fn it_cannot_be_shared_while_an_answer_may_use_the_owners_memory() {
    let pair = Pair::start("Hello.").await;
    pair.test.fake.enqueue(Reply::text("Long").hold());
    let sent = pair.anna.send(message(Some(pair.id()), "And?")).await.unwrap();
    let refused = pair
        .anna
        .share_conversation(pair.id(), pair.ben.user(), SpaceRole::Reader)
        .await
        .unwrap_err();
    let reason = ConflictReason::AnswerRunning;
    assert_eq!(Problem::from(refused), Problem::Conflict { reason });
    let mut annas = Tab::open(&pair.anna).await;
    pair.test.fake.release_many(100);
    annas.ended(sent.answer).await;
    pair.share(SpaceRole::Reader).await;
}

#[tokio::test]
async fn two_messages_sent_at_once_are_both_answered_in_one_order() {
    let pair = Pair::shared("Hello.", SpaceRole::Writer).await;
    let mut tab = Tab::open(&pair.anna).await;
    let sends = (0..5).flat_map(|round| {
        [(&pair.anna, "Anna"), (&pair.ben, "Ben")]
            .map(|(who, name)| who.send(message(Some(pair.id()), &format!("{name} {round}"))))
    });
    let sent: Vec<Sent> = futures::future::join_all(sends)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let mut left: Vec<_> = sent.iter().map(|sent| sent.answer).collect();
    while !left.is_empty() {
        let ended = tab
            .until(|event| match event {
                Event::AnswerEnded { answer, .. } => Some(answer),
                _ => None,
            })
            .await;
        left.retain(|answer| *answer != ended);
    }
    for who in [&pair.anna, &pair.ben] {
        let all = who.open_conversation(pair.id(), None).await.unwrap().messages;
        assert_eq!(all.len(), 22, "no message is lost");
        assert!(all.iter().all(|m| {
            m.answer
                .as_ref()
                .is_none_or(|answer| answer.status == AnswerStatus::Done)
        }));
    }
    // Each answer was made with all earlier messages in its prompt.
    let seen: Vec<usize> = pair
        .test
        .fake
        .chats()
        .iter()
        .map(|chat| chat.messages())
        .filter(|messages| messages[0].1.contains("several people"))
        .map(|messages| messages.len())
        .collect();
    assert_eq!(seen, (0..10).map(|n| 4 + 2 * n).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_prompt_names_the_speakers() {
    let pair = Pair::shared("My dog is called Biscuit.", SpaceRole::Writer).await;
    ask(&pair.ben, Some(pair.id()), "Mine is called Rex.").await;
    ask(&pair.anna, Some(pair.id()), "Whose is older?").await;
    let chats = pair.test.fake.chats();
    let prompt = chats
        .iter()
        .rfind(|chat| chat.last_message().contains("Whose is older?"))
        .unwrap()
        .messages();
    assert!(
        prompt[0].1.contains("several people, Anna, Ben"),
        "{}",
        prompt[0].1
    );
    assert!(
        prompt[1].1.ends_with("Anna: My dog is called Biscuit."),
        "{}",
        prompt[1].1
    );
    assert!(
        prompt[3].1.ends_with("Ben: Mine is called Rex."),
        "{}",
        prompt[3].1
    );
    assert!(prompt[5].1.ends_with("Anna: Whose is older?"), "{}", prompt[5].1);
    // With a reader there is only one speaker, so no names are used.
    pair.share(SpaceRole::Reader).await;
    let (alone, _) = ask(&pair.anna, None, "Hello.").await;
    pair.anna
        .share_conversation(alone.conversation, pair.ben.user(), SpaceRole::Reader)
        .await
        .unwrap();
    ask(&pair.anna, Some(alone.conversation), "Am I alone?").await;
    let chats = pair.test.fake.chats();
    let chat = chats.iter().rfind(|c| c.last_message().contains("Am I alone?"));
    assert!(chat.unwrap().messages()[0].1.contains("talking with Anna,"));
}

/// A reader never recalls text of a shared conversation elsewhere, neither while it is shared nor afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn none_of_a_readers_100_recalls_shows_shared_text_before_or_after_unsharing() {
    let pair = Pair::shared(
        &format!("My dog {CANARY} is allergic to chicken."),
        SpaceRole::Writer,
    )
    .await;
    ask(&pair.ben, Some(pair.id()), "Chicken is in most dog food.").await;
    settled(&pair.test).await;
    let before = pair.test.fake.chats().len();
    for number in 0..100 {
        if number == 50 {
            pair.take_back().await;
        }
        let question = format!("What is my dog allergic to, chicken {number}?");
        let (_, answer) = ask(&pair.ben, None, &question).await;
        let shown = format!("{answer:?}");
        assert!(
            !shown.contains(CANARY) && !shown.contains("most dog food"),
            "{shown}"
        );
        assert!(!shown.contains(&pair.id().to_string()), "{shown}");
    }
    for chat in &pair.test.fake.chats()[before..] {
        let sent = chat.body.to_string();
        assert!(
            !sent.contains(CANARY) && !sent.contains("most dog food"),
            "{sent}"
        );
    }
}

/// In a shared conversation, no answer recalls a member's private messages.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn none_of_100_answers_in_a_shared_conversation_uses_what_a_member_said_elsewhere() {
    let pair = Pair::shared("Let us talk about dogs.", SpaceRole::Writer).await;
    for who in [&pair.anna, &pair.ben] {
        ask(who, None, &format!("My dog {CANARY} is allergic to chicken.")).await;
    }
    settled(&pair.test).await;
    let before = pair.test.fake.chats().len();
    for number in 0..50 {
        for who in [&pair.anna, &pair.ben] {
            let question = format!("What is my dog allergic to, chicken {number}?");
            let (_, answer) = ask(who, Some(pair.id()), &question).await;
            assert!(answer.answer.unwrap().recalled.is_empty());
        }
    }
    for chat in &pair.test.fake.chats()[before..] {
        assert!(!chat.body.to_string().contains(CANARY), "{}", chat.body);
    }
}

#[tokio::test]
async fn the_owner_recalls_messages_of_it_elsewhere_with_the_names_of_other_authors() {
    let pair = Pair::shared("My dog Biscuit is allergic to chicken.", SpaceRole::Writer).await;
    ask(&pair.ben, Some(pair.id()), "Biscuit is allergic to beef as well.").await;
    settled(&pair.test).await;
    for taken_back in [false, true] {
        if taken_back {
            pair.take_back().await;
        }
        let (_, answer) = ask(&pair.anna, None, "What is my dog Biscuit allergic to?").await;
        let recalled = answer.answer.unwrap().recalled;
        let own = recalled.iter().find(|r| r.excerpt.contains("chicken")).unwrap();
        assert_eq!((own.conversation, own.by.as_deref()), (pair.id(), None));
        let bens = recalled.iter().find(|r| r.excerpt.contains("beef")).unwrap();
        assert_eq!(bens.by.as_deref(), Some("Ben"));
    }
}

#[tokio::test]
async fn footnotes_from_the_owners_memory_are_not_shown_to_others() {
    let test = TestBackend::start().await;
    let (anna, ben) = (test.annas(), test.backend.for_user(test.person("Ben").await));
    ask(&anna, None, &format!("My dog {CANARY} is allergic to chicken.")).await;
    settled(&test).await;
    test.fake.enqueue(Reply::text("To poultry."));
    let (sent, answered) = ask(&anna, None, "What is my dog allergic to?").await;
    assert!(!answered.answer.unwrap().recalled.is_empty());
    anna.share_conversation(sent.conversation, ben.user(), SpaceRole::Reader)
        .await
        .unwrap();
    assert!(!answer(&anna, &sent).await.answer.unwrap().recalled.is_empty());
    let bens = ben.open_conversation(sent.conversation, None).await.unwrap();
    assert!(!format!("{bens:?}").contains(CANARY), "{bens:?}");
}

#[tokio::test]
async fn disabling_the_owner_keeps_it_shared_and_deleting_the_owner_deletes_it() {
    let test = TestBackend::start().await;
    let ben = test.backend.for_user(test.person("Ben").await);
    let carl = test.backend.for_user(test.person("Carl").await);
    let (sent, _) = ask(&ben, None, "Hello.").await;
    ben.share_conversation(sent.conversation, carl.user(), SpaceRole::Writer)
        .await
        .unwrap();
    let administration = test.backend.administration(test.anna).await.unwrap();
    administration.disable(ben.user()).await.unwrap();
    let read = carl.open_conversation(sent.conversation, None).await.unwrap();
    assert_eq!(read.shared.unwrap().owner, "Ben");
    ask(&carl, Some(sent.conversation), "Are you there?").await;
    settled(&test).await;
    let mut superuser = PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    sqlx::query("delete from users where id = $1")
        .bind(ben.user().0)
        .execute(&mut superuser)
        .await
        .unwrap();
    let gone = carl.open_conversation(sent.conversation, None).await.unwrap_err();
    assert_eq!(Problem::from(gone), Problem::NotFound);
    assert!(carl.list_conversations(None, 50).await.unwrap().rows.is_empty());
}

/// Notes from the time when the owner was alone are not repeated in later prompts.
#[tokio::test]
async fn notes_recalled_for_the_owner_alone_leave_the_prompt_when_another_person_joins() {
    let pair = Pair::start("Let us talk about dogs.").await;
    pair.test.fake.respond_with(|_| Reply::text("Well."));
    ask(
        &pair.anna,
        None,
        &format!("My dog {CANARY} is allergic to chicken."),
    )
    .await;
    settled(&pair.test).await;
    let (_, answer) = ask(&pair.anna, Some(pair.id()), "What is my dog allergic to?").await;
    assert!(!answer.answer.unwrap().recalled.is_empty());
    let prompt = |pair: &Pair| pair.test.fake.chats().pop().unwrap().body.to_string();
    ask(&pair.anna, Some(pair.id()), "And what else?").await;
    assert!(prompt(&pair).contains(CANARY), "alone it is told again");
    settled(&pair.test).await;
    pair.share(SpaceRole::Writer).await;
    for who in [&pair.anna, &pair.ben] {
        ask(who, Some(pair.id()), "And what does it like?").await;
        assert!(!prompt(&pair).contains(CANARY), "{}", prompt(&pair));
    }
}
