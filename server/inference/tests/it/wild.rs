//! Bodies that real model servers send, replayed over HTTP: whole, in two chunks, and byte by byte.

use hearth_inference::{FaultKind, ServerKind, StopReason, connect};

use crate::{
    stub::{Body, Stub},
    support::{Answer, answer, ask},
};

/// The expected end of an answer.
#[derive(Debug, PartialEq)]
enum End {
    Done(StopReason),
    Fault(FaultKind),
}

const DONE: End = End::Done(StopReason::End);
const EARLY: End = End::Fault(FaultKind::EndedEarly);

struct Case {
    name: &'static str,
    body: Vec<u8>,
    text: &'static str,
    thinking: &'static str,
    end: End,
}

fn case(name: &'static str, body: impl AsRef<[u8]>, text: &'static str, end: End) -> Case {
    Case {
        name,
        body: body.as_ref().to_vec(),
        text,
        thinking: "",
        end,
    }
}

fn thinking(name: &'static str, body: impl AsRef<[u8]>, thinking: &'static str, text: &'static str) -> Case {
    Case {
        thinking,
        ..case(name, body, text, DONE)
    }
}

/// An event with this text.
fn text_event(text: &str) -> String {
    format!(
        "data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}},\"finish_reason\":null}}]}}\n\n"
    )
}

const STOP: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const MARK: &str = "data: [DONE]\n\n";

/// "Hello" in one event, then `between`, then " you" and the end mark.
fn around(between: &str) -> String {
    [&text_event("Hello"), between, &text_event(" you"), STOP, MARK].concat()
}

async fn replay(kind: ServerKind, cases: Vec<Case>) {
    let stub = Stub::start();
    let server = connect(&stub.url, kind);
    for case in cases {
        let half = case.body.len() / 2;
        for size in [case.body.len(), half, 1] {
            let chunks = case.body.chunks(size.max(1)).map(<[u8]>::to_vec).collect();
            let media_type = if kind == ServerKind::Ollama {
                "application/x-ndjson"
            } else {
                "text/event-stream"
            };
            stub.next(Body { media_type, chunks });
            let got = answer(&*server, ask("x")).await;
            check(&case, got, size);
        }
    }
}

fn check(case: &Case, got: Answer, size: usize) {
    let end = match (got.done, got.error) {
        (Some(done), None) => End::Done(done.stop),
        (_, error) => End::Fault(error.unwrap().kind()),
    };
    assert_eq!(
        (got.text.as_str(), got.thinking.as_str(), &end),
        (case.text, case.thinking, &case.end),
        "{}, in chunks of {size}",
        case.name
    );
}

