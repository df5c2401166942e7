-- How many jobs wait. KEYS: turns. ARGV: prefix of the keys of a migration.
local depth = 0
for _, migration in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  depth = depth + redis.call('ZCARD', ARGV[1] .. 'order:' .. migration)
end
return depth
