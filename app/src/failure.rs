//! How a server function fails: with a [`Problem`], or because the server is unreachable.
//!
//! A caller that accepts JSON gets the problem with its HTTP status. A plain form is redirected to its page with the
//! problem in the query (`flash`).

use crate::browser::json;
use hearth_types::Problem;
use serde::{Deserialize, Serialize};
use server_fn::{
    Bytes, ContentType, Decodes, Encodes, Format, FormatType,
    error::{FromServerFnError, ServerFnErrorErr},
};

#[cfg(feature = "ssr")]
pub mod status;

/// Why a server function failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    Problem(Problem),
    /// The browser could not reach the server; never sent over the wire.
    Unreachable,
}

impl Failure {
    /// The problem; an unreachable server counts as an internal one.
    pub const fn problem(&self) -> &Problem {
        match self {
            Self::Problem(problem) => problem,
            Self::Unreachable => &Problem::Internal,
        }
    }

    /// Whether the request has no session.
    pub fn is_signed_out(&self) -> bool {
        *self == Self::Problem(Problem::NotSignedIn)
    }
}

/// On the server this also sets the response's status, unless a plain form is to be redirected.
impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        #[cfg(feature = "ssr")]
        status::answer_with(&problem);
        Self::Problem(problem)
    }
}

#[cfg(feature = "ssr")]
impl From<hearth_backend::Error> for Failure {
    fn from(error: hearth_backend::Error) -> Self {
        Problem::from(error).into()
    }
}

impl FromServerFnError for Failure {
    type Encoder = ProblemJson;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        match value {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Problem::BadRequest.into(),
            _ => Problem::Internal.into(),
        }
    }
}

/// A failure's form on the wire: the problem as JSON.
pub struct ProblemJson;

impl ContentType for ProblemJson {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for ProblemJson {
    const FORMAT_TYPE: Format = Format::Text;
}

impl Encodes<Failure> for ProblemJson {
    type Error = serde_json::Error;

    fn encode(failure: &Failure) -> Result<Bytes, Self::Error> {
        serde_json::to_vec(failure.problem()).map(Bytes::from)
    }
}

impl Decodes<Failure> for ProblemJson {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<Failure, Self::Error> {
        json::read(&bytes).map(Failure::Problem)
    }
}
