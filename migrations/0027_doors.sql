-- One function for each thing that several parts of the program do: enqueue a job, enqueue an answer, read a branch.
-- They are functions and not modules of the program, so that a statement that does something else as well still takes
-- one round trip.

-- The row that says that the installation has its first administrator, and its settings.
alter table house rename to installation;

-- Why a job was parked. 'unknown_kind': the program that claimed it has no such kind; another version may.
alter table jobs add column trouble text;

-- Each class has a number of its own; lower goes first (server/backend/src/work/jobs.rs).
update jobs set class = case when class = 5 and kind in ('embed', 'embed_memory') then 6 else class end;

-- Enqueues one job about a subject. A job of that kind and subject that is there already stays as it is; with `again`
-- it starts from the beginning, and a runner that has it loses its claim.
create function enqueue_job(
    of_kind text, of_class int, for_user uuid, about uuid, wait interval default '0', again boolean default false
) returns void
language sql as $$
    insert into jobs (kind, class, user_id, subject_id, run_after)
    values (of_kind, of_class, for_user, about, now() + wait)
    on conflict (kind, subject_id) do update
    set run_after = excluded.run_after, class = least(jobs.class, excluded.class), failed_at = null, trouble = null,
        attempts = 0, runner = null, lease_until = null
    where again
$$;

-- Enqueues one answer for the person who asked, unless as many of that person's wait already as may: SQLSTATE HQ001.
-- The advisory lock makes requests of one person that arrive together come one after the other.
create function enqueue_answer(
    of_answer uuid, asker uuid, of_space uuid, of_conversation uuid, of_model text, most int
) returns void
language plpgsql as $$
begin
    perform pg_advisory_xact_lock(18513, hashtext(asker::text));
    if (select count(*) from answer_queue q where q.user_id = asker and q.runner is null) >= most then
        raise exception 'too many answers of this person wait' using errcode = 'HQ001';
    end if;
    insert into answer_queue (answer_id, user_id, space_id, conversation_id, model)
    values (of_answer, asker, of_space, of_conversation, of_model)
    on conflict (answer_id) do nothing;
end $$;

-- Takes an answer out of the queue at its end; null when the claim is no longer this runner's.
create function leave_queue(of_answer uuid, of_runner uuid) returns uuid
language sql as $$
    delete from answer_queue where answer_id = of_answer and runner = of_runner returning answer_id
$$;

-- The messages of a branch from its leaf up to its root; the leaf has depth 1. Policies of `messages` apply.
create function branch(of_conversation uuid, leaf uuid, most int default 2147483647)
returns table (id uuid, parent_id uuid, depth int)
language sql stable parallel safe rows 50 as $$
    with recursive up as (
        select m.id, m.parent_id, 1 as depth from messages m where m.id = leaf and m.conversation_id = of_conversation
        union all
        select m.id, m.parent_id, up.depth + 1 from up join messages m on m.id = up.parent_id where up.depth < most
    )
    select up.id, up.parent_id, up.depth from up
$$;

revoke execute on function enqueue_job(text, int, uuid, uuid, interval, boolean),
    enqueue_answer(uuid, uuid, uuid, uuid, text, int), leave_queue(uuid, uuid), branch(uuid, uuid, int) from public;
grant execute on function enqueue_job(text, int, uuid, uuid, interval, boolean),
    enqueue_answer(uuid, uuid, uuid, uuid, text, int), leave_queue(uuid, uuid), branch(uuid, uuid, int) to hearth_app;

-- For migrations: makes a table one of the personal class. Members of a row's space read it; owners and writers of that
-- space change and delete it.
create function make_personal(personal regclass) returns void
language plpgsql as $$
begin
    execute format('alter table %s enable row level security, force row level security', personal);
    execute format('create policy members on %s to hearth_app using (space_id = any ((select my_spaces())::uuid[]))
                    with check (space_id = any ((select my_written_spaces())::uuid[]))', personal);
    execute format('create policy readers_delete_nothing on %s as restrictive for delete to hearth_app
                    using (space_id = any ((select my_written_spaces())::uuid[]))', personal);
    execute format('create policy readers_change_nothing on %s as restrictive for update to hearth_app
                    using (space_id = any ((select my_written_spaces())::uuid[]))', personal);
    execute format('create policy owner on %s to hearth_owner using (true) with check (true)', personal);
end $$;
revoke execute on function make_personal(regclass) from public;
