//! The speaker that a question asks about: in a space of several people a question often names the one who said it.

use super::question::Question;
use crate::{Result, storage::UserTransaction};
use hearth_text::words;
use hearth_types::UserId;
use std::collections::BTreeSet;
use uuid::Uuid;

/// The members of the searched spaces, with the words of their names.
pub(super) struct People {
    members: Vec<(UserId, BTreeSet<String>)>,
    /// The member that the question names; none when it names none or several.
    asked_about: Option<UserId>,
}

/// Loads the members of the spaces and finds the one that the question means.
pub(super) async fn people(transaction: &mut UserTransaction, question: &Question<'_>) -> Result<People> {
    let spaces: Vec<Uuid> = question.spaces.iter().map(|s| s.0).collect();
    let rows = sqlx::query!(
        r#"select distinct u.id as "id: UserId", u.name from space_members m join users u on u.id = m.user_id
         where m.space_id = any ($1)"#,
        &spaces
    )
    .fetch_all(&mut **transaction)
    .await?;
    let members: Vec<(UserId, BTreeSet<String>)> = rows
        .into_iter()
        .map(|member| (member.id, words::of_question(&member.name)))
        .filter(|(_, name)| !name.is_empty())
        .collect();
    let asked_about = asked_about(question, &members);
    Ok(People { members, asked_about })
}

fn asked_about(question: &Question<'_>, members: &[(UserId, BTreeSet<String>)]) -> Option<UserId> {
    let asked = &question.wording.words;
    let mut named = members.iter().filter(|(_, name)| name.is_subset(asked));
    match (named.next(), named.next()) {
        (Some((person, _)), None) => Some(*person),
        (None, None) if question.wording.says_i => Some(question.asked_by),
        _ => None,
    }
}

impl People {
    /// Whether a word of a question belongs to a member's name.
    pub fn is_name(&self, word: &str) -> bool {
        self.members.iter().any(|(_, name)| name.contains(word))
    }

    /// Whether a passage's author is the person that the question is about.
    pub fn is_asked_about(&self, author: Option<UserId>) -> bool {
        self.asked_about.is_some() && author == self.asked_about
    }
}
