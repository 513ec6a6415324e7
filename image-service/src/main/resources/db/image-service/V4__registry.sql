-- A manifest or an index, whatever it describes. Its config is told where it is an image that was
-- read through; artifact type and annotations are as the list of referrers shows them.
alter table manifest alter column config drop not null;
alter table manifest add column artifact_type varchar;
alter table manifest add column subject varchar;
alter table manifest add column annotations text;
create index manifest_by_subject on manifest (subject);

-- What a manifest names: blobs, and of an index, manifests. All of it is there as long as it is.
create table manifest_part (
  manifest varchar not null references manifest (digest),
  part     varchar not null references blob (digest),
  primary key (manifest, part)
);
create index manifest_part_by_part on manifest_part (part);

-- [jooq ignore start]
insert into manifest_part select digest, config from manifest;
insert into manifest_part select manifest, layer from manifest_layer on conflict do nothing;
-- [jooq ignore stop]

-- A tag names a manifest; the image is told where that is one, or an index that has one, of the team.
alter table tag add column manifest varchar;
-- [jooq ignore start]
update tag set manifest = image.manifest from image where image.team = tag.team and image.id = tag.image;
-- [jooq ignore stop]
alter table tag alter column manifest set not null;
alter table tag alter column image drop not null;
alter table tag add constraint tag_manifest foreign key (manifest) references manifest (digest);
create index tag_by_manifest on tag (manifest);

-- Null where the tag was taken away, as the image is; the image alone may be null for another reason.
alter table tag_history add column manifest varchar;
-- [jooq ignore start]
update tag_history set manifest = image.manifest from image
  where image.team = tag_history.team and image.id = tag_history.image;
-- [jooq ignore stop]

-- The manifests of a repository: here also those that are no images of the team.
alter table repository_digest alter column image drop not null;
alter table repository_digest
  add constraint repository_digest_manifest foreign key (digest) references manifest (digest);
create index repository_digest_by_digest on repository_digest (digest);

-- A blob that a push to this repository has brought or asked for, and is about to name.
create table pending_blob (
  team       varchar not null,
  repository varchar not null,
  digest     varchar not null references blob (digest),
  asked_at   timestamp with time zone not null,
  primary key (team, repository, digest)
);
create index pending_blob_by_digest on pending_blob (digest);

-- A blob on its way in. What has come of it is the file of this name; there is none without a row.
create table upload (
  id         varchar primary key,
  team       varchar not null,
  repository varchar not null,
  touched_at timestamp with time zone not null
);
