//! Speech: answers read aloud, messages dictated.
//!
//! Words leave the device only for the speech server of this house. A browser's voice is used when it is the device's
//! own, its understanding of speech when it works on the device; where it would ask its maker, both stay off, and
//! the settings say so.

pub mod dictation;
mod reading;

use crate::strings::{attachments, t};
use leptos::{prelude::*, web_sys};

/// Lets the "read aloud" of every answer on the page work; shows nothing itself.
#[island]
pub fn Voice(speech: bool) -> impl IntoView {
    Effect::new(move |_| reading::watch(speech));
}

/// What speech does on this device, in words.
#[island]
pub fn VoiceHere(speech: bool) -> impl IntoView {
    let (reads, dictates) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |_| {
        reading::when_voices_are_known(move || reads.set(reading::has_own_voice()));
        dictation::when_understood_here(move || dictates.set(true));
    });
    let reading = move || match (reads.get(), speech) {
        (true, _) => t(attachments::VOICE_LOCAL),
        (false, true) => t(attachments::VOICE_SERVER),
        (false, false) => t(attachments::VOICE_NONE),
    };
    let dictation = move || match (dictates.get(), speech) {
        (true, _) => t(attachments::DICTATION_LOCAL),
        (false, true) if lends_microphone() => t(attachments::DICTATION_SERVER),
        (false, true) => t(attachments::MICROPHONE_HTTPS),
        (false, false) => t(attachments::DICTATION_NONE),
    };
    view! {
        <p>{reading}</p>
        <p>{dictation}</p>
    }
}

/// Whether the browser gives this page a microphone: only where nobody can have changed the page on its way.
fn lends_microphone() -> bool {
    cfg!(feature = "ssr") || web_sys::window().is_some_and(|window| window.is_secure_context())
}
