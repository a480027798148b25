// The page My data: a file is sent to be looked at, shown row by row, and kept only when the reader says so.
// Whatever comes from a file is shown as text and never as markup.
(function () {
  const element = function (tag, text, attributes) {
    const made = document.createElement(tag);
    made.textContent = text;
    Object.entries(attributes || {}).forEach(function (pair) { made.setAttribute(pair[0], pair[1]); });
    return made;
  };
  const at = function (id) { return document.getElementById(id); };

  const table = function (caption, headings, rows) {
    const place = element("div", "", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption });
    const made = document.createElement("table");
    made.append(element("caption", caption));
    const head = document.createElement("thead");
    const names = document.createElement("tr");
    headings.forEach(function (heading) { names.append(element("th", heading, { scope: "col" })); });
    head.append(names);
    const body = document.createElement("tbody");
    rows.forEach(function (texts) {
      const row = document.createElement("tr");
      texts.forEach(function (text, place) {
        row.append(place === 0 ? element("th", text, { scope: "row" }) : element("td", text));
      });
      body.append(row);
    });
    made.append(head, body);
    place.append(made);
    return place;
  };

  const form = function () {
    const sent = new FormData();
    sent.append("kind", at("my-kind").value);
    sent.append("covers", at("my-covers").value);
    document.querySelectorAll("[data-told]").forEach(function (asked) {
      sent.append("told-" + asked.dataset.told, asked.value);
    });
    sent.append("invented", at("my-look").dataset.invented);
    if (at("my-file").files.length) {
      sent.append("file", at("my-file").files[0]);
    }
    return sent;
  };

  const post = function (path, sent) {
    return window.fetch(path, { method: "POST", body: sent }).then(function (answer) {
      if (answer.status === 413) {
        return { fault: "The file is too large for this page. Add it with 'sp-geo add' instead." };
      }
      return answer.json();
    }).catch(function () {
      return { fault: "The server did not answer. Nothing was changed; try again." };
    });
  };

  const say = function (text, kind) {
    at("my-verdict").replaceChildren(element("p", text, { class: kind || "message" }));
  };

  const details = function (found) {
    const parts = [];
    if (found.publication) {
      parts.push(element("p", "Recognised as: " + found.publication + (found.period ? ", " + found.period : "")));
    }
    if (found.rows.length) {
      parts.push(table("What was read", ["What", "Rows"], found.rows.map(function (pair) {
        return [pair[0], pair[1].toLocaleString("en-GB")];
      })));
    }
    if (found.changes.length) {
      const list = document.createElement("ul");
      found.changes.forEach(function (line) { list.append(element("li", line)); });
      parts.push(element("h3", "What would change"), list);
    }
    if (found.findings.length) {
      const count = found.findings_count.toLocaleString("en-GB") + (found.is_counted_out ? "" : " or more");
      parts.push(element("h3", "Row by row"), table(
        "Findings: " + count + (found.findings_count > found.findings.length ? ", the first shown" : ""),
        ["Where", "Column", "What is wrong", "Found", "Expected", "What to do"],
        found.findings.map(function (item) {
          return [item.record, item.column, item.problem, item.found, item.expected, item.advice];
        })));
    }
    if (found.preview.length) {
      parts.push(element("h3", "The first rows as they were read"),
        table("First rows", found.preview_columns.map(function (name) { return name.replaceAll("_", " "); }), found.preview));
    }
    if (found.may_keep) {
      const buttons = element("p", "");
      buttons.append(element("button", "Keep this file", { type: "button", id: "my-keep" }), " ",
        element("button", "Do not keep it", { type: "button", id: "my-drop" }));
      parts.push(buttons);
    }
    at("my-details").replaceChildren(...parts);
  };

  const look = function () {
    say("The file is being read.", "words");
    at("my-details").replaceChildren();
    post("/my-data/examine", form()).then(function (found) {
      say(found.fault || found.line, found.may_keep ? "words" : "message");
      if (!found.fault) {
        details(found);
      }
    });
  };

  const follow = function (job) {
    window.fetch("/my-data/state?job=" + encodeURIComponent(job)).then(function (answer) {
      return answer.json();
    }).then(function (state) {
      if (!at("my-verdict")) {
        return;
      }
      say(state.line || "Being worked on.", state.phase === "failed" ? "message" : "words");
      if (state.is_running) {
        window.setTimeout(function () { follow(job); }, 700);
      } else {
        list();
      }
    });
  };

  const start = function (path, sent) {
    at("my-details").replaceChildren();
    say("Starting.", "words");
    post(path, sent).then(function (found) {
      if (found.fault) {
        say(found.fault);
      } else {
        follow(found.job);
      }
    });
  };

  const list = function () {
    window.fetch("/my-data/kept").then(function (answer) { return answer.json(); }).then(function (found) {
      const place = at("my-kept");
      if (!place) {
        return;
      }
      if (found.fault || !found.kept.length) {
        place.replaceChildren(element("p", found.fault || "Nothing has been added through this page."));
        return;
      }
      const made = table("Files added through this page", ["File", "Kind", "About", "Added", "Undo"],
        found.kept.map(function (item) {
          return [item.file, item.kind, item.period, item.kept_at.replace("T", " ").slice(0, 16), ""];
        }));
      made.querySelectorAll("tbody tr").forEach(function (row, number) {
        const item = found.kept[number];
        row.lastElementChild.append(element("button", "Undo", {
          type: "button", "data-receipt": item.id, "aria-label": "Undo " + item.file }));
      });
      place.replaceChildren(made);
    });
  };

  document.addEventListener("click", function (event) {
    const button = event.target.closest("button");
    if (!button || !at("my-verdict")) {
      return;
    }
    if (button.id === "my-look") {
      look();
    } else if (button.id === "my-keep") {
      start("/my-data/keep", form());
    } else if (button.id === "my-drop") {
      at("my-details").replaceChildren();
      say("Nothing was kept.", "words");
    } else if (button.dataset.receipt && button.dataset.sure !== "yes") {
      // A second press confirms, so that nothing is taken away by a slip.
      button.dataset.sure = "yes";
      button.textContent = "Press again to undo";
    } else if (button.dataset.receipt) {
      const sent = new FormData();
      sent.append("receipt", button.dataset.receipt);
      start("/my-data/undo", sent);
    }
  });

  document.addEventListener("sp-geo-arrived", function () {
    const place = at("my-kept");
    if (place && !place.dataset.asked) {
      place.dataset.asked = "yes";
      list();
    }
  });
})();
