-- The rule of src/quota (quota-window.ts, waiting-callers.ts, tenant-shares.ts) as one atomic step of Redis, on its own clock. It
-- adds two things: instances that report every second, and an epoch that reveals a lost state (after a flush, a failover or a
-- change of the clock).
--
-- KEYS of a report: calls, instances, state. A call has more: tenants, calls of the tenant, its places, calls of the caller. All
-- of them are in one hash slot. ARGV[1] is the question as JSON; its members are named where the question is made, in
-- src/quota/redis-quota-guard.ts.
-- Returns of a call: {'allowed', now}, {'later', now, waitMs, reserved}, or {'rejoin', now} if the instance must report first.
-- Returns of a report: {epoch, now, '0' | 'quiet' | '1', instances alive}; '1' for a whole state. If the epoch differs from the
-- given one, nothing was stored.
local calls, instances, state = KEYS[1], KEYS[2], KEYS[3]
local ask = cjson.decode(ARGV[1])
local window, hold = ask.window, ask.hold
local now = ask.now
if not now then
  local t = redis.call('TIME')
  now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end

local function loseState(expected, epoch)
  redis.call('DEL', calls, instances, state)
  redis.call('HSET', state, 'epoch', epoch, 'born', now, 'expected', expected, 'whole', 0)
end
-- By the steady clock of the instance Redis should now say this. If it does not, its clock was set, or another Redis took
-- over; no time that is stored here can be compared with it.
local clockWasSet = ask.due and math.abs(now - ask.due) > 500

if ask.report then
  if clockWasSet or redis.call('HEXISTS', state, 'epoch') == 0 then loseState(ask.expected, ask.newEpoch) end
  local s = redis.call('HMGET', state, 'epoch', 'whole', 'born', 'expected')
  -- Who reports to another state than this one has to tell all its calls before it counts as heard.
  if s[1] ~= ask.epoch then return {s[1], now, '0', 0} end
  redis.call('ZADD', instances, now, ask.instance)
  redis.call('ZREMRANGEBYSCORE', instances, '-inf', now - ask.forgetAfter)
  for i = 2, #ARGV, 2 do redis.call('ZADD', calls, now - tonumber(ARGV[i + 1]), ARGV[i]) end
  local alive = redis.call('ZCOUNT', instances, now - ask.missingAfter, '+inf')
  if s[2] ~= '1' then
    -- Once all instances that were there are back, or all calls of those that are not have left the window, everyone is asked
    -- to be quiet; once everyone is and has told the last of its calls, the state is whole.
    local wanted = math.max(tonumber(s[4]), ask.expected)
    local stage = s[2]
    if stage == '0' and (alive >= wanted or now - tonumber(s[3]) > window + ask.missingAfter) then stage = 'quiet' end
    redis.call(ask.quiet and 'HSET' or 'HDEL', state, unpack(ask.quiet and {'quiet:' .. ask.instance, 1} or {'quiet:' .. ask.instance}))
    local isWhole = stage == 'quiet'
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', instances, now - ask.missingAfter, '+inf')) do
      if redis.call('HEXISTS', state, 'quiet:' .. id) == 0 then isWhole = false end
    end
    redis.call('HSET', state, 'expected', wanted, 'whole', isWhole and '1' or stage)
  end
  for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ask.forgetAfter + ask.maxWait) end
  return {s[1], now, redis.call('HGET', state, 'whole'), alive}
end

local s = redis.call('HMGET', state, 'epoch', 'whole', 'taken:' .. ask.tenant)
if s[1] ~= ask.epoch or s[2] ~= '1' or not redis.call('ZSCORE', instances, ask.instance) then return {'rejoin', now} end
-- A call of ours that should be there is not: writes were lost, and those of others may be lost as well.
if clockWasSet or (ask.last and not redis.call('ZSCORE', calls, ask.last)) then
  loseState(redis.call('ZCARD', instances), ask.id)
  return {'rejoin', now}
end

