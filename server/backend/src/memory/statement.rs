//! The text of a statement: its limits and its stored form.

use crate::{Error, Result};
use hearth_text::cut::is_longer;
use hearth_types::{Field, InvalidReason};

/// Maximum characters of a statement that a person writes; the table accepts more, for imports.
pub const LONGEST_STATEMENT: usize = 500;

/// Maximum characters of the subject of a statement.
pub const LONGEST_SUBJECT: usize = 100;

/// A statement as it is stored: one line, neither empty nor too long, without characters that PostgreSQL rejects.
pub(crate) fn checked(statement: &str) -> Result<String> {
    let statement = one_line(statement);
    if !hearth_types::has_something_to_read(&statement) {
        return Err(Error::invalid(Field::Statement, InvalidReason::Empty));
    }
    if is_longer(&statement, LONGEST_STATEMENT) {
        return Err(Error::invalid(Field::Statement, InvalidReason::TooLong));
    }
    if statement.contains('\0') {
        return Err(Error::invalid(Field::Statement, InvalidReason::Wrong));
    }
    Ok(statement)
}

/// On one line, with single spaces.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
