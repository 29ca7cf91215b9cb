//! The few things islands ask of the browser itself.

use super::conversation::views::When;
use crate::strings::{common, language};
use hearth_types::{ConversationId, IdempotencyKey, Language, MessageId, Timestamp, UserId};
use js_sys::{Date, Object, Reflect};
use leptos::web_sys::{
    self, Document, Element, HtmlDocument, HtmlElement, HtmlTextAreaElement, Storage, UrlSearchParams,
};
use wasm_bindgen::{JsCast, JsValue};

/// The page; islands only run where there is one.
pub fn document() -> Document {
    leptos::prelude::document()
}

/// Whether the page has such an element.
pub fn exists(selector: &str) -> bool {
    matches!(document().query_selector(selector), Ok(Some(_)))
}

/// Every element of a selector.
pub fn each(selector: &str, mut act: impl FnMut(Element)) {
    let Ok(found) = document().query_selector_all(selector) else {
        return;
    };
    (0..found.length())
        .filter_map(|index| found.get(index)?.dyn_into().ok())
        .for_each(&mut act);
}

/// Every element whose attribute has this value, an id.
pub fn each_with(attribute: &str, id: &str, act: impl FnMut(Element)) {
    each(&format!("[{attribute}=\"{id}\"]"), act);
}

/// The last message of the page.
pub fn last_message() -> Option<MessageId> {
    let messages = document().query_selector_all("article.message").ok()?;
    let last: Element = messages.get(messages.length().checked_sub(1)?)?.dyn_into().ok()?;
    last.id().strip_prefix("m-")?.parse().ok()
}

/// Goes to another page.
pub fn go(path: &str) {
    let _ = leptos::prelude::window().location().assign(path);
}

/// Goes to another page in the place of this one, which "back" would not want.
pub fn go_instead(path: &str) {
    let _ = leptos::prelude::window().location().replace(path);
}

/// Goes to the sign-in page, which leads back here.
pub fn go_to_sign_in() {
    let here = leptos::prelude::window()
        .location()
        .pathname()
        .unwrap_or_default();
    go(&format!("/sign-in?next={here}"));
}

/// Whether the page can be seen right now.
pub fn visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}

/// Whether fingers are the first way in: then Enter makes a new line.
pub fn touch_first() -> bool {
    leptos::prelude::window()
        .match_media("(hover: none) and (pointer: coarse)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

/// A fresh key for one press of "Send". `randomUUID` exists only on https, so the bytes are drawn here.
pub fn new_key() -> IdempotencyKey {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = leptos::prelude::window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let digits = format!("{:032x}", u128::from_be_bytes(bytes));
    digits.parse().expect("32 hexadecimal digits are an id")
}

/// Now, as the browser's clock has it.
#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds of this century are exact in a float"
)]
pub fn now() -> Timestamp {
    Date::now() as Timestamp
}

/// A moment in the page's language and the browser's time zone: the time today, "yesterday evening", else the
/// day, and the year only when it is another one.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of this century are exact in a float"
)]
pub fn when(at: Timestamp) -> When {
    const DAY: f64 = 86_400_000.0;
    let at_ms = |ms: f64| Date::new(&JsValue::from_f64(ms));
    let (date, now) = (at_ms(at as f64), Date::new_0());
    let language = match language() {
        Language::English => "en-GB",
        Language::SimplifiedChinese => "zh-CN",
    };
    let parts: &[(&str, &str)] = if date.to_date_string() == now.to_date_string() {
        &[("hour", "2-digit"), ("minute", "2-digit")]
    } else if date.get_full_year() == now.get_full_year() {
        &[("day", "numeric"), ("month", "long")]
    } else {
        &[("day", "numeric"), ("month", "long"), ("year", "numeric")]
    };
    let options = Object::new();
    for (part, form) in parts {
        let _ = Reflect::set(&options, &(*part).into(), &(*form).into());
    }
    let yesterday = at_ms(now.get_time() - DAY).to_date_string() == date.to_date_string();
    When {
        words: if yesterday {
            common::yesterday(date.get_hours()).to_owned()
        } else {
            date.to_locale_string(language, &options).into()
        },
        exact: date.to_locale_string(language, &Object::new()).into(),
    }
}

