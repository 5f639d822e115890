// What processes wrote, in lines: they write these in pieces.

const NEWLINE = 10, LONGEST = 65536;

/** Joins the pieces of each line; it stands where it began. */
function joinOutput(events) {
  const open = new Map();  // by stream, what has not come to the end of its line
  return events.filter((event) => {
    if (event.event === "sent") endLines(open, readerOf(event.lane));
    if (event.event !== "output") return true;
    const stream = `${event.lane} ${event.stream}`, begun = open.get(stream);
    const isJoined = begun !== undefined && follows(begun, event);
    if (isJoined) join(begun, event);
    const last = isJoined && event.size === 0 ? begun : event;
    if (mayGoOn(last)) open.set(stream, last); else open.delete(stream);
    return last === event;
  });
}

/** The process that reads what is sent there, if one does. */
const readerOf = (lane) => /^(.*)\.(stdin|terminal)$/.exec(lane)?.[1];

/** A prompt is no part of what a process writes when it has got its answer. */
function endLines(open, process) {
  for (const stream of open.keys()) if (stream.startsWith(`${process} `)) open.delete(stream);
}

/** Whether all of it is here, and it ends within a line. */
function mayGoOn(event) {
  const bytes = bytesOf(event);
  return bytes.length === event.size && bytes.length < LONGEST && bytes.at(-1) !== NEWLINE;
}

/** Whether all of a piece is here, and nothing is missing before it, as in a flood. */
function follows(begun, event) {
  if (bytesOf(event).length !== event.size) return false;
  return event.lines === undefined || event.lines === begun.lines + bytesOf(begun).filter((code) => code === NEWLINE).length;
}

/** Moves what is missing of a line from the piece behind it. */
function join(begun, event) {
  const start = bytesOf(begun), bytes = bytesOf(event), end = bytes.indexOf(NEWLINE) + 1 || bytes.length;
  const line = new Uint8Array(start.length + end);
  line.set(start);
  line.set(bytes.subarray(0, end), start.length);
  Object.assign(begun, { bytes: line, size: line.length, pieces: (begun.pieces ?? 1) + 1 });
  Object.assign(event, { bytes: bytes.subarray(end), size: bytes.length - end, lines: event.lines + 1 });
}
