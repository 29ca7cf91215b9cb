//! `GET /export`: all of one's words as a download. `POST /import`: such a file, taken in.
//!
//! Both are whole requests of a browser, a link and a form, so that they work without scripts and the browser shows
//! how far it is. What became of an import, a refusal too, is told on the page `/transfer`; programs get it as JSON.

use crate::{attachments, event_stream, layers::body, plain_pages, state::AppState};
use axum::{
    Json,
    body::Body,
    extract::{Extension, FromRequest, Multipart, Request, State, multipart::MultipartError},
    response::{IntoResponse, Response},
};
use futures::{FutureExt, Stream, StreamExt};
use hearth_app::context::CurrentUser;
use hearth_backend::{
    UserBackend,
    transfer::import::{LONGEST_ARCHIVE, Refusal},
};
use hearth_types::{ArchiveTrouble, ImportReport, ImportState, Problem};
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION},
};
use serde_json::json;
use std::{io, time::Duration};
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;
use tower_sessions::Session;

/// The page that tells of it.
const PAGE: &str = "/transfer";

/// A form around the bytes of an archive.
const FORM: u64 = 64 << 10;

/// The most bytes of the body.
pub const LONGEST_BODY: u64 = LONGEST_ARCHIVE + FORM;

/// Silence that ends an upload.
const PATIENCE: Duration = Duration::from_secs(30);

/// `GET /export`
pub async fn export(
    State(state): State<AppState>,
    Extension(current): Extension<CurrentUser>,
    Extension(session): Extension<Session>,
) -> Response {
    let export = match state.backend.for_user(current.user).export().await {
        Ok(export) => export,
        Err(error) => return plain_pages::problem(&error.into()),
    };
    let name = attachments::percent_encoded(&export.file_name);
    let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{name}")) else {
        return plain_pages::problem(&Problem::Internal);
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (CONTENT_DISPOSITION, disposition),
    ];
    // In a task of its own, which looks on while the next piece is not taken.
    let gone = tokio::spawn(event_stream::signed_out(state.sessions.clone(), session, current));
    let gone = AbortOnDropHandle::new(gone).map(|_| ());
    (headers, Body::from_stream(until(export.into_stream(), gone))).into_response()
}

/// A download that breaks off when its device is signed out: hours may lie between its beginning and its end.
fn until(
    pieces: impl Stream<Item = io::Result<Vec<u8>>> + Send + 'static,
    gone: impl Future<Output = ()> + Send + 'static,
) -> impl Stream<Item = io::Result<Vec<u8>>> + Send + 'static {
    let open = (Box::pin(pieces), Box::pin(gone));
    futures::stream::unfold(Some(open), |open| async move {
        let (mut pieces, mut gone) = open?;
        tokio::select! {
            biased;
            () = &mut gone => Some((Err(io::Error::other("signed out")), None)),
            piece = pieces.next() => piece.map(|piece| (piece, Some((pieces, gone)))),
        }
    })
}

/// `POST /import`
pub async fn import(
    State(state): State<AppState>,
    Extension(current): Extension<CurrentUser>,
    request: Request,
) -> Response {
    let by_a_person = plain_pages::wants_html(request.headers());
    let reader = plain_pages::Reader::of(&request);
    let person = state.backend.for_user(current.user);
    let taken = match take_in(&state, &person, request).await {
        Err(Refusal::Archive(trouble)) => note(&person, trouble).await,
        taken => taken,
    };
    match taken {
        // The page tells what became of it, also when that is nothing.
        Ok(_) | Err(Refusal::Archive(_)) if by_a_person => see_other(),
        Ok(report) => (status_of(&report), Json(report)).into_response(),
        Err(Refusal::Archive(trouble)) => (
            status(trouble),
            Json(json!({ "problem": "archive", "trouble": trouble })),
        )
            .into_response(),
        Err(Refusal::Backend(error)) if by_a_person => plain_pages::refusal(&reader, &error.into()),
        Err(Refusal::Backend(error)) => plain_pages::problem(&error.into()),
    }
}

async fn take_in(state: &AppState, person: &UserBackend, request: Request) -> Result<ImportReport, Refusal> {
    let mut incoming = match person.incoming_archive().await {
        Ok(incoming) => incoming,
        Err(refused) => {
            body::drain(request.into_body()).await;
            return Err(refused);
        }
    };
    if attachments::declared_length(request.headers()).is_some_and(|length| length > LONGEST_BODY) {
        body::drain(request.into_body()).await;
        return Err(ArchiveTrouble::TooLarge.into());
    }
    let mut form = Multipart::from_request(request, state)
        .await
        .map_err(|_| ArchiveTrouble::NoFile)?;
    while let Some(mut field) = in_time(form.next_field()).await? {
        if field.name() != Some("file") {
            continue;
        }
        let mut empty = true;
        while let Some(bytes) = in_time(field.chunk()).await? {
            empty = empty && bytes.is_empty();
            incoming.write(&bytes).await?;
        }
        if empty {
            break;
        }
        return person.import(incoming).await;
    }
    Err(ArchiveTrouble::NoFile.into())
}

/// The next part of a body, if it comes.
async fn in_time<T>(part: impl Future<Output = Result<T, MultipartError>>) -> Result<T, Refusal> {
    match timeout(PATIENCE, part).await {
        Ok(Ok(part)) => Ok(part),
        Ok(Err(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(ArchiveTrouble::TooLarge.into())
        }
        _ => Err(ArchiveTrouble::Broken.into()),
    }
}

/// Keeps a refusal for the page that tells of it.
async fn note(person: &UserBackend, trouble: ArchiveTrouble) -> Result<ImportReport, Refusal> {
    if trouble != ArchiveTrouble::Running {
        person.refuse_import(trouble).await?;
    }
    Err(trouble.into())
}

fn see_other() -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, PAGE)]).into_response()
}

const fn status_of(report: &ImportReport) -> StatusCode {
    match (report.state, report.trouble) {
        (ImportState::Running, _) => StatusCode::ACCEPTED,
        (_, Some(trouble)) => status(trouble),
        _ => StatusCode::OK,
    }
}

const fn status(trouble: ArchiveTrouble) -> StatusCode {
    match trouble {
        ArchiveTrouble::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ArchiveTrouble::Running => StatusCode::CONFLICT,
        ArchiveTrouble::DiskFull | ArchiveTrouble::QuotaFull => StatusCode::INSUFFICIENT_STORAGE,
        ArchiveTrouble::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}
