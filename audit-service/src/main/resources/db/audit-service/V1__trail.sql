-- The trail: appended to, never changed. Each record's hash covers its content and the hash before it in its team's chain.
create table audit_record (
  team         varchar(63) not null,
  sequence     bigint not null,
  event_id     varchar(128) not null,
  at           timestamp with time zone not null,
  actor        varchar not null,
  verb         varchar(128) not null,
  object       varchar,
  outcome      varchar(32) not null,
  content      varchar not null,
  previous     varchar(64) not null,
  hash         varchar(64) not null,
  constraint audit_record_pk primary key (team, sequence),
  constraint audit_record_event unique (event_id)
);
create index audit_record_at on audit_record (team, at);

-- The heads of all chains, chained in turn: a trail that was cut at its end shows here.
create table audit_head (
  number   bigint not null,
  team     varchar(63) not null,
  sequence bigint not null,
  head     varchar(64) not null,
  previous varchar(64) not null,
  hash     varchar(64) not null,
  constraint audit_head_pk primary key (number)
);

-- [jooq ignore start]
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is append-only';
END $$;
CREATE TRIGGER audit_record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_record
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_head_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_head
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- [jooq ignore stop]
