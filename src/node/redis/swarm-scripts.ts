/**
 * The Lua that runs inside Redis, so that an announce is one atomic step on one machine's clock.
 *
 * All keys of a swarm share the hash tag {info-hash in hex}. `<prefix>{…}:m` is a hash: `d` downloads,
 * `k` which of the eight sets may exist (bits), `x` when the swarm was last put into the index, `n` how
 * many client prefixes are known, `c<8 bytes>` the number of a client prefix, 1 to 255. The eight sets
 * are sorted sets of packed addresses (6 or 18 bytes): seeders and leechers, IPv4 and IPv6, of public
 * and of private networks. A member's score is `seconds * 512 + 256 if its download was counted +
 * number of its client prefix`, so that a peer is one entry of one set, ordered by when it was heard of.
 *
 * Invariants: a peer is in at most one set of its swarm; counts are taken from the sets, never kept;
 * no call touches more than a bounded number of members; whatever is written has a time to live.
 */
import { createHash } from 'node:crypto';

export interface RedisScript {
  readonly text: string;
  readonly sha1: string;
}

/** Peers forgotten in one announce, per set. */
const maxSwept = 200;

const prelude = `
local names = {'s4', 'l4', 's6', 'l6', 'ps4', 'pl4', 'ps6', 'pl6'}
local meta = KEYS[1]
local base = string.sub(meta, 1, -2)
local function text(number) return string.format('%.0f', number) end
local function clock(given)
  if given > 0 then return given end
  return tonumber(redis.call('TIME')[1])
end
local function has(mask, i) return bit.band(mask, 2 ^ (i - 1)) ~= 0 end
local function maskOf(stored)
  if stored then return tonumber(stored) end
  local mask = 0
  for i = 1, 8 do
    if redis.call('EXISTS', base .. names[i]) == 1 then mask = mask + 2 ^ (i - 1) end
  end
  return mask
end
local function setOf(isSeeder, isIpv6, isPrivate)
  return 1 + (isSeeder and 0 or 1) + (isIpv6 and 2 or 0) + (isPrivate and 4 or 0)
end
local function isOn(flags, value) return bit.band(flags, value) ~= 0 end
local nobody = string.rep('\\0', 8)
`;

const writing = `
local function refreshSets(mask, timeout)
  for i = 1, 8 do
    if has(mask, i) then redis.call('EXPIRE', base .. names[i], timeout + math.ceil(timeout / 4) + 60) end
  end
end
local function metaLife(downloads, timeout, keep)
  local life = 2 * timeout + 60
  if downloads > 0 and keep > life then life = keep end
  return life
end
local function clientNumber(client, stored, known, changes)
  if client == nobody then return 0, known end
  if stored then return tonumber(stored), known end
  if known >= 255 then return 0, known end
  known = known + 1
  table.insert(changes, 'n') table.insert(changes, known)
  table.insert(changes, 'c' .. client) table.insert(changes, known)
  return known, known
end
`;

