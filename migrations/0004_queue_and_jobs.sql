-- Who waits for the model server, and what is to be done in the background. Operational class: ids and states.

create table answer_queue (
    answer_id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    space_id uuid not null references spaces (id) on delete cascade,
    conversation_id uuid not null,
    enqueued_at timestamptz not null default now(),
    -- First come, first served within one person; a sequence, because clocks jump.
    place bigint generated always as identity,
    -- Not before: the model server was away.
    not_before timestamptz not null default now(),
    attempts int not null default 0,
    -- Set while a runner has it.
    runner uuid,
    lease_until timestamptz,
    stop_requested boolean not null default false
);
create index answer_queue_waiting on answer_queue (place) where runner is null;
create index answer_queue_leases on answer_queue (lease_until) where runner is not null;
create index answer_queue_by_user on answer_queue (user_id);

-- When each person was last served, so that people take turns.
create table answer_turns (
    user_id uuid primary key references users (id) on delete cascade,
    last_served bigint not null
);
create sequence answer_turn_counter;

create table jobs (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('title', 'embed')),
    -- Lower goes first: titles before embedding of imports.
    class int not null,
    user_id uuid not null references users (id) on delete cascade,
    -- What it is about: a conversation (title) or a message (embed).
    subject_id uuid not null,
    run_after timestamptz not null default now(),
    attempts int not null default 0,
    -- Parked after too many attempts; kept for the administrator's count.
    failed_at timestamptz,
    runner uuid,
    lease_until timestamptz,
    unique (kind, subject_id)
);
create index jobs_due on jobs (class, run_after, id) where failed_at is null;

-- What is known of each model: window, and tokens per estimated token as the server reported them.
create table models (
    name text primary key,
    context_length int,
    num_ctx int,
    tokens_per_estimate real not null default 1.0,
    samples int not null default 0,
    -- Length of its vectors, for an embedding model.
    dimensions int,
    -- Cosine that unrelated everyday sentences reach with it: what is not above says nothing.
    relevance_floor real,
    seen_at timestamptz not null default now()
);

create table model_pulls (
    model text primary key,
    state text not null check (state in ('running', 'done', 'failed')),
    completed_bytes bigint not null default 0,
    total_bytes bigint not null default 0,
    trouble text,
    runner uuid,
    started_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
