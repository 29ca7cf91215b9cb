//! Speech, where a speech server is configured: reading an answer aloud, transcribing a recording.

use crate::{Error, Result, UserBackend, limits::Work};
use hearth_inference::{InferenceError, Sound, SpeechServer};
use hearth_text::markdown;
use hearth_types::{Language, MessageId, Problem, SpeechTrouble};

/// Most characters that are read aloud at once: longer speech is not listened to.
const LONGEST_SPOKEN: usize = 4000;

/// Most bytes of a recording: some minutes.
pub const LONGEST_RECORDING: usize = 10 << 20;

impl UserBackend {
    /// Reads a message aloud, without code and Markdown signs.
    pub async fn read_aloud(&self, message: MessageId) -> Result<Sound> {
        let server = self.speech()?;
        let _permit = self.backend.inner.limits.begin(self.user, Work::Speech).await?;
        let mut transaction = self.begin().await?;
        let text = sqlx::query_scalar!(
            "select p.text from message_parts p
             where p.message_id = $1 and p.kind = 'text' and p.space_id = any ((select my_spaces())::uuid[])",
            message.0
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Error::NOT_FOUND)?;
        // No database connection is held while the speech server works.
        drop(transaction);
        let words = spoken(&text);
        if words.is_empty() {
            return Err(trouble(SpeechTrouble::NothingHeard));
        }
        server.speak(&words).await.map_err(|error| speech_error(&error))
    }

    /// Transcribes a recording, in the language of this person's pages.
    pub async fn transcribe(&self, recording: Sound) -> Result<String> {
        let server = self.speech()?;
        if recording.bytes.len() > LONGEST_RECORDING {
            return Err(trouble(SpeechTrouble::TooLong));
        }
        let _permit = self.backend.inner.limits.begin(self.user, Work::Speech).await?;
        let language = match self.backend.accounts().me(self.user).await?.preferences.language {
            Language::English => "en",
            Language::SimplifiedChinese => "zh",
        };
        let words = server
            .transcribe(&recording, language)
            .await
            .map_err(|error| speech_error(&error))?;
        if words.is_empty() {
            return Err(trouble(SpeechTrouble::NothingHeard));
        }
        Ok(words)
    }

    fn speech(&self) -> Result<&SpeechServer> {
        self.backend.speech().ok_or(trouble(SpeechTrouble::Off))
    }
}

const fn trouble(trouble: SpeechTrouble) -> Error {
    Error::Problem(Problem::Speech { trouble })
}

fn speech_error(error: &InferenceError) -> Error {
    tracing::warn!(%error, "the speech server failed");
    trouble(match error {
        InferenceError::Unreachable { .. } | InferenceError::EndedEarly => SpeechTrouble::Unreachable,
        InferenceError::Stalled { .. } => SpeechTrouble::Stalled,
        _ => SpeechTrouble::Failed,
    })
}

/// Markdown as text for reading aloud.
fn spoken(text: &str) -> String {
    let words = markdown::spoken(text, 4 * LONGEST_SPOKEN);
    hearth_text::cut::clip(&words, LONGEST_SPOKEN)
}

/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
pub(crate) const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("speech::spoken", |text| { std::hint::black_box(spoken(text)); }),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_aloud_without_signs_and_code() {
        let text = "# Bread\n\nMix **flour** and `water`:\n\n- stir\n- wait\n\n```sh\nrm -rf /\n```\n\nDone.";
        assert_eq!(spoken(text), "Bread Mix flour and water: stir wait Done.");
        assert_eq!(spoken("**注意：**请先备份"), "注意：请先备份");
        assert!(spoken(&"word ".repeat(5000)).chars().count() <= LONGEST_SPOKEN + 1);
    }
}
