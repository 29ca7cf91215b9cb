-- hearth_app reads and writes rows and owns nothing. Later migrations grant for the tables they add.
grant usage on schema public to hearth_app;
grant select, insert, update, delete on all tables in schema public to hearth_app;
grant usage on all sequences in schema public to hearth_app;
grant execute on function my_spaces() to hearth_app;
revoke insert, update, delete on _sqlx_migrations from hearth_app;
alter default privileges in schema public grant select, insert, update, delete on tables to hearth_app;
alter default privileges in schema public grant usage on sequences to hearth_app;
