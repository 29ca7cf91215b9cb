//! CHECKS 1, 2, 3 and 7 for conversations that are shared: who only reads, and who no longer does, is answered as
//! if somebody else's ids were ids that nobody has.

use crate::support::{Answer, House, change, page, read};
use hearth_inference::fake::Reply;
use hearth_types::{Conversation, ConversationPage, IdempotencyKey, SendMessage, Sent};
use http::StatusCode;
use uuid::Uuid;

const CANARY: &str = "canary9c1d";

/// Anna's running answer, shared with Bob to read; Carl is somebody else.
struct Shared {
    house: House,
    anna: String,
    bob: String,
    bob_id: Uuid,
    carl_id: Uuid,
    sent: Sent,
}

impl Shared {
    async fn start() -> Self {
        let house = House::start().await;
        let bob_id = house.house.person("Bob").await.0;
        let carl_id = house.house.person("Carl").await.0;
        let (anna, bob) = (house.sign_in("Anna").await, house.sign_in("Bob").await);
        let first = tell(&house, None, "Begin.").await;
        house.answered(&anna, &first).await;
        let shared = Self {
            sent: first,
            house,
            anna,
            bob,
            bob_id,
            carl_id,
        };
        let answer = shared.post("share", &shared.anna, "&role=reader").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        shared
    }

    /// With an answer under way.
    async fn running() -> Self {
        let mut shared = Self::start().await;
        let fake = &shared.house.house.fake;
        fake.enqueue(Reply::text(&format!("{CANARY} and more words")).hold_after(2));
        let conversation = Some(shared.sent.conversation);
        shared.sent = tell(&shared.house, conversation, "And now?").await;
        shared.house.house.fake.wait_for_holds(1).await;
        shared
    }

    /// A change of who has it, about Bob.
    async fn post(&self, what: &str, cookie: &str, more: &str) -> Answer {
        let form = format!("id={}&person={}{more}", self.sent.conversation, self.bob_id);
        let path = format!("/api/conversations/{what}");
        self.house.send(change(&path, Some(cookie), &form)).await
    }

    async fn post_as_bob(&self, path: &str, form: &str) -> Answer {
        self.house.send(change(path, Some(&self.bob), form)).await
    }

    /// What changes the conversation, or who has it.
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
            let refused = self.post_as_bob(path, form).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path} {form}");
            assert_eq!(refused.body, r#"{"problem":"not_found"}"#, "{path}");
        }
    }
}

