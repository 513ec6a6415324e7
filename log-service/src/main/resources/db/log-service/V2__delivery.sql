-- [jooq ignore start]
-- How far each partition has been applied; written with the effect.
create table consumer_offset (
  consumer text not null,
  topic text not null,
  partition_number int not null,
  next_offset bigint not null,
  primary key (consumer, topic, partition_number)
);
-- [jooq ignore stop]
