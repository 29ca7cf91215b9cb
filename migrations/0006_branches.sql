-- Branches, marks of the list, and drafts.

-- Messages form a tree. What is shown is the branch from the root to the conversation's active leaf; everything
-- else is abandoned: kept, one press away, never recalled. The mark is kept right whenever the active leaf changes
-- (server/backend/src/conversations/branches.rs), so that a page of the branch is a range of one index, and no
-- walk from the leaf.
alter table messages add column abandoned boolean not null default false;
create index messages_shown on messages (conversation_id, ordinal) where not abandoned;
-- An edited first message makes a second root.
create index messages_roots on messages (conversation_id, ordinal) where parent_id is null;

-- A copy beside the words, because recall reads passages and no messages.
alter table passages add column abandoned boolean not null default false;

alter table answers
    -- The model that was picked for this one answer; none means as the conversation has it.
    add column wanted_model text,
    -- The model stopped because the answer had become as long as it may: it can be continued.
    add column cut_off boolean not null default false,
    -- The text that was there is kept, and the model goes on after it.
    add column continues boolean not null default false;

-- Pinned ones stand first in the list; archived ones have a list of their own.
alter table conversations
    add column pinned boolean not null default false,
    add column archived boolean not null default false;
drop index conversations_newest;
create index conversations_listed on conversations (space_id, archived, pinned desc, updated_at desc, id desc);

-- What somebody has written and not sent: one text per person and conversation, or for the one that has not begun.
-- In the person's private space, also when the conversation is in another: nobody reads what is half written.
create table drafts (
    space_id uuid not null references spaces (id) on delete cascade,
    author_id uuid not null references users (id) on delete cascade,
    conversation_id uuid references conversations (id) on delete cascade,
    -- Empty once it was sent or taken back: that, too, is news to a device that has the older text.
    text text not null,
    -- When the last key was pressed, by this clock. The newest wins.
    written_at timestamptz not null,
    unique nulls not distinct (space_id, conversation_id)
);
create index drafts_by_conversation on drafts (conversation_id);

alter table drafts enable row level security, force row level security;
create policy members on drafts to hearth_app using (space_id = any ((select my_spaces())::uuid[]))
    with check (space_id = any ((select my_spaces())::uuid[]));
create policy owner on drafts to hearth_owner using (true) with check (true);
