//! Models: everybody picks one, administrators look after them.

use super::Reply;
use crate::json::Json;
use hearth_types::{ChatModelChoice, ModelServerStatus};
use leptos::prelude::*;
use server_fn::codec::GetUrl;

/// The chat models that can be picked.
#[server(endpoint = "models", input = GetUrl)]
pub async fn chat_models() -> Reply<Vec<ChatModelChoice>> {
    crate::context::current()?;
    Ok(crate::context::backend()?.models().chat_models().await?)
}

/// How the model server is doing; for administrators.
#[server(endpoint = "house/status", input = GetUrl, output = Json)]
pub async fn house_status() -> Reply<ModelServerStatus> {
    let backend = crate::context::backend()?;
    backend.administration(crate::context::current()?.user).await?;
    Ok(backend.models().status().await?)
}

/// Wakes the model server's computer; whoever waits for an answer may.
#[server(endpoint = "models/wake")]
pub async fn wake_model_server() -> Reply<()> {
    crate::context::current()?;
    Ok(crate::context::backend()?.models().wake()?)
}

/// Fetches a model, or several with spaces between, or joins whoever fetches them already; for administrators.
#[server(endpoint = "models/pull")]
pub async fn pull_model(model: String) -> Reply<()> {
    let backend = crate::context::backend()?;
    backend.administration(crate::context::current()?.user).await?;
    let mut models = model.split_whitespace();
    // Without any name it is the field that is wrong, and the backend says so.
    let mut next = Some(models.next().unwrap_or_default());
    while let Some(model) = next {
        backend.models().pull(model).await?;
        next = models.next();
    }
    Ok(())
}

/// Sets the default chat model; an empty name changes nothing, for it names none.
#[server(endpoint = "house/default_model")]
pub async fn set_default_model(#[server(default)] model: String) -> Reply<()> {
    let backend = crate::context::backend()?;
    let administration = backend.administration(crate::context::current()?.user).await?;
    if model.is_empty() {
        return Ok(());
    }
    Ok(administration.set_default_model(Some(model)).await?)
}

/// Sets the model that makes vectors; an empty name means one that the server has.
#[server(endpoint = "house/embedding_model")]
pub async fn set_embedding_model(#[server(default)] model: String) -> Reply<()> {
    let backend = crate::context::backend()?;
    let administration = backend.administration(crate::context::current()?.user).await?;
    Ok(administration
        .set_embedding_model(Some(model).filter(|model| !model.is_empty()))
        .await?)
}

/// Pauses making vectors by the model that comes, or goes on with it.
#[server(endpoint = "house/embedding_paused")]
pub async fn pause_embedding(#[server(default)] paused: bool) -> Reply<()> {
    let backend = crate::context::backend()?;
    let administration = backend.administration(crate::context::current()?.user).await?;
    Ok(administration.pause_embedder(paused).await?)
}
