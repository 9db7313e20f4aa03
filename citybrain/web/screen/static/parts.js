/* Everything around the map: tiles, ranking, panels, legend, chips, lights and news. */

import { byId, draw, forgetSizes, make, mark, patch, say, sizeOf } from "./dom.js";
import { drawSpark, drawTrend } from "./chart.js";
import { drawSmall } from "./map.js";

const SIGNS = { on_time: "●", late: "▲", never: "✕", unscheduled: "○" };
const NEWS_SIGNS = { good: "●", warn: "▲", bad: "✕" };
const NEWS_SPEED = 55; // design units a second
const ROOM_FOR_LIGHTS = 64;

// Whether a unit belongs after what is said of this state or class.
const isNumber = (state) => !["no_data", "late", "quarantined", "suppressed"].includes(state);

export function showTiles(tiles, words) {
  patch(byId("tiles"), tiles, (t) => t.code, newTile, (tile, t) => {
    const [title, figure, course, foot] = tile.children;
    mark(tile, "href", t.href);
    mark(tile, "class", `tile ${t.state}`);
    say(title, t.title);
    const changed = figure.firstElementChild.textContent !== t.value && figure.firstElementChild.textContent !== "";
    say(figure.firstElementChild, t.value);
    say(figure.lastElementChild, isNumber(t.state) ? t.unit : "");
    if (changed) flash(figure);
    drawSpark(course, t.spark, t.bars);
    say(foot.children[0], `${words.previous} ${t.change}`);
    mark(foot.children[0], "class", `change ${t.tone}`);
    say(foot.children[1], t.year ? `${words.lastYear} ${t.year}` : t.when);
  });
}

function newTile() {
  const figure = make("span", "figure", make("b", "value"), make("span", "unit"));
  return make("a", "tile", make("span", "name"), figure, draw("svg", "spark"), make("span", "foot", make("span"), make("span", "when")));
}

// A number that just changed lights up once.
function flash(element) {
  element.getAnimations().forEach((running) => running.cancel());
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
    element.animate([{ color: "#ffffff", textShadow: "0 0 18px #2bd4ff" }, {}], { duration: 1600 });
  }
}

export function showLayerParts(state, layer, words) {
  say(byId("layer-title"), layer.title);
  const whole = byId("layer-whole");
  if (!whole.firstElementChild) whole.append(make("b", "value"), make("span", "unit"), make("span"), make("span", "when"));
  say(whole.children[0], layer.whole ? layer.whole[0] : words.noData);
  mark(whole.children[0], "class", `value ${layer.whole ? layer.whole[1] : "no_data"}`);
  say(whole.children[1], layer.whole && isNumber(layer.whole[1]) ? layer.unit : "");
  say(whole.children[2], layer.whole ? layer.whole[2] : "");
  mark(whole.children[2], "class", `change ${layer.whole ? layer.whole[3] : ""}`);
  say(whole.children[3], layer.when + (layer.is_partial ? ` · ${words.partial}` : ""));
  say(byId("trend-note"), `${layer.title} · ${layer.unit}`);
  drawTrend(byId("trend-chart"), layer.trend, layer.bars, words.noData);
  showLegend(layer);
  showRanking(state, layer, words);
}

function showLegend(layer) {
  const entries = [["unit", layer.unit], ...layer.legend];
  patch(byId("legend"), entries, (e, n) => n, () => make("span", "entry", make("i"), make("span")), (entry, [kind, said]) => {
    mark(entry.firstElementChild, "class", `swatch ${kind}`);
    say(entry.lastElementChild, said);
  });
}

function roomFor(list, rowHeight) {
  return Math.max(1, Math.floor(sizeOf(list)[1] / rowHeight));
}

function showRanking(state, layer, words) {
  const names = new Map(state.places.map((p) => [p[0], p[1]]));
  const list = byId("ranking-rows");
  const shown = layer.order.slice(0, roomFor(list, 34));
  say(byId("ranking-note"), words.shown.replace("{shown}", shown.length).replace("{count}", layer.order.length));
  patch(list, shown, (_code, n) => n, newRank, (row, code, n) => {
    const [text, kind, change, tone] = layer.values[code];
    const link = row.firstElementChild;
    mark(link, "href", `${layer.explore}${layer.explore.includes("?") ? "&" : "?"}area=${encodeURIComponent(code)}`);
    say(link.children[0], n + 1);
    say(link.children[1], names.get(code) || code);
    mark(link.children[2].firstElementChild, "class", kind);
    link.children[2].firstElementChild.style.width = `${100 * layer.shares[n]}%`;
    say(link.children[3], text);
    mark(link.children[3], "class", `value ${kind}`);
    say(link.children[4], change);
    mark(link.children[4], "class", `change ${tone}`);
  });
}

