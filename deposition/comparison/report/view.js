"use strict";

/* View of a snapshot of one result, drawn by vtk.js into a canvas. */

const PALE = "#f1f4f7";
const STEPS = 65535;
const TYPES = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array };
const LINE = { field: 5, film: 3, original: 1 }; // widths in pixels of the screen

/** Inverse of packing.py: typed arrays by name, real numbers in single precision. */
async function unpack(snapshot) {
  const packed = Uint8Array.from(atob(snapshot.data), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(stream).arrayBuffer();
  const arrays = {};
  let offset = 0;
  for (const [name, { type, count, low, high }] of Object.entries(snapshot.layout)) {
    const codes = new TYPES[type](buffer, offset, count);
    offset += 4 * Math.ceil(codes.byteLength / 4);
    arrays[name] = low === undefined ? codes : Float32Array.from(codes, (code) => low + ((high - low) * code) / STEPS);
  }
  return arrays;
}

/** Points padded to three coordinates. */
function padded(points, dimension) {
  if (dimension === 3) return points;
  const space = new Float32Array((points.length / 2) * 3);
  for (let i = 0, j = 0; i < points.length; i += 2, j += 3) space.set(points.subarray(i, i + 2), j);
  return space;
}

/** Cells in the format of vtk: the number of corners, followed by the corners, of each. */
function cells(elements, corners) {
  const list = new Uint32Array((elements.length / corners) * (corners + 1));
  for (let i = 0, j = 0; i < elements.length; i += corners, j += corners + 1) {
    list[j] = corners;
    list.set(elements.subarray(i, i + corners), j + 1);
  }
  return list;
}

function rgb(hex) {
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255);
}

/** Colour transfer function of a field between its limits. */
function ramp(field, [low, high]) {
  const table = vtk.ColorTransferFunction.newInstance();
  const step = (high - low) / (field.colours.length - 1);
  field.colours.forEach((colour, i) => table.addRGBPoint(low + i * step, ...rgb(colour)));
  table.setMappingRange(low, high);
  return table;
}

class View {
  /** viewport: element to draw into; result: its entry in the data; data: common data of all results */
  constructor(viewport, result, data) {
    Object.assign(this, { viewport, result, data, snapshots: [], parts: {} });
    const [low, high] = result.bounds;
    this.flat = result.dimension === 2;
    this.centre = [0, 1, 2].map((i) => (this.flat && i === 2 ? 0 : (low[i] + high[i]) / 2));
    this.size = [0, 1, 2].map((i) => (this.flat && i === 2 ? 0 : high[i] - low[i]));
    viewport.style.aspectRatio = this.flat ? `${this.size[0]} / ${this.size[1]}` : "1";
  }

