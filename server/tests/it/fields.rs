//! Values that are hard for a database, a calendar or a parser.

use crate::support::TestApp;
use hearth_server::http::routes::{Kind, ROUTES};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn no_value_of_any_field_causes_an_internal_error() {
    let app = TestApp::start().await;
    let id = Uuid::now_v7().to_string();
    let values = [
        "%00",
        "a%00b",
        "%EF%BF%BF",
        "%F0%9F%92%A9",
        "%E2%80%AE",
        "'%3B+drop+table+users%3B--",
        "-1",
        "9223372036854775807",
        "-9223372036854775808",
        "-8000000000000000000",
        "1e999",
        "null",
        "%5B%5D",
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "%0D%0AX-Evil%3A+1",
    ];
    let fields = [
        "name",
        "password",
        "language",
        "time_zone",
        "secret",
        "next",
        "remember",
        "conversation",
        "text",
        "idempotency_key",
        "model",
        "memory",
        "recall",
        "id",
        "title",
        "answer",
        "device",
        "current",
        "new",
        "theme",
        "reading_font",
        "user",
        "link",
        "role",
        "statement",
        "kind",
        "pinned",
        "passage",
        "yes",
        "page",
    ];
    let long = "x".repeat(200_000);
    for route in ROUTES.iter().filter(|route| route.kind == Kind::Change) {
        if route.path.ends_with("sign_out") {
            continue;
        }
        let anna = app.admin().await;
        for value in values.iter().copied().chain([long.as_str()]) {
            let form: Vec<_> = fields
                .iter()
                .map(|field| match *field {
                    // Well formed, so that the others are looked at.
                    "id" | "answer" | "device" | "user" | "link" | "idempotency_key" | "passage"
                        if value.len() != 36 =>
                    {
                        format!("{field}={id}")
                    }
                    "conversation" => String::new(),
                    "language" => "language=en".into(),
                    "theme" => "theme=device".into(),
                    "reading_font" => "reading_font=serif".into(),
                    "role" => "role=member".into(),
                    "kind" => "kind=fact".into(),
                    "pinned" | "yes" | "page" => format!("{field}=true"),
                    "recall" => "recall=often".into(),
                    "memory" | "remember" => format!("{field}=true"),
                    _ if value.len() > 1_000 && *field != "text" && *field != "name" => format!("{field}=x"),
                    _ if value.len() > 1_000 => format!("{field}={}", &value[..100_001]),
                    _ => format!("{field}={value}"),
                })
                .collect();
            let answer = anna.change(route.path, &form.join("&")).await;
            assert!(
                !answer.status.is_server_error(),
                "{} {value:.40} {} {}",
                route.path,
                answer.status,
                answer.body
            );
            assert_eq!(answer.header("x-evil"), "");
        }
    }
    let anna = app.admin().await;
    for value in values {
        for address in [
            format!("/api/conversations?before_us={value}&before_id={id}"),
            format!("/api/conversations?before_us=1&before_id={value}"),
            format!("/api/conversations/open?id={value}&before={value}"),
            format!("/events?answer={value}&blocks={value}"),
            format!("/events?answer={id}&blocks={value}"),
            format!("/c/{value}?before={value}"),
            format!("/join/{value}"),
            format!("/assets/{value}"),
            format!("/conversations?before_us={value}&before_id={id}"),
            format!("/memory?search={value}&kind={value}&time={value}&before_us={value}&before_id={id}"),
        ] {
            let answer = anna.page(&address).await;
            assert!(
                !answer.status.is_server_error(),
                "{address} {} {}",
                answer.status,
                answer.body
            );
        }
    }
}
