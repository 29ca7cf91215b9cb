//! Everything that can go wrong, as pages show it: one case per sentence that a person reads.

use serde::{Deserialize, Serialize};

/// A failed request. The page turns each case into a sentence that says what happened, what was kept, and
/// what to do next; internals are in the server's log and never here.
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
    /// Too many attempts; wait this long.
    #[error("too many attempts, wait {seconds} s")]
    TooManyAttempts { seconds: u32 },
    /// This person has as many of these in hand as one person may have; one is free again after about this long.
    #[error("too much at the same time, wait {seconds} s")]
    TooManyAtOnce { seconds: u32 },
    /// As many of this person's messages wait for an answer as may.
    #[error("{most} answers are waiting already")]
    TooManyWaiting { most: u32 },
    /// What this person has stored takes all the room that one person has.
    #[error("the quota of {megabytes} MB is used up")]
    QuotaFull { megabytes: u32 },
    /// The link was used, has expired, or never existed.
    #[error("this link is no longer valid")]
    LinkInvalid,
    /// The first administrator exists already.
    #[error("Hearth is set up already")]
    AlreadySetUp,
    /// This cannot be done now, for instance ending the last administrator.
    #[error("not possible: {reason:?}")]
    Conflict { reason: ConflictReason },
    /// The model server could not do its part.
    #[error("model server: {trouble:?}")]
    ModelServer { trouble: ModelTrouble },
    /// A picture or file cannot be taken.
    #[error("file: {trouble:?}")]
    File { trouble: FileTrouble },
    /// Speech could not be made or understood.
    #[error("speech: {trouble:?}")]
    Speech { trouble: SpeechTrouble },
    /// The request did not arrive as this page sends it.
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
    /// From when to when.
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

/// Why something cannot be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictReason {
    /// At least one administrator must be able to sign in.
    LastAdministrator,
    /// The conversation is still being answered.
    AnswerRunning,
    /// There is nothing to stop or to try again.
    NotRunning,
}

/// Why a picture or file cannot be taken; one plain sentence each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileTrouble {
    /// More bytes than one upload may have.
    TooLarge,
    /// More text than a message's file may have.
    TooLong,
    /// More pixels than are worth decoding.
    TooManyPixels,
    /// Nothing in it.
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
    /// Reading it took more time or memory than one file may have.
    TooMuch,
    /// More attachments than one message may have.
    TooMany,
    /// The disk of the box is full.
    DiskFull,
}

/// What went wrong with speech; one plain sentence each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpeechTrouble {
    /// The installation has no speech server.
    Off,
    /// Nothing answers at its address.
    Unreachable,
    /// It took too long.
    Stalled,
    /// It refused, or sent something that is neither text nor sound.
    Failed,
    /// Nothing was understood.
    NothingHeard,
    /// The recording is longer than it may be.
    TooLong,
}

/// What a model server got wrong; one plain sentence each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelTrouble {
    /// Nothing answers at its address.
    Unreachable,
    /// It does not have the model.
    ModelMissing,
    /// It has too much to do (503 or 429).
    Busy,
    /// It sent nothing for too long.
    Stalled,
    /// It reported a failure in the middle.
    Failed,
    /// The answer ended without its end mark.
    EndedEarly,
    /// It sent something that is no answer.
    Garbage,
    /// The answer ended normally and is empty.
    SaidNothing,
    /// The server's filter withheld the answer, or the rest of it.
    Withheld,
    /// The model repeated itself without end and was stopped.
    Repeating,
    /// The text does not fit the model's window.
    TooLong,
    /// It refused the request.
    Refused,
    /// Hearth stopped while answering; the lease ran out.
    Interrupted,
    /// No model is chosen, or none exists.
    NoModel,
}
