//! Memory: statements about a person, where they come from, how they change, and how they are forgotten.

mod asked;
mod change;
pub(crate) mod commands;
pub(crate) mod facts;
mod forget;
pub(crate) mod layers;
pub mod memories;
pub(crate) mod profile;
mod qualifiers;
mod sensitive;
pub mod statement;
pub(crate) mod summaries;

/// See `hostile_text`.
#[cfg(test)]
pub(crate) fn text_functions() -> Vec<hearth_text::hostile::TextFunction> {
    [TEXT_FUNCTIONS, memories::TEXT_FUNCTIONS, layers::TEXT_FUNCTIONS].concat()
}

/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("memory::commands::command", |text| { std::hint::black_box(commands::command(text)); }),
    ("memory::facts::own_words::statements", |text| { std::hint::black_box(facts::own_words::statements(text, &["Biscuit".to_owned()])); }),
    ("memory::sensitive::reason", |text| { std::hint::black_box(sensitive::reason(text, text)); }),
    ("memory::facts::believe::source_of", |text| { std::hint::black_box(facts::believe::source_of(text, &[text.to_owned()])); }),
    ("memory::facts::faithful::is_faithful", |text| { std::hint::black_box(facts::faithful::is_faithful("I live in Lisbon 我", text)); }),
    ("memory::qualifiers::Qualifiers", |text| { std::hint::black_box(qualifiers::Qualifiers::of(text)); }),
    ("memory::facts::believe::is_passing", |text| { std::hint::black_box(facts::believe::is_passing(text)); }),
    ("memory::facts::believe::subject", |text| { std::hint::black_box(facts::believe::subject("Biscuit", text)); }),
    ("memory::facts::prompt::read", |text| { std::hint::black_box(facts::prompt::read(text)); }),
    ("memory::facts::prompt::messages", |text| { std::hint::black_box(facts::prompt::messages(&[text.to_owned()], false)); }),
];
