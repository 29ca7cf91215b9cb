//! Set-up, sign-in and passwords.

use futures::future::join_all;
use hearth_backend::{
    Backend, Config, Error,
    people::NewAccount,
    testing::{TestBackend, TestDatabase},
};
use hearth_inference::ServerKind;
use hearth_types::{Eagerness, Field, InvalidReason, Language, MemoryChoice, Problem, Role, SessionId};
use std::net::{IpAddr, Ipv4Addr};
use uuid::Uuid;

pub(crate) fn account(name: &str) -> NewAccount {
    NewAccount {
        name: name.into(),
        password: TestBackend::PASSWORD.into(),
        language: Language::English,
        time_zone: "Europe/Lisbon".into(),
    }
}

pub(crate) fn problem<T: std::fmt::Debug>(result: Result<T, Error>) -> Problem {
    match result {
        Err(Error::Problem(problem)) => problem,
        other => panic!("expected a problem, got {other:?}"),
    }
}

/// The n-th address of a large network.
pub(crate) fn address(n: u16) -> IpAddr {
    let [high, low] = n.to_be_bytes();
    IpAddr::V4(Ipv4Addr::new(10, 0, high, low))
}

async fn backend_without_people() -> (Backend, TestDatabase) {
    let database = TestDatabase::create().await;
    let closed_port = hearth_inference::connect("http://127.0.0.1:9", ServerKind::Ollama);
    let mut config = Config::new(database.app.clone(), closed_port);
    config.max_connections = hearth_backend::testing::pool_size();
    (Backend::start(config).await.unwrap(), database)
}

#[tokio::test(flavor = "multi_thread")]
async fn exactly_one_of_100_parallel_set_ups_creates_the_administrator_in_each_of_20_databases() {
    for _ in 0..20 {
        let (backend, _database) = backend_without_people().await;
        assert!(!backend.accounts().is_set_up().await.unwrap());
        let posts = (0..100).map(|n| {
            let backend = backend.clone();
            tokio::spawn(async move {
                backend
                    .accounts()
                    .create_first_administrator(account(&format!("Person {n}")))
                    .await
            })
        });
        let results: Vec<_> = join_all(posts).await.into_iter().map(Result::unwrap).collect();
        let won: Vec<_> = results
            .iter()
            .filter_map(|result| result.as_ref().ok())
            .copied()
            .collect();
        assert_eq!(won.len(), 1);
        for lost in results.into_iter().filter(Result::is_err) {
            assert_eq!(problem(lost), Problem::AlreadySetUp);
        }
        let people = backend
            .administration(won[0].user)
            .await
            .unwrap()
            .people()
            .await
            .unwrap();
        assert_eq!(people.len(), 1);
        assert_eq!(people[0].role, Role::Administrator);
        // Only the winner's password was hashed.
        assert_eq!(backend.accounts().password_work().hashed, 1);
        backend.shut_down().await;
    }
}

#[tokio::test]
async fn an_administrator_created_at_the_command_line_completes_the_set_up() {
    let (backend, _database) = backend_without_people().await;
    backend
        .accounts()
        .add_user("Ben", TestBackend::PASSWORD, Role::Member)
        .await
        .unwrap();
    assert!(!backend.accounts().is_set_up().await.unwrap());
    backend
        .accounts()
        .add_user("Anna", TestBackend::PASSWORD, Role::Administrator)
        .await
        .unwrap();
    let late = backend
        .accounts()
        .create_first_administrator(account("Mallory"))
        .await;
    assert_eq!(problem(late), Problem::AlreadySetUp);
}

