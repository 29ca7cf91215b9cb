//! "Remember that …" and "forget that …": orders to the memory, recognised by their words in each language with a pack.
//!
//! Words decide and not a model, so that an order works with every model. Only the beginning of a message counts, or the
//! end of a short one, so that pasted text gives no orders. Every language is tried on every message, because the words
//! of an order do not begin other messages.

use hearth_text::{
    cut::{beginning, is_longer},
    language::{self, Commands, Folded, Language, List},
    sentences::sentences,
};

/// An order to the memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Store this statement.
    Remember(String),
    /// Forget what is stored about this.
    Forget(String),
    /// Forget something whose description is too long to search for.
    ForgetTooMuch,
    /// Forget something, in a wording from which it is not clear what.
    ForgetUnclear,
}

/// Characters at the beginning of a message that are searched for an order: courtesy, order and object.
const BEGINNING: usize = 2_000;

/// Maximum words of courtesy before an order.
const MOST_COURTESY: usize = 12;

/// Maximum characters of the object of "forget"; the length of a statement.
const LONGEST_FORGET: usize = super::statement::LONGEST_STATEMENT;

/// Maximum characters of a whole message such as "delete my birthday"; a longer one is about a text.
const BRIEF: usize = 50;

/// Maximum characters of a message whose end may be an order.
const SHORT: usize = 300;

/// Characters between an order and its object.
const SEPARATORS: [char; 7] = ['：', ':', '，', ',', '、', ' ', '\u{3000}'];

/// Characters before an order at the end of a message.
const ENDS_OF_CLAUSES: [char; 8] = ['.', ',', ';', '!', '。', '，', '；', '！'];

/// The order that a message begins with, or ends with; none in nearly all messages.
pub fn command(text: &str) -> Option<Command> {
    // Phones write ’ for the apostrophe. Offsets below refer to this text.
    let text = beginning(text.trim(), BEGINNING).replace('’', "'");
    let (order, asked_politely) = without_courtesy(&text);
    let mut languages = language::ALL.iter();
    let in_any = languages.find_map(|language| at_the_beginning(language, order, asked_politely));
    in_any
        .or_else(|| {
            let mut languages = language::ALL.iter();
            languages.find_map(|language| at_the_end(language, &text))
        })
        .or_else(|| wishes_to_forget(&text))
}

fn at_the_beginning(language: &'static Language, order: &str, asked_politely: bool) -> Option<Command> {
    let order = Order::of(language, order, asked_politely)?;
    order.forgotten().or_else(|| order.remembered())
}

/// A text that may be an order in one language.
struct Order<'t> {
    words: &'static Commands,
    language: &'static Language,
    text: &'t str,
    lower: String,
    asked_politely: bool,
}

impl<'t> Order<'t> {
    /// None for a question.
    fn of(language: &'static Language, text: &'t str, asked_politely: bool) -> Option<Self> {
        let words = &language.commands;
        let text = if asked_politely && !words.polite_ends.is_empty() {
            without_polite_end(words, text)
        } else {
            text
        };
        let asks = words.questions.iter().any(|phrase| text.contains(phrase));
        (!asks).then(|| Self {
            words,
            language,
            text,
            lower: text.to_ascii_lowercase(),
            asked_politely,
        })
    }

    /// The order to forget.
    fn forgotten(&self) -> Option<Command> {
        let spaced = self.language.script.has_spaces();
        if !spaced
            && self
                .words
                .no_wishes
                .iter()
                .any(|phrase| self.text.contains(phrase))
        {
            return None;
        }
        let about = self
            .after_any(self.words.forget)
            .or_else(|| self.before_own(self.words.forget_own, self.words.forget_whose))
            .or_else(|| self.after_a_verb(self.words.forget_verbs, self.words.forget_objects, true))
            .or_else(|| {
                self.after_a_verb(
                    self.words.delete_verbs,
                    self.words.delete_objects,
                    self.is_brief(),
                )
            })
            .or_else(|| between(self.language, self.text))
            .or_else(|| self.before_a_last_verb())?;
        let about = clause(
            self.language,
            self.words.without_tail(about),
            self.asked_politely,
            false,
        )?;
        let about = self.words.without_tail(&about).trim();
        if self.points(about) {
            return Some(Command::ForgetUnclear);
        }
        (!about.is_empty() && self.may_be_meant(about)).then(|| forget(about.to_owned()))
    }

