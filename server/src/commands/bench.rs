//! `hearth bench`: how good and how fast memory is, measured with the product's own code.

#![allow(clippy::print_stdout, reason = "a command talks to whoever typed it")]

mod figures;
mod house;
mod locomo;
mod recall;
mod silence;

use crate::settings::Settings;
use clap::Subcommand;
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

/// What is measured, and how it is told.
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

/// In a house of its own, which is gone afterwards.
pub async fn run(command: BenchCommand, settings: &Settings) -> anyhow::Result<()> {
    match command {
        BenchCommand::Recall(bench) => recall::bench(&bench, settings).await,
        BenchCommand::Silence { json } => silence::bench(json, settings).await,
    }
}
