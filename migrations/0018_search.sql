-- Search: what was said, newest first. A word that thousands of passages have is found by walking this index until
-- enough of them have it; the index of words would first collect all of them. The id makes the order whole.
create index passages_newest on passages (space_id, said_at desc, id desc);
