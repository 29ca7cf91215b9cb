//! The OpenAI routes, as llama-server and vLLM speak them. The window is fixed when such a server starts,
//! so `num_ctx` and `keep_alive` are not sent; models are neither pulled nor unloaded.

use std::collections::VecDeque;

use async_trait::async_trait;

use crate::{
    Capability, ChatDone, ChatEvent, ChatModel, ChatRequest, ChatStream, EmbedTask, Embedder, InferenceError,
    LoadedModel, ModelDetails, ModelInfo, ModelServer, PullStream, ServerKind, StopReason,
    embed::{checked, with_prefix},
    http::{Http, in_stream},
    stream::{LineParser, Patience, events},
};

mod wire;

pub(crate) struct OpenAi {
    http: Http,
}

impl OpenAi {
    /// People paste the address with or without `/v1`.
    pub(crate) fn new(mut http: Http) -> Self {
        http.base
            .truncate(http.base.trim_end_matches("/v1").trim_end_matches('/').len());
        Self { http }
    }

    async fn list(&self) -> Result<Vec<wire::Model>, InferenceError> {
        Ok(self.http.get::<wire::Models>("/v1/models").await?.data)
    }

    async fn vectors(&self, model: &str, input: Vec<String>) -> Result<Vec<Vec<f32>>, InferenceError> {
        let body = wire::EmbedBody {
            model,
            input,
            encoding_format: "float",
        };
        let wait = self.http.timeouts.first_byte;
        let mut reply: wire::Embeddings = self.http.post("/v1/embeddings", &body, model, wait).await?;
        reply.data.sort_by_key(|item| item.index);
        Ok(reply.data.into_iter().map(|item| item.embedding).collect())
    }

