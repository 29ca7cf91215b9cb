-- What a passage is a piece of: a message, or a section of a document.

-- A file or a page that a person brought. Personal class.
create table documents (
    id uuid primary key,
    space_id uuid not null references spaces (id) on delete cascade,
    author_id uuid references users (id) on delete cascade,
    title text not null check (length(title) between 1 and 300),
    created_at timestamptz not null default now(),
    unique (space_id, id)
);

-- A part of a document that a reader finds again by its locator: a page, a heading, a range of cells, a line.
create table sections (
    id uuid primary key,
    space_id uuid not null,
    document_id uuid not null,
    position int not null,
    -- Where it is in the document, as it is shown: "page 12".
    locator text not null default '' check (length(locator) <= 300),
    text text not null,
    unique (space_id, id),
    unique (document_id, position),
    foreign key (space_id, document_id) references documents (space_id, id) on delete cascade on update cascade
);

select make_personal('documents'), make_personal('sections');

-- Every row of `passages` and every vector stays as it is. The check is not validated by a scan: the columns were not
-- null until now, so every row that is there is a message's.
alter table passages
    alter column conversation_id drop not null,
    alter column message_id drop not null,
    alter column said_by drop not null,
    add column section_id uuid,
    add foreign key (space_id, section_id) references sections (space_id, id) on delete cascade on update cascade,
    add constraint passages_have_one_source check (
        case when section_id is null
             then message_id is not null and conversation_id is not null and said_by is not null
             else message_id is null and conversation_id is null and said_by is null and author_name is null end
    ) not valid;
create unique index passages_of_section on passages (section_id, position) where section_id is not null;

-- A passage with who or what it is quoted from, and whether recall may use it: a conversation's memory may be off.
create view quoted_passages with (security_invoker = true) as
select p.id, p.space_id, p.conversation_id, p.message_id, p.section_id, p.position, p.said_by, p.said_at, p.text, p.words,
       p.author_id, coalesce(u.name, p.author_name) as author_name, p.not_relevant, p.abandoned,
       s.document_id, d.title as document_title, s.locator, coalesce(c.memory, true) as memory
from passages p
left join conversations c on c.id = p.conversation_id
left join users u on u.id = p.author_id
left join sections s on s.id = p.section_id
left join documents d on d.id = s.document_id;
