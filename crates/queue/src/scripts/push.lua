-- Puts a job on the queue. Each line can be repeated, so that keys which went missing are made good by the next push.
-- KEYS: turns, order of the migration, envelopes of the migration
-- ARGV: migration, batch, envelope, channel, since when it waits (us; empty: now)
-- Answers 1 when the batch was not waiting yet.
local time = redis.call('TIME')
local since = tonumber(ARGV[5]) or (time[1] * 1000000 + time[2])
redis.call('HSET', KEYS[3], ARGV[2], ARGV[3])
redis.call('ZADD', KEYS[1], 'NX', since, ARGV[1])
local added = redis.call('ZADD', KEYS[2], 'NX', since, ARGV[2])
if added == 1 then
  redis.call('PUBLISH', ARGV[4], '')
end
return added
