// The log as the page uses it: a run with its scenarios, each with its events.

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes of an event: text as it is, anything else in base64; joined ones are bytes already. */
function bytesOf(record) {
  if (record.bytes) return record.bytes;
  if (typeof record.text === "string") return new TextEncoder().encode(record.text);
  if (typeof record.base64 !== "string") return new Uint8Array();
  return Uint8Array.from(atob(record.base64), (letter) => letter.charCodeAt(0));
}

/** Reads the log's lines; a line that is torn, as the last of a killed run, is left out. */
function readLog(text) {
  const run = { info: {}, scenarios: [], sources: new Map(), isComplete: false };
  const byNumber = new Map();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    let record;
    try { record = JSON.parse(line); } catch { continue; }
    take(run, byNumber, record);
  }
  for (const scenario of run.scenarios) settle(scenario);
  inOrder(run.scenarios);
  return run;
}

/** Puts the scenarios of each file in the order of their lines, whichever ended first. */
function inOrder(scenarios) {
  const files = [...new Set(scenarios.map((scenario) => scenario.file))];
  scenarios.sort((left, right) =>
    files.indexOf(left.file) - files.indexOf(right.file) || (left.line ?? 0) - (right.line ?? 0));
}

function take(run, byNumber, record) {
  switch (record.event) {
    case "run": run.info = record; return;
    case "run-end": run.isComplete = true; run.info.elapsed = record.t; return;
    case "source": run.sources.set(record.path, record.text); return;
    case "scenario": {
      const scenario = { number: record.scenario, file: record.script, name: record.name ?? "", line: record.first,
        tags: record.tags ?? [], attempt: record.attempt ?? 1, start: record.t, events: [], status: "running",
        failure: null };
      byNumber.set(record.scenario, scenario);
      run.scenarios.push(scenario);
      return;
    }
  }
  const scenario = byNumber.get(record.scenario);
  if (!scenario) return;
  if (record.event === "scenario-end") {
    Object.assign(scenario, { status: record.outcome, failure: record.failure ?? null, reason: record.reason,
      duration: record.duration });
    return;
  }
  if (record.event === "again") {
    Object.assign(scenario, { command: record.text, attempts: record.attempts });
    return;
  }
  if (record.event === "command") return;  // of which that line was made
  record.actor ??= "";  // nobody does what happens to the scenario as a whole
  record.since = (record.t - scenario.start) / 1e9;
  scenario.events.push(record);
}

/** What can be said once all is read: a scenario that nobody ended, and the event that failed. */
function settle(scenario) {
  scenario.events = joinOutput(scenario.events);
  scenario.events.forEach((event, index) => { event.index = index; });
  if (scenario.status === "running") scenario.reason = "the run ended before it did";
  scenario.seconds = (scenario.duration ?? 0) / 1e9;
  scenario.title = scenario.name ? `${scenario.file} › ${scenario.name}` : scenario.file;
  shortenPaths(scenario.events);
  settleWaits(scenario.events);
  scenario.failing = failingEvent(scenario);
}

/** Shows what lies in the scenario's private directory without the directory's path. */
function shortenPaths(events) {
  const path = events.find((event) => event.event === "directory")?.path;
  if (!path) return;
  for (const event of events) {
    for (const field of ["name", "path", "command", event.event === "ready" ? "text" : "name"]) {
      if (typeof event[field] === "string") event[field] = event[field].replaceAll(`${path}/`, "");
    }
  }
}

/** Says since when those waited who did when the scenario failed: their last act, or the begin of the wait that ran out. */
function settleWaits(events) {
  const last = new Map();
  for (const event of events) {
    if (event.event === "wait") {
      const before = last.get(event.actor), hasRunOut = before?.event === "waited" && before.for === event.for;
      event.begin = (before?.since ?? 0) - (hasRunOut ? before.duration / 1e9 : 0);
    }
    last.set(event.actor, event);
  }
}

const isArrival = (event) => ["received", "unread", "ended", "reset"].includes(event.event);

/** What came last on the failing line, else the failure itself; that tells of the wait that ended so, or of the reason. */
function failingEvent(scenario) {
  const failed = scenario.events.find((event) => event.event === "failed");
  if (!failed) return null;
  const before = scenario.events.slice(0, failed.index).reverse();
  const arrival = before.find((event) => isArrival(event) && event.lane === failed.lane);
  failed.text = scenario.failure?.message.split("\n")[0];
  const isHere = (event) => event?.line === failed.line && event.file === failed.file;
  if (arrival && isHere(arrival)) return arrival;
  failed.wait = before.find((event) => event.event === "wait" && event.actor === failed.actor && isHere(event));
  return failed;
}

