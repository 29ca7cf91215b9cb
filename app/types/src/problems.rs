//! Everything that can go wrong, as pages show it: one case per sentence that a person reads.

use serde::{Deserialize, Serialize};

/// A failed request. The page turns each case into a sentence that says what happened, what was kept, and what to do
/// next. Internal details are only in the server's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum Problem {
    /// No session, or one that has ended.
    #[error("not signed in")]
    NotSignedIn,
    /// Only administrators may do this.
    #[error("only an administrator may do this")]
    NotAllowed,
    /// Not found, or not this person's: the response is the same.
    #[error("not found")]
    NotFound,
    /// A field of the form is not acceptable.
    #[error("{field:?} is not acceptable: {reason:?}")]
    Invalid { field: Field, reason: InvalidReason },
    /// Name or password are wrong, without saying which.
    #[error("name or password are wrong")]
    WrongCredentials,
    /// Too many attempts; the next one is allowed after this time.
    #[error("too many attempts, wait {seconds} s")]
    TooManyAttempts { seconds: u32 },
    /// This person's limit of concurrent work is reached; a permit becomes free after about this time.
    #[error("too much at the same time, wait {seconds} s")]
    TooManyAtOnce { seconds: u32 },
    /// This person's limit of waiting answers is reached.
    #[error("{most} answers are waiting already")]
    TooManyWaiting { most: u32 },
    /// This person's storage quota is used up.
    #[error("the quota of {megabytes} MB is used up")]
    QuotaFull { megabytes: u32 },
    /// The link was used, has expired, or never existed.
    #[error("this link is no longer valid")]
    LinkInvalid,
    /// The first administrator exists already.
    #[error("Hearth is set up already")]
    AlreadySetUp,
    /// Not possible at the moment, for example disabling the last administrator.
    #[error("not possible: {reason:?}")]
    Conflict { reason: ConflictReason },
    /// The model server failed.
    #[error("model server: {trouble:?}")]
    ModelServer { trouble: ModelTrouble },
    /// A picture or file was refused.
    #[error("file: {trouble:?}")]
    File { trouble: FileTrouble },
    /// The speech server failed.
    #[error("speech: {trouble:?}")]
    Speech { trouble: SpeechTrouble },
    /// The request could not be parsed.
    #[error("the request could not be read")]
    BadRequest,
    /// The disk is full: nothing new is stored until space is freed.
    #[error("the disk is full")]
    DiskFull,
    /// An internal error; it is in the log.
    #[error("something inside failed")]
    Internal,
}

/// A field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Name,
    Password,
    CurrentPassword,
    Text,
    Title,
    Model,
    TimeZone,
    Language,
    Statement,
    /// The words of a search.
    Search,
    /// A range of dates.
    Dates,
}

/// Why a field is not acceptable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvalidReason {
    Empty,
    TooShort,
    TooLong,
    Taken,
    Unknown,
    Wrong,
}

/// Why something is not possible at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictReason {
    /// At least one administrator must be able to sign in.
    LastAdministrator,
    /// An answer of the conversation is running.
    AnswerRunning,
    /// No answer to stop or to try again.
    NotRunning,
}

/// Why a picture or file was refused; the page has one sentence for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileTrouble {
    /// Larger than an upload may be.
    TooLarge,
    /// More text than a file of a message may have.
    TooLong,
    /// More pixels than are decoded.
    TooManyPixels,
    /// A picture so long and narrow that a model could not read its text, not even in parts.
    TooNarrow,
    /// Without content.
    Empty,
    /// Neither a picture, nor a text, nor a PDF.
    UnknownKind,
    /// A photo in Apple's format, which cannot be decoded here.
    Heic,
    /// Its content does not match its type.
    Broken,
    /// A PDF that needs a password.
    Protected,
    /// A PDF of pictures only, such as a scan.
    NoText,
    /// Reading it exceeded the limit of time or memory.
    TooMuch,
    /// More attachments than a message may have.
    TooMany,
    /// The server's disk is full.
    DiskFull,
}

/// Errors with speech; the page has one sentence for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpeechTrouble {
    /// The installation has no speech server.
    Off,
    /// No server answers at its address.
    Unreachable,
    /// It took too long.
    Stalled,
    /// It refused the request, or its reply is neither text nor sound.
    Failed,
    /// No words were recognised.
    NothingHeard,
    /// The recording is too long.
    TooLong,
}

/// Errors of a model server; the page has one sentence for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelTrouble {
    /// No server answers at its address.
    Unreachable,
    /// It does not have the model.
    ModelMissing,
    /// It is overloaded (503 or 429).
    Busy,
    /// It sent nothing for too long.
    Stalled,
    /// It reported an error during the answer.
    Failed,
    /// The stream ended without its end mark.
    EndedEarly,
    /// Its reply could not be parsed.
    Garbage,
    /// The answer ended normally and is empty.
    SaidNothing,
    /// The server's filter withheld the answer, or the rest of it.
    Withheld,
    /// The model repeated itself endlessly and was stopped.
    Repeating,
    /// The prompt does not fit the model's context window.
    TooLong,
    /// It refused the request.
    Refused,
    /// The server stopped during the answer; the lease expired.
    Interrupted,
    /// No model is chosen, or none exists.
    NoModel,
}
