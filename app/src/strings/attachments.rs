//! Pictures, files and speech in a conversation.

pub(crate) use super::en::attachments::*;

use super::{
    common::{colon, joined},
    numbers::number,
    t,
};
use hearth_types::{AttachmentKind, CutFile};

/// "14 pages", "120 lines".
pub fn length(kind: AttachmentKind, length: u32) -> String {
    match kind {
        AttachmentKind::Pdf => pages(length),
        _ => lines(length),
    }
}

/// What the model did not get of pictures and files; none when it got everything.
pub fn left_out(pictures: u32, files: &[CutFile]) -> Option<String> {
    let unseen = (pictures > 0).then(|| unseen_pictures(pictures));
    joined(unseen.into_iter().chain(files.iter().map(cut)))
}

/// "report.pdf: the last 12 pages did not fit".
fn cut(file: &CutFile) -> String {
    let rest = match file.kind {
        AttachmentKind::Pdf => cut_pages(file.left_out),
        _ => cut_lines(file.left_out),
    };
    colon(&file.name, &rest)
}

/// The state of an upload.
pub fn progress(percent: u32) -> String {
    if percent >= 100 {
        t(LOOKING).to_owned()
    } else {
        uploading(&number(percent.into()))
    }
}
