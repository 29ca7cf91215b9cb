//! Everyday talk with a real model of a gigabyte: what is kept of sixty conversations in four languages, and how twelve
//! first messages are answered. Both print a table and are run by `cargo xtask test --real-model`.

use crate::{
    real_model::{real_backend_resting, tell_in_passing},
    talk::ask,
};
use hearth_types::{MemoryFilter, MemoryState};
use std::time::Duration;

/// What a message should leave behind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// A memory with this word.
    Kept(&'static str),
    /// A memory with this word that waits for a yes.
    Asked(&'static str),
    Nothing,
}
use Wanted::{Asked, Kept, Nothing};

const CONVERSATIONS: [(&str, Wanted); 60] = [
    // English.
    (
        "We got a kitten on Saturday, she is called Olive. What does a kitten eat?",
        Kept("Olive"),
    ),
    (
        "My daughter Ines starts school in Coimbra in September.",
        Kept("Ines"),
    ),
    (
        "I work nights as a baker. How do I sleep better by day?",
        Kept("baker"),
    ),
    ("Can you turn 350 Fahrenheit into Celsius?", Nothing),
    ("I never learned to swim, and I am 52.", Kept("swim")),
    (
        "I'm allergic to wasp stings. What should be in my rucksack?",
        Asked("wasp"),
    ),
    ("ugh what a day", Nothing),
    (
        "My neighbour Tom plays the drums every evening. How do I talk to him?",
        Kept("drums"),
    ),
    (
        "I drive a yellow Renault from 1987. Where do I find a wing mirror?",
        Kept("Renault"),
    ),
    ("Write an email to my landlord about the heating.", Nothing),
    (
        "Our wedding anniversary is on 14 June. Gift ideas?",
        Kept("14 June"),
    ),
    ("I prefer short answers with an example.", Kept("short answers")),
    ("Proofread: 'I have live in London since ten year.'", Nothing),
    (
        "My brother lost his job and owes the bank 20,000 euros.",
        Asked("bank"),
    ),
    ("I sing alto in the cathedral choir on Thursdays.", Kept("alto")),
    // 简体中文.
    ("我女儿叫小雨，今年上三年级。数学作业怎么辅导？", Kept("小雨")),
    ("我在苏州开了一家面馆。怎么写菜单？", Kept("面馆")),
    ("把'早上好'翻译成法语。", Nothing),
    ("我有高血压，早餐吃什么好？", Asked("高血压")),
    ("我家的狗叫土豆，五岁了。", Kept("土豆")),
    ("今天真热。", Nothing),
    ("我每天骑车上班，单程八公里。", Kept("骑车")),
    ("我不吃香菜。晚饭做什么？", Kept("香菜")),
    ("写一首关于秋天的短诗。", Nothing),
    ("我的护照号码是E12345678，到2031年过期。", Kept("护照")),
    ("我从2019年起住在杭州。", Kept("杭州")),
    ("我喜欢用表格的形式看答案。", Kept("表格")),
    ("什么是黑洞？", Nothing),
    ("我丈夫是消防员，常常值夜班。", Kept("消防员")),
    ("我正在学意大利语，水平A2。", Kept("意大利语")),
    // Deutsch.
    (
        "Unsere Katze heißt Minka und frisst nur Trockenfutter. Ist das gesund?",
        Kept("Minka"),
    ),
    (
        "Ich arbeite als Hebamme in Leipzig. Wie plane ich Schichten?",
        Kept("Hebamme"),
    ),
    ("Wie viel sind 15 Prozent von 80?", Nothing),
    (
        "Ich nehme seit Mai Antidepressiva. Darf ich Grapefruit essen?",
        Asked("Antidepressiva"),
    ),
    (
        "Mein Sohn Jonas spielt Handball beim SC Magdeburg.",
        Kept("Jonas"),
    ),
    ("Puh, bin ich müde.", Nothing),
    (
        "Ich fahre ein Lastenrad, weil wir kein Auto haben.",
        Kept("Lastenrad"),
    ),
    (
        "Ich trinke keinen Kaffee, nur Tee. Welche Sorte passt zum Frühstück?",
        Kept("Kaffee"),
    ),
    ("Schreib mir eine Absage für die Einladung.", Nothing),
    ("Wir sind letztes Jahr nach Dresden gezogen.", Kept("Dresden")),
    ("Mein Passwort für das WLAN ist gruener-frosch-7.", Kept("frosch")),
    ("Ich mag Antworten ohne Fachwörter.", Kept("Fachwörter")),
    ("Warum ist der Himmel blau?", Nothing),
    (
        "Meine Schwester Clara wohnt in Wien und ist Geigerin.",
        Kept("Clara"),
    ),
    ("Ich bin Linkshänder. Welche Schere ist gut?", Kept("Linkshänder")),
    // Español.
    (
        "Mi perro se llama Bruno y ladra por la noche. ¿Qué hago?",
        Kept("Bruno"),
    ),
    (
        "Trabajo de enfermera en Sevilla. ¿Cómo organizo mis turnos?",
        Kept("enfermera"),
    ),
    ("¿Cuántos gramos tiene una onza?", Nothing),
    ("Soy celíaca. ¿Qué ceno hoy?", Asked("celíaca")),
    ("Mi hijo Mateo juega al ajedrez los viernes.", Kept("Mateo")),
    ("Qué calor hace hoy.", Nothing),
    (
        "Vivo en un cuarto piso sin ascensor. ¿Qué sofá compro?",
        Kept("cuarto piso"),
    ),
    ("No como carne desde 2018.", Kept("carne")),
    ("Traduce al inglés: buenos días a todos.", Nothing),
    ("Nos mudamos de Bilbao a Valencia en marzo.", Kept("Valencia")),
    ("Mi aniversario de boda es el 9 de octubre.", Kept("9 de octubre")),
    ("Prefiero las respuestas en forma de lista.", Kept("lista")),
    ("¿Por qué vuelan los aviones?", Nothing),
    (
        "Mi abuela Carmen vive en Granada y tiene un huerto.",
        Kept("Carmen"),
    ),
    ("Toco el saxofón en una banda de jazz.", Kept("saxofón")),
];

#[tokio::test]
#[ignore = "needs a model of more than a gigabyte: cargo xtask test --real-model"]
async fn what_is_kept_of_sixty_everyday_conversations_with_a_real_model() {
    let test = real_backend_resting("HEARTH_TEST_REAL_MODEL", Duration::ZERO)
        .await
        .expect("HEARTH_TEST_REAL_MODEL names a model");
    let (mut as_wanted, mut sensitive_unasked) = (0, Vec::new());
    for (number, (text, wanted)) in CONVERSATIONS.into_iter().enumerate() {
        let person = test
            .backend
            .for_user(test.person(&format!("Person {number}")).await);
        let memories = tell_in_passing(&test, &person, text).await;
        let with = |word: &str| memories.iter().find(|memory| memory.statement.contains(word));
        let is_as_wanted = match wanted {
            Kept(word) => with(word).is_some(),
            Asked(word) => with(word).is_none_or(|memory| memory.state == MemoryState::Asked),
            Nothing => memories.is_empty(),
        };
        if let Asked(word) = wanted
            && memories
                .iter()
                .any(|memory| memory.statement.contains(word) && memory.state == MemoryState::Kept)
        {
            sensitive_unasked.push(text);
        }
        as_wanted += usize::from(is_as_wanted);
        let kept: Vec<String> = memories
            .iter()
            .map(|memory| format!("{} [{:?}, {:?}]", memory.statement, memory.kind, memory.state))
            .collect();
        eprintln!(
            "{}  {text}\n      -> {}",
            if is_as_wanted { "✓" } else { "✗" },
            kept.join(" | ")
        );
    }
    eprintln!("as wanted: {as_wanted} of {}", CONVERSATIONS.len());
    assert!(
        sensitive_unasked.is_empty(),
        "kept without a yes: {sensitive_unasked:#?}"
    );
}

/// First messages of a new installation: a statement, a general question and a personal one, in four languages.
const FIRST: [&str; 12] = [
    "My dog is allergic to chicken. We live here with our daughter, who is 7.",
    "How long do I boil a soft egg?",
    "What is my cat called?",
    "我的狗对鸡肉过敏。我们和七岁的女儿住在这里。",
    "鸡蛋煮多久是溏心的？",
    "我的猫叫什么名字？",
    "Mein Hund verträgt kein Huhn. Wir wohnen hier mit unserer Tochter, die sieben ist.",
    "Wie lange koche ich ein weiches Ei?",
    "Wie heißt meine Katze?",
    "Mi perro es alérgico al pollo. Vivimos aquí con nuestra hija, que tiene siete años.",
    "¿Cuánto tiempo hiervo un huevo pasado por agua?",
    "¿Cómo se llama mi gata?",
];

#[tokio::test]
#[ignore = "needs a model of more than a gigabyte: cargo xtask test --real-model"]
async fn twelve_first_messages_with_a_real_model() {
    let test = real_backend_resting("HEARTH_TEST_REAL_MODEL", Duration::ZERO)
        .await
        .expect("HEARTH_TEST_REAL_MODEL names a model");
    for (number, text) in FIRST.into_iter().enumerate() {
        let person = test
            .backend
            .for_user(test.person(&format!("First {number}")).await);
        let (_, answer) = ask(&person, None, text).await;
        crate::real_model::until_facts_are_drawn(&test).await;
        let kept = person
            .list_memories(&MemoryFilter::default(), None)
            .await
            .unwrap()
            .memories;
        let kept: Vec<String> = kept
            .iter()
            .map(|memory| format!("{} [{:?}]", memory.statement, memory.state))
            .collect();
        eprintln!(
            "{text}\n   answer: {}\n   kept:   {}",
            answer.text.replace('\n', " "),
            kept.join(" | ")
        );
    }
}
