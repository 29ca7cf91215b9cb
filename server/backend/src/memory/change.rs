//! Compares statements over time: whether two say the same, and whether one ends the truth of another.
//!
//! Attributes with a single value (home, work, name, age, a favourite) are recognised by the phrases of each language,
//! and so are the words for an end ("died", "no longer", "sold").

use crate::memory::{qualifiers::Qualifiers, statement::LONGEST_STATEMENT};
use hearth_text::{
    cut::beginning,
    language::{self, Before, Changes, Folded, Languages, List},
    words,
};
use std::collections::BTreeSet;

/// An attribute that has one value at a time, such as ("home", {"lisbon"}).
pub(super) type Slot = (String, BTreeSet<String>);

/// A parsed statement. It is parsed once, because a new statement is compared with thousands.
pub(super) struct Statement<'a> {
    said: &'a str,
    words: BTreeSet<String>,
    numbers: BTreeSet<String>,
    qualifiers: Qualifiers,
    slots: Vec<Slot>,
    no: bool,
    /// The phrase that states an end, and whether it is a death.
    ending: Option<(&'static str, bool)>,
    past: bool,
    again: bool,
    /// Whether its language has a pack.
    understood: bool,
}

impl<'a> Statement<'a> {
    pub fn read(said: &'a str) -> Self {
        let said = beginning(said, LONGEST_STATEMENT);
        let (text, languages) = (Folded::of(said), Languages::of(said));
        Self {
            words: words::of_question(said),
            numbers: numbers(said),
            qualifiers: Qualifiers::of(said),
            slots: slots_in(&text),
            no: has(&text, |changes| changes.negations),
            ending: ending(&text),
            past: has(&text, |changes| changes.past),
            again: has(&text, |changes| changes.again),
            understood: !languages.is_empty(),
            said,
        }
    }

    /// Whether it gives a value to an attribute with a single value.
    pub fn has_slot(&self) -> bool {
        !self.slots.is_empty()
    }

    /// What its truth depends on beside its words.
    pub fn guards(&self) -> Guards {
        Guards {
            no: self.no,
            past: self.past,
            ends: self.ending.is_some(),
            numbers: self.numbers.clone(),
            names: names(self.said),
            qualifiers: self.qualifiers.clone(),
            slots: self.slots.clone(),
        }
    }
}

/// What the truth of a statement depends on beside its words: statements of different guards are never consolidated.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Guards {
    no: bool,
    past: bool,
    /// Whether it states an end.
    ends: bool,
    numbers: BTreeSet<String>,
    names: BTreeSet<String>,
    qualifiers: Qualifiers,
    slots: Vec<Slot>,
}

/// Whether two statements say the same: nearly the same words, the same numbers, and the same qualifiers.
pub(super) fn says_the_same(a: &Statement<'_>, b: &Statement<'_>) -> bool {
    let (own, other) = (&a.words, &b.words);
    if a.no != b.no
        || a.qualifiers != b.qualifiers
        || a.numbers != b.numbers
        || a.ending.is_some() != b.ending.is_some()
    {
        return false;
    }
    if own.is_empty() || !a.understood || !b.understood {
        return a.said.trim().eq_ignore_ascii_case(b.said.trim());
    }
    let common = own.intersection(other).count() as f32;
    let all = own.union(other).count() as f32;
    let shared_slot = || a.slots.iter().any(|slot| b.slots.contains(slot));
    common >= 0.8 * all || (own.len() <= 4 && other.len() <= 4 && shared_slot())
}

/// Whether `new` says that `old` is no longer true.
pub(super) fn ends(new: &Statement<'_>, old: &Statement<'_>) -> bool {
    let replaced = old.slots.iter().any(|(key, value)| {
        new.slots.iter().any(|(other, new_value)| {
            let same = new_value.is_subset(value) || value.is_subset(new_value);
            other == key && same == new.past
        })
    });
    replaced || ended_in_words(new, old) || turned_around(new, old) || is_so_again(new, old)
}

/// Whether something that was over is so again: "I eat meat again", after "I gave up meat".
fn is_so_again(new: &Statement<'_>, old: &Statement<'_>) -> bool {
    if !new.again || new.no || !(old.no || old.ending.is_some()) {
        return false;
    }
    let end = old
        .ending
        .map_or_else(BTreeSet::new, |(phrase, _)| words::of_question(phrase));
    let over: BTreeSet<String> = old
        .words
        .difference(&end)
        .filter(|word| !is_liking(word))
        .cloned()
        .collect();
    words::share(&over, &new.words) >= 0.5
}

