-- Models that think before they answer. The thoughts are a part of the message ('thinking' in message_parts): kept
-- for the person, never embedded, never recalled, never put before a model again.

-- How long it thought; null when it did not. And whether the person wanted the answer before it had finished.
alter table answers
    add column thought_ms int,
    add column answered_now boolean not null default false;

-- "Answer now", pressed on any device; the runner looks while the model thinks.
alter table answer_queue add column answer_now boolean not null default false;
