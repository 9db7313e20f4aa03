/* The player below the map: a slider over the periods and a button. Shapes stay, values are put in; where it stops, the
   page follows. The frames are fetched when somebody first reaches for it. */
(function () {
  "use strict";
  var STEP_MS = 900, SETTLE_MS = 500;
  var still = window.matchMedia("(prefers-reduced-motion: reduce)");
  var frames = null, framesOf = "", timer = null, settling = null, pending = null;

  function box() { return document.getElementById("player"); }
  function part(name) { return box() && box().querySelector(name); }
  function chart() { return document.querySelector("#map .js-plotly-plot"); }

  // The query that the frames hang on: all of the page's but the period and the explanation.
  function query() {
    var said = new URLSearchParams(window.location.search);
    said.delete("why");
    said.delete("on");
    return said.toString();
  }

  function load() {
    var asked = query();
    if (frames && framesOf === asked) return Promise.resolve(frames);
    if (pending && pending.of === asked) return pending.answer;
    var answer = fetch("/explore/frames.json" + (asked ? "?" + asked : "")).then(function (said) {
      return said.ok ? said.json() : { frames: [], legend: [] };
    }).then(function (said) {
      frames = said;
      framesOf = asked;
      return said;
    });
    pending = { of: asked, answer: answer };
    return answer;
  }

  // The frame at a place of the slider, drawn into the map that is there. Outlines of zones are kept.
  function show(place) {
    return load().then(function (said) {
      var frame = said.frames[place], plot = chart();
      if (!frame || !plot) return null;
      var kept = plot.data.filter(function (t) { return t.type === "scattergeo" && t.mode === "lines"; });
      window.Plotly.react(plot, frame.data.concat(kept), plot.layout, { displayModeBar: false, showTips: false,
        scrollZoom: true, topojsonURL: "/assets/topojson/" });
      part("output").textContent = frame.name;
      part("input").setAttribute("aria-valuetext", frame.name);
      return frame;
    });
  }

  function settle(frame) {
    window.clearTimeout(settling);
    if (!frame) return;
    settling = window.setTimeout(function () { window.dash_clientside.explore.goTo({ on: frame.on }); }, SETTLE_MS);
  }

  function pause() {
    if (timer) window.clearInterval(timer);
    timer = null;
    var button = part("button");
    if (button) {
      button.textContent = "▶ " + box().dataset.play;
      button.setAttribute("aria-pressed", "false");
    }
  }

  function step() {
    var slider = part("input");
    return load().then(function (said) {
      if (Number(slider.value) >= said.frames.length - 1 && timer) {
        pause();
        return show(Number(slider.value)).then(settle);
      }
      slider.value = (Number(slider.value) + 1) % said.frames.length;
      return show(Number(slider.value));
    });
  }

  function play() {
    window.clearTimeout(settling);
    load().then(function (said) {
      var slider = part("input");
      slider.max = said.frames.length - 1;
      if (said.legend.length) window.dash_clientside.set_props("map-legend", { children: said.legend });
      if (Number(slider.value) >= said.frames.length - 1) slider.value = -1;
      // Whoever asked for less motion steps by hand.
      if (still.matches) return step().then(settle);
      var button = part("button");
      button.textContent = "❚❚ " + box().dataset.pause;
      button.setAttribute("aria-pressed", "true");
      timer = window.setInterval(step, STEP_MS);
      return step();
    });
  }

  function build() {
    var button = document.createElement("button"), slider = document.createElement("input");
    button.type = "button";
    button.className = "button";
    slider.type = "range";
    slider.min = 0;
    slider.setAttribute("aria-label", box().getAttribute("aria-label"));
    box().append(button, slider, document.createElement("output"));
    button.addEventListener("click", function () {
      if (!timer) return play();
      pause();
      return show(Number(slider.value)).then(settle);
    });
    slider.addEventListener("input", function () {
      pause();
      load().then(function (said) {
        if (said.legend.length) window.dash_clientside.set_props("map-legend", { children: said.legend });
        return show(Number(slider.value));
      }).then(settle);
    });
    pause();
  }

  // Called whenever the page has drawn a selection: the slider stands at its period; a comparison cannot be played.
  window.citybrainPlayer = function (shown) {
    if (!box() || !shown || !shown.frames) return;
    if (!part("button")) build();
    var place = shown.frames.indexOf(shown.period), playable = shown.frames.length > 1 && place >= 0;
    box().hidden = !playable;
    if (!playable) return pause();
    if (timer) return;
    part("input").max = shown.frames.length - 1;
    part("input").value = place;
    part("output").textContent = shown.name;
    part("input").setAttribute("aria-valuetext", shown.name);
  };
})();