/** ARGV[1]: see `packAnnounce`. Returns what `readAnnounceReply` reads. */
const announceText = `${prelude}${writing}
local flags, want, seed, timeout, keep, now, client, at =
  struct.unpack('>BI2I4I4I4I4c8', ARGV[1])
local member = string.sub(ARGV[1], at)
now = clock(now)
local isSeeder, isStopped, isCompleted = isOn(flags, 1), isOn(flags, 2), isOn(flags, 4)
local isStarted, wantsBoth, isPrivate = isOn(flags, 8), isOn(flags, 16), isOn(flags, 32)
local isIpv6 = #member == 18
local known = redis.call('HMGET', meta, 'd', 'k', 'x', 'n', 'c' .. client)
local downloads, mask = tonumber(known[1] or 0), maskOf(known[2])
local own, other = setOf(isSeeder, isIpv6, isPrivate), setOf(not isSeeder, isIpv6, isPrivate)
local oldest = (now - timeout) * 512
local isDue = false

if isStopped then
  for _, i in ipairs({own, other}) do
    if has(mask, i) then redis.call('ZREM', base .. names[i], member) end
  end
else
  local score
  if has(mask, own) then score = redis.call('ZSCORE', base .. names[own], member) end
  if not score and has(mask, other) then
    score = redis.call('ZSCORE', base .. names[other], member)
    if score then redis.call('ZREM', base .. names[other], member) end
  end
  score = tonumber(score or 0)
  local isCounted = score >= oldest and score % 512 >= 256
  if isCompleted and not isCounted then
    downloads = redis.call('HINCRBY', meta, 'd', 1)
    redis.call('EXPIRE', meta, metaLife(downloads, timeout, keep))
    isCounted = true
  end
  local changes = {}
  local number = clientNumber(client, known[5], tonumber(known[4] or 0), changes)
  redis.call('ZADD', base .. names[own], text(now * 512 + (isCounted and 256 or 0) + number), member)
  if not has(mask, own) or not known[2] then
    mask = bit.bor(mask, 2 ^ (own - 1))
    table.insert(changes, 'k') table.insert(changes, mask)
  end
  isDue = not known[3] or now - tonumber(known[3]) >= timeout / 4
  if isDue then table.insert(changes, 'x') table.insert(changes, now) end
  if #changes > 0 then redis.call('HSET', meta, unpack(changes)) end
  if isDue then
    redis.call('EXPIRE', meta, metaLife(downloads, timeout, keep))
    refreshSets(mask, timeout)
  end
end

-- What is due to be forgotten is at the low end of each set and left out of counts and choices, also
-- when there is too much of it to remove now.
local live, dead = {}, {}
for i = 1, 8 do
  live[i], dead[i] = 0, 0
  if has(mask, i) then
    local key = base .. names[i]
    local total = redis.call('ZCARD', key)
    if total > 0 then
      local due = redis.call('ZCOUNT', key, '-inf', '(' .. text(oldest))
      if due > 0 then
        local swept = math.min(due, ${maxSwept})
        redis.call('ZREMRANGEBYRANK', key, 0, swept - 1)
        total, due = total - swept, due - swept
      end
      live[i], dead[i] = total - due, due
      if i == own and total == 1 and not isStopped and not isDue then
        redis.call('EXPIRE', key, timeout + math.ceil(timeout / 4) + 60)
      end
    end
  end
end

local chosen = {{}, {}, {}, {}}
local function available(i)
  if i == own and not isStopped then return live[i] - 1 end
  return live[i]
end
local function take(i, count)
  if count <= 0 then return end
  local key, mine = base .. names[i], live[i] - available(i)
  local found
  if count >= available(i) then
    found = redis.call('ZRANGE', key, dead[i], -1)
  elseif dead[i] == 0 then
    found = redis.call('ZRANDMEMBER', key, count + mine)
  else
    local first = dead[i] + math.random(0, live[i] - count - mine)
    found = redis.call('ZRANGE', key, first, first + count + mine - 1)
  end
  local size = #found
  if mine == 1 then
    for n = 1, size do
      if found[n] == member then found[n] = found[size] size = size - 1 break end
    end
  end
  while size > count do
    found[math.random(1, size)] = found[size]
    size = size - 1
  end
  local list = chosen[(i - 1) % 4 + 1]
  for n = 1, size do list[#list + 1] = found[n] end
end
local function fromNetwork(six, private, count, withSeeders, withLeechers)
  local seeders, leechers = setOf(true, six, private), setOf(false, six, private)
  local s = withSeeders and available(seeders) or 0
  local l = withLeechers and available(leechers) or 0
  local fromSeeders, fromLeechers = s, l
  if s + l > count then
    if l == 0 then fromSeeders = count
    elseif s == 0 then fromLeechers = count
    else
      -- Every choice of count peers out of both sets is equally likely.
      local restSeeders, rest = s, s + l
      for _ = 1, count do
        if math.random() * rest < restSeeders then restSeeders = restSeeders - 1 end
        rest = rest - 1
      end
      fromSeeders = s - restSeeders
      fromLeechers = count - fromSeeders
    end
  end
  take(seeders, fromSeeders)
  take(leechers, fromLeechers)
  return fromSeeders + fromLeechers
end
local function fromFamily(six, count, withSeeders, withLeechers)
  local got = fromNetwork(six, isPrivate, count, withSeeders, withLeechers)
  if got < count then
    got = got + fromNetwork(six, not isPrivate, count - got, withSeeders, withLeechers)
  end
  return got
end
local function choose(count, withSeeders, withLeechers)
  local got = 0
  if wantsBoth then got = fromFamily(not isIpv6, math.floor(count / 2), withSeeders, withLeechers) end
  return got + fromFamily(isIpv6, count - got, withSeeders, withLeechers)
end
if want > 0 and not isStopped then
  math.randomseed(seed)
  local got = choose(want, not isSeeder, true)
  if got == 0 and isSeeder and isStarted then choose(math.min(want, 10), true, false) end
end
return struct.pack('>I4I4I4I4BI2I2I2I2', live[1] + live[3] + live[5] + live[7],
  live[2] + live[4] + live[6] + live[8], downloads, now, isDue and 1 or 0,
  #chosen[1], #chosen[2], #chosen[3], #chosen[4]) ..
  table.concat(chosen[1]) .. table.concat(chosen[2]) ..
  table.concat(chosen[3]) .. table.concat(chosen[4])
`;

