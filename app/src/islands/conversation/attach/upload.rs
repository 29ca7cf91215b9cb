//! One upload: told how far it is, cancelled, tried again. What the browser holds of it stays out of the signals,
//! which the server renders with as well.

use super::Item;
use crate::{failure::Failure, islands::browser, strings::problems};
use hearth_types::{Attachment, ConversationId, Problem};
use leptos::{
    prelude::*,
    web_sys::{File, FormData, ProgressEvent, XmlHttpRequest},
};
use std::{cell::RefCell, collections::HashMap};
use wasm_bindgen::{JsCast, closure::Closure};

#[derive(Default)]
struct UnderWay {
    file: Option<File>,
    request: Option<XmlHttpRequest>,
    acts: Vec<Closure<dyn Fn(ProgressEvent)>>,
}

thread_local! {
    static UPLOADS: RefCell<HashMap<u32, UnderWay>> = RefCell::default();
}

/// Keeps a file for this item, and for trying it again.
pub(super) fn keep(key: u32, file: File) {
    UPLOADS.with_borrow_mut(|uploads| uploads.entry(key).or_default().file = Some(file));
}

/// Stops an upload and forgets its file.
pub(super) fn cancel(key: u32) {
    // Out of the map first: whatever is told of the end finds nothing.
    let upload = UPLOADS.with_borrow_mut(|uploads| uploads.remove(&key));
    if let Some(request) = upload.as_ref().and_then(|upload| upload.request.as_ref()) {
        request.set_onloadend(None);
        let _ = request.abort();
    }
}

/// Sends the item's file.
pub(super) fn start(conversation: Option<ConversationId>, item: Item) {
    item.problem.set(String::new());
    item.percent.set(0);
    let file = UPLOADS.with_borrow(|uploads| uploads.get(&item.key)?.file.clone());
    if file.and_then(|file| send(conversation, &item, &file)).is_none() {
        fail(&item, &Failure::Unreachable);
    }
}

fn fail(item: &Item, failure: &Failure) {
    item.again
        .set(!matches!(failure, Failure::Problem(Problem::File { .. })));
    item.problem.set(problems::failure(failure));
}

fn send(conversation: Option<ConversationId>, item: &Item, file: &File) -> Option<()> {
    let request = XmlHttpRequest::new().ok()?;
    let address = conversation.map_or_else(
        || "/attachments".to_owned(),
        |id| format!("/attachments?conversation={id}"),
    );
    request.open("POST", &address).ok()?;
    request.set_request_header("accept", "application/json").ok()?;
    let percent = item.percent;
    let progress = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        if event.length_computable() {
            percent.set((event.loaded() * 100.0 / event.total().max(1.0)) as u32);
        }
    });
    let (ended, answered) = (item.clone(), request.clone());
    let end = Closure::<dyn Fn(ProgressEvent)>::new(move |_| end(&ended, &answered));
    let upload = request.upload().ok()?;
    upload.set_onprogress(Some(progress.as_ref().unchecked_ref()));
    request.set_onloadend(Some(end.as_ref().unchecked_ref()));
    let form = FormData::new().ok()?;
    form.append_with_blob_and_filename("file", file, &file.name())
        .ok()?;
    request.send_with_opt_form_data(Some(&form)).ok()?;
    UPLOADS.with_borrow_mut(|uploads| {
        let upload = uploads.entry(item.key).or_default();
        upload.request = Some(request);
        upload.acts = vec![progress, end];
    });
    Some(())
}

/// It has come to an end, well or not.
fn end(item: &Item, request: &XmlHttpRequest) {
    // Taken back meanwhile.
    if !UPLOADS.with_borrow(|uploads| uploads.contains_key(&item.key)) {
        return;
    }
    let text = request.response_text().ok().flatten().unwrap_or_default();
    if request.status() == Ok(200)
        && let Ok(mut taken) = serde_json::from_str::<Vec<Attachment>>(&text)
        && let Some(taken) = taken.pop()
    {
        item.done.set(Some(taken));
        return;
    }
    let failure = serde_json::from_str(&text).map_or(Failure::Unreachable, Failure::Problem);
    if failure == Failure::Problem(Problem::NotSignedIn) {
        return browser::go_to_sign_in();
    }
    fail(item, &failure);
}
