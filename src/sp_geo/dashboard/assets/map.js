// Maps of networks: one letter a network, in the order of the shapes, says how it is drawn. The shapes are loaded
// once; after that only letters are asked for, and reach the map through `hideout`.
window.spGeo = Object.assign({}, window.spGeo, {
  map: {
    style: function (feature, context) {
      const letter = context.hideout.classes[feature.properties.i] || "-";
      if (letter === "-") {
        return { stroke: false, fill: false, interactive: false };
      }
      const look = context.hideout.looks[letter];
      const chosen = feature.properties.code === context.hideout.chosen;
      return {
        stroke: true,
        fill: true,
        fillColor: look.fill,
        fillOpacity: 0.92,
        color: chosen ? "#d4351c" : look.edge,
        weight: chosen ? 4 : look.weight,
        dashArray: chosen ? null : look.dash,
      };
    },
    name: function (feature, layer, context) {
      // Text only: a name from a file must never become markup.
      layer.bindTooltip(function () {
        const words = document.createElement("span");
        words.textContent = feature.properties.name;
        return words;
      });
      layer.on("click", function () {
        window.spGeo.address.set({ pcn: feature.properties.code });
      });
    },
    outline: function () {
      return { color: "#425563", weight: 1.2, fillColor: "#f0f4f5", fillOpacity: 1, interactive: false };
    },
  },
});
(function () {
  const ask = function (place) {
    const name = place.dataset.map;
    place.dataset.asked = window.location.search;
    window.fetch(place.dataset.values + window.location.search).then(function (answer) {
      return answer.json();
    }).then(function (found) {
      const hideout = { classes: found.classes, looks: found.looks, chosen: found.chosen };
      const map = {};
      if (place.dataset.area !== found.area) {
        // The first bounds are those that the page was made with.
        if (place.dataset.area) {
          map.viewport = { bounds: found.bounds, transition: "fitBounds" };
        }
        place.dataset.area = found.area;
      }
      window.dash_clientside.set_props("footprints-" + name, { hideout: hideout });
      if (map.viewport) {
        window.dash_clientside.set_props("map-" + name, map);
      }
      window.performance.mark("map-recoloured");
    });
  };
  const all = function (again) {
    document.querySelectorAll("[data-map]").forEach(function (place) {
      if (again || place.dataset.asked === undefined) {
        ask(place);
      }
    });
  };
  document.addEventListener("sp-geo-address", function () { all(true); });
  document.addEventListener("sp-geo-arrived", function () { all(false); });
})();
