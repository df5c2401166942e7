-- Deletes what waits for a migration. KEYS: turns, order and envelopes of the migration. ARGV: migration.
redis.call('ZREM', KEYS[1], ARGV[1])
return redis.call('DEL', KEYS[2], KEYS[3])
