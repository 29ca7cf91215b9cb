//! `hearth user`: accounts, from the machine itself. The password comes on standard input, because every account can read
//! arguments in the process list.

#![allow(clippy::print_stdout, reason = "a command prints to the terminal")]

use super::backend::brief_backend;
use crate::{serve::database::Database, settings::Settings};
use clap::Subcommand;
use hearth_backend::Backend;
use hearth_types::{Field, InvalidReason, Problem, Role};
use std::io::{BufRead, IsTerminal};

#[derive(Subcommand)]
pub enum UserCommand {
    /// Add a person; the password is read from standard input
    Add {
        name: String,
        /// May administer people, models and health
        #[arg(long)]
        admin: bool,
    },
    /// Set a person's password, read from standard input; all their devices are signed out
    ResetPassword { name: String },
}

/// Beside a running server or without one.
pub async fn run(command: UserCommand, settings: &Settings) -> anyhow::Result<()> {
    let password = read_password()?;
    let database = Database::open(settings).await?;
    let done = match brief_backend(settings, &database).await {
        Ok(backend) => {
            let done = act(&backend, command, &password).await;
            backend.shut_down().await;
            done
        }
        Err(error) => Err(error),
    };
    database.stop().await;
    println!("{}", done.map_err(explain)?);
    Ok(())
}

async fn act(backend: &Backend, command: UserCommand, password: &str) -> hearth_backend::Result<String> {
    let accounts = backend.accounts();
    match command {
        UserCommand::Add { name, admin } => {
            let role = if admin { Role::Administrator } else { Role::Member };
            accounts.add_user(&name, password, role).await?;
            Ok(format!("{name} can sign in now."))
        }
        UserCommand::ResetPassword { name } => {
            accounts.reset_password_by_hand(&name, password).await?;
            Ok(format!("{name} has a new password; all devices were signed out."))
        }
    }
}

fn read_password() -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        eprintln!("Password (it will be seen on the screen):");
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let password = line.trim_end_matches(['\n', '\r']);
    if password.is_empty() {
        anyhow::bail!(
            "no password came: write one line to standard input, for instance from a file with < FILE"
        );
    }
    Ok(password.to_owned())
}

fn explain(error: hearth_backend::Error) -> anyhow::Error {
    let hearth_backend::Error::Problem(problem) = error else {
        return error.into();
    };
    anyhow::Error::msg(match problem {
        Problem::NotFound => "there is no person of that name".to_owned(),
        Problem::Invalid { field, reason } => refused(field, reason).to_owned(),
        other => other.to_string(),
    })
}

const fn refused(field: Field, reason: InvalidReason) -> &'static str {
    match (field, reason) {
        (Field::Name, InvalidReason::Taken) => "there is somebody of that name already",
        (Field::Name, InvalidReason::Empty) => "a name needs at least one visible character",
        (Field::Name, InvalidReason::TooLong) => "the name is too long: at most 64 characters",
        (Field::Name, _) => "the name has characters that cannot be shown",
        (Field::Password, InvalidReason::TooLong) => "the password is too long: at most 1,024 bytes",
        (Field::Password, _) => "the password is too short: at least 8 characters",
        _ => "that is not acceptable",
    }
}
