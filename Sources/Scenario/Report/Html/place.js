// Where one is: the run or one of its scenarios, what is shown of it, what is selected. The address's
// fragment holds it: #s=NUMBER&v=VIEW&e=EVENT.

const run = readLog(document.getElementById("log").textContent);
const main = document.getElementById("main");
const state = { scenario: null, view: "diagram", event: null, isTimed: false, line: null };
const link = (scenario) => `#s=${scenario.number}`;

/** Goes elsewhere; whoever draws the page hears of it, also where the address stays the same. */
function go(change) {
  const next = { scenario: state.scenario, view: state.view, event: state.event?.index ?? null, ...change };
  const parts = [["s", next.scenario?.number], ["v", next.view === "diagram" ? null : next.view], ["e", next.event]];
  const fragment = parts.filter(([, value]) => value !== null && value !== undefined).map((part) => part.join("=")).join("&");
  if (location.hash.slice(1) === fragment) dispatchEvent(new Event("hashchange")); else location.hash = fragment;
}

function openLine(file, line) {
  state.line = { file, line };
  go({ view: "script" });
}
