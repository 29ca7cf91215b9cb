//! Languages as data: one file for each, one struct for all. Rules read [`Language`] and know no language by its name.
//!
//! A new language is a file beside this one and a line in [`ALL`]. Its lists guard decisions about what is kept,
//! forgotten and recalled; where no language fits ([`Languages::is_empty`]), rules decide without them and ask the
//! person before anything is kept.
//!
//! Entries are lower case with straight apostrophes, and are compared with a [`Folded`] text. Two kinds of lists:
//!
//! ```text
//! words    whole words ("my"); in a script without spaces, characters that occur anywhere (我)
//! phrases  characters that occur anywhere; a space is the edge of a word: "allerg" is the beginning of a word and
//!          its middle, " gay" the beginning only, " i earn " whole words
//! ```

mod chinese;
mod detect;
mod english;
mod folded;
mod german;
mod japanese;
mod spanish;

pub use detect::{Languages, code, of_question};
pub use folded::{Folded, stem};
pub use whichlang::Lang;

/// Every language that has a pack. The first one's texts stand in where another has none.
pub static ALL: &[&Language] = &[
    &english::ENGLISH,
    &chinese::CHINESE,
    &german::GERMAN,
    &spanish::SPANISH,
    &japanese::JAPANESE,
];

/// Whether a word stands for the person who writes, in any language: "I", which is written large and is no name.
pub fn is_oneself(word: &str) -> bool {
    let lower = word.to_lowercase();
    let mut persons = ALL.iter().map(|language| &language.person);
    persons.any(|person| person.singular.contains(&lower.as_str()))
}

/// A list of words or of phrases.
pub type List = &'static [&'static str];

/// What rules know of a language.
#[derive(Debug)]
pub struct Language {
    /// Its English name.
    pub name: &'static str,
    /// Its name in the detector; none when the detector does not know it, then its words alone recognise it.
    pub detected_as: Option<Lang>,
    pub script: Script,
    /// Words that nearly every sentence has; they find nothing.
    pub stop_words: List,
    /// In a script without spaces: characters that make a pair of characters as common as a stop word.
    pub particles: &'static str,
    pub person: Person,
    pub statements: Statements,
    pub sensitive: Sensitive,
    pub qualifiers: Qualifiers,
    pub changes: Changes,
    pub commands: Commands,
    pub questions: Questions,
    pub times: Times,
    pub titles: Titles,
    /// The lines of a prompt that say that the person has not mentioned something; measured for each language.
    pub not_mentioned: Option<NotMentioned>,
    /// Without it, episodes are gathered only where they are in the same words, and their line has numbers only.
    pub gathering: Option<Gathering>,
}

/// How a language is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Latin letters, words apart by spaces.
    Latin,
    /// Chinese characters, without spaces between words.
    Han,
    /// Kana and Chinese characters, without spaces between words.
    Japanese,
}

impl Script {
    /// Whether words are apart by spaces.
    pub const fn has_spaces(self) -> bool {
        matches!(self, Self::Latin)
    }

    /// Whether a text may be written in it, as far as kana tell; languages without spaces have characters in common.
    pub fn writes(self, text: &str) -> bool {
        match self {
            Self::Latin => true,
            Self::Han => !text.chars().any(is_kana),
            Self::Japanese => text.chars().any(is_kana),
        }
    }

    fn of(c: char) -> Option<Self> {
        match c {
            _ if is_kana(c) => Some(Self::Japanese),
            _ if c.is_alphabetic() && (c as u32) < 0x250 => Some(Self::Latin),
            '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3134f}' => Some(Self::Han),
            _ => None,
        }
    }
}

const fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}')
}

/// Words for the person who writes and for others. All but `asked_for` are words.
#[derive(Debug)]
pub struct Person {
    /// "I", "my".
    pub singular: List,
    /// "me": a request has it without being about the person ("tell me a story").
    pub receiver: List,
    /// "we", "our".
    pub plural: List,
    /// Of all of these, the subjects of a verb: "i", "we".
    pub nominative: List,
    /// Speaks of the person in a statement, and of anybody in a question.
    pub in_statements: List,
    /// Verbs and phrases that speak of the person in a question without a pronoun: "aparqué". Words.
    pub in_questions: List,
    /// Phrases with a word of `singular` that only ask for something.
    pub asked_for: List,
    /// "he", "they".
    pub others: List,
    /// Family, friends and everybody else whom a person has: "sister", "boss".
    pub relations: List,
    /// More groups and people that a statement may be about: "team".
    pub groups: List,
    /// What a model calls the person.
    pub called_by_models: List,
}

