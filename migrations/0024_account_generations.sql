-- Sessions belong to one generation of their account. A new password, a new role, disabling and enabling begin the
-- next generation; a session of an earlier one is dead, also when its sign-in was under way meanwhile: the generation
-- is read together with the password's hash, and a session can only be made while it is still the account's.

alter table users add column generation bigint not null default 0;
alter table sessions add column generation bigint not null default 0;