fn ended_in_words(new: &Statement<'_>, old: &Statement<'_>) -> bool {
    let Some((phrase, is_death)) = new.ending else {
        return false;
    };
    if is_death && old.ending.is_none() {
        let about = before(new.said, phrase);
        let named = names(old.said);
        return names(about).iter().any(|name| named.contains(name))
            || (!new.said.is_ascii()
                && words::of_question(about)
                    .intersection(&old.words)
                    .next()
                    .is_some());
    }
    words::share(&old.words, &new.words) >= 0.5
}

/// Whether a word is one of liking or disliking.
fn is_liking(word: &str) -> bool {
    let mut lists = language::ALL.iter().map(|language| language.changes.liking);
    lists.any(|words| words.contains(&word))
}

/// Whether one statement negates the other: "I like liver" and "I don't like liver".
fn turned_around(new: &Statement<'_>, old: &Statement<'_>) -> bool {
    if new.no == old.no {
        return false;
    }
    let rest = |of: &Statement<'_>| -> BTreeSet<String> {
        of.words.iter().filter(|word| !is_liking(word)).cloned().collect()
    };
    let new_words = rest(new);
    !new_words.is_empty() && new_words == rest(old)
}

/// Whether the text has a phrase of this list in any language. All languages are tried, so that both compared
/// statements are read by the same rules.
fn has(text: &Folded, list: fn(&Changes) -> List) -> bool {
    language::ALL
        .iter()
        .any(|language| text.has(list(&language.changes)))
}

/// Whether the statement by itself is about the past: "I used to live in Porto".
pub(super) fn is_about_the_past(statement: &str) -> bool {
    has(&folded(statement), |changes| changes.past)
}

/// Whether the statement reports a change, so that it is true from its own day on.
pub(super) fn tells_of_a_change(statement: &str) -> bool {
    let text = folded(statement);
    ending(&text).is_some() || has(&text, |changes| changes.news)
}

/// The attributes with a single value in a statement, each with its value.
pub(super) fn slots(statement: &str) -> Vec<Slot> {
    slots_in(&folded(statement))
}

fn slots_in(text: &Folded) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    for language in language::ALL {
        for (key, value) in values(&language.changes, text.as_str()) {
            let value = words::of_question(until_a_break(&language.changes, value));
            if !value.is_empty() && !slots.iter().any(|(known, _)| *known == key) {
                slots.push((key, value));
            }
        }
    }
    slots
}

/// Attributes recognised by the rules of one language, each with the text that starts with its value.
fn values<'t>(changes: &Changes, text: &'t str) -> Vec<(String, &'t str)> {
    let mut values = Vec::new();
    for (key, opening) in changes.attributes {
        values.extend(
            text.split_once(opening)
                .map(|(_, value)| ((*key).to_owned(), value)),
        );
    }
    values.extend(values_before(&changes.before, text));
    for change in changes.moves {
        let starts = change.starts.iter().any(|start| text.starts_with(start));
        let moved = text.find(change.verb).filter(|_| starts);
        // In a clause with its verb at the end, the new home comes before the verb.
        let to = moved.and_then(|at| {
            text[at..]
                .split_once(change.to)
                .or_else(|| text[..at].split_once(change.to))
        });
        values.extend(to.map(|(_, home)| ("home".to_owned(), home)));
    }
    for (opening, is) in changes.favourites {
        let favourite = text.split_once(opening).and_then(|(_, rest)| rest.split_once(is));
        values.extend(favourite.map(|(what, value)| (format!("favourite {what}"), value)));
    }
    values
}

/// Attributes whose value stands before the words that name them: "tengo 37 años".
fn values_before<'t>(before: &Before, text: &'t str) -> Vec<(String, &'t str)> {
    let after_the_last = |text: &'t str, list: List| {
        let ends = list
            .iter()
            .filter_map(|word| Some(text.rfind(word)? + word.len()));
        ends.max().map(|at| &text[at..])
    };
    let value = |ending: &str| {
        // The space before "años" is the end of the value too.
        let at = text.find(ending)? + usize::from(ending.starts_with(' '));
        let own = after_the_last(&text[..at], before.starts)?;
        let of_another = before.others.iter().any(|word| own.contains(word));
        (!of_another).then(|| after_the_last(own, before.cuts).unwrap_or(own))
    };
    let attributes = before.attributes.iter();
    attributes
        .filter_map(|(key, ending)| Some(((*key).to_owned(), value(ending)?)))
        .collect()
}

