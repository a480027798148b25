// The map and the table of a page of one file speak to each other. Every word comes from the table, as text.
"use strict";
const spGeo = (() => {
  const FAR = 8;
  const layers = new Map();
  const root = document.documentElement;
  const table = document.querySelector("table");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const rowOf = new Map(rows.map((row) => [Number(row.dataset.place), row]));
  const heads = [...table.tHead.rows[0].cells];
  const labels = [...document.querySelectorAll(".legend .label")].map((item) => item.textContent);
  const nameOf = (row) => row.querySelector("th").textContent;
  const coloured = heads.findIndex((head) => "coloured" in head.dataset);
  const chosen = document.getElementById("chosen");
  const found = document.getElementById("found");
  let map = null;
  let marked = null;
  let home = null;

  function element(name, words, parent) {
    const made = document.createElement(name);
    made.textContent = words;
    if (parent) parent.append(made);
    return made;
  }

  function tip(place) {
    const row = rowOf.get(place);
    const box = document.createElement("div");
    box.className = "tip";
    element("strong", nameOf(row), box);
    element("span", `${heads[coloured].dataset.label}: ${row.cells[coloured].textContent}`, box);
    element("span", `Shown as: ${labels[row.dataset.class]}`, box);
    return box;
  }

  // Folium calls this for every place.
  function place(feature, layer) {
    layers.set(feature.id, layer);
    layer.bindTooltip(() => tip(feature.id), { sticky: true });
    layer.on("click", () => choose(feature.id, true));
  }

  function mark(layer) {
    if (marked) marked.remove();
    const draw = (color, weight) => L.geoJSON(layer.feature, {
      interactive: false,
      style: { fill: false, color, weight },
      pointToLayer: (_, at) => L.circleMarker(at, { radius: 11, interactive: false }),
    });
    marked = L.layerGroup([draw("#ffffff", 8), draw("#212b32", 4)]).addTo(map);
  }

  function tell(row) {
    chosen.replaceChildren();
    element("h3", nameOf(row), chosen);
    const list = element("dl", "", chosen);
    heads.slice(2).forEach((head, number) => {
      element("dt", head.dataset.label, list);
      element("dd", row.cells[number + 2].textContent, list);
    });
    element("dt", "Shown as", list);
    element("dd", labels[row.dataset.class], list);
    const back = element("button", "Go to its row", chosen);
    back.type = "button";
    back.addEventListener("click", () => {
      row.hidden = false;
      row.scrollIntoView({ block: "center" });
      row.querySelector("button").focus();
    });
  }

  function choose(id, fromMap) {
    const row = rowOf.get(id);
    const layer = layers.get(id);
    rows.forEach((other) => {
      other.classList.toggle("chosen", other === row);
      const button = other.querySelector("td.place button");
      if (button) button.setAttribute("aria-pressed", String(other === row));
    });
    mark(layer);
    tell(row);
    if (fromMap) {
      row.hidden = false;
      // Only the table moves: the page would take the map away from under the pointer.
      const around = row.closest(".scroll");
      around.scrollTop = row.offsetTop - around.clientHeight / 2;
      return;
    }
    map.fitBounds(layer.getBounds ? layer.getBounds() : L.latLngBounds([layer.getLatLng()]), { maxZoom: 11, padding: [60, 60] });
    map.getContainer().scrollIntoView({ block: "nearest" });
  }

  function held(row, number) {
    const cell = row.cells[number];
    if (!("number" in heads[number].dataset)) return cell.textContent;
    const value = cell.querySelector("data");
    return value ? Number(value.value) : NaN;
  }

  function sort(number) {
    const direction = heads[number].getAttribute("aria-sort") === "ascending" ? -1 : 1;
    heads.forEach((head, place) => head.hasAttribute("aria-sort")
      && head.setAttribute("aria-sort", place !== number ? "none" : direction > 0 ? "ascending" : "descending"));
    const values = new Map(rows.map((row) => [row, held(row, number)]));
    const order = [...rows].sort((first, second) => {
      const [one, other] = [values.get(first), values.get(second)];
      if (typeof one === "string") return direction * one.localeCompare(other, "en-GB", { numeric: true });
      // What is missing stands last, whichever way the rest is sorted.
      if (Number.isNaN(one) || Number.isNaN(other)) return Number.isNaN(one) - Number.isNaN(other);
      return direction * (one - other);
    });
    body.append(...order);
  }

  function search(wanted) {
    const words = wanted.trim().toLowerCase();
    let count = 0;
    rows.forEach((row) => {
      const text = [...row.cells].filter((_, number) => number > 0 && !("number" in heads[number].dataset));
      row.hidden = !text.some((cell) => cell.textContent.toLowerCase().includes(words));
      count += row.hidden ? 0 : 1;
    });
    found.textContent = `${count.toLocaleString("en-GB")} of ${rows.length.toLocaleString("en-GB")} rows.`;
  }

  function equip() {
    heads.slice(1).forEach((head, number) => {
      const button = element("button", head.textContent);
      button.type = "button";
      button.addEventListener("click", () => sort(number + 1));
      head.replaceChildren(button);
      head.setAttribute("aria-sort", "none");
    });
    rows.forEach((row) => {
      const layer = layers.get(Number(row.dataset.place));
      if (!layer) return;
      const button = element("button", "Show");
      button.type = "button";
      button.setAttribute("aria-label", `Show ${nameOf(row)} on the map`);
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => choose(Number(row.dataset.place), false));
      row.querySelector("td.place span").replaceWith(button);
    });
    const field = document.getElementById("find");
    field.addEventListener("input", () => search(field.value));
    field.addEventListener("keydown", (event) => {
      const first = [...body.rows].find((row) => !row.hidden && row.querySelector("td.place button"));
      if (event.key === "Enter" && first) choose(Number(first.dataset.place), false);
    });
  }

  function readyToPrint() {
    const box = map.getContainer();
    window.addEventListener("beforeprint", () => {
      box.style.width = box.style.height = "640px";
      map.invalidateSize({ animate: false });
      map.fitBounds(home, { animate: false });
    });
    window.addEventListener("afterprint", () => {
      box.style.width = box.style.height = "";
      map.invalidateSize({ animate: false });
    });
  }

  function start(drawn, edges) {
    map = drawn;
    home = map.getBounds();
    const box = map.getContainer();
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Map of all places");
    box.setAttribute("aria-describedby", "map-help");
    const fromAfar = () => box.classList.toggle("far", map.getZoom() < FAR);
    map.on("zoomend", fromAfar);
    fromAfar();
    // Land below the places, so that sea and gaps differ; the outline is in the file once.
    if (edges) L.geoJSON(edges.toGeoJSON(4), { interactive: false, style: { stroke: false, fillColor: "#f4f3ee", fillOpacity: 1 } }).addTo(map).bringToBack();
    // The wheel belongs to the page until the map is used.
    map.scrollWheelZoom.disable();
    map.on("focus click", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    document.getElementById("whole").addEventListener("click", () => map.fitBounds(home));
    equip();
    readyToPrint();
  }

  root.classList.add("with-script");
  return { place, start };
})();
