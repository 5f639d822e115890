// The page: the run, a scenario, what is selected. The address's fragment holds where one is:
// #s=NUMBER&v=VIEW&e=EVENT.

const run = readLog(document.getElementById("log").textContent);
const main = document.getElementById("main"), panel = document.getElementById("details");
const state = { scenario: null, view: "diagram", event: null, isTimed: false, line: null };

const RANK = { failed: 0, running: 0, flaky: 1, passed: 2, skipped: 3 };
const SYMBOL = { failed: "✗", running: "…", flaky: "≈", passed: "✓", skipped: "-" };
const colour = (status) => status in RANK && RANK[status] === 0 ? "failed" : status;
const WORDS = { timeout: "TIMEOUT", deadlock: "DEADLOCK", interrupted: "INTERRUPTED", crash: "CRASH" };
const word = (scenario) => scenario.status === "failed" ? WORDS[scenario.failure?.kind] ?? "FAIL" : scenario.status.toUpperCase();
const withStatus = (...statuses) => run.scenarios.filter((scenario) => statuses.includes(scenario.status));
const failures = withStatus("failed", "running");
const flaky = withStatus("flaky"), passed = withStatus("passed"), skipped = withStatus("skipped");
const link = (scenario) => `#s=${scenario.number}`;

// The bar and the list

function drawBar() {
  const parts = [[passed, "passed"], [failures, "failed"], [flaky, "flaky"], [skipped, "skipped"]]
    .filter(([list]) => list.length > 0);
  document.getElementById("totals").replaceChildren(...parts.map(([list, name]) =>
    html("span", { class: name }, `${SYMBOL[name]} ${list.length} ${name}`)));
  document.getElementById("progress").replaceChildren(...parts.map(([list, name]) => {
    const piece = html("i", { class: name });
    piece.style.width = `${100 * list.length / run.scenarios.length}%`;
    return piece;
  }));
  document.title = failures.length > 0 ? `✗ ${failures.length} failed · parley` : `✓ ${passed.length} passed · parley`;
}

/** Each word must be found in the title, the status or a tag ("tag:…"). */
function matches(scenario, query) {
  const text = `${scenario.title} ${scenario.status} ${word(scenario)}`.toLowerCase();
  return query.toLowerCase().split(/\s+/).filter(Boolean).every((part) =>
    part.startsWith("tag:") ? (scenario.tags ?? []).includes(part.slice(4)) : text.includes(part));
}

function drawList() {
  const query = document.getElementById("filter").value;
  const shown = run.scenarios.filter((scenario) => matches(scenario, query));
  const groups = new Map();
  for (const scenario of shown) {
    if (!groups.has(scenario.file)) groups.set(scenario.file, []);
    groups.get(scenario.file).push(scenario);
  }
  const worst = (list) => Math.min(...list.map((scenario) => RANK[scenario.status] ?? 2));
  const sorted = [...groups].sort((left, right) => worst(left[1]) - worst(right[1]));
  document.getElementById("scenarios").replaceChildren(...sorted.flatMap(([file, list]) => {
    const isWhole = list.length === 1 && !list[0].name;
    return [...(isWhole ? [] : [html("div", { class: "group" }, file)]), ...list.map(drawEntry)];
  }), ...(shown.length === 0 ? [html("p", { class: "empty" }, "nothing matches")] : []));
}

function drawEntry(scenario) {
  return html("a", { class: scenario.name ? "entry" : "entry whole", href: link(scenario), title: scenario.title,
      "aria-current": scenario === state.scenario ? "page" : null },
    html("b", { class: colour(scenario.status) }, SYMBOL[scenario.status] ?? "?"),
    html("span", {}, scenario.name || scenario.file),
    html("time", {}, seconds(scenario.seconds)));
}

// The run

function drawRun() {
  const children = [
    html("h1", {}, headline()),
    html("p", { class: "facts" }, [run.info.date, run.info.elapsed && `took ${seconds(run.info.elapsed / 1e9)}`,
      run.info.seed !== undefined && `seed ${run.info.seed}`].filter(Boolean).join(" · ")),
    section("failed", failures.map(failureCard)),
    section("flaky", flaky.map(failureCard)),
    section("slowest", [slowest()]),
    section("skipped", skipped.length > 0 ? [skippedTable()] : []),
    section("this run", [environment()]),
  ];
  main.replaceChildren(...children.flat().filter(Boolean));
}

