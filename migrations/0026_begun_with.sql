-- The default model that a conversation was begun with, and goes on with as long as the model server has it, whatever
-- the default becomes. None in a conversation whose person picked a model, and in older ones.
alter table conversations add column begun_with text;
