// The page as it is drawn now, and drawn again when one goes elsewhere or there is more or less room.

const panel = document.getElementById("details");

/** What the view shows: the events' indices, and `reveal`, which draws one that was left for later. */
let shown = NOTHING;

function arrive() {
  const fields = new URLSearchParams(location.hash.slice(1));
  const scenario = run.scenarios.find((candidate) => String(candidate.number) === fields.get("s")) ?? null;
  const view = fields.get("v") in VIEWS ? fields.get("v") : "diagram";
  if (scenario !== state.scenario) state.line = null;
  Object.assign(state, { scenario, view, event: scenario?.events[Number(fields.get("e") ?? NaN)] ?? null });
  showDetails(panel, scenario, state.event, { openLine, close: () => go({ event: null }) });
  drawAnew();
}

/** What there is to draw. The diagram is as wide as there is room for, and drawn as far as one can see. */
function outline() {
  const { scenario, view, line, isTimed } = state;
  const room = scenario && view === "diagram" ? [main.clientWidth, innerHeight] : [];
  return [scenario, view, line, isTimed, ...room];
}

let drawn = [];

/** Draws the page, unless it stands there already. */
function drawAnew() {
  const wanted = outline(), isSamePage = wanted[0] === drawn[0] && wanted[1] === drawn[1];
  if (wanted.length !== drawn.length || wanted.some((value, index) => value !== drawn[index])) {
    const { scrollTop } = main;
    shown = state.scenario ? drawScenario(state.scenario) : drawRun();
    drawList();
    drawn = outline();
    if (isSamePage && state.view === "diagram") main.scrollTop = scrollTop;
  }
  markSelected();
}

function markSelected() {
  for (const node of main.querySelectorAll(".selected")) node.classList.remove("selected");
  if (!state.event) return;
  shown.reveal(state.event.index);
  const node = main.querySelector(`[data-index="${state.event.index}"]`);
  if (!node) return;
  node.classList.add("selected");
  takeFocus(node);
  bringIntoView(node);
}

/** Of all events Tab stops at the selected one; the focus goes with it where it is on an event. */
function takeFocus(node) {
  main.querySelector('[data-index][tabindex="0"]')?.setAttribute("tabindex", -1);
  node.setAttribute("tabindex", 0);
  if (document.activeElement.matches("[data-index]")) node.focus({ preventScroll: true });
}

/** Scrolls down or up to an event, and in a wide diagram sideways to its arrow. */
function bringIntoView(node) {
  const { scrollLeft } = main;
  node.scrollIntoView({ block: "nearest" });
  main.scrollLeft = scrollLeft;
  const arrow = node.querySelector(".arrow, .label, .glyph")?.getBoundingClientRect();
  if (!arrow) return;
  const view = main.getBoundingClientRect(), middle = (arrow.left + arrow.right) / 2;
  const isInSight = view.left + LEFT < middle && middle < view.right;
  if (!isInSight) main.scrollLeft += middle - (view.left + LEFT + view.right) / 2;
}

// Dark and light

function setTheme(theme) { document.documentElement.dataset.theme = theme; }
function switchTheme() { setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"); }

setTheme(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
document.getElementById("theme").addEventListener("click", switchTheme);
document.getElementById("filter").addEventListener("input", drawList);
addEventListener("hashchange", arrive);
addEventListener("resize", () => requestAnimationFrame(drawAnew));
drawBar();
arrive();
