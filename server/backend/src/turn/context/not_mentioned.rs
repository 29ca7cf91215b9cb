//! A line that tells the model to admit when it does not know a fact about the person.
//!
//! When a person asks in a new conversation for their locker number, a small model invents one, even when the system
//! text says "if you do not know something, say so". A line directly before such a question prevents that. Before every
//! question it would do harm: the model would refuse general questions and overlook its notes.
//!
//! Measured with Qwen2.5-Coder 1.5B at its default temperature, in English and 简体中文, on three sets: questions about
//! the person's life whose answer is unknown ("admits it"), general questions such as "How do I boil my eggs?" ("refuses
//! in vain"), and questions that a note answers ("uses the note"). The last row is from `cargo xtask test --real-model`.
//!
//! | | admits it | refuses in vain | uses the note |
//! | --- | --- | --- | --- |
//! | "If you do not know something, say so" | 1 of 17 | 0 of 20 | 14 of 14 |
//! | a rule and three examples in the system text | 11 of 17 | 1 of 20 | 12 of 14 |
//! | the same, in a paragraph of its own | 14 of 17 | 5 of 20 | 13 of 14 |
//! | the line with every question | 15 of 17 | 7 of 20 | |
//! | the line where only the person can know ([`line`]) | 14 of 14 | 0 of 12 | 5 of 5 |
//!
//! With a profile of four lines, and without this line, 11 of 12 questions about the profile were answered. With the
//! line meant for no profile: 7 of 12 answered, 16 of 17 admitted. With the line that refers to the profile above: 10 of
//! 12 and 14 of 17.

use super::{super::load::Turn, asks, phrases::profile};
use crate::retrieval::recall::is_of_oneself;
use hearth_text::{
    cut::is_longer,
    fence,
    language::{self, Folded, Languages},
};

/// Maximum characters of a question about a single fact; a longer text explains or pastes something.
const LONGEST: usize = 120;

/// The line to put before the first question of a conversation when nothing was recalled; none for general questions.
/// The wording depends on whether the prompt has a profile.
pub(super) fn line(turn: &Turn) -> Option<String> {
    let plain = turn.speakers.is_empty() && turn.done.is_empty() && turn.attached.is_empty();
    (plain && only_they_can_know(&turn.question.own_words)).then(|| {
        let (who, profile) = (fence::line(&turn.name), !profile(turn).is_empty());
        let lines = Languages::of(&turn.question.own_words).first(|language| language.not_mentioned.as_ref());
        let line = lines.map(|lines| {
            if profile {
                lines.beside_profile
            } else {
                lines.alone
            }
        });
        line.unwrap_or_default().replace("{who}", &who)
    })
}

/// Whether the question asks for a fact of the asker's own life, and not for advice.
pub(in crate::turn) fn only_they_can_know(question: &str) -> bool {
    let question = question.trim();
    let short = !is_longer(question, LONGEST) && !question.contains('\n');
    short && is_of_oneself(question) && !asks_for_ones_name(question) && asks::for_a_fact(question)
}

/// Every prompt has the person's name, so that question can be answered.
fn asks_for_ones_name(question: &str) -> bool {
    let folded = Folded::of(question);
    language::ALL
        .iter()
        .any(|language| folded.has(language.questions.own_name))
}

#[cfg(test)]
mod tests {
    use super::only_they_can_know;

    #[test]
    fn questions_about_ones_own_life_differ_from_general_questions() {
        for question in [
            "Which number has my locker at the pool?",
            "What is my cat called?",
            "When is my sister's birthday?",
            "What’s our landlord called?",
            "Where did I put the spare key?",
            "Which car do I drive?",
            "How old is my daughter?",
            "Wie heißt meine Katze?",
            "Wo habe ich meinen Schlüssel hingelegt?",
            "wann hat meine Schwester Geburtstag",
            "Weißt du noch, wo ich geparkt habe?",
            "Wie alt ist meine Tochter?",
            "Welche Farbe hat mein Auto",
            "我的猫叫什么名字？",
            "我把备用钥匙放在哪里了？",
            "我的储物柜是几号？",
        ] {
            assert!(only_they_can_know(question), "{question}");
        }
        for question in [
            "What can I cook tonight with rice, eggs and leeks?",
            "How do I get red wine out of my white shirt?",
            "My laptop has become slow. What should I try first?",
            "I have a headache. What helps?",
            "What should I wear to my job interview?",
            "What is the capital of Portugal?",
            "What do I do when my pipes freeze?",
            "What is wrong with my code?\nfn main() {}",
            "My locker has the number 4471.",
            "Was soll ich zu meinem Vorstellungsgespräch anziehen?",
            "Wie bekomme ich Rotwein aus meinem Hemd?",
            "Ich habe Kopfschmerzen. Was hilft?",
            "Wie ist die Hauptstadt von Portugal?",
            "Wie heiße ich?",
            "我怎么去除衬衫上的红酒渍？",
            "我头疼，怎么办？",
            "面试时我应该穿什么？",
            "法国的首都是哪里？",
            "What is my name?",
            "我叫什么名字？",
        ] {
            assert!(!only_they_can_know(question), "{question}");
        }
    }

