//! Searching 100,000 messages of one person, whose rows lie among those of others: the whole page `/search`, from the
//! request to its last byte, over a connection that stays open.
//!
//! `search [MESSAGES]`. Not part of a run of all benches.

use crate::{
    client::{NAME, Person},
    corpus::Corpus,
    report::{Aim, Report, median, percentile},
    seed::{Database, PASSAGES},
    server::{Folder, ModelServer, Server},
};
use anyhow::{Result, ensure};
use chrono::{TimeDelta, Utc};
use std::time::Instant;

/// Messages of the one who searches, unless the command line says otherwise; half of them are in a script without
/// spaces.
pub const MESSAGES: u64 = 100_000;

/// People with a past of their own, and how much of it.
const OTHERS: usize = 9;

/// Queries of each kind.
const OF_EACH: usize = 17;

/// A query, and whether something must be found.
struct Asked {
    kind: &'static str,
    address: String,
    finds: Finds,
}

/// Whether a page must show something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Finds {
    Something,
    /// No message has enough of the words; one that is near in meaning is found.
    ByMeaning,
    Nothing,
}

impl Finds {
    fn expected(self, by_words_alone: bool) -> bool {
        self == Self::Something || (self == Self::ByMeaning && !by_words_alone)
    }
}

pub async fn bench(report: &mut Report, messages: u64) -> Result<()> {
    let (folder, fake) = (Folder::new()?, ModelServer::start(10, 0)?);
    let server = Server::start(&folder, &fake).await?;
    let person = server.set_up().await?;
    person.ask(&mut person.listen().await?, "Hello?", true).await?;
    let mut database = Database::open(&folder).await?;
    let embedder = database.measured_embedder().await?;
    eprintln!("  one person gets a past of {messages} messages, {OTHERS} of {PASSAGES} each");
    let mut corpus = Corpus::new(1);
    let past: Vec<String> = (0..messages)
        .map(|n| {
            if n % 2 == 0 {
                corpus.passage()
            } else {
                corpus.unspaced_passage()
            }
        })
        .collect();
    for (number, name) in database.people(OTHERS).await?.iter().enumerate() {
        database
            .past(name, 2 + number as u64, PASSAGES, &embedder)
            .await?;
    }
    database.store(NAME, &past, &embedder).await?;
    database.until_jobs_are_done().await?;
    database.tidy().await?;
    let begin = Instant::now();
    // Hearth would make them within the hour.
    database.build_indexes().await?;
    report.figure(
        "index of the vectors, built beside",
        format!("{:.0} s", begin.elapsed().as_secs_f64()),
    );

    let queries = queries(&past);
    measure(report, &person, &queries, "by words and meaning", false).await?;
    drop(fake);
    measure(
        report,
        &person,
        &queries,
        "by words alone, the model server being away",
        true,
    )
    .await?;
    server.stop()
}

