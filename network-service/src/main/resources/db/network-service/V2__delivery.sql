-- [jooq ignore start]
-- Messages on their way to Kafka; written with the change that they tell of.
CREATE TABLE outbox (
  number BIGSERIAL PRIMARY KEY,
  topic TEXT NOT NULL,
  message_key TEXT NOT NULL,
  headers TEXT NOT NULL,
  value BYTEA,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP
);
-- [jooq ignore stop]
