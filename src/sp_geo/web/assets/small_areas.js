// The map of small areas: shapes come once, then one letter an area says how it is drawn.
// `data-view` of a `.small-areas` part is all that a page changes; a chosen area goes back through its store.
// MapLibre moves the map; the areas are a layer of our own, so that new letters are one small texture.
// Where there is no WebGL the same triangles are
// filled by rows on a plain canvas. Names and labels are only ever text.
(function () {
  const GRID = 2 ** 22; // steps of the grid round the world in web Mercator
  const GROUND = "#e3e8eb", SEA = "#dfe9ee", BORDER = "#425563", CHOSEN = "#d4351c";
  const PATTERNS = ["none", "diagonal", "cross", "dots", "level"];
  const FINE_ZOOM = 9; // from here on the borders between small areas are drawn
  const KEPT = new Map(); // what is fetched or loaded once for the page, by address
  const LIVE = new Map(); // parts on the page, and their maps

  const once = (address, make) => {
    if (!KEPT.has(address)) {
      KEPT.set(address, make());
      KEPT.get(address).catch(() => KEPT.delete(address)); // a failure may be tried again
    }
    return KEPT.get(address);
  };
  const ask = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    return answer;
  };
  const toX = (lng) => (lng / 360 + 0.5) * GRID;
  const toY = (lat) => (0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI)) * GRID;
  const toLng = (x) => (x / GRID - 0.5) * 360;
  const toLat = (y) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / GRID))) * 180) / Math.PI;

  // ---- Shapes -------------------------------------------------------------------------------------------------

  // The row of numbers of `encode_areas`, as arrays that a graphics card and a canvas both take.
  function decode(bytes) {
    let at = 0;
    const next = () => {
      let value = 0, scale = 1, byte;
      do { byte = bytes[at++]; value += (byte & 127) * scale; scale *= 128; } while (byte > 127);
      return value;
    };
    const row = (length) => Uint32Array.from({ length }, next);
    const starts = (counts) => { // where each begins, and at the end where the last one stops
      const found = new Uint32Array(counts.length + 1);
      counts.forEach((count, i) => { found[i + 1] = found[i] + count; });
      return found;
    };
    const count = next(), codes = row(count), rings = starts(row(count)), points = starts(row(rings[count]));
    const corners = starts(row(count).map((triangles) => 3 * triangles));
    for (let i = 1; i < count; i++) codes[i] += codes[i - 1];
    const index = row(corners[count]), total = points[rings[count]];
    const xy = new Float32Array(2 * total), owner = new Uint16Array(total), edges = new Uint32Array(2 * total);
    const boxes = new Float32Array(4 * count).fill(Infinity);
    const unzigzag = (n) => (n % 2 ? -(n + 1) / 2 : n / 2);
    let x = 0, y = 0, originX = 0, originY = 0;
    for (let i = 0; i < count; i++) {
      const first = points[rings[i]];
      for (let k = corners[i]; k < corners[i + 1]; k++) index[k] += first;
      for (let r = rings[i]; r < rings[i + 1]; r++) {
        for (let p = points[r]; p < points[r + 1]; p++) {
          x += unzigzag(next()); y += unzigzag(next());
          if (p === 0) { originX = x; originY = y; } // near England a float holds every step exactly
          const u = x - originX, v = y - originY, box = 4 * i;
          xy[2 * p] = u; xy[2 * p + 1] = v; owner[p] = i;
          edges[2 * p] = p; edges[2 * p + 1] = p + 1 < points[r + 1] ? p + 1 : points[r];
          boxes[box] = Math.min(boxes[box], u); boxes[box + 1] = Math.min(boxes[box + 1], v);
          boxes[box + 2] = Math.min(boxes[box + 2], -u); boxes[box + 3] = Math.min(boxes[box + 3], -v);
        }
      }
    }
    return { count, codes, rings, points, corners, index, xy, owner, edges, boxes, originX, originY };
  }
  const codeOf = (areas, i) => "E01" + String(areas.codes[i]).padStart(6, "0");
  const placeOf = (areas, code) => (code ? areas.codes.indexOf(Number(code.slice(3))) : -1);

  // The area at a place of the grid, or -1: boxes first, then how often a ray crosses the rings.
  function areaAt(areas, gridX, gridY) {
    const x = gridX - areas.originX, y = gridY - areas.originY, { boxes, xy, edges } = areas;
    for (let i = 0; i < areas.count; i++) {
      if (x < boxes[4 * i] || y < boxes[4 * i + 1] || -x < boxes[4 * i + 2] || -y < boxes[4 * i + 3]) continue;
      let inside = false;
      for (let p = areas.points[areas.rings[i]]; p < areas.points[areas.rings[i + 1]]; p++) {
        const q = edges[2 * p + 1], y1 = xy[2 * p + 1], y2 = xy[2 * q + 1];
        if (y1 > y !== y2 > y && x < ((xy[2 * q] - xy[2 * p]) * (y - y1)) / (y2 - y1) + xy[2 * p]) inside = !inside;
      }
      if (inside) return i;
    }
    return -1;
  }
  function ringsOf(areas, i, place) {
    const found = [];
    for (let r = areas.rings[i]; r < areas.rings[i + 1]; r++) {
      const ring = [];
      for (let p = areas.points[r]; p < areas.points[r + 1]; p++) {
        ring.push(place(areas.originX + areas.xy[2 * p], areas.originY + areas.xy[2 * p + 1]));
      }
      found.push([...ring, ring[0]]);
    }
    return found;
  }

  // ---- With WebGL: a layer of our own in MapLibre ---------------------------------------------------------------

  // The letter is looked up for each pixel, not for each point: England has fewer pixels than points.
  const VERTEX = `#version 300 es
    uniform mat4 u_matrix; in vec2 a_place; in uint a_owner; flat out uint v_owner;
    void main() { v_owner = a_owner; gl_Position = u_matrix * vec4(a_place, 0.0, 1.0); }`;
  const FRAGMENT = `#version 300 es
    precision highp float; precision highp int;
    uniform highp usampler2D u_letters; uniform sampler2D u_looks; uniform float u_ratio; uniform vec4 u_line;
    flat in uint v_owner; out vec4 colour;
    float stripe(float across) { float d = abs(mod(across, 7.0) - 3.5); return 1.0 - smoothstep(0.35, 1.05, d); }
    void main() {
      if (u_line.a > 0.0) { colour = u_line; return; }
      int letter = int(texelFetch(u_letters, ivec2(v_owner & 255u, v_owner >> 8u), 0).r);
      colour = texelFetch(u_looks, ivec2(letter, 0), 0);
      vec4 look = texelFetch(u_looks, ivec2(letter, 1), 0); // its alpha is the number of the pattern
      if (look.a == 0.0) return;
      vec2 at = gl_FragCoord.xy / u_ratio;
      int pattern = int(look.a * 255.0 + 0.5);
      float rising = stripe((at.x - at.y) * 0.7071), falling = stripe((at.x + at.y) * 0.7071), ink = 0.0;
      if (pattern == 1) ink = rising;
      if (pattern == 2) ink = max(rising, falling);
      if (pattern == 3) ink = 1.0 - smoothstep(0.8, 1.7, length(mod(at, 6.0) - 3.0));
      if (pattern == 4) ink = stripe(at.y);
      colour = vec4(mix(colour.rgb, look.rgb, ink), 1.0);
    }`;

  function lookTexture(looks) { // 128 fills, then 128 inks
    const bytes = new Uint8Array(2 * 128 * 4);
    const put = (slot, colour, last) => {
      const number = parseInt(colour.slice(1), 16);
      bytes.set([number >> 16, (number >> 8) & 255, number & 255, last], 4 * slot);
    };
    for (let i = 0; i < 128; i++) {
      const look = looks[String.fromCharCode(i)] || { fill: GROUND, ink: GROUND, pattern: "none" };
      put(i, look.fill, 255);
      put(128 + i, look.ink, Math.max(0, PATTERNS.indexOf(look.pattern)));
    }
    return bytes;
  }

  function areaLayer(areas, now) {
    let gl, program, shapes, indexes, lines, letters, looks, fresh, drawn;
    const buffer = (kind, data) => {
      const made = gl.createBuffer();
      gl.bindBuffer(kind, made); gl.bufferData(kind, data, gl.STATIC_DRAW);
      return made;
    };
    const texture = (unit, width, height, inner, format, data) => {
      const made = gl.createTexture();
      gl.activeTexture(gl.TEXTURE0 + unit); gl.bindTexture(gl.TEXTURE_2D, made);
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
      gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false); gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
      gl.texImage2D(gl.TEXTURE_2D, 0, inner, width, height, 0, format, gl.UNSIGNED_BYTE, data);
      for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
      return made;
    };
    return {
      id: "areas", type: "custom", renderingMode: "2d",
      refresh() { fresh = true; },
      onAdd(map, context) {
        gl = context; program = gl.createProgram();
        for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
          const shader = gl.createShader(kind);
          gl.shaderSource(shader, text); gl.compileShader(shader); gl.attachShader(program, shader);
        }
        gl.bindAttribLocation(program, 0, "a_place"); gl.bindAttribLocation(program, 1, "a_owner");
        gl.linkProgram(program);
        if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
        const before = gl.getParameter(gl.VERTEX_ARRAY_BINDING);
        shapes = gl.createVertexArray(); gl.bindVertexArray(shapes);
        buffer(gl.ARRAY_BUFFER, areas.xy);
        gl.enableVertexAttribArray(0); gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
        buffer(gl.ARRAY_BUFFER, areas.owner);
        gl.enableVertexAttribArray(1); gl.vertexAttribIPointer(1, 1, gl.UNSIGNED_SHORT, 0, 0);
        indexes = buffer(gl.ELEMENT_ARRAY_BUFFER, areas.index); lines = buffer(gl.ELEMENT_ARRAY_BUFFER, areas.edges);
        gl.bindVertexArray(before); fresh = true;
      },
      render(context, state) {
        const { map, letters: row, looks: shown } = now();
        if (!row) return;
        gl.useProgram(program);
        if (fresh) { // 256 letters a line
          const square = new Uint8Array(256 * 256); square.set(row.subarray(0, areas.count));
          gl.deleteTexture(letters); gl.deleteTexture(looks);
          letters = texture(0, 256, 256, gl.R8UI, gl.RED_INTEGER, square);
          looks = texture(1, 128, 2, gl.RGBA8, gl.RGBA, lookTexture(shown));
          fresh = false;
        }
        gl.activeTexture(gl.TEXTURE0); gl.bindTexture(gl.TEXTURE_2D, letters);
        gl.activeTexture(gl.TEXTURE1); gl.bindTexture(gl.TEXTURE_2D, looks);
        const where = (name) => gl.getUniformLocation(program, name);
        gl.uniform1i(where("u_letters"), 0); gl.uniform1i(where("u_looks"), 1);
        gl.uniform1f(where("u_ratio"), map.getPixelRatio());
        // The shift to our origin is folded into the matrix in double precision, so that nothing trembles.
        const m = Array.from(state.defaultProjectionData.mainMatrix), x = areas.originX / GRID, y = areas.originY / GRID;
        const moved = m.map((value, i) => (i < 8 ? value / GRID : value));
        for (let i = 0; i < 4; i++) moved[12 + i] = m[i] * x + m[4 + i] * y + m[12 + i];
        gl.uniformMatrix4fv(where("u_matrix"), false, moved);
        gl.disable(gl.DEPTH_TEST); gl.disable(gl.STENCIL_TEST); gl.disable(gl.CULL_FACE);
        gl.enable(gl.BLEND); gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
        gl.bindVertexArray(shapes);
        gl.uniform4f(where("u_line"), 0, 0, 0, 0);
        gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, indexes);
        gl.drawElements(gl.TRIANGLES, areas.index.length, gl.UNSIGNED_INT, 0);
        if (map.getZoom() >= FINE_ZOOM) {
          gl.uniform4f(where("u_line"), 0.1, 0.12, 0.14, 0.22);
          gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, lines);
          gl.drawElements(gl.LINES, areas.edges.length, gl.UNSIGNED_INT, 0);
        }
        gl.bindVertexArray(null);
      },
    };
  }

  function load(part) {
    return once(part.dataset.library, () => new Promise((done, failed) => {
      const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: part.dataset.sheet });
      const script = Object.assign(document.createElement("script"), { src: part.dataset.library, onload: done, onerror: failed });
      document.head.append(sheet, script);
    }));
  }
  function hasWebgl() {
    const found = document.createElement("canvas").getContext("webgl2");
    if (found) found.getExtension("WEBGL_lose_context")?.loseContext();
    return Boolean(found);
  }

  async function withWebgl(part, areas, icbs, choose, lost) {
    const state = { map: null, letters: null, looks: {} };
    const layer = areaLayer(areas, () => state);
    const nothing = { type: "FeatureCollection", features: [] };
    const line = (id, source, colour, width, filter) => ({
      id, source, type: "line", layout: { "line-join": "round" }, paint: { "line-color": colour, "line-width": width },
      ...(filter ? { filter } : {}),
    });
    const none = ["==", ["get", "code"], ""];
    const map = new window.maplibregl.Map({
      container: part, attributionControl: false, fadeDuration: 0, dragRotate: false, pitchWithRotate: false,
      touchPitch: false, renderWorldCopies: false, minZoom: 4, maxZoom: 15, maxBounds: [[-16, 47], [12, 59]],
      canvasContextAttributes: { antialias: false, contextType: "webgl2" },
      locale: { "Map.Title": part.dataset.label },
      style: {
        version: 8,
        sources: {
          icbs: { type: "geojson", data: icbs, tolerance: 0.2 },
          chosen: { type: "geojson", data: nothing, tolerance: 0 },
        },
        layers: [
          { id: "sea", type: "background", paint: { "background-color": SEA } },
          line("icb-lines", "icbs", BORDER, 0.8),
          line("icb-chosen", "icbs", "#212b32", 2.5, none),
          line("chosen-under", "chosen", "#ffffff", 7),
          line("chosen-over", "chosen", CHOSEN, 3.5),
        ],
      },
    });
    state.map = map;
    map.touchZoomRotate.disableRotation(); map.keyboard.disableRotation();
    map.addControl(new window.maplibregl.NavigationControl({ showCompass: false }), "top-right");
    map.on("click", (event) => choose(areaAt(areas, toX(event.lngLat.lng), toY(event.lngLat.lat))));
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key === "Enter") choose(areaAt(areas, toX(map.getCenter().lng), toY(map.getCenter().lat)));
    });
    map.getCanvas().addEventListener("webglcontextlost", lost);
    await new Promise((done) => map.once("style.load", done));
    map.addLayer(layer, "icb-lines");
    return {
      paint(letters, looks) { Object.assign(state, { letters, looks }); layer.refresh(); map.triggerRepaint(); },
      whenPainted(done) { // when the graphics card has finished, not when it was asked
        map.once("render", () => {
          const gl = map.painter.context.gl, fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
          gl.flush();
          const wait = () => {
            if (gl.isContextLost() || gl.getSyncParameter(fence, gl.SYNC_STATUS) === gl.SIGNALED) { gl.deleteSync(fence); done(); }
            else setTimeout(wait, 4);
          };
          wait();
        });
        map.triggerRepaint();
      },
      fit([[south, west], [north, east]]) { map.fitBounds([[west, south], [east, north]], { padding: 12, animate: false }); },
      borders(found) { map.getSource("icbs").setData(found); },
      icb(code) { map.setFilter("icb-chosen", code ? ["==", ["get", "code"], code] : none); },
      chosen(i) {
        const rings = i < 0 ? [] : ringsOf(areas, i, (x, y) => [toLng(x), toLat(y)]);
        map.getSource("chosen").setData({ type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: rings } });
      },
      remove() { map.getCanvas().removeEventListener("webglcontextlost", lost); map.remove(); },
    };
  }

  // ---- Without WebGL: a plain canvas ------------------------------------------------------------------------------

  // Which area each pixel shows, or -1: every triangle by its rows, so that neighbours leave no seam between them.
  function raster(areas, left, top, scale, width, height) {
    const shown = new Int32Array(width * height).fill(-1), { boxes, xy, index, corners } = areas;
    const u = new Float64Array(3), v = new Float64Array(3);
    for (let i = 0; i < areas.count; i++) {
      if (boxes[4 * i] > left + width / scale || boxes[4 * i + 1] > top + height / scale) continue;
      if (-boxes[4 * i + 2] < left || -boxes[4 * i + 3] < top) continue;
      for (let k = corners[i]; k < corners[i + 1]; k += 3) {
        for (let c = 0; c < 3; c++) {
          u[c] = (xy[2 * index[k + c]] - left) * scale - 0.5; v[c] = (xy[2 * index[k + c] + 1] - top) * scale - 0.5;
        }
        const last = Math.min(height - 1, Math.ceil(Math.max(v[0], v[1], v[2])) - 1);
        for (let row = Math.max(0, Math.ceil(Math.min(v[0], v[1], v[2]))); row <= last; row++) {
          let from = Infinity, to = -Infinity;
          for (let c = 0, d = 2; c < 3; d = c++) {
            if (v[c] > row === v[d] > row) continue;
            const at = u[c] + ((row - v[c]) / (v[d] - v[c])) * (u[d] - u[c]);
            if (at < from) from = at;
            if (at > to) to = at;
          }
          const first = Math.max(0, Math.ceil(from)), end = Math.min(width, Math.ceil(to));
          if (first < end) shown.fill(i, row * width + first, row * width + end);
        }
      }
    }
    return shown;
  }
  // Is a pixel ink of a pattern? The same patterns as in the shader, of whole pixels.
  const INKED = {
    none: () => false, diagonal: (x, y) => (x + y) % 10 < 2, cross: (x, y) => (x + y) % 10 < 2 || (x - y + 100000) % 10 < 2,
    dots: (x, y) => x % 6 < 2 && y % 6 < 2, level: (x, y) => y % 7 < 2,
  };
  function colours(shown, letters, looks, width, ratio, isFine) {
    const picture = new ImageData(width, shown.length / width), pixels = new Uint32Array(picture.data.buffer);
    const number = (colour) => { // a canvas has its bytes the other way round
      const n = parseInt(colour.slice(1), 16);
      return (255 << 24) | ((n & 255) << 16) | (n & 0xff00) | (n >> 16);
    };
    const ready = Array.from({ length: 128 }, (_, i) => {
      const look = looks[String.fromCharCode(i)] || { fill: GROUND, ink: GROUND, pattern: "none" };
      return { fill: number(look.fill), ink: number(look.ink), isInk: INKED[look.pattern] || INKED.none, plain: look.pattern === "none" };
    });
    const sea = number(SEA), edge = number("#8a969e");
    for (let p = 0; p < shown.length; p++) {
      if (shown[p] < 0) { pixels[p] = sea; continue; }
      const look = ready[letters[shown[p]]];
      if (isFine && (shown[p] !== shown[p + 1] || shown[p] !== shown[p + width])) pixels[p] = edge;
      else if (look.plain) pixels[p] = look.fill;
      else pixels[p] = look.isInk(((p % width) / ratio) | 0, (p / width / ratio) | 0) ? look.ink : look.fill;
    }
    return picture;
  }

  function withCanvas(part, areas, icbs, choose) {
    const canvas = document.createElement("canvas"), context = canvas.getContext("2d");
    const view = { x: 0, y: 0, scale: 1 }; // middle of the view on the grid, and pixels a step
    let letters = null, looks = {}, icb = null, marked = -1, asked = 0, waiting = [], kept = {};
    canvas.tabIndex = 0; canvas.setAttribute("role", "region"); canvas.setAttribute("aria-label", part.dataset.label);
    const bar = document.createElement("div"); bar.className = "small-areas-buttons";
    const button = (sign, words, act) => {
      const made = Object.assign(document.createElement("button"), { type: "button", textContent: sign, onclick: act });
      made.setAttribute("aria-label", words); bar.append(made);
    };
    const zoom = (factor) => { view.scale = Math.min(0.8, Math.max(0.003, view.scale * factor)); redraw(); };
    button("+", "Zoom in", () => zoom(2)); button("−", "Zoom out", () => zoom(0.5));
    const words = Object.assign(document.createElement("p"), {
      className: "small-areas-plain", textContent: "This browser has no WebGL: the map is drawn in a plain way, and moves more slowly.",
    });
    part.append(canvas, bar, words);

    const trace = (rings) => {
      for (const ring of rings) ring.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
    };
    const screen = (x, y) => [(x - view.x) * view.scale + part.clientWidth / 2, (y - view.y) * view.scale + part.clientHeight / 2];
    const border = ({ geometry: { type, coordinates } }) => (type === "Polygon" ? [coordinates] : coordinates)
      .flat().map((ring) => ring.map(([lng, lat]) => screen(toX(lng), toY(lat))));
    function draw() {
      asked = 0;
      const ratio = window.devicePixelRatio || 1, width = part.clientWidth, height = part.clientHeight;
      if (!width || !height) return; // hidden for now; asked again when it has a size
      canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      const left = view.x - width / 2 / view.scale - areas.originX, top = view.y - height / 2 / view.scale - areas.originY;
      const key = [left, top, view.scale, canvas.width, canvas.height].join();
      if (kept.key !== key) { // new letters need no new shapes
        kept = { key, shown: raster(areas, left, top, view.scale * ratio, canvas.width, canvas.height) };
      }
      const isFine = Math.log2((view.scale * GRID) / 512) >= FINE_ZOOM;
      if (letters) context.putImageData(colours(kept.shown, letters, looks, canvas.width, ratio, isFine), 0, 0);
      const stroke = (paths, colour, thick) => {
        context.beginPath(); paths.forEach(trace);
        context.strokeStyle = colour; context.lineWidth = thick; context.lineJoin = "round"; context.stroke();
      };
      stroke(icbs.features.map(border), BORDER, 0.8);
      stroke(icbs.features.filter((each) => each.properties.code === icb).map(border), "#212b32", 2.5);
      if (marked >= 0) {
        const found = ringsOf(areas, marked, screen);
        stroke([found], "#ffffff", 7); stroke([found], CHOSEN, 3.5);
      }
      waiting.splice(0).forEach((done) => done());
    }
    function redraw() { asked = asked || requestAnimationFrame(draw); }
    function fit([[south, west], [north, east]]) {
      view.x = (toX(west) + toX(east)) / 2; view.y = (toY(south) + toY(north)) / 2;
      view.scale = Math.min((part.clientWidth - 24) / (toX(east) - toX(west)), (part.clientHeight - 24) / (toY(south) - toY(north)));
      redraw();
    }
    const gridAt = (x, y) => [view.x + (x - part.clientWidth / 2) / view.scale, view.y + (y - part.clientHeight / 2) / view.scale];
    let held = null;
    canvas.addEventListener("pointerdown", (event) => { held = { x: event.offsetX, y: event.offsetY, moved: false }; canvas.setPointerCapture(event.pointerId); });
    canvas.addEventListener("pointermove", (event) => {
      if (!held || (!held.moved && Math.hypot(event.offsetX - held.x, event.offsetY - held.y) < 4)) return;
      view.x -= (event.offsetX - held.x) / view.scale; view.y -= (event.offsetY - held.y) / view.scale;
      held = { x: event.offsetX, y: event.offsetY, moved: true }; redraw();
    });
    canvas.addEventListener("pointerup", (event) => {
      if (held && !held.moved) choose(areaAt(areas, ...gridAt(event.offsetX, event.offsetY)));
      held = null;
    });
    canvas.addEventListener("pointercancel", () => { held = null; });
    canvas.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (way) { view.x += (way[0] * 100) / view.scale; view.y += (way[1] * 100) / view.scale; redraw(); }
      else if (event.key === "+" || event.key === "=") zoom(2);
      else if (event.key === "-") zoom(0.5);
      else if (event.key === "Enter") choose(areaAt(areas, view.x, view.y));
      else return;
      event.preventDefault();
    });
    const size = new ResizeObserver(() => redraw()); size.observe(part);
    return {
      paint(row, shown) { letters = row; looks = shown; redraw(); },
      whenPainted(done) { waiting.push(done); redraw(); },
      fit, borders(found) { icbs = found; redraw(); }, icb(code) { icb = code; redraw(); }, chosen(i) { marked = i; redraw(); },
      remove() { size.disconnect(); cancelAnimationFrame(asked); part.replaceChildren(); },
    };
  }

  // ---- Parts of the page --------------------------------------------------------------------------------------------

  function start(part) {
    const live = { drawer: null, areas: null, shown: {}, turn: 0, gone: false, letters: null, marked: -1 };
    LIVE.set(part, live);
    part.setAttribute("aria-busy", "true");
    const say = (text) => { const words = document.getElementById(`${part.id}-words`); if (words) words.textContent = text; };
    const mark = (i) => {
      if (i !== live.marked) live.drawer.chosen(i); // each asks for a drawing
      live.marked = i;
      if (i < 0 || !live.letters) { say(""); return; }
      const look = live.shown.looks[String.fromCharCode(live.letters[i])];
      say(`Chosen: ${codeOf(live.areas, i)}. ${look ? look.label : "Not part of this view"}`);
    };
    const choose = (i) => {
      if (live.gone || !live.drawer) return;
      live.shown.chosen = i < 0 ? null : codeOf(live.areas, i);
      mark(i);
      window.dash_clientside?.set_props?.(`${part.id}-chosen`, { data: live.shown.chosen });
      performance.mark("small-areas-chosen");
    };
    const plainly = () => { // also when the graphics card is taken away while the map is open
      if (live.gone) return;
      live.drawer?.remove(); part.replaceChildren(); part.classList.remove("maplibregl-map");
      live.drawer = withCanvas(part, live.areas, live.icbs, choose);
      Object.assign(live, { shown: {}, first: true, marked: -1 });
      live.follow();
    };
    const border = async (address) => { // icbs of another set have other borders
      if (address === live.borders) return;
      live.icbs = await once(address, async () => (await ask(address)).json());
      live.borders = address;
      if (!live.gone) live.drawer.borders(live.icbs);
    };
    live.change = async () => {
      if (!live.drawer) return;
      const wanted = JSON.parse(part.dataset.view), turn = ++live.turn, before = live.shown;
      const letters = new Uint8Array(await (await ask(wanted.values)).arrayBuffer());
      if (live.gone || turn !== live.turn) return; // the reader has gone on to something else
      const recoloured = before.values !== wanted.values || JSON.stringify(before.looks) !== JSON.stringify(wanted.looks);
      live.shown = wanted; live.letters = letters;
      if (recoloured) live.drawer.paint(letters, wanted.looks);
      if (JSON.stringify(before.bounds) !== JSON.stringify(wanted.bounds)) live.drawer.fit(wanted.bounds);
      await border(wanted.borders || part.dataset.icbs);
      if (live.gone || turn !== live.turn) return;
      if (before.icb !== wanted.icb) live.drawer.icb(wanted.icb);
      mark(placeOf(live.areas, wanted.chosen));
      live.drawer.whenPainted(() => {
        performance.mark(live.first ? "small-areas-drawn" : "small-areas-recoloured");
        live.first = false; part.setAttribute("aria-busy", "false");
      });
    };
    const follow = () => live.change().catch(fail);
    const fail = () => { part.setAttribute("aria-busy", "false"); say("The map cannot be drawn. The table holds the same figures."); };
    live.follow = follow; live.first = true;
    (async () => {
      const shapes = once(part.dataset.areas, async () => decode(new Uint8Array(await (await ask(part.dataset.areas)).arrayBuffer())));
      const borders = once(part.dataset.icbs, async () => (await ask(part.dataset.icbs)).json());
      const library = hasWebgl() ? load(part).then(() => true, () => false) : Promise.resolve(false);
      ask(JSON.parse(part.dataset.view).values).catch(() => null); // on its way while the shapes are read
      const [areas, icbs, isReady] = await Promise.all([shapes, borders, library]);
      if (live.gone) return;
      Object.assign(live, { areas, icbs, borders: part.dataset.icbs });
      try {
        live.drawer = isReady ? await withWebgl(part, areas, icbs, choose, plainly) : withCanvas(part, areas, icbs, choose);
      } catch (fault) {
        part.replaceChildren();
        live.drawer = withCanvas(part, areas, icbs, choose);
      }
      if (live.gone) { live.drawer.remove(); return; }
      follow();
    })().catch(fail);
  }

  // The page's framework puts parts on the page and takes them off as it likes.
  const parts = document.getElementsByClassName("small-areas");
  function look(changes) {
    for (const part of parts) if (!LIVE.has(part)) start(part);
    for (const [part, live] of LIVE) {
      if (part.isConnected) continue;
      LIVE.delete(part); live.gone = true; live.drawer?.remove();
    }
    for (const { type, target } of changes) if (type === "attributes") LIVE.get(target)?.follow();
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true, attributeFilter: ["data-view"] });
  look([]);
})();
