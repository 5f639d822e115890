// Events as a table.

/** A row an event, in pieces; of a long list those alone are made that come near. */
function drawTable(view, scenario, events, columns) {
  const indices = events.map((event) => event.index), widths = columns.map((column) => columnWidth(column, events));
  const row = (event) => html("tr", { "data-index": event.index, class: event === scenario.failing ? "failing" : null,
    tabindex: event.index === indices[0] ? 0 : -1,
    onclick: () => go({ event: event.index }) }, columns.map(([name, text]) => html("td", { class: name || null }, text(event))));
  const fill = ({ node, events }) => {
    if (node.hasChildNodes()) return;
    const group = html("colgroup", {}, widths.map((width) => html("col", { style: width && `width: ${width}ch` })));
    node.append(html("table", { class: "rows" }, group, events.map(row)));
    node.style.minHeight = "";
  };
  const pieces = piecesOf(events, view);
  if (events.length > 2000) fillInView(pieces, fill); else pieces.forEach(fill);
  const reveal = (index) => { if (indices.includes(index)) fill(pieces[Math.floor(indices.indexOf(index) / PIECE)]); };
  return { indices, reveal };
}

/** How many letters a column has room for: as many as it needs, but for the two that take what is left. */
function columnWidth([name, text], events) {
  if (["text", "line"].includes(name)) return null;
  return Math.min(24, Math.max(...events.slice(0, 1000).map((event) => text(event).length))) + 2;
}

/** The events of each piece, and the node for their rows, which is about as high as these will be. */
function piecesOf(events, view) {
  const pieces = [];
  for (let start = 0; start < events.length; start += PIECE) {
    const part = events.slice(start, start + PIECE);
    pieces.push({ node: view.appendChild(html("div", { style: `min-height: ${22 * part.length}px` })), events: part });
  }
  return pieces;
}

/** Fills the pieces that come near, and all of them for a print. */
function fillInView(pieces, fill) {
  const byNode = new Map(pieces.map((piece) => [piece.node, piece]));
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) fill(byNode.get(entry.target));
  }, { root: main, rootMargin: "100% 0px" });
  for (const node of byNode.keys()) watcher.observe(node);
  addEventListener("beforeprint", () => pieces.forEach(fill), { once: true });
}
