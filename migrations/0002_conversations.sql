-- Conversations and their messages. Personal class: forced row-level security by space on every table.

create table conversations (
    id uuid primary key,
    space_id uuid not null references spaces (id) on delete cascade,
    author_id uuid not null references users (id) on delete cascade,
    title text not null default '' check (length(title) <= 200),
    -- Whether the person named it: the model's title then stays out.
    titled_by_hand boolean not null default false,
    model text,
    memory boolean not null,
    -- The last message of the branch that is shown.
    active_leaf uuid,
    -- Order within the conversation comes from this counter, not from clocks.
    next_ordinal bigint not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (space_id, id)
);
create index conversations_newest on conversations (space_id, updated_at desc, id desc);

create table messages (
    id uuid primary key,
    space_id uuid not null,
    conversation_id uuid not null,
    parent_id uuid,
    ordinal bigint not null,
    said_by text not null check (said_by in ('person', 'model')),
    -- Who wrote it; none for a model.
    author_id uuid references users (id) on delete cascade,
    -- One press of "Send" stores one message, however often it arrives.
    idempotency_key uuid,
    created_at timestamptz not null default now(),
    unique (space_id, id),
    unique (space_id, conversation_id, id),
    unique (conversation_id, ordinal),
    foreign key (space_id, conversation_id) references conversations (space_id, id) on delete cascade,
    -- A parent is a message of the same conversation.
    foreign key (space_id, conversation_id, parent_id) references messages (space_id, conversation_id, id) on delete cascade,
    check ((said_by = 'person') = (author_id is not null))
);
create unique index messages_idempotency on messages (space_id, author_id, idempotency_key) where idempotency_key is not null;
create index messages_by_parent on messages (parent_id);

-- A message is an ordered list of typed parts; raw text is the truth.
create table message_parts (
    message_id uuid not null,
    space_id uuid not null,
    position int not null,
    kind text not null check (kind in ('text', 'thinking')),
    text text not null default '',
    primary key (message_id, position),
    foreign key (space_id, message_id) references messages (space_id, id) on delete cascade
);

-- Rendered HTML, a cache keyed by the renderer's version.
create table message_html (
    message_id uuid primary key,
    space_id uuid not null,
    renderer int not null,
    html text not null,
    foreign key (space_id, message_id) references messages (space_id, id) on delete cascade
);

-- How a model's message came about; same id as its message.
create table answers (
    id uuid primary key,
    space_id uuid not null,
    conversation_id uuid not null,
    status text not null check (status in ('waiting', 'running', 'done', 'stopped', 'failed', 'interrupted')),
    model text not null,
    trouble text,
    num_ctx int,
    prompt_tokens int,
    completion_tokens int,
    -- Estimated before the call, to calibrate the estimate per model.
    estimated_prompt_tokens int,
    queued_at timestamptz not null default now(),
    started_at timestamptz,
    first_token_at timestamptz,
    ended_at timestamptz,
    left_out_messages int not null default 0,
    left_out_passages int not null default 0,
    unique (space_id, id),
    foreign key (space_id, id) references messages (space_id, id) on delete cascade,
    foreign key (space_id, conversation_id) references conversations (space_id, id) on delete cascade
);
create index answers_by_conversation on answers (conversation_id);

do $$
declare personal text;
begin
    foreach personal in array array['conversations', 'messages', 'message_parts', 'message_html', 'answers'] loop
        execute format('alter table %I enable row level security, force row level security', personal);
        execute format('create policy members on %I to hearth_app using (space_id = any ((select my_spaces())::uuid[]))
                        with check (space_id = any ((select my_spaces())::uuid[]))', personal);
        execute format('create policy owner on %I to hearth_owner using (true) with check (true)', personal);
    end loop;
end $$;