    /// The order to remember.
    fn remembered(&self) -> Option<Command> {
        let words = self.words;
        let all = words.remember_all;
        let opening = words
            .remember
            .iter()
            .find(|opening| self.after(opening).is_some());
        let statement = if let Some((opening, rest)) = opening.and_then(|o| Some((o, self.after(o)?))) {
            let statement = clause(
                self.language,
                rest,
                self.asked_politely,
                all || opening.ends_with(':'),
            )?;
            if words.verb_last_after.iter().any(|word| opening.ends_with(word)) {
                as_a_sentence(self.language, &statement)
            } else {
                statement
            }
        } else if let Some(rest) = self.before_own(words.remember_own, words.own) {
            clause(self.language, rest, self.asked_politely, all)?
        } else {
            let sentence = first_sentence(self.text);
            let mut ends = words.remember_around.iter();
            let rest = ends.find_map(|end| sentence.strip_suffix(end))?;
            clause(self.language, words.without_tail(rest), true, false)?
        };
        let means =
            statement.chars().count() > 1 && self.may_be_meant(&statement) && !self.points(&statement);
        means.then_some(Command::Remember(statement))
    }

    /// Whether the object of an order names nothing by itself: "eso".
    fn points(&self, object: &str) -> bool {
        let object = object.to_lowercase();
        self.words.pointing.contains(&object.as_str())
    }

    /// The text after an opening. "Forget that, I meant Tuesday" is no order.
    fn after(&self, opening: &str) -> Option<&'t str> {
        let behind = self.lower.strip_prefix(opening)?;
        let spaced = self.language.script.has_spaces();
        let is_whole = !spaced || opening.ends_with([':', ',', ' ']) || behind.starts_with(' ');
        is_whole.then(|| self.text[opening.len()..].trim_start_matches(SEPARATORS))
    }

    fn after_any(&self, openings: List) -> Option<&'t str> {
        openings.iter().find_map(|opening| self.after(opening))
    }

    /// The text after an opening, where it begins with one of these words.
    fn before_own(&self, openings: List, own: List) -> Option<&'t str> {
        let mut rests = openings.iter().filter_map(|opening| self.after(opening));
        rests.find(|rest| begins_with_any(rest, own))
    }

    /// What stands after a verb and one of these objects, or with `whose` after the verb alone: "erase what you know
    /// about the dentist", "forget my birthday".
    fn after_a_verb(&self, verbs: List, objects: List, whose: bool) -> Option<&'t str> {
        verbs.iter().find_map(|verb| {
            let behind = self.lower.strip_prefix(verb)?;
            let spaced = self.language.script.has_spaces();
            (!spaced || behind.starts_with([' ', ',', ':'])).then_some(())?;
            let rest = self.text[verb.len()..].trim_start_matches(SEPARATORS);
            let rest = without_words(self.language, rest);
            let fits = |object: &&&str| begins_with(self.language, rest, object);
            let object = objects.iter().filter(fits).max_by_key(|object| object.len());
            match object.map(|object| &rest[object.len()..]) {
                // "Forget that, …" goes on with something else.
                Some(about) if spaced && !about.starts_with(' ') => None,
                Some(about) => Some(about.trim_start_matches(SEPARATORS)),
                None => {
                    let named = whose && begins_with_any(rest, self.words.forget_whose);
                    (named || self.points(bare(rest))).then_some(rest)
                }
            }
        })
    }

    /// The object before a verb at the end, where the order is asked politely: "kannst du meinen Geburtstag vergessen?"
    fn before_a_last_verb(&self) -> Option<&'t str> {
        let sentence = first_sentence(self.text);
        let own = self.asked_politely && begins_with_any(sentence, self.words.forget_whose);
        let mut verbs = self.words.forget_last.iter().filter(|_| own);
        verbs.find_map(|verb| sentence.strip_suffix(verb)?.strip_suffix(' '))
    }

    /// Whether the order is the whole message, and short.
    fn is_brief(&self) -> bool {
        !is_longer(self.text, BRIEF)
            && !self.text.contains('\n')
            && sentences(self.text).count() == 1
            && (self.asked_politely || !self.text.ends_with(['?', '？']))
    }

    /// In a script without spaces a polite question is an order only about the person: 你能记住我的生日吗.
    fn may_be_meant(&self, object: &str) -> bool {
        let person = &self.language.person;
        let own = |list: List| {
            list.iter()
                .any(|word| object.contains(word) || self.text.contains(word))
        };
        !self.asked_politely
            || self.words.polite_ends.is_empty()
            || own(person.singular)
            || own(person.plural)
    }
}

