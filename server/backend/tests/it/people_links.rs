//! Links for invitations and resets work once, expire, and cannot be guessed.

use super::people::{account, address, problem};
use futures::future::join_all;
use hearth_backend::testing::TestBackend;
use hearth_types::{AccountNoticeKind, Field, InvalidReason, LinkKind, Problem, Role};

#[tokio::test]
async fn an_invitation_creates_one_account() {
    let test = TestBackend::start().await;
    let accounts = test.backend.accounts();
    let link = test
        .backend
        .administration(test.anna)
        .await
        .unwrap()
        .invite("Ben")
        .await
        .unwrap();

    let pending = accounts.link(&link.secret).await.unwrap();
    assert_eq!(
        (pending.kind, pending.name.as_str(), pending.id),
        (LinkKind::Invitation, "Ben", link.id)
    );
    let ben = accounts
        .accept_invitation(&link.secret, account("Benjamin"))
        .await
        .unwrap()
        .user;
    assert_eq!(accounts.me(ben).await.unwrap().role, Role::Member);
    assert_eq!(
        accounts
            .sign_in("benjamin", TestBackend::PASSWORD, address(1))
            .await
            .unwrap()
            .user,
        ben
    );

    assert_eq!(problem(accounts.link(&link.secret).await), Problem::LinkInvalid);
    assert_eq!(
        problem(accounts.accept_invitation(&link.secret, account("Eve")).await),
        Problem::LinkInvalid
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_20_parallel_uses_of_an_invitation_creates_an_account() {
    let test = TestBackend::start().await;
    let link = test
        .backend
        .administration(test.anna)
        .await
        .unwrap()
        .invite("")
        .await
        .unwrap();
    let uses = (0..20).map(|n| {
        let (backend, secret) = (test.backend.clone(), link.secret.clone());
        tokio::spawn(async move {
            backend
                .accounts()
                .accept_invitation(&secret, account(&format!("Ben {n}")))
                .await
        })
    });
    let made = join_all(uses)
        .await
        .into_iter()
        .filter(|result| result.as_ref().unwrap().is_ok())
        .count();
    assert_eq!(made, 1);
    assert_eq!(
        test.backend
            .administration(test.anna)
            .await
            .unwrap()
            .people()
            .await
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn a_taken_name_does_not_use_the_invitation_up() {
    let test = TestBackend::start().await;
    let accounts = test.backend.accounts();
    let link = test
        .backend
        .administration(test.anna)
        .await
        .unwrap()
        .invite("")
        .await
        .unwrap();
    let taken = problem(accounts.accept_invitation(&link.secret, account("ANNA")).await);
    assert_eq!(
        taken,
        Problem::Invalid {
            field: Field::Name,
            reason: InvalidReason::Taken
        }
    );
    accounts
        .accept_invitation(&link.secret, account("Anna the second"))
        .await
        .unwrap();
}

#[tokio::test]
async fn malformed_revoked_expired_and_exchanged_links_open_nothing_and_cost_no_hash() {
    let test = TestBackend::start().await;
    let ben = test.person("Ben").await;
    let accounts = test.backend.accounts();
    let administration = test.backend.administration(test.anna).await.unwrap();
    let revoked = administration.invite("").await.unwrap();
    administration.revoke_link(revoked.id).await.unwrap();
    let expired = administration.invite("").await.unwrap();
    let pool = sqlx::PgPool::connect_with(test.database.owner.clone())
        .await
        .unwrap();
    sqlx::query("update links set expires_at = now() - interval '1 second'")
        .execute(&pool)
        .await
        .unwrap();
    let reset = administration.reset_link(ben).await.unwrap();
    let invitation = administration.invite("").await.unwrap();
    let before = accounts.password_work().hashed;

    let longer = format!("{}A", invitation.secret);
    let upper = invitation.secret.to_uppercase();
    let id = invitation.id.to_string();
    let null = "\0".repeat(43);
    let zeros = "A".repeat(43);
    let endless = "A".repeat(1_000_000);
    let nobodys: [&str; 11] = [
        "",
        "null",
        "%00",
        "' or 1=1 --",
        &longer,
        &upper,
        &id,
        &null,
        &zeros,
        &endless,
        &invitation.secret[1..],
    ];
    for secret in nobodys
        .into_iter()
        .chain([revoked.secret.as_str(), expired.secret.as_str()])
    {
        assert_eq!(
            problem(accounts.link(secret).await),
            Problem::LinkInvalid,
            "{secret:.50}"
        );
        assert_eq!(
            problem(accounts.accept_invitation(secret, account("Eve")).await),
            Problem::LinkInvalid
        );
        assert_eq!(
            problem(accounts.reset_password(secret, "a new password").await),
            Problem::LinkInvalid
        );
    }
    assert_eq!(
        problem(accounts.accept_invitation(&reset.secret, account("Eve")).await),
        Problem::LinkInvalid
    );
    assert_eq!(
        problem(
            accounts
                .reset_password(&invitation.secret, "a new password")
                .await
        ),
        Problem::LinkInvalid
    );
    assert_eq!(accounts.password_work().hashed, before);
}

#[tokio::test]
async fn a_reset_signs_every_device_out_and_shows_the_person_who_made_it() {
    let test = TestBackend::start().await;
    let ben = test.person("Ben").await;
    let accounts = test.backend.accounts();
    accounts
        .create_session(&[1; 32], &super::people_sessions::session(ben, 1))
        .await
        .unwrap();
    let administration = test.backend.administration(test.anna).await.unwrap();
    let earlier = administration.reset_link(ben).await.unwrap();
    let link = administration.reset_link(ben).await.unwrap();
    assert_eq!(
        problem(accounts.link(&earlier.secret).await),
        Problem::LinkInvalid
    );

    assert_eq!(
        accounts
            .reset_password(&link.secret, "a new password")
            .await
            .unwrap()
            .user,
        ben
    );
    assert!(accounts.load_session(&[1; 32]).await.unwrap().is_none());
    assert_eq!(
        problem(accounts.reset_password(&link.secret, "another password").await),
        Problem::LinkInvalid
    );
    accounts
        .sign_in("Ben", "a new password", address(1))
        .await
        .unwrap();

    let notices = accounts.me(ben).await.unwrap().notices;
    assert_eq!(notices.len(), 1);
    assert_eq!(
        (notices[0].kind, notices[0].by.as_str()),
        (AccountNoticeKind::PasswordReset, "Anna")
    );
    accounts.dismiss_notices(ben).await.unwrap();
    assert!(accounts.me(ben).await.unwrap().notices.is_empty());
}

#[tokio::test]
async fn a_reset_at_the_command_line_is_shown_to_the_person() {
    let test = TestBackend::start().await;
    let ben = test.person("Ben").await;
    let accounts = test.backend.accounts();
    accounts
        .reset_password_by_hand("BEN", "a new password")
        .await
        .unwrap();
    accounts
        .sign_in("Ben", "a new password", address(1))
        .await
        .unwrap();
    let notices = accounts.me(ben).await.unwrap().notices;
    assert_eq!(
        (notices[0].kind, notices[0].by.as_str()),
        (AccountNoticeKind::PasswordReset, "")
    );
    assert_eq!(
        problem(accounts.reset_password_by_hand("Nobody", "a new password").await),
        Problem::NotFound
    );
}

#[tokio::test]
async fn only_hashes_of_secrets_are_stored() {
    let test = TestBackend::start().await;
    let link = test
        .backend
        .administration(test.anna)
        .await
        .unwrap()
        .invite("Ben")
        .await
        .unwrap();
    let pool = sqlx::PgPool::connect_with(test.database.owner.clone())
        .await
        .unwrap();
    let rows: Vec<String> = sqlx::query_scalar(
        "select l::text from links l union all select u::text from users u union all select f::text from sign_in_failures f",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let all = rows.join("\n");
    assert!(!all.contains(&link.secret) && !all.contains(TestBackend::PASSWORD));
    assert!(all.contains("$argon2id$v=19$m=19456,t=2,p=1$"));
}