#[tokio::test]
async fn a_refused_set_up_can_be_tried_again() {
    let (backend, _database) = backend_without_people().await;
    let weak = NewAccount {
        password: "short".into(),
        ..account("Anna")
    };
    let refused = problem(backend.accounts().create_first_administrator(weak).await);
    assert_eq!(
        refused,
        Problem::Invalid {
            field: Field::Password,
            reason: InvalidReason::TooShort
        }
    );
    let nowhere = NewAccount {
        time_zone: "Mars/Olympus".into(),
        ..account("Anna")
    };
    let refused = problem(backend.accounts().create_first_administrator(nowhere).await);
    assert_eq!(
        refused,
        Problem::Invalid {
            field: Field::TimeZone,
            reason: InvalidReason::Unknown
        }
    );
    backend
        .accounts()
        .create_first_administrator(account("Anna"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_person_gets_a_private_space_with_their_own_id() {
    let test = TestBackend::start().await;
    let ben = test.person("Ben").await;
    let pool = sqlx::PgPool::connect_with(test.database.owner.clone())
        .await
        .unwrap();
    let row: (Uuid, String, String) = sqlx::query_as(
        "select m.user_id, m.role, s.kind from space_members m join spaces s on s.id = m.space_id where s.id = $1",
    )
    .bind(ben.0)
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(row, (ben.0, "owner".into(), "private".into()));
}

#[tokio::test]
async fn names_that_look_alike_are_taken() {
    let test = TestBackend::start().await;
    for name in ["anna", " ANNA ", "Ａｎｎａ"] {
        let taken = problem(
            test.backend
                .accounts()
                .add_user(name, TestBackend::PASSWORD, Role::Member)
                .await,
        );
        assert_eq!(
            taken,
            Problem::Invalid {
                field: Field::Name,
                reason: InvalidReason::Taken
            },
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_person_signs_in_only_with_name_and_password() {
    let test = TestBackend::start().await;
    let accounts = test.backend.accounts();
    assert_eq!(
        accounts
            .sign_in(" aNNa", TestBackend::PASSWORD, address(1))
            .await
            .unwrap()
            .user,
        test.anna
    );
    for (name, password) in [
        ("Anna", "wrong horse battery"),
        ("Anna", ""),
        ("", TestBackend::PASSWORD),
        ("Ben", ""),
    ] {
        assert_eq!(
            problem(accounts.sign_in(name, password, address(1)).await),
            Problem::WrongCredentials
        );
    }
    let endless = "x".repeat(10_000_000);
    assert_eq!(
        problem(accounts.sign_in("Anna", &endless, address(1)).await),
        Problem::WrongCredentials
    );
    assert_eq!(
        problem(accounts.sign_in(&endless, "password", address(1)).await),
        Problem::WrongCredentials
    );
}

#[tokio::test]
async fn known_and_unknown_names_get_the_same_answer_for_the_same_work() {
    let test = TestBackend::start().await;
    let accounts = test.backend.accounts();
    for n in 0..15 {
        test.person(&format!("Known {n}")).await;
    }
    let mut answers = Vec::new();
    for n in 0..30 {
        let name = if n % 2 == 0 {
            format!("Known {}", n / 2)
        } else {
            format!("Unknown {n}")
        };
        let before = accounts.password_work().hashed;
        answers.push(problem(
            accounts.sign_in(&name, "a wrong password", address(n)).await,
        ));
        assert_eq!(accounts.password_work().hashed, before + 1, "{name}");
    }
    assert!(answers.iter().all(|answer| *answer == Problem::WrongCredentials));
}

/// The timing comparison at full size; run by hand on an idle machine.
#[tokio::test]
#[ignore = "takes a minute and measures time"]
async fn medians_of_500_known_and_500_unknown_names_are_within_5_percent() {
    let test = TestBackend::start().await;
    let accounts = test.backend.accounts();
    for n in 0..500 {
        test.person(&format!("Known {n}")).await;
    }
    let mut times = [Vec::new(), Vec::new()];
    for n in 0..1000_u16 {
        let name = if n % 2 == 0 {
            format!("Known {}", n / 2)
        } else {
            format!("Unknown {n}")
        };
        let start = std::time::Instant::now();
        let answer = problem(accounts.sign_in(&name, "a wrong password", address(n)).await);
        times[usize::from(n % 2)].push(start.elapsed().as_secs_f64());
        assert_eq!(answer, Problem::WrongCredentials);
    }
    let [known, unknown] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    });
    assert!(
        (known / unknown - 1.0).abs() < 0.05,
        "known {known} s, unknown {unknown} s"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_30_of_1000_guesses_from_one_address_are_checked_and_the_owner_signs_in_from_another() {
    let test = TestBackend::start().await;
    let accounts = test.backend.accounts();
    let before = accounts.password_work().hashed;
    guess(&test.backend, 1000, |n| (format!("guess number {n}"), address(1))).await;
    assert!(accounts.password_work().hashed - before <= 30);
    assert_eq!(
        accounts
            .sign_in("Anna", TestBackend::PASSWORD, address(2))
            .await
            .unwrap()
            .user,
        test.anna
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_30_of_1000_guesses_from_1000_addresses_are_checked_and_the_owner_signs_in_from_home() {
    let test = TestBackend::start().await;
    let accounts = test.backend.accounts();
    let home = address(5000);
    accounts
        .sign_in("Anna", TestBackend::PASSWORD, home)
        .await
        .unwrap();
    let before = accounts.password_work().hashed;
    guess(&test.backend, 1000, |n| (format!("guess number {n}"), address(n))).await;
    assert!(accounts.password_work().hashed - before <= 30);
    assert_eq!(
        accounts
            .sign_in("Anna", TestBackend::PASSWORD, home)
            .await
            .unwrap()
            .user,
        test.anna
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_guesses_at_many_names_is_slowed_too() {
    let test = TestBackend::start().await;
    let before = test.backend.accounts().password_work().hashed;
    let accounts = test.backend.accounts();
    let tries = (0..200).map(|n| async move {
        accounts
            .sign_in(&format!("Name {n}"), "a wrong password", address(1))
            .await
    });
    join_all(tries).await;
    assert!(accounts.password_work().hashed - before <= 30);
}

#[tokio::test]
async fn a_refused_sign_in_says_how_long_to_wait() {
    let test = TestBackend::start().await;
    let accounts = test.backend.accounts();
    for _ in 0..6 {
        accounts
            .sign_in("Anna", "a wrong password", address(1))
            .await
            .unwrap_err();
    }
    match problem(accounts.sign_in("Anna", TestBackend::PASSWORD, address(1)).await) {
        Problem::TooManyAttempts { seconds } => assert!((1..=600).contains(&seconds), "{seconds}"),
        other => panic!("{other:?}"),
    }
    // Ten minutes later.
    let pool = sqlx::PgPool::connect_with(test.database.owner.clone())
        .await
        .unwrap();
    sqlx::query("update sign_in_failures set failed_at = failed_at - interval '10 minutes'")
        .execute(&pool)
        .await
        .unwrap();
    accounts
        .sign_in("Anna", TestBackend::PASSWORD, address(1))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_office_signs_in_at_once_through_one_address_without_hashing_all_at_once() {
    let test = TestBackend::start().await;
    for n in 0..10 {
        test.person(&format!("Person {n}")).await;
    }
    let sign_ins = (0..60).map(|n| {
        let backend = test.backend.clone();
        let name = format!("Person {}", n % 10);
        tokio::spawn(async move {
            backend
                .accounts()
                .sign_in(&name, TestBackend::PASSWORD, address(1))
                .await
        })
    });
    for result in join_all(sign_ins).await {
        result.unwrap().unwrap();
    }
    let work = test.backend.accounts().password_work();
    assert!(work.most_at_once <= work.cap && work.cap <= 4, "{work:?}");
}

#[tokio::test]
async fn a_changed_password_needs_the_current_one_and_signs_other_devices_out() {
    let test = TestBackend::start().await;
    let accounts = test.backend.accounts();
    let (here, there) = (
        super::people_sessions::session(test.anna, 1),
        super::people_sessions::session(test.anna, 2),
    );
    accounts.create_session(&[1; 32], &here).await.unwrap();
    accounts.create_session(&[2; 32], &there).await.unwrap();

    let wrong = accounts
        .change_password(test.anna, "not the current", "a new password", here.public_id)
        .await;
    assert_eq!(
        problem(wrong),
        Problem::Invalid {
            field: Field::CurrentPassword,
            reason: InvalidReason::Wrong
        }
    );
    assert!(accounts.load_session(&[2; 32]).await.unwrap().is_some());

    accounts
        .change_password(test.anna, TestBackend::PASSWORD, "a new password", here.public_id)
        .await
        .unwrap();
    assert!(accounts.load_session(&[1; 32]).await.unwrap().is_some());
    assert!(accounts.load_session(&[2; 32]).await.unwrap().is_none());
    assert_eq!(
        problem(accounts.sign_in("Anna", TestBackend::PASSWORD, address(1)).await),
        Problem::WrongCredentials
    );
    accounts
        .sign_in("Anna", "a new password", address(1))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_stolen_session_has_few_guesses_at_the_current_password() {
    let test = TestBackend::start().await;
    let accounts = test.backend.accounts();
    let before = accounts.password_work().hashed;
    for n in 0..50 {
        let guess = format!("guess number {n}");
        let tried = accounts
            .change_password(test.anna, &guess, "a new password", SessionId(Uuid::nil()))
            .await;
        tried.unwrap_err();
    }
    assert!(accounts.password_work().hashed - before <= 30);
}

#[tokio::test]
async fn preferences_are_kept() {
    let test = TestBackend::start().await;
    let accounts = test.backend.accounts();
    let mut preferences = accounts.me(test.anna).await.unwrap().preferences;
    assert_eq!(preferences.memory, MemoryChoice::On);
    preferences.language = Language::SimplifiedChinese;
    preferences.time_zone = "Asia/Shanghai".into();
    preferences.memory = MemoryChoice::Ask;
    assert_eq!(preferences.recall, Eagerness::Balanced);
    preferences.recall = Eagerness::Seldom;
    accounts
        .set_preferences(test.anna, preferences.clone())
        .await
        .unwrap();
    assert_eq!(accounts.me(test.anna).await.unwrap().preferences, preferences);
    preferences.time_zone = "Nowhere".into();
    accounts
        .set_preferences(test.anna, preferences)
        .await
        .unwrap_err();
}

async fn guess(backend: &Backend, count: u16, of: impl Fn(u16) -> (String, IpAddr)) {
    let guesses = (0..count).map(|n| {
        let (backend, (password, from)) = (backend.clone(), of(n));
        tokio::spawn(async move { backend.accounts().sign_in("Anna", &password, from).await })
    });
    for result in join_all(guesses).await {
        let refused = problem(result.unwrap());
        assert!(
            matches!(
                refused,
                Problem::WrongCredentials | Problem::TooManyAttempts { .. }
            ),
            "{refused:?}"
        );
    }
}
