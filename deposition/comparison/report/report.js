"use strict";

/* Controls of the views: field, charge, colour scale, camera; for one view or for all synchronized. */

const data = JSON.parse(document.getElementById("data").textContent);
const MOST = 12; // views, since browsers limit the number of WebGL canvases to about sixteen
const FILM = { key: "film", label: "Film", part: "surface" };
const together = document.getElementById("together");
const common = document.getElementById("common");
const play = document.getElementById("play");
const moment = document.getElementById("moment");

class Panel {
  constructor(figure) {
    const find = (name) => figure.querySelector(name);
    this.number = Number(figure.dataset.result);
    this.result = data.results[this.number];
    this.figure = figure;
    this.view = new View(find(".viewport"), this.result, data);
    [this.bar, this.caption, this.films] = [".bar", "figcaption", ".films"].map(find);
    [this.field, this.charge] = ["select", ".charge"].map(find);
    this.field.append(...[...data.fields, FILM].map((field) => new Option(field.label, field.key)));
    this.charge.max = this.result.snapshots.length - 1;
    this.charge.value = this.charge.max;
    this.legend();
  }

  get chosen() {
    return data.fields.find((field) => field.key === this.field.value) ?? FILM;
  }

  /** Colour bar of the field: its limits, and flags for values beyond them; undefined for the film. */
  get scale() {
    return common.checked ? this.chosen.common : this.chosen.own?.[this.number];
  }

  get shown() {
    return this.result.snapshots[Number(this.charge.value)];
  }

  /** Draw the state that the controls select, and describe it. */
  async update() {
    const { chosen, scale } = this;
    this.describe(chosen, scale);
    if (!this.started) return;
    const number = Number(this.charge.value);
    await this.view.show(number, chosen === FILM ? null : chosen, scale?.limits);
    this.figure.dataset.drawn = `${number} ${chosen.key}`;
  }

  describe(field, scale) {
    const { charge, time, voltage } = this.shown;
    const lasted = time < 360 ? `${Math.round(time)} s` : `${(time / 3600).toFixed(2)} h`;
    const state = `${written(charge.toFixed(2))} mAh/cm², ${lasted}, ${written((1e3 * voltage).toFixed(2))} mV`;
    const range = field === FILM ? "" : `, colours from ${scale.limits.map(written).join(" to ")} ${field.unit}`;
    this.caption.textContent = `${state}. ${field.label}${range}.`;
    this.charge.setAttribute("aria-valuetext", state);
    this.view.canvas?.setAttribute("aria-label", `${this.result.label}: ${this.caption.textContent}`);
    this.bar.replaceChildren(...(field === FILM ? [] : colourBar(field, scale)));
  }

  /** Add the films and the kinds of metal with their colours. */
  legend() {
    for (const { name, colour, resistance } of this.result.films) {
      const known = resistance === null ? "" : ` (${Number(resistance.toPrecision(3))} Ω cm²)`;
      this.films.append(entry(name + known, colour));
    }
    for (const kind of this.result.kinds) this.films.append(entry(data.kinds[kind], data.metal[data.kinds[kind]]));
    const { recorded, snapshots } = this.result;
    if (recorded > snapshots.length) this.films.append(made("li", `${snapshots.length} of ${recorded} recorded states`));
  }

  /** Start to draw, or show the reason if that is impossible. */
  start() {
    if (this.started !== undefined) return;
    this.started = this.number < MOST && this.view.start();
    if (this.started) this.listen();
    else this.refuse();
    this.update();
  }

  refuse() {
    const reason = this.number < MOST ? "This browser cannot draw the view: it has no WebGL 2" : `At most ${MOST} results have a view`;
    this.view.viewport.append(made("p", `${reason}; the maps above show the same states.`));
  }

  listen() {
    const { canvas } = this.view;
    const fingers = new Map(); // pointers on the canvas, by number
    const spread = () => {
      const [one, other] = fingers.values();
      return Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY));
    };
    canvas.addEventListener("pointerdown", (event) => {
      fingers.set(event.pointerId, event);
      if (event.isTrusted) canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      const last = fingers.get(event.pointerId);
      if (!last) return;
      const before = fingers.size === 2 ? spread() : 0;
      fingers.set(event.pointerId, event);
      const height = canvas.clientHeight;
      if (fingers.size === 2) act(this, (view) => view.zoom(spread() / before));
      else act(this, (view) => view.move((event.clientX - last.clientX) / height, (last.clientY - event.clientY) / height));
    });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => fingers.delete(event.pointerId));
    canvas.addEventListener("keydown", (event) => {
      const action = KEYS[event.key];
      if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act(this, action);
    });
    new ResizeObserver(() => this.view.render()).observe(this.view.viewport);
  }
}

