// The map of small areas is made once. What it should show next arrives in a hidden part, whose view is handed on here,
// so that another view is new letters and not a new map.
document.addEventListener("sp-geo-arrived", function () {
  const next = document.getElementById("services-areas-next");
  const map = document.getElementById("services-areas");
  if (next && map && map.dataset.view !== next.dataset.view) {
    map.dataset.view = next.dataset.view;
  }
});

// A small area that is chosen on the map goes into the address, from where the page follows it.
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  spGeoServices: {
    choose: function (code) {
      if (code) {
        window.spGeo.address.set({ lsoa: code });
      }
    },
  },
});
