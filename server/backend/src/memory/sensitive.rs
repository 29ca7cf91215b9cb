//! Sensitive matters, kept only at the person's request or with their consent: health, sexuality, money, beliefs, other
//! people.
//!
//! Recognised by words, and rather too often: a question costs a glance, a wrong guess costs trust. An animal's allergy
//! is not sensitive. In a language without a pack every statement needs consent ([`can_judge`]).

use hearth_text::{
    cut::beginning,
    language::{Folded, Language, Languages, Sensitive as Words},
};
use hearth_types::Sensitive;

/// Maximum characters that are read of a statement and of a sentence; neither is longer.
const LONGEST: usize = crate::memory::statement::LONGEST_STATEMENT;

/// Whether the language of the sentence has a pack; otherwise nothing is kept without consent.
pub(crate) fn can_judge(sentence: &str) -> bool {
    let languages = Languages::of(beginning(sentence, LONGEST));
    !languages.is_empty() && languages.is_understood()
}

/// Why a statement extracted from that sentence needs consent; none when it does not.
pub(crate) fn reason(statement: &str, sentence: &str) -> Option<Sensitive> {
    let both = format!(
        "{} {}",
        beginning(statement, LONGEST),
        beginning(sentence, LONGEST)
    );
    let languages = Languages::of(&both).or_all();
    let text = Folded::of(&both);
    let has = |list: fn(&Words) -> hearth_text::language::List| {
        languages
            .iter()
            .any(|language| text.has(list(&language.sensitive)))
    };
    let about_an_animal = has(|words| words.animals) && !has(|words| words.oneself);
    if has(|words| words.sexuality) {
        Some(Sensitive::Sexuality)
    } else if has(|words| words.health) && !about_an_animal {
        Some(Sensitive::Health)
    } else if has(|words| words.money) {
        Some(Sensitive::Money)
    } else if has(|words| words.beliefs) {
        Some(Sensitive::Beliefs)
    } else if languages.iter().any(|language| names_somebody(language, &text)) {
        Some(Sensitive::ThirdPerson)
    } else {
        None
    }
}

fn names_somebody(language: &Language, text: &Folded) -> bool {
    text.has_word(language, language.person.relations)
}

#[cfg(test)]
mod tests {
    use super::{can_judge, reason};
    use hearth_types::Sensitive;

    #[test]
    fn sensitive_statements_need_consent() {
        for (statement, why) in [
            ("I am allergic to penicillin", Sensitive::Health),
            ("I earn 4000 a month", Sensitive::Money),
            ("I am gay", Sensitive::Sexuality),
            ("I am a Buddhist", Sensitive::Beliefs),
            ("My sister lives in Toronto", Sensitive::ThirdPerson),
            ("Ich bin allergisch gegen Penicillin", Sensitive::Health),
            ("Ich verdiene 4000 Euro im Monat", Sensitive::Money),
            ("Ich bin schwul", Sensitive::Sexuality),
            ("Ich bin aus der Kirche ausgetreten", Sensitive::Beliefs),
            ("Meine Schwester lebt in Toronto", Sensitive::ThirdPerson),
            ("我有糖尿病", Sensitive::Health),
            ("我的月薪是八千", Sensitive::Money),
            ("我儿子上小学三年级", Sensitive::ThirdPerson),
            ("Soy alérgica a la penicilina", Sensitive::Health),
            ("Tomo pastillas para dormir", Sensitive::Health),
            ("Gano 2000 euros al mes", Sensitive::Money),
            ("Soy lesbiana", Sensitive::Sexuality),
            ("Voy a misa los domingos", Sensitive::Beliefs),
            ("Mi hermana vive en Toronto", Sensitive::ThirdPerson),
            ("糖尿病の薬を飲んでいます", Sensitive::Health),
            ("犬アレルギーです", Sensitive::Health),
            ("私の年収は五百万円です", Sensitive::Money),
            ("私はゲイです", Sensitive::Sexuality),
            ("毎週教会に行きます", Sensitive::Beliefs),
            ("妹はトロントに住んでいます", Sensitive::ThirdPerson),
        ] {
            assert_eq!(reason(statement, statement), Some(why), "{statement}");
        }
    }

    #[test]
    fn other_statements_need_no_consent() {
        for statement in [
            "My dog is allergic to chicken",
            "I live in Lisbon",
            "I prefer window seats",
            "My cat is called Pepper",
            "我的狗对鸡肉过敏",
            "Mein Hund ist allergisch gegen Huhn",
            "Ich wohne in Lissabon",
            "Meine Katze heißt Pfeffer",
            "Ich arbeite als Tischler im Krankenhaus",
            "我住在上海",
            "I work as a carpenter",
            "Vivo en Lisboa",
            "Mi perro es alérgico al pollo",
            "Trabajo de carpintero en el hospital",
            "リスボンに住んでいます",
            "私の犬は鶏肉アレルギーです",
            "大工として働いています",
        ] {
            assert_eq!(reason(statement, statement), None, "{statement}");
        }
    }

    #[test]
    fn nothing_can_be_judged_in_a_language_without_a_pack() {
        for sentence in [
            "Je suis allergique aux noix.",
            "Mia sorella vive a Toronto",
            "A minha irmã vive no Porto",
            "أنا أعيش في لشبونة",
            "Я живу в Лиссабоне",
            "나는 간호사입니다",
        ] {
            assert!(!can_judge(sentence), "{sentence}");
        }
        for sentence in [
            "I live in Lisbon",
            "Ich wohne in Lissabon",
            "我住在上海",
            "Vivo en Lisboa",
            "リスボンに住んでいます",
        ] {
            assert!(can_judge(sentence), "{sentence}");
        }
    }
}
