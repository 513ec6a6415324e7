-- What teams have ruled for their tags, by patterns in which * stands for any characters: those that stay what they are once they
-- are set,
create table immutable_tag (
  team       varchar not null,
  repository varchar not null,
  tag        varchar not null,
  primary key (team, repository, tag)
);

-- and those of which the newest are kept, and, where days are told, all that were set in so many days. The first rule that fits a tag
-- decides.
create table retention_rule (
  team       varchar not null,
  position   integer not null,
  repository varchar not null,
  tag        varchar not null,
  keep       integer not null,
  days       integer,
  primary key (team, position)
);
