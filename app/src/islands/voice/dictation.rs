//! Dictation: recognised on the device where the browser can, else by the installation's speech server.

use crate::{
    browser::{object, page},
    components::icons::{self, Icon},
    failure::Failure,
    strings::{attachments, language, problems, t},
};
use hearth_types::Language;
use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::{
    prelude::*,
    web_sys::{
        self, Blob, BlobEvent, MediaRecorder, MediaStream, MediaStreamConstraints, MediaStreamTrack,
        XmlHttpRequest,
    },
};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// What recognises speech.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Recogniser {
    Browser,
    SpeechServer,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Idle,
    Listening,
    Recognising,
}

/// Handles of the dictation that can be copied into closures.
#[derive(Clone, Copy)]
struct Dictation {
    phase: RwSignal<Phase>,
    /// Takes the recognised words.
    insert: StoredValue<Box<dyn Fn(String) + Send + Sync>>,
    problem: RwSignal<String>,
}

thread_local! {
    /// The recogniser or recorder that is listening.
    static LISTENING: RefCell<Option<JsValue>> = const { RefCell::new(None) };
}

/// The button; hidden where speech could only be recognised outside the installation.
pub fn button(
    speech: bool,
    problem: RwSignal<String>,
    insert: impl Fn(String) + Send + Sync + 'static,
) -> impl IntoView {
    let recogniser = RwSignal::new(None);
    let dictation = Dictation {
        phase: RwSignal::new(Phase::Idle),
        insert: StoredValue::new(Box::new(insert)),
        problem,
    };
    Effect::new(move |_| {
        recogniser.set(speech.then_some(Recogniser::SpeechServer));
        if_recognised_locally(move || recogniser.set(Some(Recogniser::Browser)));
    });
    let listening = move || dictation.phase.get() == Phase::Listening;
    let words = move || {
        t(if listening() {
            attachments::STOP_DICTATING
        } else {
            attachments::DICTATE
        })
    };
    view! {
        <button
            type="button"
            class="icon-button dictate"
            hidden=move || recogniser.get().is_none()
            aria-pressed=move || listening().to_string()
            prop:disabled=move || dictation.phase.get() == Phase::Recognising
            on:click=move |_| dictation.press(recogniser.get_untracked())
        >
            <span class="visually-hidden">{words}</span>
            <Icon of=icons::MICROPHONE />
        </button>
        <span class="dictating" role="status">
            {move || match dictation.phase.get() {
                Phase::Idle => "",
                Phase::Listening => t(attachments::LISTENING),
                Phase::Recognising => t(attachments::UNDERSTANDING),
            }}
        </span>
    }
}

/// Runs when the browser can recognise the page's language on the device.
pub(super) fn if_recognised_locally(act: impl FnOnce() + 'static) {
    let Some(answer) = local_recognition() else {
        return;
    };
    let answered = Closure::once(move |answer: JsValue| {
        if answer.as_string().as_deref() == Some("available") {
            act();
        }
    });
    let _ = answer.then(&answered);
    answered.forget();
}

fn tag() -> &'static str {
    match language() {
        Language::English => "en-US",
        Language::SimplifiedChinese => "zh-CN",
    }
}

fn recogniser_class() -> Option<Function> {
    let window = web_sys::window()?;
    object::get(&window, "SpeechRecognition")?.dyn_into().ok()
}

/// Asks the browser. None where it cannot be asked: such a browser sends speech to its vendor.
fn local_recognition() -> Option<Promise> {
    let class = recogniser_class()?;
    let options = Object::new();
    object::set(&options, "langs", &Array::of1(&tag().into()))?;
    object::set(&options, "processLocally", &JsValue::TRUE)?;
    object::call(&class, "available", &[options.into()])?
        .dyn_into()
        .ok()
}

impl Dictation {
    fn press(self, recogniser: Option<Recogniser>) {
        if let Some(listening) = LISTENING.take() {
            object::call(&listening, "stop", &[]);
            return;
        }
        self.problem.set(String::new());
        match recogniser {
            Some(Recogniser::Browser) if self.recognise().is_some() => {}
            Some(Recogniser::SpeechServer) if !page::is_secure() => {
                self.fail(t(attachments::MICROPHONE_HTTPS))
            }
            Some(Recogniser::SpeechServer) if self.ask_for_microphone().is_some() => {}
            Some(_) => self.fail(t(attachments::MICROPHONE_REFUSED)),
            None => {}
        }
    }

    fn fail(self, why: &str) {
        LISTENING.take();
        self.phase.set(Phase::Idle);
        self.problem.set(why.to_owned());
    }

    fn recognised(self, words: &str) {
        if !words.trim().is_empty() {
            self.insert.with_value(|insert| insert(words.trim().to_owned()));
        }
    }

