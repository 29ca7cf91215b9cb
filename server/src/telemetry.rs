//! Logs: to standard error, never a word that somebody wrote.
//!
//! A request is logged by its route's pattern (an address may hold a link's secret), its method, status and
//! time; never its query, body or cookies. A panic is logged by its place: its message may quote text.

use axum::{extract::MatchedPath, extract::Request, middleware::Next, response::Response};
use std::{fmt::Debug, time::Instant};
use tracing::{Instrument, Level, Metadata, Subscriber};
use tracing_subscriber::{
    EnvFilter, Layer,
    field::MakeExt,
    filter::filter_fn,
    fmt::{self, MakeWriter, format},
    layer::SubscriberExt,
    registry::LookupSpan,
    util::SubscriberInitExt,
};

/// Too talkative or too frank for a log, whatever level is asked for.
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

/// Writes one line per event, whatever its fields hold.
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

/// The text with its control characters as escapes, so that no value can begin a line, or colour, hide or turn round
/// what stands around it.
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

/// The filter as asked for, and never more: what other crates say below `info` may quote what they work on (an
/// HTML parser tells each word at `debug`), so only Hearth's own crates get that far.
///
/// A layer over everything, not the filter of one layer: `tracing::enabled!`, which sqlx asks for each statement,
/// makes those swallow the next event of the thread.
pub fn filter<S: Subscriber>(text: &str) -> anyhow::Result<impl Layer<S> + use<S>> {
    let mut filter = EnvFilter::try_new(text).map_err(|error| anyhow::anyhow!("HEARTH_LOG: {error}"))?;
    for directive in QUIET {
        filter = filter.add_directive(directive.parse()?);
    }
    let ours =
        |metadata: &Metadata<'_>| metadata.target().starts_with("hearth") || *metadata.level() <= Level::INFO;
    Ok(Layer::<S>::and_then(filter, filter_fn(ours)))
}

/// A panic's message may quote somebody's words ("byte index 3 is not a char boundary in …"): log its place only.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a part of Hearth panicked");
    }));
}

/// One line per request, when debugging; failures of ours always.
pub async fn trace_requests(request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("-", MatchedPath::as_str)
        .to_owned();
    let span = tracing::debug_span!("request", method = %request.method(), route);
    async move {
        let started = Instant::now();
        let response = next.run(request).await;
        let (status, ms) = (response.status().as_u16(), started.elapsed().as_millis());
        if response.status().is_server_error() {
            tracing::warn!(status, ms, "answered");
        } else {
            tracing::debug!(status, ms, "answered");
        }
        response
    }
    .instrument(span)
    .await
}
