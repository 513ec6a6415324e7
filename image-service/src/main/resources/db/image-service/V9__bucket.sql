-- What may be in the bucket, where blobs are kept in one. An object is named here before it is put, and its name is never used again:
-- one that is in the bucket and not here is garbage.
create table bucket_object (
  name varchar primary key
);

-- Objects that stay, although no blob has them: what an instance puts or reads. It tells again and again that it lives; a hold whose
-- time is over is none.
create table object_hold (
  id     varchar primary key,
  object varchar not null references bucket_object (name),
  holder varchar not null,
  until  timestamp with time zone not null
);
create index object_hold_object on object_hold (object);

-- Null where blobs are files.
alter table blob add column object varchar references bucket_object (name);
create unique index blob_object on blob (object);
