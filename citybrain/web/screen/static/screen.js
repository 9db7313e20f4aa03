/* The screen itself: what is shown, which layer's turn it is, and what the keys do. */

import { byId, forgetSizes, mark, say } from "./dom.js";
import { drawLayer, hasShapes, keepShapes, layOut } from "./map.js";
import { showChips, showFeeds, showLayerParts, showNews, showOthers, showPanels, showTiles } from "./parts.js";
import { listen, readState } from "./connection.js";

const settings = JSON.parse(byId("settings").textContent);
const words = settings.words;
const HOUR = 3600_000;
const PAUSE_ENDS = 5 * 60_000; // a screen that somebody paused and left goes on by itself
const REST_ENDS = 60_000; // a pointer left lying on the map holds it no longer
const ON_ITS_WAY = 60_000; // asked for again sooner, a page that is slow to come would never arrive
const NIGHT = 3; // hour of the nightly reload, local time of the city

let state = null;
let current = 0;
let turnAt = Date.now() + settings.every * 1000;
let pausedAt = 0;
let restedAt = 0;
let offset = 0; // of the server's clock against ours
let lostAt = 0;
let leftAt = 0;
const openedAt = Date.now();
const now = () => Date.now() + offset;

function timeIn(instant, options) {
  return new Intl.DateTimeFormat(settings.lang, { timeZone: state ? state.timezone : undefined, hourCycle: "h23", ...options }).format(instant);
}

export function showState(read) {
  state = read;
  document.body.classList.remove("waiting");
  say(byId("project"), state.project);
  say(byId("place"), state.area === state.project ? "" : state.area);
  say(byId("as-of"), state.as_of);
  showTiles(state.tiles, words);
  showPanels(state.panels);
  showFeeds(state.feeds, words);
  showNews(state.ticker);
  showLayer(Math.min(current, Math.max(0, state.layers.length - 1)));
}

export function showLayer(n) {
  current = n;
  const layer = state.layers[n];
  const missing = !layer ? words.noLayers : hasShapes() ? "" : words.noMap;
  say(byId("map-note"), missing);
  if (!layer) return;
  drawLayer(layer, state.places);
  showLayerParts(state, layer, words);
  showChips(state.layers, n, choose);
  showOthers(state.layers, n, choose);
  mark(document.body, "data-layer", layer.code);
}

function turn(step) {
  if (!state || !state.layers.length) return;
  turnAt = Date.now() + settings.every * 1000;
  showLayer((current + step + state.layers.length) % state.layers.length);
}

function choose(code) {
  turnAt = Date.now() + settings.every * 1000;
  showLayer(state.layers.findIndex((layer) => layer.code === code));
}

function pause(yes) {
  pausedAt = yes ? Date.now() : 0;
  turnAt = Date.now() + settings.every * 1000;
  document.body.classList.toggle("paused", yes);
  say(byId("paused"), yes ? `❚❚ ${words.paused}` : "");
}

// Once a second: clock, age of the data, whose turn it is, and the reload at night.
function tick() {
  const t = now();
  say(byId("time"), timeIn(t, { hour: "2-digit", minute: "2-digit", second: "2-digit" }));
  say(byId("date"), timeIn(t, { year: "numeric", month: "long", day: "numeric", weekday: "short" }));
  say(byId("alert"), alertText(t));
  if (pausedAt && Date.now() - pausedAt > PAUSE_ENDS) pause(false);
  const held = pausedAt || (restedAt && Date.now() - restedAt < REST_ENDS);
  if (held) turnAt = Math.max(turnAt, Date.now() + 1000);
  else if (Date.now() >= turnAt) turn(1);
  const hour = Number(timeIn(t, { hour: "2-digit" }).replace(/\D/g, ""));
  // Never while the server is away: the page would not come back.
  if (state && hour === NIGHT && Date.now() - openedAt > 2 * HOUR && !lostAt) loadAgain();
}

function loadAgain() {
  if (Date.now() - leftAt < ON_ITS_WAY) return;
  leftAt = Date.now();
  location.reload();
}

function alertText(t) {
  if (lostAt) {
    const since = timeIn(lostAt, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    return `⚠ ${words.lost.replace("{time}", since)}`;
  }
  const hours = state && state.known_at ? (t - state.known_at * 1000) / HOUR : 0;
  if (hours < settings.staleHours) return "";
  const age = hours < 72 ? words.hours.replace("{count}", Math.floor(hours)) : words.days.replace("{count}", Math.floor(hours / 24));
  return `⚠ ${words.stale.replace("{age}", age)}`;
}

// A new release has new scripts; a new snapshot has new numbers.
async function heard(pulse) {
  if (pulse.version !== settings.version) {
    loadAgain();
    return;
  }
  offset = pulse.now * 1000 - Date.now();
  if (pulse.snapshot && (!state || pulse.snapshot !== state.snapshot)) {
    const read = await readState(settings.query);
    await keepShapes(read.geometry);
    showState(read);
  }
  if (pulse.problem && !state) say(byId("project"), `${words.problem}: ${pulse.problem}`);
  lostAt = 0;
  document.body.classList.remove("lost");
}

function missed(problem) {
  if (!lostAt) lostAt = now();
  document.body.classList.add("lost");
  if (!state && problem.message) say(byId("project"), `${words.problem}: ${problem.message}`);
}

// The canvas or a list has another size: shapes, labels and the number of rows follow it.
function resized() {
  if (!state) return;
  forgetSizes();
  layOut();
  showState(state);
}

function pressed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === " " && event.target.tagName !== "BUTTON") pause(!pausedAt);
  else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
    pause(true);
    turn(event.key === "ArrowRight" ? 1 : -1);
  } else if (event.key === "f" && !document.fullscreenElement) document.documentElement.requestFullscreen();
  else return;
  event.preventDefault();
}

function openArea(event) {
  const area = event.target.closest(".areas > *");
  if (!area || !state) return;
  const layer = state.layers[current];
  const address = new URL(layer.explore, location.href);
  address.searchParams.set("area", area.dataset.key);
  location.assign(address);
}

let waiting = 0;
const sizes = new ResizeObserver(() => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(resized);
});
["map-canvas", "trend-chart", "ranking-rows", "panels"].forEach((id) => sizes.observe(byId(id)));
document.addEventListener("keydown", pressed);
byId("map").addEventListener("pointermove", () => (restedAt = Date.now()));
byId("map").addEventListener("pointerleave", () => (restedAt = 0));
byId("map-canvas").addEventListener("click", openArea);
let still = 0;
document.addEventListener("pointermove", () => {
  document.body.classList.remove("still");
  clearTimeout(still);
  still = setTimeout(() => document.body.classList.add("still"), 8000);
});
setInterval(tick, 1000);
tick();
listen(heard, missed);
