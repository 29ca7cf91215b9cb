//! Years of use in a minute: rows put straight into the bundled PostgreSQL, as its superuser through its socket.

use crate::{client::NAME, corpus::Corpus, server::Folder};
use anyhow::{Context, Result, bail};
use hearth_backend::{evaluation, retrieval::vector_index};
use pgvector::HalfVector;
use sqlx::postgres::PgConnectOptions;
use std::{
    fs,
    ops::{Deref, DerefMut},
    time::Duration,
};

/// Passages that each person has, unless a bench says otherwise.
pub const PASSAGES: usize = 10_000;

/// Passages of one statement.
const AT_ONCE: usize = 1_000;

/// The database of the measured server.
pub struct Database(evaluation::Database);

impl Deref for Database {
    type Target = evaluation::Database;

    fn deref(&self) -> &evaluation::Database {
        &self.0
    }
}

impl DerefMut for Database {
    fn deref_mut(&mut self) -> &mut evaluation::Database {
        &mut self.0
    }
}

impl Database {
    pub async fn open(folder: &Folder) -> Result<Self> {
        let socket =
            fs::read_to_string(folder.data().join("postgres-socket")).context("where the socket is")?;
        let options = PgConnectOptions::new_without_pgpass()
            .socket(socket.trim())
            .port(5432)
            .username(hearth_postgres::SUPERUSER)
            .database("hearth");
        Ok(Self(evaluation::Database::connect(options).await?))
    }

    /// Adds people with the administrator's password, and returns their names.
    pub async fn people(&mut self, count: usize) -> Result<Vec<String>> {
        Ok(self.0.people(NAME, count).await?)
    }

    /// Gives a person a past of so many messages, each a passage with its vector; returns the passages' texts.
    pub async fn past(
        &mut self,
        person: &str,
        number: u64,
        passages: usize,
        embedder: &str,
    ) -> Result<Vec<String>> {
        let mut corpus = Corpus::new(number);
        let texts: Vec<String> = (0..passages).map(|_| corpus.passage()).collect();
        self.store(person, &texts, embedder).await?;
        Ok(texts)
    }

    /// Gives each of these people such a past, and all of them the indexes that a server builds by itself, at its start
    /// and once an hour.
    pub async fn pasts(
        &mut self,
        people: &[String],
        passages: usize,
        embedder: &str,
    ) -> Result<Vec<Vec<String>>> {
        eprintln!("  {} people get a past of {passages} passages each", people.len());
        let mut pasts = Vec::new();
        for (number, person) in (0..).zip(people) {
            pasts.push(self.past(person, number, passages, embedder).await?);
        }
        self.build_indexes().await?;
        self.tidy().await?;
        Ok(pasts)
    }

    /// Builds the indexes of vectors, which the server does within the hour.
    pub async fn build_indexes(&self) -> Result<()> {
        Ok(vector_index::keep_indexes(&self.options_as("hearth_owner")).await?)
    }

    /// Gives a person a past of these messages, each a passage with its vector, the newest first.
    pub async fn store(&mut self, person: &str, texts: &[String], embedder: &str) -> Result<()> {
        let id = self.user(person).await?;
        for (part, texts) in texts.chunks(AT_ONCE).enumerate() {
            // The job embeds a passage with its speaker and date.
            let vectors: Vec<HalfVector> = texts
                .iter()
                .map(|text| vector(&format!("{person}, 1 March 2026: {text}")))
                .collect();
            self.put(id, part, texts, &vectors, embedder).await?;
        }
        Ok(())
    }

    /// The embedding model, once the server has measured its floor of relevance.
    pub async fn measured_embedder(&mut self) -> Result<String> {
        for _ in 0..200 {
            if let Some(model) = self.embedder().await? {
                return Ok(model);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the server has not measured its embedding model within 10 s");
    }

    /// Waits until no job is left: titles and vectors of the last answers do not belong to the next measurement.
    pub async fn until_jobs_are_done(&mut self) -> Result<()> {
        for _ in 0..4_000 {
            if self.due_jobs().await? == 0 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
        bail!("background jobs did not end within a minute");
    }
}

fn vector(text: &str) -> HalfVector {
    HalfVector::from_f32_slice(&hearth_inference::fake::embed(text))
}
