//! What several pages share. Icons and the logo are also used by islands; the rest is the server's.

pub mod icons;
pub mod logo;

#[cfg(feature = "ssr")]
pub mod alive;
#[cfg(feature = "ssr")]
pub mod conversation_menu;
#[cfg(feature = "ssr")]
pub mod fields;
#[cfg(feature = "ssr")]
pub mod forms;
#[cfg(feature = "ssr")]
pub mod layout;
#[cfg(feature = "ssr")]
pub mod model_list;
#[cfg(feature = "ssr")]
pub mod notices;
#[cfg(feature = "ssr")]
pub mod shortcuts;
#[cfg(feature = "ssr")]
pub mod suggestions;
#[cfg(feature = "ssr")]
pub mod time;
#[cfg(feature = "ssr")]
pub mod time_zone;
#[cfg(feature = "ssr")]
pub mod transfer;
