//! The page for a host name that is not allowed. Plain HTML without the application: under such a name nothing else is
//! served, not even a style sheet.

use crate::{browser::html::escape_html, strings::common};
use hearth_types::Language;

const STYLE: &str = ":root{color-scheme:light dark;background:light-dark(#fbf7f2,#1d1916);\
     color:light-dark(#2b2622,#ede6dd);font:1.0625rem/1.6 system-ui,sans-serif;overflow-wrap:anywhere}\
     body{max-width:34rem;margin:12vh auto;padding:0 1.5rem}h1{font:500 1.75rem/1.25 Charter,Georgia,serif}\
     code{padding:.75rem 1rem;border-radius:.75rem;background:light-dark(#f5efe7,#2b2520);display:block}";

/// The whole document. `setting` is the name of the setting that lists allowed names; `nonce` allows its style.
pub fn wrong_host(host: &str, setting: &str, language: Language, nonce: &str) -> String {
    let title = common::WRONG_HOST_TITLE.in_language(language);
    let text = common::WRONG_HOST_TEXT.in_language(language);
    let lang = language.tag();
    // The host comes from the request.
    format!(
        "<!DOCTYPE html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title} · Hearth</title>\
         <style nonce=\"{nonce}\">{STYLE}</style></head>\
         <body><main><h1>{title}</h1><p>{text}</p><p><code>{setting}={host}</code></p></main></body></html>",
        host = escape_html(host),
        setting = escape_html(setting),
        nonce = escape_html(nonce),
    )
}
