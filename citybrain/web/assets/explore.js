/* What the explorer does in the browser: clicks and choices become the URL, labels that collide step back. */
(function () {
  "use strict";

  // The selection that the links on the page were made for.
  var shownQuery = "";

  // Writes the changes into the query of the page; an empty value removes. The explanation closes with every step.
  function go(changes) {
    var said = new URLSearchParams(window.location.search);
    said.delete("why");
    Object.keys(changes).forEach(function (name) {
      if (changes[name]) said.set(name, changes[name]);
      else said.delete(name);
    });
    var text = said.toString();
    window.dash_clientside.set_props("url", { search: text ? "?" + text : "" });
  }

  function clicked(data) {
    return data && data.points && data.points[0];
  }

  // Dash passes on a second click on the same thing only if the first one is forgotten.
  function forget(id) {
    window.dash_clientside.set_props(id, { clickData: null });
  }

  // Labels come most important first. One that would cover an earlier one loses its value line, then itself. All boxes are
  // read before anything is written: with hundreds of labels the browser would lay the page out anew for each.
  function thinLabels(chart) {
    var labels = Array.from(chart.querySelectorAll(".scatterlayer text"), function (label) {
      return { label: label, lines: label.querySelectorAll("tspan.line") };
    });
    labels.forEach(function (one) {
      if (one.label.style.visibility) one.label.style.visibility = "";
      if (one.lines.length > 1 && one.lines[1].style.display) one.lines[1].style.display = "";
    });
    var frame = chart.getBoundingClientRect();
    labels.forEach(function (one) { one.box = one.label.getBoundingClientRect(); });
    var kept = [];
    // The box of a text is higher than its letters: it may be touched a little.
    function collides(box) {
      return kept.some(function (k) {
        return box.left + 2 < k.right && box.right - 2 > k.left && box.top + 5 < k.bottom && box.bottom - 5 > k.top;
      });
    }
    labels.forEach(function (one) {
      var box = one.box, isShort = collides(box) && one.lines.length > 1;
      if (isShort) {
        box = { left: box.left, right: box.right, top: box.top, bottom: box.top + (box.bottom - box.top) / one.lines.length };
        one.lines[1].style.display = "none";
      }
      if (collides(box) || box.left < frame.left || box.right > frame.right) one.label.style.visibility = "hidden";
      else kept.push(box);
    });
  }

  // Several events of one drawing thin once, before it is seen.
  function thinSoon(chart) {
    if (chart.citybrainThins) return;
    chart.citybrainThins = true;
    window.requestAnimationFrame(function () {
      chart.citybrainThins = false;
      thinLabels(chart);
    });
  }

  // The choosers take the focus with a field that they hide from those who do not see: it gets the name of its chooser.
  function nameChoosers() {
    document.querySelectorAll(".chooser .dash-dropdown-focus-target").forEach(function (field) {
      field.removeAttribute("aria-hidden");
      field.setAttribute("aria-label", field.closest(".chooser").getAttribute("aria-label"));
    });
  }

  function watch(id, tries) {
    var chart = document.querySelector("#" + id + " .js-plotly-plot");
    if (!chart || !chart.on) {
      if (tries > 0) window.requestAnimationFrame(function () { watch(id, tries - 1); });
      return;
    }
    if (!chart.citybrainWatched) {
      chart.citybrainWatched = true;
      ["plotly_afterplot", "plotly_relayout"].forEach(function (event) {
        chart.on(event, function () { thinSoon(chart); });
      });
    }
    thinSoon(chart);
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    explore: {
      goTo: go,
      chooseIndicator: function (code, shown) {
        // A search may end on the heading of a group: its value names the first indicator below it.
        code = code && code.replace(/^theme:/, "");
        if (code && shown && code !== shown.indicator) go({ indicator: code });
      },
      choosePeriod: function (day, shown) {
        if (day && shown && day !== shown.period) go({ on: day });
      },
      chooseWith: function (code, shown) {
        if (shown && (code || null) !== shown.with) go({ with: code });
      },
      chooseAgainst: function (day, shown) {
        if (shown && (day || null) !== shown.against) go({ against: day, view: "" });
      },
      chooseMore: function (codes, shown) {
        var plain = (codes || []).map(function (code) { return code.replace(/^theme:/, ""); });
        if (shown && plain.join() !== shown.more.join()) go({ more: plain.join() });
      },
      chooseScatter: function (code, shown) {
        code = code && code.replace(/^theme:/, "");
        if (shown && (code || null) !== shown.scatter) go({ against_indicator: code });
      },
      clickMap: function (data) {
        var point = clicked(data);
        if (!point) return;
        forget("map");
        if (point.location) go({ area: point.location, level: "" });
      },
      clickRanking: function (data) {
        var point = clicked(data);
        if (!point) return;
        forget("ranking");
        go({ area: point.customdata, level: "" });
      },
      clickTrend: function (data) {
        var point = clicked(data);
        if (!point) return;
        forget("trend");
        go({ on: String(point.x).slice(0, 10) });
      },
      drawn: function (figure, shown) {
        if (shown) {
          document.documentElement.lang = shown.lang === "zh" ? "zh-CN" : shown.lang;
          shownQuery = shown.query;
          window.citybrainPlayer(shown);
        }
        nameChoosers();
        watch("map", 300);
        watch("ranking", 300);
      },
    },
  });

  document.addEventListener("keydown", function (event) {
    var close = event.key === "Escape" && document.getElementById("why-close");
    if (close) close.click();
  });

  // What a link changes of the selection it was made for. Applied to the URL as it is now, so that two quick clicks
  // both count although the second link was made before the first one was answered.
  function changesOf(link) {
    var made = new URLSearchParams(shownQuery);
    var wanted = new URLSearchParams(link.search);
    var changes = {};
    made.forEach(function (value, name) {
      if (!wanted.has(name)) changes[name] = "";
    });
    wanted.forEach(function (value, name) {
      if (made.get(name) !== value) changes[name] = value;
    });
    return changes;
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (link.id === "language-switch") {
      event.preventDefault();
      var said = new URLSearchParams(window.location.search);
      said.set("lang", link.lang);
      window.location.search = said.toString();
    } else if (link.pathname === window.location.pathname && !link.hash && !link.classList.contains("reset")) {
      event.preventDefault();
      go(changesOf(link));
    }
  });
})();
