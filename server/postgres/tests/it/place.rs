//! Data directories with unusual paths.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use hearth_postgres::Error;

use crate::support::{TestDir, archive, ask, assert_one_sentence, config};

#[tokio::test]
async fn a_data_directory_too_long_for_a_socket_path_works() {
    let dir = TestDir::new();
    let deep = dir
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
async fn a_socket_directory_open_to_others_is_refused() {
    let dir = TestDir::new();
    let postgres = dir.start().await;
    let socket_dir = postgres.socket_dir().to_owned();
    postgres.stop().await;
    fs::set_permissions(&socket_dir, Permissions::from_mode(0o755)).unwrap();
    let error = dir.try_start().await.unwrap_err();
    assert_one_sentence(&error);
    assert!(matches!(error, Error::SocketDir { .. }));
}

/// PostgreSQL's initdb passes its own path to a shell.
#[tokio::test]
async fn a_path_with_shell_syntax_is_refused_before_anything_is_created() {
    let dir = TestDir::new();
    for name in ["a\"b", "a$(b)", "a`b`", "a\\b", "a\nb"] {
        let error = hearth_postgres::start(archive(), config(&dir.path().join(name)))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::PathUnusable { .. }), "{error:?}");
    }
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}
