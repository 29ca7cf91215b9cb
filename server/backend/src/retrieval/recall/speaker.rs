//! Who is asked about: in a space of several people a question often names the one who said it.

use super::{Question, load::Candidate};
use crate::{Result, storage::UserTransaction};
use hearth_text::{
    language::{Folded, Languages},
    words,
};
use hearth_types::UserId;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The people who talk in the spaces that are searched, by the words of their names.
pub(super) struct People {
    known: Vec<(UserId, BTreeSet<String>)>,
    /// The one whom the question names; none when it names nobody or several.
    asked_about: Option<UserId>,
}

/// Members of the spaces, and whom of them the question means.
pub(super) async fn people(transaction: &mut UserTransaction, question: &Question<'_>) -> Result<People> {
    let spaces: Vec<Uuid> = question.spaces.iter().map(|s| s.0).collect();
    let members = sqlx::query!(
        r#"select distinct u.id as "id: UserId", u.name from space_members m join users u on u.id = m.user_id
         where m.space_id = any ($1)"#,
        &spaces
    )
    .fetch_all(&mut **transaction)
    .await?;
    let known: Vec<(UserId, BTreeSet<String>)> = members
        .into_iter()
        .map(|member| (member.id, words::of_question(&member.name)))
        .filter(|(_, name)| !name.is_empty())
        .collect();
    let asked_about = asked_about(question, &known);
    Ok(People { known, asked_about })
}

fn asked_about(question: &Question<'_>, known: &[(UserId, BTreeSet<String>)]) -> Option<UserId> {
    let asked = &question.wording.words;
    let mut named = known.iter().filter(|(_, name)| name.is_subset(asked));
    match (named.next(), named.next()) {
        (Some((person, _)), None) => Some(*person),
        (None, None) if question.wording.says_i => Some(question.asked_by),
        _ => None,
    }
}

/// Whether a question says "I", "me" or "my": what answers it was said by the asker.
pub(super) fn speaks_of_oneself(text: &str) -> bool {
    let folded = Folded::of(text);
    Languages::of(text).iter().any(|language| {
        folded.has_word(language, language.person.singular)
            || folded.has_word(language, language.person.receiver)
    })
}

impl People {
    /// Whether a word of a question is a person's name.
    pub fn is_name(&self, word: &str) -> bool {
        self.known.iter().any(|(_, name)| name.contains(word))
    }

    /// Whether the one whom the question is about said it.
    pub fn is_asked_about(&self, candidate: &Candidate) -> bool {
        self.asked_about.is_some() && candidate.recalled.from.author() == self.asked_about
    }
}

#[cfg(test)]
mod tests {
    use super::speaks_of_oneself;

    #[test]
    fn who_says_i_means_oneself() {
        assert!(speaks_of_oneself("Where did I put my keys?"));
        assert!(speaks_of_oneself("我的钥匙在哪里？"));
        assert!(!speaks_of_oneself("Which island did Ben visit?"));
    }
}