    #[test]
    fn a_statement_with_a_question_word_is_not_a_question() {
        for statement in [
            "Wo ich wohne, regnet es viel.",
            "Was ich am liebsten mag, ist Tee.",
            "Als ich jung war, wohnten wir in Porto.",
            "Ich weiß, wem das Fahrrad gehört, es ist meins.",
            "Wie mein Vater an dem Tag gelacht hat",
            "My dog is allergic to chicken. We live here with our daughter, who is 7.",
            "I have a sister who lives in Porto.",
            "Who I am matters little to my boss.",
            "My neighbour, whose garden is next to ours, has three cats.",
            "I know whose bicycle that is, it is mine.",
            "We met someone who knows our landlord.",
            "My car, which is red, is in the garage.",
            "I was late again. Which is why I missed my train.",
            "Which one I take is up to my mother.",
            "When I was young we lived in Porto.",
            "When my daughter sleeps I read.",
            "I feel best when I swim.",
            "My birthday is in May, when the lilacs bloom.",
            "Where I live it rains a lot",
            "This is the house where I was born.",
            "I put my keys where nobody finds them.",
            "What I like most is tea.",
            "My locker is number 4471, what a coincidence!",
            "I told my doctor what happened.",
            "What matters to me is my garden.",
            "I know what our street was called before.",
            "How my father laughed that day",
            "I learned how to swim when I was 7.",
            "I know how old my car is.",
            "I don't remember where my keys are.",
            "I have no idea who took my umbrella.",
            "Nobody knows what I do at night.",
            "We live in Lisbon, where my wife works.",
            "Whatever I cook, my son eats it.",
            "Who cares, my dog is fine.",
            "我什么都吃。",
            "我没什么过敏的",
            "谁都喜欢我的狗",
            "我家里谁也不吃肉。",
            "我哪里都不想去",
            "我有几个朋友住在上海。",
            "几年前我搬到了北京",
            "不管怎么说，我还是住在里斯本",
            "我不知道他是谁",
            "我知道哪里有好吃的面，就在我家楼下",
            "我想找个什么时候都有空的保姆",
            "我几乎每天都跑步",
            "我女儿七岁，她什么都会",
        ] {
            assert!(!only_they_can_know(statement), "{statement}");
        }
    }

    #[test]
    fn a_question_is_recognised_with_and_without_its_question_mark() {
        for question in [
            "what is my cat called",
            "Who is my dentist?",
            "who did I meet in Porto",
            "who gave me my watch",
            "whose birthday is it in our family on 3 May?",
            "whose key did I find",
            "which car do I drive",
            "Which of my friends lives in Porto?",
            "which number has my locker",
            "when is my sister's wedding",
            "When did we move to Lisbon?",
            "when was my last visit to the dentist",
            "where did I put the spare key",
            "where are my keys",
            "So where do I park?",
            "what colour is my car",
            "what's our landlord called",
            "What did I say about my locker?",
            "how old is my daughter",
            "How many brothers have I got?",
            "how tall is my son",
            "My locker is which number?",
            "tell me where I parked my car",
            "Do you know who my doctor is?",
            "remind me when my flight leaves",
            "Hey, what is my dog allergic to",
            "I lost my key, where did I put the spare one",
            "We have a daughter, who is 7. What is her teacher's name, do I remember it?",
            "Hi! When is our anniversary",
            "Hello Hearth, which school is our son at",
            "我的猫叫什么",
            "我的猫叫什么名字",
            "我把备用钥匙放在哪里了",
            "我的储物柜是几号",
            "我女儿几岁了？",
            "我女儿多大了",
            "谁送了我这块手表",
            "我的牙医是谁",
            "我家的猫多大？",
            "我妹妹什么时候结婚",
            "我有多少个表弟？",
            "我上次去里斯本是哪一年",
        ] {
            assert!(only_they_can_know(question), "{question}");
        }
    }

    #[test]
    fn no_question_is_recognised_in_a_language_without_rules() {
        for text in [
            "¿Dónde están mis llaves?",
            "Dove sono i miei occhiali?",
            "Où est ma clé ?",
            "私の猫の名前は？",
        ] {
            assert!(!only_they_can_know(text), "{text}");
        }
    }
}
