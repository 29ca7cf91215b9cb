//! Pictures and files: `POST /attachments` takes them in, `GET /attachments/{id}` and its preview give them back.
//!
//! An upload is the form of a file field, from a script with progress or from a plain page. Who may upload, and
//! where, is decided before a byte of it is read; then it goes to the disk as it comes.
//!
//! What is given back is a picture that Hearth made itself, or a download. Either way the browser is told to guess
//! no type and to run nothing, should it be opened as a page.

use crate::{layers::body, plain_pages, state::AppState};
use axum::{
    Json,
    body::Body,
    extract::{Extension, FromRequest, Multipart, Path, Query, Request, State, rejection::QueryRejection},
    response::{IntoResponse, Response},
};
use hearth_app::context::CurrentUser;
use hearth_backend::files::{LONGEST_UPLOAD, MOST_PER_MESSAGE, StoredFile};
use hearth_types::{Attachment, AttachmentId, AttachmentKind, ConversationId, FileTrouble, Problem};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION},
};
use serde::Deserialize;
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::io::ReaderStream;

/// A form around the bytes of an upload.
const FORM: u64 = 64 << 10;

/// Silence that ends an upload.
const PATIENCE: Duration = Duration::from_secs(30);

/// A file is nobody's page: nothing in it runs, loads or is framed.
const POLICY: &str =
    "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The most bytes of the body: a script sends one file, a plain form as many as a message takes.
pub const LONGEST_BODY: usize = LONGEST_UPLOAD as usize * 2 + FORM as usize;

/// Where it is to be sent.
#[derive(Debug, Deserialize)]
pub struct Place {
    conversation: Option<ConversationId>,
}

/// `POST /attachments`
pub async fn upload(
    State(state): State<AppState>,
    Extension(current): Extension<CurrentUser>,
    place: Result<Query<Place>, QueryRejection>,
    request: Request,
) -> Response {
    let by_a_person = plain_pages::wants_html(request.headers());
    let reader = plain_pages::Reader::of(&request);
    let Ok(Query(place)) = place else {
        return plain_pages::problem(&Problem::BadRequest);
    };
    match take_in(&state, current, &place, request).await {
        Ok(_) if by_a_person => see_other(&place),
        Ok(attachments) => Json(attachments).into_response(),
        Err(problem) if by_a_person => plain_pages::refusal(&reader, &problem),
        Err(problem) => plain_pages::problem(&problem),
    }
}

async fn take_in(
    state: &AppState,
    current: CurrentUser,
    place: &Place,
    request: Request,
) -> Result<Vec<Attachment>, Problem> {
    let person = state.backend.for_user(current.user);
    person.may_attach(place.conversation).await?;
    if declared_length(request.headers()).is_some_and(|length| length > LONGEST_BODY as u64) {
        body::drain(request.into_body()).await;
        return Err(file(FileTrouble::TooLarge));
    }
    let mut form = Multipart::from_request(request, state)
        .await
        .map_err(|_| Problem::BadRequest)?;
    let mut taken = Vec::new();
    while let Some(mut field) = in_time(form.next_field()).await? {
        if field.name() != Some("file") {
            continue;
        }
        if taken.len() == MOST_PER_MESSAGE {
            return Err(file(FileTrouble::TooMany));
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        let mut incoming = person.incoming().await?;
        while let Some(bytes) = in_time(field.chunk()).await? {
            incoming.write(&bytes).await?;
        }
        taken.push(person.attach(incoming, &name, place.conversation).await?);
    }
    if taken.is_empty() {
        return Err(file(FileTrouble::Empty));
    }
    Ok(taken)
}

/// The next part of a body, if it comes.
async fn in_time<T>(
    part: impl Future<Output = Result<T, axum::extract::multipart::MultipartError>>,
) -> Result<T, Problem> {
    match timeout(PATIENCE, part).await {
        Ok(Ok(part)) => Ok(part),
        Ok(Err(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(file(FileTrouble::TooLarge)),
        _ => Err(Problem::BadRequest),
    }
}

const fn file(trouble: FileTrouble) -> Problem {
    Problem::File { trouble }
}

pub fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A plain form goes back to where it was sent from; what it brought stands there now.
fn see_other(place: &Place) -> Response {
    let page = place
        .conversation
        .map_or_else(|| "/".to_owned(), |id| format!("/c/{id}"));
    (StatusCode::SEE_OTHER, [(LOCATION, page)]).into_response()
}

/// `GET /attachments/{id}`
pub async fn attachment(
    State(state): State<AppState>,
    Extension(current): Extension<CurrentUser>,
    Path(id): Path<String>,
) -> Response {
    let Ok(id) = id.parse::<AttachmentId>() else {
        return plain_pages::problem(&Problem::NotFound);
    };
    match state.backend.for_user(current.user).attachment_file(id).await {
        Ok(file) => serve(file).await,
        Err(error) => plain_pages::problem(&error.into()),
    }
}

/// `GET /attachments/{id}/preview`
pub async fn preview(
    State(state): State<AppState>,
    Extension(current): Extension<CurrentUser>,
    Path(id): Path<String>,
) -> Response {
    let Ok(id) = id.parse::<AttachmentId>() else {
        return plain_pages::problem(&Problem::NotFound);
    };
    match state.backend.for_user(current.user).attachment_preview(id).await {
        Ok(file) => serve(file).await,
        Err(error) => plain_pages::problem(&error.into()),
    }
}

async fn serve(file: StoredFile) -> Response {
    let opened = match tokio::fs::File::open(&file.path).await {
        Ok(opened) => opened,
        Err(error) => {
            tracing::error!(error = %error.kind(), "a stored file cannot be read");
            return plain_pages::problem(&Problem::NotFound);
        }
    };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    let shown = if file.kind == AttachmentKind::Picture {
        "inline"
    } else {
        "attachment"
    };
    let disposition = format!("{shown}; filename*=UTF-8''{}", percent_encoded(&file.name));
    let values = [
        (CONTENT_TYPE, file.media_type),
        (CONTENT_DISPOSITION, disposition),
    ];
    for (name, value) in values {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    if let Ok(length) = opened.metadata().await {
        headers.insert(CONTENT_LENGTH, length.len().into());
    }
    (headers, Body::from_stream(ReaderStream::new(opened))).into_response()
}

/// RFC 8187: whatever the name holds, the header is one line of plain letters.
pub fn percent_encoded(name: &str) -> String {
    name.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::percent_encoded;

    #[test]
    fn a_hostile_name_stays_inside_its_header() {
        assert_eq!(percent_encoded("a\"; x=\r\n1"), "a%22%3B%20x%3D%0D%0A1");
        assert_eq!(percent_encoded("报告.pdf"), "%E6%8A%A5%E5%91%8A.pdf");
    }
}
