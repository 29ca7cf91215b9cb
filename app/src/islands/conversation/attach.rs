//! Pictures and files of the next message: chosen, dropped, pasted or photographed, uploaded at once, and stored by the
//! server with the conversation until the message is sent.

mod files;
mod item;
mod upload;

pub use files::AttachedFiles;

use super::setup::AttachmentSetup;
use crate::{
    browser::dom,
    components::icons::{self, Icon},
    strings::{attachments, t},
};
use hearth_types::AttachmentKind;
use item::AttachedFile;
use leptos::{either::Either, prelude::*, web_sys};
use wasm_bindgen::JsCast;

/// The list above the text field, with notices about it.
pub fn list(files: AttachedFiles) -> impl IntoView {
    view! {
        <ul class="attaching" aria-label=t(attachments::ATTACHED) hidden=move || files.none()>
            <For each=move || files.items.get() key=|item| item.key let:item>
                {row(files, item)}
            </For>
        </ul>
        {move || vision_notice(files)}
        <p class="drop-here" hidden=move || !files.dragging.get()>{t(attachments::DROP_HERE)}</p>
    }
}

fn row(files: AttachedFiles, item: AttachedFile) -> impl IntoView {
    let (retried, removed) = (item.clone(), item.clone());
    let (done, percent, problem, can_retry) = (item.done, item.percent, item.problem, item.can_retry);
    let failed = move || !problem.with(String::is_empty);
    view! {
        <li class="attaching-item">
            {move || done.get().map(|done| view! {
                <input type="hidden" name=format!("attachments[{}]", item.key) value=done.id.to_string() />
                {(done.kind == AttachmentKind::Picture).then(|| view! {
                    <img src=format!("/attachments/{}/preview", done.id) alt="" width="40" height="40" />
                })}
            })}
            <span class="attaching-words">
                <bdi class="attached-name">{item.name.clone()}</bdi>
                <span class="attaching-state" class:wrong=failed role="status">
                    {move || match (done.get(), failed()) {
                        (_, true) => problem.get(),
                        (Some(done), _) if done.kind != AttachmentKind::Picture => {
                            attachments::length(&done)
                        }
                        (Some(_), _) => String::new(),
                        (None, _) => attachments::progress(percent.get()),
                    }}
                </span>
                <progress
                    max="100"
                    value=move || percent.get().to_string()
                    aria-label=item.name.clone()
                    hidden=move || failed() || done.with(Option::is_some)
                ></progress>
            </span>
            <button
                type="button"
                class="button quiet"
                hidden=move || !(failed() && can_retry.get())
                on:click=move |_| files.upload(retried.clone())
            >
                {t(attachments::UPLOAD_AGAIN)}
            </button>
            <button
                type="button"
                class="icon-button"
                aria-label=attachments::remove(&item.name)
                on:click=move |_| files.remove(&removed)
            >
                <Icon of=icons::CLOSE />
            </button>
        </li>
    }
}

/// Whether the model that answers can see the pictures, and which model could.
fn vision_notice(files: AttachedFiles) -> impl IntoView {
    let setup = files.setup.get_value();
    let picked = files.model.get();
    let model = picked.clone().unwrap_or_else(|| setup.default_model.clone());
    if !files.has_picture() || model.is_empty() {
        return Either::Left(());
    }
    let sees = setup.vision_models.contains(&model);
    Either::Right(view! {
        <p class="vision" role="status">
            {if sees {
                Either::Left(picked.map(|model| attachments::will_answer(&model)))
            } else {
                Either::Right(no_vision(files, &setup, &model))
            }}
        </p>
    })
}

fn no_vision(files: AttachedFiles, setup: &AttachmentSetup, model: &str) -> impl IntoView + use<> {
    match setup.vision_models.first().cloned() {
        Some(other) => {
            let words = attachments::ask_instead(&other);
            Either::Left(view! {
                {attachments::cannot_see(model)} " "
                <button type="button" class="button" on:click=move |_| pick(files, other.clone())>
                    {words}
                </button>
            })
        }
        None => Either::Right(format!(
            "{} {} {}",
            t(attachments::NO_EYES),
            attachments::fetch_one(&setup.recommended),
            t(attachments::SENT_ANYWAY)
        )),
    }
}

/// Picks a model for this message, also in the list of a new conversation.
fn pick(files: AttachedFiles, model: String) {
    if let Some(select) = dom::by_id("composer-model") {
        select
            .unchecked_into::<web_sys::HtmlSelectElement>()
            .set_value(&model);
    }
    files.model.set(Some(model));
}

/// The buttons: any file, and on a phone the camera.
pub fn buttons(files: AttachedFiles) -> impl IntoView {
    view! {
        <label class="icon-button file-button">
            <span class="visually-hidden">{t(attachments::ATTACH)}</span>
            <Icon of=icons::ATTACH />
            <input type="file" multiple class="visually-hidden" on:change=move |event| files.chosen(&event) />
        </label>
        <label class="icon-button file-button camera">
            <span class="visually-hidden">{t(attachments::CAMERA)}</span>
            <Icon of=icons::CAMERA />
            <input
                type="file"
                accept="image/*"
                capture="environment"
                class="visually-hidden"
                on:change=move |event| files.chosen(&event)
            />
        </label>
    }
}
