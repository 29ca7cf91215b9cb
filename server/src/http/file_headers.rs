//! The headers of a response that is a file.

use hearth_app::flash::escape;
use http::{HeaderValue, header::InvalidHeaderValue};

/// How a browser shows a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// In its window.
    Inline,
    /// As a download.
    Attachment,
}

impl Disposition {
    /// `Content-Disposition` (RFC 6266). The name is percent-encoded, so the header is one line of ASCII.
    pub fn header(self, file_name: &str) -> Result<HeaderValue, InvalidHeaderValue> {
        let shown = match self {
            Self::Inline => "inline",
            Self::Attachment => "attachment",
        };
        HeaderValue::try_from(format!("{shown}; filename*=UTF-8''{}", escape(file_name)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Disposition;

    #[test]
    fn a_hostile_file_name_stays_inside_its_header() {
        let name = |name: &str| Disposition::Attachment.header(name).unwrap();
        assert_eq!(
            name("a\"; x=\r\n1"),
            "attachment; filename*=UTF-8''a%22%3B%20x%3D%0D%0A1"
        );
        assert_eq!(
            name("报告.pdf"),
            "attachment; filename*=UTF-8''%E6%8A%A5%E5%91%8A.pdf"
        );
    }
}
