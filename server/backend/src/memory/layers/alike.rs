//! Near-duplicates: statements of one person that say the same.
//!
//! Cosines alone cannot tell them from statements that contradict each other (all-MiniLM-L6-v2):
//!
//! | | cosine |
//! | --- | --- |
//! | "My dog is called Biscuit", "I have a dog named Biscuit" | 0.89 |
//! | "My locker is on the left", "My locker is on the right" | 0.96 |
//! | "My dog chases our cat", "Our cat chases my dog" | 0.99 |
//! | "My bike is blue", "My bike is dark blue" | 0.94 |
//! | "I have a boat", "I have a toy boat" | 0.86 |
//! | "I like tea", "I like tea ceremonies" | 0.72 |
//!
//! So the words decide first: negation, quantity, time, subject, names and numbers must be equal ([`Guards`]), and the
//! words of one statement must all stand in the other, in the same order ([`Reading::is_within`]). Where one says more
//! by a word or two, their cosine must also reach a floor above that of such pairs that do not say the same
//! ([`UNLIKE`]), measured on the embedder itself. The longer statement stands for the shorter.

use crate::memory::{
    change::{Guards, Statement},
    statement::LONGEST_STATEMENT,
};
use hearth_text::{
    cut::beginning,
    language::{Folded, Languages},
    times, words,
};
use std::collections::{BTreeSet, HashMap};

/// Maximum words that one of two near-duplicates has more.
const MORE_WORDS: usize = 2;

/// Pairs of which one has all words of the other and says something else.
pub(super) const UNLIKE: [(&str, &str); 12] = [
    ("I like tea", "I like tea ceremonies"),
    ("I live near the station", "I live near the fire station"),
    ("My car is red", "My car key is red"),
    ("I drink milk", "I drink oat milk"),
    ("I have a dog", "I have a dog house"),
    ("My bike is in the garage", "My bike lock is in the garage"),
    ("I work at the school", "I work at the school kitchen"),
    ("My desk is by the window", "My desk lamp is by the window"),
    ("I like wine", "I like wine glasses"),
    ("I have a boat", "I have a toy boat"),
    ("I collect stamps", "I collect rubber stamps"),
    ("I keep bees", "I keep bees wax"),
];

/// Added to the highest cosine of [`UNLIKE`].
const MARGIN: f32 = 0.01;

/// The floor of an embedder by its vectors of [`UNLIKE`], pair after pair.
pub(super) fn floor(vectors: &[Vec<f32>]) -> f32 {
    let pairs = vectors.as_chunks::<2>().0.iter();
    pairs.map(|[a, b]| dot(a, b)).fold(0.0, f32::max) + MARGIN
}

/// Embedders return unit vectors here, so the dot product is the cosine.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// A statement as it is compared with others.
pub(super) struct Reading {
    /// See [`words::of_statement`].
    words: Vec<String>,
    pub key: Key,
}

/// What must be equal.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    guards: Guards,
    /// Whom its pronouns mean: the person, several, or somebody else.
    persons: BTreeSet<&'static str>,
    names_a_time: bool,
}

impl Reading {
    pub fn of(statement: &str) -> Self {
        let statement = beginning(statement, LONGEST_STATEMENT);
        Self {
            words: words::of_statement(statement),
            key: Key {
                guards: Statement::read(statement).guards(),
                persons: persons(statement),
                names_a_time: times::names_a_time(statement),
            },
        }
    }

    /// Whether the other statement has all its words in the same order, and at most [`MORE_WORDS`] more. In a
    /// language without a pack nothing is known of the words, and a statement is within an equal one only.
    pub fn is_within(&self, other: &Self) -> bool {
        let mut rest = other.words.iter();
        !self.words.is_empty()
            && other.words.len() - self.words.len().min(other.words.len()) <= MORE_WORDS
            && self
                .words
                .iter()
                .all(|word| rest.by_ref().any(|other| other == word))
    }

    pub fn has_the_words_of(&self, other: &Self) -> bool {
        self.words == other.words
    }

    pub const fn length(&self) -> usize {
        self.words.len()
    }
}

/// The pronouns of a statement: the class of those for the person, and others by their word.
fn persons(statement: &str) -> BTreeSet<&'static str> {
    let text = Folded::of(statement);
    let mut persons = BTreeSet::new();
    for language in Languages::of(statement).or_all().iter() {
        let person = &language.person;
        for (list, class) in [
            (person.singular, "singular"),
            (person.plural, "plural"),
            (person.receiver, "receiver"),
        ] {
            if text.has_word(language, list) {
                persons.insert(class);
            }
        }
        let has = |other: &str| {
            if language.script.has_spaces() {
                text.words().any(|word| word == other)
            } else {
                text.as_str().contains(other)
            }
        };
        persons.extend(person.others.iter().copied().filter(|other| has(other)));
    }
    persons
}

/// A statement that may have near-duplicates, by its place in the caller's list.
pub(super) struct Candidate<'a> {
    pub at: usize,
    pub reading: &'a Reading,
    /// Statements of different kinds here are never consolidated: sensitivity, subject, time of validity.
    pub apart: String,
    /// Whether it may be hidden behind another: not a pinned one.
    pub may_hide: bool,
    /// Whether the person asked to remember it.
    pub explicit: bool,
}

