//! Problems on the wire and in the query of a page.

use hearth_app::{
    failure::{Failure, status},
    flash,
    pages::wrong_host::wrong_host,
    strings::problems,
};
use hearth_types::{Field, InvalidReason, Language, Problem};
use http::StatusCode;
use server_fn::error::FromServerFnError;

#[test]
fn a_problem_travels_as_plain_json() {
    let failure = Failure::from(Problem::Invalid {
        field: Field::Name,
        reason: InvalidReason::Taken,
    });
    assert_eq!(
        failure.ser(),
        r#"{"problem":"invalid","field":"name","reason":"taken"}"#
    );
    assert_eq!(Failure::de(failure.ser()), failure);
}

#[test]
fn every_problem_has_its_status() {
    assert_eq!(status::status(&Problem::NotSignedIn), StatusCode::UNAUTHORIZED);
    assert_eq!(status::status(&Problem::NotAllowed), StatusCode::FORBIDDEN);
    assert_eq!(status::status(&Problem::NotFound), StatusCode::NOT_FOUND);
    assert_eq!(
        status::status(&Problem::TooManyAttempts { seconds: 9 }),
        StatusCode::TOO_MANY_REQUESTS
    );
    assert_eq!(status::status(&Problem::AlreadySetUp), StatusCode::CONFLICT);
    assert_eq!(
        status::status(&Problem::Internal),
        StatusCode::INTERNAL_SERVER_ERROR
    );
}

#[test]
fn a_wait_is_put_into_words() {
    let sentence = problems::sentence(&Problem::TooManyAttempts { seconds: 200 });
    assert_eq!(sentence, "Too many attempts. Wait about 3 minutes and try again.");
}

#[test]
fn each_failure_of_the_model_server_has_a_sentence_of_its_own() {
    use hearth_types::ModelTrouble::*;
    let troubles = [
        Unreachable,
        ModelMissing,
        Busy,
        Stalled,
        Failed,
        EndedEarly,
        Garbage,
        SaidNothing,
        Withheld,
        Repeating,
        TooLong,
        Refused,
        Interrupted,
        NoModel,
    ];
    let sentences: std::collections::BTreeSet<_> = troubles.into_iter().map(problems::trouble).collect();
    assert_eq!(sentences.len(), troubles.len());
}

#[test]
fn redirects_lead_only_to_pages_of_this_server() {
    assert_eq!(flash::own_page("/c/1?x=2"), Some("/c/1?x=2"));
    for foreign in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        "/\r\nx: y",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "/\u{a0}/evil.example",
    ] {
        assert_eq!(flash::own_page(foreign), None, "{foreign:?}");
    }
}

#[test]
fn a_foreign_host_is_never_html() {
    let page = wrong_host(
        "<script>alert(1)</script>",
        "allowed_hosts",
        Language::English,
        "n",
    );
    assert!(!page.contains("<script>"), "{page}");
}