    /// No route tells what a model can do (llama-server calls every model "completion"), so one word is
    /// embedded: who cannot, chats.
    async fn can_embed(&self, model: &str) -> Result<Option<u32>, InferenceError> {
        match self.vectors(model, vec!["hearth".to_owned()]).await {
            Ok(vectors) => Ok(vectors.first().and_then(|vector| vector.len().try_into().ok())),
            Err(InferenceError::Unsupported { .. } | InferenceError::Refused { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }
}

#[async_trait]
impl ChatModel for OpenAi {
    async fn chat(&self, request: ChatRequest) -> Result<ChatStream, InferenceError> {
        let first = self.http.timeouts.first_byte;
        let body = wire::ChatBody::from(&request);
        let response = self
            .http
            .open("/v1/chat/completions", &body, &request.model, first)
            .await?;
        let patience = Patience {
            first,
            between: self.http.timeouts.between_tokens,
        };
        Ok(Box::pin(events(response, ChatLines::default(), patience)))
    }
}

#[async_trait]
impl Embedder for OpenAi {
    async fn embed(
        &self,
        model: &str,
        task: EmbedTask,
        texts: &[String],
    ) -> Result<Vec<Vec<f32>>, InferenceError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        checked(
            self.vectors(model, with_prefix(model, task, texts)).await?,
            texts.len(),
        )
    }
}

#[async_trait]
impl ModelServer for OpenAi {
    fn base_url(&self) -> &str {
        &self.http.base
    }

    fn kind(&self) -> ServerKind {
        ServerKind::OpenAi
    }

    /// vLLM has a version; llama-server names its build among its properties.
    async fn version(&self) -> Result<String, InferenceError> {
        if let Ok(version) = self.http.get::<wire::Version>("/version").await {
            return Ok(format!("vLLM {}", version.version));
        }
        if let Ok(wire::Props {
            build_info: Some(build),
            ..
        }) = self.http.get("/props").await
        {
            return Ok(format!("llama-server {build}"));
        }
        self.list().await.map(|_| "OpenAI-compatible".to_owned())
    }

    async fn models(&self) -> Result<Vec<ModelInfo>, InferenceError> {
        Ok(self.list().await?.into_iter().map(ModelInfo::from).collect())
    }

    async fn show(&self, model: &str) -> Result<ModelDetails, InferenceError> {
        let missing = || InferenceError::ModelNotFound {
            model: model.to_owned(),
        };
        let entry = self
            .list()
            .await?
            .into_iter()
            .find(|entry| entry.id == model)
            .ok_or_else(missing)?;
        let props: wire::Props = self.http.get("/props").await.unwrap_or_default();
        let dimensions = self.can_embed(model).await?;
        let mut details = entry.details(&props);
        details.embedding_dimensions = dimensions;
        let task = if dimensions.is_some() {
            Capability::Embedding
        } else {
            Capability::Chat
        };
        details.capabilities.insert(0, task);
        Ok(details)
    }

    async fn pull(&self, _model: &str) -> Result<PullStream, InferenceError> {
        Err(InferenceError::Unsupported {
            what: "fetching models".to_owned(),
        })
    }

    /// Such a server keeps its models in memory as long as it runs.
    async fn loaded(&self) -> Result<Vec<LoadedModel>, InferenceError> {
        Ok(self.list().await?.into_iter().map(LoadedModel::from).collect())
    }

    async fn unload(&self, _model: &str) -> Result<(), InferenceError> {
        Err(InferenceError::Unsupported {
            what: "unloading models".to_owned(),
        })
    }
}

/// Server-sent events: `data:` lines, each a JSON object, the last one `[DONE]`. The reason to stop comes
/// before the token counts, so the end is put together from several lines.
#[derive(Default)]
struct ChatLines {
    done: ChatDone,
    finished: bool,
    /// The event's name was `error`, so its data is one.
    in_error: bool,
}

impl LineParser for ChatLines {
    type Event = ChatEvent;

    fn line(&mut self, line: &[u8], out: &mut VecDeque<ChatEvent>) -> Result<(), InferenceError> {
        let Some((field, value)) = field(line) else {
            return Err(InferenceError::Garbage {
                detail: format!("a line of {} bytes: no event", line.len()),
            });
        };
        match field {
            b"data" if value == b"[DONE]" => {
                out.push_back(ChatEvent::Done(std::mem::take(&mut self.done)));
                Ok(())
            }
            b"data" => self.data(value, out),
            b"error" => Err(in_stream(&serde_json::from_slice(value).unwrap_or_default())),
            b"event" => {
                self.in_error = value == b"error";
                Ok(())
            }
            // Comments keep the connection alive; ids and retry times are for browsers.
            b"" | b"id" | b"retry" => Ok(()),
            _ => Err(InferenceError::Garbage {
                detail: format!("a line of {} bytes: no event", line.len()),
            }),
        }
    }

    fn is_last(event: &ChatEvent) -> bool {
        matches!(event, ChatEvent::Done(_))
    }

    /// Some servers leave `[DONE]` out; a reason to stop is as good.
    fn at_end(&mut self) -> Option<ChatEvent> {
        self.finished
            .then(|| ChatEvent::Done(std::mem::take(&mut self.done)))
    }
}

impl ChatLines {
    fn data(&mut self, data: &[u8], out: &mut VecDeque<ChatEvent>) -> Result<(), InferenceError> {
        if self.in_error {
            return Err(in_stream(&serde_json::from_slice(data).unwrap_or_default()));
        }
        let chunk: wire::Chunk = serde_json::from_slice(data)
            .map_err(|error| InferenceError::garbage("an event", data.len(), &error))?;
        if let Some(error) = chunk.error {
            return Err(in_stream(&error));
        }
        self.figures(chunk.usage, chunk.timings);
        let Some(choice) = chunk.choices.into_iter().flatten().next() else {
            return Ok(());
        };
        if let Some(reason) = choice.finish_reason {
            self.finished = true;
            self.done.stop = StopReason::from_wire(Some(&reason));
        }
        let Some(delta) = choice.delta else { return Ok(()) };
        let thinking = delta.reasoning_content.or(delta.reasoning);
        out.extend(thinking.filter(|text| !text.is_empty()).map(ChatEvent::Thinking));
        out.extend(delta.content.filter(|text| !text.is_empty()).map(ChatEvent::Text));
        Ok(())
    }

    fn figures(&mut self, usage: Option<wire::Usage>, timings: Option<wire::Timings>) {
        if let Some(usage) = usage {
            self.done.prompt_tokens = usage.prompt_tokens;
            self.done.completion_tokens = usage.completion_tokens;
        }
        if let Some(timings) = timings {
            self.done.prompt_eval = wire::milliseconds(timings.prompt_ms);
            self.done.eval = wire::milliseconds(timings.predicted_ms);
        }
    }
}

/// A line's field and value; a comment's field is empty.
fn field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let value = &line[colon + 1..];
    Some((&line[..colon], value.strip_prefix(b" ").unwrap_or(value)))
}
