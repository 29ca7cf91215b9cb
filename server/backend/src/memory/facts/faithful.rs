//! Whether a note is faithful to its sentence.
//!
//! A model that shortens a sentence leaves out words that its truth depends on: "I cannot eat peanuts" becomes "I eat
//! peanuts". So a note is accepted only if it has the same [`Qualifiers`] as the clause that it came from. In doubt, and
//! in a language without a pack, the person's own sentence is kept, which is longer and true.

use crate::memory::{
    qualifiers::{Qualifiers, is_in, is_no, is_oneself, unspaced, without_self_reference, words},
    statement::LONGEST_STATEMENT,
};
use hearth_text::{
    cut::beginning,
    language::{Language, Languages, stem},
    words as lexemes,
};
use std::collections::BTreeSet;

/// Whether a note has exactly the qualifiers of its sentence, in every clause that makes the statement.
pub(crate) fn is_faithful(note: &str, sentence: &str) -> bool {
    let (note, sentence) = (
        without_self_reference(beginning(note, LONGEST_STATEMENT)),
        without_self_reference(beginning(sentence, LONGEST_STATEMENT)),
    );
    if bare(note) == bare(sentence) {
        return true;
    }
    if Languages::of(sentence).is_empty()
        || (lexemes::is_mostly_unspaced(note) && !is_made_of_its_pairs(note, sentence))
    {
        return false;
    }
    let (said, own) = (words(note), Qualifiers::of(note));
    let content: Vec<&str> = said
        .iter()
        .map(String::as_str)
        .filter(|word| !is_free(word))
        .collect();
    let parts = clauses(sentence);
    let mut saying: Vec<&str> = parts.iter().map(String::as_str).collect();
    saying.retain(|clause| stands_in(&content, clause));
    // A note made of several clauses must match the whole sentence.
    if saying.is_empty() && stands_in(&content, sentence) {
        saying.push(sentence);
    }
    !saying.is_empty()
        && has_the_wide_words(note, &said, sentence)
        && saying
            .into_iter()
            .all(|clause| Qualifiers::of(clause) == own && is_of_the_same(&said, note, clause))
}

/// Whether a note has every word that governs its whole sentence.
fn has_the_wide_words(note: &str, said: &[String], sentence: &str) -> bool {
    let is_wide = |word: &String| is_in(word, |language| language.qualifiers.wide);
    let mut wide = words(sentence).into_iter().filter(is_wide);
    let mut unspaced = unspaced().flat_map(|language| language.qualifiers.wide);
    wide.all(|word| said.contains(&word))
        && unspaced.all(|word| !sentence.contains(word) || note.contains(word))
}

fn bare(text: &str) -> String {
    words(text).join(" ")
}

/// Whether a word has no content of its own, or is compared by [`Qualifiers`].
fn is_free(word: &str) -> bool {
    is_in(word, |language| language.qualifiers.free) || is_no(word) || is_oneself(word)
}

/// Whether these words occur in a text in this order; an "s" at the end is ignored as an ending of verb or plural.
fn stands_in(content: &[&str], text: &str) -> bool {
    let has = words(text);
    let mut rest = has.iter();
    let is = |own: &str, other: &str| {
        own == other
            || own.strip_suffix('s') == Some(other)
            || other.strip_suffix('s') == Some(own)
            || (!own.is_ascii() && other.contains(own))
    };
    content
        .iter()
        .all(|word| rest.by_ref().any(|other| is(word, other)))
}

/// Whether every pair of neighbouring characters of the note also occurs in the sentence, so that nothing inside was
/// left out.
fn is_made_of_its_pairs(note: &str, sentence: &str) -> bool {
    let has: BTreeSet<String> = lexemes::all(sentence).into_iter().collect();
    lexemes::all(note).iter().all(|pair| has.contains(pair))
}

/// The clauses of a sentence, split where the next part has its own subject.
fn clauses(sentence: &str) -> Vec<String> {
    let mut clauses = vec![String::new()];
    for part in sentence.split_inclusive([',', ';', '，', '；']) {
        let mut joint = is_a_clause(part);
        let pieces: Vec<&str> = part.split_whitespace().collect();
        for (at, piece) in pieces.iter().enumerate() {
            let subject_follows = pieces.get(at + 1).is_some_and(|next| is_subject(next));
            joint |= is_in(&lower(piece), |language| language.qualifiers.joints) && subject_follows;
            if std::mem::take(&mut joint) {
                clauses.push(String::new());
            }
            if let Some(clause) = clauses.last_mut() {
                clause.push_str(piece);
                clause.push(' ');
            }
        }
    }
    clauses.retain(|clause| !clause.trim().is_empty());
    clauses
}

