-- Takes the oldest job of the migration whose turn it is, and sends that migration to the back of the row.
-- KEYS: turns. ARGV: prefix of the keys of a migration (they share the hash tag of KEYS[1]).
-- Answers nothing, or {envelope, since (us), waited (us)}.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
-- A second round is only needed when keys went missing; the rest of such a mess is left to the next call.
for _ = 1, 1000 do
  local migration = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
  if not migration then
    return false
  end
  local order, envelopes = ARGV[1] .. 'order:' .. migration, ARGV[1] .. 'envelopes:' .. migration
  local first = redis.call('ZPOPMIN', order)
  local envelope = first[1] and redis.call('HGET', envelopes, first[1])
  if redis.call('EXISTS', order) == 1 then
    redis.call('ZADD', KEYS[1], 'XX', now, migration)
    redis.call('HDEL', envelopes, first[1])
  else
    redis.call('ZREM', KEYS[1], migration)
    redis.call('DEL', envelopes)
  end
  if envelope then
    return { envelope, tonumber(first[2]), now - tonumber(first[2]) }
  end
end
return false
