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
    Silence(SilenceBench),
}

/// The options of `hearth bench silence`.
#[derive(clap::Args)]
pub struct SilenceBench {
    /// An embedding model to measure instead of the configured one, and where it is; may be repeated
    #[arg(long = "embedder", value_name = "MODEL[@URL]")]
    pub embedders: Vec<String>,
    /// The same with its cosines squeezed and shifted: an embedder that nothing was tuned for
    #[arg(long, value_name = "MODEL[@URL]")]
    pub squeezed: Vec<String>,
    /// Print one list for machines
    #[arg(long)]
    pub json: bool,
}

/// An embedder to measure.
#[derive(Debug, Default)]
pub struct Embedder {
    /// None for the configured one.
    pub model: Option<String>,
    /// Address of its server; none for the configured one.
    pub url: Option<String>,
    /// Whether its cosines are squeezed and shifted ([`hearth_backend::evaluation::Squeezed`]).
    pub squeezed: bool,
}

impl Embedder {
    fn of(written: &str, squeezed: bool) -> Self {
        let (model, url) = match written.split_once('@') {
            Some((model, url)) => (model, Some(url.to_owned())),
            None => (written, None),
        };
        Self {
            model: Some(model.to_owned()),
            url,
            squeezed,
        }
    }
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

/// A bench that may need several installations, one after another.
pub struct Run<'a> {
    command: &'a BenchCommand,
    silence: Vec<silence::Report>,
}

impl<'a> Run<'a> {
    /// Prepares the run of a command.
    pub const fn of(command: &'a BenchCommand) -> Self {
        Self {
            command,
            silence: Vec::new(),
        }
    }

    /// The embedders to measure; each needs an installation.
    pub fn embedders(&self) -> Vec<Embedder> {
        let BenchCommand::Silence(bench) = self.command else {
            return vec![Embedder::default()];
        };
        let plain = bench.embedders.iter().map(|written| Embedder::of(written, false));
        let squeezed = bench.squeezed.iter().map(|written| Embedder::of(written, true));
        let named: Vec<Embedder> = plain.chain(squeezed).collect();
        if named.is_empty() {
            vec![Embedder::default()]
        } else {
            named
        }
    }

    /// Measures one installation.
    ///
    /// # Errors
    /// The file, the database or the model server.
    pub async fn measure(&mut self, installation: &Installation) -> anyhow::Result<()> {
        match self.command {
            BenchCommand::Recall(bench) => recall::bench(bench, installation).await,
            BenchCommand::Silence(_) => {
                self.silence.push(silence::measure(installation).await?);
                Ok(())
            }
        }
    }

    /// Prints what needs all installations.
    ///
    /// # Errors
    /// None that a person could cause.
    pub fn finish(&self) -> anyhow::Result<()> {
        match self.command {
            BenchCommand::Recall(_) => Ok(()),
            BenchCommand::Silence(bench) => silence::print(&self.silence, bench.json),
        }
    }
}
