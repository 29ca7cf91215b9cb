//! A disk of a few megabytes; only root can mount one, and not in every container.

use std::fs;
use std::path::Path;
use std::process::Command;

use hearth_postgres::{Error, State};

use crate::support::{TIMEOUT, TestDir, archive, ask, assert_one_sentence, config, is_root, kill_9, run};

struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(at: &'a Path, mib: u32) -> Option<Self> {
        let options = format!("size={mib}m,mode=755");
        let mounted = is_root() && mount(&["-t", "tmpfs", "-o", &options, "tmpfs"], at);
        if !mounted {
            println!("skipped: a small disk can only be mounted by root");
        }
        mounted.then(|| Self(at))
    }

    fn grow(&self, mib: u32) {
        assert!(mount(&["-o", &format!("remount,size={mib}m")], self.0));
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

fn mount(arguments: &[&str], at: &Path) -> bool {
    Command::new("mount")
        .args(arguments)
        .arg(at)
        .status()
        .is_ok_and(|status| status.success())
}

#[tokio::test]
async fn a_disk_that_is_too_small_is_reported_before_anything_is_created() {
    let dir = TestDir::new();
    let Some(disk) = SmallDisk::mount(dir.path(), 30) else {
        return;
    };
    for mib in [30, 100] {
        disk.grow(mib);
        let error = dir.try_start().await.unwrap_err();
        assert_one_sentence(&error);
        assert!(matches!(error, Error::DiskFull { .. }), "{error:?}");
        assert!(!dir.cluster().exists());
    }
    disk.grow(400);
    dir.start().await.stop().await;
}

#[tokio::test]
async fn a_full_disk_is_reported_at_the_next_start_and_nothing_is_lost() {
    let dir = TestDir::new();
    let Some(_disk) = SmallDisk::mount(dir.path(), 300) else {
        return;
    };
    let postgres = dir.start().await;
    run(
        &postgres,
        "create table words (word text); insert into words values ('kept')",
    )
    .await;
    postgres.stop().await;
    let filler = dir.path().join("filler");
    fill(&filler);
    let error = hearth_postgres::start(archive(), config(dir.path()))
        .await
        .unwrap_err();
    assert_one_sentence(&error);
    assert!(matches!(error, Error::DiskFull { .. }), "{error:?}");
    fs::remove_file(filler).unwrap();
    let postgres = dir.start().await;
    assert_eq!(ask::<String>(&postgres, "select word from words").await, "kept");
    postgres.stop().await;
}

/// The server is supervised meanwhile: it retries, reports the reason, and returns when there is room.
#[tokio::test]
async fn a_server_that_died_on_a_full_disk_comes_back_when_there_is_room() {
    let dir = TestDir::new();
    let Some(_disk) = SmallDisk::mount(dir.path(), 300) else {
        return;
    };
    let postgres = dir.start().await;
    run(
        &postgres,
        "create table words (word text); insert into words values ('kept')",
    )
    .await;
    let filler = dir.path().join("filler");
    // A restart reuses the space of the old pid file, so it would fit even on a full disk.
    fs::remove_file(dir.cluster().join("postmaster.pid")).unwrap();
    fill(&filler);
    let mut state = postgres.state();
    kill_9(postgres.pid().unwrap());
    let reported = state.wait_for(|state| matches!(state, State::Restarting(why) if why.contains("is full")));
    tokio::time::timeout(TIMEOUT, reported)
        .await
        .expect("no state was reported")
        .unwrap();
    fs::remove_file(filler).unwrap();
    crate::support::until(&postgres, |state| *state == State::Ready).await;
    assert_eq!(ask::<String>(&postgres, "select word from words").await, "kept");
    postgres.stop().await;
}

/// Writes until no byte fits.
fn fill(path: &Path) {
    use std::io::Write;
    let mut file = fs::File::create(path).unwrap();
    for size in [1024 * 1024, 4096, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}
