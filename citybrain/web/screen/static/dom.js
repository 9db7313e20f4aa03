/* Patching instead of rebuilding: elements stay, only what differs is written. Nothing here ever grows. */

export function byId(id) {
  return document.getElementById(id);
}

// Writes only a text that differs: an unchanged element costs no layout and does not flicker.
export function say(element, text) {
  const said = text === null || text === undefined ? "" : String(text);
  if (element.textContent !== said) element.textContent = said;
}

export function mark(element, name, value) {
  const said = String(value);
  if (element.getAttribute(name) !== said) element.setAttribute(name, said);
}

export function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

export function draw(tag, className, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  if (className) element.setAttribute("class", className);
  element.append(...children);
  return element;
}

// One element per item, kept by its key and in the order of the items.
export function patch(parent, items, keyOf, create, update) {
  const kept = new Map();
  for (const child of [...parent.children]) kept.set(child.dataset.key, child);
  let place = parent.firstElementChild;
  items.forEach((item, position) => {
    const key = String(keyOf(item, position));
    let element = kept.get(key);
    if (element) kept.delete(key);
    else {
      element = create(item);
      element.dataset.key = key;
    }
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
    update(element, item, position);
  });
  for (const gone of kept.values()) gone.remove();
}

// Pixels of one unit of the 1920 × 1080 design: everything is drawn in these units.
function unit() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
}

let sizes = new WeakMap();

// Width and height of an element in design units; measured once, since every measurement makes the browser lay out.
export function sizeOf(element) {
  if (!sizes.has(element)) {
    const box = element.getBoundingClientRect();
    const one = unit();
    sizes.set(element, [Math.max(1, Math.round(box.width / one)), Math.max(1, Math.round(box.height / one))]);
  }
  return sizes.get(element);
}

export function forgetSizes() {
  sizes = new WeakMap();
}
