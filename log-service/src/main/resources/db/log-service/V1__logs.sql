-- Output of containers: what is known of each container, how far each source is taken in, and where the lines are.

create table container (
  id varchar(64) not null,
  team varchar(63) not null,
  name varchar(255),
  image varchar(512),
  node varchar(16) not null,
  node_name varchar(255),
  -- of the snapshot that name and image are from
  version bigint not null,
  -- number of the line that comes next
  next_line bigint not null,
  -- lines before this number were removed by retention
  first_line bigint not null,
  -- the node said that nothing follows
  ended boolean not null,
  removed_at timestamp with time zone,
  seen_at timestamp with time zone not null,
  constraint container_pk primary key (id)
);

-- How far the log file of a container on one node is taken in, in bytes of that file.
create table source (
  container varchar(64) not null,
  node varchar(16) not null,
  next_offset bigint not null,
  constraint source_pk primary key (container, node),
  constraint source_container_fk foreign key (container) references container (id) on delete cascade
);

-- Bytes of a log file that never came, or came otherwise than before; shown in the output before that line.
create table gap (
  container varchar(64) not null,
  before_line bigint not null,
  missing_from bigint not null,
  missing_to bigint not null,
  noticed_at timestamp with time zone not null,
  constraint gap_pk primary key (container, before_line, missing_from),
  constraint gap_container_fk foreign key (container) references container (id) on delete cascade
);

-- Lines that are too few for a file yet, as a compressed block.
create table tail (
  container varchar(64) not null,
  first_line bigint not null,
  lines int not null,
  first_time bigint not null,
  last_time bigint not null,
  raw_bytes int not null,
  block bytea not null,
  stored_at timestamp with time zone not null,
  constraint tail_pk primary key (container, first_line),
  constraint tail_container_fk foreign key (container) references container (id) on delete cascade
);

-- Lines in a file under the data root.
create table chunk (
  container varchar(64) not null,
  first_line bigint not null,
  lines int not null,
  first_time bigint not null,
  last_time bigint not null,
  raw_bytes int not null,
  stored_bytes int not null,
  team varchar(63) not null,
  file varchar(255) not null,
  constraint chunk_pk primary key (container, first_line),
  constraint chunk_container_fk foreign key (container) references container (id) on delete cascade
);
create index chunk_by_team_and_age on chunk (team, last_time);