const KEYS = {
  ArrowLeft: (view) => view.move(-0.05, 0),
  ArrowRight: (view) => view.move(0.05, 0),
  ArrowUp: (view) => view.move(0, 0.05),
  ArrowDown: (view) => view.move(0, -0.05),
  "+": (view) => view.zoom(1.25),
  "=": (view) => view.zoom(1.25),
  "-": (view) => view.zoom(0.8),
  0: (view) => view.reset(),
};

/** Number with a typographic minus sign. */
function written(value) {
  return String(value).replace("-", "−");
}

function made(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text });
}

function entry(name, colour) {
  const item = document.createElement("li");
  const swatch = document.createElement("span");
  swatch.className = "swatch";
  swatch.style.background = colour;
  item.append(swatch, name.replaceAll("_", " "));
  return item;
}

function colourBar(field, { limits: [low, high], beyond }) {
  const strip = document.createElement("div");
  strip.className = "ramp";
  strip.style.background = `linear-gradient(to right, ${field.colours.join(", ")})`;
  const ends = document.createElement("div");
  ends.className = "ends";
  const middle = Number(((low + high) / 2).toPrecision(4));
  for (const text of [(beyond[0] ? "≤ " : "") + written(low), `${written(middle)} ${field.unit}`, (beyond[1] ? "≥ " : "") + written(high)]) {
    ends.append(made("span", text));
  }
  return [strip, ends];
}

const panels = [...document.querySelectorAll(".view")].map((figure) => new Panel(figure));

function linked(panel) {
  return together.checked ? panels : [panel];
}

function act(panel, action) {
  for (const { view, started } of linked(panel)) {
    if (!started) continue;
    action(view);
    view.render();
  }
}

/** Index of the snapshot nearest to a charge. */
function nearest(panel, charge) {
  const distance = (snapshot) => Math.abs(snapshot.charge - charge);
  return panel.result.snapshots.reduce((best, snapshot, i, all) => (distance(snapshot) < distance(all[best]) ? i : best), 0);
}

function moveTo(panel, number) {
  panel.charge.value = number;
  const { charge } = panel.shown;
  moment.textContent = `${written(charge.toFixed(2))} mAh/cm²`;
  for (const other of linked(panel)) {
    if (other !== panel) other.charge.value = nearest(other, charge);
    other.update();
  }
}

for (const panel of panels) {
  panel.charge.addEventListener("input", () => {
    stop();
    moveTo(panel, panel.charge.value);
  });
  panel.field.addEventListener("change", () => {
    for (const other of linked(panel)) {
      other.field.value = panel.field.value;
      other.update();
    }
  });
}
for (const [id, key] of [["zoom-in", "+"], ["zoom-out", "-"], ["zoom-reset", "0"]]) {
  document.getElementById(id).addEventListener("click", () => {
    for (const panel of panels) {
      if (!panel.started) continue;
      KEYS[key](panel.view);
      panel.view.render();
    }
  });
}
common.addEventListener("change", () => panels.forEach((panel) => panel.update()));

/** Arrange the views so that all fit into the window, and scroll to them. */
function fit() {
  const controls = document.querySelector(".controls");
  const room = innerHeight - controls.offsetHeight - 16;
  const names = 24;
  const height = (across) => {
    const width = (views.clientWidth - 8 * (across - 1)) / across;
    const tallest = Math.max(...panels.map(({ view }) => (view.flat ? view.size[1] / view.size[0] : 1)));
    return Math.ceil(panels.length / across) * (tallest * width + names + 8);
  };
  let across = 1;
  while (across < panels.length && height(across) > room) across += 1;
  const rows = Math.ceil(panels.length / across);
  views.style.setProperty("--across", across);
  views.style.setProperty("--tall", `${Math.floor(room / rows - names - 8)}px`);
  views.classList.add("playing");
  scrollTo(0, views.getBoundingClientRect().top + scrollY - controls.offsetHeight - 8);
}

const views = document.querySelector(".views");
let timer = null;
function stop() {
  clearInterval(timer);
  views.classList.remove("playing");
  timer = null;
  play.textContent = "Play";
  play.setAttribute("aria-pressed", "false");
}
play.addEventListener("click", () => {
  if (timer !== null) return stop();
  const longest = panels.reduce((a, b) => (Number(b.charge.max) > Number(a.charge.max) ? b : a));
  panels.forEach((panel) => panel.start());
  fit();
  play.textContent = "Stop";
  play.setAttribute("aria-pressed", "true");
  timer = setInterval(() => moveTo(longest, (Number(longest.charge.value) + 1) % (Number(longest.charge.max) + 1)), 400);
});

// A view starts to draw when it is about to become visible, so that large pages open fast.
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) if (isIntersecting) panels[Number(target.dataset.result)].start();
}, { rootMargin: "400px" });
for (const panel of panels) {
  panel.update();
  watcher.observe(panel.figure);
}
addEventListener("beforeprint", () => panels.forEach((panel) => panel.start()));
