//! The account that `cargo xtask run` needs when root starts it.
//!
//! Hearth refuses to run as root or as an account shared with other services. If no account is configured and none
//! called `hearth` exists, this creates one, so that the first command works for root as well.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::sh;

const NAME: &str = "hearth";

/// Creates the account if Hearth, started with these arguments, needs it.
pub fn ensure(arguments: &[String]) -> Result<()> {
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = std::env::var_os("HEARTH_USER").is_some_and(|name| !name.is_empty());
    if !rustix::process::geteuid().is_root() || named || !is_needed(arguments, &accounts) {
        return Ok(());
    }
    for (program, steps) in TOOLS {
        if sh::on_path(program) {
            sh::doing(format!(
                "make the account {NAME}, which Hearth runs as when root starts it"
            ));
            return steps.iter().try_for_each(|step| make(step));
        }
    }
    bail!(
        "Hearth does not run as root: make an account {NAME} for it, or name one (cargo xtask run -- --user NAME)"
    )
}

/// The programs that create accounts, with their arguments: on most distributions, and on Alpine.
const TOOLS: &[(&str, &[&[&str]])] = &[
    (
        "useradd",
        &[&[
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "--shell",
            "/usr/sbin/nologin",
            NAME,
        ]],
    ),
    (
        "adduser",
        &[
            &["addgroup", "-S", NAME],
            &[
                "adduser",
                "-S",
                "-D",
                "-H",
                "-s",
                "/sbin/nologin",
                "-G",
                NAME,
                NAME,
            ],
        ],
    ),
];

fn make(step: &[&str]) -> Result<()> {
    let program = sh::which(step[0]).unwrap_or_else(|| Path::new(step[0]).to_owned());
    sh::run(Command::new(program).args(&step[1..]))
}

fn is_needed(arguments: &[String], accounts: &str) -> bool {
    let named = arguments
        .iter()
        .any(|argument| argument == "--user" || argument.starts_with("--user="));
    let exists = accounts.lines().any(|line| line.split(':').next() == Some(NAME));
    !named && !exists
}

#[cfg(test)]
mod tests {
    use super::is_needed;

    const PASSWD: &str = "root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n";

    #[test]
    fn an_account_is_created_only_if_none_is_configured_and_none_exists() {
        let is_needed = |arguments: &[&str], accounts: &str| {
            let arguments: Vec<_> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
            is_needed(&arguments, accounts)
        };
        assert!(is_needed(&[], PASSWD) && is_needed(&["--listen", "127.0.0.1:1"], PASSWD));
        assert!(!is_needed(&["--user", "ada"], PASSWD) && !is_needed(&["--user=ada"], PASSWD));
        let with = format!("{PASSWD}hearth:x:990:990::/:/bin/false\n");
        assert!(!is_needed(&[], &with));
        assert!(is_needed(&[], "hearthstone:x:990:990::/:/bin/false\n"));
    }
}
