//! Logs: to standard error, never a word that a person wrote. A panic is logged by its place: its message may quote
//! text.

use std::fmt::Debug;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::{
    EnvFilter, Layer,
    field::MakeExt,
    filter::filter_fn,
    fmt::{self, MakeWriter, format},
    layer::SubscriberExt,
    registry::LookupSpan,
    util::SubscriberInitExt,
};

/// Crates that log too much, or log people's words: limited at every level.
const QUIET: &[&str] = &[
    "axum::rejection=off",
    "sqlx::postgres::notice=warn",
    "tower_sessions=error",
    "tower_sessions_core=error",
];

/// Starts logging; `filter` is such as `info` or `hearth_backend=debug,info`.
pub fn start(filter: &str) -> anyhow::Result<()> {
    let plain = std::io::IsTerminal::is_terminal(&std::io::stderr());
    tracing_subscriber::registry()
        .with(self::filter(filter)?)
        .with(layer(std::io::stderr, plain))
        .try_init()?;
    quiet_panics();
    Ok(())
}

/// Writes one line for each event, also when a field holds control characters.
pub fn layer<S, W>(writer: W, colours: bool) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + 'static,
{
    let fields = format::debug_fn(|writer, field, value: &dyn Debug| match field.name() {
        "message" => writer.write_str(&on_one_line(&format!("{value:?}"))),
        name => write!(writer, "{name}={}", on_one_line(&format!("{value:?}"))),
    });
    fmt::layer()
        .with_writer(writer)
        .with_ansi(colours)
        .fmt_fields(fields.delimited(" "))
}

/// The text with its control characters escaped, so that no value can start a line, or colour, hide or reverse the text
/// around it.
fn on_one_line(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

/// The configured filter, with a limit: below `info`, log lines of other crates may quote the text they work on (an
/// HTML parser logs each word at `debug`), so only Hearth's own crates log there.
///
/// It is a layer over everything and not the filter of one layer: with a layer's filter, `tracing::enabled!`, which sqlx
/// calls for each statement, drops the thread's next event.
pub fn filter<S: Subscriber>(text: &str) -> anyhow::Result<impl Layer<S> + use<S>> {
    let mut filter = EnvFilter::try_new(text).map_err(|error| anyhow::anyhow!("HEARTH_LOG: {error}"))?;
    for directive in QUIET {
        filter = filter.add_directive(directive.parse()?);
    }
    let ours =
        |metadata: &Metadata<'_>| metadata.target().starts_with("hearth") || *metadata.level() <= Level::INFO;
    Ok(Layer::<S>::and_then(filter, filter_fn(ours)))
}

/// Logs only the place of a panic: its message may quote a person's words ("byte index 3 is not a char boundary in …").
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a part of Hearth panicked");
    }));
}
