//! Administration of people: who may do it, and its effect on the accounts.

use super::people::{address, problem};
use super::people_sessions::session;
use hearth_backend::testing::TestBackend;
use hearth_types::{AccountNoticeKind, ConflictReason, LinkId, Problem, Role, UserId};
use uuid::Uuid;

const LAST: Problem = Problem::Conflict {
    reason: ConflictReason::LastAdministrator,
};

#[tokio::test]
async fn only_an_administrator_who_is_not_disabled_administers() {
    let test = TestBackend::start().await;
    let ben = test.person("Ben").await;
    for user in [ben, UserId(Uuid::nil())] {
        assert_eq!(
            problem(test.backend.administration(user).await.map(drop)),
            Problem::NotAllowed
        );
    }
    let administration = test.backend.administration(test.anna).await.unwrap();
    administration.set_role(ben, Role::Administrator).await.unwrap();
    let bens = test.backend.administration(ben).await.unwrap();
    administration.disable(ben).await.unwrap();
    assert_eq!(
        problem(test.backend.administration(ben).await.map(drop)),
        Problem::NotAllowed
    );
    // Nor with a handle obtained before.
    assert_eq!(problem(bens.disable(test.anna).await), Problem::NotAllowed);
}

#[tokio::test]
async fn a_disabled_person_is_signed_out_and_stays_out_until_enabled() {
    let test = TestBackend::start().await;
    let ben = test.person("Ben").await;
    let accounts = test.backend.accounts();
    let administration = test.backend.administration(test.anna).await.unwrap();
    accounts.create_session(&[1; 32], &session(ben, 1)).await.unwrap();
    let reset = administration.reset_link(ben).await.unwrap();

    administration.disable(ben).await.unwrap();
    assert!(accounts.load_session(&[1; 32]).await.unwrap().is_none());
    assert_eq!(
        problem(accounts.sign_in("Ben", TestBackend::PASSWORD, address(1)).await),
        Problem::WrongCredentials
    );
    assert_eq!(
        problem(accounts.reset_password(&reset.secret, "a new password").await),
        Problem::LinkInvalid
    );
    assert_eq!(problem(accounts.me(ben).await), Problem::NotSignedIn);
    // A session from a sign-in that ran at the same time as the administrator's change.
    assert_eq!(
        problem(accounts.create_session(&[2; 32], &session(ben, 2)).await),
        Problem::WrongCredentials
    );
    assert!(accounts.load_session(&[2; 32]).await.unwrap().is_none());

    administration.enable(ben).await.unwrap();
    accounts
        .sign_in("Ben", TestBackend::PASSWORD, address(1))
        .await
        .unwrap();
    let kinds: Vec<_> = accounts
        .me(ben)
        .await
        .unwrap()
        .notices
        .into_iter()
        .map(|n| (n.kind, n.by))
        .collect();
    let by = || "Anna".to_owned();
    assert_eq!(
        kinds,
        [
            (AccountNoticeKind::Disabled, by()),
            (AccountNoticeKind::Enabled, by())
        ]
    );
}

#[tokio::test]
async fn a_demoted_administrator_must_sign_in_again_and_their_links_stop_working() {
    let test = TestBackend::start().await;
    let ben = test.person("Ben").await;
    let accounts = test.backend.accounts();
    let administration = test.backend.administration(test.anna).await.unwrap();
    administration.set_role(ben, Role::Administrator).await.unwrap();
    let link = test
        .backend
        .administration(ben)
        .await
        .unwrap()
        .invite("")
        .await
        .unwrap();
    let admission = accounts
        .sign_in("Ben", TestBackend::PASSWORD, address(1))
        .await
        .unwrap();
    let row = hearth_backend::people::SessionRow {
        generation: admission.generation,
        ..session(ben, 1)
    };
    accounts.create_session(&[1; 32], &row).await.unwrap();

    administration.set_role(ben, Role::Member).await.unwrap();
    assert!(accounts.load_session(&[1; 32]).await.unwrap().is_none());
    assert_eq!(problem(accounts.link(&link.secret).await), Problem::LinkInvalid);
    let notices = accounts.me(ben).await.unwrap().notices;
    assert!(
        notices
            .iter()
            .all(|notice| notice.kind == AccountNoticeKind::RoleChanged)
    );
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let test = TestBackend::start().await;
    let administration = test.backend.administration(test.anna).await.unwrap();
    assert_eq!(problem(administration.disable(test.anna).await), LAST);
    assert_eq!(
        problem(administration.set_role(test.anna, Role::Member).await),
        LAST
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_administrators_who_demote_each_other_at_once_leave_one() {
    let test = TestBackend::start().await;
    for n in 0..10 {
        let ben = test.person(&format!("Ben {n}")).await;
        test.backend
            .administration(test.anna)
            .await
            .unwrap()
            .set_role(ben, Role::Administrator)
            .await
            .unwrap();
        let annas = test.backend.administration(test.anna).await.unwrap();
        let bens = test.backend.administration(ben).await.unwrap();
        let (of_ben, of_anna) = tokio::join!(
            annas.set_role(ben, Role::Member),
            bens.set_role(test.anna, Role::Member)
        );
        assert!(of_ben.is_ok() != of_anna.is_ok(), "{of_ben:?} {of_anna:?}");
        if of_anna.is_ok() {
            bens.set_role(test.anna, Role::Administrator).await.unwrap();
            test.backend
                .administration(test.anna)
                .await
                .unwrap()
                .set_role(ben, Role::Member)
                .await
                .unwrap();
        }
    }
}

#[tokio::test]
async fn unknown_people_and_links_are_not_found() {
    let test = TestBackend::start().await;
    let administration = test.backend.administration(test.anna).await.unwrap();
    let unknown = UserId(Uuid::now_v7());
    assert_eq!(problem(administration.disable(unknown).await), Problem::NotFound);
    assert_eq!(problem(administration.enable(unknown).await), Problem::NotFound);
    assert_eq!(
        problem(administration.set_role(unknown, Role::Administrator).await),
        Problem::NotFound
    );
    assert_eq!(
        problem(administration.reset_link(unknown).await),
        Problem::NotFound
    );
    assert_eq!(
        problem(administration.revoke_link(LinkId(Uuid::now_v7())).await),
        Problem::NotFound
    );
}

#[tokio::test]
async fn pending_links_are_listed_until_used_or_revoked() {
    let test = TestBackend::start().await;
    let ben = test.person("Ben").await;
    let administration = test.backend.administration(test.anna).await.unwrap();
    let invitation = administration.invite("Cleo").await.unwrap();
    administration.reset_link(ben).await.unwrap();
    let names = async || {
        let links = administration.pending_links().await.unwrap();
        links.into_iter().map(|link| link.name).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["Cleo", "Ben"]);
    administration.revoke_link(invitation.id).await.unwrap();
    assert_eq!(names().await, ["Ben"]);
}
