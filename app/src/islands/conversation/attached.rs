//! Pictures and files of a message on the page, rendered by both halves.
//!
//! A picture opens large in a popover: Escape, the button and a press beside it close it and the focus returns, all
//! without scripts. The large picture is loaded when it is opened.

use crate::strings::{attachments, t};
use hearth_types::{Answer, Attachment, AttachmentKind};
use leptos::{either::Either, prelude::*};

/// The pictures, then the files; nothing when there are none.
pub fn of_message(all: &[Attachment]) -> Option<impl IntoView + use<>> {
    (!all.is_empty()).then(|| {
        let (pictures, files): (Vec<_>, Vec<_>) = all
            .iter()
            .partition(|attachment| attachment.kind == AttachmentKind::Picture);
        let pictures: Vec<_> = pictures.into_iter().map(picture).collect();
        let files: Vec<_> = files.into_iter().map(file).collect();
        view! { <ul class="attached" aria-label=t(attachments::ATTACHED)>{pictures}{files}</ul> }
    })
}

fn picture(of: &Attachment) -> impl IntoView + use<> {
    let large = format!("p-{}", of.id);
    let address = format!("/attachments/{}", of.id);
    let (width, height) = shown_size(of);
    let name = attachments::picture(&of.name);
    view! {
        <li class="attached-picture">
            <button type="button" popovertarget=large.clone()>
                <img
                    src=format!("{address}/preview")
                    alt=name.clone()
                    width=width.to_string()
                    height=height.to_string()
                    loading="lazy"
                    decoding="async"
                />
            </button>
            <div class="large-picture" id=large.clone() popover="auto" role="dialog" aria-label=name.clone()>
                <img src=address.clone() alt=name.clone() loading="lazy" decoding="async" />
                <p class="large-picture-foot">
                    <span dir="auto">{of.name.clone()}</span>
                    <a href=address.clone() target="_blank" rel="noopener">{t(attachments::OPEN_ORIGINAL)}</a>
                    <button
                        type="button"
                        class="button"
                        autofocus
                        popovertarget=large.clone()
                        popovertargetaction="hide"
                    >
                        {t(attachments::CLOSE_PICTURE)}
                    </button>
                </p>
            </div>
        </li>
    }
}

/// The preview's size in CSS pixels, so that nothing moves when it has loaded.
fn shown_size(of: &Attachment) -> (u32, u32) {
    const LONGEST: u32 = 240;
    let longest = of.width.max(of.height).max(1);
    if longest <= LONGEST {
        return (of.width, of.height);
    }
    let scaled = |side: u32| (side * LONGEST / longest).max(1);
    (scaled(of.width), scaled(of.height))
}

fn file(of: &Attachment) -> impl IntoView + use<> {
    view! {
        <li class="attached-file">
            <a href=format!("/attachments/{}", of.id) download>
                <bdi class="attached-name">{of.name.clone()}</bdi>
                <span class="attached-about">{attachments::length(of)}</span>
            </a>
        </li>
    }
}

/// Which pictures and files the model did not get.
pub fn left_out(answer: &Answer) -> impl IntoView + use<> {
    match attachments::left_out(answer.left_out.pictures, &answer.cut_files) {
        Some(sentence) => Either::Left(view! { <p class="answer-left-out" dir="auto">{sentence}</p> }),
        None => Either::Right(()),
    }
}
