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

const conversationOf = (wait) => /on «(.*?)»/.exec(wait.for)?.[1];
const SCRIPT = "actor main";
const PROCESS_EVENTS = ["spawned", "output", "exited", "signalled", "ready"];
const HIDDEN = ["wait", "waited", "directory", "actor", "actor-end"];
const USES = ["sent", "received", "unread", "ended", "reset"];

/** Whose each conversation is: the first actor that uses it. Both ends of one actor, and those that nobody uses, are lanes. */
function homes(events, links) {
  const homes = new Map();
  for (const event of events) {
    const waited = event.event === "wait" ? conversationOf(event) : undefined;
    const lane = waited ?? (USES.includes(event.event) ? event.lane : undefined);
    if (lane && !homes.has(lane)) homes.set(lane, event.actor);
  }
  for (const [lane, twin] of links) {
    if (homes.get(lane) === homes.get(twin)) homes.set(lane, null).set(twin, null);
    else if (!homes.has(lane)) homes.set(lane, null);
  }
  return homes;
}

/** The lanes of a scenario, and on which one an event stands. */
class Lanes {
  constructor(events) {
    this.all = [];
    this.byKey = new Map();
    this.links = twins(events);
    this.far = outsides(events, this.links);
    this.owners = homes(events, this.links);
  }

  get(key, name, role, isOutside = false) {
    let lane = this.byKey.get(key);
    if (!lane) {
      lane = { name, role, isOutside, isForeign: isOutside || role === "process", conversations: new Set() };
      this.byKey.set(key, lane);
      this.all.push(lane);
    }
    return lane;
  }

  /** All of them: the script's, then the others in the order in which something first happens on them. */
  inOrder() {
    const script = this.byKey.get(SCRIPT), all = script ? [script, ...this.all.filter((lane) => lane !== script)] : this.all;
    all.forEach((lane, index) => { lane.index = index; });
    return all;
  }

  ofActor(actor) {
    const name = actor === "clean-up" ? "main" : actor;  // which ends what the script began
    return this.get(`actor ${name}`, name, name === "main" ? "script" : "task");
  }

  ofConversation(name, actor) {
    return this.hasOwnLane(name) ? this.get(`end ${name}`, name, "connection") : this.ofActor(this.owners.get(name) ?? actor);
  }

  hasOwnLane(name) { return this.owners.get(name) === null; }

  ofEvent(event) {
    if (PROCESS_EVENTS.includes(event.event)) return this.get(`process ${event.lane}`, event.lane, "process");
    if (event.event === "failed" && event.wait) return this.ofWait(event.wait);
    if (!event.lane || event.event === "listening") return this.ofActor(event.actor);
    const lane = this.ofConversation(event.lane, event.actor);
    if (event.event !== "closed") lane.conversations.add(event.lane);
    return lane;
  }

  /** Where an actor waits: on the lane of the conversation where that has one of its own. */
  ofWait(wait) {
    const name = wait.lane ?? conversationOf(wait);
    return this.hasOwnLane(name) ? this.ofConversation(name) : this.ofActor(wait.actor);
  }

  /** Whether it takes the conversation's name to tell an event from others on its lane. */
  isAmbiguous({ event, lane }) {
    if (!event.lane || lane.name === event.lane || event.event === "listening") return false;
    return lane.conversations.size > 1 || !lane.conversations.has(event.lane);
  }

  /** Where the other end of an event's conversation is. */
  facing(event) {
    const twin = this.links.get(event.lane);
    if (twin) return this.ofConversation(twin);
    const name = this.far.get(event.lane) ?? readerOf(event.lane) ?? `peer of ${event.lane}`;
    return this.byKey.get(`process ${name}`) ?? this.get(`outside ${name}`, shortened(name), "outside", true);
  }
}

/** Lays a scenario out: `lanes`, `rows` (one an event that is drawn), `waits` (bars). */
function sequence(scenario) {
  const { events } = scenario, lanes = new Lanes(events), streams = new Streams();
  const rows = events.filter((event) => !HIDDEN.includes(event.event)).map((event, index) =>
    place({ index, event, lane: lanes.ofEvent(event), from: null, to: null }, lanes, streams));
  const waits = [...pastWaits(events, rows, lanes), ...lastWaits(events, rows, lanes)];
  for (const row of rows) row.conversation = lanes.isAmbiguous(row) ? `«${row.event.lane}» ` : "";
  return { lanes: lanes.inOrder(), rows, waits };
}

/** Says of a row from which lane to which it goes. */
function place(row, lanes, streams) {
  const { event } = row;
  if (event.event === "sent") {
    row.to = lanes.facing(event);
    streams.send(event.lane, row, event.size ?? 0);
  } else if (event.event === "received" || event.event === "unread") {
    const twin = lanes.links.get(event.lane), sender = twin ? streams.receive(twin, event.size ?? 0) : null;
    row.from = sender ? sender.lane : lanes.facing(event);
    if (sender && !sender.metBy) Object.assign(row, { sender }), sender.metBy = row;
  } else if (["connected", "ended", "reset"].includes(event.event)) {
    row.other = lanes.facing(event);
  }
  return row;
}

/** The waits that were long enough for the log. */
function pastWaits(events, rows, lanes) {
  return events.filter((event) => event.event === "waited").map((event) => {
    const first = firstAfter(rows, event.since - event.duration / 1e9) - 1, last = firstAfter(rows, event.since);
    return { lane: lanes.ofWait(event), first: Math.max(0, first), last, event, isOver: false };
  });
}

/** What each actor waited for in the end. */
function lastWaits(events, rows, lanes) {
  const open = new Map(events.filter((event) => event.event === "wait").map((event) => [event.actor, event]));
  const last = rows.findIndex((row) => row.event.event === "failed");
  return [...open.values()].map((event) =>
    ({ lane: lanes.ofWait(event), first: Math.max(0, firstAfter(rows, event.begin) - 1), last, event, isOver: true }));
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
