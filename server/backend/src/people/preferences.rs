//! Interface preferences of a person.

use super::Accounts;
use crate::{Error, Result};
use hearth_types::{
    Eagerness, Field, InvalidReason, Language, MemoryChoice, Preferences, ReadingFont, Theme, UserId,
};

impl Accounts<'_> {
    /// Stores all preferences.
    pub async fn set_preferences(&self, user: UserId, preferences: Preferences) -> Result<()> {
        check_time_zone(&preferences.time_zone)?;
        sqlx::query!(
            "update users set language = $2, theme = $3, reading_font = $4, time_zone = $5, memory = $6, recall = $7 where id = $1",
            user as UserId,
            preferences.language as Language,
            preferences.theme as Theme,
            preferences.reading_font as ReadingFont,
            preferences.time_zone,
            preferences.memory as MemoryChoice,
            preferences.recall as Eagerness
        )
        .execute(self.storage().pool())
        .await?;
        Ok(())
    }
}

/// Refuses what is no name of the IANA time zone database.
pub(super) fn check_time_zone(name: &str) -> Result<()> {
    match name.parse::<chrono_tz::Tz>() {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::invalid(Field::TimeZone, InvalidReason::Unknown)),
    }
}
