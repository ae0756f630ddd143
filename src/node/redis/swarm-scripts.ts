/**
 * The Lua that runs inside Redis, so that an announce is one atomic step on one machine's clock.
 *
 * All keys of a swarm share the hash tag {info-hash in hex}. `<prefix>{…}:m` is a hash: `d` downloads,
 * `k` which of the eight sets may exist, a digit each, `x` when the swarm was last put into the index,
 * `e` before when no peer is due to be forgotten, `n` how many client prefixes are known, `c<8 bytes>`
 * the number of a client prefix, 1 to 255. The eight sets
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
local call = redis.call
local names = {'s4', 'l4', 's6', 'l6', 'ps4', 'pl4', 'ps6', 'pl6'}
local meta = KEYS[1]
local base = string.sub(meta, 1, -2)
local nobody = '\\0\\0\\0\\0\\0\\0\\0\\0'
local function text(number) return string.format('%.0f', number) end
local function setsOf(stored)
  local sets = {false, false, false, false, false, false, false, false}
  if stored then
    for i = 1, #stored do sets[string.byte(stored, i) - 48] = true end
  else
    for i = 1, 8 do sets[i] = call('EXISTS', base .. names[i]) == 1 end
  end
  return sets
end
local function setOf(isSeeder, isIpv6, isPrivate)
  return 1 + (isSeeder and 0 or 1) + (isIpv6 and 2 or 0) + (isPrivate and 4 or 0)
end
`;

const writing = `
local function textOfSets(sets)
  local known = ''
  for i = 1, 8 do
    if sets[i] then known = known .. i end
  end
  return known
end
local function setLife(timeout) return timeout + math.ceil(timeout / 4) + 60 end
local function refreshSets(sets, timeout)
  for i = 1, 8 do
    if sets[i] then call('EXPIRE', base .. names[i], setLife(timeout)) end
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
  changes[#changes + 1] = 'n' changes[#changes + 1] = known
  changes[#changes + 1] = 'c' .. client changes[#changes + 1] = known
  return known, known
end
`;

/** ARGV[1]: see `packAnnounce`. Returns what `readAnnounceReply` reads. */
const announceText = `${prelude}${writing}
local flags, want, seed, timeout, keep, now, client, at =
  struct.unpack('>BI2I4I4I4I4c8', ARGV[1])
local member = string.sub(ARGV[1], at)
if now == 0 then now = tonumber(call('TIME')[1]) end
local isSeeder, isStopped, isCompleted = flags % 2 >= 1, flags % 4 >= 2, flags % 8 >= 4
local isStarted, wantsBoth, isPrivate = flags % 16 >= 8, flags % 32 >= 16, flags % 64 >= 32
local isIpv6 = #member == 18
local known = call('HMGET', meta, 'd', 'k', 'x', 'e', 'n', 'c' .. client)
local downloads, sets = tonumber(known[1] or 0), setsOf(known[2])
local own, other = setOf(isSeeder, isIpv6, isPrivate), setOf(not isSeeder, isIpv6, isPrivate)
local oldest = (now - timeout) * 512
local isDue = false
local changes = {}

if isStopped then
  for _, i in ipairs({own, other}) do
    if sets[i] then call('ZREM', base .. names[i], member) end
  end
else
  local score = sets[own] and call('ZSCORE', base .. names[own], member)
  if not score and sets[other] then
    score = call('ZSCORE', base .. names[other], member)
    if score then call('ZREM', base .. names[other], member) end
  end
  score = tonumber(score or 0)
  local isCounted = score >= oldest and score % 512 >= 256
  if isCompleted and not isCounted then
    downloads = call('HINCRBY', meta, 'd', 1)
    call('EXPIRE', meta, metaLife(downloads, timeout, keep))
    isCounted = true
  end
  local number = clientNumber(client, known[6], tonumber(known[5] or 0), changes)
  call('ZADD', base .. names[own], text(now * 512 + (isCounted and 256 or 0) + number), member)
  if not sets[own] or not known[2] then
    sets[own] = true
    changes[#changes + 1] = 'k' changes[#changes + 1] = textOfSets(sets)
  end
  isDue = not known[3] or now - tonumber(known[3]) >= timeout / 4
  if isDue then
    changes[#changes + 1] = 'x' changes[#changes + 1] = now
  end
end

-- What is due to be forgotten is at the low end of each set and left out of counts and choices, also
-- when there is too much of it to remove now. Before the time in 'e' nothing can be due.
local live, dead = {0, 0, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 0}
local isSweep = not known[4] or now >= tonumber(known[4])
local nextSweep = now + timeout + 1
for i = 1, 8 do
  if sets[i] then
    local key = base .. names[i]
    local total = call('ZCARD', key)
    if isSweep and total > 0 then
      local due = call('ZCOUNT', key, '-inf', '(' .. text(oldest))
      if due > 0 then
        local swept = math.min(due, ${maxSwept})
        call('ZREMRANGEBYRANK', key, 0, swept - 1)
        total, dead[i] = total - swept, due - swept
      end
      local first = call('ZRANGE', key, 0, 0, 'WITHSCORES')
      if first[2] then
        nextSweep = math.min(nextSweep, math.floor(tonumber(first[2]) / 512) + timeout + 1)
      end
    end
    live[i] = total - dead[i]
    if i == own and total == 1 and not isStopped then
      call('EXPIRE', key, setLife(timeout))
    end
  end
end
if isSweep and (known[2] or not isStopped) then
  changes[#changes + 1] = 'e' changes[#changes + 1] = nextSweep
end
if #changes > 0 then
  call('HSET', meta, unpack(changes))
  if isDue then
    call('EXPIRE', meta, metaLife(downloads, timeout, keep))
    refreshSets(sets, timeout)
  elseif not known[3] then
    call('EXPIRE', meta, metaLife(downloads, timeout, keep))
  end
end

local chosen = {{}, {}, {}, {}}
if want > 0 and not isStopped then
  local random = math.random
  math.randomseed(seed)
  -- A set's peers other than the asker, and how many: all, or a choice of 'count' of them.
  local function peersOf(i, count)
    if count <= 0 then return {}, 0 end
    local key, mine = base .. names[i], i == own and 1 or 0
    local found
    if count >= live[i] - mine then
      found = call('ZRANGE', key, dead[i], -1)
    elseif dead[i] == 0 then
      found = call('ZRANDMEMBER', key, count + mine)
    else
      local first = dead[i] + random(0, live[i] - count - mine)
      found = call('ZRANGE', key, first, first + count + mine - 1)
    end
    local size = #found
    if mine == 1 then
      for n = 1, size do
        if found[n] == member then found[n] = found[size] found[size] = nil size = size - 1 break end
      end
      if size > count then
        found[random(1, size)] = found[size]
        found[size] = nil
        size = size - 1
      end
    end
    return found, size
  end
  local function add(i, found, size)
    local list = chosen[(i - 1) % 4 + 1]
    if #list == 0 then
      chosen[(i - 1) % 4 + 1] = found
    else
      for n = 1, size do list[#list + 1] = found[n] end
    end
  end
  local function fromNetwork(six, private, count, withSeeders, withLeechers)
    local si = setOf(true, six, private)
    local li = si + 1
    local s = withSeeders and live[si] - (si == own and 1 or 0) or 0
    local l = withLeechers and live[li] - (li == own and 1 or 0) or 0
    if s + l == 0 then return 0 end
    local fromS, fromL, drop = s, l, 0
    if s == 0 or l == 0 then
      fromS, fromL = math.min(s, count), math.min(l, count)
    elseif s + l > 2 * count then
      -- Every choice of 'count' peers out of both sets is equally likely.
      local restS, rest = s, s + l
      for _ = 1, count do
        if random() * rest < restS then restS = restS - 1 end
        rest = rest - 1
      end
      fromS = s - restS
      fromL = count - fromS
    elseif s + l > count then
      drop = s + l - count
    end
    local seeders, leechers
    seeders, s = peersOf(si, fromS)
    leechers, l = peersOf(li, fromL)
    for _ = 1, drop do
      local n = random(1, s + l)
      if n <= s then
        seeders[n] = seeders[s] seeders[s] = nil s = s - 1
      else
        n = n - s
        leechers[n] = leechers[l] leechers[l] = nil l = l - 1
      end
    end
    if s > 0 then add(si, seeders, s) end
    if l > 0 then add(li, leechers, l) end
    return s + l
  end
  local function fromFamily(six, count, withSeeders, withLeechers)
    local got = fromNetwork(six, isPrivate, count, withSeeders, withLeechers)
    if got == count then return got end
    return got + fromNetwork(six, not isPrivate, count - got, withSeeders, withLeechers)
  end
  local function choose(count, withSeeders, withLeechers)
    local got = 0
    if wantsBoth then
      got = fromFamily(not isIpv6, math.floor(count / 2), withSeeders, withLeechers)
    end
    return got + fromFamily(isIpv6, count - got, withSeeders, withLeechers)
  end
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
if now == 0 then now = tonumber(call('TIME')[1]) end
local known = call('HMGET', meta, 'd', 'k')
local sets = setsOf(known[2])
local oldest, live = text((now - timeout) * 512), {}
for i = 1, 8 do
  live[i] = sets[i] and call('ZCOUNT', base .. names[i], oldest, '+inf') or 0
end
local answer = {struct.pack('>I4I4I4', live[1] + live[3] + live[5] + live[7],
  live[2] + live[4] + live[6] + live[8], tonumber(known[1] or 0))}
if limit > 0 then
  local clients, fields = {}, call('HGETALL', meta)
  for n = 1, #fields, 2 do
    if #fields[n] == 9 then clients[tonumber(fields[n + 1])] = string.sub(fields[n], 2) end
  end
  for i = 1, 8 do
    local count = math.min(live[i], limit)
    limit = limit - count
    if count > 0 then
      local found = call('ZREVRANGE', base .. names[i], 0, count - 1, 'WITHSCORES')
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
if now == 0 then now = tonumber(call('TIME')[1]) end
local known = call('HMGET', meta, 'd', 'k', 'n')
local downloads, sets, clients = tonumber(known[1] or 0), setsOf(known[2]), tonumber(known[3] or 0)
if atLeast > downloads then downloads = atLeast end
while at <= #ARGV[1] do
  local flags, age, client, from = struct.unpack('>BI4c8', ARGV[1], at)
  local isSeeder, isGone, isCompleted = flags % 2 >= 1, flags % 4 >= 2, flags % 8 >= 4
  local isPrivate, isIpv6 = flags % 64 >= 32, flags % 128 >= 64
  at = from + (isIpv6 and 18 or 6)
  local member = string.sub(ARGV[1], from, at - 1)
  local own, other = setOf(isSeeder, isIpv6, isPrivate), setOf(not isSeeder, isIpv6, isPrivate)
  local seen = now - age
  local score, where = 0, nil
  for _, i in ipairs({own, other}) do
    local found = sets[i] and call('ZSCORE', base .. names[i], member)
    if found then score, where = tonumber(found), i end
  end
  local isCounted = score >= (now - timeout) * 512 and score % 512 >= 256
  if isCompleted and not isCounted then
    downloads, isCounted = downloads + 1, true
  end
  local isNews = math.floor(score / 512) <= seen
  if isGone then
    if where and isNews then call('ZREM', base .. names[where], member) end
  elseif age <= timeout and (isNews or isCounted) then
    if where and (not isNews or where == own) then
      -- Already in its set, or heard of since and perhaps in the other one: it stays where it is.
      local kept = math.max(math.floor(score / 512), seen)
      call('ZADD', base .. names[where], text(kept * 512 + (isCounted and 256 or 0) + score % 256), member)
    else
      if where then call('ZREM', base .. names[where], member) end
      local stored = call('HGET', meta, 'c' .. client)
      local fresh = {}
      local number
      number, clients = clientNumber(client, stored, clients, fresh)
      if #fresh > 0 then call('HSET', meta, unpack(fresh)) end
      call('ZADD', base .. names[own], text(seen * 512 + (isCounted and 256 or 0) + number), member)
      sets[own] = true
    end
  end
end
-- With e at 0 the next announce looks again when the first peer is due.
call('HSET', meta, 'k', textOfSets(sets), 'x', now, 'e', 0)
if downloads > 0 then call('HSET', meta, 'd', downloads) end
call('EXPIRE', meta, metaLife(downloads, timeout, keep))
refreshSets(sets, timeout)
return struct.pack('>I4', now)
`;

function script(text: string): RedisScript {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

export const announceScript = script(announceText);
export const lookScript = script(lookText);
export const learnScript = script(learnText);
