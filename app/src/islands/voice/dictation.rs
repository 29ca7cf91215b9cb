//! Dictation: understood on the device where the browser does that, else by the speech server of this house.

use super::lends_microphone;
use crate::{
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

/// Who understands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Device,
    House,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Quiet,
    Listening,
    Understanding,
}

/// Where the words go, and what is said when they do not come.
#[derive(Clone, Copy)]
struct Dictation {
    phase: RwSignal<Phase>,
    heard: StoredValue<Box<dyn Fn(String) + Send + Sync>>,
    problem: RwSignal<String>,
}

thread_local! {
    /// What listens now: a recogniser, or a recorder.
    static LISTENING: RefCell<Option<JsValue>> = const { RefCell::new(None) };
}

/// The button; absent where nobody would understand within the house.
pub fn button(
    speech: bool,
    problem: RwSignal<String>,
    heard: impl Fn(String) + Send + Sync + 'static,
) -> impl IntoView {
    let way = RwSignal::new(None);
    let dictation = Dictation {
        phase: RwSignal::new(Phase::Quiet),
        heard: StoredValue::new(Box::new(heard)),
        problem,
    };
    Effect::new(move |_| {
        way.set(speech.then_some(Way::House));
        when_understood_here(move || way.set(Some(Way::Device)));
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
            hidden=move || way.get().is_none()
            aria-pressed=move || listening().to_string()
            prop:disabled=move || dictation.phase.get() == Phase::Understanding
            on:click=move |_| dictation.press(way.get_untracked())
        >
            <span class="visually-hidden">{words}</span>
            <Icon of=icons::MICROPHONE />
        </button>
        <span class="dictating" role="status">
            {move || match dictation.phase.get() {
                Phase::Quiet => "",
                Phase::Listening => t(attachments::LISTENING),
                Phase::Understanding => t(attachments::UNDERSTANDING),
            }}
        </span>
    }
}

/// Runs when the browser says that it understands this page's language on the device.
pub(super) fn when_understood_here(act: impl FnOnce() + 'static) {
    let Some(answer) = ask_whether_understood_here() else {
        return;
    };
    let told = Closure::once(move |answer: JsValue| {
        if answer.as_string().as_deref() == Some("available") {
            act();
        }
    });
    let _ = answer.then(&told);
    told.forget();
}

fn tag() -> &'static str {
    match language() {
        Language::English => "en-US",
        Language::SimplifiedChinese => "zh-CN",
    }
}

fn recogniser() -> Option<Function> {
    let window = web_sys::window()?;
    Reflect::get(&window, &"SpeechRecognition".into())
        .ok()?
        .dyn_into()
        .ok()
}

/// None where the browser cannot even be asked: then it would send what it hears to its maker.
fn ask_whether_understood_here() -> Option<Promise> {
    let class = recogniser()?;
    let available: Function = Reflect::get(&class, &"available".into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    let languages = Array::of1(&tag().into());
    Reflect::set(&options, &"langs".into(), &languages).ok()?;
    Reflect::set(&options, &"processLocally".into(), &true.into()).ok()?;
    available.call1(&class, &options).ok()?.dyn_into().ok()
}

impl Dictation {
    fn press(self, way: Option<Way>) {
        if let Some(listening) = LISTENING.take() {
            call(&listening, "stop");
            return;
        }
        self.problem.set(String::new());
        match way {
            Some(Way::Device) if self.recognise().is_some() => {}
            Some(Way::House) if !lends_microphone() => self.fail(t(attachments::MICROPHONE_HTTPS)),
            Some(Way::House) if self.ask_for_microphone().is_some() => {}
            Some(_) => self.fail(t(attachments::MICROPHONE_REFUSED)),
            None => {}
        }
    }

    fn fail(self, why: &str) {
        LISTENING.take();
        self.phase.set(Phase::Quiet);
        self.problem.set(why.to_owned());
    }

    fn heard(self, words: &str) {
        if !words.trim().is_empty() {
            self.heard.with_value(|heard| heard(words.trim().to_owned()));
        }
    }

    /// The browser listens and understands, here.
    fn recognise(self) -> Option<()> {
        let recogniser = Reflect::construct(&recogniser()?, &Array::new()).ok()?;
        for (name, value) in [
            ("processLocally", JsValue::TRUE),
            ("continuous", JsValue::TRUE),
            ("interimResults", JsValue::FALSE),
            ("lang", tag().into()),
        ] {
            Reflect::set(&recogniser, &name.into(), &value).ok()?;
        }
        let result = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            if let Some(words) = transcript(&event) {
                self.heard(&words);
            }
        });
        let end = Closure::<dyn Fn(JsValue)>::new(move |_| {
            LISTENING.take();
            self.phase.set(Phase::Quiet);
        });
        let error = Closure::<dyn Fn(JsValue)>::new(move |_| self.fail(t(attachments::MICROPHONE_REFUSED)));
        for (name, act) in [("onresult", result), ("onend", end), ("onerror", error)] {
            Reflect::set(&recogniser, &name.into(), &act.into_js_value()).ok()?;
        }
        let start: Function = Reflect::get(&recogniser, &"start".into()).ok()?.dyn_into().ok()?;
        start.call0(&recogniser).ok()?;
        LISTENING.replace(Some(recogniser));
        self.phase.set(Phase::Listening);
        Some(())
    }

    fn ask_for_microphone(self) -> Option<()> {
        let devices = web_sys::window()?.navigator().media_devices().ok()?;
        let wanted = MediaStreamConstraints::new();
        wanted.set_audio(&true.into());
        let asked = devices.get_user_media_with_constraints(&wanted).ok()?;
        let given = Closure::once(move |stream: JsValue| {
            if self.record(&stream.unchecked_into()).is_none() {
                self.fail(t(attachments::MICROPHONE_REFUSED));
            }
        });
        let refused = Closure::once(move |_: JsValue| self.fail(t(attachments::MICROPHONE_REFUSED)));
        let asked: Promise = asked.unchecked_into();
        let _ = asked.then2(&given, &refused);
        given.forget();
        refused.forget();
        Some(())
    }

    /// Records until the button is pressed again, then asks the house.
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
            if self.ask_house(&pieces, &stopped.mime_type()).is_none() {
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

    fn ask_house(self, pieces: &Array, media_type: &str) -> Option<()> {
        self.phase.set(Phase::Understanding);
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
        self.phase.set(Phase::Quiet);
        let text = request.response_text().ok().flatten().unwrap_or_default();
        match serde_json::from_str::<String>(&text) {
            Ok(words) if request.status() == Ok(200) => self.heard(&words),
            _ => {
                let failure = serde_json::from_str(&text).map_or(Failure::Unreachable, Failure::Problem);
                self.fail(&problems::failure(&failure));
            }
        }
    }
}

fn call(object: &JsValue, method: &str) {
    let function = Reflect::get(object, &method.into())
        .ok()
        .and_then(|f| f.dyn_into::<Function>().ok());
    if let Some(function) = function {
        let _ = function.call0(object);
    }
}

/// The newest final words of a recogniser's event.
fn transcript(event: &JsValue) -> Option<String> {
    let of = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).ok();
    let results = of(event, "results")?;
    let first = of(event, "resultIndex")?.as_f64()? as u32;
    let count = of(&results, "length")?.as_f64()? as u32;
    let mut words = String::new();
    for at in first..count {
        let result = Reflect::get_u32(&results, at).ok()?;
        if of(&result, "isFinal")?.is_truthy() {
            let best = Reflect::get_u32(&result, 0).ok()?;
            words += &of(&best, "transcript")?.as_string()?;
        }
    }
    Some(words)
}