/// Whether a part of a sentence begins with a subject.
fn is_a_clause(part: &str) -> bool {
    let part = part.trim_start();
    let mut subjects = unspaced().flat_map(|language| language.qualifiers.subjects);
    subjects.any(|subject| part.starts_with(subject))
        || part.split_whitespace().next().is_some_and(is_subject)
}

fn is_subject(word: &str) -> bool {
    is_in(&lower(word), |language| language.qualifiers.subjects)
}

fn lower(word: &str) -> String {
    word.to_lowercase().replace('’', "'")
}

/// Whether a note has the same subject as its clause.
fn is_of_the_same(said: &[String], note: &str, clause: &str) -> bool {
    if !clause.is_ascii() && lexemes::is_mostly_unspaced(clause) {
        return unspaced().all(|language| begins_the_same(language, note, clause));
    }
    let has = words(clause);
    let about_oneself = said.first().is_some_and(|word| is_oneself(word));
    let is_other = |word: &str| is_in(stem(word), |language| language.person.others);
    let third = has.iter().any(|word| is_other(word) && !said.contains(word));
    if about_oneself && (third || !has.iter().any(|word| is_oneself(word))) {
        return false;
    }
    // "My dog is called Biscuit and he is …": the note may begin with the name.
    let is_naming = |word: &str| is_in(word, |language| language.qualifiers.naming);
    if has
        .windows(2)
        .any(|pair| is_naming(&pair[0]) && said.first() == Some(&pair[1]))
    {
        return true;
    }
    let is_filler = |word: &&String| is_in(word, |language| language.qualifiers.fillers);
    let mut head = has.iter().skip_while(is_filler);
    match head.next().map(String::as_str) {
        // "My dog is …": the dog is in the note.
        Some(first) if is_in(first, |language| language.qualifiers.determiners) => {
            let mut nouns = head.take(2).filter(|word| !is_free(word));
            nouns.any(|noun| said.contains(noun))
        }
        // "Biscuit is …", where the person is not a subject.
        Some(first)
            if !has
                .iter()
                .any(|word| is_in(stem(word), |language| language.person.nominative)) =>
        {
            is_free(first) || said.iter().any(|word| word == first)
        }
        _ => true,
    }
}

/// Whether a note begins like its clause, in a script without spaces; "we" and "I" count as equal.
fn begins_the_same(language: &Language, note: &str, clause: &str) -> bool {
    let begin = |text: &str| -> String {
        let mut text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
        for joint in language.qualifiers.joints {
            text = text.trim_start_matches(joint);
        }
        let (plural, singular) = (language.person.plural.first(), language.person.singular.first());
        let text = match (plural, singular) {
            (Some(plural), Some(singular)) => text.replace(plural, singular),
            _ => text.to_owned(),
        };
        text.chars().take(2).collect()
    };
    begin(note) == begin(clause)
}

#[cfg(test)]
mod tests {
    use super::super::believe::source_of;

    fn believed(note: &str, sentence: &str) -> bool {
        source_of(note, &[sentence.to_owned()]).is_some()
    }

