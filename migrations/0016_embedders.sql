-- Which embedding model's vectors answer, which are being made, and which are to go. Operational class.
create table embedders (
    model text primary key,
    state text not null check (state in ('answers', 'comes', 'goes')),
    paused boolean not null default false,
    -- Why nothing can be embedded with it now: model_not_found, dimension_mismatch, or another fault of a model
    -- server.
    trouble text,
    -- Texts that were longer than it reads, and were embedded by their beginning.
    cut_texts bigint not null default 0,
    -- How long so many texts took, for the time that is left.
    embedded bigint not null default 0,
    seconds float8 not null default 0
);
create unique index embedders_one_of_each on embedders (state) where state <> 'goes';

-- Of vectors by several models, the most answer.
insert into embedders (model, state)
select model, case when row_number() over (order by count(*) desc) = 1 then 'answers' else 'goes' end
from passage_embeddings group by model;

-- How far a model is: passages and memories with a vector by it, and all. Counts and nothing else, so that an
-- administrator sees progress and no words.
create function embedding_progress(of_model text, out done bigint, out total bigint)
language sql stable security definer set search_path = public, pg_temp as $$
    select (select count(*) from passage_embeddings where model = of_model)
             + (select count(*) from memory_embeddings where model = of_model),
           (select count(*) from passages) + (select count(*) from memories)
$$;
revoke all on function embedding_progress(text) from public;
grant execute on function embedding_progress(text) to hearth_app;
