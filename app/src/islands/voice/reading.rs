//! Reading aloud. One answer at a time; the same button stops it.

use crate::{
    browser::{dom, object, page},
    strings::{attachments, language, problems, t},
};
use hearth_types::{Language, Problem, SpeechTrouble};
use leptos::web_sys::{
    self, Element, HtmlAudioElement, SpeechSynthesis, SpeechSynthesisUtterance, SpeechSynthesisVoice,
};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, closure::Closure};

/// What is being read.
struct Reading {
    button: Element,
    audio: Option<HtmlAudioElement>,
    handlers: Vec<Closure<dyn Fn()>>,
}

thread_local! {
    static READING: RefCell<Option<Reading>> = const { RefCell::new(None) };
}

/// Shows the buttons when there is a voice, and listens to them.
pub(super) fn watch(speech: bool) {
    on_voices(move || page::mark("data-can-speak", speech || has_local_voice()));
    dom::listen("click", |event| {
        if let Some(button) = dom::target_within(&event, "[data-speak]") {
            toggle(button);
        }
    });
}

/// Runs now, and whenever the browser has loaded more voices.
pub(super) fn on_voices(act: impl Fn() + 'static) {
    act();
    let Some(synthesis) = synthesis() else { return };
    let changed = Closure::<dyn Fn()>::new(act);
    synthesis.set_onvoiceschanged(Some(changed.as_ref().unchecked_ref()));
    changed.forget();
}

/// Whether the device has a voice that works without a network.
pub(super) fn has_local_voice() -> bool {
    !local_voices().is_empty()
}

fn synthesis() -> Option<SpeechSynthesis> {
    let window = web_sys::window()?;
    // Some browsers have none.
    object::get(&window, "speechSynthesis")?;
    window.speech_synthesis().ok()
}

fn local_voices() -> Vec<SpeechSynthesisVoice> {
    let Some(synthesis) = synthesis() else {
        return Vec::new();
    };
    // Unchecked, because older browsers name the class differently.
    let voices = synthesis.get_voices();
    let voices = voices
        .iter()
        .map(|voice| voice.unchecked_into::<SpeechSynthesisVoice>());
    voices.filter(SpeechSynthesisVoice::local_service).collect()
}

fn toggle(button: Element) {
    let same =
        READING.with_borrow(|reading| reading.as_ref().is_some_and(|reading| reading.button == button));
    stop();
    if !same && start(&button).is_none() {
        show_failure(&button);
    }
}

fn start(button: &Element) -> Option<()> {
    let blocks = blocks(&dom::around(button, "article")?)?;
    let mut reading = Reading {
        button: button.clone(),
        audio: None,
        handlers: Vec::new(),
    };
    match voice_for(&blocks.concat()) {
        Some(voice) => reading.speak(&voice, &blocks)?,
        None => reading.play()?,
    }
    label(button, t(attachments::STOP_READING), true);
    READING.replace(Some(reading));
    Some(())
}

/// A local voice for the language of the text, else any local voice.
fn voice_for(text: &str) -> Option<SpeechSynthesisVoice> {
    let chinese = text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let wanted = match language() {
        _ if chinese => "zh",
        Language::English | Language::SimplifiedChinese => "en",
    };
    let mut voices = local_voices();
    let fits = |voice: &SpeechSynthesisVoice| voice.lang().to_lowercase().starts_with(wanted);
    let at = voices.iter().position(fits).unwrap_or(0);
    (at < voices.len()).then(|| voices.swap_remove(at))
}

impl Reading {
    /// With a voice of the device.
    fn speak(&mut self, voice: &SpeechSynthesisVoice, blocks: &[String]) -> Option<()> {
        let synthesis = synthesis()?;
        let mut last = None;
        for block in blocks {
            let utterance = SpeechSynthesisUtterance::new_with_text(block).ok()?;
            utterance.set_voice(Some(voice));
            utterance.set_lang(&voice.lang());
            synthesis.speak(&utterance);
            last = Some(utterance);
        }
        let ended = Closure::<dyn Fn()>::new(stop);
        last?.set_onend(Some(ended.as_ref().unchecked_ref()));
        self.handlers.push(ended);
        Some(())
    }

    /// By the speech server.
    fn play(&mut self) -> Option<()> {
        let id = self.button.get_attribute("data-speak")?;
        let audio = HtmlAudioElement::new_with_src(&format!("/speech/{id}")).ok()?;
        let button = self.button.clone();
        let ended = Closure::<dyn Fn()>::new(stop);
        let failed = Closure::<dyn Fn()>::new(move || {
            stop();
            show_failure(&button);
        });
        audio.set_onended(Some(ended.as_ref().unchecked_ref()));
        audio.set_onerror(Some(failed.as_ref().unchecked_ref()));
        // A refusal raises the error event.
        let _ = audio.play().ok()?;
        self.handlers.extend([ended, failed]);
        self.audio = Some(audio);
        Some(())
    }
}

/// The paragraphs of an answer, without its code.
fn blocks(article: &Element) -> Option<Vec<String>> {
    let blocks = dom::all_in(article, ":scope > .prose > :not(pre, :has(pre))");
    let words: Vec<String> = blocks
        .iter()
        .filter_map(|block| block.text_content())
        .filter(|text| !text.trim().is_empty())
        .collect();
    (!words.is_empty()).then_some(words)
}

fn stop() {
    let Some(reading) = READING.take() else { return };
    if let Some(audio) = &reading.audio {
        audio.set_onerror(None);
        let _ = audio.pause();
    } else if let Some(synthesis) = synthesis() {
        synthesis.cancel();
    }
    label(&reading.button, t(attachments::READ_ALOUD), false);
    // One of its own handlers may be running now: they are dropped after it has returned.
    leptos::prelude::set_timeout(move || drop(reading), std::time::Duration::ZERO);
}

fn label(button: &Element, words: &str, reading: bool) {
    if let Some(span) = dom::find_in(button, "span") {
        span.set_text_content(Some(words));
    }
    let _ = button.set_attribute("aria-pressed", if reading { "true" } else { "false" });
}

fn show_failure(button: &Element) {
    let problem = Problem::Speech {
        trouble: SpeechTrouble::Failed,
    };
    label(button, &problems::sentence(&problem), false);
}