    /// Sentences, each with a wrong note.
    const WRONG: &[(&str, &str)] = &[
        // No.
        ("I cannot eat peanuts", "I eat peanuts"),
        ("I can't eat peanuts.", "I eat peanuts"),
        ("I never eat meat", "I eat meat"),
        ("I don't like liver", "I like liver"),
        ("I do not drink coffee.", "I drink coffee"),
        ("We no longer live in Porto", "We live in Porto"),
        ("We don’t live in Porto any more", "We live in Porto"),
        ("I drink my coffee without sugar", "I drink my coffee with sugar"),
        ("Neither my wife nor I eat fish", "I eat fish"),
        ("I have no brothers", "I have brothers"),
        ("None of my cats is black", "My cats are black"),
        (
            "I am not a vegetarian, I just like vegetables",
            "I am a vegetarian",
        ),
        ("I'm not allergic to nuts", "I'm allergic to nuts"),
        ("It is not true that I live in Paris", "I live in Paris"),
        (
            "My dog is allergic to chicken and never gets any",
            "My dog gets chicken",
        ),
        ("I am allergic to shellfish", "I like shellfish"),
        ("I hate my job at the harbour", "I like my job at the harbour"),
        ("I eat everything except fish", "I eat fish"),
        ("我不吃花生", "我吃花生"),
        ("我从不喝咖啡。", "我喝咖啡"),
        ("我没有兄弟", "我有兄弟"),
        ("我不再住在波尔图了", "我住在波尔图"),
        ("我对花生过敏", "我吃花生"),
        // How often and how much.
        ("I rarely eat meat", "I eat meat"),
        ("I hardly ever drink wine", "I drink wine"),
        ("We seldom go to the sea", "We go to the sea"),
        ("I barely speak Portuguese", "I speak Portuguese"),
        ("Sometimes I sleep badly in May", "I sleep badly in May"),
        (
            "Few of my plants survive the winter",
            "My plants survive the winter",
        ),
        ("I only eat fish on Fridays", "I eat fish"),
        ("I almost bought a boat", "I bought a boat"),
        ("Half of my books are in Chinese", "My books are in Chinese"),
        ("I have less than 40 records", "I have 40 records"),
        ("I don't always lock my door", "I don't lock my door"),
        ("我很少吃肉", "我吃肉"),
        ("我几乎不喝酒", "我喝酒"),
        ("我有时去游泳", "我去游泳"),
        // In the past, or not begun.
        ("I used to smoke", "I smoke"),
        (
            "I used to live in Porto and work at the harbour",
            "I live in Porto",
        ),
        ("I gave up coffee", "I drink coffee"),
        ("I have given up dairy", "I have dairy"),
        ("I quit my job at the hospital", "My job is at the hospital"),
        ("I stopped playing the violin", "I play the violin"),
        ("I lived in Porto", "I live in Porto"),
        ("I was a nurse", "I am a nurse"),
        ("Until May we live in Porto", "We live in Porto"),
        ("We sold our boat", "We have a boat"),
        ("I want to move to Berlin", "I move to Berlin"),
        ("We plan to get a dog", "We get a dog"),
        ("I'm thinking of buying a boat", "I'm buying a boat"),
        ("我以前抽烟", "我抽烟"),
        ("我曾经住在北京", "我住在北京"),
        ("我戒了咖啡", "我喝咖啡"),
        ("我打算搬到柏林", "我搬到柏林"),
        // Another person.
        ("Nobody in my family eats meat", "My family eats meat"),
        ("My friend is a vegetarian", "I am a vegetarian"),
        ("My sister lives in Toronto", "I live in Toronto"),
        ("My friend Tom has a dog called Rex", "I have a dog called Rex"),
        ("My dog is allergic to chicken", "I am allergic to chicken"),
        (
            "Biscuit is allergic to chicken, my dog",
            "I am allergic to chicken",
        ),
        ("My boss told me he is moving to Berlin", "I am moving to Berlin"),
        ("Everyone at my office smokes", "I smoke at my office"),
        ("我朋友吃素", "我吃素"),
        ("我妹妹住在上海", "我住在上海"),
        ("我妈对花生过敏", "我对花生过敏"),
        ("我的狗对鸡肉过敏", "我对鸡肉过敏"),
        ("我公司在里斯本", "我在里斯本"),
        // Perhaps, if, and according to others.
        ("I might move to Berlin", "I move to Berlin"),
        ("I would live in Paris", "I live in Paris"),
        ("I'd like a boat", "I like a boat"),
        ("I take the bus if it rains", "I take the bus"),
        ("If it rains, I stay at home", "I stay at home"),
        ("I may get a cat", "I get a cat"),
        ("My doctor thinks I have asthma", "I have asthma"),
        ("I guess my car is broken", "My car is broken"),
        (
            "I thought I was allergic to nuts but I'm not",
            "I'm allergic to nuts",
        ),
        ("我可能搬到柏林", "我搬到柏林"),
        ("如果下雨，我坐公交车", "我坐公交车"),
        // Reversed, or changed.
        ("My dog chases our cat", "Our cat chases my dog"),
        ("I love my old red car", "I love my old red bike"),
        // German.
        ("Ich esse kein Fleisch", "Ich esse Fleisch"),
        ("Ich rauche nicht mehr", "Ich rauche"),
        ("Ich habe früher in Porto gewohnt", "Ich wohne in Porto"),
        ("Meine Schwester wohnt in Toronto", "Ich wohne in Toronto"),
        ("Mein Hund verträgt kein Huhn", "Ich vertrage kein Huhn"),
        ("Wenn es regnet, fahre ich mit dem Bus", "Ich fahre mit dem Bus"),
        ("Vielleicht ziehe ich nach Berlin", "Ich ziehe nach Berlin"),
        ("Mein Chef sagt, ich bin zu langsam", "Ich bin zu langsam"),
        ("Ich möchte nach Berlin ziehen", "Ich ziehe nach Berlin"),
        // Without a pack.
        ("Ich trinke selten Wein", "Ich trinke Wein"),
        ("No como carne", "Como carne"),
        ("Yo nunca bebo vino", "Yo bebo vino"),
    ];

