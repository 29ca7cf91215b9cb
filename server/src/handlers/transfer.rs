//! `GET /export`: all of a person's own words as a download. `POST /import`: takes such a file in.
//!
//! Both are plain requests of a browser, a link and a form, so that they work without scripts and the browser shows
//! progress. The page `/transfer` shows the result of an import, also a refusal; programs get it as JSON.

use crate::http::{
    auth::Person,
    file_headers::Disposition,
    plain_page::Reader,
    problem::Refused,
    upload::{BadBody, Form, drain},
};
use axum::{
    Json,
    body::Body,
    extract::Request,
    response::{IntoResponse, Redirect, Response},
};
use futures::{FutureExt, Stream, StreamExt};
use hearth_backend::transfer::import::{LONGEST_ARCHIVE, Refusal};
use hearth_types::{ArchiveTrouble, ImportReport, ImportState, Problem};
use http::{
    HeaderValue, StatusCode,
    header::{CONTENT_DISPOSITION, CONTENT_TYPE},
};
use serde_json::json;
use std::io;
use tokio_util::task::AbortOnDropHandle;

/// The page that shows the result of an import.
const PAGE: &str = "/transfer";

/// `GET /export`
pub async fn export(person: Person) -> Result<Response, Refused> {
    let export = person.export().await?;
    let disposition = Disposition::Attachment
        .header(&export.file_name)
        .map_err(|_| Problem::Internal)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (CONTENT_DISPOSITION, disposition),
    ];
    // In a task of its own, which checks the session also while the client takes nothing.
    let signed_out = AbortOnDropHandle::new(tokio::spawn(person.signed_out())).map(|_| ());
    let body = Body::from_stream(until(export.into_stream(), signed_out));
    Ok((headers, body).into_response())
}

/// A download that breaks off when its device is signed out: it may take hours.
fn until(
    pieces: impl Stream<Item = io::Result<Vec<u8>>> + Send + 'static,
    signed_out: impl Future<Output = ()> + Send + 'static,
) -> impl Stream<Item = io::Result<Vec<u8>>> + Send + 'static {
    let open = (Box::pin(pieces), Box::pin(signed_out));
    futures::stream::unfold(Some(open), |open| async move {
        let (mut pieces, mut signed_out) = open?;
        tokio::select! {
            biased;
            () = &mut signed_out => Some((Err(io::Error::other("signed out")), None)),
            piece = pieces.next() => piece.map(|piece| (piece, Some((pieces, signed_out)))),
        }
    })
}

/// `POST /import`
pub async fn import(person: Person, reader: Reader, request: Request) -> Response {
    let taken = match take_in(&person, request).await {
        Err(Refusal::Archive(trouble)) => note(&person, trouble).await,
        taken => taken,
    };
    match taken {
        // The page shows the result, also a refusal.
        Ok(_) | Err(Refusal::Archive(_)) if reader.html => Redirect::to(PAGE).into_response(),
        Ok(report) => (status_of(&report), Json(report)).into_response(),
        Err(Refusal::Archive(trouble)) => {
            let code = json!({ "problem": "archive", "trouble": trouble });
            (status(trouble), Json(code)).into_response()
        }
        Err(Refusal::Backend(error)) => reader.refuse(error.into()),
    }
}

async fn take_in(person: &Person, request: Request) -> Result<ImportReport, Refusal> {
    let mut incoming = match person.incoming_archive().await {
        Ok(incoming) => incoming,
        Err(refused) => {
            drain(request.into_body()).await;
            return Err(refused);
        }
    };
    let mut form = Form::open(request, LONGEST_ARCHIVE)
        .await
        .map_err(|bad| match bad {
            BadBody::Broken => ArchiveTrouble::NoFile,
            bad => trouble(bad),
        })?;
    while let Some(mut part) = form.next().await.map_err(trouble)? {
        if !part.is_file() {
            continue;
        }
        let mut empty = true;
        while let Some(bytes) = part.next().await.map_err(trouble)? {
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

const fn trouble(bad: BadBody) -> ArchiveTrouble {
    match bad {
        BadBody::TooLarge => ArchiveTrouble::TooLarge,
        BadBody::TooSlow | BadBody::Broken => ArchiveTrouble::Broken,
    }
}

/// Keeps a refusal for the page.
async fn note(person: &Person, trouble: ArchiveTrouble) -> Result<ImportReport, Refusal> {
    if trouble != ArchiveTrouble::Running {
        person.refuse_import(trouble).await?;
    }
    Err(trouble.into())
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
