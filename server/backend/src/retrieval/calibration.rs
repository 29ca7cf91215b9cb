//! Calibration of embedders: what their cosines say about relevance, as a probability.
//!
//! Cosines mean nothing by themselves. Unrelated sentences reach 0.1 with all-MiniLM, 0.5 with nomic-embed-text and
//! 0.85 with multilingual-e5-small, and most embedders read some languages badly or not at all. So every embedding
//! model embeds a set of [`texts`] once. For each language, a [`logistic`] regression over related and unrelated pairs
//! gives the log odds that a text is relevant to a question, from four features:
//!
//! | feature | |
//! | --- | --- |
//! | cosine | of question and text |
//! | words | share of the question's words that the text has, weighted by rarity |
//! | personal | how much nearer the question is to questions about a person's life than to general ones |
//! | closeness | mean cosine of the question to all statements: some questions are near to everything |
//!
//! The last two are inner products with the question's vector, so that they cost nothing at recall, and no list of words
//! says who is asked about. A cosine that does not rise with relevance is not used: words and the question decide alone.
//! What is fitted does not change when all cosines are squeezed or shifted, so one threshold fits every embedder.
//!
//! Unrelated pairs are the [`HARDEST`] of each question, because recall looks at the best of many. Choices, measured
//! with 100 facts and 100 prompts in each of five languages in one space (`hearth bench silence` in a model of it), as
//! points by which the worst threshold that fits all misses 3 / 95 % (English with three embedders, and the other
//! languages with multilingual-e5-small):
//!
//! | | points missed |
//! | --- | --- |
//! | cosine and words | 22 |
//! | with personal | 0 to 3 |
//! | with closeness | 0 |
//! | normal distributions of one width instead of a regression | 4 |
//! | one calibration for all of a script | 2 to 7 |
//! | all unrelated pairs instead of the hardest | 1 |

pub mod texts;

mod logistic;

use super::{recall::rarity, vectors::EmbedError};
use crate::{
    Backend,
    models::{ANY, Calibration},
};
use hearth_inference::EmbedTask;
use hearth_text::words;
use logistic::{FEATURES, Fit, Sample, fit};
use std::collections::{BTreeSet, HashMap};
use texts::Texts;

/// Texts of one request to the embedder: questions that people wait for come between.
const BATCH: usize = 16;

/// The share of questions for which something relevant is stored. It makes 0.5 the balanced threshold.
const PRIOR: f64 = 0.39;

/// Unrelated texts of each question that count: those with the highest cosines.
const HARDEST: usize = 4;

/// Of all unrelated pairs, the weight of those with a question about a person's life: something else about the same
/// person does little harm.
const PERSONAL_UNRELATED: f64 = 0.1;

/// The features by their place.
const COSINE: usize = 0;
const PERSONAL: usize = 1;
const WORDS: usize = 2;
const CLOSENESS: usize = 3;

/// Percentage of unrelated pairs below the floor, and the part of the way from there to related ones that is added.
const BELOW_FLOOR_PERCENT: usize = 98;
const MARGIN: f32 = 0.1;

/// Lengths of the way from unrelated to related pairs after which nothing is nearer.
const SPAN: f32 = 2.0;

/// The share of related pairs above the floor from which on an embedder reads a language.
const READ: f32 = 0.5;

/// Calibrates the model and stores the result, unless that was done before. It takes as long as to embed about 570
/// short texts.
pub(super) async fn calibrate(backend: &Backend, model: &str) -> Result<(), EmbedError> {
    let models = backend.models();
    if models.calibrations(model).await?.is_some() {
        return Ok(());
    }
    let _one = models.calibrating().await;
    if models.stored_calibrations(model).await?.is_some() {
        return Ok(());
    }
    let mut languages = Vec::new();
    for texts in &texts::ALL {
        languages.push(Embedded::of(backend, model, texts).await?);
    }
    let dimensions = languages.first().map_or(0, Embedded::dimensions);
    models.set_dimensions(model, dimensions).await?;
    let rarities = Rarities::of(&languages);
    let one = |language| calibration(&[language], &rarities);
    let mut calibrations: Vec<_> = languages
        .iter()
        .map(|language| (language.language, one(language)))
        .collect();
    let all: Vec<&Embedded> = languages.iter().collect();
    calibrations.push((ANY, calibration(&all, &rarities)));
    models.set_calibrations(model, &calibrations).await?;
    Ok(())
}

type Vector = Vec<f32>;

/// The texts of a language with their words and vectors.
struct Embedded {
    language: &'static str,
    questions: Vec<Question>,
    general: Vec<Question>,
    /// Each answers the question at its index.
    statements: Vec<Statement>,
}