/// Groups of near-duplicates: the place of the statement that stands for the group, and of the others. `candidates`
/// are in order of time; `is_near` compares the cosine of two places with the floor.
pub(super) fn groups(
    candidates: &[Candidate<'_>],
    is_near: impl Fn(usize, usize) -> bool,
) -> Vec<(usize, Vec<usize>)> {
    let mut buckets: HashMap<(&Key, &str), Vec<&Candidate<'_>>> = HashMap::new();
    for candidate in candidates {
        let key = (&candidate.reading.key, candidate.apart.as_str());
        buckets.entry(key).or_default().push(candidate);
    }
    let mut groups = Vec::new();
    for mut bucket in buckets.into_values() {
        // Stable: of equal ones the oldest is first.
        bucket.sort_by_key(|one| {
            (
                std::cmp::Reverse(one.reading.length()),
                one.may_hide,
                !one.explicit,
            )
        });
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        for (place, head) in bucket.iter().enumerate() {
            if taken.contains(&head.at) {
                continue;
            }
            let says_the_same = |one: &&&Candidate<'_>| {
                one.may_hide
                    && !taken.contains(&one.at)
                    && one.reading.is_within(head.reading)
                    && (one.reading.has_the_words_of(head.reading) || is_near(head.at, one.at))
            };
            let members: Vec<usize> = bucket[place + 1..]
                .iter()
                .filter(says_the_same)
                .map(|one| one.at)
                .collect();
            if !members.is_empty() {
                taken.extend(&members);
                groups.push((head.at, members));
            }
        }
    }
    groups.sort_unstable();
    groups
}

#[cfg(test)]
mod tests {
    use super::{Candidate, Reading, groups};

    /// Whether two statements become one, where their vectors are near.
    fn same(a: &str, b: &str) -> bool {
        let readings = [Reading::of(a), Reading::of(b)];
        let candidates: Vec<_> = readings
            .iter()
            .enumerate()
            .map(|(at, reading)| Candidate {
                at,
                reading,
                apart: String::new(),
                may_hide: true,
                explicit: false,
            })
            .collect();
        !groups(&candidates, |_, _| true).is_empty()
    }

    const SAME: &[(&str, &str)] = &[
        ("My dog is called Biscuit", "I have a dog named Biscuit"),
        ("My boiler is from Vaillant", "I have a boiler from Vaillant"),
        ("I sing in a choir", "I sing in the choir"),
        ("I have a piano from 1920", "I have an old piano from 1920"),
        ("I am vegetarian", "I am a vegetarian"),
        ("My bike is blue", "My bike is dark blue"),
        ("Ich spiele Klavier", "Ich spiele das Klavier"),
        ("我喜欢喝茶", "我喜欢喝茶。"),
    ];

    /// Pairs that differ in negation, quantity, time, subject, name, number, direction or content.
    const DIFFERENT: &[(&str, &str)] = &[
        ("I eat meat", "I don't eat meat"),
        ("I eat meat", "I never eat meat"),
        ("I eat meat", "I rarely eat meat"),
        ("I like liver", "I hate liver"),
        ("I drink wine", "I hardly drink wine"),
        ("I have 3 cats", "I have 4 cats"),
        ("I go to yoga", "I go to yoga on Tuesdays"),
        ("I sing in a choir on Mondays", "I sing in a choir on Tuesdays"),
        ("I smoke", "I used to smoke"),
        ("I live in Lisbon", "I lived in Lisbon"),
        ("I live in Lisbon", "I live in Lisbon until May"),
        ("I live in Lisbon", "I want to live in Lisbon"),
        ("I am vegetarian", "My sister is vegetarian"),
        ("My brother lives in Porto", "My sister lives in Porto"),
        ("I live in Lisbon", "We live in Lisbon"),
        ("Biscuit is allergic to chicken", "Pepper is allergic to chicken"),
        ("My dog is called Biscuit", "My cat is called Biscuit"),
        ("My locker is on the left", "My locker is on the right"),
        ("I lent Tom my ladder", "Tom lent me his ladder"),
        ("My dog chases our cat", "Our cat chases my dog"),
        ("I fly to Lisbon", "I fly from Lisbon"),
        ("I bought a boat", "I sold a boat"),
        ("I like green tea", "I like black tea"),
        ("I take the morning train", "I take the evening train"),
        ("My bike is red", "My bike is blue"),
        ("Ich esse Fleisch", "Ich esse kein Fleisch"),
        ("Ich wohne in Porto", "Ich wohnte früher in Porto"),
        ("Meine Schwester wohnt in Porto", "Ich wohne in Porto"),
        ("我吃肉", "我不吃肉"),
        ("我喜欢茶", "我喜欢绿茶"),
        ("我妹妹住在上海", "我住在上海"),
        ("No como carne", "Como carne"),
    ];

    #[test]
    fn near_duplicates_become_one_memory() {
        let missed: Vec<_> = SAME.iter().filter(|(a, b)| !same(a, b)).collect();
        assert!(missed.is_empty(), "{missed:#?}");
    }

    #[test]
    fn statements_that_differ_in_negation_quantity_time_or_subject_are_never_one() {
        let wrong: Vec<_> = DIFFERENT
            .iter()
            .filter(|(a, b)| same(a, b) || same(b, a))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
