-- Which nodes have a blob, by their zones: those that have asked for it not long ago and said that they keep it. A hint, and no more:
-- who asks them and gets nothing asks elsewhere.
create table blob_holder (
  digest     varchar                  not null references blob (digest) on delete cascade,
  zone       varchar                  not null,
  node       varchar                  not null,
  uri        varchar                  not null,
  claimed_at timestamp with time zone not null,
  primary key (digest, zone, node)
);
create index blob_holder_claimed_at on blob_holder (claimed_at);
