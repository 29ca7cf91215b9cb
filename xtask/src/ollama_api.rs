//! The five Ollama routes that the set-up uses.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::wheels;

/// An address such as `http://127.0.0.1:11434`.
#[derive(Clone, Debug)]
pub struct Api(pub String);

impl Api {
    /// The server's version; `None` if there is no answer within two seconds.
    pub fn version(&self) -> Option<String> {
        let request = ureq::get(self.at("version"))
            .config()
            .timeout_global(Some(Duration::from_secs(2)));
        let about: Value = request.build().call().ok()?.body_mut().read_json().ok()?;
        Some(about["version"].as_str()?.to_owned())
    }

    /// Whether the server has a model; a name without a tag means `:latest`.
    pub fn has(&self, model: &str) -> Result<bool> {
        let full = if model.contains(':') {
            model.to_owned()
        } else {
            format!("{model}:latest")
        };
        let tags: Value = ureq::get(self.at("tags")).call()?.body_mut().read_json()?;
        let models = tags["models"].as_array().context("no list of models")?;
        Ok(models.iter().any(|entry| entry["name"] == full.as_str()))
    }

    /// Whether the registry has the model and is reachable; decides after ten seconds of silence. `pull` resumes a
    /// download started here.
    pub fn can_pull(&self, model: &str) -> Result<()> {
        self.stream(
            "pull",
            &json!({ "model": model }),
            Duration::from_secs(10),
            |line| Ok(line["digest"].is_null() && line["status"] != "success"),
        )
    }

    /// Downloads a model; `progress` receives the bytes done and in total.
    pub fn pull(&self, model: &str, mut progress: impl FnMut(u64, u64)) -> Result<()> {
        // Ollama is silent while it verifies the hash of a large file.
        self.stream(
            "pull",
            &json!({ "model": model }),
            Duration::from_secs(300),
            |line| {
                if let (Some(done), Some(all)) = (line["completed"].as_u64(), line["total"].as_u64()) {
                    progress(done, all);
                }
                Ok(true)
            },
        )
    }

    /// Creates a model from files: pairs of a name that Ollama recognises and a path.
    pub fn create(&self, model: &str, files: &[(String, &Path)]) -> Result<()> {
        let mut digests = serde_json::Map::new();
        for (name, path) in files {
            digests.insert(name.clone(), Value::String(self.upload(path)?));
        }
        let body = json!({ "model": model, "files": digests });
        self.stream("create", &body, Duration::from_secs(600), |_| Ok(true))
    }

    fn upload(&self, path: &Path) -> Result<String> {
        let digest = format!("sha256:{}", wheels::sha256(path)?);
        let address = self.at(&format!("blobs/{digest}"));
        if ureq::head(&address).call().is_err() {
            ureq::post(&address)
                .send(File::open(path)?)
                .context("Ollama refused a file")?;
        }
        Ok(digest)
    }

    /// Posts and reads JSON lines until the end, or until `each` returns false. An error may arrive as a status or as a
    /// line under status 200.
    fn stream(
        &self,
        route: &str,
        body: &Value,
        silence: Duration,
        mut each: impl FnMut(&Value) -> Result<bool>,
    ) -> Result<()> {
        let request = ureq::post(self.at(route))
            .config()
            .timeout_per_read(Some(silence));
        let mut response = request.http_status_as_error(false).build().send_json(body)?;
        let mut last = Value::Null;
        for line in BufReader::new(response.body_mut().as_reader()).lines() {
            last = serde_json::from_str(&line?).context("Ollama answered something that is not JSON")?;
            if let Some(error) = last["error"].as_str() {
                bail!("Ollama: {error}");
            }
            if !each(&last)? {
                return Ok(());
            }
        }
        if last["status"] != "success" {
            bail!("Ollama broke off (status {}) with {last}", response.status());
        }
        Ok(())
    }

    fn at(&self, route: &str) -> String {
        format!("{}/api/{route}", self.0.trim_end_matches('/'))
    }
}
