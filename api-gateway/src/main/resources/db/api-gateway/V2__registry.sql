-- Long-lived tokens with which clients of the registry show whom they are for. Of the secret only a hash is kept: it has 256 random
-- bits, so nobody finds it from there. A token that is revoked has no row; the audit trail knows who did it.
CREATE TABLE access_token (
  id VARCHAR(16) PRIMARY KEY,
  secret_hash BYTEA NOT NULL,
  team VARCHAR(63) NOT NULL REFERENCES team (id),
  issued_by VARCHAR(255) NOT NULL,
  name VARCHAR(64) NOT NULL,
  -- comma separated
  rights VARCHAR(64) NOT NULL,
  -- patterns, comma separated; empty for all of the team's
  repositories VARCHAR(4096) NOT NULL,
  issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  -- to the next ten minutes
  last_used_at TIMESTAMP WITH TIME ZONE
);

CREATE INDEX access_token_team ON access_token (team);

-- The repositories of a team that everybody may pull from.
CREATE TABLE shared_repository (
  team VARCHAR(63) NOT NULL REFERENCES team (id),
  pattern VARCHAR(255) NOT NULL,
  PRIMARY KEY (team, pattern)
);
