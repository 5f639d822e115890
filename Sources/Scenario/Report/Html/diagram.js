// The sequence diagram as SVG.

const LEFT = 86, ROW = 27, HEAD = 54, LONG_GAP = 0.02, MARGIN = 90;
let LANE = 190;  // as wide as the page allows, within reason
const SVG = "http://www.w3.org/2000/svg";

function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  for (const child of children) if (child) node.append(child);
  return node;
}

const GLYPHS = {
  connected: "●", accepted: "○", listening: "◎", ended: "⊣", reset: "↯", closed: "■",
  aborted: "✕", shutdown: "◧", note: "✎", failed: "✗", spawned: "▶", exited: "◼", signalled: "⚡",
  ready: "✓", output: "›", actor: "▸", "actor-end": "◂", wait: "…", waited: "…", directory: "⌂",
};

const x = (lane) => LEFT + LANE / 2 + lane.index * LANE;
/** Narrower lanes would cut every label; the diagram then goes sideways. */
const laneWidth = (room, count) => Math.max(200, Math.min(400, (room - LEFT - MARGIN) / count));

/** The rows' places: equal steps, or as far apart as the times are. */
function heights(rows, isTimed) {
  let y = 8, before = null;
  return rows.map((row) => {
    const gap = before === null ? 0 : row.event.since - before;
    before = row.event.since;
    const extra = isTimed ? Math.min(240, gap * 1200) : gap > LONG_GAP ? 14 : 0;
    y += ROW + extra;
    return { y: y - ROW / 2, gap };
  });
}

/** How many rows are drawn at once, when they come near: thousands would take seconds. */
const PIECE = 100;

/** The diagram's parts, the events that it shows, and `reveal`, which draws the row of one and says where it stands. */
function drawDiagram(scenario, { isTimed, room, select }) {
  const { lanes, rows, waits } = sequence(scenario);
  LANE = laneWidth(room, lanes.length);
  const places = heights(rows, isTimed);
  const height = (places.at(-1)?.y ?? 0) + ROW, width = LEFT + lanes.length * LANE + MARGIN - 10;
  const figure = svg("svg", { width, height, role: "group",
    "aria-label": `The conversation of ${scenario.title}; the transcript has it as a table` });
  for (const lane of lanes) {
    figure.append(svg("line", { class: lane.isOutside ? "lane outside" : "lane", x1: x(lane), x2: x(lane), y1: 0, y2: height }));
  }
  for (const wait of waits) drawWait(figure, wait, places, height);
  const times = svg("svg", { class: "times", width: LEFT, height, "aria-hidden": "true" }), pieces = [];
  for (let start = 0; start < rows.length; start += PIECE) {
    const group = figure.appendChild(svg("g")), end = start + PIECE;
    pieces.push({ group, rows: rows.slice(start, end), top: places[start].y, bottom: places[end]?.y ?? height });
  }
  const fill = (piece) => {
    piece.group.append(...piece.rows.map((row) => drawRow(scenario, row, places, width, select)));
    times.append(...piece.rows.flatMap((row) => drawTime(scenario, row, places)));
    piece.rows = [];
  };
  const byEvent = new Map(rows.map((row) => [row.event.index, row.index]));
  fillInSight(figure, pieces, fill);
  return {
    parts: [drawHeads(lanes, width), html("div", { class: "rows-and-times" }, figure, times)],
    indices: [...byEvent.keys()],
    reveal: (index) => { if (byEvent.has(index)) fill(pieces[Math.floor(byEvent.get(index) / PIECE)]); },
  };
}

/** Fills those pieces of a figure that are less than a screen away, now and whenever something scrolls. */
function fillInSight(figure, pieces, fill) {
  let isDue = false;
  const fillNear = (isAll) => {
    isDue = false;
    const top = figure.getBoundingClientRect().top;
    for (const piece of pieces) {
      if (isAll || top + piece.top < 2 * innerHeight && top + piece.bottom > -innerHeight) fill(piece);
    }
  };
  const look = () => {
    if (!figure.isConnected) return removeEventListener("scroll", look, true), removeEventListener("beforeprint", print);
    if (!isDue) requestAnimationFrame(() => fillNear(false));
    isDue = true;
  };
  const print = () => fillNear(true);
  addEventListener("scroll", look, { capture: true, passive: true });
  addEventListener("beforeprint", print);
  queueMicrotask(() => fillNear(false));
}

/** The lanes' names, which stay in sight while the rest scrolls. */
function drawHeads(lanes, width) {
  return svg("svg", { class: "heads", width, height: HEAD, "aria-hidden": "true" }, ...lanes.flatMap((lane) => [
    svg("rect", { class: "head", x: x(lane) - LANE / 2 + 12, y: 6, width: LANE - 24, height: 40, rx: 6 }),
    svg("text", { class: "name", x: x(lane), y: 23 }, svg("title", {}, lane.name), fitting(lane.name, LANE - 40)),
    svg("text", { class: "role", x: x(lane), y: 38 }, lane.role),
  ]));
}

/** A name in bold letters that has so many pixels: without its middle, since many differ at the end alone. */
function fitting(name, room) {
  const length = Math.floor(room / 8.6);
  if (name.length <= length) return name;
  return name.slice(0, Math.ceil(length / 2) - 1) + "…" + name.slice(-Math.floor(length / 2));
}

function drawWait(figure, wait, places, bottom) {
  const top = (places[wait.first]?.y ?? 0) + ROW / 2, end = places[wait.last]?.y ?? bottom;
  const bar = svg("rect", { class: wait.isOver ? "wait over" : "wait", x: x(wait.lane) - 4, y: top,
    width: 8, height: Math.max(8, end - top), rx: 3 });
  bar.append(svg("title", {}, phrase(wait.event)));
  figure.append(bar);
}