/// How sentences of a message look that are, and are not, a person's own lasting statements. Phrases.
#[derive(Debug)]
pub struct Statements {
    /// What follows is a text to be worked on: "translate".
    pub tasks: List,
    /// Made up, uncertain, or an instruction to the model: "imagine".
    pub made_up: List,
    /// Asks the model to do something: "help me".
    pub requests: List,
    /// Before a colon at the head of a line, the person's own words follow: "note". Compared with the whole head.
    pub own_heads: List,
    /// Ends of such a head.
    pub own_head_ends: List,
    /// True today and of no use in a month: "tonight".
    pub passing: List,
}

/// What is kept only after a yes. Phrases, but for `animals` none of them about an animal.
#[derive(Debug)]
pub struct Sensitive {
    pub health: List,
    pub sexuality: List,
    pub money: List,
    pub beliefs: List,
    /// An animal's allergy is not sensitive,
    pub animals: List,
    /// unless the person speaks of themselves: "i have".
    pub oneself: List,
}

/// Words on which it depends whether a statement is true.
#[derive(Debug)]
pub struct Qualifiers {
    /// Each is a no; their number counts. In a script without spaces, those that contain others come first.
    pub noes: List,
    /// Ends of words that are a no: "n't".
    pub no_endings: List,
    /// Ends of words that stand for a word: ("'d", "would").
    pub endings: &'static [(&'static str, &'static str)],
    /// How much, how often, how surely, when, and who says so.
    pub words: List,
    /// Words that a note may have and its sentence not.
    pub free: List,
    /// Words after which another clause may begin.
    pub joints: List,
    /// In a script without spaces: ends of a clause before a comma, where the next clause needs no subject.
    pub clause_ends: List,
    /// Words with which a clause begins. In a script without spaces, the beginnings of a clause.
    pub subjects: List,
    /// Words before a clause that say nothing.
    pub fillers: List,
    /// Openings before a comma by which a person repeats themselves: "as i said".
    pub self_references: List,
    /// Words that govern the whole sentence, wherever they stand.
    pub wide: List,
    /// Before a name: "called".
    pub naming: List,
    /// Before a noun: "the", "my".
    pub determiners: List,
}

/// How people say that something is different now. Phrases.
#[derive(Debug)]
pub struct Changes {
    /// Something is over: "no longer".
    pub endings: List,
    /// The same, with an end after it: もう…ません.
    pub endings_around: &'static [(&'static str, List)],
    /// The named person or animal is gone: "died".
    pub deaths: List,
    /// Was so, and is over: "used to".
    pub past: List,
    pub negations: List,
    /// Words of liking and disliking, as [`crate::words`] has them.
    pub liking: List,
    /// Something is new: "moved".
    pub news: List,
    /// Something that was over is so again: "again".
    pub again: List,
    /// Openings of a value of which a person has one at a time, each after the attribute that it is of.
    pub attributes: &'static [(&'static str, &'static str)],
    /// Attributes whose value stands before the words that name them.
    pub before: Before,
    pub moves: &'static [Move],
    /// Around a kind of thing and before the favourite of that kind: "my favourite … is …".
    pub favourites: &'static [(&'static str, &'static str)],
    /// A value ends where one of these begins.
    pub breaks: List,
    /// Words of a preference: "vegan".
    pub preferences: List,
}

/// Values before their attribute: "tengo 37 años", リスボンに住んでいます. Phrases.
#[derive(Debug)]
pub struct Before {
    /// Each attribute before the end of its value.
    pub attributes: &'static [(&'static str, &'static str)],
    /// The person's own clause begins with one of these.
    pub starts: List,
    /// With one of these it has another subject.
    pub others: List,
    /// The value begins after the last of these.
    pub cuts: List,
}

impl Before {
    /// No attribute has its value before it.
    pub const NONE: Self = Self {
        attributes: &[],
        starts: &[],
        others: &[],
        cuts: &[],
    };
}

/// "We moved from Porto to Lisbon".
#[derive(Debug)]
pub struct Move {
    /// Beginnings of the statement; empty when any will do.
    pub starts: List,
    pub verb: &'static str,
    /// Before the new home: "to".
    pub to: &'static str,
}

