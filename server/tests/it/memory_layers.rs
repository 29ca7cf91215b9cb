//! The memory page shows what faded and what was put together, and separates it again, without script.

use crate::support::{Actor, TestApp};
use hearth_backend::memory::memories::NewMemory;
use hearth_types::{MemoryFilter, MemoryKind, MemoryLayer};
use http::StatusCode;

const LINE: &str = "I went running (3 times, from 1 May to 3 May 2026)";

/// Three episodes of one matter, put together, each with a message as its source.
async fn runs(anna: &Actor) {
    let sent = anna.say("I went running.").await;
    for day in 1..=3 {
        let memory = NewMemory {
            kind: MemoryKind::Episode,
            sources: vec![sent.message],
            ..NewMemory::told(format!("I went running on {day} May 2026"))
        };
        anna.backend().keep_memory(memory).await.unwrap();
    }
    anna.backend().consolidate_now().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_lists_its_episodes_with_their_messages_and_is_separated() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    runs(&anna).await;
    for address in ["/memory", "/memory?layer=together", "/memory?search=3+May+2026"] {
        let page = anna.page(address).await.body;
        assert!(page.contains(LINE), "{address}: {page}");
        assert!(page.contains("3 memories of this") && page.contains("I went running on 2 May 2026"));
        assert_eq!(page.matches("you said this").count(), 3, "{address}");
        assert!(page.contains("Separate again"));
    }
    let filter = MemoryFilter {
        layer: Some(MemoryLayer::Together),
        ..MemoryFilter::default()
    };
    let line = anna
        .backend()
        .list_memories(&filter, None)
        .await
        .unwrap()
        .memories;
    let separated = anna
        .change("/api/memories/separate", &format!("id={}", line[0].id))
        .await;
    assert_eq!(separated.status, StatusCode::OK);
    let page = anna.page("/memory?done=separated").await.body;
    assert!(page.contains("Separated.") && !page.contains(LINE) && !page.contains("Separate again"));
    assert!(page.contains("I went running on 1 May 2026"));
}

#[tokio::test(flavor = "multi_thread")]
async fn faded_memories_are_marked_and_a_layer_without_any_says_so_in_both_languages() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    let boiler = NewMemory {
        origin: hearth_types::MemoryOrigin::Model,
        ..NewMemory::told("The boiler was replaced in March")
    };
    anna.backend().keep_memory(boiler).await.unwrap();
    let page = anna.page("/memory?layer=faded").await.body;
    assert!(page.contains("No faded memories."), "{page}");
    assert!(
        anna.page("/memory?layer=together")
            .await
            .body
            .contains("No combined memories.")
    );
    sqlx::query("update memories set created_at = now() - interval '2 years'")
        .execute(&mut app.superuser().await)
        .await
        .unwrap();
    let page = anna.page("/memory?layer=faded").await.body;
    assert!(page.contains("The boiler was replaced in March"), "{page}");
    assert!(page.contains("Hearth still finds it when you ask."));
    let form = "language=zh-CN&theme=device&reading_font=serif&time_zone=UTC&memory=on";
    anna.change("/api/account/preferences", form).await;
    let page = anna.page("/memory?layer=together").await.body;
    assert!(page.contains("没有合并的记忆。"), "{page}");
}
