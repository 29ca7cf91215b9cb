//! The answer for a [`Problem`]: handlers return [`Refused`] with `?`.

use axum::{
    Json,
    extract::rejection::{PathRejection, QueryRejection},
    response::{IntoResponse, Response},
};
use hearth_app::failure::status;
use hearth_types::Problem;
use http::header::RETRY_AFTER;

/// A problem as a response: its status, and itself as JSON. Neither type is of this crate, so the response needs one.
#[derive(Debug)]
pub struct Refused(pub Problem);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self(problem) = self;
        let mut response = (status::status(&problem), Json(&problem)).into_response();
        if let Some(seconds) = status::retry_after(&problem) {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<hearth_backend::Error> for Refused {
    fn from(error: hearth_backend::Error) -> Self {
        Self(error.into())
    }
}

impl From<QueryRejection> for Refused {
    fn from(_: QueryRejection) -> Self {
        Self(Problem::BadRequest)
    }
}

/// An address with a malformed id is like one with an unknown id.
impl From<PathRejection> for Refused {
    fn from(_: PathRejection) -> Self {
        Self(Problem::NotFound)
    }
}
