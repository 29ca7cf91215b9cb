//! No answer sends a browser elsewhere.
//!
//! A plain form goes back to the page that its `Referer` names, and a request that reads needs no page of ours to come
//! from: the header may name any site. So each `Location` that leaves this server is a path on it. An address of
//! our own becomes its path, and anything else becomes the first page.

use crate::http::extensions::RequestOrigin;
use axum::{extract::Request, middleware::Next, response::Response};
use hearth_app::flash::own_page;
use http::{HeaderValue, header::LOCATION};

/// Keeps redirects on this server.
pub async fn own_pages_only(request: Request, next: Next) -> Response {
    let origin = request.extensions().get::<RequestOrigin>().cloned();
    let mut response = next.run(request).await;
    let place = response.headers().get(LOCATION).map(|location| {
        let location = location.to_str().unwrap_or_default();
        let own = origin.map(|origin| origin.to_string()).unwrap_or_default();
        HeaderValue::try_from(local(&own, location)).unwrap_or(HeaderValue::from_static("/"))
    });
    if let Some(place) = place {
        response.headers_mut().insert(LOCATION, place);
    }
    response
}

/// The path that `location` leads to on the origin `own`; the first page if it leads elsewhere.
fn local(own: &str, location: &str) -> String {
    let start = location.get(..own.len());
    let rest = match start.is_some_and(|start| !own.is_empty() && start.eq_ignore_ascii_case(own)) {
        true => &location[own.len()..],
        false => location,
    };
    let path = if rest.starts_with(['?', '#']) {
        format!("/{rest}")
    } else {
        rest.to_owned()
    };
    own_page(&path).unwrap_or("/").to_owned()
}