#[tokio::test]
async fn every_form_of_an_event_stream_is_read() {
    let crlf = around("").replace('\n', "\r\n");
    let cr = around("").replace('\n', "\r");
    let two_lines = "data: {\"choices\":[{\"delta\":\ndata: {\"content\":\" dear\"}}]}\n\n";
    let in_a_string = "data: {\"choices\":[{\"delta\":{\"content\":\" one\ndata: two\"}}]}\n\n";
    let single = around("").replace("\n\n", "\n");
    replay(
        ServerKind::OpenAi,
        vec![
            case("plain", around(""), "Hello you", DONE),
            case("comment", around(": keepalive\n\n:\n\n"), "Hello you", DONE),
            case(
                "comment as data",
                around("data: : keepalive\n\n"),
                "Hello you",
                DONE,
            ),
            case(
                "comment of a router",
                around(": OPENROUTER PROCESSING\n\ndata: : OPENROUTER PROCESSING\n\n"),
                "Hello you",
                DONE,
            ),
            case(
                "empty data",
                around("data:\n\ndata: \n\ndata\n\n"),
                "Hello you",
                DONE,
            ),
            case(
                "end mark with spaces",
                [&text_event("Hello"), STOP, "data:  [DONE] \n\n"].concat(),
                "Hello",
                DONE,
            ),
            case(
                "byte order mark",
                ["\u{feff}", &around("")].concat(),
                "Hello you",
                DONE,
            ),
            case(
                "field without colon",
                around("retry\nid\nwhatever\n\n"),
                "Hello you",
                DONE,
            ),
            case(
                "unknown fields",
                around("foo: bar\nevent: message\nid: 7\nretry: soon\n"),
                "Hello you",
                DONE,
            ),
            case("CRLF", crlf, "Hello you", DONE),
            case("CR", cr, "Hello you", DONE),
            case("two data lines", around(two_lines), "Hello dear you", DONE),
            case(
                "two data lines in a text",
                around(in_a_string),
                "Hello one\ntwo you",
                DONE,
            ),
            case("no blank lines", single, "Hello you", DONE),
            case(
                "no blank line at the end",
                [&text_event("Hello"), STOP.trim_end()].concat(),
                "Hello",
                DONE,
            ),
            case(
                "events named message",
                around("").replace("data: {", "event: message\ndata: {"),
                "Hello you",
                DONE,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn only_an_unreadable_event_is_lost() {
    replay(ServerKind::OpenAi, vec![
        case("half an event", around("data: {\"choices\":[{\"del\n\n"), "Hello you", DONE),
        case("HTML", around("<html>Bad Gateway</html>\n\n"), "Hello you", DONE),
        case("plain text", around("data: please wait\n\n"), "Hello you", DONE),
        case("numbers, lists and texts", around("data: 7\n\ndata: [1,2]\n\ndata: \"x\"\n\ndata: null\n\n"), "Hello you", DONE),
        case("not a number", around("data: {\"choices\":[{\"delta\":{\"content\":\" dear\"},\"logprob\":-Infinity}]}\n\n"), "Hello dear you", DONE),
        case("choices of odd types", around("data: {\"choices\":null}\n\ndata: {\"choices\":[null,5]}\n\ndata: {\"choices\":\"x\"}\n\n"), "Hello you", DONE),
        case("a delta of odd types", around("data: {\"choices\":[{\"delta\":[]}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":{\"x\":[1]}}}]}\n\ndata: {\"choices\":[{\"delta\":{\"content\":5}}]}\n\n"), "Hello you", DONE),
        case("nothing but HTML", "<html><body>Bad Gateway</body></html>\n", "", End::Fault(FaultKind::Garbage)),
        case("nothing but half an event", "data: {\"choices\":[{\"del\n\n", "", End::Fault(FaultKind::Garbage)),
        case("nothing", "", "", EARLY),
        case("nothing but comments", ": a\n\n: b\n\n", "", EARLY),
    ])
    .await;
}

#[tokio::test]
async fn text_is_read_in_every_form() {
    let event = |choice: &str| format!("data: {{\"choices\":[{choice}]}}\n\n");
    let end = [STOP, MARK].concat();
    let delta = |fields: &str| event(&format!("{{\"delta\":{{{fields}}}}}")) + &end;
    let parts = "\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}]},{\"type\":\"text\",\"text\":\"yes\"}]";
    replay(ServerKind::OpenAi, vec![
        case("list of texts", delta("\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"},\"c\"]"), "abc", DONE),
        thinking("list with thoughts", delta(parts), "hm", "yes"),
        thinking("reasoning_content", delta("\"reasoning_content\":\"hm\",\"content\":\"yes\""), "hm", "yes"),
        thinking("one thought under two names", delta("\"reasoning\":\"hm\",\"reasoning_content\":\"hm\",\"content\":\"yes\""), "hm", "yes"),
        thinking("reasoning_details", delta("\"reasoning\":null,\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"hm\"}],\"content\":\"yes\""), "hm", "yes"),
        case("a refusal", delta("\"content\":null,\"refusal\":\"I cannot\""), "I cannot", DONE),
        case("completion text", event("{\"text\":\"a\",\"finish_reason\":null}") + &event("{\"text\":\"b\",\"finish_reason\":\"stop\"}"), "ab", DONE),
        case("delta as text", event("{\"delta\":\"a\"}") + &end, "a", DONE),
        case("the whole answer repeated at the end", text_event("a") + &event("{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}"), "a", DONE),
        case("whole body", "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"yes\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1}}", "yes", DONE),
        case("whole body on many lines", "{\n  \"choices\": [\n    {\n      \"message\": {\"content\": \"yes\\n{\"}\n    }\n  ]\n}\n", "yes\n{", DONE),
        thinking("whole body with thoughts", "{\"choices\":[{\"message\":{\"reasoning_content\":\"hm\",\"content\":\"yes\"}}]}", "hm", "yes"),
        case("objects without events", "{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n{\"choices\":[{\"delta\":{\"content\":\"b\"},\"finish_reason\":\"stop\"}]}\n", "ab", DONE),
        case("an error without event", [&text_event("a"), "{\"error\":{\"message\":\"no\"}}\n"].concat(), "a", End::Fault(FaultKind::ServerFault)),
        case("an error event", [&text_event("a"), "event: error\ndata: it broke\n\n"].concat(), "a", End::Fault(FaultKind::ServerFault)),
        case("an error field", [&text_event("a"), "error: {\"code\":500,\"message\":\"no\"}\n\n"].concat(), "a", End::Fault(FaultKind::ServerFault)),
        case("an error of null", around("data: {\"error\":null,\"choices\":[]}\n\n"), "Hello you", DONE),
    ])
    .await;
}

#[tokio::test]
async fn a_character_split_over_two_events_arrives_whole() {
    let bytes = [
        b"data: {\"choices\":[{\"delta\":{\"content\":\"a\xf0\x9f\"}}]}\n\n".as_slice(),
        b"data: {\"choices\":[{\"delta\":{\"content\":\"\x98\x80b\"}}]}\n\n",
        STOP.as_bytes(),
    ]
    .concat();
    let torn = |between: &str| [&text_event("a\\ud83d"), between, &text_event("\\ude00b"), STOP].concat();
    replay(
        ServerKind::OpenAi,
        vec![
            case("lone surrogates", torn(""), "a😀b", DONE),
            case("with an empty event between", torn(&text_event("")), "a😀b", DONE),
            case(
                "half an emoji alone",
                [&text_event("a\\ud83d b"), STOP].concat(),
                "a\u{fffd} b",
                DONE,
            ),
            case(
                "half an emoji at the end",
                [&text_event("a\\ud83d"), STOP].concat(),
                "a",
                DONE,
            ),
            case("half a character's bytes", bytes, "a😀b", DONE),
        ],
    )
    .await;
    let torn =
        "{\"message\":{\"content\":\"a\\ud83d\"}}\n{\"message\":{\"content\":\"\\ude00b\"},\"done\":true}\n";
    replay(
        ServerKind::Ollama,
        vec![case("lone surrogates", torn, "a😀b", DONE)],
    )
    .await;
}

#[tokio::test]
async fn statistics_of_unexpected_types_are_ignored() {
    let stub = Stub::start();
    let server = connect(&stub.url, ServerKind::OpenAi);
    for (usage, prompt, completion) in [
        (
            "{\"prompt_tokens\":\"12\",\"completion_tokens\":3.0}",
            Some(12),
            Some(3),
        ),
        ("{\"prompt_tokens\":null,\"completion_tokens\":-1}", None, None),
        (
            "{\"prompt_tokens\":{\"text\":12},\"completion_tokens\":[3]}",
            None,
            None,
        ),
        ("{\"input_tokens\":12,\"output_tokens\":\"many\"}", Some(12), None),
        ("\"none\"", None, None),
        ("[]", None, None),
        ("{\"prompt_tokens\":99999999999999999999}", None, None),
    ] {
        let figures =
            format!("data: {{\"choices\":[],\"usage\":{usage},\"timings\":{{\"prompt_ms\":\"fast\"}}}}\n\n");
        let body = [
            &text_event("Hello"),
            STOP,
            &figures,
            "data: {\"choices\":[],\"usage\":null}\n\n",
            MARK,
        ]
        .concat();
        stub.next(Body {
            media_type: "text/event-stream",
            chunks: vec![body.into()],
        });
        let got = answer(&*server, ask("x")).await;
        let done = got.done.unwrap();
        assert_eq!(
            (got.text.as_str(), done.prompt_tokens, done.completion_tokens),
            ("Hello", prompt, completion),
            "{usage}"
        );
    }
}

#[tokio::test]
async fn an_answer_ends_as_its_server_reports() {
    let reason = |word: &str| text_event("Hello").replace("null", word);
    let filtered = || End::Done(StopReason::Filtered);
    replay(ServerKind::OpenAi, vec![
        case("an empty reason, cut in mid-sentence", reason("\"\""), "Hello", EARLY),
        case("a reason of null as text", reason("\"null\""), "Hello", EARLY),
        case("no reason at all", text_event("Hello"), "Hello", EARLY),
        case("an empty reason, and the end mark", reason("\"\"") + MARK, "Hello", DONE),
        case("a reason and no end mark", reason("\"stop\""), "Hello", DONE),
        case("a limit", reason("\"length\"") + MARK, "Hello", End::Done(StopReason::Length)),
        case("the end mark alone", MARK, "", DONE),
        case("a filter", "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"content_filter\"}]}\n\ndata: [DONE]\n\n", "", filtered()),
        case("a filter in the middle", reason("\"content_filter\""), "Hello", filtered()),
    ])
    .await;
}

#[tokio::test]
async fn ollamas_lines_are_read_in_every_form() {
    let word = |text: &str| {
        format!(
            "{{\"model\":\"m\",\"message\":{{\"role\":\"assistant\",\"content\":\"{text}\"}},\"done\":false}}\n"
        )
    };
    let done = "{\"model\":\"m\",\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"eval_count\":\"2\",\"load_duration\":1.5e6}\n";
    let around = |between: &str| [&word("Hello"), between, &word(" you"), done].concat();
    replay(ServerKind::Ollama, vec![
        case("plain", around(""), "Hello you", DONE),
        case("byte order mark and empty lines", format!("\u{feff}{}", around("\n\r\n \n")), "Hello you", DONE),
        case("CRLF", around("").replace('\n', "\r\n"), "Hello you", DONE),
        case("a reason without done", [&word("Hello"), "{\"message\":{\"content\":\"\"},\"done_reason\":\"stop\"}\n"].concat(), "Hello", DONE),
        case("an empty reason", [&word("Hello"), "{\"message\":{\"content\":\"\"},\"done\":false,\"done_reason\":\"\"}\n"].concat(), "Hello", EARLY),
        case("done as text", [&word("Hello"), "{\"done\":\"true\",\"done_reason\":\"length\"}\n"].concat(), "Hello", End::Done(StopReason::Length)),
        case("an unreadable line", around("{\"model\":\"m\",\"mess\n<html>\n7\n"), "Hello you", DONE),
        case("nothing but HTML", "<html>Bad Gateway</html>", "", End::Fault(FaultKind::Garbage)),
        case("events around the lines", around("").replace('{', "\u{1}").replace("\u{1}\"model", "data: {\"model").replace('\u{1}', "{"), "Hello you", DONE),
        case("a whole body", "{\n \"message\": {\"content\": \"yes\"},\n \"done\": true\n}", "yes", DONE),
        thinking("thoughts", "{\"message\":{\"thinking\":\"hm\",\"content\":\"\"}}\n{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"yes\"}]},\"done\":true}\n", "hm", "yes"),
        case("odd types", around("{\"message\":7}\n{\"message\":{\"content\":null,\"thinking\":false}}\n{\"message\":[],\"done\":\"no\"}\n"), "Hello you", DONE),
        case("a connection that ends", word("Hello"), "Hello", EARLY),
        case("an error line", [&word("Hello"), "{\"error\":\"the runner stopped\"}\n"].concat(), "Hello", End::Fault(FaultKind::ServerFault)),
    ])
    .await;
}
