//! Reading aloud. One answer at a time; the same button stops it.

use crate::{
    islands::browser,
    strings::{attachments, language, problems, t},
};
use hearth_types::{Language, Problem, SpeechTrouble};
use js_sys::Reflect;
use leptos::web_sys::{
    self, Element, Event, HtmlAudioElement, SpeechSynthesis, SpeechSynthesisUtterance, SpeechSynthesisVoice,
};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, closure::Closure};

/// What is being read.
struct Reading {
    button: Element,
    audio: Option<HtmlAudioElement>,
    ended: Vec<Closure<dyn Fn()>>,
}

thread_local! {
    static READING: RefCell<Option<Reading>> = const { RefCell::new(None) };
}

/// Shows the buttons when there is a voice, and hears them.
pub(super) fn watch(speech: bool) {
    when_voices_are_known(move || browser::mark_page("data-can-speak", speech || has_own_voice()));
    let pressed = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(button) = target.and_then(|target| target.closest("[data-speak]").ok().flatten()) {
            toggle(button);
        }
    });
    let _ = browser::document().add_event_listener_with_callback("click", pressed.as_ref().unchecked_ref());
    pressed.forget();
}

/// Runs now, and whenever the browser has found more voices.
pub(super) fn when_voices_are_known(act: impl Fn() + 'static) {
    act();
    let Some(synthesis) = synthesis() else { return };
    let changed = Closure::<dyn Fn()>::new(act);
    synthesis.set_onvoiceschanged(Some(changed.as_ref().unchecked_ref()));
    changed.forget();
}

/// Whether the device has a voice that speaks without asking anybody.
pub(super) fn has_own_voice() -> bool {
    !own_voices().is_empty()
}

fn synthesis() -> Option<SpeechSynthesis> {
    let window = web_sys::window()?;
    // Some browsers have none at all.
    Reflect::has(&window, &"speechSynthesis".into())
        .is_ok_and(|has| has)
        .then(|| window.speech_synthesis().ok())
        .flatten()
}

fn own_voices() -> Vec<SpeechSynthesisVoice> {
    let Some(synthesis) = synthesis() else {
        return Vec::new();
    };
    // Not by their class: an older browser has another name for it.
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
        complain(&button);
    }
}

fn start(button: &Element) -> Option<()> {
    let article = button.closest("article").ok()??;
    let blocks = blocks(&article)?;
    let chinese = blocks
        .concat()
        .chars()
        .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let wanted = match language() {
        _ if chinese => "zh",
        Language::English | Language::SimplifiedChinese => "en",
    };
    let voices = own_voices();
    let voice = voices
        .iter()
        .find(|voice| voice.lang().to_lowercase().starts_with(wanted))
        .or(voices.first());
    let done = || Closure::<dyn Fn()>::new(stop);
    let mut reading = Reading {
        button: button.clone(),
        audio: None,
        ended: Vec::new(),
    };
    if let Some(voice) = voice {
        let synthesis = synthesis()?;
        let mut last = None;
        for block in &blocks {
            let utterance = SpeechSynthesisUtterance::new_with_text(block).ok()?;
            utterance.set_voice(Some(voice));
            utterance.set_lang(&voice.lang());
            synthesis.speak(&utterance);
            last = Some(utterance);
        }
        let ended = done();
        last?.set_onend(Some(ended.as_ref().unchecked_ref()));
        reading.ended.push(ended);
    } else {
        let id = button.get_attribute("data-speak")?;
        let audio = HtmlAudioElement::new_with_src(&format!("/speech/{id}")).ok()?;
        let (ended, failed) = (done(), {
            let button = button.clone();
            Closure::<dyn Fn()>::new(move || {
                stop();
                complain(&button);
            })
        });
        audio.set_onended(Some(ended.as_ref().unchecked_ref()));
        audio.set_onerror(Some(failed.as_ref().unchecked_ref()));
        // A refusal is told by the error's own event.
        let _ = audio.play().ok()?;
        reading.ended.extend([ended, failed]);
        reading.audio = Some(audio);
    }
    say(button, t(attachments::STOP_READING), true);
    READING.replace(Some(reading));
    Some(())
}

/// The paragraphs of an answer, without its code.
fn blocks(article: &Element) -> Option<Vec<String>> {
    let children = article.query_selector(".prose").ok()??.children();
    let read = (0..children.length()).filter_map(|at| children.item(at));
    let read = read.filter(|block| {
        block.query_selector("pre").is_ok_and(|code| code.is_none()) && block.tag_name() != "PRE"
    });
    let words: Vec<String> = read
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
    say(&reading.button, t(attachments::READ_ALOUD), false);
    // It may be one of its own closures that runs just now: they go when it has ended.
    leptos::prelude::set_timeout(move || drop(reading), std::time::Duration::ZERO);
}

fn say(button: &Element, words: &str, reading: bool) {
    if let Ok(Some(label)) = button.query_selector("span") {
        label.set_text_content(Some(words));
    }
    let _ = button.set_attribute("aria-pressed", if reading { "true" } else { "false" });
}

fn complain(button: &Element) {
    let problem = Problem::Speech {
        trouble: SpeechTrouble::Failed,
    };
    say(button, &problems::sentence(&problem), false);
}
