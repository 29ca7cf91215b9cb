//! Drops root: the process becomes an unprivileged account before it does anything else.
//!
//! The account is that of `--user`, else `hearth`. There is no other default: unrelated services share `nobody`, and each
//! of them could read the data directory. A new or empty data directory is given to the account.

use super::data_dir;
use crate::settings::Settings;
use anyhow::{Context, bail};
use rustix::process::{Gid, Uid, geteuid};
use std::{fs, os::unix::fs::MetadataExt, path::Path};

/// An entry of the system's list of accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
}

/// Does nothing unless started as root. Call it before any thread is started.
pub fn drop_root(settings: &Settings) -> anyhow::Result<()> {
    if !geteuid().is_root() {
        return Ok(());
    }
    let passwd = fs::read_to_string("/etc/passwd").context("cannot read the list of accounts")?;
    let account = choose(&passwd, settings.user.as_deref())?;
    hand_over(&settings.data_dir, &account)?;
    become_account(&account).with_context(|| format!("cannot become {}", account.name))?;
    check_reachable(&settings.data_dir, &account)?;
    tracing::info!(
        account = account.name,
        "started as root, went on as another account"
    );
    Ok(())
}

/// The account to become.
pub fn choose(passwd: &str, named: Option<&str>) -> anyhow::Result<Account> {
    let account = match named {
        Some(name) => {
            find(passwd, name).with_context(|| format!("there is no account {name} on this machine"))?
        }
        None => find(passwd, "hearth").with_context(|| {
            format!(
                "Hearth does not run as root and has no account of its own on this machine: make one ({}), or name \
                 another with --user",
                make_account()
            )
        })?,
    };
    if account.uid == 0 {
        bail!("{} is root: name another account with --user", account.name);
    }
    Ok(account)
}

/// The command that makes the account `hearth` on this system.
fn make_account() -> &'static str {
    if Path::new("/etc/alpine-release").exists() {
        "addgroup -S hearth && adduser -S -D -H -s /sbin/nologin -G hearth hearth"
    } else {
        "useradd --system --user-group --no-create-home --shell /usr/sbin/nologin hearth"
    }
}

fn find(passwd: &str, name: &str) -> Option<Account> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (account, _, uid, gid) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        (account == name || uid == name).then(|| {
            Some(Account {
                name: account.to_owned(),
                uid: uid.parse().ok()?,
                gid: gid.parse().ok()?,
            })
        })?
    })
}

/// Gives a new or empty data directory to the account. A directory with content must belong to it already: a whole tree,
/// perhaps `/`, never changes its owner.
fn hand_over(data_dir: &Path, account: &Account) -> anyhow::Result<()> {
    if !data_dir.exists() {
        data_dir::make(data_dir)?;
    }
    data_dir::look_at(data_dir)?;
    let about = |error| data_dir::unusable(data_dir, &error);
    if data_dir::is_empty(data_dir).map_err(about)? && fs::metadata(data_dir).map_err(about)?.uid() == 0 {
        std::os::unix::fs::chown(data_dir, Some(account.uid), Some(account.gid)).map_err(about)?;
        fs::set_permissions(data_dir, std::os::unix::fs::PermissionsExt::from_mode(0o700)).map_err(about)?;
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn become_account(account: &Account) -> rustix::io::Result<()> {
    use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid};
    let (uid, gid) = (Uid::from_raw(account.uid), Gid::from_raw(account.gid));
    set_thread_groups(&[gid])?;
    set_thread_res_gid(gid, gid, gid)?;
    set_thread_res_uid(uid, uid, uid)
}

#[cfg(not(target_os = "linux"))]
fn become_account(_: &Account) -> anyhow::Result<()> {
    bail!("start Hearth as yourself: on this system it cannot leave root by itself")
}

fn check_reachable(data_dir: &Path, account: &Account) -> anyhow::Result<()> {
    if rustix::fs::access(
        data_dir,
        rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK,
    )
    .is_err()
    {
        let (account, dir) = (&account.name, data_dir.display());
        bail!(
            "the account {account} cannot write to {dir}: give the directory to it (chown -R {account} {dir}), or choose \
             another with --data-dir"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::choose;

    const PASSWD: &str = "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n";
    const WITH_HEARTH: &str = "root:x:0:0::/root:/bin/sh\nhearth:x:990:991::/:/bin/false\n";

    #[test]
    fn an_account_called_hearth_is_taken_without_being_named() {
        let account = choose(WITH_HEARTH, None).unwrap();
        assert_eq!((account.uid, account.gid), (990, 991));
    }

    #[test]
    fn without_an_account_of_its_own_the_refusal_has_the_command_that_makes_one() {
        for passwd in [PASSWD, "root:x:0:0::/root:/bin/sh", ""] {
            let refused = choose(passwd, None).unwrap_err().to_string();
            assert!(
                refused.contains("useradd --system") || refused.contains("adduser -S"),
                "{refused}"
            );
            assert!(
                refused.contains("--user") && refused.lines().count() == 1,
                "{refused}"
            );
        }
        assert_eq!(
            choose(PASSWD, Some("nobody")).unwrap().name,
            "nobody",
            "by name only"
        );
    }

    #[test]
    fn an_account_may_be_named_by_its_number_but_never_be_root() {
        assert_eq!(choose(WITH_HEARTH, Some("990")).unwrap().name, "hearth");
        choose(PASSWD, Some("root")).unwrap_err();
        choose(PASSWD, Some("missing")).unwrap_err();
    }
}
