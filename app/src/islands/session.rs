//! Whether the person is still signed in.

use crate::{browser::page, server_fns::models::chat_models};
use leptos::task::spawn_local;

/// Asks a server function, which reports a missing session, and then opens the sign-in page.
pub fn check() {
    spawn_local(async {
        if chat_models().await.is_err_and(|failure| failure.is_signed_out()) {
            page::go_to_sign_in();
        }
    });
}