/** Text if the bytes are that, with what cannot be seen made visible; null for binary. */
function asText(bytes) {
  let text;
  try { text = decoder.decode(bytes); } catch { return null; }
  const controls = text.match(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g);
  return controls && controls.length * 8 > text.length ? null : text;
}

/** Characters of no width, and those that turn the line round. */
const UNSEEN = /[\u0080-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const NAMED = { 10: "\\n", 13: "\\r", 9: "\\t", 34: '\\"', 92: "\\\\" };

/** The bytes as a Lua string. */
function asLua(bytes) {
  const text = asText(bytes);
  const escape = (code) => NAMED[code] ?? "\\x" + code.toString(16).padStart(2, "0");
  if (text !== null) {
    const shown = text.replace(/[\x00-\x1f\x7f"\\]/g, (letter) => escape(letter.charCodeAt(0)));
    return '"' + shown.replace(UNSEEN, (letter) => `\\u{${letter.charCodeAt(0).toString(16)}}`) + '"';
  }
  const plain = (code) => code >= 0x20 && code < 0x7f && !NAMED[code];
  return '"' + [...bytes].map((code) => plain(code) ? String.fromCharCode(code) : escape(code)).join("") + '"';
}

/** Eight bytes a row, for which the panel has room: offset, hex, text. */
function asHex(bytes) {
  const rows = [];
  for (let start = 0; start < bytes.length; start += 8) {
    rows.push(`${start.toString(16).padStart(6, "0")}  ${hexRow(bytes.subarray(start, start + 8), 8)}`);
  }
  return rows.join("\n");
}

/** Bytes in hex, and behind the room for so many the text that they are. */
function hexRow(bytes, length) {
  const hex = [...bytes].map((code) => code.toString(16).padStart(2, "0"));
  const text = [...bytes].map((code) => code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : "·");
  return `${hex.join(" ").padEnd(3 * length - 1)}  ${text.join("")}`;
}

/** The message in one short line: as a Lua string, but with quotes as they are. */
function summary(event, length = 60) {
  // No more bytes than could be shown, of which a character takes four at most.
  const bytes = bytesOf(event).subarray(0, 4 * length + 4);
  const text = asLua(bytes).slice(1, -1).replaceAll('\\"', '"');
  if (text.length <= length && bytes.length === event.size) return text;
  return text.slice(0, length - 1) + "…";
}

const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
const seconds = (value) => `${value.toFixed(3)}s`;

/** The process at the other end of a new connection, worked into a phrase; nothing where nobody knows it. */
function peer(event, phrase) {
  if (!event.pid) return "";
  return phrase(event.command ? `${event.command}, pid ${event.pid}` : `pid ${event.pid}`);
}

/** What an abort has dropped, as the end of a phrase. */
function lost(event) {
  const kinds = ["unsent", "unread"].filter((kind) => event[kind]);
  return kinds.length ? `: ${kinds.map((kind) => `${event[kind]} bytes ${kind}`).join(", ")}` : "";
}

/** What happened, as one phrase. */
function phrase(event) {
  switch (event.event) {
    case "connected": return `connected to ${event.name}${peer(event, (name) => ` (${name})`)}`;
    case "accepted": return `accepted${peer(event, (name) => ` ${name}`)}`;
    case "listening": return `listening at ${event.path}`;
    case "sent": case "received": case "unread": case "output": return summary(event, 200);
    case "ended": return "the peer closed";
    case "reset": return "the peer reset";
    case "closed": return "closed";
    case "shutdown": return "closed for writing";
    case "aborted": return `aborted${lost(event)}`;
    case "note": return event.text;
    case "wait": return `waits for ${event.for}`;
    case "waited": return `waited ${seconds(event.duration / 1e9)} for ${event.for}`;
    case "seed": return "the script asked for the seed";
    case "directory": return `private directory ${event.path}`;
    case "actor": return "begins";
    case "actor-end": return "ends";
    case "failed": return event.wait ? `waited ${seconds(event.wait.since - event.wait.begin)} for ${event.wait.for}` : event.text ?? "failed here";
    case "spawned": return `started, pid ${event.pid}: ${event.command ?? ""}`;
    case "ready": return `ready: ${event.text ?? ""}`;
    case "signalled": return `ended by ${event.signal}${event.core ? " (core dumped)" : ""}`;
    case "exited": return `exited with status ${event.status}`;
    default: return event.text ?? event.event;
  }
}
