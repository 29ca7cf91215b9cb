-- Pages of a PDF that are pictures without text, such as scans: said to the person beside the file, and to the model.
-- Ranges as [{"first": 2, "last": 4}], in order. Files that were uploaded before have none.
alter table attachments add column unread_pages jsonb not null default '[]';
