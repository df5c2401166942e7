-- The shared book of one account: who may call when. Redis' own time is the only clock; every time is in microseconds.
--
-- state   the account's figures          grants  id -> when it was granted, for the last window
-- queue   id -> place of who waits       alive   id -> until when it is believed to wait
-- rates   migration -> its rate          turns   migration -> number of its next turn
local state, grants, queue, alive, rates, turns = unpack(KEYS)

-- The slots of a window are stretched by this much, which is what a call may lose on its way without a window
-- at the vendor holding more than the limit. Half of it is kept against whatever else is late.
local SPREAD, GUARD = 1.02, 0.01
-- A slot not taken in time is not lost for this share of a window.
local LATENESS = 0.1
-- How strongly a vendor's level above ours slows us, and what it takes to believe that the vendor counts a window.
local GAIN, TELLING, AGREEING = 2, 8, 4
-- A migration unheard of for so long is forgotten.
local STALE = 60e6
-- Places: turns first, then the order of asking.
local ORDERS = 4e7

local time = redis.call('TIME')
local now = time[1] * 1e6 + time[2]
local op, run, migration = ARGV[1], ARGV[2], ARGV[3]

local FIELDS = {'last', 'hold', 'blocked', 'limit', 'window', 'reserve', 'foreign', 'seen', 'level', 'level_at', 'counting',
  'agreeing', 'agreeing_at', 'virtual', 'order', 'era', 'swept', 'granted', 'before_last', 'capped'}
local stored = redis.call('HMGET', state, 'run', 'last_id', unpack(FIELDS))
local known_run, last_id = stored[1], stored[2]
local was, s = {}, {}
for i, name in ipairs(FIELDS) do
  was[name] = tonumber(stored[i + 2]) or 0
  s[name] = was[name]
end

-- Rates: each migration has its own, the newest said counts; the account's is the fastest of them.

local function rate_of(text)
  local limit, window, reserve, stamp, heard = text:match('^(%d+) (%d+) (%d+) (%d+) (%d+)$')
  return {limit = tonumber(limit), window = tonumber(window), reserve = tonumber(reserve), stamp = tonumber(stamp),
    heard = tonumber(heard)}
end

local function speed(rate) return rate.limit * (1e6 - rate.reserve) / rate.window end

local function sum_up()
  local all, fastest, slowest = redis.call('HGETALL', rates), nil, nil
  for i = 1, #all, 2 do
    local rate = rate_of(all[i + 1])
    if now - rate.heard > STALE and all[i] ~= migration then
      redis.call('HDEL', rates, all[i])
      redis.call('HDEL', state, 'slot:' .. all[i])
    else
      if not fastest or speed(rate) > speed(fastest) then fastest = rate end
      if not slowest or speed(rate) < speed(slowest) then slowest = rate end
    end
  end
  s.swept = now
  if not fastest then return end
  s.capped = speed(slowest) < speed(fastest) and 1 or 0
  -- Grants are remembered for one window: after a longer one was named nobody knows enough of the past.
  if s.window > 0 and fastest.window > s.window then s.hold = math.max(s.hold, now + fastest.window * (1 + GUARD)) end
  s.limit, s.window, s.reserve = fastest.limit, fastest.window, fastest.reserve
end

local own
local function learn(limit, window, reserve, stamp)
  local text = redis.call('HGET', rates, migration)
  own = text and rate_of(text)
  if own and now - own.heard > STALE then own = nil end
  if own and own.stamp >= stamp then
    limit, window, reserve, stamp = own.limit, own.window, own.reserve, own.stamp
  end
  local changed = not own or own.stamp < stamp
  if changed or now - own.heard > 1e6 then
    own = {limit = limit, window = window, reserve = reserve, stamp = stamp, heard = now}
    redis.call('HSET', rates, migration, string.format('%.0f %.0f %.0f %.0f %.0f', limit, window, reserve, stamp, now))
  end
  if changed or now - s.swept > 1e6 then sum_up() end
end

-- Paces: calls per window, and the time between two of them.

local function paces()
  local limit = math.max(1, s.limit)
  if s.seen > 0 then limit = math.max(1, math.min(limit, s.seen)) end
  local whole = limit / SPREAD
  local ours = whole * (1 - s.reserve / 1e6)
  local pace = math.max(math.min(ours, whole - s.foreign), math.min(1, ours))
  return pace, s.window / pace, math.min(math.floor(pace) + 1, limit)
end

local function own_interval(rate) return SPREAD * 1e6 / speed(rate) end

