//! Every address as somebody who may only read a shared conversation, wrote in it before, or no longer has it.

use crate::{
    attachments::{attach, base64_png},
    matrix::{Ids, comparable, names_ids, passage_of, request, said},
    support::House,
};
use hearth_backend::memory::memories::NewMemory;
use hearth_server::http::routes::{Access, Kind, ROUTES, Route};
use hearth_types::{AttachmentId, Conversation, ConversationId, Sent, SpaceRole, UserId};
use http::StatusCode;
use uuid::Uuid;

/// Somebody with whom a conversation of Anna's is or was shared, and who may not write in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guest {
    Reader,
    /// Wrote in it, and was made a reader.
    FormerWriter,
    /// Wrote in it, and no longer has it.
    FormerMember,
}

/// What one round of the matrix needs: Bob, his place in Anna's conversation, and the ids that he knows.
struct Visit<'a> {
    house: &'a House,
    guest: Guest,
    bob: UserId,
    conversation: ConversationId,
    /// Bob's where he wrote, else Anna's.
    said: Sent,
    attachment: AttachmentId,
}

impl<'a> Visit<'a> {
    async fn begin(house: &'a House, guest: Guest) -> Self {
        let bob = house.house.person("Bob").await;
        let (annas, bobs) = (house.sign_in("Anna").await, house.sign_in("Bob").await);
        let picture = base64_png();
        let attached = attach(house, &annas, "", "a.png", &picture).await.id;
        let first = house
            .house
            .annas()
            .send(said(None, vec![attached]))
            .await
            .unwrap();
        house.answered(&annas, &first).await;
        // Named by hand, so that no model names it meanwhile.
        let annas_words = house.house.annas();
        annas_words
            .rename_conversation(first.conversation, "Biscuit")
            .await
            .unwrap();
        let mut visit = Self {
            house,
            guest,
            bob,
            conversation: first.conversation,
            said: first,
            attachment: attached,
        };
        if guest != Guest::Reader {
            visit.share(SpaceRole::Writer).await;
            let place = format!("?conversation={}", first.conversation);
            visit.attachment = attach(house, &bobs, &place, "b.png", &picture).await.id;
            let message = said(Some(first.conversation), vec![visit.attachment]);
            visit.said = house.house.backend.for_user(bob).send(message).await.unwrap();
            house.answered(&annas, &visit.said).await;
        }
        visit
    }

    async fn share(&self, role: SpaceRole) {
        let annas = self.house.house.annas();
        annas
            .share_conversation(self.conversation, self.bob, role)
            .await
            .unwrap();
    }

    /// A memory of Bob's that came from the conversation and was used for the answer there; then he is made what this
    /// round is about, whatever the last route changed.
    async fn ids(&self, number: usize) -> Ids {
        self.share(SpaceRole::Writer).await;
        let mut told = NewMemory::told(format!("My dog number {number} is called Biscuit."));
        told.sources = vec![self.said.message];
        let memory = self
            .house
            .house
            .backend
            .for_user(self.bob)
            .keep_memory(told)
            .await
            .unwrap();
        let pool = sqlx::PgPool::connect_with(self.house.house.database.superuser.clone())
            .await
            .unwrap();
        sqlx::query(
            "insert into answer_memories (answer_id, space_id, position, memory_id, memory_space_id, score, only_for)
             select a.id, a.space_id, $3, m.id, m.space_id, 1, m.author_id from answers a, memories m
             where a.id = $1 and m.id = $2",
        )
        .bind(self.said.answer.0)
        .bind(memory.0)
        .bind(i32::try_from(number).unwrap())
        .execute(&pool)
        .await
        .unwrap();
        let passage = passage_of(&self.house.house, self.said.message.0).await;
        pool.close().await;
        match self.guest {
            Guest::Reader | Guest::FormerWriter => self.share(SpaceRole::Reader).await,
            Guest::FormerMember => {
                let annas = self.house.house.annas();
                annas
                    .unshare_conversation(self.conversation, self.bob)
                    .await
                    .unwrap();
            }
        }
        Ids {
            conversation: self.conversation.0,
            message: self.said.message.0,
            answer: self.said.answer.0,
            device: Uuid::now_v7(),
            person: self.house.house.anna.0,
            attachment: self.attachment.0,
            memory: memory.0,
            passage,
        }
    }

    async fn as_anna_sees_it(&self) -> Conversation {
        let annas = self.house.house.annas();
        let mut seen = annas.open_conversation(self.conversation, None).await.unwrap();
        // Who has it changes with every route.
        seen.shared = None;
        seen
    }
}

/// Changes that somebody who only reads is refused, as if nothing were there.
fn needs_a_writer(route: &Route) -> bool {
    let path = route.path;
    route.kind == Kind::Change
        && ["/api/conversations/", "/api/answers/", "/api/messages/"]
            .iter()
            .any(|group| path.starts_with(group))
        && path != "/api/conversations/leave"
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_former_writers_and_former_members_change_nothing_of_others_and_meet_no_fault_on_any_route() {
    for guest in [Guest::Reader, Guest::FormerWriter, Guest::FormerMember] {
        let house = House::start().await;
        let visit = Visit::begin(&house, guest).await;
        let before = visit.as_anna_sees_it().await;
        for (number, route) in ROUTES.iter().enumerate() {
            if route.access == Access::Public {
                continue;
            }
            let ids = visit.ids(number).await;
            // A session of its own each: one of the routes signs out.
            let cookie = house.sign_in("Bob").await;
            let answer = house.send(request(route, Some(&cookie), &ids)).await;
            let place = format!("{guest:?} {} {}", route.path, answer.body);
            assert!(!answer.status.is_server_error() || may_be_away(route), "{place}");
            if needs_a_writer(route) {
                // Whether there is such a model is looked at before any conversation is.
                let expected = match route.path {
                    "/api/conversations/model" => StatusCode::UNPROCESSABLE_ENTITY,
                    _ => StatusCode::NOT_FOUND,
                };
                assert_eq!(answer.status, expected, "{place}");
            }
            if guest == Guest::FormerMember && names_ids(route) && !route.path.starts_with("/api/memories") {
                let random = Ids::random();
                let nobodys = house.send(request(route, Some(&cookie), &random)).await;
                assert_eq!(
                    comparable(&answer, &ids),
                    comparable(&nobodys, &random),
                    "{place}"
                );
            }
            assert_eq!(visit.as_anna_sees_it().await, before, "{place}");
        }
    }
}

/// Routes that say 503 where the house has no such server.
fn may_be_away(route: &Route) -> bool {
    route.path.starts_with("/speech") || route.path == "/api/models/wake"
}
