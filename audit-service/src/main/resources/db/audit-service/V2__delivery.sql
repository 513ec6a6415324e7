-- [jooq ignore start]
-- How far each partition has been applied; written with the effect.
CREATE TABLE consumer_offset (
  consumer TEXT NOT NULL,
  topic TEXT NOT NULL,
  partition_number INT NOT NULL,
  next_offset BIGINT NOT NULL,
  PRIMARY KEY (consumer, topic, partition_number)
);

-- Events whose effect is not idempotent by nature, for as long as they can come again.
CREATE TABLE seen_event (
  id TEXT PRIMARY KEY,
  seen_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX seen_event_by_age ON seen_event (seen_at);
-- [jooq ignore stop]