/// Orders to the memory.
#[derive(Debug)]
pub struct Commands {
    /// Before an order: "please".
    pub courtesy: List,
    /// The same, as a question: "can you".
    pub polite_questions: List,
    /// Ends of an order that is asked politely, which say nothing: 吗.
    pub polite_ends: List,
    /// Before what is to be remembered: "remember that".
    pub remember: List,
    /// Before what is to be remembered, where one of `own` follows: "remember my dog is called Biscuit".
    pub remember_own: List,
    pub own: List,
    /// At the end of a short message: "please remember that".
    pub remember_at_the_end: List,
    /// Behind what is to be remembered, in the same sentence: …と覚えておいて.
    pub remember_around: List,
    /// Whether all sentences of the paragraph are to be remembered and not only the first.
    pub remember_all: bool,
    /// A sentence about the answer, which is not to be remembered: "just say OK". Phrases.
    pub answer_orders: List,
    /// Conjunctions after which the verb stands last: what follows one becomes a sentence of its own.
    pub verb_last_after: List,
    /// Before what is to be forgotten: "forget that".
    pub forget: List,
    /// Before what is to be forgotten, where one of `forget_whose` follows: "forget my birthday".
    pub forget_own: List,
    pub forget_whose: List,
    /// Verbs of forgetting, before one of `forget_objects` or of `forget_whose`: "stop remembering".
    pub forget_verbs: List,
    /// Between such a verb and what is to be forgotten: "everything about".
    pub forget_objects: List,
    /// Verbs of deleting, which are said of other things too, before one of `delete_objects`; before one of
    /// `forget_whose` only as a whole short message: "delete my birthday".
    pub delete_verbs: List,
    pub delete_objects: List,
    /// Verbs at the end of an order that is asked politely, after one of `forget_whose`: "kannst du … vergessen".
    pub forget_last: List,
    /// Around what is to be forgotten.
    pub forget_around: &'static [(&'static str, List)],
    /// Ends of what is to be forgotten that do not belong to it.
    pub forget_tail: List,
    /// Words that name nothing by themselves, as the whole of what is to be forgotten or remembered: "eso".
    pub pointing: List,
    /// A wish to forget, wherever it stands in a short message: "want you to forget". Phrases.
    pub forget_wishes: List,
    /// With one of these it is none: "don't forget". Phrases.
    pub no_wishes: List,
    /// Phrases of a question, which is no order.
    pub questions: List,
}

impl Commands {
    /// What is to be forgotten, without its tail.
    pub fn without_tail<'t>(&self, about: &'t str) -> &'t str {
        let mut about = about;
        for tail in self.forget_tail {
            about = about.strip_suffix(tail).unwrap_or(about);
        }
        about
    }
}

/// How a question after a fact looks.
#[derive(Debug)]
pub struct Questions {
    /// Asks what to do: "should". Words.
    pub advice: List,
    /// The same. Phrases.
    pub advice_phrases: List,
    /// Asks for the person's own name. Phrases.
    pub own_name: List,
    /// Phrases of a question.
    pub phrases: List,
    /// Asks for what was: "did i", "before". Phrases.
    pub past: List,
    /// Ends of a sentence that asks.
    pub ends: List,
    pub order: Order,
}

/// Where a question has its question word.
#[derive(Debug)]
pub enum Order {
    /// At its head, the verb before the subject: "where did I …".
    Fronted(Fronted),
    /// Where the answer would stand: 我的猫叫什么.
    InPlace(InPlace),
}

/// Words of questions that begin with their question word.
#[derive(Debug)]
pub struct Fronted {
    /// Followed by a verb and a subject: "when".
    pub adverbs: List,
    /// Question words that ask only in a sentence with a question mark, being conjunctions elsewhere: "donde".
    pub with_mark: List,
    /// The subject: "who",
    pub who: List,
    /// but not before these.
    pub who_not: List,
    /// Followed by a verb soon: "what".
    pub choosers: List,
    /// Of these, those that begin a relative clause too: before a verb of being only the person's own is asked for.
    pub relative: List,
    /// "how", which asks for a fact before these:
    pub how: List,
    /// "old", "many".
    pub degrees: List,
    /// Verbs that come before the subject of a question, and after it in a statement.
    pub verbs: List,
    /// Of these, those of being.
    pub being: List,
    /// What may be the subject after such a verb.
    pub subjects: List,
    /// Possessives of the person.
    pub own: List,
    /// Ends the search for a verb: a subject stands first.
    pub stops: List,
    /// Words before a question that change nothing.
    pub fillers: List,
    /// Openings after which a question keeps the order of a statement: "tell me".
    pub openings: &'static [List],
}

/// Words of questions that have their question word in place.
#[derive(Debug)]
pub struct InPlace {
    pub words: List,
    /// Particles that may follow at the end.
    pub behind: List,
    /// Words of `words` with these characters are no question words: 誰か, "somebody".
    pub indefinite: List,
    /// Ends of a sentence that make a question of it, where it has one of `words`: か.
    pub ends: List,
    /// Says "any" or "none", or that something is known: then nothing is asked.
    pub none: List,
    /// The same after the question word.
    pub any: List,
    /// Asks for the subject at the head of a clause.
    pub who: &'static str,
    /// Asks for a number before a measure of one character, or before these.
    pub how_many: &'static str,
    pub measures: List,
    /// Asks for a time before the word for time.
    pub what: &'static str,
    pub time: &'static str,
}

