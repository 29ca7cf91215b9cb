//! A change that ends the sessions of an account also ends the sign-ins in progress.

use super::{
    people::{account, address, problem},
    people_sessions::session,
};
use futures::future::join_all;
use hearth_backend::{
    Backend,
    people::{Admission, SessionRow},
    testing::TestBackend,
};
use hearth_types::{Problem, Role, SessionId, UserId};
use sqlx::PgPool;
use uuid::Uuid;

/// Number of sign-ins whose password was verified before the account changes.
const CROWD: u8 = 50;

/// Changes of an account by an administrator, the command line, a link or the person.
#[derive(Clone, Copy, Debug)]
enum Change {
    ResetByLink,
    ResetByHand,
    OwnPassword,
    Disabled,
    DisabledAndEnabled,
    Promoted,
    Demoted,
}

const CHANGES: [Change; 7] = [
    Change::ResetByLink,
    Change::ResetByHand,
    Change::OwnPassword,
    Change::Disabled,
    Change::DisabledAndEnabled,
    Change::Promoted,
    Change::Demoted,
];

const NEW: &str = "another horse battery";

impl Change {
    async fn make(self, backend: &Backend, anna: UserId, person: UserId, name: &str) {
        let accounts = backend.accounts();
        let administration = backend.administration(anna).await.unwrap();
        match self {
            Self::ResetByLink => {
                let link = administration.reset_link(person).await.unwrap();
                accounts.reset_password(&link.secret, NEW).await.unwrap();
            }
            Self::ResetByHand => accounts.reset_password_by_hand(name, NEW).await.unwrap(),
            Self::OwnPassword => accounts
                .change_password(person, TestBackend::PASSWORD, NEW, SessionId(Uuid::now_v7()))
                .await
                .unwrap(),
            Self::Disabled => administration.disable(person).await.unwrap(),
            Self::DisabledAndEnabled => {
                administration.disable(person).await.unwrap();
                administration.enable(person).await.unwrap();
            }
            Self::Promoted => administration
                .set_role(person, Role::Administrator)
                .await
                .unwrap(),
            Self::Demoted => administration.set_role(person, Role::Member).await.unwrap(),
        }
    }
}

fn row(admission: Admission, number: u8) -> SessionRow {
    SessionRow {
        generation: admission.generation,
        public_id: SessionId(Uuid::now_v7()),
        ..session(admission.user, number.into())
    }
}

/// The person, and the admissions of fifty sign-ins with the old password.
async fn crowd(test: &TestBackend, change: Change, name: &str) -> (UserId, Vec<Admission>) {
    let person = test.person(name).await;
    if matches!(change, Change::Demoted) {
        let administration = test.backend.administration(test.anna).await.unwrap();
        administration
            .set_role(person, Role::Administrator)
            .await
            .unwrap();
    }
    let mut admitted = Vec::new();
    for _ in 0..CROWD {
        let accounts = test.backend.accounts();
        let admission = accounts.sign_in(name, TestBackend::PASSWORD, address(1)).await;
        admitted.push(admission.unwrap());
    }
    (person, admitted)
}

