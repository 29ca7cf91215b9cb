//! A disk of a few megabytes, which only root can make (and not in every container).

use std::fs;
use std::path::Path;
use std::process::Command;

use hearth_postgres::{Error, State};

use crate::support::{House, PATIENCE, archive, ask, assert_one_sentence, config, is_root, kill_9, run};

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
async fn a_disk_too_small_is_told_before_anything_is_made_and_a_larger_one_works() {
    let house = House::new();
    let Some(disk) = SmallDisk::mount(house.path(), 30) else {
        return;
    };
    for mib in [30, 100] {
        disk.grow(mib);
        let error = house.try_start().await.unwrap_err();
        assert_one_sentence(&error);
        assert!(matches!(error, Error::DiskFull { .. }), "{error:?}");
        assert!(!house.cluster().exists());
    }
    disk.grow(400);
    house.start().await.stop().await;
}

#[tokio::test]
async fn a_disk_that_filled_up_is_told_at_the_next_start_and_nothing_is_lost() {
    let house = House::new();
    let Some(_disk) = SmallDisk::mount(house.path(), 300) else {
        return;
    };
    let postgres = house.start().await;
    run(
        &postgres,
        "create table words (word text); insert into words values ('kept')",
    )
    .await;
    postgres.stop().await;
    let filler = house.path().join("filler");
    fill(&filler);
    let error = hearth_postgres::start(archive(), config(house.path()))
        .await
        .unwrap_err();
    assert_one_sentence(&error);
    assert!(matches!(error, Error::DiskFull { .. }), "{error:?}");
    fs::remove_file(filler).unwrap();
    let postgres = house.start().await;
    assert_eq!(ask::<String>(&postgres, "select word from words").await, "kept");
    postgres.stop().await;
}

/// The server is watched meanwhile: it keeps trying, says why, and is back when there is room.
#[tokio::test]
async fn a_server_that_died_on_a_full_disk_comes_back_when_there_is_room() {
    let house = House::new();
    let Some(_disk) = SmallDisk::mount(house.path(), 300) else {
        return;
    };
    let postgres = house.start().await;
    run(
        &postgres,
        "create table words (word text); insert into words values ('kept')",
    )
    .await;
    let filler = house.path().join("filler");
    // A restart takes the place of the old pid file, and would fit into the fullest disk.
    fs::remove_file(house.cluster().join("postmaster.pid")).unwrap();
    fill(&filler);
    let mut state = postgres.state();
    kill_9(postgres.pid().unwrap());
    let told = state.wait_for(|state| matches!(state, State::Restarting(why) if why.contains("is full")));
    tokio::time::timeout(PATIENCE, told)
        .await
        .expect("nothing was told")
        .unwrap();
    fs::remove_file(filler).unwrap();
    crate::support::until(&postgres, |state| *state == State::Ready).await;
    assert_eq!(ask::<String>(&postgres, "select word from words").await, "kept");
    postgres.stop().await;
}

/// Writes until not one byte more fits.
fn fill(path: &Path) {
    use std::io::Write;
    let mut file = fs::File::create(path).unwrap();
    for size in [1024 * 1024, 4096, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
}
