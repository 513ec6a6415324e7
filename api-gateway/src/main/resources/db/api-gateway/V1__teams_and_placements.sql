-- Teams that have been seen; a team is known from its certificate or its socket, this is the record of it.
CREATE TABLE team (
  id VARCHAR(63) PRIMARY KEY,
  first_seen TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- Which node a container was given to, and the name that its team knows it by. The unique key is the lock on a
-- name. A row whose container its node does not know is a create that was never finished, or a removal that was.
CREATE TABLE placement (
  container VARCHAR(64) PRIMARY KEY,
  team VARCHAR(63) NOT NULL REFERENCES team (id),
  name VARCHAR(255) NOT NULL,
  node VARCHAR(16) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT placement_name UNIQUE (team, name)
);

CREATE INDEX placement_node ON placement (node);