fn ending(text: &Folded) -> Option<(&'static str, bool)> {
    let of = |list: List, is_death: bool| list.iter().map(move |phrase| (*phrase, is_death));
    let changes = language::ALL.iter().map(|language| &language.changes);
    let mut phrases = changes.flat_map(|changes| of(changes.deaths, true).chain(of(changes.endings, false)));
    let found = phrases.find(|(phrase, _)| text.as_str().contains(phrase));
    found.or_else(|| {
        let mut around = language::ALL
            .iter()
            .flat_map(|language| language.changes.endings_around);
        let fits = |ends: List, behind: &str| ends.iter().any(|end| behind.contains(end));
        around.find_map(|(phrase, ends)| {
            let (_, behind) = text.as_str().split_once(phrase)?;
            fits(ends, behind).then_some((*phrase, false))
        })
    })
}

/// A statement in the form for phrase search.
fn folded(statement: &str) -> Folded {
    Folded::of(beginning(statement, LONGEST_STATEMENT))
}

fn before<'a>(statement: &'a str, cue: &str) -> &'a str {
    statement
        .split_once(cue.trim_end())
        .map_or(statement, |(before, _)| before)
}

/// Words written like names, with a capital letter.
fn names(text: &str) -> BTreeSet<String> {
    let languages = Languages::all();
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 1 && word.chars().next().is_some_and(char::is_uppercase))
        .filter(|word| !words::is_stop_word(&word.to_lowercase(), &languages))
        .map(str::to_owned)
        .collect()
}

fn numbers(statement: &str) -> BTreeSet<String> {
    statement
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The value up to the start of the next clause.
fn until_a_break<'t>(changes: &Changes, value: &'t str) -> &'t str {
    let breaks = changes.breaks.iter().filter_map(|word| value.find(word));
    let end = breaks.filter(|at| *at > 0).min();
    value[..end.unwrap_or(value.len())].trim()
}

#[cfg(test)]
mod tests {
    use super::Statement;

    fn ends(new: &str, old: &str) -> bool {
        super::ends(&Statement::read(new), &Statement::read(old))
    }

    fn says_the_same(a: &str, b: &str) -> bool {
        super::says_the_same(&Statement::read(a), &Statement::read(b))
    }

