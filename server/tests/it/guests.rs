//! Every route as a reader, a former writer and a former member of a shared conversation.

use crate::{
    attachments::base64_png,
    matrix::{Ids, comparable, dog, names_ids, passage_of, request},
    support::{Actor, TestApp},
};
use hearth_backend::memory::memories::NewMemory;
use hearth_server::http::routes::{Access, Kind, ROUTES, Route};
use hearth_types::{AttachmentId, Conversation, Sent, SpaceRole};
use http::StatusCode;
use uuid::Uuid;

/// A person with whom a conversation of Anna's is or was shared, and who may not write in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guest {
    Reader,
    /// Wrote in it, and became a reader.
    FormerWriter,
    /// Wrote in it, and is no longer a member.
    FormerMember,
}

/// One round of the matrix: Bob, his role in Anna's conversation, and the ids that he knows.
struct Visit {
    app: TestApp,
    guest: Guest,
    anna: Actor,
    bob: Actor,
    /// The last message of the conversation: Bob's where he wrote, else Anna's.
    sent: Sent,
    attachment: AttachmentId,
}

impl Visit {
    async fn begin(app: TestApp, guest: Guest) -> Self {
        let (anna, bob) = (app.admin().await, app.person("Bob").await);
        let picture = base64_png();
        let attachment = anna.attach("", "a.png", &picture).await.id;
        let sent = anna.backend().send(dog(None, vec![attachment])).await.unwrap();
        anna.answered(&sent).await;
        // Titled by hand, so that no model changes the title meanwhile.
        let annas = anna.backend();
        annas
            .rename_conversation(sent.conversation, "Biscuit")
            .await
            .unwrap();
        let mut visit = Self {
            app,
            guest,
            anna,
            bob,
            sent,
            attachment,
        };
        if guest != Guest::Reader {
            visit.share(SpaceRole::Writer).await;
            let query = format!("?conversation={}", sent.conversation);
            visit.attachment = visit.bob.attach(&query, "b.png", &picture).await.id;
            let message = dog(Some(sent.conversation), vec![visit.attachment]);
            visit.sent = visit.bob.backend().send(message).await.unwrap();
            visit.anna.answered(&visit.sent).await;
        }
        visit
    }

    async fn share(&self, role: SpaceRole) {
        let annas = self.anna.backend();
        annas
            .share_conversation(self.sent.conversation, self.bob.id(), role)
            .await
            .unwrap();
    }

    async fn unshare(&self) {
        let annas = self.anna.backend();
        annas
            .unshare_conversation(self.sent.conversation, self.bob.id())
            .await
            .unwrap();
    }

    /// A memory of Bob's that came from the conversation and was used for the answer there. Afterwards Bob has the role
    /// of this round again, whatever the last route changed.
    async fn ids(&self, number: usize) -> Ids {
        self.share(SpaceRole::Writer).await;
        let mut memory = NewMemory::told(format!("My dog number {number} is called Biscuit."));
        memory.sources = vec![self.sent.message];
        let memory = self.bob.backend().keep_memory(memory).await.unwrap();
        sqlx::query(
            "insert into answer_memories (answer_id, space_id, position, memory_id, memory_space_id, score, only_for)
             select a.id, a.space_id, $3, m.id, m.space_id, 1, m.author_id from answers a, memories m
             where a.id = $1 and m.id = $2",
        )
        .bind(self.sent.answer.0)
        .bind(memory.0)
        .bind(i32::try_from(number).unwrap())
        .execute(&mut self.app.superuser().await)
        .await
        .unwrap();
        match self.guest {
            Guest::Reader | Guest::FormerWriter => self.share(SpaceRole::Reader).await,
            Guest::FormerMember => self.unshare().await,
        }
        Ids {
            conversation: self.sent.conversation.0,
            message: self.sent.message.0,
            answer: self.sent.answer.0,
            device: Uuid::now_v7(),
            person: self.anna.id().0,
            attachment: self.attachment.0,
            memory: memory.0,
            passage: passage_of(&self.app, self.sent.message.0).await,
        }
    }

    /// As Anna sees it. Its members change with every route, so they are left out.
    async fn conversation(&self) -> Conversation {
        let annas = self.anna.backend();
        let opened = annas.open_conversation(self.sent.conversation, None).await;
        let mut opened = opened.unwrap();
        opened.shared = None;
        opened
    }
}

/// Changes that are not found for a reader.
fn needs_a_writer(route: &Route) -> bool {
    let path = route.path;
    route.kind == Kind::Change
        && ["/api/conversations/", "/api/answers/", "/api/messages/"]
            .iter()
            .any(|group| path.starts_with(group))
        && path != "/api/conversations/leave"
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_former_writers_and_former_members_change_nothing_and_cause_no_error_on_any_route() {
    for guest in [Guest::Reader, Guest::FormerWriter, Guest::FormerMember] {
        let app = TestApp::start().await;
        let visit = Visit::begin(app.clone(), guest).await;
        let before = visit.conversation().await;
        for (number, route) in ROUTES.iter().enumerate() {
            if route.access == Access::Public {
                continue;
            }
            let ids = visit.ids(number).await;
            // A session for each: one of the routes signs out.
            let bob = app.sign_in("Bob").await;
            let answer = app.send(request(route, &bob, &ids)).await;
            let place = format!("{guest:?} {} {}", route.path, answer.body);
            assert!(!answer.status.is_server_error() || may_be_away(route), "{place}");
            if needs_a_writer(route) {
                // The model is checked before the conversation.
                let expected = match route.path {
                    "/api/conversations/model" => StatusCode::UNPROCESSABLE_ENTITY,
                    _ => StatusCode::NOT_FOUND,
                };
                assert_eq!(answer.status, expected, "{place}");
            }
            if guest == Guest::FormerMember && names_ids(route) && !route.path.starts_with("/api/memories") {
                let random = Ids::random();
                let nobodys = app.send(request(route, &bob, &random)).await;
                assert_eq!(
                    comparable(&answer, &ids),
                    comparable(&nobodys, &random),
                    "{place}"
                );
            }
            assert_eq!(visit.conversation().await, before, "{place}");
        }
    }
}

/// Routes that answer 503 where no such server is configured.
fn may_be_away(route: &Route) -> bool {
    route.path.starts_with("/speech") || route.path == "/api/models/wake"
}