struct Question {
    words: BTreeSet<String>,
    vector: Vector,
}

struct Statement {
    words: BTreeSet<String>,
    vector: Vector,
}

impl Embedded {
    async fn of(backend: &Backend, model: &str, texts: &Texts) -> Result<Self, EmbedError> {
        let (questions, statements): (Vec<_>, Vec<_>) = texts.pairs().unzip();
        let general: Vec<_> = texts.general().collect();
        let vectors = async |task, texts: &[&str]| vectors(backend, model, task, texts).await;
        let of_questions = vectors(EmbedTask::Query, &questions).await?;
        let of_general = vectors(EmbedTask::Query, &general).await?;
        let of_statements = vectors(EmbedTask::Document, &statements).await?;
        let question = |(text, vector): (&&str, Vector)| Question {
            words: words::of_question(text),
            vector,
        };
        let statement = |(text, vector): (&&str, Vector)| Statement {
            words: words::of_text(text)
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
            vector,
        };
        Ok(Self {
            language: texts.language,
            questions: questions.iter().zip(of_questions).map(question).collect(),
            general: general.iter().zip(of_general).map(question).collect(),
            statements: statements.iter().zip(of_statements).map(statement).collect(),
        })
    }

    fn dimensions(&self) -> usize {
        self.statements
            .first()
            .map_or(0, |statement| statement.vector.len())
    }
}

async fn vectors(
    backend: &Backend,
    model: &str,
    task: EmbedTask,
    texts: &[&str],
) -> Result<Vec<Vector>, EmbedError> {
    let server = &backend.inner.config.model_server;
    let mut vectors = Vec::with_capacity(texts.len());
    for batch in texts.chunks(BATCH) {
        let batch: Vec<String> = batch.iter().map(|text| (*text).to_owned()).collect();
        vectors.extend(server.embed(model, task, &batch).await?);
    }
    Ok(vectors)
}

/// How many statements have each word.
struct Rarities(HashMap<String, usize>);

impl Rarities {
    fn of(languages: &[Embedded]) -> Self {
        let mut having = HashMap::new();
        let statements = languages.iter().flat_map(|language| &language.statements);
        for word in statements.flat_map(|statement| &statement.words) {
            *having.entry(word.clone()).or_default() += 1;
        }
        Self(having)
    }

    /// The share of the question's words that the statement has, as recall weighs it.
    fn share(&self, question: &Question, statement: &Statement) -> f32 {
        let weight = |word: &String| rarity(self.0.get(word).copied().unwrap_or_default());
        let total: f32 = question.words.iter().map(weight).sum();
        let found = question.words.intersection(&statement.words);
        if total > 0.0 {
            found.map(weight).sum::<f32>() / total
        } else {
            0.0
        }
    }
}

/// What lies in the vectors of all texts of a calibration.
struct Means {
    questions: Vector,
    general: Vector,
    statements: Vector,
    count: [f64; 2],
}

impl Means {
    fn of(languages: &[&Embedded]) -> Self {
        let all = |of: fn(&Embedded) -> &Vec<Question>| {
            let questions = languages.iter().flat_map(move |language| of(language));
            questions.map(|question| &question.vector).collect::<Vec<_>>()
        };
        let (questions, general) = (all(|l| &l.questions), all(|l| &l.general));
        let statements = languages.iter().flat_map(|language| &language.statements);
        let statements: Vec<_> = statements.map(|statement| &statement.vector).collect();
        Self {
            count: [questions.len() as f64, general.len() as f64],
            questions: mean(&questions),
            general: mean(&general),
            statements: mean(&statements),
        }
    }

    /// The feature of one of the questions, without its own part in the means, which no other question has.
    fn personal(&self, vector: &[f32], is_personal: bool) -> f64 {
        let without_own = |dot: f64, count: f64| (count * dot - 1.0) / (count - 1.0).max(1.0);
        let (to_questions, to_general) = (dot(vector, &self.questions), dot(vector, &self.general));
        if is_personal {
            without_own(to_questions, self.count[0]) - to_general
        } else {
            to_questions - without_own(to_general, self.count[1])
        }
    }
}

fn calibration(languages: &[&Embedded], rarities: &Rarities) -> Calibration {
    let means = Means::of(languages);
    let mut pairs = Pairs::default();
    for language in languages {
        pairs.add(language, &means, rarities);
    }
    let fit = fit_rising(&pairs.samples());
    let [_, personal, _, closeness] = fit.coefficients.map(narrow);
    let (floor, span) = pairs.floor(fit.coefficients[COSINE] > 0.0);
    let direction =
        |at: usize| personal * (means.questions[at] - means.general[at]) + closeness * means.statements[at];
    Calibration {
        cosine: narrow(fit.coefficients[COSINE]),
        words: narrow(fit.coefficients[WORDS]),
        bias: narrow(fit.intercept + (PRIOR / (1.0 - PRIOR)).ln()),
        direction: (0..means.statements.len()).map(direction).collect(),
        floor,
        span,
    }
}

