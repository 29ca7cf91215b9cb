//! Shared conversations: for readers and for former members, every change, and every id that is not theirs, is not found.

use crate::support::{Actor, Answer, TestApp};
use hearth_inference::fake::Reply;
use hearth_types::{ConversationPage, Sent, UserId};
use http::StatusCode;
use uuid::Uuid;

const CANARY: &str = "canary9c1d";

/// Anna's running answer, shared with Bob to read; Carl is not a member.
struct Shared {
    app: TestApp,
    anna: Actor,
    bob: Actor,
    bob_id: UserId,
    carl_id: UserId,
    sent: Sent,
}

impl Shared {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let (bob_id, carl_id) = (app.add_person("Bob").await, app.add_person("Carl").await);
        let (anna, bob) = (app.admin().await, app.sign_in("Bob").await);
        let sent = anna.say("Begin.").await;
        anna.answered(&sent).await;
        let shared = Self {
            app,
            anna,
            bob,
            bob_id,
            carl_id,
            sent,
        };
        let answer = shared.change_membership("share", "&role=reader").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        shared
    }

    /// While an answer is written.
    async fn running() -> Self {
        let mut shared = Self::start().await;
        let reply = Reply::text(&format!("{CANARY} and more words")).hold_after(2);
        shared.app.model_server().enqueue(reply);
        let place = format!("&conversation={}", shared.sent.conversation);
        shared.sent = shared.anna.say_with("And now?", &place).await;
        shared.app.model_server().wait_for_holds(1).await;
        shared
    }

    /// Anna changes what Bob may do.
    async fn change_membership(&self, change: &str, more: &str) -> Answer {
        let form = format!("id={}&person={}{more}", self.sent.conversation, self.bob_id);
        self.anna
            .change(&format!("/api/conversations/{change}"), &form)
            .await
    }

    /// Changes of the conversation or of its members.
    fn changes(&self) -> Vec<(&'static str, String)> {
        let (id, answer, carl) = (self.sent.conversation, self.sent.answer, self.carl_id);
        vec![
            ("/api/conversations/rename", format!("id={id}&title=stolen")),
            ("/api/conversations/delete", format!("id={id}")),
            ("/api/conversations/memory", format!("id={id}&memory=false")),
            ("/api/conversations/model", format!("id={id}&model=")),
            (
                "/api/conversations/share",
                format!("id={id}&person={carl}&role=writer"),
            ),
            (
                "/api/conversations/share",
                format!("id={id}&person={}&role=writer", self.bob_id),
            ),
            ("/api/conversations/unshare", format!("id={id}&person={carl}")),
            ("/api/answers/stop", format!("answer={answer}")),
            ("/api/answers/retry", format!("answer={answer}")),
            (
                "/api/conversations/send",
                format!("conversation={id}&text=x&idempotency_key={}", Uuid::now_v7()),
            ),
        ]
    }

    async fn are_not_found(&self, changes: &[(&str, String)]) {
        for (path, form) in changes {
            let refused = self.bob.change(path, form).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path} {form}");
            assert_eq!(refused.body, r#"{"problem":"not_found"}"#, "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_reads_and_gets_events_and_every_change_is_not_found() {
    let shared = Shared::running().await;
    let (id, answer) = (shared.sent.conversation, shared.sent.answer);
    let opened = shared.bob.conversation(id).await;
    assert_eq!(opened.messages.len(), 4);
    for address in [
        format!("/events?conversation={id}&answer={answer}&blocks=0"),
        format!("/c/{id}"),
    ] {
        let seen = shared.bob.page(&address).await;
        assert_eq!(seen.status, StatusCode::OK, "{address}");
    }
    shared.are_not_found(&shared.changes()).await;
    shared.app.model_server().release_many(1_000);
    let answer = shared.anna.answered(&shared.sent).await;
    assert!(answer.text.starts_with(CANARY), "{}", answer.text);
}

/// Stream, resume and stop included.
#[tokio::test(flavor = "multi_thread")]
async fn for_a_former_member_the_conversation_is_not_found() {
    let shared = Shared::running().await;
    let taken = shared.change_membership("unshare", "").await;
    assert_eq!(taken.status, StatusCode::OK);
    let (id, answer, message) = (shared.sent.conversation, shared.sent.answer, shared.sent.message);
    for address in [
        format!("/events?answer={answer}&blocks=0"),
        format!("/events?conversation={id}"),
        format!("/api/conversations/open?id={id}"),
        format!("/api/conversations/open?id={id}&before={message}"),
    ] {
        let refused = shared.bob.read(&address).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{address}");
        assert_eq!(refused.body, r#"{"problem":"not_found"}"#, "{address}");
    }
    let refused = shared.bob.page(&format!("/c/{id}")).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    assert!(!refused.body.contains("Begin."));
    let mut changes = shared.changes();
    changes.push(("/api/conversations/leave", format!("id={id}")));
    shared.are_not_found(&changes).await;
    let list: ConversationPage = shared.bob.read("/api/conversations").await.json();
    assert!(list.rows.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_conversation_opens_no_message_of_another_one() {
    let shared = Shared::start().await;
    let private = shared.anna.say(CANARY).await;
    let address = format!(
        "/api/conversations/open?id={}&before={}",
        shared.sent.conversation, private.message
    );
    let refused = shared.bob.read(&address).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}

/// The owner comes from the session.
#[tokio::test(flavor = "multi_thread")]
async fn no_field_of_a_form_makes_an_owner() {
    let shared = Shared::start().await;
    let refused = shared.change_membership("share", "&role=owner").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let more = format!("&role=reader&space_id={}&owner={}", shared.bob_id, shared.bob_id);
    let answer = shared.change_membership("share", &more).await;
    assert_eq!(answer.status, StatusCode::OK);
    shared.are_not_found(&shared.changes()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_reads_no_conversation_that_members_share() {
    let app = TestApp::start().await;
    let (anna, bob) = (app.admin().await, app.person("Bob").await);
    let carl = app.add_person("Carl").await;
    let sent = bob.say(CANARY).await;
    bob.answered(&sent).await;
    bob.backend()
        .share_conversation(sent.conversation, carl, hearth_types::SpaceRole::Writer)
        .await
        .unwrap();
    let id = sent.conversation;
    for address in [
        format!("/c/{id}"),
        format!("/api/conversations/open?id={id}"),
        format!("/events?conversation={id}"),
    ] {
        let refused = anna.read(&address).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{address}");
    }
    for address in [
        "/people",
        "/api/people",
        "/conversations",
        "/api/conversations",
        "/",
    ] {
        let answer = anna.page(address).await;
        assert!(!answer.body.contains(CANARY), "{address}");
    }
    for (path, form) in [
        (
            "/api/conversations/share",
            format!("id={id}&person={}&role=reader", anna.id()),
        ),
        ("/api/conversations/unshare", format!("id={id}&person={carl}")),
        ("/api/conversations/leave", format!("id={id}")),
    ] {
        let refused = anna.change(path, &form).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
    }
}