    #[test]
    fn a_new_statement_ends_an_old_one() {
        for (new, old) in [
            ("We moved from Porto to Lisbon", "I live in Porto"),
            ("I moved to Lisbon last month", "We live in Porto."),
            ("Biscuit died in March", "My dog is called Biscuit"),
            ("Biscuit died in March", "Biscuit is allergic to chicken"),
            ("My name is Anna Silva", "My name is Anna Costa"),
            ("My favourite colour is green", "My favourite colour is blue"),
            ("I work at the hospital now", "I work at the harbour"),
            ("I no longer eat meat", "I eat meat every Sunday"),
            ("I quit smoking", "I smoke a lot"),
            ("I don't like liver", "I like liver"),
            ("I eat meat again", "I don't eat meat"),
            ("I eat meat again", "I no longer eat meat"),
            ("Since May I drink coffee again", "I gave up coffee"),
            ("I smoke again", "I quit smoking"),
            ("I drive a blue Volvo now", "I drive a red Fiat"),
            ("We drive an old van now", "My car is a red Fiat"),
            ("I weigh 80 kilos", "I weigh 84 kilos"),
            ("I park on level 2", "I park on level 3"),
            ("Ich esse wieder Fleisch", "Ich esse kein Fleisch"),
            ("Ich rauche wieder", "Ich rauche nicht mehr"),
            ("我又吃肉了", "我不吃肉"),
            ("我又开始抽烟了", "我不再抽烟"),
            (
                "Wir sind letzten Monat nach Lissabon gezogen",
                "Ich wohne in Porto",
            ),
            ("Keks ist im März gestorben", "Mein Hund heißt Keks"),
            ("Meine Lieblingsfarbe ist Grün", "Meine Lieblingsfarbe ist Blau"),
            ("Ich esse kein Fleisch mehr", "Ich esse Fleisch"),
            ("Ich wohne jetzt in Porto", "I live in Lisbon"),
            ("我们从波尔图搬到里斯本了", "我住在波尔图"),
            ("饼干三月去世了", "我的狗叫饼干"),
            ("我不再吃肉", "我吃肉"),
            ("我最喜欢的颜色是绿色", "我最喜欢的颜色是蓝色"),
            ("Nos mudamos de Oporto a Lisboa", "Vivo en Oporto"),
            ("El mes pasado me mudé a Lisboa", "Vivo en Oporto"),
            ("Ahora vivo en Lisboa", "Vivo en Oporto"),
            ("Galleta murió en marzo", "Mi perro se llama Galleta"),
            ("Ya no como carne", "Como carne los domingos"),
            ("Dejé de comer carne", "Como carne"),
            ("Vendimos nuestro barco", "Tenemos un barco"),
            ("Trabajo ahora en el hospital", "Trabajo en el puerto"),
            ("Ya tengo 38 años", "Tengo 37 años"),
            ("No me gusta el hígado", "Me gusta el hígado"),
            ("Vuelvo a comer carne", "Ya no como carne"),
            ("リスボンに引っ越しました", "ポルトに住んでいます"),
            (
                "先月ポルトからリスボンに引っ越しました",
                "私はポルトに住んでいます",
            ),
            ("ビスケットは三月に亡くなりました", "犬の名前はビスケットです"),
            ("もう肉を食べません", "肉を食べます"),
            ("タバコをやめました", "タバコを吸います"),
            ("私は38歳になりました", "私は37歳です"),
            ("今は病院で働いています", "港で働いています"),
            ("レバーが嫌いです", "レバーが好きです"),
            ("一番好きな色は緑です", "一番好きな色は青です"),
        ] {
            assert!(ends(new, old), "{new} / {old}");
        }
    }

    #[test]
    fn statements_about_other_things_end_nothing() {
        for (new, old) in [
            ("I live in Lisbon, near the river", "I live in Lisbon"),
            ("My cat is called Pepper", "My dog is called Biscuit"),
            ("Biscuit died in March", "My cat is called Pepper"),
            ("I work at the hospital", "I live in Porto"),
            ("I like coffee", "I like tea"),
            ("I like coffee again", "I don't like tea"),
            ("I went to Porto again", "I don't eat meat"),
            ("I speak Spanish now", "I speak Portuguese"),
            ("I have a cat now", "I have a dog"),
            ("I drive a blue Volvo now", "I live in Porto"),
            ("我又去了上海", "我不吃肉"),
            ("My sister moved to Paris", "I live in Porto"),
            ("We sold the boat", "I live in Porto"),
            ("Meine Schwester ist nach Paris gezogen", "Ich wohne in Porto"),
            ("Ich mag Kaffee", "Ich mag Tee"),
            ("饼干三月去世了", "我的猫叫胡椒"),
            ("我喜欢咖啡", "我喜欢茶"),
            ("Mi hermana se mudó a París", "Vivo en Oporto"),
            ("Mi hija tiene 8 años", "Tengo 37 años"),
            ("Me gusta el café", "Me gusta el té"),
            ("Galleta murió en marzo", "Mi gata se llama Pimienta"),
            ("妹はパリに引っ越しました", "ポルトに住んでいます"),
            ("娘は8歳です", "私は37歳です"),
            ("息子は9歳です", "娘は8歳です"),
            ("コーヒーが好きです", "お茶が好きです"),
        ] {
            assert!(!ends(new, old), "{new} / {old}");
        }
    }

    #[test]
    fn the_same_statement_is_recognised_in_other_words() {
        assert!(says_the_same(
            "My dog is called Biscuit",
            "my dog is called Biscuit."
        ));
        assert!(says_the_same("I live in Lisbon", "We live in Lisbon"));
        assert!(!says_the_same("I am 34", "I am 35"));
        assert!(!says_the_same("I eat meat", "I don't eat meat"));
        assert!(!says_the_same(
            "My dog is called Biscuit",
            "My cat is called Pepper"
        ));
    }
}
