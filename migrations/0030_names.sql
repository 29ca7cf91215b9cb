-- Standard terms: the model that answered first in a conversation, and the states of embedding models.
alter table conversations rename column begun_with to first_model;

alter table embedders drop constraint embedders_state_check;
update embedders set state = case state when 'answers' then 'active' when 'comes' then 'incoming' else 'outgoing' end;
alter table embedders add constraint embedders_state_check check (state in ('active', 'incoming', 'outgoing'));

drop index embedders_one_of_each;
create unique index embedders_one_of_each on embedders (state) where state <> 'outgoing';
