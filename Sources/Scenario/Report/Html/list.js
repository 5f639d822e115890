// What became of the scenarios: the bar with their numbers, and the list of them all.

const RANK = { failed: 0, running: 0, flaky: 1, passed: 2, skipped: 3 };
const SYMBOL = { failed: "✗", running: "…", flaky: "~", passed: "✓", skipped: "-" };
const colour = (status) => status in RANK && RANK[status] === 0 ? "failed" : status;
const WORDS = { timeout: "TIMEOUT", deadlock: "DEADLOCK", interrupted: "INTERRUPTED", crash: "CRASH", scriptError: "ERROR",
  memory: "ERROR", loadError: "ERROR", environment: "ERROR", internalError: "ERROR" };
const word = (scenario) => scenario.status === "failed" ? WORDS[scenario.failure?.kind] ?? "FAIL" : scenario.status.toUpperCase();
const withStatus = (...statuses) => run.scenarios.filter((scenario) => statuses.includes(scenario.status));
const failures = withStatus("failed", "running");
const flaky = withStatus("flaky"), passed = withStatus("passed"), skipped = withStatus("skipped");

/** Which try it was, where there was more than one. */
function tries({ status, attempt, attempts }) {
  if (status === "flaky" && attempts > 1) return `try ${attempts} passed`;
  return attempt > 1 ? `try ${attempt}` : "";
}

/** How a scenario ended, as one piece that stands behind its title. */
function status(scenario) {
  return html("span", { class: "status" }, html("span", { class: `badge ${colour(scenario.status)}` }, word(scenario)), " ",
    html("span", { class: "dim" }, [seconds(scenario.seconds), tries(scenario)].filter(Boolean).join(" · ")));
}

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
  document.querySelector("#scenarios [aria-current]")?.scrollIntoView({ block: "nearest" });
}

function drawEntry(scenario) {
  return html("a", { class: scenario.name ? "entry" : "entry whole", href: link(scenario), title: scenario.title,
      "aria-current": scenario === state.scenario ? "page" : null },
    html("b", { class: colour(scenario.status) }, SYMBOL[scenario.status] ?? "?"),
    html("span", {}, scenario.name || scenario.file),
    html("time", {}, seconds(scenario.seconds)));
}
