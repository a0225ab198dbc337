(function () {
  "use strict";
  var tip = document.getElementById("tip");
  function show(event) {
    var mark = event.target.closest && event.target.closest(".m");
    if (!mark) { tip.hidden = true; return; }
    tip.textContent = mark.getAttribute("aria-label");
    tip.hidden = false;
    var box = mark.getBoundingClientRect();
    var x = event.clientX || box.left + box.width / 2, y = event.clientY || box.top;
    tip.style.left = Math.max(4, Math.min(x + 12, innerWidth - tip.offsetWidth - 8)) + "px";
    tip.style.top = Math.max(4, y - tip.offsetHeight - 10) + "px";
  }
  function hide() { tip.hidden = true; }
  document.addEventListener("mouseover", show);
  document.addEventListener("mousemove", show);
  document.addEventListener("focusin", show);
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") { hide(); } });
  document.querySelectorAll(".m > title").forEach(function (title) { title.remove(); });

  // Large pictures: buttons, Ctrl and wheel, keys + − 0 and arrows, and dragging move the viewBox of the SVG.
  document.querySelectorAll("figure.zoom").forEach(function (figure) {
    var svg = figure.querySelector("svg"), tools = figure.querySelector(".tools"), held = null;
    var told = tools.querySelector("[role=status]");
    var whole = svg.getAttribute("viewBox").split(" ").map(Number), now = whole.slice();
    function between(value, low, high) { return Math.min(Math.max(value, low), high); }
    function show(x, y, w) {
      var h = w * whole[3] / whole[2];
      now = [between(x, 0, whole[2] - w), between(y, 0, whole[3] - h), w, h];
      svg.setAttribute("viewBox", now.join(" "));
      told.textContent = Math.round(100 * whole[2] / w) + " %";
      figure.classList.toggle("near", w < whole[2]);
      figure.dispatchEvent(new Event("zoomed"));
    }
    function zoom(by, x, y) {
      var w = between(now[2] / by, whole[2] / 40, whole[2]), part = w / now[2];
      show(x - (x - now[0]) * part, y - (y - now[1]) * part, w);
    }
    function middle() { return [now[0] + now[2] / 2, now[1] + now[3] / 2]; }
    function point(event) {
      var box = svg.getBoundingClientRect();
      return [now[0] + (event.clientX - box.left) / box.width * now[2], now[1] + (event.clientY - box.top) / box.height * now[3]];
    }
    function act(what) {
      var at = middle(), step = now[2] / 5;
      if (what === "in" || what === "out") { zoom(what === "in" ? 1.5 : 1 / 1.5, at[0], at[1]); }
      if (what === "all") { show(0, 0, whole[2]); }
      if (what === "left" || what === "right") { show(now[0] + (what === "left" ? -step : step), now[1], now[2]); }
      if (what === "up" || what === "down") { show(now[0], now[1] + (what === "up" ? -step : step), now[2]); }
    }
    var keys = { "+": "in", "=": "in", "-": "out", "0": "all", ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down" };
    tools.hidden = false;
    tools.addEventListener("click", function (event) { act(event.target.getAttribute("data-do")); });
    figure.addEventListener("keydown", function (event) {
      var near = now[2] < whole[2], what = keys[event.key];
      if (!what || event.ctrlKey || event.metaKey || event.altKey || (event.key.length > 1 && !near)) { return; }
      event.preventDefault();
      act(what);
    });
    svg.addEventListener("wheel", function (event) {
      if (!event.ctrlKey && now[2] === whole[2]) { return; }
      event.preventDefault();
      var at = point(event);
      zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, at[0], at[1]);
    }, { passive: false });
    svg.addEventListener("pointerdown", function (event) { if (now[2] < whole[2]) { held = point(event); svg.setPointerCapture(event.pointerId); } });
    svg.addEventListener("pointermove", function (event) {
      if (!held) { return; }
      var at = point(event);
      show(now[0] + held[0] - at[0], now[1] + held[1] - at[1], now[2]);
    });
    ["pointerup", "pointercancel"].forEach(function (name) { svg.addEventListener(name, function () { held = null; }); });
    figure.addEventListener("focusin", function (event) {  // the keyboard reaches a mark out of sight
      if (!event.target.getBBox || now[2] === whole[2]) { return; }
      var box = event.target.getBBox(), x = box.x + box.width / 2, y = box.y + box.height / 2;
      if (x < now[0] || x > now[0] + now[2] || y < now[1] || y > now[1] + now[3]) { show(x - now[2] / 2, y - now[3] / 2, now[2]); }
    });
    window.addEventListener("beforeprint", function () { show(0, 0, whole[2]); });
  });
})();
