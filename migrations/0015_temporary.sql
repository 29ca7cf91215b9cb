-- Temporary conversations: in no list, neither remembered nor recalled, and deleted when they have ended.
alter table conversations add column temporary boolean not null default false;
alter table conversations add constraint conversations_temporary_without_memory check (not (temporary and memory));
create index conversations_temporary on conversations (updated_at) where temporary;
