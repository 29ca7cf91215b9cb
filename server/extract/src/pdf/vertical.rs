//! Vertical text in a font that is not embedded.
//!
//! PDFium drops it where the system has no such font, and the child reads no fonts. The encodings of vertical and of
//! horizontal text differ only in their direction, and text needs none; so the names are exchanged before the file is
//! read. Names in compressed objects stay as they are: such a page is reported as unread.

use std::borrow::Cow;

/// The predefined encodings of vertical text (PDF 1.7, table 118), without "-V".
const VERTICAL: [&[u8]; 28] = [
    b"GB-EUC",
    b"GBpc-EUC",
    b"GBK-EUC",
    b"GBKp-EUC",
    b"GBK2K",
    b"UniGB-UCS2",
    b"UniGB-UTF16",
    b"B5pc",
    b"HKscs-B5",
    b"ETen-B5",
    b"ETenms-B5",
    b"CNS-EUC",
    b"UniCNS-UCS2",
    b"UniCNS-UTF16",
    b"90ms-RKSJ",
    b"90msp-RKSJ",
    b"Add-RKSJ",
    b"EUC",
    b"Ext-RKSJ",
    b"UniJIS-UCS2",
    b"UniJIS-UCS2-HW",
    b"UniJIS-UTF16",
    b"UniJIS2004-UTF16",
    b"KSC-EUC",
    b"KSCms-UHC",
    b"KSCms-UHC-HW",
    b"UniKS-UCS2",
    b"UniKS-UTF16",
];

/// The file with the encodings of horizontal text.
pub(super) fn as_horizontal(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut file = Cow::Borrowed(bytes);
    for at in 1..bytes.len().saturating_sub(1) {
        if &bytes[at..at + 2] == b"-V" && is_vertical(&bytes[..at]) && ends_name(bytes.get(at + 2)) {
            file.to_mut()[at + 1] = b'H';
        }
    }
    file
}

fn is_vertical(before: &[u8]) -> bool {
    VERTICAL.iter().any(|name| {
        before
            .strip_suffix(*name)
            .is_some_and(|before| before.ends_with(b"/"))
    })
}

fn ends_name(next: Option<&u8>) -> bool {
    next.is_none_or(|byte| byte.is_ascii_whitespace() || b"/<>[]()%".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_predefined_encodings_are_exchanged() {
        let file = b"/Encoding /90ms-RKSJ-V /UniGB-UCS2-V>> (GBK-EUC-V) /A-V /GBK-EUC-Vx /KSCms-UHC-HW-V";
        let read = b"/Encoding /90ms-RKSJ-H /UniGB-UCS2-H>> (GBK-EUC-V) /A-V /GBK-EUC-Vx /KSCms-UHC-HW-H";
        assert_eq!(&*as_horizontal(file), read);
        assert!(matches!(as_horizontal(b"-V"), Cow::Borrowed(b"-V")));
        assert!(matches!(as_horizontal(b""), Cow::Borrowed(b"")));
    }
}
