//! Errors that Hearth cannot repair: one sentence each, and nothing is changed.

use std::fs;

use hearth_postgres::{Config, Error};

use crate::support::{TestDir, archive, assert_one_sentence, is_root, run};

#[tokio::test]
async fn a_second_start_in_the_same_directory_is_refused_and_the_first_continues() {
    let dir = TestDir::new();
    let first = dir.start().await;
    let error = dir.try_start().await.unwrap_err();
    assert_one_sentence(&error);
    assert!(matches!(error, Error::AlreadyRunning { pid: Some(pid), .. } if pid == std::process::id()));
    run(&first, "select 1").await;
    first.stop().await;
}

#[tokio::test]
async fn a_database_of_another_version_is_refused_and_unchanged() {
    let dir = TestDir::new();
    dir.start().await.stop().await;
    let version = dir.cluster().join("PG_VERSION");
    fs::write(&version, "17\n").unwrap();
    let error = dir.try_start().await.unwrap_err();
    assert_one_sentence(&error);
    assert!(matches!(&error, Error::DataVersion { found, ours, .. } if found == "17" && ours == "18"));
    fs::write(&version, "18\n").unwrap();
    dir.start().await.stop().await;
}

#[tokio::test]
async fn a_data_directory_without_a_version_is_never_recreated() {
    let dir = TestDir::new();
    dir.start().await.stop().await;
    fs::remove_file(dir.cluster().join("PG_VERSION")).unwrap();
    let error = dir.try_start().await.unwrap_err();
    assert_one_sentence(&error);
    assert!(matches!(error, Error::DataDamaged { .. }));
    assert!(dir.cluster().join("base").is_dir());
}

#[tokio::test]
async fn a_missing_or_damaged_archive_is_refused_and_leaves_nothing_behind() {
    let dir = TestDir::new();
    let refused = async |archive: Vec<u8>| hearth_postgres::start(archive, dir.config()).await.unwrap_err();
    assert!(matches!(refused(Vec::new()).await, Error::ArchiveMissing));

    let cut_short = archive()[..archive().len() / 2].to_vec();
    let mut one_byte_off = archive().to_vec();
    let middle = one_byte_off.len() / 2;
    one_byte_off[middle] ^= 0x10;
    for damaged in [cut_short, one_byte_off, b"not an archive".to_vec()] {
        let error = refused(damaged).await;
        assert_one_sentence(&error);
        assert!(matches!(error, Error::ArchiveDamaged(_)), "{error:?}");
    }
    let left: Vec<_> = fs::read_dir(dir.path().join("postgres"))
        .unwrap()
        .flatten()
        .collect();
    assert!(left.iter().all(|entry| entry.file_name() == "lock"), "{left:?}");
    dir.start().await.stop().await;
}

#[tokio::test]
async fn root_without_another_account_is_refused() {
    if !is_root() {
        return println!("skipped: these tests do not run as root");
    }
    let dir = TestDir::new();
    let error = hearth_postgres::start(archive(), Config::new(dir.path()))
        .await
        .unwrap_err();
    assert_one_sentence(&error);
    assert!(matches!(error, Error::Root));
}

#[tokio::test]
async fn the_error_of_a_failed_start_quotes_the_servers_last_output() {
    let dir = TestDir::new();
    dir.start().await.stop().await;
    fs::write(dir.cluster().join("postgresql.conf"), "no_such_setting = 1\n").unwrap();
    let error = dir.try_start().await.unwrap_err();
    assert_one_sentence(&error);
    assert!(matches!(&error, Error::CannotStart(said) if said.contains("no_such_setting")));
}

fn copy(dir: &TestDir, to: &TestDir) {
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .arg(dir.path().join("postgres"))
        .arg(to.path())
        .status();
    assert!(copied.unwrap().success());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_copy_of_a_running_database_is_refused_while_the_original_runs() {
    let (dir, other) = (TestDir::new(), TestDir::new());
    let first = dir.start().await;
    copy(&dir, &other);
    let error = other.try_start().await.unwrap_err();
    assert_one_sentence(&error);
    assert!(matches!(&error, Error::RunningCopy { pid, .. } if Some(pid.cast_unsigned()) == first.pid()));
    run(&first, "select 1").await;
    // The remedy that the message names, for a copy made at one moment.
    fs::remove_file(other.cluster().join("postmaster.pid")).unwrap();
    other.start().await.stop().await;
    run(&first, "select 1").await;
    first.stop().await;
}

#[tokio::test]
async fn a_moved_directory_starts_at_its_new_path() {
    let (dir, other) = (TestDir::new(), TestDir::new());
    let first = dir.start().await;
    run(&first, "create table words (word text)").await;
    first.stop().await;
    copy(&dir, &other);
    let second = other.start().await;
    run(&second, "select from words").await;
    second.stop().await;
}

#[tokio::test]
async fn the_error_of_a_copy_that_cannot_start_names_the_original() {
    let (dir, other) = (TestDir::new(), TestDir::new());
    dir.start().await.stop().await;
    copy(&dir, &other);
    // Like a copy made in the middle of a checkpoint.
    fs::write(other.cluster().join("global/pg_control"), [0; 8192]).unwrap();
    let error = other.try_start().await.unwrap_err();
    assert_one_sentence(&error);
    assert!(
        matches!(&error, Error::DamagedCopy { original, .. } if *original == fs::canonicalize(dir.cluster()).unwrap())
    );
}
