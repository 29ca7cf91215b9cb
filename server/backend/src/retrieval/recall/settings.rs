//! The parameters of recall and its weights.

use hearth_types::Eagerness;

/// Parameters of recall; the defaults were tuned by hand with `hearth bench recall`.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Maximum number of candidates from each search.
    pub candidates: usize,
    pub weights: Weights,
    /// Factor on the score of a passage that a model wrote; one by a person or from a document has 1.
    pub model_weight: f32,
    /// Minimum relevance of a recalled passage, as a probability (module `threshold`); a person's [`Eagerness`] decides.
    /// The bench of the ranking sets it to −∞, so that every candidate is returned.
    pub threshold: f32,
    /// Maximum number of recalled passages.
    pub most: usize,
}

/// Weight of each signal in a passage's score. The signals are between 0 and 1.
#[derive(Clone, Copy, Debug)]
pub struct Weights {
    /// Cosine of the passage and the question.
    pub vector: f32,
    /// The higher cosine of its two neighbours in the conversation.
    pub around: f32,
    /// BM25 of the question's words in the passage.
    pub words: f32,
    /// BM25 over the passage and its neighbours.
    pub window: f32,
    /// The speaker is the person that the question names.
    pub person: f32,
    /// The passage's time is the one that the question names.
    pub date: f32,
    /// Length: longer passages contain more facts.
    pub length: f32,
    /// Relevance of the whole conversation to the question.
    pub conversation: f32,
    /// Subtracted from a passage that ends in a question mark: it asks and does not inform.
    pub question: f32,
    /// The passage names a time, if the question asks "when".
    pub time: f32,
    /// Pseudo-relevance feedback: the passage has the words of those that rank best without it.
    pub feedback: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            candidates: 100,
            weights: Weights::default(),
            model_weight: 0.7,
            threshold: Eagerness::default().probability(),
            most: 8,
        }
    }
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            vector: 0.5,
            around: 0.1,
            words: 0.2,
            window: 0.25,
            person: 0.15,
            date: 0.3,
            length: 0.15,
            conversation: 0.15,
            question: 0.08,
            time: 0.1,
            feedback: 0.2,
        }
    }
}

impl Weights {
    /// Sets one weight by its name; none when there is no such weight.
    pub fn set(&mut self, name: &str, value: f32) -> Option<()> {
        *match name {
            "vector" => &mut self.vector,
            "around" => &mut self.around,
            "words" => &mut self.words,
            "window" => &mut self.window,
            "person" => &mut self.person,
            "date" => &mut self.date,
            "length" => &mut self.length,
            "conversation" => &mut self.conversation,
            "question" => &mut self.question,
            "time" => &mut self.time,
            "feedback" => &mut self.feedback,
            _ => return None,
        } = value;
        Some(())
    }
}
