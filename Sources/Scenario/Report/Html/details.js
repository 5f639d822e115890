// The panel beside the conversation: one event in full.

function html(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
  }
  for (const child of children.flat()) if (child !== null && child !== undefined) node.append(child);
  return node;
}

function copyButton(text) {
  return html("button", { type: "button", onclick: async (click) => {
    await navigator.clipboard.writeText(text());
    click.target.textContent = "copied";
    setTimeout(() => { click.target.textContent = "copy"; }, 1000);
  } }, "copy");
}

const hasBytes = (event) => event.size !== undefined && ("text" in event || "base64" in event) && event.event !== "note";

/** The ways in which a message can be read, those that make sense for its bytes. */
function views(bytes) {
  const views = {}, text = asText(bytes);
  if (text !== null && text.trim() === "") views.Lua = asLua(bytes);  // of blanks there is nothing to see
  if (text !== null) views.text = text;
  const decoded = text === null ? undefined : asJSON(text);
  if (decoded !== undefined) views.decoded = decoded;
  views.hex = asHex(bytes);
  views.Lua = asLua(bytes);
  return views;
}

function asJSON(text) {
  if (!/^\s*[\[{]/.test(text)) return undefined;
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return undefined; }
}

let preferredView = null;

function showBytes(panel, event) {
  const bytes = bytesOf(event), all = views(bytes);
  const output = html("pre", { class: "wrap", id: "bytes" }), buttons = html("div", { class: "views" });
  const show = (name) => {
    output.textContent = all[name];
    output.className = name === "hex" ? "" : "wrap";
    for (const button of buttons.children) {
      if (button.dataset.view) button.setAttribute("aria-pressed", button.dataset.view === name);
    }
  };
  for (const name of Object.keys(all)) {
    buttons.append(html("button", { type: "button", "data-view": name,
      onclick: () => { preferredView = name; show(name); } }, name));
  }
  buttons.append(copyButton(() => output.textContent));
  show(preferredView in all ? preferredView : Object.keys(all)[0]);
  panel.append(buttons, output);
  if (bytes.length < event.size) {
    panel.append(html("p", { class: "dim" }, `The first ${bytes.length.toLocaleString("en")} of ${count(event.size, "byte")}; the rest stands in the log's payloads.`));
  }
}

function showDetails(panel, scenario, event, { openLine, close }) {
  panel.hidden = !event;
  panel.replaceChildren();
  if (!event) return;
  const isFailing = event === scenario.failing;
  const before = scenario.events.slice(0, event.index).reverse().find((other) => other.lane === event.lane);
  const facts = [
    ["time", `${event.since.toFixed(6)}s`],
    before && ["gap", `${((event.t - before.t) / 1e6).toFixed(3)} ms`],
    ["actor", event.actor],
    event.lane && ["conversation", `«${event.lane}»`],
    event.size !== undefined && ["size", count(event.size, "byte") + (event.pieces ? ` in ${event.pieces} pieces` : "")],
    event.file && ["script", html("a", { href: "#", onclick: (click) => { click.preventDefault(); openLine(event.file, event.line); } },
      `${event.file}:${event.line}`)],
  ].filter(Boolean);
  panel.append(
    html("button", { class: "close", type: "button", title: "Close (Esc)", onclick: close }, "✕"),
    html("h1", { class: isFailing ? "failed" : "" }, `${isFailing ? "✗ " : ""}${event.event}`),
    html("table", {}, facts.map(([name, value]) => html("tr", {}, html("th", {}, name), html("td", {}, value)))));
  if (hasBytes(event)) showBytes(panel, event);
  else panel.append(html("pre", { class: "wrap" }, phrase(event)));
}
