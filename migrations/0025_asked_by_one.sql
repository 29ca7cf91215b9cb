-- What an answer was made from belongs to the person who asked for it, also in a conversation that is shared later;
-- and a person who may only read changes nothing, without an error.

-- What the model thought may quote everything that was put before it, other conversations of the asker's too.
alter table message_parts add column only_for uuid references users (id) on delete cascade;

update message_parts p set only_for = coalesce(q.author_id, c.author_id)
from messages m join conversations c on c.id = m.conversation_id left join messages q on q.id = m.parent_id
where p.kind = 'thinking' and m.id = p.message_id;

alter table message_parts add constraint thoughts_are_somebodys check (kind <> 'thinking' or only_for is not null);
create index message_parts_only_for on message_parts (only_for) where only_for is not null;

create policy only_for on message_parts as restrictive for select to hearth_app
    using (only_for is null or only_for = (select nullif(current_setting('hearth.user_id', true), '')::uuid));

-- Somebody else asks for the same answer once more: the thoughts go, which they cannot see to delete.
create function forget_thoughts(answer uuid) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp
as $$
    delete from message_parts p
    where p.message_id = answer and p.kind = 'thinking' and p.space_id = any (my_written_spaces())
$$;
revoke execute on function forget_thoughts(uuid) from public;
grant execute on function forget_thoughts(uuid) to hearth_app;

-- Which of their passages and memories came into it, and what was noted about their memory.
do $$
declare drawn text;
begin
    foreach drawn in array array['answer_recalls', 'answer_memories', 'memory_notes'] loop
        execute format('alter table %I add column only_for uuid', drawn);
        execute format('update %I d set only_for = coalesce(q.author_id, c.author_id)
                        from messages m join conversations c on c.id = m.conversation_id
                        left join messages q on q.id = m.parent_id where m.id = d.answer_id', drawn);
        execute format('alter table %I alter column only_for
                        set default nullif(current_setting(''hearth.user_id'', true), '''')::uuid', drawn);
    end loop;
end $$;

-- A reader's update changes no row, as a reader's delete already does. It was an error of the policy's before, so
-- that forgetting a memory of one's own failed where it had a trace in a conversation that one may only read.
do $$
declare personal text;
begin
    for personal in select tablename from pg_policies where schemaname = 'public' and policyname = 'readers_delete_nothing'
    loop
        execute format('create policy readers_change_nothing on %I as restrictive for update to hearth_app
                        using (space_id = any ((select my_written_spaces())::uuid[]))', personal);
    end loop;
end $$;
