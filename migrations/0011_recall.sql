-- Recall looks at what was said just before and after a passage.
create index passages_in_order on passages (conversation_id, said_at, position);
-- The longer index serves what this one did.
drop index passages_by_conversation;
