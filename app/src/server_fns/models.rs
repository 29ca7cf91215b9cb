//! Models: everybody picks one, administrators pull them and set defaults.

use super::Reply;
use crate::browser::json::Json;
#[cfg(feature = "ssr")]
use crate::context;
use hearth_types::{ChatModelChoice, ModelServerStatus};
use leptos::prelude::*;
use server_fn::codec::GetUrl;

/// The chat models that can be picked.
#[server(endpoint = "models", input = GetUrl)]
pub async fn chat_models() -> Reply<Vec<ChatModelChoice>> {
    context::current()?;
    Ok(context::backend()?.models().chat_models().await?)
}

/// The state of the model server; for administrators.
#[server(endpoint = "model_server/status", input = GetUrl, output = Json)]
pub async fn fetch_model_server_status() -> Reply<ModelServerStatus> {
    let backend = context::backend()?;
    context::administration(&backend).await?;
    Ok(backend.models().status().await?)
}

/// Wakes the model server's computer; everybody may, because everybody may wait for an answer.
#[server(endpoint = "models/wake")]
pub async fn wake_model_server() -> Reply<()> {
    context::current()?;
    Ok(context::backend()?.models().wake()?)
}

/// Pulls a model, or several with spaces between; joins pulls that are running. For administrators.
#[server(endpoint = "models/pull")]
pub async fn pull_model(model: String) -> Reply<()> {
    let backend = context::backend()?;
    context::administration(&backend).await?;
    let mut models = model.split_whitespace();
    // An empty name is passed on, so that the backend reports the field.
    let mut next = Some(models.next().unwrap_or_default());
    while let Some(model) = next {
        backend.models().pull(model).await?;
        next = models.next();
    }
    Ok(())
}

/// Sets the default chat model; an empty name changes nothing.
#[server(endpoint = "model_server/default_model")]
pub async fn set_default_model(#[server(default)] model: String) -> Reply<()> {
    let backend = context::backend()?;
    let administration = context::administration(&backend).await?;
    if model.is_empty() {
        return Ok(());
    }
    Ok(administration.set_default_model(Some(model)).await?)
}

/// Sets the embedding model; an empty name leaves the choice to the server.
#[server(endpoint = "model_server/embedding_model")]
pub async fn set_embedding_model(#[server(default)] model: String) -> Reply<()> {
    let backend = context::backend()?;
    let model = Some(model).filter(|model| !model.is_empty());
    Ok(context::administration(&backend)
        .await?
        .set_embedding_model(model)
        .await?)
}

/// Pauses or resumes embedding with the next model.
#[server(endpoint = "model_server/embedding_paused")]
pub async fn pause_embedding(#[server(default)] paused: bool) -> Reply<()> {
    let backend = context::backend()?;
    Ok(context::administration(&backend)
        .await?
        .pause_embedder(paused)
        .await?)
}
