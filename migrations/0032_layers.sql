-- Layers over memories (server/backend/src/memory/layers.rs). Nothing that was said is deleted or changed by them: a
-- memory that another one stands for points to it, and stays with its own sources.

alter table memories
    -- The memory that stands for this one: a near-duplicate, or a line that gathers episodes.
    add column consolidated_into uuid,
    -- A line made of other memories, without sources of its own.
    add column gathered boolean not null default false,
    -- The person separated it: never consolidated or gathered again.
    add column kept_apart boolean not null default false,
    add constraint memories_consolidated_into_fkey foreign key (space_id, consolidated_into)
        references memories (space_id, id) on update cascade on delete set null (consolidated_into),
    add constraint memories_are_in_one_layer check (
        consolidated_into is null or (consolidated_into <> id and not gathered and not kept_apart));
create index memories_by_group on memories (coalesce(consolidated_into, id));
create index memories_by_head on memories (space_id, consolidated_into) where consolidated_into is not null;

-- How well a memory is retained, 0 to 1: ACT-R's base-level activation and its probability of retrieval.
--
--     B = ln(t_1^-d + (n - 1) (t_n^(1-d) - t_1^(1-d)) / ((1 - d) (t_n - t_1)))
--     P = 1 / (1 + exp((tau - B) / s))
--
-- n presentations (it was told, or used in an answer), the first t_n and the last t_1 days ago. Only those two times are
-- kept, so the sum over all presentations is approximated (A. Petrov, Computationally efficient approximation of the
-- base-level learning equation in ACT-R, ICCM 2006, with k = 1). d = 0.5 is ACT-R's decay, after J. Anderson and
-- L. Schooler, Reflections of the environment in memory, Psychological Science 2 (1991). s = 0.4 is in the range of
-- ACT-R's noise. tau = -2.6 is chosen: what was told once and never used is at 0.5 after half a year.
create function memory_retention(n bigint, first_at timestamptz, last_at timestamptz, d float8) returns float8
language sql stable parallel safe as $$
    select 1 / (1 + exp((-2.6 - ln(
        power(t1, -d) + (n - 1) * case when tn > t1 * 1.001 then (power(tn, 1 - d) - power(t1, 1 - d)) / ((1 - d) * (tn - t1))
                                       else power(t1, -d) end)) / 0.4))
    from (
        -- At least an hour, at most a lifetime.
        select least(greatest(extract(epoch from now() - first_at)::float8 / 86400, 1.0 / 24), 36500) as tn,
               least(greatest(extract(epoch from now() - greatest(first_at, last_at))::float8 / 86400, 1.0 / 24), 36500) as t1
    ) days
$$;
revoke execute on function memory_retention(bigint, timestamptz, timestamptz, float8) from public;
grant execute on function memory_retention(bigint, timestamptz, timestamptz, float8) to hearth_app;

-- Each memory that stands for itself and for others, with the sources of all of them and their retention. A pinned one
-- is retained; one that the person asked to remember fades slower (d = 0.3).
create view memory_groups with (security_invoker = true) as
select m.id, m.space_id, g.members, g.sources,
       case when m.pinned then 1
            else memory_retention(greatest(g.told, 1) + g.uses, m.created_at, greatest(m.created_at, g.told_at, g.used_at),
                                  case m.origin when 'person' then 0.3 else 0.5 end) end as retention
from memories m
cross join lateral (
    select count(distinct x.id) - 1 as members, count(s.message_id) as told, max(x.uses) as uses,
           max(x.last_used_at) as used_at, max(q.created_at) as told_at,
           coalesce(array_agg(s.message_id) filter (where s.message_id is not null), '{}') as sources
    from memories x
    left join memory_sources s on s.memory_id = x.id
    left join messages q on q.id = s.message_id
    where coalesce(x.consolidated_into, x.id) = m.id
) g
where m.consolidated_into is null;

-- The sources of a memory and of those that it stands for.
create view memory_group_sources with (security_invoker = true) as
select coalesce(m.consolidated_into, m.id) as group_id, s.memory_id, s.message_id, s.space_id
from memories m join memory_sources s on s.memory_id = m.id;

-- A memory with those that say the same: its near-duplicates, or the members of a line. A member of a line is alone.
create function memories_said_with(memory uuid) returns setof uuid
language sql stable as $$
    select x.id
    from memories m left join memories h on h.id = m.consolidated_into and not h.gathered
    join memories x on x.id = m.id or x.consolidated_into = m.id or x.id = h.id or x.consolidated_into = h.id
    where m.id = memory
$$;
revoke execute on function memories_said_with(uuid) from public;
grant execute on function memories_said_with(uuid) to hearth_app;
