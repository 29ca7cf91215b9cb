//! Directories that are awkward.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use hearth_postgres::Error;

use crate::support::{House, archive, ask, assert_one_sentence, config};

#[tokio::test]
async fn a_data_directory_too_deep_for_a_socket_works() {
    let house = House::new();
    let deep = house
        .path()
        .join("a-name-of-some-length/".repeat(6))
        .join("家 ', data");
    let postgres = hearth_postgres::start(archive(), config(&deep)).await.unwrap();
    assert!(postgres.socket_dir().as_os_str().len() <= 93);
    assert_eq!(
        fs::metadata(postgres.socket_dir()).unwrap().permissions().mode() & 0o777,
        0o700
    );
    assert_eq!(ask::<i32>(&postgres, "select 1").await, 1);
    let socket_dir = postgres.socket_dir().to_owned();
    postgres.stop().await;
    fs::remove_dir_all(socket_dir).unwrap();
}

#[tokio::test]
async fn a_socket_directory_that_lets_others_in_is_refused() {
    let house = House::new();
    let postgres = house.start().await;
    let socket_dir = postgres.socket_dir().to_owned();
    postgres.stop().await;
    fs::set_permissions(&socket_dir, Permissions::from_mode(0o755)).unwrap();
    let error = house.try_start().await.unwrap_err();
    assert_one_sentence(&error);
    assert!(matches!(error, Error::SocketDir { .. }));
}

/// PostgreSQL's initdb hands its own path to a shell.
#[tokio::test]
async fn a_path_that_a_shell_would_read_is_refused_before_anything_is_made() {
    let house = House::new();
    for name in ["a\"b", "a$(b)", "a`b`", "a\\b", "a\nb"] {
        let error = hearth_postgres::start(archive(), config(&house.path().join(name)))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::PathUnusable { .. }), "{error:?}");
    }
    assert_eq!(fs::read_dir(house.path()).unwrap().count(), 0);
}
