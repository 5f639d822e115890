// A scenario's events as a sequence diagram: its lanes, and a row for each event.

/** Which conversations are the two ends of one connection: a pair, or the n-th connect and the n-th accept. */
function twins(events) {
  const links = new Map(), listeners = new Map(), callers = new Map(), pairs = new Map();
  const link = (left, right) => { links.set(left, right); links.set(right, left); };
  for (const event of events) {
    if (event.event === "listening") listeners.set(event.lane, event.path);
    if (event.event === "connected") {
      if (pairs.get(event.name) === event.lane) link(event.lane, event.name);
      pairs.set(event.lane, event.name);
      if (!callers.has(event.name)) callers.set(event.name, []);
      callers.get(event.name).push(event.lane);
    }
    if (event.event === "accepted") {
      const listener = event.lane.replace(/\.\d+$/, "");
      const caller = callers.get(listeners.get(listener))?.shift();
      if (caller) link(caller, event.lane);
    }
  }
  return links;
}

/** Where each conversation's far end is drawn when it is no conversation of the scenario. */
function outsides(events, links) {
  const names = new Map(), servers = new Map();
  for (const event of events) {
    const socket = event.event === "ready" && /"(.*)"/.exec(event.text);
    if (socket) servers.set(socket[1], event.lane);
    if (!["connected", "accepted"].includes(event.event) || links.has(event.lane)) continue;
    const name = event.event === "connected" ? event.name : `peer of ${event.lane}`;
    names.set(event.lane, servers.get(name) ?? name);
  }
  return names;
}

class Lanes {
  constructor() { this.all = []; this.byKey = new Map(); }

  get(key, name, role, isOutside = false) {
    let lane = this.byKey.get(key);
    if (!lane) {
      lane = { index: this.all.length, name, role, isOutside };
      this.byKey.set(key, lane);
      this.all.push(lane);
    }
    return lane;
  }
}

/** Bytes that were sent on one end of a connection meet those that were received on the other. */
class Streams {
  constructor() { this.pending = new Map(); }

  send(lane, row, size) {
    if (!this.pending.has(lane)) this.pending.set(lane, []);
    this.pending.get(lane).push({ row, left: size });
  }

  /** The row of the first message of which these bytes are a part. */
  receive(lane, size) {
    const queue = this.pending.get(lane) ?? [];
    const first = queue[0]?.row;
    while (queue.length > 0 && size >= queue[0].left) {
      size -= queue.shift().left;
      if (size === 0) break;
    }
    if (size > 0 && queue.length > 0) queue[0].left -= size;
    return first;
  }
}

const PROCESS_EVENTS = ["spawned", "output", "exited", "signalled", "ready"];
const HIDDEN = ["wait", "waited", "directory", "actor", "actor-end"];
const USES = ["sent", "received", "unread", "ended", "reset"];

/** Whose each conversation is: the first actor that uses it; both ends of one actor are lanes of their own. */
function homes(events, links) {
  const homes = new Map();
  for (const event of events) {
    const waited = event.event === "wait" ? /on «(.*?)»/.exec(event.for)?.[1] : undefined;
    const lane = waited ?? (USES.includes(event.event) ? event.lane : undefined);
    if (lane && !homes.has(lane)) homes.set(lane, event.actor);
  }
  for (const [lane, twin] of links) {
    if (homes.has(lane) && homes.get(lane) === homes.get(twin)) homes.set(twin, null);
  }
  return homes;
}

/** Lays a scenario out: `lanes`, `rows` (one an event that is drawn), `waits` (bars). */
function sequence(scenario) {
  const events = scenario.events;
  const links = twins(events), far = outsides(events, links), owners = homes(events, links);
  const lanes = new Lanes(), streams = new Streams(), rows = [], waits = [], open = new Map(), ended = [];

  const actorLane = (actor) => {
    const name = actor === "clean-up" ? "main" : actor;  // which ends what the script began
    return lanes.get(`actor ${name}`, name, name === "main" ? "script" : "task");
  };
  const endLane = (name, actor) => {
    const owner = owners.has(name) ? owners.get(name) : actor;
    return owner === null || owner === undefined ? lanes.get(`end ${name}`, name, "other end") : actorLane(owner);
  };
  const laneOf = (event) => {
    if (PROCESS_EVENTS.includes(event.event)) return lanes.get(`process ${event.lane}`, event.lane, "process");
    return event.lane && event.event !== "listening" ? endLane(event.lane, event.actor) : actorLane(event.actor);
  };
  const farLane = (event) => {
    const twin = links.get(event.lane);
    if (twin) return endLane(twin);
    const name = far.get(event.lane) ?? `peer of ${event.lane}`;
    return lanes.byKey.get(`process ${name}`) ?? lanes.get(`outside ${name}`, shortened(name), "outside", true);
  };

  if (events.some((event) => event.actor === "main" && !PROCESS_EVENTS.includes(event.event))) actorLane("main");
  for (const event of events) {
    if (event.event === "wait") open.set(event.actor, event);
    if (event.event === "waited") ended.push(event);
    if (HIDDEN.includes(event.event)) continue;
    rows.push(place({ index: rows.length, event, lane: laneOf(event), from: null, to: null }));
  }
  const before = (since) => firstAfter(rows, since) - 1;
  for (const event of ended) {
    const first = before(event.since - event.duration / 1e9), last = before(event.since) + 1;
    waits.push({ lane: actorLane(event.actor), first: Math.max(0, first), last, event, isOver: false });
  }
  const end = rows.findIndex((row) => row.event.event === "failed");
  for (const [actor, event] of open) {
    const first = rows.findLastIndex((row) => row.event.since < event.since && row.event.actor === actor);
    waits.push({ lane: actorLane(actor), first, last: end, event, isOver: true });
  }
  return { lanes: lanes.all, rows, waits };

  function place(row) {
    const { event } = row;
    if (event.event === "sent") {
      row.to = farLane(event);
      streams.send(event.lane, row, event.size ?? 0);
    } else if (event.event === "received" || event.event === "unread") {
      const sender = links.has(event.lane) ? streams.receive(links.get(event.lane), event.size ?? 0) : null;
      row.from = sender ? sender.lane : farLane(event);
      if (sender && !sender.metBy) Object.assign(row, { sender }), sender.metBy = row;
    } else if (["connected", "ended", "reset"].includes(event.event)) {
      row.other = farLane(event);
    }
    return row;
  }
}

/** The first row behind a time; the rows' times only grow. */
function firstAfter(rows, since) {
  let first = 0, last = rows.length;
  while (first < last) {
    const middle = (first + last) >> 1;
    if (rows[middle].event.since <= since) first = middle + 1; else last = middle;
  }
  return first;
}

function shortened(name) {
  const last = name.split("/").pop();
  return last.length > 22 ? last.slice(0, 21) + "…" : last;
}
