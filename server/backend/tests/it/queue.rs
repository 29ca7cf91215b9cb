//! The queue of answers: order, waiting times, and answers whose runner has died.

use crate::talk::{Tab, answer, ask, message, settled};
use hearth_backend::{Backend, Config, UserBackend, models::WakeOnLan, testing::TestBackend};
use hearth_inference::{
    ServerKind,
    fake::{EmbedReply, Recorded, Reply},
};
use hearth_types::{AnswerStatus, Event};
use std::{num::NonZeroUsize, time::Duration};

/// The questions in the order of their requests to the model server, without titles.
fn asked(test: &TestBackend) -> Vec<String> {
    let chats = test.fake.chats();
    let questions = chats.iter().filter(|chat| !is_title(chat));
    questions
        .map(|chat| chat.last_message().rsplit('\n').next().unwrap().to_owned())
        .collect()
}

fn is_title(chat: &Recorded) -> bool {
    chat.last_message().ends_with("Title:")
}

/// Another backend on the same database, as after a restart.
async fn another(test: &TestBackend, alone: bool) -> Backend {
    let server = hearth_inference::connect(&test.fake.url(), ServerKind::Ollama);
    let mut config = Config::new(test.database.app.clone(), server);
    config.max_connections = hearth_backend::testing::pool_size();
    config.alone = alone;
    Backend::start(config).await.unwrap()
}

/// The order of the answers when Anna sends five messages, and Ben and Carla one each while Anna's first is being
/// answered.
async fn served(slots: usize) -> Vec<String> {
    let test = TestBackend::start_with(|config| config.slots = NonZeroUsize::new(slots).unwrap()).await;
    let anna = test.annas();
    let ben = test.backend.for_user(test.person("Ben").await);
    let carla = test.backend.for_user(test.person("Carla").await);
    test.fake.respond_with(|chat| match is_title(chat) {
        true => Reply::text("A title"),
        false => Reply::text("x").hold(),
    });
    for number in 1..=5 {
        anna.send(message(None, &format!("anna {number}"))).await.unwrap();
        if number <= slots {
            test.fake.wait_for_chats(number).await;
        }
    }
    ben.send(message(None, "ben 1")).await.unwrap();
    carla.send(message(None, "carla 1")).await.unwrap();
    // One answer ends at a time, so that one slot becomes free at a time.
    for begun in slots..7 {
        test.fake.release();
        while asked(&test).len() <= begun {
            tokio::task::yield_now().await;
        }
    }
    test.fake.release_many(100);
    asked(&test)
}

#[tokio::test]
async fn three_people_with_five_one_and_one_messages_take_turns_at_one_slot() {
    let order = served(1).await;
    assert_eq!(
        order,
        [
            "anna 1", "ben 1", "carla 1", "anna 2", "anna 3", "anna 4", "anna 5"
        ]
    );
}

#[tokio::test]
async fn three_people_with_five_one_and_one_messages_take_turns_at_two_slots() {
    let order = served(2).await;
    assert_eq!(
        order,
        [
            "anna 1", "anna 2", "ben 1", "carla 1", "anna 3", "anna 4", "anna 5"
        ]
    );
}

#[tokio::test]
async fn a_message_does_not_wait_for_a_title_in_progress() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake.respond_with(|chat| match is_title(chat) {
        true => Reply::text("A title").hold(),
        false => Reply::text("Sure."),
    });
    ask(&anna, None, "First").await;
    test.fake.wait_for_holds(1).await;
    // The only slot of the model server is busy with the title, which is held.
    let (_, second) = ask(&anna, None, "Second").await;
    assert_eq!(second.answer.unwrap().status, AnswerStatus::Done);
    assert!(test.fake.disconnects() >= 1, "the title was given up");
    test.fake.release_many(100);
    settled(&test).await;
    assert!(
        anna.list_conversations(None, 5)
            .await
            .unwrap()
            .rows
            .iter()
            .all(|row| row.title == "A title"),
        "and made later"
    );
}

#[tokio::test]
async fn a_message_does_not_wait_for_vectors_in_progress() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    ask(&anna, None, "First").await;
    settled(&test).await;
    let before = test.fake.embeds().len();
    // The question's own vector, then the one of the background job, which is held.
    test.fake
        .enqueue_embed(EmbedReply::Vectors(vec![hearth_inference::fake::embed("Second")]));
    test.fake.enqueue_embed(EmbedReply::Hold);
    ask(&anna, None, "Second").await;
    while test.fake.embeds().len() < before + 2 {
        tokio::task::yield_now().await;
    }
    let (_, third) = ask(&anna, None, "Third").await;
    assert_eq!(third.answer.unwrap().status, AnswerStatus::Done);
    test.fake.release_many(100);
    settled(&test).await;
}

