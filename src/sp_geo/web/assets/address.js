// The address is the view. Controls change it, everything else follows it; this file owns it.
// A control is an element whose id is "control-<field>"; defaults stand in #in-force. Maps listen for "sp-geo-address" on
// the document and may ask to be waited for; everything else listens for "sp-geo-settled", or is a callback of Dash.
window.spGeo = Object.assign({}, window.spGeo, {
  address: (function () {
    const read = function () {
      return { path: window.location.pathname, search: window.location.search };
    };
    const values = function () {
      return new URLSearchParams(window.location.search);
    };

    // The server gives the default of every field of the page, for those that the address does not name.
    const defaults = function () {
      const held = document.getElementById("in-force");
      return new URLSearchParams(held ? held.dataset.search : "");
    };

    const value = function (name) {
      const asked = values();
      return asked.has(name) ? asked.get(name) : defaults().get(name) || "";
    };

    // Every field of the page with its value, so that a link means the same when a default changes.
    const search = function () {
      const all = defaults();
      values().forEach(function (held, name) { all.set(name, held); });
      return "?" + all.toString();
    };

    // What is chosen goes along to another page, with what the link itself chooses.
    const along = function (more) {
      const all = values();
      new URLSearchParams(more || "").forEach(function (held, name) { all.set(name, held); });
      const text = all.toString();
      return text ? "?" + text : "";
    };

    // Inputs are the browser's own: the server says which, and they are made here.
    const furnish = function () {
      document.querySelectorAll("[data-input]:empty").forEach(function (place) {
        const input = document.createElement("input");
        Object.entries(JSON.parse(place.dataset.input)).forEach(function (pair) {
          input.setAttribute(pair[0], pair[1]);
        });
        place.append(input);
      });
    };

    const show = function () {
      document.querySelectorAll("[id^='control-']").forEach(function (control) {
        const wanted = value(control.id.slice("control-".length));
        if (control.type === "checkbox") {
          control.checked = wanted === "yes";
        } else if (control.value !== wanted && document.activeElement !== control) {
          control.value = wanted;
          if (control.options && control.selectedIndex < 0) {
            control.value = defaults().get(control.id.slice("control-".length)) || "";
          }
        }
      });
      const link = document.getElementById("link");
      if (link) {
        link.value = window.location.origin + window.location.pathname + search();
      }
      document.querySelectorAll("[id^='slide-']").forEach(function (slide) {
        const control = document.getElementById("control-" + slide.id.slice("slide-".length));
        if (control) {
          slide.value = control.selectedIndex;
          slide.setAttribute("aria-valuetext", control.value);
        }
      });
      document.querySelectorAll("a[data-page]").forEach(function (link) {
        link.setAttribute("href", link.dataset.page + along(link.dataset.search));
        if (link.closest("nav.pages") && link.dataset.page === window.location.pathname) {
          link.setAttribute("aria-current", "page");
        } else {
          link.removeAttribute("aria-current");
        }
      });
      document.querySelectorAll("a[data-take]").forEach(function (link) {
        link.setAttribute("href", link.dataset.take + search());
      });
    };

    // Maps are recoloured first, because that is what a reader waits for; tables, words and charts follow at once.
    // What is chosen on a map changes no colours, so nothing waits for it.
    let calms = 0;
    const calm = function () {
      calms += 1;
      window.dash_clientside.set_props("calm", { data: Object.assign(read(), { turn: calms }) });
    };
    let turn = 0;
    const tell = function (isChoice) {
      turn += 1;
      show();
      const mine = turn;
      const first = [];
      const ask = function () {
        document.dispatchEvent(new CustomEvent("sp-geo-address", { detail: { first: first } }));
      };
      if (isChoice) {
        // The words on what was chosen come before its outline on the map.
        window.setTimeout(ask, 150);
      } else {
        ask();
      }
      const late = new Promise(function (done) { window.setTimeout(done, first.length ? 400 : 0); });
      Promise.race([Promise.all(first), late]).then(function () {
        if (mine === turn) {
          document.dispatchEvent(new CustomEvent("sp-geo-settled"));
          window.dash_clientside.set_props("where", { data: read() });
          calm();
        }
      });
    };

    const go = function (path, search, isChoice) {
      if (path + search !== window.location.pathname + window.location.search) {
        window.history.pushState(null, "", path + search);
        tell(isChoice === true);
      }
    };

    const set = function (changes) {
      const asked = values();
      Object.entries(changes).forEach(function (pair) {
        if (pair[1] === "" && !defaults().get(pair[0])) {
          asked.delete(pair[0]);
        } else {
          asked.set(pair[0], pair[1]);
        }
      });
      const isChoice = Object.keys(changes).every(function (name) { return ["pcn", "lsoa", "cluster"].includes(name); });
      go(window.location.pathname, "?" + asked.toString(), isChoice);
    };

    const step = function (name, by) {
      const control = document.getElementById("control-" + name);
      if (control) {
        const count = control.options.length;
        const place = (control.selectedIndex + by + count) % count;
        set({ [name]: control.options[place].value });
      }
    };

    let playing = 0;
    const play = function (button, on) {
      window.clearInterval(playing);
      playing = on ? window.setInterval(function () { step("quarter", 1); }, 1400) : 0;
      button.textContent = on ? "Stop" : "Play";
      button.setAttribute("aria-pressed", on ? "true" : "false");
    };

    document.addEventListener("change", function (event) {
      const id = event.target.id || "";
      if (id.startsWith("control-")) {
        const ticked = event.target.checked ? "yes" : "no";
        set({ [id.slice("control-".length)]: event.target.type === "checkbox" ? ticked : event.target.value });
      }
    });

    document.addEventListener("input", function (event) {
      const id = event.target.id || "";
      if (id.startsWith("slide-")) {
        const name = id.slice("slide-".length);
        const control = document.getElementById("control-" + name);
        set({ [name]: control.options[Number(event.target.value)].value });
      }
    });

    document.addEventListener("click", function (event) {
      const link = event.target.closest("a[data-page]");
      if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey && event.button === 0) {
        event.preventDefault();
        go(link.dataset.page, along(link.dataset.search));
      }
      const button = event.target.closest("button");
      if (!button) {
        return;
      }
      if (button.dataset.step) {
        step("quarter", Number(button.dataset.step));
      } else if (button.id === "play") {
        play(button, !playing);
      } else if (button.dataset.set) {
        set(Object.fromEntries(new URLSearchParams(button.dataset.set)));
      } else if (button.dataset.copy) {
        navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent).then(function () {
          document.getElementById("code-copied").textContent = "The line is on the clipboard.";
        });
      } else if (button.id === "copy-link") {
        navigator.clipboard.writeText(document.getElementById("link").value).then(function () {
          document.getElementById("copied").textContent = "The link is on the clipboard.";
        });
      }
    });

    window.addEventListener("popstate", function () { tell(false); });

    // A new page: stop what plays, name the window after it, and put the reader at its beginning.
    let path = null;
    let icbs = null;
    const settle = function (looks) {
      const waits = document.querySelector("[data-map]:not(:has(canvas)), [data-table]:not(:has(table))");
      if (waits && looks < 40) {
        window.setTimeout(function () { settle(looks + 1); }, 50);
      } else {
        calm();
      }
    };
    const arrive = function () {
      const heading = document.querySelector("main h1");
      const held = document.getElementById("in-force");
      if (!heading || !held) {
        return;
      }
      if (held.dataset.path !== path) {
        window.clearInterval(playing);
        playing = 0;
        document.title = heading.textContent + " - sp_geo";
        if (path !== null) {
          window.scrollTo(0, 0);
          document.getElementById("content").focus({ preventScroll: true });
        }
        const wanted = document.getElementById(window.location.hash.slice(1) || "content");
        if (window.location.hash && wanted) {
          wanted.scrollIntoView();
        }
        path = held.dataset.path;
        settle(0);
      } else if (held.dataset.icbs !== icbs) {
        // The whole page was made anew for another set of icbs: what takes long is asked for once more.
        const chosen = document.getElementById("control-icbs");
        if (chosen && document.activeElement === document.body) {
          chosen.focus({ preventScroll: true });
        }
        settle(0);
      }
      icbs = held.dataset.icbs;
      furnish();
      show();
    };

    return { arrive: arrive, go: go, read: read, search: search, set: set, value: value };
  })(),
});

// Dash puts pages into the document when it likes; whoever draws into them is told once the document is quiet.
(function () {
  let waiting = false;
  new MutationObserver(function () {
    if (!waiting) {
      waiting = true;
      window.requestAnimationFrame(function () {
        waiting = false;
        window.spGeo.address.arrive();
        document.dispatchEvent(new CustomEvent("sp-geo-arrived"));
      });
    }
  }).observe(document, { childList: true, subtree: true });
})();
