//! Every failure of a model server is an error of its own, arrives after the text sent before it, and does not affect
//! the next request.

use std::collections::HashSet;

use hearth_inference::{
    FaultKind, InferenceError, ServerKind,
    fake::{FakeModelServer, Fault, Reply},
};

use crate::support::{BOTH, answer, ask, client, patient};

/// The fault, its error kind, and the text that must arrive before it.
const CASES: [(Fault, FaultKind, &str); 11] = [
    (Fault::NotFound, FaultKind::ModelNotFound, ""),
    (Fault::Busy503, FaultKind::Busy, ""),
    (Fault::ContextOverflow, FaultKind::ContextOverflow, ""),
    (Fault::Status(400), FaultKind::Refused, ""),
    (Fault::StallBeforeFirst, FaultKind::Stalled, ""),
    (Fault::StallAfter(2), FaultKind::Stalled, "one two "),
    (Fault::ErrorLineAfter(2), FaultKind::ServerFault, "one two "),
    (Fault::EndWithoutDoneAfter(2), FaultKind::EndedEarly, "one two "),
    (Fault::ResetAfter(2), FaultKind::EndedEarly, "one two "),
    (Fault::GarbageAfter(2), FaultKind::EndedEarly, "one two "),
    (Fault::GarbageAfter(0), FaultKind::Garbage, ""),
];

#[tokio::test]
async fn each_fault_has_its_own_error_keeps_the_partial_text_and_a_retry_works() {
    let fake = FakeModelServer::start().await;
    for kind in BOTH {
        let server = client(&fake, kind);
        for (fault, expected, partial) in CASES {
            fake.enqueue(Reply::fault(fault));
            let failed = answer(&*server, ask("x")).await;
            let error = failed
                .error
                .unwrap_or_else(|| panic!("{kind:?}: {fault:?} gave no error"));
            assert_eq!(
                (error.kind(), failed.text.as_str()),
                (expected, partial),
                "{kind:?}, {fault:?}: {error}"
            );
            assert!(failed.done.is_none());

            fake.enqueue(Reply::text("back again"));
            assert_eq!(
                answer(&*server, ask("x")).await.text,
                "back again",
                "{kind:?} after {fault:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_stopped_server_is_unreachable_and_answers_again_after_a_restart() {
    let fake = FakeModelServer::start().await;
    for kind in [ServerKind::Ollama, ServerKind::OpenAi, ServerKind::Auto] {
        let server = patient(&fake, kind);
        fake.stop();
        let error = answer(&*server, ask("x")).await.error.unwrap();
        assert!(
            matches!(&error, InferenceError::Unreachable { url, .. } if *url == fake.url()),
            "{error}"
        );
        assert!(error.retryable());
        fake.restart().unwrap();
        assert_eq!(answer(&*server, ask("hello")).await.text, "You said: hello");
    }
}

#[tokio::test]
async fn a_server_that_stops_during_an_answer_leaves_the_text_and_is_then_unreachable() {
    let fake = FakeModelServer::start().await;
    for kind in BOTH {
        let server = patient(&fake, kind);
        fake.enqueue(Reply::text("half an answer").hold_after(2));
        let stream = server.chat(ask("x")).await.unwrap();
        fake.wait_for_holds(1).await;
        fake.stop();
        let broken = crate::support::collect(stream).await;
        assert_eq!(
            (broken.text.as_str(), broken.error),
            ("half an ", Some(InferenceError::EndedEarly))
        );
        let error = answer(&*server, ask("x")).await.error.unwrap();
        assert_eq!(error.kind(), FaultKind::Unreachable);
        fake.restart().unwrap();
    }
}

#[tokio::test]
async fn a_scripted_disappearance_stops_the_whole_server() {
    let fake = FakeModelServer::start().await;
    let server = patient(&fake, ServerKind::Ollama);
    fake.enqueue(Reply::fault(Fault::Unreachable));
    assert_eq!(
        answer(&*server, ask("x")).await.error,
        Some(InferenceError::EndedEarly)
    );
    fake.restart().unwrap();
    assert!(answer(&*server, ask("x")).await.done.is_some());
}

#[tokio::test]
async fn errors_never_quote_the_servers_content() {
    let fake = FakeModelServer::start().await;
    for kind in BOTH {
        fake.enqueue(Reply::fault(Fault::GarbageAfter(1)));
        let error = answer(&*patient(&fake, kind), ask("x")).await.error.unwrap();
        assert!(!error.to_string().contains("Gateway"), "{error}");
    }
}

#[tokio::test]
async fn only_temporary_faults_are_retryable() {
    let passing = [
        FaultKind::Busy,
        FaultKind::Stalled,
        FaultKind::ServerFault,
        FaultKind::EndedEarly,
        FaultKind::Garbage,
    ];
    let fake = FakeModelServer::start().await;
    let server = client(&fake, ServerKind::Ollama);
    let mut names = HashSet::new();
    for (fault, kind, _) in CASES {
        fake.enqueue(Reply::fault(fault));
        let error = answer(&*server, ask("x")).await.error.unwrap();
        assert_eq!(error.retryable(), passing.contains(&kind), "{error}");
        names.insert(kind.as_str());
    }
    assert_eq!(names.len(), 8, "the names of the kinds are distinct");
}