/// Sets or removes a mark on the document, for the style sheet.
pub fn mark_page(attribute: &str, on: bool) {
    if let Some(root) = document().document_element() {
        let _ = root.toggle_attribute_with_force(attribute, on);
    }
}

/// Enter on a keyboard sends; with Shift, on a touch keyboard, or while an input method composes, it does not.
pub fn sends(event: &leptos::ev::KeyboardEvent) -> bool {
    const COMPOSING: u32 = 229;
    let composing = event.is_composing() || event.key_code() == COMPOSING;
    event.key() == "Enter" && !event.shift_key() && !composing && !touch_first()
}

/// Puts a text on the clipboard, if the browser lets us. The old way first: the new one exists only on https.
pub fn copy(text: &str) -> bool {
    let page = document();
    let focused = page.active_element();
    let copied = copy_selected(&page, text).unwrap_or(false);
    if let Some(focused) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = focused.focus();
    }
    copied
}

fn copy_selected(page: &Document, text: &str) -> Option<bool> {
    let area: HtmlTextAreaElement = page.create_element("textarea").ok()?.dyn_into().ok()?;
    area.set_value(text);
    // No keyboard comes up for it, and the page does not move.
    area.set_read_only(true);
    area.set_class_name("visually-hidden");
    page.body()?.append_child(&area).ok()?;
    area.select();
    let copied = page.clone().dyn_into::<HtmlDocument>().ok()?.exec_command("copy");
    area.remove();
    copied.ok()
}

/// What was typed and not sent, kept on this device so that a reload without a connection loses nothing.
pub struct LocalDraft(String);

/// A draft as this device has it.
#[derive(Clone, Default)]
pub struct Kept {
    pub text: String,
    /// When the last key was pressed.
    pub written_at: Timestamp,
    /// Whether Hearth has it too.
    pub saved: bool,
}

impl LocalDraft {
    /// The draft of a person in a conversation; none stands for the one that is not begun yet.
    pub fn of(person: UserId, conversation: Option<ConversationId>) -> Self {
        let place = conversation.map_or_else(|| "new".to_owned(), |id| id.to_string());
        Self(format!("hearth-draft-{person}-{place}"))
    }

    /// Another version of a message that is being written.
    pub fn of_edit(person: UserId, message: MessageId) -> Self {
        Self(format!("hearth-draft-{person}-edit-{message}"))
    }

    /// What was kept; none also where the browser keeps nothing.
    pub fn read(&self) -> Option<Kept> {
        let kept = storage()?.get_item(&self.0).ok().flatten()?;
        let parsed = kept.split_once(':').and_then(|(head, text)| {
            Some(Kept {
                text: text.to_owned(),
                written_at: head.get(1..)?.parse().ok()?,
                saved: head.starts_with('+'),
            })
        });
        // An older Hearth kept the bare text.
        Some(parsed.unwrap_or(Kept {
            text: kept,
            ..Kept::default()
        }))
    }

    /// Keeps the text, or forgets it when there is none and Hearth knows so. A browser that refuses is not worth
    /// a word.
    pub fn keep(&self, kept: &Kept) {
        let Some(storage) = storage() else { return };
        let _ = if kept.text.is_empty() && kept.saved {
            storage.remove_item(&self.0)
        } else {
            let sign = if kept.saved { '+' } else { '-' };
            storage.set_item(&self.0, &format!("{sign}{}:{}", kept.written_at, kept.text))
        };
    }

    pub fn forget(&self) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(&self.0);
        }
    }
}

fn storage() -> Option<Storage> {
    leptos::prelude::window().local_storage().ok().flatten()
}

/// Sends a form that outlives the page.
pub fn send_off(path: &str, fields: &[(&str, &str)]) {
    let Ok(form) = UrlSearchParams::new() else { return };
    fields.iter().for_each(|(name, value)| form.append(name, value));
    let _ = leptos::prelude::window()
        .navigator()
        .send_beacon_with_opt_url_search_params(path, Some(&form));
}

/// Loads the page anew.
pub fn reload() {
    let _ = leptos::prelude::window().location().reload();
}
