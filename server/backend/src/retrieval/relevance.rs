//! Relevance floors of embedding models.
//!
//! Cosines mean nothing by themselves: unrelated sentences reach 0.1 with all-MiniLM and 0.5 with
//! nomic-embed-text. So every embedding model embeds once a set of everyday questions and unrelated statements; the
//! cosine that those pairs reach is its floor. Scripts that are written without spaces have a floor of their own,
//! because many embedders read them badly or not at all: an embedder that brings related texts no closer than
//! unrelated ones is not used there. The floors are stored in `models`.

use super::vectors::EmbedError;
use crate::{Backend, models::Floors};
use hearth_inference::EmbedTask;

/// Questions of everyday life.
const QUESTIONS: [&str; 12] = [
    "What is the capital of France?",
    "How do I boil an egg?",
    "Write a poem about the sea.",
    "Can you fix this error in my Python script?",
    "How many metres are in a mile?",
    "Translate good morning into Spanish.",
    "Why is the sky blue?",
    "What is 17 times 23?",
    "Explain photosynthesis to a child.",
    "Give me three ideas for a rainy afternoon.",
    "法国的首都是哪里？",
    "How does a mortgage work?",
];

/// Statements that people make about themselves; none answers a question above.
const STATEMENTS: [&str; 12] = [
    "Anna, 3 May 2025: My sister's wedding is in October.",
    "Ben, 12 June 2024: I broke my left wrist when I fell off the ladder.",
    "Maria, 1 March 2026: Our cat hides under the sofa whenever the bell rings.",
    "Li, 9 August 2025: 我儿子上小学三年级。",
    "Tom, 20 January 2026: I work night shifts at the hospital.",
    "Eva, 5 April 2025: We planted tomatoes behind the garage.",
    "Jan, 17 July 2024: My grandfather's violin needs new strings.",
    "Sara, 30 September 2025: I am allergic to penicillin.",
    "Omar, 2 February 2026: The neighbours got a trampoline.",
    "Mia, 11 November 2025: I prefer window seats on trains.",
    "Paul, 23 December 2024: The boiler was replaced last week.",
    "Nina, 8 October 2025: My brother lives in Toronto with his two children.",
];

/// The same in a script without spaces: a question and the one statement that answers it.
const UNSPACED: [(&str, &str); 12] = [
    (
        "我的狗叫什么名字？",
        "王芳，2025年5月3日：我养了一只狗，名字叫豆豆。",
    ),
    (
        "妹妹什么时候结婚？",
        "李强，2024年6月12日：我妹妹的婚礼定在十月。",
    ),
    ("我对什么药过敏？", "赵敏，2025年9月30日：我对青霉素过敏。"),
    (
        "我在哪里上班？",
        "周杰，2026年1月20日：我在市医院做护士，常上夜班。",
    ),
    ("儿子几年级了？", "陈丽，2025年8月9日：我儿子上小学三年级。"),
    ("车停在哪里？", "吴刚，2026年2月2日：我的车停在地下二层十六号。"),
    (
        "周末我想去哪里爬山？",
        "孙燕，2025年4月5日：这个周末我们打算去香山爬山。",
    ),
    (
        "爷爷的小提琴怎么了？",
        "马超，2024年7月17日：爷爷的小提琴要换琴弦了。",
    ),
    ("我喜欢喝什么茶？", "林静，2025年11月11日：我最爱喝龙井茶。"),
    (
        "锅炉是什么时候换的？",
        "何伟，2024年12月23日：上周家里换了新的锅炉。",
    ),
    ("我的护照几月到期？", "郭涛，2026年3月1日：我的护照八月份到期。"),
    ("谁教我弹钢琴？", "高洁，2025年10月8日：杨老师每周二教我弹钢琴。"),
];

/// Added to the cosine of unrelated pairs, so that further unrelated pairs stay below the floor too.
const MARGIN: f32 = 0.04;

/// The floor of an embedder that is not used for a script: no cosine is above it.
const UNUSABLE: f32 = 1.0;

/// Measures the model's floors and stores them, unless that was done before.
pub(super) async fn learn_floors(backend: &Backend, model: &str) -> Result<(), EmbedError> {
    if backend.models().relevance_floors(model).await?.is_some() {
        return Ok(());
    }
    let server = &backend.inner.config.model_server;
    let embed = async |task, texts: &[&str]| {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        server.embed(model, task, &texts).await
    };
    let questions = embed(EmbedTask::Query, &QUESTIONS).await?;
    let statements = embed(EmbedTask::Document, &STATEMENTS).await?;
    let unspaced_questions = embed(EmbedTask::Query, &UNSPACED.map(|(question, _)| question)).await?;
    let answers = embed(EmbedTask::Document, &UNSPACED.map(|(_, answer)| answer)).await?;
    let dimensions = questions.first().map_or(0, Vec::len);
    let floors = Floors {
        spaced: floor(cosines(&questions, &statements).collect()),
        unspaced: floor_by_answers(&unspaced_questions, &answers),
    };
    backend
        .models()
        .set_relevance_floors(model, floors, dimensions)
        .await?;
    Ok(())
}

fn cosines<'a>(questions: &'a [Vec<f32>], statements: &'a [Vec<f32>]) -> impl Iterator<Item = f32> + use<'a> {
    questions
        .iter()
        .flat_map(|question| statements.iter().map(|statement| dot(question, statement)))
}

/// The floor by unrelated pairs: the 98th percentile of their cosines, since a few pairs may be related after all.
fn floor(mut unrelated: Vec<f32>) -> f32 {
    unrelated.sort_by(f32::total_cmp);
    match unrelated.len() {
        0 => UNUSABLE,
        pairs => unrelated[(pairs * 98 / 100).min(pairs - 1)] + MARGIN,
    }
}

/// The floor where each statement answers the question at its index and no other. If fewer than three quarters of the
/// answers are above the floor, the embedder cannot read the script.
fn floor_by_answers(questions: &[Vec<f32>], answers: &[Vec<f32>]) -> f32 {
    let width = answers.len();
    let is_answer = |at: usize| at.is_multiple_of(width + 1);
    let pairs = || cosines(questions, answers).enumerate();
    let unrelated = pairs()
        .filter(|(at, _)| !is_answer(*at))
        .map(|(_, cosine)| cosine);
    let floor = floor(unrelated.collect());
    let found = pairs()
        .filter(|(at, cosine)| is_answer(*at) && *cosine > floor)
        .count();
    if found * 4 >= width * 3 { floor } else { UNUSABLE }
}

/// Embedders return unit vectors here, so the dot product is the cosine.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::{MARGIN, UNUSABLE, floor_by_answers};

    /// Unit vectors along axes, each with a component that all have in common.
    fn axes(common: f32) -> Vec<Vec<f32>> {
        let own = (1.0 - common * common).sqrt();
        (0..4)
            .map(|axis| {
                let mut vector = vec![0.0; 5];
                (vector[axis], vector[4]) = (own, common);
                vector
            })
            .collect()
    }

    #[test]
    fn an_embedder_that_reads_the_script_has_a_floor_below_the_cosine_of_answers() {
        let floor = floor_by_answers(&axes(0.5), &axes(0.5));
        assert!((floor - 0.25 - MARGIN).abs() < 1e-6, "{floor}");
    }

    #[test]
    fn an_embedder_that_brings_answers_no_closer_than_other_statements_is_not_used() {
        let mut answers = axes(0.5);
        answers.rotate_left(1);
        let floor = floor_by_answers(&axes(0.5), &answers);
        assert!((floor - UNUSABLE).abs() < 1e-6, "{floor}");
    }
}
