//! Pictures and files: `POST /attachments` takes them in, `GET /attachments/{id}` and its preview give them back.
//!
//! An upload is a form with a file field, sent by a script with progress or by a plain page. Whether the person may
//! upload to the conversation is decided before a byte of it is read; then it goes to the disk as it arrives.
//!
//! The response to a download is a picture that Hearth encoded itself, or an attachment. Headers forbid the browser to
//! guess a type or to run anything, should the file be opened as a page.

use crate::http::{
    auth::Person,
    extract::{Path, Query},
    file_headers::Disposition,
    plain_page::Reader,
    problem::Refused,
    upload::{BadBody, Form},
};
use axum::{
    Json,
    body::Body,
    extract::Request,
    response::{IntoResponse, Redirect, Response},
};
use hearth_backend::files::{MAX_FILE_BYTES, MOST_PER_MESSAGE, StoredFile};
use hearth_types::{Attachment, AttachmentId, AttachmentKind, ConversationId, FileTrouble, Problem};
use http::{
    HeaderMap, HeaderValue,
    header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
};
use serde::Deserialize;
use tokio_util::io::ReaderStream;

/// Nothing in a file runs, loads or is framed.
const POLICY: &str =
    "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Bytes of one form: a script sends one file, a plain form as many as a message takes.
const LONGEST_FORM: u64 = MAX_FILE_BYTES * 2;

/// The conversation that the files are for; a new one by default.
#[derive(Debug, Deserialize)]
pub struct Destination {
    conversation: Option<ConversationId>,
}

/// `POST /attachments`
pub async fn upload(
    person: Person,
    Query(destination): Query<Destination>,
    reader: Reader,
    request: Request,
) -> Response {
    match take_in(&person, &destination, request).await {
        // A plain form goes back to its page, which shows the new files.
        Ok(_) if reader.html => Redirect::to(&page_of(&destination)).into_response(),
        Ok(attachments) => Json(attachments).into_response(),
        Err(problem) => reader.refuse(problem),
    }
}

async fn take_in(
    person: &Person,
    destination: &Destination,
    request: Request,
) -> Result<Vec<Attachment>, Problem> {
    person.may_attach(destination.conversation).await?;
    let mut form = Form::open(request, LONGEST_FORM).await.map_err(problem_of)?;
    let mut taken = Vec::new();
    while let Some(mut part) = form.next().await.map_err(problem_of)? {
        if !part.is_file() {
            continue;
        }
        if taken.len() >= MOST_PER_MESSAGE {
            return Err(trouble(FileTrouble::TooMany));
        }
        let mut incoming = person.incoming().await?;
        while let Some(bytes) = part.next().await.map_err(problem_of)? {
            incoming.write(&bytes).await?;
        }
        let name = part.file_name();
        taken.extend(person.attach(incoming, &name, destination.conversation).await?);
    }
    if taken.is_empty() {
        return Err(trouble(FileTrouble::Empty));
    }
    Ok(taken)
}

const fn problem_of(bad: BadBody) -> Problem {
    match bad {
        BadBody::TooLarge => trouble(FileTrouble::TooLarge),
        BadBody::TooSlow | BadBody::Broken => Problem::BadRequest,
    }
}

const fn trouble(trouble: FileTrouble) -> Problem {
    Problem::File { trouble }
}

fn page_of(destination: &Destination) -> String {
    destination
        .conversation
        .map_or_else(|| "/".to_owned(), |id| format!("/c/{id}"))
}

/// `GET /attachments/{id}`
pub async fn attachment(person: Person, Path(id): Path<AttachmentId>) -> Result<Response, Refused> {
    serve(person.attachment_file(id).await?).await
}

/// `GET /attachments/{id}/preview`
pub async fn preview(person: Person, Path(id): Path<AttachmentId>) -> Result<Response, Refused> {
    serve(person.attachment_preview(id).await?).await
}

async fn serve(file: StoredFile) -> Result<Response, Refused> {
    let opened = tokio::fs::File::open(&file.path).await.map_err(|error| {
        tracing::error!(error = %error.kind(), "a stored file cannot be read");
        Problem::NotFound
    })?;
    let shown = if file.kind == AttachmentKind::Picture {
        Disposition::Inline
    } else {
        Disposition::Attachment
    };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    if let Ok(media_type) = HeaderValue::from_str(&file.media_type) {
        headers.insert(CONTENT_TYPE, media_type);
    }
    if let Ok(disposition) = shown.header(&file.name) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    if let Ok(found) = opened.metadata().await {
        headers.insert(CONTENT_LENGTH, found.len().into());
    }
    Ok((headers, Body::from_stream(ReaderStream::new(opened))).into_response())
}
