-- Model servers. Operational class: addresses, models and times, nobody's words.

create table endpoints (
    id uuid primary key,
    -- What it speaks: Ollama's routes, OpenAI's, or whichever of both it turns out to speak.
    kind text not null check (kind in ('auto', 'ollama', 'openai')),
    address text not null,
    -- The key of one that an administrator added. The key of the configured one is a setting and is not kept here.
    key text,
    -- On this machine or in its network; else what is sent there leaves the installation.
    local boolean not null,
    -- What it is used for: 'chat', 'embed'.
    roles text[] not null,
    -- How many answers it works on at once.
    slots int not null check (slots > 0),
    -- The one that a flag or an environment variable names; there is at most one.
    configured boolean not null default false,
    created_at timestamptz not null default now()
);
create unique index endpoints_configured on endpoints (configured) where configured;

-- The rows that are there belong to the configured endpoint. Its address is a setting, which the next start writes
-- here (server/backend/src/models/endpoints.rs). A new installation has no row yet.
insert into endpoints (id, kind, address, local, roles, slots, configured)
select gen_random_uuid(), 'auto', '', true, '{chat,embed}', 1, true
where exists (select from models) or exists (select from model_pulls) or exists (select from answer_queue);

create function configured_endpoint() returns uuid
language sql stable parallel safe as $$ select id from endpoints where configured $$;
grant execute on function configured_endpoint() to hearth_app;

-- A model is always an endpoint and a name.
do $$
declare keyed record;
begin
    for keyed in select * from (values ('models', 'name'), ('model_pulls', 'model')) as k (tablename, name) loop
        execute format('alter table %I add column endpoint_id uuid references endpoints (id) on delete cascade',
                       keyed.tablename);
        execute format('update %I set endpoint_id = configured_endpoint()', keyed.tablename);
        execute format('alter table %I alter column endpoint_id set not null, drop constraint %I,
                        add primary key (endpoint_id, %I)',
                       keyed.tablename, keyed.tablename || '_pkey', keyed.name);
    end loop;
end $$;

-- Waiting answers are served by the endpoint of their model; each endpoint has slots of its own.
alter table answer_queue add column endpoint_id uuid references endpoints (id) on delete cascade;
update answer_queue set endpoint_id = configured_endpoint();
alter table answer_queue alter column endpoint_id set not null, alter column endpoint_id set default configured_endpoint();
drop index answer_queue_slots;
create unique index answer_queue_slots on answer_queue (endpoint_id, slot);

-- Choices of a model name its endpoint. None means the configured one, as in all rows that are there.
alter table installation
    add column default_chat_endpoint uuid references endpoints (id) on delete set null,
    add column embedding_endpoint uuid references endpoints (id) on delete set null;
alter table conversations add column endpoint_id uuid references endpoints (id) on delete set null;
alter table answers add column endpoint_id uuid references endpoints (id) on delete set null;
alter table embedders add column endpoint_id uuid references endpoints (id) on delete set null;
