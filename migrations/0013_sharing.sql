-- Shared conversations. A conversation that is shared gets a space of its own, whose members see everything in it.
-- `update conversations set space_id = …` is all it takes to move one: what hangs on it follows.

-- Every key that carries a space moves with the row it points to, whichever earlier migration made it.
do $$
declare link record;
begin
    for link in
        select c.conrelid::regclass as tablename, c.conname as name, pg_get_constraintdef(c.oid) as definition
        from pg_constraint c
        where c.contype = 'f' and c.connamespace = 'public'::regnamespace and c.confupdtype <> 'c'
          and exists (select from pg_attribute a
                      where a.attrelid = c.confrelid and a.attnum = any (c.confkey) and a.attname = 'space_id')
        order by c.oid
    loop
        execute format('alter table %s drop constraint %I, add constraint %I %s on update cascade',
                       link.tablename, link.name, link.name, link.definition);
    end loop;
end $$;

-- Who is told what happens in a space.
create index space_members_by_space on space_members (space_id, user_id);

-- The spaces in which the person named by `hearth.user_id` may change something: a reader changes nothing.
create function my_written_spaces() returns uuid[]
language sql stable parallel safe
as $$
    select coalesce(array_agg(space_id), '{}')
    from space_members
    where user_id = nullif(current_setting('hearth.user_id', true), '')::uuid and role <> 'reader'
$$;
grant execute on function my_written_spaces() to hearth_app;

-- Members read; owners and writers write. Deleting has no row to check afterwards, so it has a policy of its own.
do $$
declare personal text;
begin
    for personal in select tablename from pg_policies where schemaname = 'public' and policyname = 'members' loop
        execute format('alter policy members on %I
                        with check (space_id = any ((select my_written_spaces())::uuid[]))', personal);
        execute format('create policy readers_delete_nothing on %I as restrictive for delete to hearth_app
                        using (space_id = any ((select my_written_spaces())::uuid[]))', personal);
    end loop;
end $$;
