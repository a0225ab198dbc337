(function () {
  "use strict";
  // Where a map with tiles is zoomed, finer ones lie over the coarse: those of the page, or those that the web has.
  var SVG = "http://www.w3.org/2000/svg", AT_ONCE = 120;
  document.querySelectorAll("figure g.tiles").forEach(function (tiles) {
    var svg = tiles.closest("svg"), figure = tiles.closest("figure"), timer = 0;
    var whole = svg.getAttribute("viewBox").split(" ").map(Number);
    var world = tiles.getAttribute("data-world").split(" ").map(Number);
    var web = tiles.getAttribute("data-web"), finest = Number(tiles.getAttribute("data-finest"));
    var first = Number(tiles.firstElementChild.getAttribute("data-level"));
    function watch(image) { image.addEventListener("error", function () { image.remove(); }); }
    tiles.querySelectorAll("image").forEach(watch);
    function group(level) {
      var found = tiles.querySelector('[data-level="' + level + '"]');
      if (!found && web) {
        found = document.createElementNS(SVG, "g");
        found.setAttribute("data-level", level);
        found.asked = {};
        tiles.appendChild(found);
      }
      return found;
    }
    function address(z, x, y) {
      var n = Math.pow(2, z), values = { "{z}": z, "{x}": ((x % n) + n) % n, "{y}": y, "{-y}": n - 1 - y };
      return web.replace(/\{[^{}]*\}/g, function (hole) { return values[hole]; });
    }
    function fill(into, level, view) {
      var side = world[2] / Math.pow(2, level), wanted = [];
      var rows = [Math.max(0, Math.floor((view[1] - world[1]) / side)), Math.min(Math.pow(2, level) - 1, Math.floor((view[1] + view[3] - world[1]) / side))];
      for (var y = rows[0]; y <= rows[1]; y++) {
        for (var x = Math.floor((view[0] - world[0]) / side); x <= Math.floor((view[0] + view[2] - world[0]) / side); x++) {
          wanted.push([x, y]);
        }
      }
      if (wanted.length > AT_ONCE) { return; }
      wanted.forEach(function (spot) {
        if (into.asked[spot]) { return; }
        into.asked[spot] = true;
        var image = document.createElementNS(SVG, "image");
        image.setAttribute("x", world[0] + spot[0] * side);
        image.setAttribute("y", world[1] + spot[1] * side);
        image.setAttribute("width", side * 1.002);
        image.setAttribute("height", side * 1.002);
        image.setAttribute("preserveAspectRatio", "none");
        watch(image);
        image.setAttribute("href", address(level, spot[0], spot[1]));
        into.appendChild(image);
      });
    }
    function show() {
      var view = svg.getAttribute("viewBox").split(" ").map(Number);
      var level = first + Math.round(Math.log2(whole[2] / view[2]));
      if (web) { level = Math.min(level, finest); }
      while (level > first && !group(level)) { level -= 1; }
      Array.from(tiles.children).forEach(function (one) {
        var own = Number(one.getAttribute("data-level"));
        one.setAttribute("display", own === first || own === level ? "inline" : "none");
      });
      if (web && level > first) { fill(group(level), level, view); }
    }
    figure.addEventListener("zoomed", function () { clearTimeout(timer); timer = setTimeout(show, 120); });
  });
})();
