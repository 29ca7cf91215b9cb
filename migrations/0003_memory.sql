-- Memory: searchable pieces of messages, their vectors, and what each answer drew from them. Personal class.

create table passages (
    id uuid primary key,
    space_id uuid not null,
    author_id uuid references users (id) on delete cascade,
    conversation_id uuid not null,
    message_id uuid not null,
    -- Which piece of the message.
    position int not null,
    said_by text not null check (said_by in ('person', 'model')),
    said_at timestamptz not null,
    text text not null,
    -- Words as server/backend/src/memory/words.rs makes them (segmented, folded, stemmed), at that version.
    words tsvector not null,
    words_version int not null,
    unique (space_id, id),
    unique (message_id, position),
    foreign key (space_id, message_id) references messages (space_id, id) on delete cascade,
    foreign key (space_id, conversation_id) references conversations (space_id, id) on delete cascade
);
create index passages_words on passages using gin (space_id, words);
create index passages_by_conversation on passages (conversation_id);

-- Vectors keyed by model, so that a change of model re-embeds while the old vectors answer.
-- MAIN keeps a vector in its row as long as it fits: a scan then needs no second read.
create table passage_embeddings (
    passage_id uuid not null,
    model text not null,
    space_id uuid not null,
    embedding halfvec not null,
    primary key (passage_id, model),
    foreign key (space_id, passage_id) references passages (space_id, id) on delete cascade
);
alter table passage_embeddings alter column embedding set storage main;
create index passage_embeddings_by_space on passage_embeddings (space_id, model);

-- What was recalled for an answer, in order. The passage may be gone later; then so is the row.
create table answer_recalls (
    answer_id uuid not null,
    space_id uuid not null,
    position int not null,
    passage_id uuid not null,
    passage_space_id uuid not null,
    score real not null,
    primary key (answer_id, position),
    foreign key (space_id, answer_id) references answers (space_id, id) on delete cascade,
    foreign key (passage_space_id, passage_id) references passages (space_id, id) on delete cascade
);
create index answer_recalls_by_passage on answer_recalls (passage_id);

do $$
declare personal text;
begin
    foreach personal in array array['passages', 'passage_embeddings', 'answer_recalls'] loop
        execute format('alter table %I enable row level security, force row level security', personal);
        execute format('create policy members on %I to hearth_app using (space_id = any ((select my_spaces())::uuid[]))
                        with check (space_id = any ((select my_spaces())::uuid[]))', personal);
        execute format('create policy owner on %I to hearth_owner using (true) with check (true)', personal);
    end loop;
end $$;
