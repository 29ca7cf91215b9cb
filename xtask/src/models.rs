//! Selects the models: from Ollama's registry, else small ones from package indexes.

use std::io::Write;

use anyhow::{Context, Result};
use hearth_types::Language;

use crate::ollama_api::Api;
use crate::{machine, packaged, sh};

/// The backend's table of recommended models, included as a file so that xtask does not depend on the backend.
#[path = "../../server/backend/src/models/recommended.rs"]
#[allow(dead_code, reason = "the backend uses the rest")]
mod recommended;

/// The models of a run.
pub struct Models {
    pub chat: String,
    pub embed: String,
}

/// Models for use: those of an earlier run or of the table, pulled, or the packaged ones.
pub fn for_people(ollama: &Api) -> Result<Models> {
    let memory = machine::memory_gib();
    let language = if machine::speaks_chinese() {
        Language::SimplifiedChinese
    } else {
        Language::English
    };
    let [chat, embedder] = recommended::for_machine(memory << 30, language);
    match [chat, embedder]
        .iter()
        .try_for_each(|model| pull(ollama, model.name, model.size_bytes))
    {
        Ok(()) => Ok(Models {
            chat: chat.name.into(),
            embed: embedder.name.into(),
        }),
        Err(reason) => {
            sh::warn(format!("Ollama's registry is not available ({reason:#})"));
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
    sh::warn(
        "These small models are enough for a first look. For daily use, let Ollama reach its registry and run this again.",
    );
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

fn pull(ollama: &Api, model: &str, size_bytes: u64) -> Result<()> {
    if ollama.has(model)? {
        sh::done(format!("model {model} (already there)"));
        return Ok(());
    }
    ollama
        .can_pull(model)
        .with_context(|| format!("{model} cannot be pulled"))?;
    sh::doing(format!("pull {model} ({} MB)", size_bytes / 1_000_000));
    let mut shown = 0;
    ollama.pull(model, |done, all| {
        let percent = done * 100 / all.max(1);
        // Each layer counts from zero; only the large one is worth a line.
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