async fn tell(house: &House, conversation: Option<hearth_types::ConversationId>, text: &str) -> Sent {
    let message = SendMessage {
        conversation,
        text: text.into(),
        idempotency_key: IdempotencyKey(Uuid::now_v7()),
        model: None,
        memory: None,
        attachments: Vec::new(),
        edits: None,
    };
    house.house.annas().send(message).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_reads_and_hears_and_is_answered_not_found_for_every_change() {
    let shared = Shared::running().await;
    let (id, answer) = (shared.sent.conversation, shared.sent.answer);
    let opened = shared
        .house
        .send(read(
            &format!("/api/conversations/open?id={id}"),
            Some(&shared.bob),
        ))
        .await;
    let opened: Conversation = serde_json::from_str(&opened.body).unwrap();
    assert_eq!(opened.messages.len(), 4);
    for address in [
        format!("/events?conversation={id}&answer={answer}&blocks=0"),
        format!("/c/{id}"),
    ] {
        let seen = shared.house.send(page(&address, Some(&shared.bob))).await;
        assert_eq!(seen.status, StatusCode::OK, "{address}");
    }
    shared.are_not_found(&shared.changes()).await;
    shared.house.house.fake.release_many(1_000);
    let answer = shared.house.answered(&shared.anna, &shared.sent).await;
    assert!(answer.text.starts_with(CANARY), "{}", answer.text);
}

/// CHECK 7: stream, resume and stop of somebody from whom it was taken back.
#[tokio::test(flavor = "multi_thread")]
async fn from_whom_it_was_taken_back_is_answered_as_for_an_id_that_nobody_has() {
    let shared = Shared::running().await;
    let taken = shared.post("unshare", &shared.anna, "").await;
    assert_eq!(taken.status, StatusCode::OK);
    let (id, answer, message) = (shared.sent.conversation, shared.sent.answer, shared.sent.message);
    for address in [
        format!("/events?answer={answer}&blocks=0"),
        format!("/events?conversation={id}"),
        format!("/api/conversations/open?id={id}"),
        format!("/api/conversations/open?id={id}&before={message}"),
    ] {
        let refused = shared.house.send(read(&address, Some(&shared.bob))).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{address}");
        assert_eq!(refused.body, r#"{"problem":"not_found"}"#, "{address}");
    }
    let refused = shared
        .house
        .send(page(&format!("/c/{id}"), Some(&shared.bob)))
        .await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    assert!(!refused.body.contains("Begin."));
    let mut changes = shared.changes();
    changes.push(("/api/conversations/leave", format!("id={id}")));
    shared.are_not_found(&changes).await;
    let list = shared
        .house
        .send(read("/api/conversations", Some(&shared.bob)))
        .await;
    let list: ConversationPage = serde_json::from_str(&list.body).unwrap();
    assert!(list.rows.is_empty());
}

/// CHECK 2: a message of one's own conversation does not open another's, nor the other way round.
#[tokio::test(flavor = "multi_thread")]
async fn a_shared_conversation_opens_no_message_of_another_one() {
    let shared = Shared::start().await;
    let private = tell(&shared.house, None, CANARY).await;
    let address = format!(
        "/api/conversations/open?id={}&before={}",
        shared.sent.conversation, private.message
    );
    let refused = shared.house.send(read(&address, Some(&shared.bob))).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}

/// CHECK 4: whose it is comes from the session, and nobody is made an owner.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_becomes_an_owner_by_a_field() {
    let shared = Shared::start().await;
    let refused = shared.post("share", &shared.anna, "&role=owner").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let more = format!("&role=reader&space_id={}&owner={}", shared.bob_id, shared.bob_id);
    let answer = shared.post("share", &shared.anna, &more).await;
    assert_eq!(answer.status, StatusCode::OK);
    shared.are_not_found(&shared.changes()).await;
}

/// An administrator administers people and reads nobody's words, however they are shared.
#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sees_nothing_of_what_members_share() {
    let house = House::start().await;
    let bob = house.house.backend.for_user(house.house.person("Bob").await);
    let carl = house.house.person("Carl").await;
    let message = SendMessage {
        conversation: None,
        text: CANARY.into(),
        idempotency_key: IdempotencyKey(Uuid::now_v7()),
        model: None,
        memory: None,
        attachments: Vec::new(),
        edits: None,
    };
    let sent = bob.send(message).await.unwrap();
    let bobs = house.sign_in("Bob").await;
    house.answered(&bobs, &sent).await;
    bob.share_conversation(sent.conversation, carl, hearth_types::SpaceRole::Writer)
        .await
        .unwrap();
    let anna = house.sign_in("Anna").await;
    let id = sent.conversation;
    for address in [
        format!("/c/{id}"),
        format!("/api/conversations/open?id={id}"),
        format!("/events?conversation={id}"),
    ] {
        let refused = house.send(read(&address, Some(&anna))).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{address}");
    }
    for address in [
        "/people",
        "/api/people",
        "/conversations",
        "/api/conversations",
        "/",
    ] {
        let answer = house.send(page(address, Some(&anna))).await;
        assert!(!answer.body.contains(CANARY), "{address}");
    }
    for (path, form) in [
        (
            "/api/conversations/share",
            format!("id={id}&person={}&role=reader", house.house.anna),
        ),
        ("/api/conversations/unshare", format!("id={id}&person={carl}")),
        ("/api/conversations/leave", format!("id={id}")),
    ] {
        let refused = house.send(change(path, Some(&anna), &form)).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
    }
}