#[tokio::test]
async fn waiting_times_are_estimated_from_earlier_answers_also_after_a_restart() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let reported = async |person: &UserBackend| {
        test.fake.enqueue(Reply::text("x").hold());
        let first = person.send(message(None, "One")).await.unwrap();
        test.fake.wait_for_holds(1).await;
        let waits = person.send(message(None, "Two")).await.unwrap();
        let mut tab = Tab::open(person).await;
        let reported = tab
            .until(|e| match e {
                Event::AnswerQueued {
                    answer,
                    before,
                    seconds,
                } if answer == waits.answer => Some((before, seconds)),
                _ => None,
            })
            .await;
        test.fake.release_many(1);
        tab.ended(first.answer).await;
        if answer(person, &waits).await.answer.unwrap().status != AnswerStatus::Done {
            tab.ended(waits.answer).await;
        }
        reported
    };
    assert_eq!(reported(&anna).await, (1, None), "no answer was timed yet");
    settled(&test).await;
    sqlx::query("update models set answer_seconds = 40")
        .execute(
            &sqlx::PgPool::connect_with(test.database.superuser.clone())
                .await
                .unwrap(),
        )
        .await
        .unwrap();
    test.backend.shut_down().await;
    let restarted = another(&test, true).await.for_user(test.anna);
    let (before, seconds) = reported(&restarted).await;
    assert_eq!(before, 1);
    assert!((35..=40).contains(&seconds.unwrap()), "{seconds:?}");
}

#[tokio::test]
async fn durations_of_answers_and_loading_are_stored_per_model() {
    let test = TestBackend::start().await;
    test.fake
        .enqueue(Reply::text("Sure.").loading(Duration::from_secs(12)));
    let (_, answered) = ask(&test.annas(), None, "Hi").await;
    let pool = sqlx::PgPool::connect_with(test.database.superuser.clone())
        .await
        .unwrap();
    let (answer_seconds, load_seconds): (f32, f32) =
        sqlx::query_as("select answer_seconds, load_seconds from models where name = $1")
            .bind(answered.answer.unwrap().model)
            .fetch_one(&pool)
            .await
            .unwrap();
    assert!((load_seconds - 12.0).abs() < 0.01, "{load_seconds}");
    assert!(
        (0.0..30.0).contains(&answer_seconds),
        "loading is not counted: {answer_seconds}"
    );
}

/// The usual loading time reported to a person who sends while the model is not in memory.
async fn usual_seconds_while_loading(test: &TestBackend, person: &UserBackend) -> Option<u32> {
    test.fake.enqueue(
        Reply::text("Sure.")
            .loading(Duration::from_secs(12))
            .hold_headers(),
    );
    let mut tab = Tab::open(person).await;
    let sent = person.send(message(None, "Hi")).await.unwrap();
    let mut reported = Vec::new();
    while reported.len() < 2 {
        let loading = tab.until(|e| match e {
            Event::ModelLoading {
                answer,
                model,
                seconds,
                usual,
            } if answer == sent.answer => {
                assert_eq!(model, "scripted-chat:1b");
                Some((seconds, usual))
            }
            _ => None,
        });
        reported.push(loading.await);
    }
    assert!(reported[1].0 > reported[0].0, "{reported:?}");
    test.fake.release();
    assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Done);
    reported[1].1
}

#[tokio::test]
async fn a_loading_model_is_reported_with_its_seconds_and_its_last_loading_time() {
    let test = TestBackend::start().await;
    test.fake.set_loaded(false);
    assert_eq!(usual_seconds_while_loading(&test, &test.annas()).await, None);
    settled(&test).await;
    test.backend.shut_down().await;
    let restarted = another(&test, true).await.for_user(test.anna);
    assert_eq!(usual_seconds_while_loading(&test, &restarted).await, Some(12));
}

#[tokio::test]
async fn an_answer_whose_runner_died_before_any_text_is_answered_once() {
    let test = TestBackend::start_with(|config| config.lease = Duration::from_secs(1)).await;
    let anna = test.annas();
    test.fake.enqueue(Reply::text("never read").hold());
    let mut tab = Tab::open(&anna).await;
    let sent = anna.send(message(None, "Hi")).await.unwrap();
    test.fake.wait_for_holds(1).await;
    let pool = sqlx::PgPool::connect_with(test.database.superuser.clone())
        .await
        .unwrap();
    sqlx::query("update answer_queue set runner = gen_random_uuid()")
        .execute(&pool)
        .await
        .unwrap();
    test.fake.wait_for_disconnect().await;
    assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Done);
    assert_ne!(answer(&anna, &sent).await.text, "never read");
}

#[tokio::test]
async fn a_clock_that_jumps_interrupts_no_answer_and_keeps_no_dead_claim() {
    let test = TestBackend::start_with(|config| config.lease = Duration::from_secs(1)).await;
    let anna = test.annas();
    test.fake.enqueue(Reply::text("one two").hold_after(1));
    let mut tab = Tab::open(&anna).await;
    let sent = anna.send(message(None, "Hi")).await.unwrap();
    tab.until(|e| matches!(e, Event::AnswerTail { .. }).then_some(()))
        .await;
    let pool = sqlx::PgPool::connect_with(test.database.superuser.clone())
        .await
        .unwrap();
    // Forwards: by the clock the lease has expired long ago. Its runner lives, so the next heartbeat renews it.
    sqlx::query("update answer_queue set lease_until = now() - interval '1 day'")
        .execute(&pool)
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(
        answer(&anna, &sent).await.answer.unwrap().status,
        AnswerStatus::Running
    );
    // Backwards, with a dead runner: by the clock the lease is valid for another day.
    sqlx::query("update answer_queue set runner = gen_random_uuid(), lease_until = now() + interval '1 day'")
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Interrupted);
}

