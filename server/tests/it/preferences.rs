//! What a person chooses in Settings is shown there afterwards.

use crate::support::TestApp;

fn preferences(language: &str, recall: &str) -> String {
    format!("language={language}&theme=device&reading_font=serif&time_zone=UTC&memory=on{recall}")
}

/// The chosen option of the field.
fn chosen(page: &str, field: &str) -> String {
    let from = page.find(&format!("name=\"{field}\"")).expect("the field");
    let options = page[from..].split("</select>").next().unwrap();
    let option = options
        .split("<option")
        .find(|option| option.contains(" selected"));
    let option = option.expect("a chosen option").split("</option").next().unwrap();
    option.split_once('>').unwrap().1.replace("<!>", "")
}

#[tokio::test(flavor = "multi_thread")]
async fn how_often_something_is_recalled_is_chosen_in_settings() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    assert_eq!(chosen(&anna.page("/settings").await.body, "recall"), "Balanced");
    for (language, recall, shown) in [
        (
            "en",
            "&recall=seldom",
            "Seldom: only what surely belongs to the question",
        ),
        ("zh-CN", "&recall=often", "多：可能有关时也会"),
        // A page of an older version that is still open.
        ("zh-CN", "", "适中"),
    ] {
        let saved = anna
            .change("/api/account/preferences", &preferences(language, recall))
            .await;
        assert!(
            saved.status.is_redirection() || saved.status.is_success(),
            "{}",
            saved.status
        );
        assert_eq!(chosen(&anna.page("/settings").await.body, "recall"), shown);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_choice_changes_nothing() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    anna.change("/api/account/preferences", &preferences("en", "&recall=often"))
        .await;
    anna.change("/api/account/preferences", &preferences("en", "&recall=always"))
        .await;
    let shown = chosen(&anna.page("/settings").await.body, "recall");
    assert!(shown.starts_with("Often"), "{shown}");
}
