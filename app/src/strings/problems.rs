//! A sentence for everything that can go wrong: what happened, what was kept, the next step.

pub(crate) use super::en::problems::*;

use super::{Text, chat::NOT_SENT, moments::about, numbers::number, sizes::quota, t};
use crate::failure::Failure;
use hearth_types::{ConflictReason, Field, FileTrouble, InvalidReason, ModelTrouble, Problem, SpeechTrouble};

/// The sentence for a failed server function.
pub fn failure(failure: &Failure) -> String {
    match failure {
        Failure::Problem(problem) => sentence(problem),
        Failure::Unreachable => t(UNREACHABLE).to_owned(),
    }
}

/// The sentence for a message that could not be sent.
pub fn not_sent(failure: &Failure) -> String {
    match failure {
        Failure::Problem(problem) => sentence(problem),
        Failure::Unreachable => t(NOT_SENT).to_owned(),
    }
}

/// The sentence for a problem.
pub fn sentence(problem: &Problem) -> String {
    let text = match problem {
        Problem::TooManyAttempts { seconds } => return too_many_attempts(&about(*seconds)),
        Problem::TooManyWaiting { most } => return too_many_waiting(&number((*most).into())),
        Problem::QuotaFull { megabytes } => return quota_full(&quota(*megabytes)),
        Problem::TooManyAtOnce { .. } => AT_ONCE,
        Problem::NotSignedIn => NOT_SIGNED_IN,
        Problem::NotAllowed => NOT_ALLOWED,
        Problem::NotFound => NOT_FOUND,
        Problem::Invalid { field, reason } => return invalid(*field, *reason).to_owned(),
        Problem::WrongCredentials => WRONG_CREDENTIALS,
        Problem::LinkInvalid => LINK_INVALID,
        Problem::AlreadySetUp => ALREADY_SET_UP,
        Problem::Conflict {
            reason: ConflictReason::LastAdministrator,
        } => LAST_ADMINISTRATOR,
        Problem::Conflict {
            reason: ConflictReason::AnswerRunning,
        } => ANSWER_RUNNING,
        Problem::Conflict {
            reason: ConflictReason::NotRunning,
        } => NOT_RUNNING,
        Problem::ModelServer { trouble: what } => return trouble(*what).to_owned(),
        Problem::File { trouble } => file(*trouble),
        Problem::Speech { trouble } => speech(*trouble),
        Problem::BadRequest => BAD_REQUEST,
        Problem::DiskFull => DISK_FULL,
        Problem::Internal => INTERNAL,
    };
    t(text).to_owned()
}

const fn file(trouble: FileTrouble) -> Text {
    match trouble {
        FileTrouble::TooLarge => FILE_TOO_LARGE,
        FileTrouble::TooLong => FILE_TOO_LONG,
        FileTrouble::TooManyPixels => FILE_PIXELS,
        FileTrouble::TooNarrow => FILE_NARROW,
        FileTrouble::Empty => FILE_EMPTY,
        FileTrouble::UnknownKind => FILE_UNKNOWN,
        FileTrouble::Heic => FILE_HEIC,
        FileTrouble::Broken => FILE_BROKEN,
        FileTrouble::Protected => FILE_PROTECTED,
        FileTrouble::NoText => FILE_NO_TEXT,
        FileTrouble::TooMuch => FILE_TOO_MUCH,
        FileTrouble::TooMany => FILE_TOO_MANY,
        FileTrouble::DiskFull => FILE_DISK_FULL,
    }
}

const fn speech(trouble: SpeechTrouble) -> Text {
    match trouble {
        SpeechTrouble::Off => SPEECH_OFF,
        SpeechTrouble::Unreachable => SPEECH_UNREACHABLE,
        SpeechTrouble::Stalled => SPEECH_STALLED,
        SpeechTrouble::Failed => SPEECH_FAILED,
        SpeechTrouble::NothingHeard => SPEECH_NOTHING,
        SpeechTrouble::TooLong => SPEECH_TOO_LONG,
    }
}

/// The sentence for a form's field.
pub fn invalid(field: Field, reason: InvalidReason) -> &'static str {
    t(match (field, reason) {
        (Field::Name, InvalidReason::Empty) => NAME_EMPTY,
        (Field::Name, InvalidReason::TooLong) => NAME_LONG,
        (Field::Name, InvalidReason::Taken) => NAME_TAKEN,
        (Field::Name, _) => NAME_OTHER,
        (Field::Password, InvalidReason::TooShort | InvalidReason::Empty) => PASSWORD_SHORT,
        (Field::Password, InvalidReason::TooLong) => PASSWORD_LONG,
        (Field::Password, _) => PASSWORD_OTHER,
        (Field::CurrentPassword, _) => CURRENT_PASSWORD_WRONG,
        (Field::Text, InvalidReason::TooLong) => TEXT_LONG,
        (Field::Text, _) => TEXT_EMPTY,
        (Field::Title, _) => TITLE_BAD,
        (Field::Model, _) => MODEL_UNKNOWN,
        (Field::TimeZone, _) => TIME_ZONE_UNKNOWN,
        (Field::Language, _) => LANGUAGE_UNKNOWN,
        (Field::Statement, InvalidReason::TooLong) => STATEMENT_LONG,
        (Field::Statement, _) => STATEMENT_EMPTY,
        (Field::Search, _) => SEARCH_LONG,
        (Field::Dates, _) => DATES_WRONG,
    })
}

/// The sentence under an answer that the model server did not finish.
pub fn trouble(trouble: ModelTrouble) -> &'static str {
    t(match trouble {
        ModelTrouble::Unreachable => UNREACHABLE_MODEL,
        ModelTrouble::ModelMissing => MODEL_MISSING,
        ModelTrouble::Busy => MODEL_BUSY,
        ModelTrouble::Stalled => MODEL_STALLED,
        ModelTrouble::Failed => MODEL_FAILED,
        ModelTrouble::EndedEarly => MODEL_ENDED_EARLY,
        ModelTrouble::Garbage => MODEL_GARBAGE,
        ModelTrouble::SaidNothing => MODEL_SAID_NOTHING,
        ModelTrouble::Withheld => MODEL_WITHHELD,
        ModelTrouble::Repeating => MODEL_REPEATING,
        ModelTrouble::TooLong => MODEL_TOO_LONG,
        ModelTrouble::Refused => MODEL_REFUSED,
        ModelTrouble::Interrupted => MODEL_INTERRUPTED,
        ModelTrouble::NoModel => NO_MODEL,
    })
}