    /// The browser recognises on the device.
    fn recognise(self) -> Option<()> {
        let recogniser = Reflect::construct(&recogniser_class()?, &Array::new()).ok()?;
        for (name, value) in [
            ("processLocally", JsValue::TRUE),
            ("continuous", JsValue::TRUE),
            ("interimResults", JsValue::FALSE),
            ("lang", tag().into()),
        ] {
            object::set(&recogniser, name, &value)?;
        }
        let result = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            if let Some(words) = transcript(&event) {
                self.recognised(&words);
            }
        });
        let end = Closure::<dyn Fn(JsValue)>::new(move |_| {
            LISTENING.take();
            self.phase.set(Phase::Idle);
        });
        let error = Closure::<dyn Fn(JsValue)>::new(move |_| self.fail(t(attachments::MICROPHONE_REFUSED)));
        for (name, act) in [("onresult", result), ("onend", end), ("onerror", error)] {
            object::set(&recogniser, name, &act.into_js_value())?;
        }
        object::call(&recogniser, "start", &[])?;
        LISTENING.replace(Some(recogniser));
        self.phase.set(Phase::Listening);
        Some(())
    }

    fn ask_for_microphone(self) -> Option<()> {
        let devices = web_sys::window()?.navigator().media_devices().ok()?;
        let constraints = MediaStreamConstraints::new();
        constraints.set_audio(&true.into());
        let request = devices.get_user_media_with_constraints(&constraints).ok()?;
        let granted = Closure::once(move |stream: JsValue| {
            if self.record(&stream.unchecked_into()).is_none() {
                self.fail(t(attachments::MICROPHONE_REFUSED));
            }
        });
        let refused = Closure::once(move |_: JsValue| self.fail(t(attachments::MICROPHONE_REFUSED)));
        let request: Promise = request.unchecked_into();
        let _ = request.then2(&granted, &refused);
        granted.forget();
        refused.forget();
        Some(())
    }

    /// Records until the button is pressed again, then asks the speech server.
    fn record(self, stream: &MediaStream) -> Option<()> {
        let recorder = MediaRecorder::new_with_media_stream(stream).ok()?;
        let pieces = Array::new();
        let collected = pieces.clone();
        let more = Closure::<dyn Fn(BlobEvent)>::new(move |event: BlobEvent| {
            if let Some(data) = event.data() {
                collected.push(&data);
            }
        });
        let (stream, stopped) = (stream.clone(), recorder.clone());
        let stop = Closure::once_into_js(move |_: JsValue| {
            for track in stream.get_tracks().iter() {
                track.unchecked_into::<MediaStreamTrack>().stop();
            }
            if self.ask_server(&pieces, &stopped.mime_type()).is_none() {
                self.fail(&problems::failure(&Failure::Unreachable));
            }
        });
        recorder.set_ondataavailable(Some(more.into_js_value().unchecked_ref()));
        recorder.set_onstop(Some(stop.unchecked_ref()));
        recorder.start().ok()?;
        LISTENING.replace(Some(recorder.into()));
        self.phase.set(Phase::Listening);
        Some(())
    }

    fn ask_server(self, pieces: &Array, media_type: &str) -> Option<()> {
        self.phase.set(Phase::Recognising);
        let recording = Blob::new_with_blob_sequence(pieces).ok()?;
        let request = XmlHttpRequest::new().ok()?;
        request.open("POST", "/speech/write-down").ok()?;
        request.set_request_header("accept", "application/json").ok()?;
        request.set_request_header("content-type", media_type).ok()?;
        let answered = request.clone();
        let end = Closure::once_into_js(move |_: JsValue| self.answered(&answered));
        request.set_onloadend(Some(end.unchecked_ref()));
        request.send_with_opt_blob(Some(&recording)).ok()
    }

    fn answered(self, request: &XmlHttpRequest) {
        self.phase.set(Phase::Idle);
        let text = request.response_text().ok().flatten().unwrap_or_default();
        match serde_json::from_str::<String>(&text) {
            Ok(words) if request.status() == Ok(200) => self.recognised(&words),
            _ => {
                let failure = serde_json::from_str(&text).map_or(Failure::Unreachable, Failure::Problem);
                self.fail(&problems::failure(&failure));
            }
        }
    }
}

/// The newest final words of a recogniser's event.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an index and a length of a list"
)]
fn transcript(event: &JsValue) -> Option<String> {
    let results = object::get(event, "results")?;
    let first = object::get(event, "resultIndex")?.as_f64()? as u32;
    let count = object::get(&results, "length")?.as_f64()? as u32;
    let mut words = String::new();
    for at in first..count {
        let result = Reflect::get_u32(&results, at).ok()?;
        if object::get(&result, "isFinal")?.is_truthy() {
            let best = Reflect::get_u32(&result, 0).ok()?;
            words += &object::get(&best, "transcript")?.as_string()?;
        }
    }
    Some(words)
}
