//! What keeps Hearth from starting is one sentence that says what to do, and nothing is changed by it.

use crate::{
    binary::skip,
    command_line::{data_dir, free_address, hearth, ready, stop},
};
use hearth_server::serve::database;
use rustix::process::geteuid;
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// Starts it, and gives back the sentence.
fn refusal(command: &mut Command) -> String {
    let Output { status, stderr, .. } = command.output().unwrap();
    let text = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(1), "{text}");
    // Where the tests run as root, the log says first which account it goes on as.
    let said: Vec<_> = text.lines().filter(|line| !line.contains(" INFO ")).collect();
    assert_eq!(said.len(), 1, "{text}");
    assert!(
        said[0].starts_with("hearth: ") && !text.contains("os error"),
        "{text}"
    );
    said[0].to_owned()
}

fn start(data: &Path) -> Command {
    hearth(data, &["--listen", &free_address()])
}

#[test]
fn every_command_refuses_an_unknown_variable() {
    let (_keep, data) = data_dir();
    for command in [&["serve"][..], &["doctor"], &["user", "add", "Ada"]] {
        let text = refusal(hearth(&data, command).env("HEARTH_LISTN", "canary"));
        assert!(
            text.contains("HEARTH_LISTN") && text.contains("HEARTH_LISTEN?"),
            "{text}"
        );
        assert!(!text.contains("canary"), "{text}");
    }
    let help = hearth(&data, &["--help"])
        .env("HEARTH_LISTN", "canary")
        .output()
        .unwrap();
    assert!(help.status.success(), "help helps");
    assert!(!data.exists(), "nothing was made");
}

#[test]
fn impossible_numbers_are_refused() {
    let (_keep, data) = data_dir();
    for (variable, value) in [
        ("HEARTH_NUM_CTX", "0"),
        ("HEARTH_NUM_CTX", "18446744073709551616"),
        ("HEARTH_MODEL_SLOTS", "0"),
        ("HEARTH_MODEL_SLOTS", "4000000000"),
    ] {
        let text = refusal(start(&data).env(variable, value));
        assert!(
            text.contains(variable) && text.contains("a whole number"),
            "{text}"
        );
    }
    let text = refusal(&mut hearth(&data, &["--num-ctx", "0"]));
    assert!(text.contains("--num-ctx must be a whole number"), "{text}");
}

#[test]
fn a_value_that_is_not_unicode_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let (_keep, data) = data_dir();
    let text = refusal(start(&data).env("HEARTH_DATA_DIR", std::ffi::OsStr::from_bytes(b"/tmp/\xff")));
    assert!(text.contains("HEARTH_DATA_DIR is not text"), "{text}");
}

#[test]
fn an_impossible_data_directory_is_refused() {
    let (keep, _) = data_dir();
    let file = keep.path().join("file");
    fs::write(&file, "").unwrap();
    for (dir, about) in [
        (file.clone(), "is a file"),
        (file.join("below"), "below something that is a file"),
        (keep.path().join("x".repeat(300)), "too long"),
    ] {
        let text = refusal(&mut start(&dir));
        assert!(text.contains(about) && text.contains("HEARTH_DATA_DIR"), "{text}");
    }
}

#[test]
fn an_open_directory_with_other_files_is_refused_and_left_unchanged() {
    let (keep, _) = data_dir();
    let dir = keep.path().join("documents");
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("letter.txt"), "").unwrap();
    fs::set_permissions(&dir, Permissions::from_mode(0o755)).unwrap();
    let account = if geteuid().is_root() {
        65534
    } else {
        geteuid().as_raw()
    };
    std::os::unix::fs::chown(&dir, Some(account), None).unwrap();
    let text = refusal(&mut start(&dir));
    assert!(
        text.contains("other files") && text.contains("chmod 700"),
        "{text}"
    );
    assert_eq!(fs::metadata(&dir).unwrap().permissions().mode() & 0o777, 0o755);
}

/// A file system of the test's own, gone at its end.
struct Mount(PathBuf);

impl Mount {
    /// Empty and read-only.
    fn read_only(at: PathBuf) -> Option<Self> {
        fs::create_dir(&at).unwrap();
        let mount = |options: &str| {
            let mount = Command::new("mount")
                .args(["-t", "tmpfs", "-o", options, "tmpfs"])
                .arg(&at)
                .status();
            mount.is_ok_and(|status| status.success())
        };
        let mounted = geteuid().is_root() && mount("size=4m,mode=755,ro");
        if !mounted {
            skip("a file system can only be mounted by root, and not in every container");
        }
        mounted.then(|| Self(at))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(&self.0).status().ok();
    }
}

#[test]
fn a_read_only_file_system_is_one_sentence() {
    let (keep, _) = data_dir();
    let Some(mount) = Mount::read_only(keep.path().join("disk")) else {
        return;
    };
    for dir in [
        mount.0.clone(),
        mount.0.join("data"),
        mount.0.join("far/below/data"),
    ] {
        let text = refusal(&mut start(&dir));
        assert!(
            text.contains("is read-only") && text.contains("HEARTH_DATA_DIR"),
            "{text}"
        );
    }
    let doctor = hearth(&mount.0, &["doctor"]).output().unwrap();
    let said = String::from_utf8_lossy(&[doctor.stdout, doctor.stderr].concat()).into_owned();
    assert!(said.contains("is read-only"), "{said}");
}

#[test]
fn root_without_an_account_for_hearth_is_given_the_command_that_makes_one() {
    let accounts = fs::read_to_string("/etc/passwd").unwrap();
    if !geteuid().is_root() || accounts.contains("\nhearth:") {
        return skip("only root without an account called hearth is refused");
    }
    let (_keep, data) = data_dir();
    let text = refusal(start(&data).env_remove("HEARTH_USER"));
    assert!(
        text.contains("useradd --system") || text.contains("adduser -S"),
        "{text}"
    );
    assert!(!data.exists(), "nothing was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_directory_is_closed_to_other_accounts_at_every_start() {
    if !database::is_bundled() {
        return skip("this build carries no PostgreSQL");
    }
    let (_keep, data) = data_dir();
    let mode = || fs::metadata(&data).unwrap().permissions().mode() & 0o777;
    for _ in 0..2 {
        let address = free_address();
        let mut server = hearth(&data, &["--listen", &address]).spawn().unwrap();
        ready(&address, &mut server).await;
        assert_eq!(mode(), 0o700);
        stop(&mut server);
        fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_a_directory_in_use_is_refused_and_the_original_server_goes_on() {
    if !database::is_bundled() {
        return skip("this build carries no PostgreSQL");
    }
    let (keep, data) = data_dir();
    let address = free_address();
    let mut server = hearth(&data, &["--listen", &address]).spawn().unwrap();
    ready(&address, &mut server).await;
    let copy = keep.path().join("copy");
    let copied = Command::new("cp")
        .arg("-a")
        .arg(&data)
        .arg(&copy)
        .output()
        .unwrap();
    assert!(copied.status.success(), "{copied:?}");
    let text = refusal(&mut start(&copy));
    assert!(
        text.contains("is a copy of") && text.contains("copy again"),
        "{text}"
    );
    ready(&address, &mut server).await;
    stop(&mut server);
}
