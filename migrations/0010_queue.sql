-- A queue whose slots cannot be passed, and waits that are told from what was measured.

alter table answer_queue
    -- Which of the model server's slots a claimed answer takes. Two instances that claim at the same moment pick
    -- the same one, and the index gives it to one of them.
    add column slot int,
    add column claimed_at timestamptz,
    -- The conversation's model when the message was sent; none means the house's.
    add column model text;
create unique index answer_queue_slots on answer_queue (slot);

-- One runner per claim: whoever claimed an answer again is told apart from who had it before.
comment on column answer_queue.runner is 'the claim, while somebody works on the answer';
comment on column answer_queue.lease_until is 'changes with every renewal; a lease that stands still is lost';

alter table models
    -- From the claim of an answer to its end, loading not counted: a running mean over recent answers.
    add column answer_seconds real,
    add column answers_timed int not null default 0,
    -- What loading it into memory took the last time.
    add column load_seconds real;