    /// Sentences, each with a correct note that is shorter or has the same words.
    const RIGHT: &[(&str, &str)] = &[
        ("I live in Lisbon, by the way.", "I live in Lisbon"),
        (
            "My dog is called Biscuit and he is three years old.",
            "My dog is called Biscuit",
        ),
        (
            "My dog is called Biscuit and he is allergic to chicken.",
            "Biscuit is allergic to chicken",
        ),
        ("Oh, and I play the piano.", "I play the piano"),
        ("I work as a carpenter here in Lisbon.", "I work as a carpenter"),
        ("I live in Lisbon and I don't eat fish.", "I live in Lisbon"),
        ("I live in Lisbon and I don't eat fish.", "I don't eat fish"),
        ("I live in Lisbon and I don’t eat fish.", "I do not eat fish"),
        (
            "My locker at the pool has the number 4471!",
            "My locker at the pool has the number 4471",
        ),
        ("My car is a red Fiat from 1998.", "My car is a red Fiat"),
        (
            "Hi, I am a nurse at the hospital.",
            "I am a nurse at the hospital",
        ),
        (
            "I'm a nurse at the hospital in Porto.",
            "I am a nurse at the hospital",
        ),
        ("I never eat meat.", "I never eat meat"),
        ("I never eat meat, so I cook for myself.", "I never eat meat"),
        ("My cat Pepper only eats fish", "My cat Pepper only eats fish"),
        (
            "I used to live in Porto, and now I live in Lisbon.",
            "I used to live in Porto",
        ),
        (
            "I prefer window seats on trains.",
            "I prefer window seats on trains",
        ),
        (
            "I have a piano from 1920, it is black.",
            "I have a piano from 1920",
        ),
        (
            "We moved to Lisbon in May, and I love the river.",
            "We moved to Lisbon in May",
        ),
        (
            "My favourite colour is green, like the sea.",
            "My favourite colour is green",
        ),
        (
            "I am allergic to penicillin, please keep that in mind.",
            "I am allergic to penicillin",
        ),
        (
            "My sister lives in Toronto with two cats.",
            "My sister lives in Toronto",
        ),
        (
            "My sister lives in Toronto and I live in Lisbon.",
            "I live in Lisbon",
        ),
        ("My birthday is on 3 May.", "My birthday is on 3 May"),
        ("I rarely drink wine, and I like tea.", "I like tea"),
        ("I rarely drink wine, and I like tea.", "I rarely drink wine"),
        ("I'm vegan.", "I am vegan"),
        ("I go to yoga on Tuesdays at seven.", "I go to yoga on Tuesdays"),
        (
            "We have two rabbits called Salt and Pepper.",
            "We have two rabbits called Salt and Pepper",
        ),
        ("My street is called Rua Nova.", "My street is called Rua Nova"),
        (
            "I speak Portuguese and Chinese.",
            "I speak Portuguese and Chinese",
        ),
        ("I cycle to work, my bike is blue.", "My bike is blue"),
        (
            "I collect stamps from Macau, it is a quiet hobby.",
            "I collect stamps from Macau",
        ),
        ("Our boat is called Nina.", "Our boat is called Nina"),
        ("I sing in a choir on Mondays.", "I sing in a choir"),
        (
            "My father is a tailor, he works in Porto.",
            "My father is a tailor",
        ),
        ("我的狗叫饼干，它三岁了。", "我的狗叫饼干"),
        ("我住在里斯本，在医院工作。", "我住在里斯本"),
        ("我不吃肉，我喜欢豆腐。", "我不吃肉"),
        ("我不吃肉，我喜欢豆腐。", "我喜欢豆腐"),
        ("我星期二上瑜伽课。", "我星期二上瑜伽课"),
        ("我妹妹住在上海，她是医生。", "我妹妹住在上海"),
        ("我最喜欢的颜色是绿色。", "我最喜欢的颜色是绿色"),
        ("Ich esse kein Fleisch.", "Ich esse kein Fleisch"),
        (
            "Ich wohne in Lissabon und ich esse keinen Fisch.",
            "Ich wohne in Lissabon",
        ),
        ("Stimmt nicht, ich wohne in Porto.", "ich wohne in Porto"),
        (
            "Mein Hund heißt Keks und er ist drei Jahre alt.",
            "Mein Hund heißt Keks",
        ),
        ("Ich arbeite übrigens als Tischler.", "Ich arbeite als Tischler"),
    ];

    #[test]
    fn a_note_that_lost_a_qualifier_is_not_believed() {
        assert!(WRONG.len() >= 60);
        let believed: Vec<_> = WRONG
            .iter()
            .filter(|(sentence, note)| believed(note, sentence))
            .collect();
        assert!(believed.is_empty(), "{believed:#?}");
    }

    #[test]
    fn most_correct_notes_are_believed() {
        assert!(RIGHT.len() >= 40);
        let doubted: Vec<_> = RIGHT
            .iter()
            .filter(|(sentence, note)| !believed(note, sentence))
            .collect();
        eprintln!("{} of {} doubted: {doubted:#?}", doubted.len(), RIGHT.len());
        assert!(doubted.len() * 10 <= RIGHT.len() * 3, "{doubted:#?}");
    }
}
