-- The address plan. PostgreSQL itself refuses what must never be: two networks or two leased blocks that overlap,
-- a block outside its network, a network removed under a lease. The lines that jOOQ's generator cannot read are
-- fenced off; to it the ranges are plain text.

-- What is known of each host: the prefixes it uses itself, and for how long nothing was heard of it.
create table host (
  node varchar(16) not null,
  -- the time, by this database's clock, of the last sign of life
  seen_at timestamp with time zone not null,
  -- how long its silence was witnessed, in milliseconds; no witness (service or broker away), no growth
  silence_ms bigint not null,
  -- up to when silence was counted, so that several instances count no moment twice
  counted_to timestamp with time zone not null,
  constraint host_pk primary key (node)
);

create table host_prefix (
  node varchar(16) not null,
  prefix varchar(43) not null,
  constraint host_prefix_pk primary key (node, prefix),
  constraint host_prefix_node_fk foreign key (node) references host (node) on delete cascade
);

create table network (
  id varchar(64) not null,
  team varchar(63) not null,
  name varchar(255) not null,
  driver varchar(32) not null,
  -- bridge, host and none of a team: made by themselves, never removed
  predefined boolean not null,
  -- null where addresses are not ours to give (host, none)
  subnet varchar(43),
  -- the part of the subnet from which addresses are given
  ip_range varchar(43),
  gateway varchar(39),
  -- prefix length of the blocks leased to nodes
  block_prefix smallint,
  internal boolean not null,
  attachable boolean not null,
  -- what the client gave and reads back, as JSON
  labels varchar not null,
  options varchar not null,
  -- addresses that are never given out: name to address, as JSON
  reserved varchar not null,
  created_at timestamp with time zone not null,
  version bigint not null,
  -- the block leased last: the search for the next one goes on behind it
  last_block varchar(43),
  -- a removed network is seen by nobody, but keeps its subnet until the last node has given its block back
  removed_at timestamp with time zone,
  constraint network_pk primary key (id),
  constraint network_subnet_key unique (id, subnet)
);

create table lease (
  -- chosen by the node, so that a repeated request finds the answer to the first
  id varchar(64) not null,
  node varchar(16) not null,
  network varchar(64) not null,
  subnet varchar(43) not null,
  block varchar(43) not null,
  leased_at timestamp with time zone not null,
  constraint lease_pk primary key (id),
  constraint lease_node_fk foreign key (node) references host (node),
  constraint lease_network_fk foreign key (network, subnet) references network (id, subnet)
);
create index lease_network on lease (network);
create index lease_node on lease (node);

-- What was given back, kept for a while: a request that was late finds its gravestone and gets no second lease.
create table returned_lease (
  id varchar(64) not null,
  returned_at timestamp with time zone not null,
  constraint returned_lease_pk primary key (id)
);
create index returned_lease_age on returned_lease (returned_at);

-- [jooq ignore start]
alter table host_prefix alter column prefix type cidr using prefix::cidr;
alter table lease drop constraint lease_network_fk;
create unique index network_name_key on network (team, name) where removed_at is null;
alter table network
  alter column subnet type cidr using subnet::cidr,
  alter column ip_range type cidr using ip_range::cidr,
  alter column last_block type cidr using last_block::cidr,
  add constraint network_range_within check (ip_range <<= subnet),
  add constraint network_gateway_within check (gateway::inet << subnet),
  add constraint network_subnets_apart exclude using gist (subnet inet_ops with &&);
alter table lease
  alter column subnet type cidr using subnet::cidr,
  alter column block type cidr using block::cidr,
  add constraint lease_network_fk foreign key (network, subnet) references network (id, subnet),
  add constraint lease_block_within check (block <<= subnet),
  add constraint lease_blocks_apart exclude using gist (block inet_ops with &&);
-- [jooq ignore stop]

