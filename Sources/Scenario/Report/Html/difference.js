// What was expected beside what came.

const AROUND = 30, HEX_ROW = 16, LABEL = 10;

/** Both sides around the first byte in which they differ; empty where they read the same, as secrets do. */
function comparison({ expected, actual }) {
  const sides = [bytesOf(expected), bytesOf(actual)], offset = firstDifference(...sides);
  if (offset === Math.max(sides[0].length, sides[1].length)) return "";
  const start = expected.start ?? 0;  // more than 64 KiB are not here as a whole
  const sizes = `got ${count(actual.size, "byte")}, expected ${expected.size.toLocaleString("en")}; `
    + `first difference at byte ${(start + offset).toLocaleString("en")}`;
  const lines = textLines(sides, offset, start) ?? hexLines(sides, offset, start);
  return [sizes, ...lines].join("\n");
}

function firstDifference(expected, actual) {
  let offset = 0;
  while (offset < expected.length && offset < actual.length && expected[offset] === actual[offset]) offset++;
  return offset;
}

const isWithinCharacter = (code) => (code & 0xc0) === 0x80;

/** The characters from one offset to another as a Lua string, with a mark on each side that goes on; null for binary. */
function excerptOf(bytes, from, to, start) {
  while (from > 0 && isWithinCharacter(bytes[from])) from--;
  while (to < bytes.length && isWithinCharacter(bytes[to])) to++;
  const part = bytes.subarray(from, to);
  if (asText(part) === null) return null;
  return `${from + start > 0 ? "…" : ""}${asLua(part)}${to < bytes.length ? "…" : ""}`;
}

function textLines(sides, offset, start) {
  const from = offset > 2 * AROUND ? offset - AROUND : 0;
  const [expected, actual] = sides.map((bytes) => excerptOf(bytes, from, offset + AROUND, start));
  if (expected === null || actual === null) return null;
  let same = 0;
  while (same < expected.length && expected[same] === actual[same]) same++;
  return [`expected  ${expected}`, `actual    ${actual}`, `${" ".repeat(LABEL + same)}^`];
}

/** The row with the difference, and the one behind it where that differs too; rows begin at multiples of their length. */
function hexLines(sides, offset, start) {
  const first = offset - (start + offset) % HEX_ROW;
  const ruler = [...Array(HEX_ROW).keys()].map((column) => column.toString(16).padStart(2)).join(" ");
  return [first, first + HEX_ROW].flatMap((from) => {
    const [expected, actual] = sides.map((bytes) => bytes.subarray(from, from + HEX_ROW));
    const marked = marks(expected, actual);
    if (marked === "") return [];
    const row = (bytes) => bytes.length > 0 ? hexRow(bytes, HEX_ROW) : "(nothing)";
    return [`at ${start + from}`.padEnd(LABEL) + ruler, `expected  ${row(expected)}`, `actual    ${row(actual)}`,
      " ".repeat(LABEL) + marked];
  });
}

/** What stands below the bytes in which two rows differ. */
function marks(expected, actual) {
  const length = Math.max(expected.length, actual.length);
  return [...Array(length).keys()].map((index) => expected[index] === actual[index] ? "  " : "^^").join(" ").trimEnd();
}
