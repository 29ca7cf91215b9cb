//! Which keys send, and the key that makes one press of "Send" one message.

use hearth_types::IdempotencyKey;
use leptos::{prelude::window, web_sys::KeyboardEvent};

/// Whether this key press sends: Enter does, but not with Shift, on a touch keyboard, or while an input method
/// composes.
pub fn sends(event: &KeyboardEvent) -> bool {
    const COMPOSING: u32 = 229;
    let composing = event.is_composing() || event.key_code() == COMPOSING;
    event.key() == "Enter" && !event.shift_key() && !composing && !touch_first()
}

/// Whether touch is the primary input: then Enter makes a new line.
fn touch_first() -> bool {
    window()
        .match_media("(hover: none) and (pointer: coarse)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}

/// A new key for one press of "Send": a random uuid. `randomUUID` exists only over https, so it is made here.
pub fn new_idempotency_key() -> IdempotencyKey {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let digits = format!("{:032x}", u128::from_be_bytes(bytes));
    digits.parse().expect("32 hexadecimal digits are an id")
}
