-- What to forget may be told in more words than can be looked for: then nothing is forgotten, and the answer says so.
alter table memory_notes drop constraint memory_notes_kind_check;
alter table memory_notes add constraint memory_notes_kind_check check (
    kind in ('noted', 'asked', 'kept', 'forgotten', 'which', 'nothing_found', 'memory_off', 'too_long')
);