#[tokio::test]
async fn a_waiting_answer_is_answered_once_after_the_next_start() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake.enqueue(Reply::text("never read").hold());
    let sent = anna.send(message(None, "Hi")).await.unwrap();
    test.fake.wait_for_holds(1).await;
    test.backend.shut_down().await;
    test.fake.wait_for_disconnect().await;
    let restarted = another(&test, true).await.for_user(test.anna);
    let mut tab = Tab::open(&restarted).await;
    if answer(&restarted, &sent).await.answer.unwrap().status != AnswerStatus::Done {
        assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Done);
    }
    assert_eq!(asked(&test), ["Hi", "Hi"], "once before the end, once after it");
}

#[tokio::test]
async fn claims_that_a_killed_hearth_left_are_taken_over_at_once() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake.enqueue(Reply::text("some words came").hold_after(2));
    let mut tab = Tab::open(&anna).await;
    let sent = anna.send(message(None, "Hi")).await.unwrap();
    let pool = sqlx::PgPool::connect_with(test.database.superuser.clone())
        .await
        .unwrap();
    tab.until(|e| matches!(e, Event::AnswerTail { .. }).then_some(()))
        .await;
    while sqlx::query_scalar::<_, String>("select text from message_parts where message_id = $1")
        .bind(sent.answer.0)
        .fetch_one(&pool)
        .await
        .unwrap()
        .is_empty()
    {
        tokio::task::yield_now().await;
    }
    let claimed = std::time::Instant::now();
    another(&test, true).await;
    assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Interrupted);
    assert!(
        claimed.elapsed() < Duration::from_secs(5),
        "{:?}",
        claimed.elapsed()
    );
}

#[tokio::test]
async fn stop_ends_an_answer_that_waits_for_a_model_server_that_is_away() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    test.fake.stop();
    let (mut here, mut there) = (Tab::open(&anna).await, Tab::open(&anna).await);
    let sent = anna.send(message(None, "Hi")).await.unwrap();
    here.until(|e| matches!(e, Event::ModelServerAway { .. }).then_some(()))
        .await;
    anna.stop_answer(sent.answer).await.unwrap();
    assert_eq!(here.ended(sent.answer).await, AnswerStatus::Stopped);
    assert_eq!(there.ended(sent.answer).await, AnswerStatus::Stopped);
    test.fake.restart().unwrap();
    let (_, next) = ask(&anna, None, "Next").await;
    assert_eq!(next.answer.unwrap().status, AnswerStatus::Done);
    assert_eq!(asked(&test), ["Next"]);
}

/// A socket on the loopback interface that receives the magic packets.
struct Card(tokio::net::UdpSocket);

const MAC: [u8; 6] = [0x3c, 0x7c, 0x3f, 0x12, 0x34, 0x56];

impl Card {
    async fn listen() -> Self {
        Self(tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap())
    }

    fn address(&self) -> WakeOnLan {
        WakeOnLan {
            mac: MAC,
            to: self.0.local_addr().unwrap(),
        }
    }

    /// The next magic packet.
    async fn woken(&self) {
        let mut packet = [0; 200];
        let length = self.0.recv(&mut packet).await.unwrap();
        assert_eq!(length, 102);
        assert_eq!(packet[..6], [0xff; 6]);
        assert!(packet[6..length].chunks(6).all(|part| part == MAC));
    }

    fn is_quiet(&self) -> bool {
        self.0.try_recv(&mut [0; 200]).is_err()
    }
}

#[tokio::test]
async fn a_waiting_message_wakes_the_model_servers_computer_once_and_a_person_may_at_any_time() {
    let card = Card::listen().await;
    let computer = card.address();
    let test = TestBackend::start_with(|config| config.wake = Some(computer)).await;
    let anna = test.annas();
    test.fake.stop();
    let mut tab = Tab::open(&anna).await;
    for text in ["One", "Two"] {
        anna.send(message(None, text)).await.unwrap();
        tab.until(|e| matches!(e, Event::ModelServerAway { can_wake: true, .. }).then_some(()))
            .await;
    }
    card.woken().await;
    assert!(card.is_quiet(), "one a minute is enough");
    test.backend.models().wake().unwrap();
    card.woken().await;
}

#[tokio::test]
async fn without_an_address_nothing_is_woken() {
    let test = TestBackend::start().await;
    assert!(!test.backend.models().can_wake());
    assert!(test.backend.models().wake().is_err());
}
