//! The clock of the machine jumps by a day, for Hearth and for PostgreSQL, by Debian's libfaketime. The bundled
//! PostgreSQL takes no variables from outside, so this test starts another one.

use crate::{
    binary::{TestServer, skip},
    browser::cookie,
    command_line::data_dir,
};
use hearth_backend::testing::OwnServer;
use hearth_inference::fake::Reply;
use hearth_types::{AnswerStatus, Conversation, Sent};
use http::StatusCode;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    time::{Duration, Instant},
};

/// Where Debian puts it.
fn library() -> Option<PathBuf> {
    let places = fs::read_dir("/usr/lib").ok()?.flatten();
    places
        .map(|place| place.path().join("faketime/libfaketime.so.1"))
        .find(|path| path.is_file())
}

/// The clock that both of them see.
struct Clock(PathBuf);

impl Clock {
    /// Days from now. The file is replaced in one step, because both read it for every time that they need.
    fn set(&self, days: i32) {
        let new = self.0.with_extension("new");
        fs::write(&new, format!("{days:+}d\n")).unwrap();
        fs::set_permissions(&new, fs::Permissions::from_mode(0o644)).unwrap();
        fs::rename(&new, &self.0).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_a_day_revives_no_session_keeps_the_order_and_delays_no_answer() {
    let Some(library) = library() else {
        return skip("Debian's libfaketime is not installed");
    };
    let (keep, data) = data_dir();
    let clock = Clock(keep.path().join("clock"));
    clock.set(0);
    let variables = [
        ("LD_PRELOAD", library.to_str().unwrap()),
        ("FAKETIME_TIMESTAMP_FILE", clock.0.to_str().unwrap()),
        // libfaketime's cache ends up to two seconds late.
        ("FAKETIME_NO_CACHE", "1"),
        // A time server moves the time of day and nothing else.
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ("DONT_FAKE_MONOTONIC", "1"),
        ("NO_FAKE_STAT", "1"),
    ];
    let database = OwnServer::start_with(&variables).await;
    database
        .run(
            "postgres",
            "create role hearth superuser login PASSWORD; create database hearth owner hearth",
        )
        .await;
    let url = database.url("hearth", "hearth");
    let with_url: Vec<_> = variables
        .into_iter()
        .chain([("DATABASE_URL", url.as_str())])
        .collect();
    let Some(mut hearth) = TestServer::start_in(keep, data, &with_url).await else {
        return;
    };
    hearth.model_server.respond_with(|chat| {
        let asked = chat.last_message();
        // The conversation is named after it as well, and that is not to be held.
        match asked.contains("slow") && !asked.starts_with("Question:") {
            true => Reply::text("one two three four").hold_after(2),
            false => Reply::text("quick"),
        }
    });

    // A session lasts a day, or a year if the device is remembered.
    let form = "name=Ada&password=a+lamp+on+the+table&remember=true";
    let remembered = cookie(&hearth.post("/api/session/sign_in", form).send().await.unwrap());
    let other = hearth.post("/api/session/sign_in", &form.replace("&remember=true", ""));
    let of_a_day = cookie(&other.send().await.unwrap());
    hearth.cookie = remembered;

    // A running answer and those that wait behind it live through a jump each way.
    let running = hearth.send("slow 0").await;
    hearth.model_server.wait_for_holds(1).await;
    let waiting = [hearth.send("wait 1").await, hearth.send("wait 2").await];
    clock.set(1);
    // Longer than a lease.
    tokio::time::sleep(Duration::from_secs(12)).await;
    clock.set(-1);
    hearth.model_server.release();
    for sent in waiting.iter().chain([&running]) {
        assert_eq!(ended(&hearth, sent).await, AnswerStatus::Done);
    }

    // The order within a conversation is that of speaking, whatever the clock says.
    let mut expected = vec!["slow 0".to_owned()];
    for (number, days) in [(1, 1), (2, -1), (3, 0)] {
        clock.set(days);
        if days == 1 {
            let over = std::mem::replace(&mut hearth.cookie, of_a_day.clone());
            assert_eq!(signed_in(&hearth).await, StatusCode::UNAUTHORIZED);
            hearth.cookie = over;
        }
        let text = format!("further {number}");
        let form = format!(
            "text={}&idempotency_key={}&conversation={}",
            text.replace(' ', "+"),
            uuid::Uuid::new_v4(),
            running.conversation
        );
        let answer = hearth
            .post("/api/conversations/send", &form)
            .send()
            .await
            .unwrap();
        let sent: Sent = answer.json().await.unwrap();
        ended(&hearth, &sent).await;
        expected.push(text);
    }
    let opened = hearth.open(&running).await;
    let asked = opened.messages.into_iter().filter(|m| m.answer.is_none());
    assert_eq!(asked.map(|m| m.text).collect::<Vec<_>>(), expected);

    // A claim of a Hearth that was killed while the clock was ahead is not held for that day.
    clock.set(1);
    hearth.model_server.wait_until_idle().await;
    hearth
        .model_server
        .respond_with(|_| Reply::text("one two three four").hold_after(2));
    let left = hearth.send("slow 1").await;
    hearth.model_server.wait_for_holds(1).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    hearth.kill();
    clock.set(-1);
    hearth.restart().await;
    hearth.model_server.respond_with(|_| Reply::text("quick"));
    assert_ne!(ended(&hearth, &left).await, AnswerStatus::Stopped);
    let next = hearth.send("next").await;
    assert_eq!(ended(&hearth, &next).await, AnswerStatus::Done);

    // The session of a day was over when the clock was ahead, and a clock that is set back does not revive it.
    let remembered = std::mem::replace(&mut hearth.cookie, of_a_day);
    assert_eq!(signed_in(&hearth).await, StatusCode::UNAUTHORIZED);
    clock.set(0);
    assert_eq!(signed_in(&hearth).await, StatusCode::UNAUTHORIZED);
    hearth.cookie = remembered;
    assert_eq!(signed_in(&hearth).await, StatusCode::OK);
}

/// The answer once it has ended. A time limit of PostgreSQL ends a transaction during which its clock jumps (25P03), and
/// libfaketime lets its signal handlers see the real time now and then: such a read is repeated, as a person reloads.
async fn ended(hearth: &TestServer, sent: &Sent) -> AnswerStatus {
    let deadline = Instant::now() + Duration::from_secs(30);
    let path = format!("/api/conversations/open?id={}", sent.conversation);
    while Instant::now() < deadline {
        let opened = hearth.get(&path).await.unwrap();
        if opened.status() == StatusCode::OK {
            let messages = opened.json::<Conversation>().await.unwrap().messages;
            let answer = messages.into_iter().find(|message| message.id.0 == sent.answer.0);
            let status = answer.and_then(|message| message.answer).unwrap().status;
            if status.is_final() {
                return status;
            }
        } else {
            assert_eq!(opened.status(), StatusCode::INTERNAL_SERVER_ERROR);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the answer did not end");
}

async fn signed_in(hearth: &TestServer) -> StatusCode {
    hearth.get("/api/conversations").await.unwrap().status()
}
