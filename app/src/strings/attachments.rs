//! Pictures, files and speech in a conversation.

pub(crate) use super::en::attachments::*;

use super::{
    common::{colon, joined},
    numbers::number,
    t,
};
use hearth_types::{Attachment, AttachmentKind, CutFile};

/// Maximum ranges of pages without text that a line names.
const MOST_RANGES: usize = 6;

/// "14 pages", "120 lines", and which pages are not read: "5 pages; pictures without text, not read: p. 2–4".
pub fn length(of: &Attachment) -> String {
    let length = match of.kind {
        AttachmentKind::Pdf => pages(of.length),
        _ => lines(of.length),
    };
    if of.unread_pages.is_empty() {
        return length;
    }
    let named = of.unread_pages.iter().take(MOST_RANGES).map(ToString::to_string);
    let more = (of.unread_pages.len() > MOST_RANGES).then(|| "…".to_owned());
    let named: Vec<String> = named.chain(more).collect();
    unread_pages(&length, &named.join(", "))
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

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use hearth_types::{AttachmentId, PageRange};

    #[test]
    fn pages_without_text_are_named_and_many_are_shortened() {
        let mut file = Attachment {
            id: AttachmentId(uuid::Uuid::nil()),
            kind: AttachmentKind::Pdf,
            name: "contract.pdf".into(),
            size_bytes: 1,
            width: 0,
            height: 0,
            length: 30,
            unread_pages: vec![PageRange { first: 2, last: 4 }, PageRange { first: 7, last: 7 }],
        };
        assert_eq!(
            length(&file),
            "30 pages; pictures without text, not read: p. 2–4, 7"
        );
        file.unread_pages = (1..=10)
            .map(|n| PageRange {
                first: 2 * n,
                last: 2 * n,
            })
            .collect();
        assert!(length(&file).ends_with("p. 2, 4, 6, 8, 10, 12, …"));
        file.unread_pages.clear();
        assert_eq!(length(&file), "30 pages");
    }
}
