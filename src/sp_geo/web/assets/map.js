// Maps of PCNs: one letter a PCN, in the order of the shapes, says how it is drawn. The shapes are loaded
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
    const search = window.spGeo.address.search();
    return window.fetch(place.dataset.values + search).then(function (answer) {
      return answer.json();
    }).then(function (found) {
      const set = window.dash_clientside.set_props;
      set("footprints-" + place.dataset.map,
        { hideout: { classes: found.classes, looks: found.looks, chosen: found.chosen } });
      if (place.dataset.area !== found.area) {
        place.dataset.area = found.area;
        set("map-" + place.dataset.map, { viewport: { bounds: found.bounds, transition: "fitBounds" } });
      }
      // Leaflet draws in the next frame; what follows waits until that is done.
      return new Promise(function (done) {
        window.requestAnimationFrame(function () {
          window.setTimeout(function () {
            window.performance.mark("map-recoloured");
            done();
          }, 0);
        });
      });
    });
  };
  document.addEventListener("sp-geo-address", function (event) {
    document.querySelectorAll("[data-map]").forEach(function (place) {
      event.detail.first.push(ask(place));
    });
  });
})();
