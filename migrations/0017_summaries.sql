-- Long conversations: what the model still sees of one word for word, and a summary of what it no longer sees.

-- A summary covers the message it belongs to and every message before it on that branch. Messages never change
-- below their children, so a branch can only ever meet summaries of its own messages; deleting one of them
-- deletes what follows it, and so every summary that was made from it.
create table summaries (
    message_id uuid primary key,
    space_id uuid not null,
    conversation_id uuid not null,
    text text not null,
    -- How many messages it covers.
    messages int not null,
    model text not null,
    made_at timestamptz not null default now(),
    foreign key (space_id, conversation_id, message_id) references messages (space_id, conversation_id, id)
        on update cascade on delete cascade
);
create index summaries_by_conversation on summaries (conversation_id);

alter table summaries enable row level security, force row level security;
create policy members on summaries to hearth_app using (space_id = any ((select my_spaces())::uuid[]))
    with check (space_id = any ((select my_written_spaces())::uuid[]));
create policy readers_delete_nothing on summaries as restrictive for delete to hearth_app
    using (space_id = any ((select my_written_spaces())::uuid[]));
create policy owner on summaries to hearth_owner using (true) with check (true);

-- The first message before the question that the model saw word for word; none when it saw all of them. The next
-- answer of the branch begins there too, as long as that fits: the model then knows the beginning of its prompt.
alter table answers add column window_first uuid;

-- How long the server says it read the prompt and wrote the answer.
alter table answers add column prompt_eval_ms int, add column eval_ms int;
