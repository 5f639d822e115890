// What the keys do.

function step(by) {
  const { indices } = shown;
  if (indices.length === 0) return;
  const place = state.event ? indices.indexOf(state.event.index) : by > 0 ? -1 : indices.length;
  go({ event: indices[Math.min(indices.length - 1, Math.max(0, place + by))] });
}

function stepFailure(by) {
  const list = failures.length > 0 ? failures : run.scenarios;
  const place = list.indexOf(state.scenario);
  const next = list[(place + by + list.length) % list.length];
  if (next) go({ scenario: next, event: next.failing?.index ?? null });
}

const viewNames = () => Object.keys(VIEWS);
const KEYS = {
  j: ["the next event", () => step(1)],
  k: ["the event before", () => step(-1)],
  n: ["the next failure", () => stepFailure(1)],
  p: ["the failure before", () => stepFailure(-1)],
  f: ["the event that failed", () => state.scenario?.failing && go({ event: state.scenario.failing.index })],
  v: ["the next view", () => state.scenario && go({ view: viewNames()[(viewNames().indexOf(state.view) + 1) % viewNames().length] })],
  u: ["the whole run", () => go({ scenario: null, event: null, view: "diagram" })],
  d: ["dark or light", () => switchTheme()],
  "/": ["filter", () => document.getElementById("filter").focus()],
  Escape: ["close", () => go({ event: null })],
  "?": ["this help", () => showHelp()],
};

/** What they do besides when the focus is on an event. */
const ON_EVENT = { ...KEYS, ArrowDown: KEYS.j, ArrowUp: KEYS.k, Enter: ["this event", () => selectFocused()] };

function selectFocused() {
  go({ event: Number(document.activeElement.dataset.index) });
}

function showHelp() {
  const dialog = document.getElementById("help");
  dialog.replaceChildren(html("h1", {}, "Keyboard"), html("table", {}, Object.entries(KEYS).map(([key, [what]]) =>
    html("tr", {}, html("td", {}, html("kbd", {}, key)), html("td", {}, what)))));
  dialog.showModal();
}

document.addEventListener("keydown", (press) => {
  if (press.ctrlKey || press.metaKey || press.altKey) return;
  if (press.target.matches("input[type=search]")) {
    if (press.key === "Escape" || press.key === "Enter") press.target.blur();
    return;
  }
  const action = (press.target.matches("[data-index]") ? ON_EVENT : KEYS)[press.key]?.[1];
  if (!action || document.getElementById("help").open) return;
  press.preventDefault();
  action();
});

document.getElementById("keys").addEventListener("click", showHelp);
