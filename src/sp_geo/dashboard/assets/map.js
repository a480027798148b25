// Glue for the map: one letter a network, in the order of the shapes, says how it is drawn.
// Values change through `hideout`; the shapes themselves are loaded once.
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
    },
    outline: function () {
      return { color: "#425563", weight: 1.2, fillColor: "#f0f4f5", fillOpacity: 1, interactive: false };
    },
  },
});