function headline() {
  if (!run.isComplete) return "This run was cut short";
  if (failures.length > 0) return `${count(failures.length, "scenario")} of ${run.scenarios.length} failed`;
  return run.scenarios.length === skipped.length ? "Nothing ran" : `${count(passed.length + flaky.length, "scenario")} passed`;
}

const section = (title, content) => content.length > 0 ? [html("h2", {}, title), ...content] : [];

function failureCard(scenario) {
  const reason = scenario.failure?.message ?? scenario.reason ?? "";
  return html("a", { class: `card ${colour(scenario.status)}`, href: link(scenario) },
    html("div", { class: "headline" }, html("b", {}, scenario.title),
      html("span", { class: `badge ${colour(scenario.status)}` }, word(scenario)),
      html("span", { class: "dim" }, seconds(scenario.seconds))),
    html("div", { class: "reason" }, reason));
}

function slowest() {
  const list = [...run.scenarios].sort((left, right) => right.seconds - left.seconds).slice(0, 10);
  const longest = list[0]?.seconds || 1;
  return html("table", { class: "numbers" }, list.map((scenario) => {
    const meter = html("span", { class: "meter" });
    meter.style.width = `${Math.round(220 * scenario.seconds / longest)}px`;
    return html("tr", {}, html("td", {}, seconds(scenario.seconds)), html("td", {}, meter),
      html("td", {}, html("a", { href: link(scenario) }, scenario.title)));
  }));
}

function skippedTable() {
  return html("table", {}, skipped.map((scenario) =>
    html("tr", {}, html("td", {}, scenario.title), html("td", { class: "dim" }, scenario.reason ?? ""))));
}

function environment() {
  const skippedFields = new Set(["event", "t", "date", "elapsed"]);
  const show = (value) => Array.isArray(value) ? value.join(" ") : typeof value === "object" ? JSON.stringify(value) : String(value);
  return html("table", {}, Object.entries(run.info).filter(([name]) => !skippedFields.has(name)).map(([name, value]) =>
    html("tr", {}, html("th", {}, name), html("td", { class: "mono" }, show(value)))));
}

// A scenario

function drawScenario() {
  const scenario = state.scenario;
  main.replaceChildren(
    html("div", { class: "headline" }, html("h1", {}, scenario.title),
      html("span", { class: `badge ${colour(scenario.status)}` }, word(scenario)),
      html("span", { class: "dim" }, seconds(scenario.seconds))),
    html("p", { class: "facts" }, [count(scenario.events.length, "event"), ...(scenario.tags ?? []).map((tag) => `tag:${tag}`)].join(" · ")),
    ...(scenario.failure || scenario.reason ? [cause(scenario)] : []),
    html("div", { class: "command" }, html("code", {}, scenario.command ?? ""), copyButton(() => scenario.command ?? "")),
    html("div", { class: "tabs", role: "tablist" }, Object.keys(VIEWS).map((name) =>
      html("button", { type: "button", role: "tab", "aria-selected": String(name === state.view),
        onclick: () => go({ view: name }) }, name))),
    html("div", { id: "view" }));
  shown = VIEWS[state.view](document.getElementById("view"), scenario) ?? NOTHING;
  markSelected();
}

function cause(scenario) {
  const failure = scenario.failure ?? { message: scenario.reason };
  const box = html("div", { class: scenario.status === "skipped" ? "card skipped" : "cause" }, html("p", {}, html("b", {}, failure.message)));
  for (const note of failure.notes ?? []) box.append(html("p", {}, note));
  if (failure.file) {
    box.append(html("p", {}, html("a", { href: "#", onclick: (click) => { click.preventDefault(); openLine(failure.file, failure.line); } },
      `${failure.file}:${failure.line}`)), excerpt(failure));
  }
  if (failure.expected && failure.actual) box.append(html("pre", {}, comparison(failure)));
  for (const lines of [failure.difference, failure.remarks, failure.traceback]) {
    if (lines?.length > 0) box.append(html("pre", {}, lines.join("\n")));
  }
  if (failure.waiters?.length > 0) {
    box.append(html("p", { class: "dim" }, "who was waiting"), html("table", {}, failure.waiters.map((waiter) =>
      html("tr", {}, html("td", {}, html("b", {}, waiter.actor)), html("td", { class: "mono" }, waiter.file ? `${waiter.file}:${waiter.line}` : ""),
        html("td", {}, `for ${waiter.for}`)))));
  }
  return box;
}