-- What instances that went silent may be spending on their own is not for the others to spend.
local capacity = ask.limit - ask.reserve
redis.call('ZADD', instances, now, ask.instance)
local seen = redis.call('ZRANGE', instances, 0, -1, 'WITHSCORES')
local silentShare = math.floor(capacity / (#seen / 2))
for i = 2, #seen, 2 do
  local age = now - tonumber(seen[i])
  if age > ask.missingAfter then
    capacity = capacity - (age < ask.withhold and silentShare or math.floor(silentShare / 4))
  end
end
if capacity < 1 then return {'later', now, window, 0} end

-- From here on the rule of src/quota.
local tenants, tenantCalls, places, ownCalls = KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local function countIn(from, to) return redis.call('ZCOUNT', places, from, to) end
local function at(key, index)
  local found = redis.call('ZRANGE', key, index, index, 'WITHSCORES')
  return found[2] and tonumber(found[2])
end
local function forget(key)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
  return redis.call('ZCARD', key)
end
local taken = tonumber(s[3] or 1)
local function learn(came) taken = taken + ask.learning * (came - taken) end
local function done(answer)
  redis.call('HSET', state, 'taken:' .. ask.tenant, string.format('%.17g', taken))
  return answer
end
local function margin(count, part) return ask.deviations * math.sqrt(count * part * (1 - part)) end

for _ = 1, redis.call('ZREMRANGEBYSCORE', places, '-inf', now - hold - 1) do learn(0) end
local own, mine, count = forget(ownCalls), forget(tenantCalls), forget(calls)

-- What the tenant may use. A member of tenants is its share, or nothing, then its name.
local share = ask.share
redis.call('ZREMRANGEBYSCORE', tenants, '-inf', now - window)
redis.call('ZADD', tenants, now, (share or '') .. ' ' .. ask.tenant)
redis.call('PEXPIRE', tenants, window)
local most, usable, part = capacity, capacity, capacity
local active = redis.call('ZRANGE', tenants, 0, -1)
if #active > 1 then
  local given, without = 0, 0
  for _, member in ipairs(active) do
    local one = tonumber(string.match(member, '^%S*'))
    if one then given = given + one else without = without + 1 end
  end
  local left = without > 0 and math.max(ask.limit - given, ask.limit / 10) or 0
  part = capacity * (share or left / without) / (given + left)
  local lent = capacity - math.ceil(ask.spareForTenants * capacity)
  if mine >= part then most = lent end
  usable = math.max(part, lent - (count - mine))
end
local perCaller = math.max(part / 10, math.min(10, (part + 1) / 2))
if own >= perCaller then
  return done({'later', now, at(ownCalls, math.floor(own - perCaller)) + window - now, 0})
end

local isFree = count < most
local nextAt = isFree and now or at(calls, math.min(count - most, count - 1)) + window
local show = math.max(taken, ask.leastShow)
local pace = show * (window + 0.4 * hold) / math.max(usable - margin(usable / show, show), 1)
local function allow()
  redis.call('ZADD', calls, now, ask.id)
  redis.call('ZADD', tenantCalls, now, ask.id)
  redis.call('ZADD', ownCalls, now, ask.id)
  redis.call('PEXPIRE', tenantCalls, window)
  redis.call('PEXPIRE', ownCalls, window)
  return done({'allowed', now})
end
local function keep(exact)
  local place = math.ceil(exact)
  if place - now > ask.maxWait then return done({'later', now, place - now, 0}) end
  redis.call('ZADD', places, place, ask.caller)
  redis.call('PEXPIRE', places, ask.maxWait + hold)
  return done({'later', now, place - now, 1})
end
local function hasRoom()
  local from = now - hold
  if countIn(from, '+inf') == 0 then return mine < usable end
  for i = 0, ask.moments do
    local moment = now + math.floor(window * i / ask.moments) - (i == ask.moments and 1 or 0)
    local due = countIn(from, moment)
    local expected = show * due + math.max(margin(due, show), ask.spareForPlaces * usable)
    local gone = redis.call('ZCOUNT', tenantCalls, '-inf', moment - window)
    if mine - gone + expected >= usable then return false end
  end
  return true
end

local place = redis.call('ZSCORE', places, ask.caller)
place = place and tonumber(place)
if place and place <= now then
  redis.call('ZREM', places, ask.caller)
  learn(1)
  if isFree then return allow() end
  return keep(nextAt + pace * countIn(now - hold, now))
end
if isFree and hasRoom() then
  if place then redis.call('ZREM', places, ask.caller) end
  return allow()
end
if place then return done({'later', now, place - now, 1}) end
if not ask.promise then return done({'later', now, 0, 0}) end
local last = at(places, -1)
return keep(last and math.max(nextAt, last + pace) or nextAt)
