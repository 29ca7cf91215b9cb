//! One upload: its progress, its end, cancelling and retrying. Objects of the browser stay out of the signals, with
//! which the server renders as well.

use super::item::AttachedFile;
use crate::{browser::page, failure::Failure, strings::problems};
use hearth_types::{Attachment, ConversationId, Problem};
use leptos::{
    prelude::*,
    web_sys::{File, FormData, ProgressEvent, XmlHttpRequest},
};
use std::{cell::RefCell, collections::HashMap};
use wasm_bindgen::{JsCast, closure::Closure};

/// Called with the item and the attachments that its file became.
pub(super) type Stored = Box<dyn Fn(&AttachedFile, Vec<Attachment>)>;

#[derive(Default)]
struct Upload {
    file: Option<File>,
    request: Option<XmlHttpRequest>,
    handlers: Vec<Closure<dyn Fn(ProgressEvent)>>,
}

thread_local! {
    static UPLOADS: RefCell<HashMap<u32, Upload>> = RefCell::default();
}

/// Stores the file of an item, also for a retry.
pub(super) fn keep(key: u32, file: File) {
    UPLOADS.with_borrow_mut(|uploads| uploads.entry(key).or_default().file = Some(file));
}

/// Stops an upload and forgets its file.
pub(super) fn cancel(key: u32) {
    // Out of the map first, so that the handler of the request's end finds nothing.
    let upload = UPLOADS.with_borrow_mut(|uploads| uploads.remove(&key));
    if let Some(request) = upload.as_ref().and_then(|upload| upload.request.as_ref()) {
        request.set_onloadend(None);
        let _ = request.abort();
    }
}

/// Sends the item's file; `stored` gets what became of it, at least one attachment.
pub(super) fn start(conversation: Option<ConversationId>, item: AttachedFile, stored: Stored) {
    item.problem.set(String::new());
    item.percent.set(0);
    let file = UPLOADS.with_borrow(|uploads| uploads.get(&item.key)?.file.clone());
    if file
        .and_then(|file| send(conversation, &item, &file, stored))
        .is_none()
    {
        fail(&item, &Failure::Unreachable);
    }
}

fn fail(item: &AttachedFile, failure: &Failure) {
    item.can_retry
        .set(!matches!(failure, Failure::Problem(Problem::File { .. })));
    item.problem.set(problems::failure(failure));
}

fn send(
    conversation: Option<ConversationId>,
    item: &AttachedFile,
    file: &File,
    stored: Stored,
) -> Option<()> {
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
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
            percent.set((event.loaded() * 100.0 / event.total().max(1.0)) as u32);
        }
    });
    let (ended, answered) = (item.clone(), request.clone());
    let end = Closure::<dyn Fn(ProgressEvent)>::new(move |_| end(&ended, &answered, &stored));
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
        upload.handlers = vec![progress, end];
    });
    Some(())
}

/// The request ended, with success or without.
fn end(item: &AttachedFile, request: &XmlHttpRequest, stored: &Stored) {
    // It was cancelled.
    if !UPLOADS.with_borrow(|uploads| uploads.contains_key(&item.key)) {
        return;
    }
    let text = request.response_text().ok().flatten().unwrap_or_default();
    if request.status() == Ok(200)
        && let Ok(taken) = serde_json::from_str::<Vec<Attachment>>(&text)
        && !taken.is_empty()
    {
        return stored(item, taken);
    }
    let failure = serde_json::from_str(&text).map_or(Failure::Unreachable, Failure::Problem);
    if failure.is_signed_out() {
        return page::go_to_sign_in();
    }
    fail(item, &failure);
}
