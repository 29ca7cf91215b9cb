//! Numbers, written as the page's language does.

use super::text::{Text, t};

/// Between groups of three digits.
const GROUP_SEPARATOR: Text = Text { en: ",", zh: "," };
/// Before a fraction.
pub const DECIMAL_SEPARATOR: Text = Text { en: ".", zh: "." };

/// "1,234,567".
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut result = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            result.push_str(t(GROUP_SEPARATOR));
        }
        result.push(digit);
    }
    result
}
