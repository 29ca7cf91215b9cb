//! A change must come from a page of ours.
//!
//! Browsers send `Origin` with every request that is not a GET or HEAD, over plain http too, where they send no
//! `Sec-Fetch-Site`. So `Origin` decides; where it is missing, `Referer` must name this origin. Scripts name the origin
//! as well: `curl -H "Origin: http://localhost:8642"`.

use crate::http::{extensions::RequestOrigin, plain_page::Reader};
use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderMap, StatusCode, header};
use serde_json::json;

/// Refuses changes from elsewhere, before the body is read.
pub async fn own_origin_only(request: Request, next: Next) -> Response {
    if request.method().is_safe() || comes_from_our_page(&request) {
        next.run(request).await
    } else {
        refuse(&Reader::of(&request))
    }
}

fn refuse(reader: &Reader) -> Response {
    let text = reader.says(
        "This request did not come from a page of this Hearth, so nothing was changed. Behind a reverse proxy, \
         whoever runs Hearth sets HEARTH_PUBLIC_URL to the address that people type.",
        "这个请求不是从本 Hearth 的页面发出的，因此没有做任何更改。如果使用反向代理，\
         请管理员把 HEARTH_PUBLIC_URL 设为大家输入的地址。",
    );
    let code = json!({ "problem": "wrong_origin", "setting": "HEARTH_PUBLIC_URL" });
    let title = reader.says("Not from here", "来源不对");
    reader.answer(StatusCode::FORBIDDEN, title, text, &code)
}

fn comes_from_our_page(request: &Request) -> bool {
    let Some(own) = request.extensions().get::<RequestOrigin>() else {
        return false;
    };
    let headers = request.headers();
    // What a browser says about the sender may only confirm.
    if single(headers, "sec-fetch-site").is_some_and(|site| site != "same-origin") {
        return false;
    }
    // A plain form is sent back to the page that the Referer names, so that page must be ours.
    let referer = single(headers, "referer").map(|referer| is_page_of(&own.to_string(), referer));
    if headers.contains_key(header::ORIGIN) {
        let origin = single(headers, "origin");
        return referer != Some(false)
            && origin.is_some_and(|origin| origin.eq_ignore_ascii_case(&own.to_string()));
    }
    referer == Some(true)
}

fn is_page_of(own: &str, page: &str) -> bool {
    page.get(..own.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(own))
        && matches!(page.as_bytes().get(own.len()), None | Some(b'/'))
}

/// A header's value; none when it is missing or there are several.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Some(value.to_str().unwrap_or("")),
        (Some(_), Some(_)) => Some(""),
        (None, _) => None,
    }
}
