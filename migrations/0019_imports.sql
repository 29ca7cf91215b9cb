-- Words that came from another Hearth (server/backend/src/transfer).

-- What somebody's conversation, message or memory is called where it was made. An export names things by this, or
-- by their own id when they were made here, so that a thing keeps its name through any number of houses, and what
-- is there already is known when it comes again.
alter table conversations add column origin_id uuid;
alter table messages add column origin_id uuid;
alter table memories add column origin_id uuid;
create unique index conversations_by_origin on conversations (author_id, origin_id) where origin_id is not null;
create index messages_by_origin on messages (space_id, origin_id) where origin_id is not null;
create unique index memories_by_origin on memories (author_id, origin_id) where origin_id is not null;

-- Who wrote a message in a conversation that was shared there, when it was not the person who brought it here: a
-- name and nothing more, whoever has that name in this house. Such a message has no author among the people here.
alter table messages add column author_name text check (length(author_name) between 1 and 64);
alter table messages drop constraint messages_check;
alter table messages add constraint messages_check
    check (case said_by when 'person' then num_nonnulls(author_id, author_name) = 1
                        else num_nonnulls(author_id, author_name) = 0 end);
-- A copy beside the words, because recall reads passages and no messages.
alter table passages add column author_name text;

-- How somebody's last import goes, or went. Personal class: it names files that could not be read.
create table imports (
    space_id uuid primary key references spaces (id) on delete cascade,
    author_id uuid not null references users (id) on delete cascade,
    -- Told apart from an earlier one.
    id uuid not null,
    state text not null check (state in ('running', 'done', 'failed')),
    trouble text,
    -- Conversations that were looked at, and how many the archive has.
    looked_at int not null default 0,
    total int not null default 0,
    -- What was taken, and what was there already.
    conversations int not null default 0,
    conversations_known int not null default 0,
    memories int not null default 0,
    memories_known int not null default 0,
    pictures int not null default 0,
    files int not null default 0,
    -- Files of the archive that could not be read, and the names of the first few.
    unreadable int not null default 0,
    unreadable_names text[] not null default '{}',
    started_at timestamptz not null default now(),
    -- Renewed while it runs: one that stands still was cut off.
    updated_at timestamptz not null default now()
);

alter table imports enable row level security, force row level security;
create policy members on imports to hearth_app using (space_id = any ((select my_spaces())::uuid[]))
    with check (space_id = any ((select my_written_spaces())::uuid[]));
create policy readers_delete_nothing on imports as restrictive for delete to hearth_app
    using (space_id = any ((select my_written_spaces())::uuid[]));
create policy owner on imports to hearth_owner using (true) with check (true);
