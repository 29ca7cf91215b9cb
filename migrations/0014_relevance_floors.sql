-- An embedder that reads one script may make noise of another: all-MiniLM brings any two Chinese sentences close
-- together. So scripts written without spaces between words have a floor of their own; 1 means that the embedder
-- cannot tell there what belongs together, and words decide. Whatever was measured before is measured again.
alter table models add column relevance_floor_unspaced real;
