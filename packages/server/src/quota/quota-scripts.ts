// The rule of quota-window.ts as scripts for Redis, where each runs as one atomic step on Redis's own clock. They add two
// things: instances that report every second, and an epoch that reveals a lost state (after a flush, a failover or a change of
// the clock).

/** What both scripts begin with. KEYS: calls, reservations, instances, state. */
const prelude = `
local calls, reservations, instances, state = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local given, instance, epoch = ARGV[1], ARGV[2], ARGV[3]
local limit, reserve, window, hold, keep, maxWait = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local missingAfter, withhold, forgetAfter = tonumber(ARGV[10]), tonumber(ARGV[11]), tonumber(ARGV[12])
local now
if given ~= '' then
  now = tonumber(given)
else
  local t = redis.call('TIME')
  now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end
local function scoreAt(key, index)
  local found = redis.call('ZRANGE', key, index, index, 'WITHSCORES')
  return found[2] and tonumber(found[2])
end
local function loseState(expected, newEpoch)
  redis.call('DEL', calls, instances, state)
  redis.call('HSET', state, 'epoch', newEpoch, 'born', now, 'expected', expected, 'whole', 0)
end
-- By the steady clock of the instance Redis should now say this. If it does not, its clock was set, or another Redis took
-- over; no time that is stored here can be compared with it.
local due = tonumber(ARGV[13])
local clockWasSet = due and math.abs(now - due) > 500
if clockWasSet then redis.call('DEL', reservations) end
`;

/**
 * One call. More ARGV: last own call or '', id of this call, caller, '1' to promise a reservation.
 * Returns `{'allowed', now}`, `{'later', now, waitMs, reserved}`, or `{'rejoin', now}` where this instance must report first.
 */
export const takeScript = `${prelude}
local lastCall, call, caller, promise = ARGV[14], ARGV[15], ARGV[16], ARGV[17] == '1'
local s = redis.call('HMGET', state, 'epoch', 'whole')
if s[1] ~= epoch or s[2] ~= '1' or not redis.call('ZSCORE', instances, instance) then return {'rejoin', now} end
-- A call of ours that should be there is not: writes were lost, and those of others may be lost as well.
if clockWasSet or (lastCall ~= '' and not redis.call('ZSCORE', calls, lastCall)) then
  loseState(redis.call('ZCARD', instances), call)
  return {'rejoin', now}
end

-- What instances that went silent may be spending on their own is not for the others to spend.
local capacity = limit - reserve
redis.call('ZADD', instances, now, instance)
local seen = redis.call('ZRANGE', instances, 0, -1, 'WITHSCORES')
local share = math.floor(capacity / (#seen / 2))
for i = 2, #seen, 2 do
  local age = now - tonumber(seen[i])
  if age > missingAfter then capacity = capacity - (age < withhold and share or math.floor(share / 4)) end
end

redis.call('ZREMRANGEBYSCORE', calls, '-inf', now - window)
redis.call('ZREMRANGEBYSCORE', reservations, '-inf', now - hold - keep)
local function allow()
  redis.call('ZADD', calls, now, call)
  return {'allowed', now}
end
local function keepReservation(reservation)
  redis.call('ZADD', reservations, reservation, caller)
  return {'later', now, reservation - now, 1}
end
local count = redis.call('ZCARD', calls)
local reservation = redis.call('ZSCORE', reservations, caller)
reservation = reservation and tonumber(reservation)

if not reservation then
  local held = redis.call('ZCOUNT', reservations, now - hold, '+inf')
  if held + count < capacity then return allow() end
  if capacity < 1 then return {'later', now, window, 0} end
  if not promise then return {'later', now, 0, 0} end
  local begins
  if held >= capacity then
    begins = scoreAt(reservations, -capacity) + hold + window
  else
    begins = scoreAt(calls, count + held - capacity) + window
  end
  local last = scoreAt(reservations, -1)
  if last then begins = math.max(begins, last + (window + hold) / capacity) end
  begins = math.ceil(begins)
  if begins - now > maxWait then return {'later', now, begins - now, 0} end
  return keepReservation(begins)
end

if reservation > now then return {'later', now, reservation - now, 1} end
local others = 0
if now > reservation + hold then others = redis.call('ZCOUNT', reservations, now - hold, now) end
redis.call('ZREM', reservations, caller)
if count + others < capacity then return allow() end
local index = math.min(count - 1, count + others - capacity)
local nextEnd = index >= 0 and scoreAt(calls, index)
return keepReservation(nextEnd and nextEnd + window or now + hold)
`;

/**
 * An instance reports that it lives. More ARGV: a new epoch, the instances it expects, '1' if it is quiet, then
 * pairs of id and age in milliseconds of own calls that may not be known here.
 * Returns `{epoch, now, '0' | 'quiet' | '1', instances alive}`, '1' for a whole state. If the epoch differs from the given one, nothing was stored.
 */
export const reportScript = `${prelude}
local expected, isQuiet = tonumber(ARGV[15]), ARGV[16] == '1'
if clockWasSet or redis.call('HEXISTS', state, 'epoch') == 0 then loseState(expected, ARGV[14]) end
local s = redis.call('HMGET', state, 'epoch', 'whole', 'born', 'expected')
-- Who reports to another state than this one has to tell all its calls before it counts as heard.
if s[1] ~= epoch then return {s[1], now, '0', 0} end
redis.call('ZADD', instances, now, instance)
redis.call('ZREMRANGEBYSCORE', instances, '-inf', now - forgetAfter)
for i = 17, #ARGV, 2 do redis.call('ZADD', calls, now - tonumber(ARGV[i + 1]), ARGV[i]) end
local alive = redis.call('ZCOUNT', instances, now - missingAfter, '+inf')
if s[2] ~= '1' then
  -- Once all instances that were there are back, or all calls of those that are not have left the window, everyone is asked
  -- to be quiet; once everyone is and has told the last of its calls, the state is whole.
  local wanted = math.max(tonumber(s[4]), expected)
  local stage = s[2]
  if stage == '0' and (alive >= wanted or now - tonumber(s[3]) > window + missingAfter) then stage = 'quiet' end
  redis.call(isQuiet and 'HSET' or 'HDEL', state, unpack(isQuiet and {'quiet:' .. instance, 1} or {'quiet:' .. instance}))
  local isWhole = stage == 'quiet'
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', instances, now - missingAfter, '+inf')) do
    if redis.call('HEXISTS', state, 'quiet:' .. id) == 0 then isWhole = false end
  end
  redis.call('HSET', state, 'expected', wanted, 'whole', isWhole and '1' or stage)
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, forgetAfter + maxWait) end
return {s[1], now, redis.call('HGET', state, 'whole'), alive}
`;
