-- Memories: statements worth keeping about a person or their world, where they come from, and what was made of
-- them. Personal class. A memory belongs to a person's own space; the messages it came from may be moved to
-- another one, and then their keys follow.

create table memories (
    id uuid primary key,
    space_id uuid not null references spaces (id) on delete cascade,
    author_id uuid not null references users (id) on delete cascade,
    kind text not null check (kind in ('profile', 'preference', 'fact', 'episode')),
    -- About whom or what, as the statement calls it; '' is the person.
    subject text not null default '' check (length(subject) <= 200),
    statement text not null check (length(statement) between 1 and 2000),
    -- Words as server/backend/src/memory/words.rs makes them, at that version.
    words tsvector not null,
    words_version int not null,
    -- When it holds. Nothing at the end: it still does.
    valid_from timestamptz,
    valid_to timestamptz,
    -- What holds instead. Where that was forgotten, this one has still ended.
    superseded_by uuid,
    pinned boolean not null default false,
    -- 'asked' waits for the person's yes: it is shown to them and used for nothing.
    state text not null default 'kept' check (state in ('kept', 'asked')),
    origin text not null check (origin in ('person', 'model', 'import')),
    -- Kept only when the person asked for it or said yes.
    sensitive text check (sensitive in ('health', 'sexuality', 'money', 'beliefs', 'third_person')),
    uses int not null default 0,
    last_used_at timestamptz,
    -- How often the person said that it had nothing to do with the question.
    not_relevant int not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (space_id, id),
    foreign key (space_id, superseded_by) references memories (space_id, id)
        on update cascade on delete set null (superseded_by)
);
create index memories_words on memories using gin (space_id, words);
create index memories_newest on memories (space_id, created_at desc, id desc);
create index memories_by_successor on memories (superseded_by) where superseded_by is not null;

-- The person's own messages that a memory came from.
create table memory_sources (
    memory_id uuid not null,
    space_id uuid not null,
    message_id uuid not null,
    message_space_id uuid not null,
    primary key (memory_id, message_id),
    foreign key (space_id, memory_id) references memories (space_id, id) on update cascade on delete cascade,
    foreign key (message_space_id, message_id) references messages (space_id, id) on update cascade on delete cascade
);
create index memory_sources_by_message on memory_sources (message_id);

create table memory_embeddings (
    memory_id uuid not null,
    model text not null,
    space_id uuid not null,
    embedding halfvec not null,
    primary key (memory_id, model),
    foreign key (space_id, memory_id) references memories (space_id, id) on update cascade on delete cascade
);
alter table memory_embeddings alter column embedding set storage main;
create index memory_embeddings_by_space on memory_embeddings (space_id, model);

-- Which memories were put before the model for an answer, in order.
create table answer_memories (
    answer_id uuid not null,
    space_id uuid not null,
    position int not null,
    memory_id uuid not null,
    memory_space_id uuid not null,
    score real not null,
    not_relevant boolean not null default false,
    primary key (answer_id, position),
    foreign key (space_id, answer_id) references answers (space_id, id) on update cascade on delete cascade,
    foreign key (memory_space_id, memory_id) references memories (space_id, id) on update cascade on delete cascade
);
create index answer_memories_by_memory on answer_memories (memory_id);

-- What Hearth told in a conversation about its memory, under the answer that it belongs to: noted by itself,
-- asked, kept or forgotten because the person said so. One row per memory; none when there is no memory to show.
create table memory_notes (
    id uuid primary key,
    space_id uuid not null,
    answer_id uuid not null,
    kind text not null check (kind in ('noted', 'asked', 'kept', 'forgotten', 'which', 'nothing_found', 'memory_off')),
    memory_id uuid,
    memory_space_id uuid,
    -- For 'which': a passage that may be meant, where nothing was drawn from it.
    passage_id uuid,
    passage_space_id uuid,
    created_at timestamptz not null default now(),
    foreign key (space_id, answer_id) references answers (space_id, id) on update cascade on delete cascade,
    foreign key (memory_space_id, memory_id) references memories (space_id, id) on update cascade on delete cascade,
    foreign key (passage_space_id, passage_id) references passages (space_id, id) on update cascade on delete cascade
);
create index memory_notes_by_answer on memory_notes (answer_id);
create index memory_notes_by_memory on memory_notes (memory_id) where memory_id is not null;
create index memory_notes_by_passage on memory_notes (passage_id) where passage_id is not null;

-- "Not relevant" under an answer: this passage, or that memory, less for questions like the one that was asked.
alter table answer_recalls add column not_relevant boolean not null default false;
alter table passages add column not_relevant int not null default 0;

-- What the person asked to forget stays for them to read, and for nothing else: it is neither recalled nor put
-- before a model, nothing is drawn from it, and it gets no passages again.
alter table messages add column forgotten_at timestamptz;

-- How far facts have been drawn, by the messages' order; and whether this conversation had its one "Noted".
alter table conversations add column facts_until bigint not null default 0;
alter table conversations add column noted boolean not null default false;

-- On, ask before keeping, or off.
alter table users alter column memory drop default;
alter table users alter column memory type text using case when memory then 'on' else 'off' end;
alter table users alter column memory set default 'on';
alter table users add constraint users_memory_check check (memory in ('on', 'ask', 'off'));

-- Which kinds there are is the worker's to know: a list here would have to be written again by each new kind.
alter table jobs drop constraint if exists jobs_kind_check;

do $$
declare personal text;
begin
    foreach personal in array array['memories', 'memory_sources', 'memory_embeddings', 'answer_memories', 'memory_notes'] loop
        execute format('alter table %I enable row level security, force row level security', personal);
        execute format('create policy members on %I to hearth_app using (space_id = any ((select my_spaces())::uuid[]))
                        with check (space_id = any ((select my_spaces())::uuid[]))', personal);
        execute format('create policy owner on %I to hearth_owner using (true) with check (true)', personal);
    end loop;
end $$;