-- The vendor's count, as foreign.rs reads it, of the fleet's calls together.

local function drain(per_window)
  if s.level_at > 0 then s.level = math.max(0, s.level - (now - s.level_at) / s.window * per_window) end
  s.level_at = now
end

local function seen(used, limit)
  s.seen = math.max(1, limit)
  drain(s.seen)
  local ours = redis.call('ZCOUNT', grants, string.format('(%.0f', now - s.window), '+inf')
  local told = math.min(used, limit)
  -- counting: 0 unknown, 1 a bucket, 2 a window
  if ours >= TELLING and told <= math.floor(ours / 2) then
    s.counting = 1
  elseif s.counting == 0 and ours >= TELLING and ours > s.agreeing_at then
    local in_step = told * 4 >= ours * 3 and told <= ours + 1
    s.agreeing, s.agreeing_at = in_step and s.agreeing + 1 or 0, ours
    if s.agreeing >= AGREEING then s.counting = 2 end
  end
  if s.counting ~= 2 then
    local slack = math.max(2, math.floor(limit / 8))
    s.foreign = math.min(limit, GAIN * math.max(0, used - math.ceil(s.level) - slack))
  elseif used >= limit then
    s.foreign = math.max(0, used - ours) + math.floor(limit / 8)
  else
    s.foreign = math.max(0, used - ours - 1)
  end
end

-- The queue.

local function migration_of(id) return id:match('^(.*)|[^|]*$') or '' end

local function drop(id)
  redis.call('ZREM', alive, id)
  if redis.call('ZREM', queue, id) == 1 then redis.call('HINCRBY', turns, migration_of(id), -1) end
end

local function leave(id)
  drop(id)
  -- A grant whose caller was gone before it heard of it was never used.
  if redis.call('ZREM', grants, id) == 1 then
    s.granted = s.granted - 1
    if last_id == id then s.last, last_id = s.before_last, '' end
  end
end

local function sweep()
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', alive, '-inf', now, 'LIMIT', 0, 16)) do drop(id) end
end

local function enqueue(id, place, era)
  local score = tonumber(redis.call('ZSCORE', queue, id))
  if score then return score end
  if place > 0 and era == s.era then
    -- It was thought gone; it keeps its place.
    redis.call('HINCRBY', turns, migration, 1)
    score = place
  else
    local turn = math.max(s.virtual, tonumber(redis.call('HGET', turns, migration)) or 0)
    redis.call('HSET', turns, migration, turn + 1)
    s.order = (s.order + 1) % ORDERS
    score = turn * ORDERS + s.order
  end
  redis.call('ZADD', queue, score, id)
  return score
end

-- Slots.

local function next_of(name, rate) return (tonumber(redis.call('HGET', state, 'slot:' .. name)) or 0) + own_interval(rate) end

local function free_at(interval, cap)
  redis.call('ZREMRANGEBYSCORE', grants, '-inf', now - s.window * (1 + GUARD))
  local held, room = redis.call('ZCARD', grants), 0
  if held >= cap then
    local oldest = redis.call('ZRANGE', grants, held - cap, held - cap, 'WITHSCORES')
    room = oldest[2] + s.window * (1 + GUARD)
  end
  return math.max(s.last + interval, s.hold, s.blocked, room)
end

-- Whom `id` has to wait for: the number ahead of it, and when its own migration's limit lets it call.
local function ahead_of(id, account_interval)
  local rank = redis.call('ZRANK', queue, id) or 0
  local own_free, held_back = 0, 0
  if s.capped == 1 then
    local mine, free = 0, {}
    if rank > 0 then
      for _, other in ipairs(redis.call('ZRANGE', queue, 0, rank - 1)) do
        local name = migration_of(other)
        if name == migration then
          mine = mine + 1
        else
          if free[name] == nil then
            local text = redis.call('HGET', rates, name)
            local rate = text and rate_of(text)
            free[name] = rate and own_interval(rate) > account_interval and next_of(name, rate) or 0
          end
          if free[name] > now then held_back = held_back + 1 end
          -- Of a migration with a limit of its own only the first can be next.
          if free[name] > 0 then free[name] = math.huge end
        end
      end
    end
    if own_interval(own) > account_interval then own_free = next_of(migration, own) + mine * own_interval(own) end
    if own_free <= now then rank = rank - held_back end
  end
  return rank, own_free
end

