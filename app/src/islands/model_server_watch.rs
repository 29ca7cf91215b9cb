//! Watches the model server while a page waits for it.

use crate::{browser::page, server_fns::models::fetch_model_server_status};
use hearth_types::ModelServerStatus;
use leptos::{prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(3);

/// The status that the page was rendered from; when it changes, the page is loaded again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    pub reachable: bool,
    pub chat_models: usize,
    pub embedding_model: bool,
}

impl From<&ModelServerStatus> for Seen {
    fn from(status: &ModelServerStatus) -> Self {
        Self {
            reachable: status.reachable,
            chat_models: status.chat_models.len(),
            embedding_model: status.embedding_model.is_some(),
        }
    }
}

/// Shows nothing; asks every three seconds while the page can be seen.
#[island]
pub fn ModelServerWatch(seen: Seen) -> impl IntoView {
    Effect::new(move |_| {
        // As long as the page lives.
        drop(set_interval_with_handle(move || look(seen), EVERY));
    });
}

fn look(seen: Seen) {
    if !page::visible() {
        return;
    }
    spawn_local(async move {
        if let Ok(status) = fetch_model_server_status().await
            && Seen::from(&status) != seen
        {
            page::reload();
        }
    });
}