async fn rows_of(test: &TestBackend, person: UserId) -> i64 {
    let pool = PgPool::connect_with(test.database.owner.clone()).await.unwrap();
    sqlx::query_scalar("select count(*) from sessions where user_id = $1")
        .bind(person.0)
        .fetch_one(&pool)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn none_of_fifty_sign_ins_in_progress_survives_a_change_of_the_account() {
    let test = TestBackend::start().await;
    for change in CHANGES {
        let name = format!("{change:?}");
        let (person, admitted) = crowd(&test, change, &name).await;
        let sign_ins = admitted.into_iter().zip(0..CROWD).map(|(admission, number)| {
            let backend = test.backend.clone();
            tokio::spawn(async move {
                let created = backend
                    .accounts()
                    .create_session(&[number; 32], &row(admission, number))
                    .await;
                match created {
                    Ok(made) => assert!(made, "the id is free"),
                    refused => assert_eq!(problem(refused), Problem::WrongCredentials),
                }
            })
        });
        // Half of them are in progress when the change begins.
        let mut sign_ins: Vec<_> = sign_ins.collect();
        let later = sign_ins.split_off(sign_ins.len() / 2);
        let changed = change.make(&test.backend, test.anna, person, &name);
        let ((), first, last) = tokio::join!(changed, join_all(sign_ins), join_all(later));
        first.into_iter().chain(last).for_each(Result::unwrap);
        for number in 0..CROWD {
            let loaded = test.backend.accounts().load_session(&[number; 32]).await;
            assert_eq!(loaded.unwrap(), None, "{change:?}: session {number}");
        }
        assert_eq!(rows_of(&test, person).await, 0, "{change:?}");
    }
}

#[tokio::test]
async fn a_sign_in_verified_before_a_change_creates_no_session_after_it() {
    let test = TestBackend::start().await;
    let accounts = test.backend.accounts();
    for change in CHANGES {
        let name = format!("{change:?}");
        let (person, admitted) = crowd(&test, change, &name).await;
        change.make(&test.backend, test.anna, person, &name).await;
        for (admission, number) in admitted.into_iter().zip(0..CROWD) {
            assert!(!accounts.is_admitted(admission).await.unwrap(), "{change:?}");
            let created = accounts
                .create_session(&[number; 32], &row(admission, number))
                .await;
            assert_eq!(problem(created), Problem::WrongCredentials, "{change:?}");
        }
        assert_eq!(rows_of(&test, person).await, 0, "{change:?}");
    }
}

/// A row of an earlier generation, which only a copied or restored table can contain.
#[tokio::test]
async fn a_session_row_of_an_earlier_generation_is_invalid_and_removed() {
    let test = TestBackend::start().await;
    let ben = test.person("Ben").await;
    let accounts = test.backend.accounts();
    let here = session(ben, 1);
    accounts.create_session(&[1; 32], &here).await.unwrap();
    let pool = PgPool::connect_with(test.database.owner.clone()).await.unwrap();
    sqlx::query("update users set generation = generation + 1 where id = $1")
        .bind(ben.0)
        .execute(&pool)
        .await
        .unwrap();
    assert!(accounts.devices(ben, here.public_id).await.unwrap().is_empty());
    assert_eq!(accounts.load_session(&[1; 32]).await.unwrap(), None);
    assert_eq!(rows_of(&test, ben).await, 0);
}

#[tokio::test]
async fn a_changed_password_keeps_only_the_session_it_was_changed_in() {
    let test = TestBackend::start().await;
    let accounts = test.backend.accounts();
    let here = session(test.anna, 1);
    accounts.create_session(&[1; 32], &here).await.unwrap();
    for password in ["a second battery", "a third battery"] {
        let current = if password.contains("second") {
            TestBackend::PASSWORD
        } else {
            "a second battery"
        };
        accounts
            .change_password(test.anna, current, password, here.public_id)
            .await
            .unwrap();
        let kept = accounts.load_session(&[1; 32]).await.unwrap().unwrap();
        assert!(kept.generation > here.generation);
        assert_eq!(
            accounts.devices(test.anna, here.public_id).await.unwrap().len(),
            1
        );
    }
}

#[tokio::test]
async fn a_reset_lets_in_a_person_who_had_no_attempts_left() {
    let test = TestBackend::start().await;
    let ben = test.person("Ben").await;
    let accounts = test.backend.accounts();
    let administration = test.backend.administration(test.anna).await.unwrap();
    for by_hand in [false, true] {
        for n in 0..30 {
            let wrong = accounts.sign_in("Ben", "a wrong password", address(n % 5)).await;
            wrong.unwrap_err();
        }
        let locked = problem(accounts.sign_in("Ben", TestBackend::PASSWORD, address(1)).await);
        assert!(matches!(locked, Problem::TooManyAttempts { .. }), "{locked:?}");
        if by_hand {
            accounts.reset_password_by_hand("Ben", NEW).await.unwrap();
        } else {
            let link = administration.reset_link(ben).await.unwrap();
            accounts.reset_password(&link.secret, NEW).await.unwrap();
        }
        let admission = accounts.sign_in("Ben", NEW, address(1)).await.unwrap();
        assert_eq!(admission.user, ben);
    }
    // Only the attempts for this person are reset: the same number was made for Anna from each of these addresses.
    for n in 0..20 {
        accounts
            .sign_in("Anna", "a wrong password", address(n))
            .await
            .unwrap_err();
    }
    accounts.reset_password_by_hand("Ben", NEW).await.unwrap();
    let locked = problem(accounts.sign_in("Anna", TestBackend::PASSWORD, address(1)).await);
    assert!(matches!(locked, Problem::TooManyAttempts { .. }), "{locked:?}");
}

#[tokio::test]
async fn links_of_an_administrator_end_with_a_reset_and_none_is_created_after_a_demotion() {
    let test = TestBackend::start().await;
    let (ben, carl) = (test.person("Ben").await, test.person("Carl").await);
    let accounts = test.backend.accounts();
    let annas = test.backend.administration(test.anna).await.unwrap();
    annas.set_role(ben, Role::Administrator).await.unwrap();
    let bens = test.backend.administration(ben).await.unwrap();
    let (invitation, reset) = (
        bens.invite("Eve").await.unwrap(),
        bens.reset_link(carl).await.unwrap(),
    );
    accounts.reset_password_by_hand("Ben", NEW).await.unwrap();
    let refused = accounts
        .accept_invitation(&invitation.secret, account("Eve"))
        .await;
    assert_eq!(problem(refused), Problem::LinkInvalid);
    let refused = accounts.reset_password(&reset.secret, NEW).await;
    assert_eq!(problem(refused), Problem::LinkInvalid);

    // A request of his that was authorised before the demotion.
    annas.set_role(ben, Role::Member).await.unwrap();
    assert_eq!(problem(bens.invite("Eve").await), Problem::NotAllowed);
    assert_eq!(problem(bens.reset_link(test.anna).await), Problem::NotAllowed);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_link_created_during_a_demotion_works_after_it() {
    let test = TestBackend::start().await;
    let carl = test.person("Carl").await;
    let annas = test.backend.administration(test.anna).await.unwrap();
    for round in 0..5 {
        let ben = test.person(&format!("Ben {round}")).await;
        annas.set_role(ben, Role::Administrator).await.unwrap();
        let made = (0..20).map(|n| {
            let backend = test.backend.clone();
            tokio::spawn(async move {
                let bens = backend.administration(ben).await?;
                if n % 2 == 0 {
                    bens.invite("Eve").await
                } else {
                    bens.reset_link(carl).await
                }
            })
        });
        let made: Vec<_> = made.collect();
        annas.set_role(ben, Role::Member).await.unwrap();
        for link in join_all(made).await {
            match link.unwrap() {
                Ok(link) => assert_eq!(
                    problem(test.backend.accounts().link(&link.secret).await),
                    Problem::LinkInvalid
                ),
                refused => assert_eq!(problem(refused), Problem::NotAllowed),
            }
        }
    }
}
