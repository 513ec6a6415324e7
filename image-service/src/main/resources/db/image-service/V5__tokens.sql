-- The key with which all instances sign the registry's short-lived tokens. Whoever deletes the row makes all of them worthless; the
-- next token is signed with a new key.
CREATE TABLE signing_key (
  id SMALLINT PRIMARY KEY,
  secret BYTEA NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE NOT NULL
);
