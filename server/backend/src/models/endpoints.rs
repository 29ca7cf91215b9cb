//! Endpoints: model servers as rows. A model is always an endpoint and a name.
//!
//! The first endpoint is the one that the settings name; each start writes what they say into its row.

use crate::{Config, Result, storage::Storage};
use hearth_inference::{ServerKind, is_local_address};
use hearth_types::EndpointId;

/// What an endpoint is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Chat,
    Embed,
}

impl Role {
    /// As the table has it.
    const fn name(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Embed => "embed",
        }
    }
}

/// A model server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    pub id: EndpointId,
    pub address: String,
    /// Whether what is sent there stays on this machine or in its network.
    pub local: bool,
    pub roles: Vec<Role>,
    /// Answers that it works on at once.
    pub slots: usize,
}

impl Endpoint {
    /// The endpoint of the settings, with its row brought up to date.
    ///
    /// # Errors
    /// The database.
    pub async fn configured(storage: &Storage, config: &Config) -> Result<Self> {
        let address = config.model_server.base_url().to_owned();
        let (roles, slots) = (vec![Role::Chat, Role::Embed], config.slots.get());
        let local = is_local_address(&address);
        let names: Vec<String> = roles.iter().map(|role| role.name().to_owned()).collect();
        let id = sqlx::query_scalar!(
            r#"insert into endpoints (id, kind, address, local, roles, slots, configured)
             values (gen_random_uuid(), $1, $2, $3, $4, $5, true)
             on conflict (configured) where configured do update
             set kind = excluded.kind, address = excluded.address, local = excluded.local, roles = excluded.roles,
                 slots = excluded.slots
             returning id as "id: EndpointId""#,
            kind_name(config.model_server.kind()),
            address,
            local,
            &names,
            i32::try_from(slots).unwrap_or(i32::MAX),
        )
        .fetch_one(storage.pool())
        .await?;
        Ok(Self {
            id,
            address,
            local,
            roles,
            slots,
        })
    }
}

const fn kind_name(kind: ServerKind) -> &'static str {
    match kind {
        ServerKind::Auto => "auto",
        ServerKind::Ollama => "ollama",
        ServerKind::OpenAi => "openai",
    }
}
