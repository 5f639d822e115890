// What processes wrote, in lines: they write these in pieces.

const NEWLINE = 10, LONGEST = 65536;

/** Joins the pieces of each line; it stands where it began. */
function joinOutput(events) {
  const open = new Map();  // by stream, what has not come to the end of its line
  return events.filter((event) => {
    if (event.event === "sent") endLines(open, readerOf(event.lane));
    if (event.event !== "output") return true;
    const stream = `${event.lane} ${event.stream}`, begun = open.get(stream);
    const isJoined = begun !== undefined && begun.isFollowedBy(event);
    if (isJoined) begun.take(event);
    if (isJoined && event.size === 0) {
      if (!begun.mayGoOn()) open.delete(stream);
      return false;
    }
    const line = new OpenLine(event);
    if (line.mayGoOn()) open.set(stream, line); else open.delete(stream);
    return true;
  });
}

/** The process that reads what is sent there, if one does. */
const readerOf = (lane) => /^(.*)\.(stdin|terminal)$/.exec(lane)?.[1];

/** A prompt is no part of what a process writes when it has got its answer. */
function endLines(open, process) {
  for (const stream of open.keys()) if (stream.startsWith(`${process} `)) open.delete(stream);
}

/** An event of output that may end within a line; what is added to it is not copied for each piece. */
class OpenLine {
  constructor(event) {
    this.event = event;
    this.room = bytesOf(event);
    this.length = this.room.length;
    this.isWhole = this.length === event.size;
    this.lines = event.lines + this.room.filter((code) => code === NEWLINE).length;
  }

  /** Whether all of it is here, and it ends within a line. */
  mayGoOn() {
    return this.isWhole && this.length < LONGEST && this.room[this.length - 1] !== NEWLINE;
  }

  /** Whether all of a piece is here, and nothing is missing before it, as in a flood. */
  isFollowedBy(event) {
    return bytesOf(event).length === event.size && (event.lines === undefined || event.lines === this.lines);
  }

  /** Moves what is missing of the line from the piece behind it. */
  take(event) {
    const bytes = bytesOf(event), end = bytes.indexOf(NEWLINE) + 1 || bytes.length;
    this.append(bytes.subarray(0, end));
    const pieces = (this.event.pieces ?? 1) + 1;
    Object.assign(this.event, { bytes: this.room.subarray(0, this.length), size: this.length, pieces });
    Object.assign(event, { bytes: bytes.subarray(end), size: bytes.length - end, lines: event.lines + 1 });
  }

  append(bytes) {
    const length = this.length + bytes.length;
    if (length > this.room.length) {
      const more = new Uint8Array(2 * length);
      more.set(this.room.subarray(0, this.length));
      this.room = more;
    }
    this.room.set(bytes, this.length);
    this.length = length;
  }
}
