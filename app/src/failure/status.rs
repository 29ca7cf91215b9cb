//! The HTTP status of a problem.

use hearth_types::{FileTrouble, ModelTrouble, Problem, SpeechTrouble};
use http::{
    HeaderValue, StatusCode,
    header::{ACCEPT, RETRY_AFTER},
    request::Parts,
};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// The one mapping from problems to HTTP.
pub const fn status(problem: &Problem) -> StatusCode {
    match problem {
        Problem::NotSignedIn | Problem::WrongCredentials => StatusCode::UNAUTHORIZED,
        Problem::NotAllowed => StatusCode::FORBIDDEN,
        Problem::NotFound | Problem::LinkInvalid => StatusCode::NOT_FOUND,
        Problem::Invalid { .. } | Problem::BadRequest => StatusCode::UNPROCESSABLE_ENTITY,
        Problem::TooManyAttempts { .. } | Problem::TooManyAtOnce { .. } | Problem::TooManyWaiting { .. } => {
            StatusCode::TOO_MANY_REQUESTS
        }
        Problem::AlreadySetUp | Problem::Conflict { .. } => StatusCode::CONFLICT,
        Problem::ModelServer {
            trouble: ModelTrouble::TooLong,
        } => StatusCode::UNPROCESSABLE_ENTITY,
        Problem::ModelServer { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Problem::File {
            trouble: FileTrouble::TooLarge,
        }
        | Problem::Speech {
            trouble: SpeechTrouble::TooLong,
        } => StatusCode::PAYLOAD_TOO_LARGE,
        Problem::DiskFull
        | Problem::QuotaFull { .. }
        | Problem::File {
            trouble: FileTrouble::DiskFull,
        } => StatusCode::INSUFFICIENT_STORAGE,
        Problem::Speech {
            trouble: SpeechTrouble::Off,
        } => StatusCode::NOT_FOUND,
        Problem::File { .. }
        | Problem::Speech {
            trouble: SpeechTrouble::NothingHeard,
        } => StatusCode::UNPROCESSABLE_ENTITY,
        Problem::Speech { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Problem::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Seconds after which a refused request may succeed, for the header `Retry-After`; none where waiting does not help.
pub const fn retry_after(problem: &Problem) -> Option<u32> {
    match problem {
        Problem::TooManyAttempts { seconds } | Problem::TooManyAtOnce { seconds } => Some(*seconds),
        Problem::TooManyWaiting { .. } => Some(30),
        _ => None,
    }
}

/// Sets the status of a page that shows this problem.
pub fn set_status(problem: &Problem) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status(problem));
    }
}

/// Sets the status of a server function's response. A plain form keeps its redirect instead: a browser follows
/// `Location` only under a 3xx.
pub(super) fn answer_with(problem: &Problem) {
    if let Some(response) = use_context::<ResponseOptions>().filter(|_| !wants_html()) {
        response.set_status(status(problem));
        if let Some(seconds) = retry_after(problem) {
            response.insert_header(RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
}

/// Whether the request is a navigation or a plain form.
pub(crate) fn wants_html() -> bool {
    use_context::<Parts>()
        .and_then(|parts| {
            parts
                .headers
                .get(ACCEPT)?
                .to_str()
                .map(|accept| accept.contains("text/html"))
                .ok()
        })
        .unwrap_or(false)
}