  /** Create the canvas; returns false if the browser has no WebGL 2 or no DecompressionStream. */
  start() {
    if (typeof DecompressionStream === "undefined") return false;
    this.target = vtk.OpenGLRenderWindow.newInstance();
    this.canvas = this.target.getCanvas();
    // Created before vtk.js does, with preserveDrawingBuffer, which printing and copying need.
    if (!this.canvas.getContext("webgl2", { preserveDrawingBuffer: true, alpha: true, depth: true })) return false;
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "img");
    this.window = vtk.RenderWindow.newInstance();
    this.renderer = vtk.Renderer.newInstance({ background: [1, 1, 1] });
    this.window.addRenderer(this.renderer);
    this.window.addView(this.target);
    this.target.setContainer(this.viewport);
    for (const part of ["metal", "electrolyte", "surface", "original"]) this.add(part);
    this.reset();
    return true;
  }

  add(part) {
    const mapper = vtk.Mapper.newInstance({ interpolateScalarsBeforeMapping: true });
    const actor = vtk.Actor.newInstance();
    actor.setMapper(mapper);
    // Weak shading, so that colours remain those of the colour bar.
    const lit = !this.flat && part !== "electrolyte";
    actor.getProperty().set({ ambient: lit ? 0.78 : 1, diffuse: lit ? 0.25 : 0, specular: 0 });
    this.renderer.addActor(actor);
    this.parts[part] = { mapper, actor };
  }

  /** Unpack a snapshot once. */
  snapshot(number) {
    return (this.snapshots[number] ??= unpack(this.result.snapshots[number]));
  }

  /** Draw snapshot `number` coloured by `field` between `limits`, or by the film if field is null. */
  async show(number, field, limits) {
    this.requested = number;
    const arrays = await this.snapshot(number);
    const first = await this.snapshot(0);
    if (this.requested !== number) return; // another snapshot has been requested meanwhile
    this.draw("electrolyte", arrays, 3, field, limits);
    this.draw("surface", arrays, this.flat ? 2 : 3, field, limits);
    this.draw("metal", arrays, 3, null, null);
    this.outline(first);
    this.drawn = true;
    this.render();
  }

  draw(part, arrays, corners, field, limits) {
    const { mapper, actor } = this.parts[part];
    const mesh = vtk.PolyData.newInstance();
    mesh.getPoints().setData(padded(arrays[`${part}.points`], this.result.dimension), 3);
    const list = cells(arrays[`${part}.elements`], corners);
    (corners === 2 ? mesh.getLines() : mesh.getPolys()).setData(list);
    mapper.setInputData(mesh);
    const chosen = field?.part === part;
    actor.setVisibility(chosen || this.flat || part !== "electrolyte"); // in 3D a section without a field is hidden
    if (chosen) this.colourByField(mapper, mesh, arrays[`${part}.${field.key}`], field, limits);
    else if (part === "electrolyte") this.plain(mapper, actor, PALE);
    else this.colourByShade(mapper, mesh, part === "surface" ? arrays["surface.film"] : this.shades(arrays));
    actor.getProperty().setLineWidth((chosen ? LINE.field : LINE.film) * devicePixelRatio);
  }

  colourByField(mapper, mesh, values, field, limits) {
    const scalars = vtk.DataArray.newInstance({ name: field.key, values });
    const onPoints = values.length === mesh.getNumberOfPoints();
    (onPoints ? mesh.getPointData() : mesh.getCellData()).setScalars(scalars);
    mapper.set({ scalarVisibility: true, colorMode: 1, scalarMode: onPoints ? 1 : 2, useLookupTableScalarRange: true });
    mapper.setInterpolateScalarsBeforeMapping(onPoints);
    mapper.setLookupTable(ramp(field, limits));
  }

  colourByShade(mapper, mesh, shades) {
    mesh.getCellData().setScalars(vtk.DataArray.newInstance({ name: "shade", values: shades, numberOfComponents: 3 }));
    mapper.set({ scalarVisibility: true, colorMode: 2, scalarMode: 2, interpolateScalarsBeforeMapping: false });
  }

  plain(mapper, actor, colour) {
    mapper.setScalarVisibility(false);
    actor.getProperty().setColor(...rgb(colour));
  }

  /** RGB colour of each metal element by its kind. */
  shades(arrays) {
    const palette = this.data.kinds.map((kind) => rgb(this.data.metal[kind]).map((share) => 255 * share));
    return Uint8Array.from([...arrays["metal.kind"]].flatMap((kind) => palette[kind]));
  }

  /** Draw the surface before the run as a thin line (2D only). */
  outline(first) {
    const { mapper, actor } = this.parts.original;
    actor.setVisibility(this.flat);
    if (!this.flat) return;
    const mesh = vtk.PolyData.newInstance();
    mesh.getPoints().setData(padded(first["surface.points"], 2), 3);
    mesh.getLines().setData(cells(first["surface.elements"], 2));
    mapper.setInputData(mesh);
    this.plain(mapper, actor, this.data.ink);
    actor.getProperty().setLineWidth(LINE.original * devicePixelRatio);
  }

  /** Reset the camera to show the whole cell. */
  reset() {
    const camera = this.renderer.getActiveCamera();
    const distance = 2 * Math.hypot(...this.size);
    const aim = this.flat ? [0, 0, 1] : [0.6, -0.66, 0.45];
    camera.setParallelProjection(true);
    camera.setFocalPoint(...this.centre);
    camera.setPosition(...this.centre.map((x, i) => x + distance * aim[i]));
    camera.setViewUp(0, this.flat ? 1 : 0, this.flat ? 0 : 1);
    camera.setClippingRange(0.1 * distance, 3 * distance);
    camera.setParallelScale(this.flat ? this.size[1] / 2 : this.scaleFor(aim[2]));
  }

  /** Parallel scale that shows the whole box (3D) from any side; sine: of the elevation angle. */
  scaleFor(sine) {
    const [x, y, z] = this.size;
    const across = Math.hypot(x, y);
    return 0.52 * Math.max(across, sine * across + Math.sqrt(1 - sine * sine) * z);
  }

  zoom(factor) {
    const camera = this.renderer.getActiveCamera();
    camera.setParallelScale(camera.getParallelScale() / factor);
  }

  /** Move (2D) or rotate (3D) by fractions of the height of the picture. */
  move(across, up) {
    const camera = this.renderer.getActiveCamera();
    if (!this.flat) {
      camera.azimuth(-180 * across);
      camera.elevation(Math.max(-85, Math.min(85, this.elevation() - 180 * up)) - this.elevation());
      return;
    }
    const scale = 2 * camera.getParallelScale();
    const moved = (point) => [point[0] - across * scale, point[1] - up * scale, point[2]];
    camera.setFocalPoint(...moved(camera.getFocalPoint()));
    camera.setPosition(...moved(camera.getPosition()));
  }

  /** Elevation angle of the camera, degrees. */
  elevation() {
    const camera = this.renderer.getActiveCamera();
    const [from, to] = [camera.getPosition(), camera.getFocalPoint()];
    const [x, y, z] = from.map((value, i) => value - to[i]);
    return (180 / Math.PI) * Math.atan2(z, Math.hypot(x, y));
  }

  render() {
    if (!this.drawn) return; // no snapshot has been drawn yet
    const box = this.viewport.getBoundingClientRect();
    const pixels = [box.width, box.height].map((length) => Math.max(1, Math.round(length * devicePixelRatio)));
    this.target.setSize(...pixels);
    this.window.render();
  }
}
