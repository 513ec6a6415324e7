-- The blobs that a team's images and repositories name, or that a push of it has brought, each once; and their sum, so that no push
-- has to add them up. What is named is counted with it; what is named no more is taken off when it is collected.
create table team_blob (
  team   varchar not null,
  digest varchar not null references blob (digest),
  size   bigint not null,
  primary key (team, digest)
);
create index team_blob_by_digest on team_blob (digest);
create index team_blob_by_size on team_blob (team, size);

create table team_usage (
  team  varchar primary key,
  bytes bigint not null
);

-- How many bytes a team may have; null for as many as it likes. The row of the team '*' is for those without one.
create table quota (
  team  varchar primary key,
  bytes bigint
);

-- How many bytes an upload has, or was promised.
alter table upload add column bytes bigint not null default 0;
create index upload_by_team on upload (team);

-- [jooq ignore start]
create view named_blob (team, digest) as
  with recursive named (team, digest) as (
    select team, manifest from image
    union select team, manifest from tag
    union select team, digest from repository_digest
    union select named.team, part from manifest_part join named on named.digest = manifest_part.manifest
  )
  select team, digest from named
  union select team, digest from pending_blob;

insert into team_blob select named_blob.team, blob.digest, blob.size from named_blob join blob on blob.digest = named_blob.digest;
insert into team_usage select team, sum(size) from team_blob group by team;
-- [jooq ignore stop]
