//! The browser's clock and time zone.

use hearth_types::Timestamp;
use js_sys::Date;
use wasm_bindgen::JsValue;

/// Now.
#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds of this century are exact in a float"
)]
pub fn now() -> Timestamp {
    Date::now() as Timestamp
}

/// Minutes to add to UTC for the browser's local time at a moment.
#[expect(clippy::cast_possible_truncation, reason = "an offset is less than a day")]
pub fn utc_offset_minutes(at: Timestamp) -> i32 {
    -Date::new(&JsValue::from_f64(at as f64)).get_timezone_offset() as i32
}