/// How times are named.
#[derive(Debug)]
pub struct Times {
    /// The months, each by its name and then by its short forms; empty when they are numbered.
    pub months: &'static [List],
    /// Of these, those that are other words too: a month only in a date or after one of `before_month`.
    pub ambiguous_months: List,
    pub before_month: List,
    /// Before a month, when a change is dated.
    pub dating: List,
    /// Ends of a day's number: "rd".
    pub day_endings: List,
    /// Between day and month: "of".
    pub day_joints: List,
    /// Characters after the number of a year, of a month, and of a day.
    pub marks: Option<Marks>,
    /// Counted from today. Phrases.
    pub relative: &'static [(&'static str, Relative)],
    /// Days and spans that a statement counts from today, as they are written; "{weekday}" stands for a weekday. Of two
    /// that fit, the longer one comes first.
    pub counted: &'static [(&'static str, Counted)],
    /// Words before such a phrase that make it another one: "am Morgen" is in the morning.
    pub not_counted_after: List,
    /// The names of Monday to Sunday.
    pub weekdays: &'static [List],
    pub written: Written,
    /// A question that begins so, or has one of these phrases, asks for a time.
    pub asks_when_first: List,
    pub asks_when: List,
    /// Words by which a passage says when something was or will be.
    pub words: List,
    /// Lengths of time, after one of `before_span`: "last summer".
    pub spans: List,
    pub before_span: List,
}

/// Dates whose parts are numbers with a mark behind each: 2023年5月3日.
#[derive(Debug)]
pub struct Marks {
    pub year: char,
    pub month: char,
    pub day: &'static [char],
    /// One to ten.
    pub numerals: &'static str,
    /// Every character of a number.
    pub digits: &'static str,
}

impl Times {
    /// Whether a character is part of a number in this language.
    pub fn is_digit(&self, c: char) -> bool {
        self.marks.as_ref().is_some_and(|marks| marks.digits.contains(c))
    }
}

/// A time counted from today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relative {
    DayBeforeYesterday,
    Yesterday,
    LastWeek,
    ThisWeek,
    LastMonth,
    ThisMonth,
    YearBeforeLast,
    LastYear,
    ThisYear,
}

/// A day or a span counted from today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    Days(i64),
    Weeks(i64),
    Months(i32),
    Years(i32),
    /// The named weekday of this week (0), the next (1) or the last (−1); weeks begin on Monday.
    WeekdayOfWeek(i64),
    /// The last day of that name before today.
    WeekdayBefore,
    /// The first day of that name after today.
    WeekdayAfter,
}

/// How a date is written; `{day}`, `{month}` and `{year}` are put in.
#[derive(Debug)]
pub struct Written {
    pub day: &'static str,
    /// A week, by its Monday `{date}`.
    pub week: &'static str,
    pub month: &'static str,
    pub year: &'static str,
    /// The names of the months; empty when they are numbered.
    pub months: List,
}

/// What models write around a title.
#[derive(Debug)]
pub struct Titles {
    /// Words that name a title before a colon.
    pub labels: List,
    /// Before a title and a punctuation mark: "sure".
    pub courtesy: List,
}

/// How episodes of one matter become one line: "I went running (5 times, from 3 May to 12 June 2026)".
#[derive(Debug)]
pub struct Gathering {
    /// Words for the day on which something is said. In a script without spaces, longer ones come first.
    pub today: List,
    /// The days of the week from Monday, each with its names.
    pub weekdays: [List; 7],
    /// Parts of a day, which belong to the date after a day or after one of `this`: "yesterday morning".
    pub parts: List,
    pub this: List,
    /// Before a date, and gone with it: "on".
    pub joints: List,
    /// Says that a statement is about no single day of the past: "every", "tomorrow".
    pub not_once: List,
    /// Stop words of which another one makes another statement: "to", "from".
    pub directions: List,
    /// The line, where each statement names its day; `{what}`, `{count}`, `{span}`.
    pub times: &'static str,
    /// The same where the days are those on which the person said it.
    pub mentioned: &'static str,
    /// `{span}`, with `{day1}`, `{month1}`, `{day2}`, `{month2}` and `{year2}`.
    pub within_a_year: &'static str,
    /// The same with `{year1}`.
    pub across_years: &'static str,
    pub months: [&'static str; 12],
}

/// Lines of a prompt; `{who}` stands for the person's name.
#[derive(Debug)]
pub struct NotMentioned {
    /// Where the person's profile stands above.
    pub beside_profile: &'static str,
    pub alone: &'static str,
}
