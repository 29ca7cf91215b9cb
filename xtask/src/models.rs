//! Which models, and from where: Ollama's registry, else the small ones that package indexes carry.

use std::io::Write;

use anyhow::{Context, Result};

use crate::ollama_api::Api;
use crate::{machine, packaged, sh};

/// A chat model for people, by the memory of the machine: the first row that fits is taken.
struct Choice {
    /// Less memory than this, in GiB.
    below: u64,
    model: &'static str,
    download: &'static str,
}

const CHAT: [Choice; 5] = [
    Choice {
        below: 6,
        model: "llama3.2:1b",
        download: "1.3 GB",
    },
    Choice {
        below: 12,
        model: "llama3.2:3b",
        download: "2.0 GB",
    },
    Choice {
        below: 24,
        model: "qwen3:8b",
        download: "5.2 GB",
    },
    Choice {
        below: 48,
        model: "qwen3:14b",
        download: "9.3 GB",
    },
    Choice {
        below: u64::MAX,
        model: "qwen3:30b",
        download: "19 GB",
    },
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
    let choice = CHAT
        .iter()
        .find(|row| memory < row.below)
        .expect("the last row fits every machine");
    let embedder = if machine::speaks_chinese() {
        EMBEDDER_CHINESE
    } else {
        EMBEDDER
    };
    let wanted = [(choice.model, choice.download), embedder];
    match wanted
        .iter()
        .try_for_each(|(model, size)| pull(ollama, model, size))
    {
        Ok(()) => Ok(Models {
            chat: choice.model.into(),
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
