-- People, spaces, and who may see what. Operational class: ids and states, nobody's words.
--
-- Roles, the extension and the LEAKPROOF mark are made by provisioning (server/backend/src/storage/provision.rs),
-- as a superuser; migrations run as hearth_owner. The server runs as hearth_app, which owns nothing.

create table users (
    id uuid primary key,
    -- As the person writes it, and folded (NFKC, lower case) for sign-in and uniqueness.
    name text not null check (length(name) between 1 and 64),
    name_folded text not null constraint users_name_taken unique,
    password_hash text not null,
    role text not null check (role in ('administrator', 'member')),
    disabled_at timestamptz,
    language text not null default 'en' check (language in ('en', 'zh-CN')),
    theme text not null default 'device' check (theme in ('device', 'light', 'dark')),
    reading_font text not null default 'serif' check (reading_font in ('serif', 'sans')),
    time_zone text not null default 'UTC',
    memory boolean not null default true,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz
);

-- One row says that the house has its first administrator: the primary key lets exactly one set-up win.
create table house (
    only_row boolean primary key default true check (only_row),
    default_chat_model text,
    embedding_model text,
    time_zone text not null default 'UTC',
    created_at timestamptz not null default now()
);

create table spaces (
    id uuid primary key,
    kind text not null check (kind in ('private', 'shared')),
    created_at timestamptz not null default now()
);

-- A private space has the person's own id and exactly one member.
create table space_members (
    space_id uuid not null references spaces (id) on delete cascade,
    user_id uuid not null references users (id) on delete cascade,
    role text not null check (role in ('owner', 'writer', 'reader')),
    primary key (user_id, space_id)
);
create unique index space_members_private_has_one on space_members (space_id) where role = 'owner';

-- The spaces of whoever `hearth.user_id` names in this transaction; none when nobody is named.
-- Policies call it as `any ((select my_spaces())::uuid[])`, so that it is evaluated once per query.
create function my_spaces() returns uuid[]
language sql stable parallel safe
as $$
    select coalesce(array_agg(space_id), '{}')
    from space_members
    where user_id = nullif(current_setting('hearth.user_id', true), '')::uuid
$$;

create table sessions (
    -- SHA-256 of the cookie's id: whoever reads this table cannot sign in with it.
    id_hash bytea primary key,
    -- What its owner and the pages call it.
    public_id uuid not null unique,
    -- None before sign-in.
    user_id uuid references users (id) on delete cascade,
    label text not null default '',
    data jsonb not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index sessions_by_user on sessions (user_id);
create index sessions_by_expiry on sessions (expires_at);

-- Invitations and password resets: one use, for a while. Only the secret's hash is kept.
create table links (
    id uuid primary key,
    secret_hash bytea not null unique,
    kind text not null check (kind in ('invitation', 'password_reset')),
    -- Suggested name of an invitation.
    name text not null default '',
    user_id uuid references users (id) on delete cascade,
    made_by uuid references users (id) on delete set null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    check ((kind = 'password_reset') = (user_id is not null))
);

-- What an administrator did to an account, told to its owner once.
create table account_notices (
    id bigint generated always as identity primary key,
    user_id uuid not null references users (id) on delete cascade,
    kind text not null check (kind in ('password_reset', 'disabled', 'enabled', 'role_changed')),
    by_name text not null,
    created_at timestamptz not null default now(),
    seen_at timestamptz
);
create index account_notices_unseen on account_notices (user_id) where seen_at is null;

-- Sign-in attempts under way or failed, per folded name and per address, to slow guessing: written before the
-- password is looked at, taken back when it was right. Rows are swept after a day.
create table sign_in_failures (
    id bigint generated always as identity primary key,
    -- SHA-256 of the folded name: a mistyped password in the name field is not kept.
    name_hash bytea not null,
    address text not null,
    failed_at timestamptz not null default now()
);
create index sign_in_failures_by_name on sign_in_failures (name_hash, failed_at);
create index sign_in_failures_by_address on sign_in_failures (address, failed_at);
create index sign_in_failures_by_time on sign_in_failures (failed_at);

-- Addresses from which a person has signed in: they keep some room when strangers use up the name's attempts.
-- Rows are swept after 90 days.
create table sign_in_addresses (
    user_id uuid not null references users (id) on delete cascade,
    address text not null,
    last_at timestamptz not null default now(),
    primary key (user_id, address)
);
