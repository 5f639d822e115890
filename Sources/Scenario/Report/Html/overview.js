// The page of the whole run.

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
  return NOTHING;
}

function headline() {
  if (!run.isComplete) return "This run was cut short";
  if (failures.length > 0) return `${count(failures.length, "scenario")} of ${run.scenarios.length} failed`;
  return run.scenarios.length === skipped.length ? "Nothing ran" : `${count(passed.length + flaky.length, "scenario")} passed`;
}

const section = (title, content) => content.length > 0 ? [html("h2", {}, title), ...content] : [];

function failureCard(scenario) {
  const reason = scenario.failure?.message ?? scenario.reason ?? "", { file, line } = scenario.failure?.file ? scenario.failure : scenario;
  return html("a", { class: `card ${colour(scenario.status)}`, href: link(scenario) },
    html("div", { class: "headline" }, html("b", {}, scenario.title), status(scenario)),
    html("div", { class: "reason" }, reason),
    html("div", { class: "place" }, line ? `${file}:${line}` : file));
}

function slowest() {
  const list = [...run.scenarios].sort((left, right) => right.seconds - left.seconds).slice(0, 10);
  const longest = list[0]?.seconds || 1;
  return html("table", { class: "numbers" }, list.map((scenario) => {
    const meter = html("span", { class: "meter" });
    meter.style.width = `${Math.round(220 * scenario.seconds / longest)}px`;
    return html("tr", {}, html("td", {}, seconds(scenario.seconds)), html("td", { class: "share" }, meter),
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