/** Both sides, and a mark under the first byte in which they differ. */
function comparison(failure) {
  const expected = asLua(bytesOf(failure.expected)), actual = asLua(bytesOf(failure.actual));
  let same = 0;
  while (same < expected.length && expected[same] === actual[same]) same++;
  return `expected  ${expected}\nactual    ${actual}\n          ${" ".repeat(same)}^`;
}

function excerpt(failure) {
  const lines = (run.sources.get(failure.file) ?? "").split("\n");
  const first = Math.max(1, failure.line - 2);
  return html("pre", { class: "source" }, lines.slice(first - 1, failure.line + 1).flatMap((text, index) => {
    const number = first + index, isCulprit = number === failure.line;
    const values = isCulprit ? (failure.values ?? []).map((value) => html("span", { "data-line": "", class: "dim" }, `    ${value}`)) : [];
    return [html("span", { "data-line": number, class: isCulprit ? "culprit" : "" }, text), ...values];
  }));
}

const VIEWS = {
  diagram(view, scenario) {
    if (scenario.events.length === 0) return void view.append(html("p", { class: "empty" }, "Nothing happened."));
    const timed = html("input", { type: "checkbox", onchange: (change) => { state.isTimed = change.target.checked; draw(); } });
    timed.checked = state.isTimed;
    const select = (event) => go({ event: event.index });
    const diagram = drawDiagram(scenario, { isTimed: state.isTimed, room: view.clientWidth, select });
    view.append(html("div", { class: "tools" }, html("label", {}, timed, " gaps as long as they took")),
      html("div", { id: "diagram" }, diagram.parts));
    return diagram;
  },

  transcript(view, scenario) {
    const arrow = (event) => event.event === "sent" ? "→" : event.event === "received" ? "←" : GLYPHS[event.event] ?? "";
    return drawTable(view, scenario, scenario.events, [
      ["time", (event) => event.since.toFixed(4)], ["", (event) => event.actor],
      ["", (event) => event.lane ? `«${event.lane}»` : ""], ["", arrow], ["line", phrase],
      ["place", (event) => event.line ? `:${event.line}` : ""],
    ]);
  },

  script(view, scenario) {
    const file = state.line?.file ?? scenario.file, byLine = new Map();
    for (const event of scenario.events) {
      if (event.file === file && !byLine.has(event.line)) byLine.set(event.line, event);
    }
    const lines = run.sources.get(file)?.split("\n");
    if (!lines) return void view.append(html("p", { class: "empty" }, `The log does not hold ${file}.`));
    const isCulprit = (number) => scenario.failure?.file === file && scenario.failure?.line === number;
    view.append(html("pre", { class: "source" }, lines.map((text, index) => {
      const event = byLine.get(index + 1);
      const classes = [event && "ran", isCulprit(index + 1) && "culprit", state.line?.line === index + 1 && "current"];
      return html("span", { "data-line": index + 1, class: classes.filter(Boolean).join(" "),
        onclick: event ? () => go({ event: event.index }) : null }, text || " ");
    })));
    view.querySelector(".current, .culprit")?.scrollIntoView({ block: "center" });
    return NOTHING;
  },

  output(view, scenario) {
    const output = scenario.events.filter((event) => event.event === "output" || event.event === "note");
    if (output.length === 0) return void view.append(html("p", { class: "empty" }, "No process of this scenario wrote anything."));
    return drawTable(view, scenario, output, [
      ["time", (event) => event.since.toFixed(4)], ["", (event) => event.lane || event.actor],
      ["dim", (event) => event.stream ?? ""], ["text", (event) => asText(bytesOf(event)) ?? phrase(event)],
    ]);
  },
};