type Features = [f64; FEATURES];

/// The pairs of a calibration.
#[derive(Default)]
struct Pairs {
    related: Vec<Features>,
    /// With questions about a person's life, the hardest of each.
    of_questions: Vec<Features>,
    /// With general questions, the hardest of each.
    of_general: Vec<Features>,
    /// The cosines of all unrelated pairs.
    unrelated: Vec<f32>,
}

impl Pairs {
    fn add(&mut self, language: &Embedded, means: &Means, rarities: &Rarities) {
        let features = |question: &Question, is_personal: bool| -> Vec<Features> {
            let personal = means.personal(&question.vector, is_personal);
            let closeness = dot(&question.vector, &means.statements);
            let with = |statement: &Statement| {
                let words = f64::from(rarities.share(question, statement));
                [
                    dot(&question.vector, &statement.vector),
                    personal,
                    words,
                    closeness,
                ]
            };
            language.statements.iter().map(with).collect()
        };
        for (at, question) in language.questions.iter().enumerate() {
            let mut pairs = features(question, true);
            self.related.push(pairs.swap_remove(at));
            self.unrelated
                .extend(pairs.iter().map(|pair| narrow(pair[COSINE])));
            self.of_questions.extend(hardest(pairs));
        }
        for question in &language.general {
            let pairs = features(question, false);
            self.unrelated
                .extend(pairs.iter().map(|pair| narrow(pair[COSINE])));
            self.of_general.extend(hardest(pairs));
        }
    }

    /// Related and unrelated pairs weigh the same.
    fn samples(&self) -> Vec<Sample> {
        let all = |pairs: &[Features], related: bool, total: f64| -> Vec<Sample> {
            let weight = total / pairs.len().max(1) as f64;
            pairs
                .iter()
                .map(|features| Sample {
                    features: *features,
                    related,
                    weight,
                })
                .collect()
        };
        [
            all(&self.related, true, 0.5),
            all(&self.of_questions, false, 0.5 * PERSONAL_UNRELATED),
            all(&self.of_general, false, 0.5 * (1.0 - PERSONAL_UNRELATED)),
        ]
        .concat()
    }

    /// The floor and the span of cosines, for search; 1 and 0 where they do not tell related texts from others.
    fn floor(&self, is_rising: bool) -> (f32, f32) {
        let mut unrelated = self.unrelated.clone();
        unrelated.sort_by(f32::total_cmp);
        let at = unrelated.len() * BELOW_FLOOR_PERCENT / 100;
        let few = unrelated.get(at).copied().unwrap_or(1.0);
        let related: Vec<f32> = self.related.iter().map(|pair| narrow(pair[COSINE])).collect();
        let count = related.len().max(1) as f32;
        let way = related.iter().sum::<f32>() / count - few;
        let floor = few + MARGIN * way;
        let above = related.iter().filter(|cosine| **cosine > floor).count() as f32;
        if is_rising && way > 0.0 && above >= READ * count {
            (floor, SPAN * way)
        } else {
            (1.0, 0.0)
        }
    }
}

/// The pairs with the highest cosines.
fn hardest(mut pairs: Vec<Features>) -> Vec<Features> {
    pairs.sort_by(|a, b| b[COSINE].total_cmp(&a[COSINE]));
    pairs.truncate(HARDEST);
    pairs
}

/// Fits without the features that fall with relevance, which is noise of few pairs. Closeness may fall.
fn fit_rising(samples: &[Sample]) -> Fit {
    let mut used = [true; FEATURES];
    loop {
        let fit = fit(samples, used);
        let falls = |at: &usize| *at != CLOSENESS && fit.coefficients[*at] < 0.0;
        // The cosine first: without it, the others may rise.
        let Some(at) = [COSINE, PERSONAL, WORDS].into_iter().find(falls) else {
            return fit;
        };
        used[at] = false;
    }
}

fn mean(vectors: &[&Vector]) -> Vector {
    let count = vectors.len().max(1) as f32;
    let mut sum = vec![0.0; vectors.first().map_or(0, |vector| vector.len())];
    for vector in vectors {
        for (sum, value) in sum.iter_mut().zip(*vector) {
            *sum += value / count;
        }
    }
    sum
}

/// Embedders return unit vectors here, so the dot product of two of them is the cosine.
fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
}

#[expect(clippy::cast_possible_truncation, reason = "figures need no more than f32")]
const fn narrow(value: f64) -> f32 {
    value as f32
}
