-- Says that a job has ended. KEYS: turns, for the place in a cluster. ARGV: channel.
return redis.call('PUBLISH', ARGV[1], '')