/** ARGV[1]: see `packLook`. Returns counts and some peers, as `readLookReply` reads them. */
const lookText = `${prelude}
local now, timeout, limit = struct.unpack('>I4I4I4', ARGV[1])
now = clock(now)
local known = redis.call('HMGET', meta, 'd', 'k')
local mask = maskOf(known[2])
local oldest, live = text((now - timeout) * 512), {}
for i = 1, 8 do
  live[i] = has(mask, i) and redis.call('ZCOUNT', base .. names[i], oldest, '+inf') or 0
end
local answer = {struct.pack('>I4I4I4', live[1] + live[3] + live[5] + live[7],
  live[2] + live[4] + live[6] + live[8], tonumber(known[1] or 0))}
if limit > 0 then
  local clients, fields = {}, redis.call('HGETALL', meta)
  for n = 1, #fields, 2 do
    if #fields[n] == 9 then clients[tonumber(fields[n + 1])] = string.sub(fields[n], 2) end
  end
  for i = 1, 8 do
    local count = math.min(live[i], limit)
    limit = limit - count
    if count > 0 then
      local found = redis.call('ZREVRANGE', base .. names[i], 0, count - 1, 'WITHSCORES')
      for n = 1, #found, 2 do
        local score = tonumber(found[n + 1])
        local age = math.max(0, now - math.floor(score / 512))
        answer[#answer + 1] = struct.pack('>BI4', i - 1, age)
        answer[#answer + 1] = clients[score % 256] or nobody
        answer[#answer + 1] = found[n]
      end
    end
  end
end
return table.concat(answer)
`;

/**
 * Writes peers heard of some time ago, and leaves those alone that were heard of since.
 * ARGV[1]: see `packLearn`. Returns the time in seconds as 4 bytes.
 */
const learnText = `${prelude}${writing}
local now, timeout, keep, atLeast, at = struct.unpack('>I4I4I4I4', ARGV[1])
now = clock(now)
local known = redis.call('HMGET', meta, 'd', 'k', 'n')
local downloads, mask, clients = tonumber(known[1] or 0), maskOf(known[2]), tonumber(known[3] or 0)
local changes = {}
if atLeast > downloads then downloads = atLeast end
while at <= #ARGV[1] do
  local flags, age, client, from = struct.unpack('>BI4c8', ARGV[1], at)
  local isIpv6 = isOn(flags, 64)
  at = from + (isIpv6 and 18 or 6)
  local member = string.sub(ARGV[1], from, at - 1)
  local own = setOf(isOn(flags, 1), isIpv6, isOn(flags, 32))
  local other = setOf(not isOn(flags, 1), isIpv6, isOn(flags, 32))
  local seen = now - age
  local score, where = 0, nil
  for _, i in ipairs({own, other}) do
    local found = has(mask, i) and redis.call('ZSCORE', base .. names[i], member)
    if found then score, where = tonumber(found), i end
  end
  local isCounted = score >= (now - timeout) * 512 and score % 512 >= 256
  if isOn(flags, 4) and not isCounted then
    downloads, isCounted = downloads + 1, true
  end
  local isNews = math.floor(score / 512) <= seen
  if isOn(flags, 2) then
    if where and isNews then redis.call('ZREM', base .. names[where], member) end
  elseif age <= timeout and (isNews or isCounted) then
    if where and (not isNews or where == own) then
      -- Already in its set, or heard of since and perhaps in the other one: it stays where it is.
      local kept = math.max(math.floor(score / 512), seen)
      redis.call('ZADD', base .. names[where], text(kept * 512 + (isCounted and 256 or 0) + score % 256), member)
    else
      if where then redis.call('ZREM', base .. names[where], member) end
      local stored = redis.call('HGET', meta, 'c' .. client)
      local fresh = {}
      local number
      number, clients = clientNumber(client, stored, clients, fresh)
      if #fresh > 0 then redis.call('HSET', meta, unpack(fresh)) end
      redis.call('ZADD', base .. names[own], text(seen * 512 + (isCounted and 256 or 0) + number), member)
      mask = bit.bor(mask, 2 ^ (own - 1))
    end
  end
end
redis.call('HSET', meta, 'k', mask, 'x', now)
if downloads > 0 then redis.call('HSET', meta, 'd', downloads) end
redis.call('EXPIRE', meta, metaLife(downloads, timeout, keep))
refreshSets(mask, timeout)
return struct.pack('>I4', now)
`;

function script(text: string): RedisScript {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

export const announceScript = script(announceText);
export const lookScript = script(lookText);
export const learnScript = script(learnText);
