-- Relevance is a probability. What a cosine says about it differs by embedder and by the language of the question, so
-- each embedder is calibrated once on related and unrelated sentences of several languages (`retrieval::calibration`).
-- Rows of an older version of the sentences are ignored and replaced. Operational class: numbers about a model.
create table calibrations (
    endpoint_id uuid not null references endpoints (id) on delete cascade,
    model text not null,
    -- Two letters; 'any' for questions in a language that has no row.
    language text not null,
    version integer not null,
    -- Log odds of relevance for a cosine of 1, for all words of the question, and without either.
    cosine real not null,
    words real not null,
    bias real not null,
    -- Its inner product with the question's vector is added to the log odds.
    direction real[] not null,
    -- The cosine that few unrelated texts reach, and how far above it related ones lie; both 0 where cosines do not tell
    -- them apart.
    floor real not null,
    span real not null,
    primary key (endpoint_id, model, language)
);

-- Replaced by the above.
alter table models drop column relevance_floor;
alter table models drop column relevance_floor_unspaced;

-- How probable it must be that something is relevant before it is recalled for this person.
alter table users add column recall text not null default 'balanced' check (recall in ('seldom', 'balanced', 'often'));