/// The first sentence of a text, without the mark at its end.
fn first_sentence(text: &str) -> &str {
    let line = text.lines().next().unwrap_or_default();
    bare(sentences(line).next().unwrap_or_default())
}

/// Without the marks at its end.
fn bare(sentence: &str) -> &str {
    sentence.trim_end_matches(['。', '！', '!', '.', '?', '？', ' '])
}

fn without_polite_end<'t>(words: &Commands, text: &'t str) -> &'t str {
    let bare = bare(text);
    let ends = words.polite_ends.iter();
    let end = ends
        .filter(|end| bare.ends_with(**end))
        .max_by_key(|end| end.len());
    let bare = end.map_or(bare, |end| &bare[..bare.len() - end.len()]);
    bare.trim_end_matches(['，', ',', ' '])
}

fn begins_with_any(text: &str, words: List) -> bool {
    let begins = |word: &&str| {
        text.get(..word.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(word))
    };
    words.iter().any(begins)
}

/// The text after words of courtesy of one language: "forget, please, that …".
fn without_words<'t>(language: &Language, text: &'t str) -> &'t str {
    let mut words = language.commands.courtesy.iter();
    let word = words.find(|word| begins_with(language, text, word));
    word.map_or(text, |word| text[word.len()..].trim_start_matches(SEPARATORS))
}

/// A wish to forget that names nothing in a form that can be looked for: "I wish you would forget what I said
/// yesterday". Only in a short message of one line without a quotation or a task.
fn wishes_to_forget(text: &str) -> Option<Command> {
    if is_longer(text, SHORT) || text.contains(['\n', '"', '“', '「', '«']) {
        return None;
    }
    let folded = Folded::of(text);
    let wishes = |language: &&Language| {
        folded.has(language.commands.forget_wishes)
            && !folded.has(language.commands.no_wishes)
            && !folded.has(language.statements.tasks)
    };
    language::ALL.iter().any(wishes).then_some(Command::ForgetUnclear)
}

/// The object between the two parts of an order to forget: 把我的狗叫饼干这件事忘掉.
fn between<'t>(language: &Language, order: &'t str) -> Option<&'t str> {
    let words = &language.commands;
    let order = first_sentence(order);
    words.forget_around.iter().find_map(|(opening, ends)| {
        let begins = order.get(..opening.len())?.eq_ignore_ascii_case(opening);
        let about = &order[opening.len()..];
        let about = ends
            .iter()
            .find_map(|end| about.strip_suffix(end))
            .filter(|_| begins)?;
        Some(words.without_tail(about))
    })
}

fn forget(about: String) -> Command {
    if is_longer(&about, LONGEST_FORGET) {
        Command::ForgetTooMuch
    } else {
        Command::Forget(about)
    }
}

/// The order at the end of a message: "My dog is called Biscuit. Please remember that." Only in a short message of one
/// line, which was not pasted.
fn at_the_end(language: &Language, text: &str) -> Option<Command> {
    if is_longer(text, SHORT) || text.contains('\n') {
        return None;
    }
    let bare = text.trim_end_matches(['.', '!', '。', '！', ' ']);
    let lower = bare.to_ascii_lowercase();
    let ends = language.commands.remember_at_the_end;
    let end = ends.iter().find(|end| lower.ends_with(**end))?;
    let statement = bare[..bare.len() - end.len()].trim_end_matches([' ', '¡']);
    let stands_alone = statement.ends_with(ENDS_OF_CLAUSES);
    let statement = statement.trim_end_matches(ENDS_OF_CLAUSES).trim_end();
    (stands_alone && statement.chars().count() >= 3 && !statement.contains(['?', '？']))
        .then(|| Command::Remember(statement.to_owned()))
}

