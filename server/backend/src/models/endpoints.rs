//! Endpoints: model servers as rows. A model is always an endpoint and a name.
//!
//! The first endpoint is the one in the settings; each start updates its row from them.

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
    /// Value in the table.
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
    /// Whether its address is on this machine or in its network, so that nothing sent there leaves it.
    pub local: bool,
    pub roles: Vec<Role>,
    /// Number of answers that it generates at once.
    pub slots: usize,
}

impl Endpoint {
    /// The endpoint of the settings, after its row was updated.
    ///
    /// # Errors
    /// The database fails.
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