function newRank() {
  const bar = make("span", "bar", make("i"));
  return make("li", "", make("a", "", make("span", "place"), make("span", "name"), bar, make("span", "value"), make("span", "change")));
}

export function showPanels(panels) {
  const box = byId("panels");
  const before = box.children.length;
  patch(box, panels, (p) => p.id, newPanel, (section, panel) => {
    const [head, , empty] = section.children;
    say(head.firstElementChild, panel.title);
    say(head.lastElementChild, panel.note);
    say(empty, panel.rows.length ? "" : panel.empty);
  });
  if (box.children.length !== before) forgetSizes();
  // Only now does each panel have its height.
  panels.forEach((panel, n) => showRows(box.children[n].children[1], panel.rows));
}

function showRows(list, rows) {
  patch(list, rows.slice(0, roomFor(list, 32)), (r) => r.key, newRow, (row, r) => {
    const line = row.firstElementChild;
    if (r.href) mark(line, "href", r.href);
    say(line.children[0], r.name);
    say(line.children[1], r.detail);
    mark(line.children[1], "class", `detail ${r.href && r.tone !== "bad" ? r.tone : ""}`);
    say(line.children[2], r.value);
    mark(line.children[2], "class", `value ${r.tone}`);
    line.children[3].hidden = r.share === null;
    line.children[3].firstElementChild.style.width = `${100 * (r.share || 0)}%`;
  });
}

function newPanel(panel) {
  const section = make("section", "panel", make("h2", "", make("span", "title"), make("span", "note")), make("ul"), make("p", "empty"));
  section.id = `panel-${panel.id}`;
  return section;
}

function newRow(row) {
  const line = make(row.href ? "a" : "div", "line", make("span", "name"), make("span", "detail"), make("span", "value"), make("span", "meter", make("i")));
  return make("li", "", line);
}

export function showChips(layers, current, choose) {
  patch(byId("chips"), layers, (l) => l.code, (l) => {
    const chip = make("button", "chip");
    chip.type = "button";
    chip.addEventListener("click", () => choose(chip.dataset.key));
    return chip;
  }, (chip, layer, n) => {
    say(chip, layer.title);
    mark(chip, "aria-pressed", n === current);
  });
}

export function showOthers(layers, current, choose) {
  const box = byId("other-maps");
  // Only on walls that are wide enough; elsewhere the panel is not displayed.
  if (!box.offsetParent) return;
  const others = layers.map((_layer, n) => layers[(current + 1 + n) % layers.length]).slice(0, Math.min(3, layers.length - 1));
  patch(box, others, (_layer, n) => n, () => {
    const figure = make("button", "small", make("span", "name"), make("b"), draw("svg"));
    figure.type = "button";
    figure.addEventListener("click", () => choose(figure.dataset.code));
    return figure;
  }, (figure, layer) => {
    mark(figure, "data-code", layer.code);
    say(figure.children[0], layer.title);
    say(figure.children[1], layer.whole ? `${layer.whole[0]} ${isNumber(layer.whole[1]) ? layer.unit : ""}` : "");
    drawSmall(figure.children[2], layer);
  });
}

export function showFeeds(feeds, words) {
  const box = byId("feeds");
  if (!box.firstElementChild) box.append(make("span", "lights"), make("span", "counts"));
  patch(box.firstElementChild, feeds.slice(0, ROOM_FOR_LIGHTS), (f) => f[0], () => make("i"), (light, [, kind, title]) => {
    mark(light, "class", kind);
    mark(light, "title", `${title}: ${words.feeds[kind] || kind}`);
  });
  const states = Object.keys(SIGNS).map((kind) => [kind, feeds.filter((f) => f[1] === kind).length]).filter((s) => s[1]);
  patch(box.lastElementChild, states, (s) => s[0], () => make("span"), (count, [kind, many]) => {
    mark(count, "class", kind);
    say(count, `${SIGNS[kind]} ${words.feeds[kind]} ${many}`);
  });
}

export function showNews(news) {
  for (const id of ["news", "news-again"]) {
    patch(byId(id), news, (_n, place) => place, () => make("span"), (element, [tone, said]) => {
      mark(element, "class", tone);
      say(element, `${NEWS_SIGNS[tone]} ${said}`);
    });
  }
  // About as wide as the letters: measuring would make the browser lay out once more.
  const length = news.reduce((sum, n) => sum + 48 + 14 * n[1].length, 0);
  document.documentElement.style.setProperty("--news-seconds", `${Math.max(20, Math.round(length / NEWS_SPEED))}s`);
}