/// A subordinate clause with its verb at the end as a main clause: "ich vegan lebe" becomes "ich lebe vegan". Unchanged
/// when its subject is not clear.
fn as_a_sentence(language: &Language, clause: &str) -> String {
    let words: Vec<&str> = clause.split_whitespace().collect();
    let is_name = |word: &&str| word.starts_with(char::is_uppercase);
    let subject = match words.first().map(|word| word.to_lowercase()) {
        Some(first) if language.qualifiers.determiners.contains(&first.as_str()) => {
            words.iter().skip(1).position(is_name).map(|noun| noun + 2)
        }
        Some(first) if language.qualifiers.subjects.contains(&first.as_str()) || is_name(&words[0]) => {
            Some(1)
        }
        _ => None,
    };
    match (subject, words.as_slice()) {
        (Some(length), [most @ .., verb]) if length < most.len() && !clause.contains(',') => {
            let (subject, rest) = most.split_at(length);
            [subject, &[verb], rest].concat().join(" ")
        }
        _ => clause.to_owned(),
    }
}

/// The object of an order: the rest of its sentence, or with `whole` the text up to a question or a new paragraph.
fn clause(language: &Language, text: &str, asked_politely: bool, whole: bool) -> Option<String> {
    let paragraph = text.trim_start().lines().next().unwrap_or_default();
    let mut taken = String::new();
    for sentence in sentences(paragraph) {
        let is_question = sentence.trim_end().ends_with(['?', '？']);
        if is_question && !(asked_politely && taken.is_empty()) {
            break;
        }
        // "Remember: … Just say OK."
        if !taken.is_empty() && Folded::of(sentence).has(language.commands.answer_orders) {
            break;
        }
        taken.push_str(sentence);
        if !whole {
            break;
        }
    }
    let taken = bare(taken.trim());
    // "Forget that." and "remember this:" without an object are no orders; a Chinese character is a word.
    let least = if language.script.has_spaces() { 2 } else { 1 };
    (taken.chars().filter(|c| c.is_alphanumeric()).count() >= least).then(|| taken.to_owned())
}

/// The text after "please" or "can you", and whether the courtesy was a question.
fn without_courtesy(text: &str) -> (&str, bool) {
    let (mut rest, mut asked) = (text.trim_start_matches(['¿', '¡']), false);
    for _ in 0..MOST_COURTESY {
        // The longest match: "麻烦你" and not "麻烦".
        let fits = courtesy().filter(|(language, word, _)| begins_with(language, rest, word));
        let Some((_, word, is_question)) = fits.max_by_key(|(_, word, _)| word.len()) else {
            break;
        };
        asked |= is_question;
        rest = rest[word.len()..].trim_start_matches([' ', ',', '，', '!', '！', '、', '¿', '¡']);
    }
    (rest, asked)
}

/// Words of courtesy, and whether each is a question.
fn courtesy() -> impl Iterator<Item = (&'static Language, &'static str, bool)> {
    language::ALL.iter().flat_map(|language| {
        let plain = language
            .commands
            .courtesy
            .iter()
            .map(|word| (*language, *word, false));
        let questions = language.commands.polite_questions.iter();
        plain.chain(questions.map(|word| (*language, *word, true)))
    })
}

fn begins_with(language: &Language, text: &str, word: &str) -> bool {
    let Some((begins, rest)) = text.split_at_checked(word.len()) else {
        return false;
    };
    let is_whole = !language.script.has_spaces() || !rest.starts_with(char::is_alphanumeric);
    begins.eq_ignore_ascii_case(word) && is_whole
}

#[cfg(test)]
mod tests;