local function grant(id, slot)
  s.before_last, s.last, last_id = s.last, slot, id
  redis.call('ZADD', grants, now, id)
  drain(math.max(1, s.limit))
  s.level = s.level + 1
  s.granted = s.granted + 1
  if s.capped == 1 then
    local before = tonumber(redis.call('HGET', state, 'slot:' .. migration)) or 0
    redis.call('HSET', state, 'slot:' .. migration, math.max(before + own_interval(own), slot))
  end
  local place = tonumber(redis.call('ZSCORE', queue, id))
  if place then
    s.virtual = math.max(s.virtual, math.floor(place / ORDERS))
    redis.call('ZREM', queue, id)
    redis.call('ZREM', alive, id)
  end
end

-- Answers {0 granted | 1 wait | 2 beyond, microseconds to wait, place}.
local function take(id, age, left, place, era)
  sweep()
  local _, interval, cap = paces()
  local base = free_at(interval, cap)
  local nobody = redis.call('ZCARD', queue) == 0
  if nobody and s.virtual > 0 then
    redis.call('DEL', turns)
    s.virtual, s.era = 0, now
  end
  local rank, own_free = 0, 0
  if not nobody or base > now or s.capped == 1 then
    place = enqueue(id, place, era)
    rank, own_free = ahead_of(id, interval)
  end
  -- Who is next takes the slot as soon as it is there; who is not takes it when those ahead have let theirs go by.
  local patience = rank > 0 and math.min(interval, 250000) or 0
  local due = math.max(base + rank * interval, s.hold, s.blocked, own_free)
  if due + patience <= now and base <= now then
    grant(id, math.max(base, now - age, now - s.window * LATENESS))
    return {0, 0, place}
  end
  local wait = math.max(due, now) - now
  if wait > left then
    drop(id)
    return {2, wait, place}
  end
  if due <= now then wait = due + patience - now end
  local look = math.max(50000, math.min(4 * interval, 1e6))
  wait = math.max(500, math.min(wait, look))
  redis.call('ZADD', alive, now + wait + math.max(100000, math.min(2 * interval, 500000)), id)
  return {1, wait, place}
end

-- The call.

local limit, window, reserve, stamp = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])

if op == 'figures' then
  if known_run ~= run and s.limit > 0 then s.hold = now + s.window end
  local pace, interval, cap = 0, 0, 0
  if s.limit > 0 then pace, interval, cap = paces() end
  local used = redis.call('ZCOUNT', grants, string.format('(%.0f', now - s.window), '+inf')
  return {now, used, s.limit, s.window, math.floor(pace * 1000), s.foreign,
    math.max(0, s.blocked - now, s.hold - now), redis.call('ZCOUNT', alive, now, '+inf'), s.granted}
end

if s.last > now + 1000 then
  -- The clock went back: nothing that was written down can be compared with it.
  s.blocked = s.blocked - (s.last - now)
  redis.call('DEL', grants, queue, alive, turns)
  known_run = nil
end
learn(limit, window, reserve, stamp)
if known_run ~= run then
  -- A server that was not there before, or came back: what it forgot may fill a window.
  s.hold, s.last, s.era, s.level_at = now + s.window * (1 + GUARD), now, now, 0
  if not known_run then s.virtual = 0 end
  redis.call('HSET', state, 'run', run)
end
local pause, used, seen_limit = tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
if pause > 0 then s.blocked = math.max(s.blocked, now + pause) end
if ARGV[11] == '1' then s.hold = math.max(s.hold, now + s.window * (1 + GUARD)) end
if used >= 0 then seen(used, seen_limit) end
local at = 14
for _ = 1, tonumber(ARGV[12]) do
  leave(ARGV[at])
  at = at + 1
end
for _ = 1, tonumber(ARGV[13]) do
  -- Granted then, used only now.
  redis.call('ZADD', grants, 'XX', now, ARGV[at])
  at = at + 1
end
local outcome = {1, 0, 0}
if op == 'take' then
  outcome = take(ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4]))
end

local changes = {'last_id', last_id or ''}
for _, name in ipairs(FIELDS) do
  if s[name] ~= was[name] then
    changes[#changes + 1] = name
    changes[#changes + 1] = s[name]
  end
end
redis.call('HSET', state, unpack(changes))
local _, interval = paces()
if s.capped == 1 then interval = math.max(interval, own_interval(own)) end
return {now, outcome[1], outcome[2], outcome[3], s.era, interval, s.foreign, math.max(0, s.blocked - now),
  own.limit, own.window, own.reserve, own.stamp}
