//! Which models, and from where: Ollama's registry, else the small ones that package indexes carry.

use std::io::Write;

use anyhow::{Context, Result};

use crate::ollama_api::Api;
use crate::{machine, packaged, sh};

/// Chat models for people, by the memory of the machine: the first row whose bound (in GiB) it is below.
/// With the size of the download.
const CHAT: [(u64, &str, &str); 5] = [
    (6, "llama3.2:1b", "1.3 GB"),
    (12, "llama3.2:3b", "2.0 GB"),
    (32, "qwen3:8b", "5.2 GB"),
    (64, "qwen3:14b", "9.3 GB"),
    (u64::MAX, "qwen3:30b", "19 GB"),
];
/// The embedder, and the one that knows Chinese better.
const EMBEDDER: (&str, &str) = ("nomic-embed-text", "274 MB");
const EMBEDDER_CHINESE: (&str, &str) = ("bge-m3", "1.2 GB");

/// What a run works with.
pub struct Models {
    pub chat: String,
    pub embed: String,
}

/// Models for people: those of a former run or of the table, pulled, or the packaged ones.
pub fn for_people(ollama: &Api) -> Result<Models> {
    let memory = machine::memory_gib();
    let fitting = CHAT.iter().find(|(bound, ..)| memory < *bound);
    let (_, chat, size) = *fitting.expect("the last row fits every machine");
    let embedder = if machine::speaks_chinese() {
        EMBEDDER_CHINESE
    } else {
        EMBEDDER
    };
    let wanted = [(chat, size), embedder];
    match wanted
        .iter()
        .try_for_each(|(model, size)| pull(ollama, model, size))
    {
        Ok(()) => Ok(Models {
            chat: chat.into(),
            embed: embedder.0.into(),
        }),
        Err(reason) => {
            sh::warn(format!("Ollama's registry does not serve us ({reason:#})"));
            packaged_for_people(ollama, memory)
        }
    }
}

fn packaged_for_people(ollama: &Api, memory: u64) -> Result<Models> {
    let roomy = memory >= 4 && machine::free_gib() >= 5;
    let chat = if roomy {
        packaged::qwen(ollama)
    } else {
        packaged::smollm2(ollama)
    }?;
    let embed = packaged::minilm(ollama)?;
    sh::warn(format!(
        "using the packaged models {chat} and {embed}: their answers are WEAK."
    ));
    sh::warn("Good for a look around; for daily use, let Ollama reach its registry and run this again.");
    Ok(Models {
        chat: chat.into(),
        embed: embed.into(),
    })
}

/// The small packaged models, for tests.
pub fn for_tests(ollama: &Api) -> Result<Models> {
    let (chat, embed) = (packaged::smollm2(ollama)?, packaged::minilm(ollama)?);
    Ok(Models {
        chat: chat.into(),
        embed: embed.into(),
    })
}

fn pull(ollama: &Api, model: &str, size: &str) -> Result<()> {
    if ollama.has(model)? {
        sh::done(format!("model {model} (already there)"));
        return Ok(());
    }
    ollama
        .can_pull(model)
        .with_context(|| format!("{model} cannot be pulled"))?;
    sh::doing(format!("pull {model} ({size})"));
    let mut shown = 0;
    ollama.pull(model, |done, all| {
        let percent = done * 100 / all.max(1);
        // Each layer counts from nothing; only the large one is worth a line.
        if all > 50_000_000 && (percent / 5 != shown / 5 || done == all) {
            shown = percent;
            print!("\r  {percent:>3} % of {} MB", all / 1_000_000);
            let _ = std::io::stdout().flush();
        }
    })?;
    println!();
    sh::done(format!("model {model}"));
    Ok(())
}
