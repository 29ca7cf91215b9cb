-- Pictures and files of messages. Their bytes are files below the data directory, named by their hash
-- (server/backend/src/attachments/store.rs); here is who may see them, and what of them is text.

-- Personal class. A row belongs to one message, or to none until it is sent; an edited message gets rows of its
-- own that name the same bytes. The key with the space follows a conversation that moves to another one.
create table attachments (
    id uuid primary key,
    space_id uuid not null references spaces (id) on delete cascade,
    author_id uuid not null references users (id) on delete cascade,
    message_id uuid,
    -- In which conversation it waits to be sent; none: in one that has not begun. Until then its space is its
    -- author's own, also when the conversation is shared.
    draft_of uuid,
    position int not null default 0,
    kind text not null check (kind in ('picture', 'text', 'pdf')),
    -- As the person's device called it.
    name text not null check (length(name) between 1 and 200),
    -- In which folder its bytes are: the space that it was uploaded in, wherever it has moved since.
    folder uuid not null,
    hash bytea not null check (length(hash) = 32),
    preview_hash bytea check (length(preview_hash) = 32),
    -- A picture is made anew as one of these; a file is never served as what it claims to be.
    media_type text not null check (media_type in ('image/jpeg', 'image/png', 'application/octet-stream')),
    size_bytes bigint not null,
    width int not null default 0,
    height int not null default 0,
    -- Pages of a PDF, lines of a text.
    length int not null default 0,
    -- What a model reads of it; pages end with a form feed.
    text text not null default '',
    created_at timestamptz not null default now(),
    unique (space_id, id),
    foreign key (space_id, message_id) references messages (space_id, id) on delete cascade on update cascade,
    check ((kind = 'picture') = (preview_hash is not null)),
    check (message_id is null or draft_of is null)
);
create index attachments_by_message on attachments (message_id, position) where message_id is not null;
create index attachments_unsent on attachments (author_id, created_at) where message_id is null;

alter table attachments enable row level security, force row level security;
create policy members on attachments to hearth_app using (space_id = any ((select my_spaces())::uuid[]))
    with check (space_id = any ((select my_spaces())::uuid[]));
create policy owner on attachments to hearth_owner using (true) with check (true);

-- Operational class: how many rows name a file. Whoever deletes a message sees only their own rows, so the count is
-- kept where all are seen; a file that nobody names any more is removed from the disk.
create table stored_files (
    folder uuid not null,
    hash bytea not null,
    uses int not null,
    primary key (folder, hash)
);
create index stored_files_unused on stored_files (folder, hash) where uses = 0;

create function count_file_uses() returns trigger
language plpgsql
as $$
begin
    if tg_op = 'INSERT' then
        insert into stored_files (folder, hash, uses)
        select distinct new.folder, named.hash, 1 from unnest(array[new.hash, new.preview_hash]) as named (hash)
        where named.hash is not null order by named.hash
        on conflict (folder, hash) do update set uses = stored_files.uses + 1;
    else
        update stored_files set uses = uses - 1 where folder = old.folder and hash in (old.hash, old.preview_hash);
    end if;
    return null;
end $$;

create trigger attachments_count_uses after insert or delete on attachments
    for each row execute function count_file_uses();

-- What of a question's pictures and files the model did not get: said under the answer.
alter table answers
    add column left_out_pictures int not null default 0,
    -- Each with its name, its kind, and how many pages or lines at its end.
    add column cut_files jsonb not null default '[]';