/// Each query twice, of which the second counts: what an idle server has read before is in memory.
async fn measure(
    report: &mut Report,
    person: &Person,
    queries: &[Asked],
    how: &str,
    late: bool,
) -> Result<()> {
    let mut times: Vec<(&'static str, f64)> = Vec::new();
    for round in 0..2 {
        for asked in queries {
            let begin = Instant::now();
            let page = person.get(&asked.address).await?;
            let ms = begin.elapsed().as_secs_f64() * 1e3;
            ensure!(
                page.contains("class=\"hit\"") || !asked.finds.expected(late),
                "nothing was found: {}",
                asked.address
            );
            let says_late = page.contains("did not answer in time");
            ensure!(!says_late || late, "the embedder was late: {}", asked.address);
            if round == 1 {
                times.push((asked.kind, ms));
            }
        }
    }
    let all: Vec<f64> = times.iter().map(|(_, ms)| *ms).collect();
    let (p50, p95) = (median(&all), percentile(&all, 0.95));
    report.aimed(
        format!("search {how} (n = {})", all.len()),
        p95,
        format!(
            "p50 {p50:.0} ms, p95 {p95:.0} ms, most {:.0} ms",
            percentile(&all, 1.0)
        ),
        Aim::AtMost(100.0, "ms, p95"),
    );
    let mut kinds: Vec<&str> = queries.iter().map(|asked| asked.kind).collect();
    kinds.dedup();
    for kind in kinds {
        let of: Vec<f64> = times
            .iter()
            .filter(|(of, _)| *of == kind)
            .map(|(_, ms)| *ms)
            .collect();
        report.figure(
            format!("— {kind}"),
            format!("p50 {:.0} ms, most {:.0} ms", median(&of), percentile(&of, 1.0)),
        );
    }
    Ok(())
}

/// As people search: words of something they once said, from many places of the past.
fn queries(past: &[String]) -> Vec<Asked> {
    let mut queries = Vec::new();
    let mut all_of = |kind, finds, query: &dyn Fn(usize) -> String| {
        for number in 0..OF_EACH {
            queries.push(Asked {
                kind,
                address: query(number),
                finds,
            });
        }
    };
    let spaced = |number: usize| words(&past[number * 5_003 * 2 % past.len()]);
    let unspaced = |number: usize| &past[(number * 5_003 * 2 + 1) % past.len()];
    all_of("a rare word", Finds::Something, &|n| {
        search(&rarest(spaced(n), 1))
    });
    all_of("a common word", Finds::Something, &|n| {
        search(&commonest(spaced(n), 1))
    });
    all_of("two common words", Finds::Something, &|n| {
        search(&commonest(spaced(n), 2))
    });
    all_of("five words", Finds::Something, &|n| search(&rarest(spaced(n), 5)));
    all_of("a phrase of three words", Finds::Something, &|n| {
        search(&format!("\"{}\"", spaced(n)[3..6].join(" ")))
    });
    all_of("the beginning of a word", Finds::Something, &|n| {
        let word = rarest(spaced(n), 1);
        let beginning = &word[..word.len().saturating_sub(2).max(3).min(word.len())];
        format!("/search?q={beginning}")
    });
    all_of("a Chinese word", Finds::Something, &|n| {
        search(&unspaced(n).chars().take(2).collect::<String>())
    });
    all_of("a Chinese sentence", Finds::Something, &|n| {
        search(&unspaced(n).chars().take(10).collect::<String>())
    });
    all_of("a Chinese character", Finds::Something, &|n| {
        search(&unspaced(n).chars().nth(n % 9).into_iter().collect::<String>())
    });
    all_of("words that are nowhere", Finds::Nothing, &|n| {
        search(&format!("xylophone{n} quixotic"))
    });
    all_of("500 characters", Finds::ByMeaning, &|n| {
        let text = [spaced(n), spaced(n + 1), spaced(n + 2), spaced(n + 3)]
            .concat()
            .join(" ");
        search(&text.chars().take(499).collect::<String>())
    });
    all_of("a common word within dates", Finds::Something, &|n| {
        let (week, word) = (Utc::now() - TimeDelta::days(40), commonest(spaced(n), 1));
        format!(
            "{}&from={}&to={}&by=me",
            search(&word),
            week.format("%F"),
            (week + TimeDelta::days(7)).format("%F")
        )
    });
    queries
}

fn words(passage: &str) -> Vec<&str> {
    passage.trim_end_matches('.').split(' ').collect()
}

/// Longer words of the language are rarer.
fn rarest(mut words: Vec<&str>, count: usize) -> String {
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words.dedup();
    words.truncate(count);
    words.join(" ")
}

fn commonest(mut words: Vec<&str>, count: usize) -> String {
    words.sort_by_key(|word| (word.len(), *word));
    words.dedup();
    words.truncate(count);
    words.join(" ")
}

/// The search for finished words.
fn search(words: &str) -> String {
    let escaped: String = format!("{words} ")
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    format!("/search?q={escaped}")
}
