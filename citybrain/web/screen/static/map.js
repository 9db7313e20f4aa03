/* The map: shapes fetched once and kept, values patched onto them, labels that give way to more important ones. */

import { byId, draw, mark, patch, say, sizeOf } from "./dom.js";

const AIR = 14; // design units between the shapes and the edge of the canvas
const NAME_SIZE = 16;
const VALUE_SIZE = 19;

let features = []; // GeoJSON features of the shapes on the map
let project = null; // from [lon, lat] to design units
let content = ""; // what shapes these are
let canvas = [1, 1];

const mercator = (lat) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));

function rings(geometry) {
  return geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
}

// Fits all shapes into the canvas, in its middle, without distortion.
function fit(width, height) {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const feature of features) {
    for (const ring of rings(feature.geometry)) {
      for (const [lon, lat] of ring) {
        if (lon < west) west = lon;
        if (lon > east) east = lon;
        if (lat < south) south = lat;
        if (lat > north) north = lat;
      }
    }
  }
  const radians = Math.PI / 180;
  const [left, right, low, high] = [west * radians, east * radians, mercator(south), mercator(north)];
  const k = Math.min((width - 2 * AIR) / (right - left || 1e-6), (height - 2 * AIR) / (high - low || 1e-6));
  const [dx, dy] = [(width - k * (right - left)) / 2, (height - k * (high - low)) / 2];
  return ([lon, lat]) => [dx + k * (lon * radians - left), dy + k * (high - mercator(lat))];
}

function pathOf(geometry) {
  return rings(geometry)
    .map((ring) => "M" + ring.map((p) => project(p).map((v) => v.toFixed(2)).join(" ")).join("L") + "Z")
    .join("");
}

const use = (code) => {
  const element = draw("use");
  element.setAttribute("href", `#shape-${code}`);
  return element;
};

// Fetches the shapes unless the ones that are drawn are the same.
export async function keepShapes(geometry) {
  if (geometry.content === content) return;
  const answer = await fetch(geometry.url);
  if (!answer.ok) throw new Error(`${answer.status}`);
  features = (await answer.json()).features;
  content = geometry.content;
  layOut();
}

// Draws the shapes for the size that the canvas has now.
export function layOut() {
  const svg = byId("map-canvas");
  canvas = sizeOf(svg);
  mark(svg, "viewBox", `0 0 ${canvas[0]} ${canvas[1]}`);
  if (features.length) project = fit(...canvas);
  patch(byId("shapes"), features, (f) => f.id, (f) => {
    const path = draw("path");
    path.id = `shape-${f.id}`;
    return path;
  }, (path, f) => mark(path, "d", pathOf(f.geometry)));
  for (const name of ["plate", "glow", "areas"]) {
    patch(svg.querySelector(`.${name}`), features, (f) => f.id, (f) => use(f.id), () => {});
  }
}

export function hasShapes() {
  return features.length > 0;
}

// A small map of another layer, of the same shapes.
export function drawSmall(svg, layer) {
  mark(svg, "viewBox", `0 0 ${canvas[0]} ${canvas[1]}`);
  patch(svg, features, (f) => f.id, (f) => use(f.id), (area, f) => mark(area, "class", classOf(layer, f.id)));
}

function classOf(layer, code) {
  return "area " + (layer.values[code] ? layer.values[code][1] : "no_data");
}

export function drawLayer(layer, places) {
  const svg = byId("map-canvas");
  for (const area of svg.querySelector(".areas").children) mark(area, "class", classOf(layer, area.dataset.key));
  drawLabels(svg.querySelector(".labels"), layer, places);
}

// Name and value of each area, most important first: one that would cover an earlier one loses its value, then itself.
function drawLabels(group, layer, places) {
  const byCode = new Map(places.map((p) => [p[0], p]));
  const shown = layer.order.map((code) => byCode.get(code)).filter((p) => p && p[2] !== null && project);
  const boxes = [];
  patch(group, shown, (p) => p[0], newLabel, (label, [code, name, lon, lat]) => {
    const value = layer.values[code];
    const [x, y] = project([lon, lat]);
    const [form, moved] = place(boxes, x, y, name, value[0]);
    mark(label, "transform", `translate(${x.toFixed(1)} ${(y + moved).toFixed(1)})`);
    mark(label, "class", `label ${value[1]} ${form}`);
    say(label.children[0], name);
    say(label.children[1], value[0]);
    mark(label.children[0], "y", form === "name" ? 5 : -3);
  });
}

function newLabel() {
  const value = draw("text", "value");
  value.setAttribute("y", "17");
  return draw("g", "", draw("text", "name"), value);
}

const WIDE = /[\u2e80-\uffff]/;
const widthOf = (text, size) => [...text].reduce((sum, c) => sum + (WIDE.test(c) ? size : size * 0.6), 0);

const NUDGES = [0, 8, -8, 15, -15];

// How much of the label has room ("both", "name" or "hidden") and how far it moves down for it; remembers the room taken.
function place(boxes, x, y, name, value) {
  const [nameWidth, valueWidth] = [widthOf(name, NAME_SIZE), widthOf(value, VALUE_SIZE)];
  const forms = [["both", Math.max(nameWidth, valueWidth), -19, 20], ["name", nameWidth, -11, 11]];
  for (const [form, width, top, bottom] of forms) {
    for (const moved of NUDGES) {
      const box = [x - width / 2 - 1, y + moved + top, x + width / 2 + 1, y + moved + bottom];
      const inside = box[0] >= 0 && box[1] >= 0 && box[2] <= canvas[0] && box[3] <= canvas[1];
      const free = boxes.every((b) => box[2] < b[0] || box[0] > b[2] || box[3] < b[1] || box[1] > b[3]);
      if (inside && free) {
        boxes.push(box);
        return [form, moved];
      }
    }
  }
  return ["hidden", 0];
}
