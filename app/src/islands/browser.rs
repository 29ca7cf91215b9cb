//! The few things islands ask of the browser itself.

use super::conversation::views::When;
use crate::strings::{common, language};
use hearth_types::{ConversationId, IdempotencyKey, Language, Timestamp, UserId};
use js_sys::{Date, Object, Reflect};
use leptos::web_sys::{self, Document, Element, Storage};
use wasm_bindgen::{JsCast, JsValue};

/// The page; islands only run where there is one.
pub fn document() -> Document {
    leptos::prelude::document()
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

/// Goes to another page.
pub fn go(path: &str) {
    let _ = leptos::prelude::window().location().assign(path);
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

/// What was typed and not sent, kept per person and conversation so that a reload loses nothing.
pub struct Draft(String);

impl Draft {
    /// The draft of a person in a conversation; none stands for the one that is not begun yet.
    pub fn of(person: UserId, conversation: Option<ConversationId>) -> Self {
        let place = conversation.map_or_else(|| "new".to_owned(), |id| id.to_string());
        Self(format!("hearth-draft-{person}-{place}"))
    }

    /// What was kept; none also where the browser keeps nothing.
    pub fn read(&self) -> Option<String> {
        storage()?.get_item(&self.0).ok().flatten()
    }

    /// Keeps the text, or forgets it when there is none. A browser that refuses is not worth a word.
    pub fn keep(&self, text: &str) {
        let Some(storage) = storage() else { return };
        let _ = if text.is_empty() {
            storage.remove_item(&self.0)
        } else {
            storage.set_item(&self.0, text)
        };
    }
}

fn storage() -> Option<Storage> {
    leptos::prelude::window().local_storage().ok().flatten()
}

/// Loads the page anew.
pub fn reload() {
    let _ = leptos::prelude::window().location().reload();
}
