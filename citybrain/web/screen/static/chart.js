/* Courses: sparks of the tiles and the trend of the layer, as SVG in design units. */

import { draw, mark, patch, say, sizeOf } from "./dom.js";

// Runs of neighbours that have a value, as points of the drawing.
function runs(values, x, y) {
  const found = [[]];
  values.forEach((value, n) => {
    if (value === null) found.push([]);
    else found[found.length - 1].push(`${x(n).toFixed(1)},${y(value).toFixed(1)}`);
  });
  return found.filter((run) => run.length);
}

function scale(values, height, top) {
  const known = values.filter((v) => v !== null);
  const high = Math.max(0, ...known);
  const low = Math.min(0, ...known);
  const span = high - low || 1;
  return (value) => top + (height - top) * (1 - (value - low) / span);
}

function bars(group, values, x, y, width, partial) {
  const shown = values.map((value, n) => [n, value]).filter((pair) => pair[1] !== null);
  patch(group, shown, (pair) => pair[0], () => draw("rect"), (bar, [n, value]) => {
    const top = Math.min(y(value), y(0));
    mark(bar, "class", (n === values.length - 1 ? "last" : "") + (partial && partial[n] ? " partial" : ""));
    mark(bar, "x", (x(n) - width / 2).toFixed(1));
    mark(bar, "width", width.toFixed(1));
    mark(bar, "y", top.toFixed(1));
    // A zero that somebody stated is a mark on the base line; no data is nothing.
    mark(bar, "height", Math.max(1.5, Math.abs(y(value) - y(0))).toFixed(1));
  });
}

function lines(group, values, x, y) {
  patch(group, runs(values, x, y), (_run, n) => n, () => draw("polyline"), (line, run) => {
    mark(line, "points", run.length > 1 ? run.join(" ") : `${run[0]} ${run[0]}`);
  });
}

function course(group, values, isBars, x, y, width, partial) {
  mark(group, "class", isBars ? "course bars" : "course lines");
  const other = isBars ? "polyline" : "rect";
  group.querySelectorAll(other).forEach((left) => left.remove());
  if (isBars) bars(group, values, x, y, width, partial);
  else lines(group, values, x, y);
}

export function drawSpark(svg, values, isBars) {
  const [width, height] = [120, 34];
  mark(svg, "viewBox", `0 0 ${width} ${height}`);
  mark(svg, "preserveAspectRatio", "none");
  if (!svg.firstElementChild) svg.append(draw("g"));
  const step = width / Math.max(values.length, 1);
  course(svg.firstElementChild, values, isBars, (n) => (n + 0.5) * step, scale(values, height - 2, 3), step * 0.68, null);
}

// `points` as in the state: [period, value, text, whether it is partial].
export function drawTrend(svg, points, isBars, noData) {
  const [width, height] = sizeOf(svg);
  mark(svg, "viewBox", `0 0 ${width} ${height}`);
  if (!svg.firstElementChild) svg.append(draw("g", "grid"), draw("g"), draw("g", "words"));
  const [grid, body, words] = svg.children;
  const base = height - 26;
  const values = points.map((p) => p[1]);
  const step = width / Math.max(points.length, 1);
  const x = (n) => (n + 0.5) * step;
  const y = scale(values, base, 26);
  course(body, values, isBars, x, y, step * 0.7, points.map((p) => p[3]));
  const levels = values.some((v) => v) ? [y(0), 26] : [y(0)];
  patch(grid, levels, (_level, n) => n, () => draw("line"), (line, level) => {
    ["x1", "y1", "x2", "y2"].forEach((name, n) => mark(line, name, [0, level, width, level][n]));
  });
  patch(words, wordsOf(points, x, width, height, noData), (_word, n) => n, () => draw("text"), (text, word) => {
    mark(text, "x", word.x.toFixed(1));
    mark(text, "y", word.y);
    mark(text, "text-anchor", word.anchor);
    mark(text, "class", word.kind);
    say(text, word.said);
  });
}

function wordsOf(points, x, width, height, noData) {
  if (!points.length) return [{ x: width / 2, y: height / 2, anchor: "middle", kind: "", said: noData }];
  const short = (period) => (/^\d{4}-\d\d-\d\d$/.test(period) ? period.slice(5) : period);
  const middle = points.length >> 1;
  const dates = [[0, "start", 0], [middle, "middle", x(middle)], [points.length - 1, "end", width]];
  const found = dates.slice(points.length > 2 ? 0 : 2).map(([n, anchor, at]) => (
    { x: at, y: height - 5, anchor, kind: "", said: short(points[n][0]) }
  ));
  const known = points.filter((p) => p[1] !== null);
  const high = known.reduce((a, b) => (b[1] > a[1] ? b : a), known[0] || null);
  // The highest value names the upper line.
  if (high && high[1]) found.push({ x: 0, y: 19, anchor: "start", kind: "high", said: high[2] });
  return found;
}
