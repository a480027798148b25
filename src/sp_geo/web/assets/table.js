// Tables: an element with data-table="<page>/<name>" shows that sheet a page at a time. Sorting, searching and paging
// are asked of the server; cells are text and never markup.
(function () {
  const element = function (tag, text, attributes) {
    const made = document.createElement(tag);
    made.textContent = text;
    Object.entries(attributes || {}).forEach(function (pair) {
      made.setAttribute(pair[0], pair[1]);
    });
    return made;
  };

  const heading = function (column, state) {
    const sorted = state.sort === column.name;
    const cell = element("th", "", { scope: "col", "aria-sort": sorted ? (state.down ? "descending" : "ascending") : "none" });
    const button = element("button", column.heading, { type: "button", class: "sort", "data-sort": column.name });
    button.append(element("span", sorted ? (state.down ? " ↓" : " ↑") : " ↕", { "aria-hidden": "true" }));
    cell.append(button);
    if (column.is_number) {
      cell.className = "number";
    }
    return cell;
  };

  const bodyRow = function (page, texts, place, link) {
    const row = document.createElement("tr");
    texts.forEach(function (text, at) {
      const cell = element(at === 0 ? "th" : "td", "", at === 0 ? { scope: "row" } : {});
      const code = page.pcns[place];
      if (at === 0 && link && code) {
        // From a row to the page about it; the address keeps what else is chosen.
        const chosen = "?pcn=" + encodeURIComponent(code);
        cell.append(element("a", text, { href: link + chosen, "data-page": link, "data-search": chosen }));
      } else {
        cell.textContent = text;
      }
      if (page.columns[at].is_number) {
        cell.className = "number";
      }
      row.append(cell);
    });
    return row;
  };

  const draw = function (place, page) {
    const state = place.spGeo;
    state.start = page.start;
    const table = document.createElement("table");
    table.append(element("caption", page.caption));
    const head = document.createElement("tr");
    page.columns.forEach(function (column) {
      head.append(heading(column, state));
    });
    const top = document.createElement("thead");
    top.append(head);
    const body = document.createElement("tbody");
    page.rows.forEach(function (texts, at) {
      body.append(bodyRow(page, texts, at, place.dataset.link));
    });
    table.append(top, body);
    const focused = document.activeElement && state.scroll.contains(document.activeElement)
      ? document.activeElement.dataset.sort : null;
    state.scroll.replaceChildren(table);
    state.scroll.setAttribute("aria-label", page.caption);
    if (focused) {
      state.scroll.querySelector("[data-sort='" + focused + "']").focus();
    }
    const found = page.found === page.total ? "" : " found, of " + page.total.toLocaleString("en-GB");
    state.words.textContent = page.found === 0 ? (state.find ? "No row holds these words." : "There are no rows.") :
      page.first.toLocaleString("en-GB") + " to " + page.last.toLocaleString("en-GB") + " of " +
      page.found.toLocaleString("en-GB") + found;
    state.back.disabled = page.start === 0;
    state.on.disabled = page.start >= page.pages - 1;
    state.pager.hidden = page.total <= page.rows.length && !state.find;
    state.finder.hidden = page.total <= 30;
    place.setAttribute("aria-busy", "false");
  };

  const ask = function (place) {
    const state = place.spGeo;
    const asked = new URLSearchParams(window.spGeo.address.search());
    Object.entries({ find: state.find, sort: state.sort, down: state.down ? "yes" : "", start: state.start })
      .forEach(function (pair) { if (pair[1]) { asked.set("table-" + pair[0], pair[1]); } });
    state.number += 1;
    const mine = state.number;
    place.setAttribute("aria-busy", "true");
    window.fetch("/table/" + place.dataset.table + "?" + asked.toString()).then(function (answer) {
      return answer.ok ? answer.json() : answer.text().then(function (text) { throw new Error(text); });
    }).then(function (page) {
      if (mine === state.number) {
        draw(place, page);
      }
    }).catch(function (fault) {
      state.scroll.replaceChildren(element("p", "The table could not be shown. " + fault.message, { class: "message" }));
      place.setAttribute("aria-busy", "false");
    });
  };

  const furnish = function (place) {
    const name = place.dataset.table.replace("/", "-");
    const state = { find: "", sort: place.dataset.sort || "", down: place.dataset.down === "yes", start: 0, number: 0 };
    state.finder = element("div", "", { class: "control" });
    const label = element("label", place.dataset.find || "Find in this table", { for: "find-" + name });
    const input = element("input", "", { id: "find-" + name, type: "search", class: "find", autocomplete: "off" });
    state.finder.append(label, input);
    state.scroll = element("div", "", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table" });
    state.pager = element("div", "", { class: "pager" });
    state.back = element("button", "Previous", { type: "button", "data-turn": "-1" });
    state.words = element("span", "", { "aria-live": "polite" });
    state.on = element("button", "Next", { type: "button", "data-turn": "1" });
    state.pager.append(state.back, state.words, state.on);
    place.replaceChildren(state.finder, state.scroll, state.pager);
    place.spGeo = state;
    let wait = 0;
    input.addEventListener("input", function () {
      window.clearTimeout(wait);
      wait = window.setTimeout(function () {
        state.find = input.value;
        state.start = 0;
        ask(place);
      }, 200);
    });
    place.addEventListener("click", function (event) {
      const button = event.target.closest("button");
      if (button && button.dataset.sort) {
        state.down = state.sort === button.dataset.sort && !state.down;
        state.sort = button.dataset.sort;
        state.start = 0;
        ask(place);
      } else if (button && button.dataset.turn) {
        state.start += Number(button.dataset.turn);
        ask(place);
      }
    });
    ask(place);
  };

  document.addEventListener("sp-geo-arrived", function () {
    document.querySelectorAll("[data-table]").forEach(function (place) {
      if (!place.spGeo) {
        furnish(place);
      }
    });
  });

  document.addEventListener("sp-geo-settled", function () {
    document.querySelectorAll("[data-table]").forEach(function (place) {
      if (place.spGeo) {
        place.spGeo.start = 0;
        ask(place);
      }
    });
  });
})();
