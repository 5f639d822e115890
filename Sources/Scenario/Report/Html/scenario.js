// The page of one scenario: why it ended so, and its views.

/** What a view shows that lists no events. */
const NOTHING = { indices: [], reveal() {} };

/** Draws the page, and gives what its view shows. */
function drawScenario(scenario) {
  main.replaceChildren(
    html("div", { class: "headline" }, html("h1", {}, scenario.title), status(scenario)),
    html("p", { class: "facts" }, [count(scenario.events.length, "event"), ...(scenario.tags ?? []).map((tag) => `tag:${tag}`)].join(" · ")),
    ...(scenario.failure || scenario.reason ? [cause(scenario)] : []),
    html("div", { class: "command" }, html("code", {}, scenario.command ?? ""), copyButton(() => scenario.command ?? "")),
    html("div", { class: "tabs", role: "tablist" }, Object.keys(VIEWS).map((name) =>
      html("button", { type: "button", role: "tab", "aria-selected": String(name === state.view),
        onclick: () => go({ view: name }) }, name))),
    html("div", { id: "view" }));
  return VIEWS[state.view](document.getElementById("view"), scenario) ?? NOTHING;
}

function cause(scenario) {
  const failure = scenario.failure ?? { message: scenario.reason };
  const box = html("div", { class: scenario.status === "skipped" ? "card skipped" : "cause" }, html("p", {}, html("b", {}, failure.message)));
  for (const note of failure.notes ?? []) box.append(html("p", {}, note));
  if (failure.file) {
    box.append(html("p", {}, html("a", { href: "#", onclick: (click) => { click.preventDefault(); openLine(failure.file, failure.line); } },
      `${failure.file}:${failure.line}`)), excerpt(failure));
  }
  const sides = failure.expected && failure.actual ? [comparison(failure)].filter(Boolean) : [];
  for (const lines of [sides, failure.difference, failure.remarks, failure.traceback]) {
    if (lines?.length > 0) box.append(html("pre", {}, lines.join("\n")));
  }
  if (failure.waiters?.length > 0) {
    box.append(html("p", { class: "dim" }, "who was waiting"), html("table", {}, failure.waiters.map((waiter) =>
      html("tr", {}, html("td", {}, html("b", {}, waiter.actor)), html("td", { class: "mono" }, waiter.file ? `${waiter.file}:${waiter.line}` : ""),
        html("td", {}, `for ${waiter.for}`)))));
  }
  return box;
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
    const timed = html("input", { type: "checkbox", onchange: (change) => { state.isTimed = change.target.checked; go({}); } });
    timed.checked = state.isTimed;
    const select = (event) => go({ event: event.index });
    const diagram = drawDiagram(scenario, { isTimed: state.isTimed, room: view.clientWidth, select });
    view.append(html("div", { class: "tools" }, html("label", {}, timed, " gaps as long as they took"),
      html("span", { class: "sent" }, "→ from the script"), html("span", { class: "received" }, "→ from others")),
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
