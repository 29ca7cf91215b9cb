-- How an import is recognised as cut off, and what of it was shortened.

-- The process that runs it (server/backend/src/instance.rs): a process that is gone is recognised without waiting.
alter table imports add column owner text;
-- Messages that were longer than Hearth keeps: their beginning was taken.
alter table imports add column shortened int not null default 0;
-- Hearth stopped in the middle, and wrote that down before it ended.
alter table imports drop constraint imports_state_check;
alter table imports add constraint imports_state_check
    check (state in ('running', 'done', 'failed', 'interrupted'));
