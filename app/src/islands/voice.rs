//! Speech: answers read aloud, messages dictated.
//!
//! Speech leaves the device only for the installation's speech server. The browser's voices and speech recognition are
//! used only when they work on the device; where the browser would send data to its vendor, they stay off, and the
//! settings say so.

pub mod dictation;
mod reading;

use crate::{
    browser::page,
    strings::{attachments, t},
};
use leptos::prelude::*;

/// Makes "Read aloud" of every answer on the page work; shows nothing itself.
#[island]
pub fn Voice(speech: bool) -> impl IntoView {
    Effect::new(move |_| reading::watch(speech));
}

/// How speech works on this device.
#[island]
pub fn VoiceHere(speech: bool) -> impl IntoView {
    let (reads, dictates) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |_| {
        reading::on_voices(move || reads.set(reading::has_local_voice()));
        dictation::if_recognised_locally(move || dictates.set(true));
    });
    let reading = move || match (reads.get(), speech) {
        (true, _) => t(attachments::VOICE_LOCAL),
        (false, true) => t(attachments::VOICE_SERVER),
        (false, false) => t(attachments::VOICE_NONE),
    };
    let dictation = move || match (dictates.get(), speech) {
        (true, _) => t(attachments::DICTATION_LOCAL),
        (false, true) if cfg!(feature = "ssr") || page::is_secure() => t(attachments::DICTATION_SERVER),
        (false, true) => t(attachments::MICROPHONE_HTTPS),
        (false, false) => t(attachments::DICTATION_NONE),
    };
    view! {
        <p>{reading}</p>
        <p>{dictation}</p>
    }
}
