//! Measurements of Hearth.
//!
//! - This library measures memory with the product's own code, in a database of its own. The binary offers it as
//!   `hearth bench recall FILE` and `hearth bench silence`.
//! - The example `bench` measures the release binary from outside, over HTTP: `cargo xtask bench [NAME]`.
//!
//! Both write what they need into the database by [`hearth_backend::evaluation`].

#![allow(clippy::print_stdout, reason = "a report for the terminal")]

mod figures;
mod locomo;
mod recall;
mod silence;

use clap::Subcommand;
use hearth_backend::Backend;
use hearth_types::{Role, UserId};
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum BenchCommand {
    /// Recall over conversations in LoCoMo's format: how much of what a question needs is found
    Recall(RecallBench),
    /// How often recall speaks when it should not, and when it should
    Silence {
        /// Print one object for machines
        #[arg(long)]
        json: bool,
    },
}

/// The options of `hearth bench recall`.
#[derive(clap::Args)]
pub struct RecallBench {
    /// Conversations with questions, in LoCoMo's format (JSON)
    pub file: PathBuf,
    /// Add the file's observations as facts with their sources
    #[arg(long)]
    pub facts: bool,
    /// Print one object for machines
    #[arg(long)]
    pub json: bool,
    /// Other weights of ranking, as WEIGHT=NUMBER, to try what one brings
    #[arg(long, hide = true, value_delimiter = ',')]
    pub weights: Vec<String>,
}

/// An installation to measure: an empty database and a model server.
pub struct Installation {
    pub backend: Backend,
    /// The embedding model.
    pub embedder: String,
}

impl Installation {
    /// Adds a person who never signs in.
    async fn person(&self, name: &str) -> anyhow::Result<UserId> {
        let password = format!("{:032x}", rand::random::<u128>());
        let accounts = self.backend.accounts();
        Ok(accounts.add_user(name, &password, Role::Member).await?)
    }
}

/// Measures and prints the report.
///
/// # Errors
/// The file, the database or the model server.
pub async fn run(command: &BenchCommand, installation: &Installation) -> anyhow::Result<()> {
    match command {
        BenchCommand::Recall(bench) => recall::bench(bench, installation).await,
        BenchCommand::Silence { json } => silence::bench(*json, installation).await,
    }
}
