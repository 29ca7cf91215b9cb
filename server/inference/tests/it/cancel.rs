//! Dropping a stream closes the connection, which tells the model server to stop generating.

use futures::StreamExt;
use hearth_inference::fake::{FakeModelServer, Fault, Reply};

use crate::support::{BOTH, answer, ask, patient};

#[tokio::test]
async fn dropping_the_stream_disconnects_from_the_server() {
    let fake = FakeModelServer::start().await;
    for (count, kind) in BOTH.into_iter().enumerate() {
        fake.enqueue(Reply::text("one two three").hold_after(1));
        let mut stream = patient(&fake, kind).chat(ask("x")).await.unwrap();
        stream.next().await.unwrap().unwrap();
        assert_eq!(fake.open_streams(), 1);
        drop(stream);
        fake.wait_for_disconnects(count + 1).await;
        assert_eq!(fake.open_streams(), 0);
    }
}

#[tokio::test]
async fn dropping_the_request_before_its_first_byte_disconnects_too() {
    let fake = FakeModelServer::start().await;
    for (count, kind) in BOTH.into_iter().enumerate() {
        fake.enqueue(Reply::fault(Fault::StallBeforeFirst));
        let server = patient(&fake, kind);
        let waiting = tokio::spawn(async move { server.chat(ask("x")).await.is_ok() });
        fake.wait_for_chats(count + 1).await;
        waiting.abort();
        fake.wait_for_disconnects(count + 1).await;
    }
}

#[tokio::test]
async fn an_answer_read_to_its_end_is_not_a_disconnect() {
    let fake = FakeModelServer::start().await;
    for kind in BOTH {
        answer(&*patient(&fake, kind), ask("x")).await;
        fake.wait_until_idle().await;
    }
    assert_eq!(fake.disconnects(), 0);
}