const NOTHING = { indices: [], reveal() {} };
let shown = NOTHING;

/** A row an event, in tables of a hundred; of a long list those alone are made that come near. */
function drawTable(view, scenario, events, columns) {
  const widths = columns.map(([name, text]) => ["text", "line"].includes(name) ? null
    : Math.min(24, Math.max(...events.slice(0, 1000).map((event) => text(event).length))) + 2);
  const groups = () => html("colgroup", {}, widths.map((width) => html("col", { style: width && `width: ${width}ch` })));
  const row = (event) => html("tr", { "data-index": event.index, class: event === scenario.failing ? "failing" : null,
    onclick: () => go({ event: event.index }) }, columns.map(([name, text]) => html("td", { class: name || null }, text(event))));
  const pieces = new Map();
  const fill = (piece) => {
    if (piece.hasChildNodes()) return;
    piece.append(html("table", { class: "rows" }, groups(), pieces.get(piece).map(row)));
    piece.style.minHeight = "";
  };
  for (let start = 0; start < events.length; start += 100) {
    const part = events.slice(start, start + 100);
    pieces.set(view.appendChild(html("div", { style: `min-height: ${22 * part.length}px` })), part);
  }
  if (events.length > 2000) fillInView(pieces, fill); else [...pieces.keys()].forEach(fill);
  const reveal = (index) => [...pieces].filter(([, part]) => part.some((event) => event.index === index)).forEach(([piece]) => fill(piece));
  return { indices: events.map((event) => event.index), reveal };
}

function fillInView(pieces, fill) {
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) fill(entry.target);
  }, { root: main, rootMargin: "100% 0px" });
  for (const piece of pieces.keys()) watcher.observe(piece);
  addEventListener("beforeprint", () => [...pieces.keys()].forEach(fill), { once: true });
}

// Where one is

function go(change) {
  const next = { scenario: state.scenario, view: state.view, event: state.event?.index ?? null, ...change };
  const parts = [["s", next.scenario?.number], ["v", next.view === "diagram" ? null : next.view], ["e", next.event]];
  const fragment = parts.filter(([, value]) => value !== null && value !== undefined).map((part) => part.join("=")).join("&");
  if (location.hash.slice(1) === fragment) arrive(); else location.hash = fragment;
}

function openLine(file, line) {
  state.line = { file, line };
  go({ view: "script" });
  draw();
}

function arrive() {
  const fields = new URLSearchParams(location.hash.slice(1));
  const scenario = run.scenarios.find((candidate) => String(candidate.number) === fields.get("s")) ?? null;
  const view = fields.get("v") in VIEWS ? fields.get("v") : "diagram";
  const isSame = scenario === state.scenario && view === state.view && main.hasChildNodes();
  if (scenario !== state.scenario) state.line = null;
  Object.assign(state, { scenario, view, event: scenario?.events[Number(fields.get("e") ?? NaN)] ?? null });
  const wasHidden = panel.hidden;
  showDetails(panel, scenario, state.event, { openLine, close: () => go({ event: null }) });
  // The diagram is as wide as there is room for.
  if (isSame && panel.hidden === wasHidden) markSelected(); else draw();
}

function draw() {
  if (state.scenario) drawScenario(); else drawRun();
  drawList();
}

function markSelected() {
  for (const node of main.querySelectorAll(".selected")) node.classList.remove("selected");
  if (!state.event) return;
  shown.reveal(state.event.index);
  const node = main.querySelector(`[data-index="${state.event.index}"]`);
  node?.classList.add("selected");
  node?.scrollIntoView({ block: "nearest" });
}

// The keyboard

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
  const action = KEYS[press.key]?.[1];
  if (!action || document.getElementById("help").open) return;
  press.preventDefault();
  action();
});

// Dark and light

function setTheme(theme) { document.documentElement.dataset.theme = theme; }
function switchTheme() { setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"); }

setTheme(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
document.getElementById("theme").addEventListener("click", switchTheme);
document.getElementById("keys").addEventListener("click", showHelp);
document.getElementById("filter").addEventListener("input", drawList);
addEventListener("hashchange", arrive);
drawBar();
arrive();
