//! What Hearth cannot put right by itself: one sentence each, and nothing is touched.

use std::fs;

use hearth_postgres::{Config, Error};

use crate::support::{House, archive, assert_one_sentence, is_root, run};

#[tokio::test]
async fn a_second_start_in_the_same_directory_is_refused_and_the_first_goes_on() {
    let house = House::new();
    let first = house.start().await;
    let error = house.try_start().await.unwrap_err();
    assert_one_sentence(&error);
    assert!(matches!(error, Error::AlreadyRunning { pid: Some(pid), .. } if pid == std::process::id()));
    run(&first, "select 1").await;
    first.stop().await;
}

#[tokio::test]
async fn a_database_of_another_version_is_refused_and_left_alone() {
    let house = House::new();
    house.start().await.stop().await;
    let version = house.cluster().join("PG_VERSION");
    fs::write(&version, "17\n").unwrap();
    let error = house.try_start().await.unwrap_err();
    assert_one_sentence(&error);
    assert!(matches!(&error, Error::DataVersion { found, ours, .. } if found == "17" && ours == "18"));
    fs::write(&version, "18\n").unwrap();
    house.start().await.stop().await;
}

#[tokio::test]
async fn a_data_directory_without_a_version_is_never_made_anew() {
    let house = House::new();
    house.start().await.stop().await;
    fs::remove_file(house.cluster().join("PG_VERSION")).unwrap();
    let error = house.try_start().await.unwrap_err();
    assert_one_sentence(&error);
    assert!(matches!(error, Error::DataDamaged { .. }));
    assert!(house.cluster().join("base").is_dir());
}

#[tokio::test]
async fn a_missing_or_damaged_archive_is_refused_and_leaves_nothing_behind() {
    let house = House::new();
    let refused = async |archive: Vec<u8>| hearth_postgres::start(archive, house.config()).await.unwrap_err();
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
    let left: Vec<_> = fs::read_dir(house.path().join("postgres"))
        .unwrap()
        .flatten()
        .collect();
    assert!(left.iter().all(|entry| entry.file_name() == "lock"), "{left:?}");
    house.start().await.stop().await;
}

#[tokio::test]
async fn root_without_another_account_is_refused() {
    if !is_root() {
        return println!("skipped: these tests do not run as root");
    }
    let house = House::new();
    let error = hearth_postgres::start(archive(), Config::new(house.path()))
        .await
        .unwrap_err();
    assert_one_sentence(&error);
    assert!(matches!(error, Error::Root));
}

#[tokio::test]
async fn a_server_that_cannot_start_tells_what_it_said_last() {
    let house = House::new();
    house.start().await.stop().await;
    fs::write(house.cluster().join("postgresql.conf"), "no_such_setting = 1\n").unwrap();
    let error = house.try_start().await.unwrap_err();
    assert_one_sentence(&error);
    assert!(matches!(&error, Error::CannotStart(said) if said.contains("no_such_setting")));
}

fn copy(house: &House, to: &House) {
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .arg(house.path().join("postgres"))
        .arg(to.path())
        .status();
    assert!(copied.unwrap().success());
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_copy_of_a_running_database_is_refused_while_the_original_runs() {
    let (house, other) = (House::new(), House::new());
    let first = house.start().await;
    copy(&house, &other);
    let error = other.try_start().await.unwrap_err();
    assert_one_sentence(&error);
    assert!(matches!(&error, Error::RunningCopy { pid, .. } if Some(pid.cast_unsigned()) == first.pid()));
    run(&first, "select 1").await;
    // The way out that the sentence names, for a copy that was made at one moment.
    fs::remove_file(other.cluster().join("postmaster.pid")).unwrap();
    other.start().await.stop().await;
    run(&first, "select 1").await;
    first.stop().await;
}

#[tokio::test]
async fn a_directory_that_was_moved_starts_where_it_is_now() {
    let (house, other) = (House::new(), House::new());
    let first = house.start().await;
    run(&first, "create table words (word text)").await;
    first.stop().await;
    copy(&house, &other);
    let second = other.start().await;
    run(&second, "select from words").await;
    second.stop().await;
}

#[tokio::test]
async fn a_copy_that_does_not_start_names_what_it_was_copied_from() {
    let (house, other) = (House::new(), House::new());
    house.start().await.stop().await;
    copy(&house, &other);
    // As a copy that was made in the middle of a checkpoint.
    fs::write(other.cluster().join("global/pg_control"), [0; 8192]).unwrap();
    let error = other.try_start().await.unwrap_err();
    assert_one_sentence(&error);
    assert!(
        matches!(&error, Error::DamagedCopy { original, .. } if *original == fs::canonicalize(house.cluster()).unwrap())
    );
}