/** What a row's colour says: whether the script wrote the message, or somebody else did. */
function writer({ from, to }) {
  if (to) return "sent";
  if (from) return from.isForeign ? "received" : "sent";
  return "quiet";
}

function drawRow(scenario, row, places, width, select) {
  const { event } = row, { y } = places[row.index];
  const isFailing = event === scenario.failing, kind = writer(row);
  const isFailed = isFailing || event.event === "failed";
  const classes = ["event", kind, isFailing && "failing", isFailed && "failed"].filter(Boolean).join(" ");
  const group = svg("g", { class: classes, "data-index": event.index, role: "button", tabindex: row.index === 0 ? 0 : -1 });
  const lane = event.lane && event.lane !== event.actor ? `  «${event.lane}»` : "";
  group.append(
    svg("title", {}, `${seconds(event.since)}  ${event.actor}${lane}  ${event.event}  ${phrase(event)}`),
    svg("rect", { class: "hit", x: 0, y: y - ROW / 2, width, height: ROW }));
  if (row.to || row.from) drawMessage(group, row, places);
  else drawMark(group, row, y, isFailed && width);
  group.addEventListener("click", () => select(event));
  return group;
}

/** When it happened, and how long after what stands above; these stay in sight too. */
function drawTime(scenario, row, places) {
  const { since } = row.event, { y, gap } = places[row.index];
  return [
    svg("text", { class: "clock", x: LEFT - 14, y: y + 4 }, since.toFixed(4)),
    gap > LONG_GAP && svg("text", { class: "gap", x: LEFT - 14, y: y - ROW / 2 - 1 }, `+${gap.toFixed(3)}s`),
    row.event === scenario.failing && svg("text", { class: "failed", x: 4, y: y + 5 }, "✗"),
  ].filter(Boolean);
}

/** How many rows an arrow may cross; of one that crosses more there are both ends. */
const REACH = 12;
const isNear = (sent, taken) => taken.index - sent.index < REACH;

/** An arrow: from where it was sent to where it was taken, if both are this scenario's. */
function drawMessage(group, row, places) {
  const y = places[row.index].y, { event, sender, metBy } = row;
  const from = x(row.from ?? row.lane), to = x((metBy?.lane ?? row.to) ?? row.lane), half = Math.sign(to - from) * LANE / 2;
  if (!metBy && sender && isNear(sender, row)) return drawArrow(group, from, places[sender.index].y, to, y, event.event === "unread");
  if (!metBy || !isNear(row, metBy)) {
    drawArrow(group, sender ? to - half : from, y, metBy ? from + half : to, y, event.event === "unread");
  }
  drawLabel(group, row, y, from, to);
}

function drawArrow(group, x1, y1, x2, y2, isHollow) {
  if (x1 === x2) {
    group.append(svg("path", { class: "arrow", d: `M${x1} ${y1 - 5} h26 v10 h-20` }));
    x1 = x2 + 26;
    y1 = y2 = y2 + 5;
  } else {
    group.append(svg("line", { class: "arrow", x1, y1, x2, y2, "stroke-dasharray": isHollow ? "4 3" : "none" }));
  }
  const angle = Math.atan2(y2 - y1, x2 - x1), reach = 8;
  const point = (turn) => `${x2 - reach * Math.cos(angle + turn)},${y2 - reach * Math.sin(angle + turn)}`;
  group.append(svg("polygon", { class: "tip", points: `${x2},${y2} ${point(0.4)} ${point(-0.4)}` }));
}

/** The message's words, above the arrow where it begins. */
function drawLabel(group, { event, conversation }, y, from, to) {
  const room = Math.max(LANE, Math.abs(from - to)) - 30, isLeft = to < from;
  const size = ` ${(event.size ?? 0).toLocaleString("en")} B`;
  const words = summary(event, Math.max(8, Math.floor(room / 7) - size.length - conversation.length));
  group.append(svg("text", { class: "label", x: from + (isLeft ? -14 : 14), y: y - 5, "text-anchor": isLeft ? "end" : "start" },
    svg("tspan", { class: "size" }, conversation), words, svg("tspan", { class: "size" }, size)));
}

/** A glyph with a few words; with all that fit in the whole width where they say why it failed. */
function drawMark(group, row, y, width) {
  const { event, lane } = row, center = x(lane), hasArrow = row.other && row.other !== lane;
  if (hasArrow) {
    const isComing = event.event !== "connected";
    drawArrow(group, x(isComing ? row.other : lane), y, x(isComing ? lane : row.other), y, true);
  }
  const isLeft = hasArrow ? x(row.other) < center : width && center - LEFT > width / 2;
  const isOutput = event.event === "output", pixels = width ? Math.max(center - LEFT, width - center) : LANE / 2 + MARGIN;
  const room = Math.floor((pixels - 26) / (isOutput || width ? 7.2 : 5.8));
  const words = isOutput ? summary(event, room) : phrase(event);
  const label = words.includes(row.conversation.trim()) ? words : row.conversation + words;
  group.append(
    svg("text", { class: "glyph", x: center - 5, y: y + 5 }, GLYPHS[event.event] ?? "·"),
    svg("text", { class: isOutput ? "label" : "remark", x: center + (isLeft ? -14 : 14), y: y + (hasArrow ? -5 : 4),
      "text-anchor": isLeft ? "end" : "start" }, label.length > room ? label.slice(0, room - 1) + "…" : label));
}
