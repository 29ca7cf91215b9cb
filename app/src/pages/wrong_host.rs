//! What a browser sees that came by a name Hearth was not told about. Plain HTML without the application:
//! whoever asks by a foreign name gets nothing else.

use crate::strings::common;
use hearth_types::Language;

/// The whole document. `setting` is the name of the setting that lists allowed names.
pub fn wrong_host(host: &str, setting: &str, language: Language) -> String {
    let title = common::WRONG_HOST_TITLE.in_language(language);
    let text = common::WRONG_HOST_TEXT.in_language(language);
    let lang = crate::shell::language_tag(language);
    format!(
        "<!DOCTYPE html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title></head>\
         <body><h1>{title}</h1><p>{text}</p><p><code>{setting} = {host}</code></p></body></html>",
        host = escaped(host),
        setting = escaped(setting),
    )
}

/// The host comes from the request, so it is never trusted as HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
