// The pelvis in three dimensions, turned by finger, mouse or arrow keys. It draws what the page
// brings in #pelvis-data and works nothing out but how large to show the motion.
import { Buffer } from "./pelvis_paint.js";
import { axesOf, DISC, drawArrows, drawSides, drawSurfaces, FIRST_STRAND, motionsOf, paintBones, paintSolids, Pen } from "./pelvis_scene.js";

const $ = (id) => document.getElementById(id);
const box = $("turned"), canvas = $("pelvis"), ctx = canvas.getContext("2d");
const words = JSON.parse($("pelvis-words").textContent);
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const WIDE = 336, HIGH = 280; // mm that the picture holds
const VIEWS = { front: [0, 0], side: [90, 0], back: [180, 0], top: [0, 90] };
const KEYS = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, 10], ArrowDown: [0, -10] };
const SLOW = 180; // ms that a change takes
const MOST_MOVING = 4e5, MOST_STILL = 2.4e6; // pixels that are painted while it moves, and at rest
const DRAG = 0.5; // degrees for a pixel
const TAP = 6; // pixels within which a touch is no drag
const SEEN = 2; // mm that a bone must go for its old place to be shown
const REST = 120; // ms after the last change until it is painted finely

const look = { around: 20, above: 6 };
const sheet = document.createElement("canvas");
let data, shown, goal, began, frame, rest, buffer, colours;

// --- colours ------------------------------------------------------------------------------------

const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** A custom property of the page as red, green and blue, whatever it is written as. */
function rgb(name) {
  canvas.style.setProperty("color", `var(--${name})`);
  probe.fillStyle = getComputedStyle(canvas).color;
  probe.fillRect(0, 0, 1, 1);
  return [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

const css = (colour) => `rgb(${colour.join()})`;
const NAMES = ["paper", "ink", "act", "faint", "bone-lit", "bone-dim", "sacrum-lit", "sacrum-dim", "disc-lit", "disc-dim", "slack", "strain-1", "strain-2", "strain-3", "strain-4"];

function readColours() {
  const c = Object.fromEntries(NAMES.map((name) => [name, rgb(name)]));
  canvas.style.removeProperty("color");
  const hip = [c["bone-dim"], c["bone-lit"]];
  const strands = [c.slack, c["strain-1"], c["strain-2"], c["strain-3"], c["strain-4"]];
  colours = {
    raw: c, ink: css(c.ink), paper: css(c.paper), load: css(c.ink), push: css(c.act),
    bones: [null, [c["sacrum-dim"], c["sacrum-lit"]], hip, hip, [c["disc-dim"], c["disc-lit"]]],
    strands: strands.map((colour) => [colour.map((v, i) => v + 0.35 * (c["bone-dim"][i] - v)), colour]),
  };
}

// --- one picture --------------------------------------------------------------------------------

function draw(fine) {
  const ratio = Math.max(1, window.devicePixelRatio || 1);
  const wide = Math.round(canvas.clientWidth * ratio), high = Math.round(canvas.clientHeight * ratio);
  if (!wide || !high) return;
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const part = Math.min(fine ? 2 : 1, Math.sqrt((fine ? MOST_STILL : MOST_MOVING) / (wide * high)));
  const scale = Math.min(wide / WIDE, high / HIGH);
  buffer = new Buffer(Math.round(wide * part), Math.round(high * part), scale * part);
  const axes = axesOf(look), motions = motionsOf(shown.moves, shown.factor);
  paintSolids(buffer, data, motions, axes, loaded());
  const inks = [...colours.bones, ...data.strands.map((one) => colours.strands[one.class[loaded()]])];
  Object.assign(sheet, { width: buffer.wide, height: buffer.high });
  sheet.getContext("2d").putImageData(buffer.picture(inks, colours.raw.ink, Math.max(1, Math.round(0.8 * ratio * part))), 0, 0);
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.clearRect(0, 0, wide, high);
  ctx.imageSmoothingQuality = "high";
  ctx.drawImage(sheet, 0, 0, wide, high);
  if (fine) drawBefore(axes, buffer.wide >> 1, buffer.high >> 1, buffer.scale / 2);
  ctx.setTransform(scale, 0, 0, scale, wide / 2, high / 2);
  drawOver(axes, motions, (13 * ratio) / scale);
}

/** About how far a bone goes, in mm: by its way, and by its turn at the far end. */
const far = ([, , , ...move]) => Math.hypot(...move.slice(0, 3)) + 100 * Math.hypot(...move.slice(3));

/** Where the bones were before the load: their edge, in dots. */
function drawBefore(axes, wide, high, scale) {
  if (shown.factor === 0) return;
  const before = new Buffer(wide, high, scale);
  const goes = (body) => shown.factor * far(shown.moves[body]) > SEEN;
  paintBones(before, data, motionsOf(shown.moves, 0), axes, goes);
  Object.assign(sheet, { width: wide, height: high });
  sheet.getContext("2d").putImageData(before.edges(colours.raw.faint, Math.max(2, Math.round(1.6 * scale))), 0, 0);
  ctx.drawImage(sheet, 0, 0, canvas.width, canvas.height);
}

function drawOver(axes, motions, size) {
  const hides = (x, y, near) => buffer.hides(buffer.wide / 2 + x * buffer.scale, buffer.high / 2 + y * buffer.scale, near);
  const pen = new Pen(ctx, colours, axes, hides, [buffer.wide / 2 / buffer.scale, buffer.high / 2 / buffer.scale]);
  drawSurfaces(pen, data, motions);
  if (loaded()) drawArrows(pen, data, motions, size, words.newton);
  drawSides(pen, motions, words, size);
}

// --- in time ------------------------------------------------------------------------------------

const mix = (a, b, t) => a + t * (b - a);

/** Draw soon; finely once nothing has changed for a moment. */
function redraw() {
  canvas.setAttribute("aria-busy", "true");
  frame ??= requestAnimationFrame(tick);
}

function tick(now) {
  frame = undefined;
  if (!data || box.hidden) return;
  const t = calm.matches ? 1 : Math.min(1, Math.max(0, (now - began) / SLOW));
  if (goal) {
    shown = between(goal.from, goal.to, t);
    if (t < 1) redraw();
    else goal = undefined;
  }
  draw(false);
  clearTimeout(rest);
  if (!frame) rest = setTimeout(settle, REST);
}

function settle() {
  draw(true);
  canvas.setAttribute("aria-busy", "false");
}

function between(from, to, t) {
  const moves = from.moves.map((row, b) => row.map((value, i) => mix(value, to.moves[b][i], t)));
  return { moves, factor: mix(from.factor, to.factor, t) };
}

/** Let the bones go from where they are shown to where they should be. */
function goTo(to) {
  goal = shown && { from: shown, to };
  shown ??= to;
  began = performance.now();
  redraw();
}

/** 0 before the load, 1 under it. */
const loaded = () => Number($("unloaded").getAttribute("aria-pressed") !== "true");

function follow() {
  $("o-larger").textContent = words.larger_now.replace("{n}", $("larger").value);
  if (data) goTo({ moves: data.moves, factor: loaded() * $("larger").value });
}

/** Take what the page brings: at first, and whenever a setting has changed. */
function take() {
  const source = $("pelvis-data");
  box.hidden = !source;
  document.body.classList.toggle("turning", Boolean(source) && $("flat").getAttribute("aria-pressed") !== "true");
  if (!source || source === take.last) return;
  take.last = source;
  data = JSON.parse(source.textContent);
  follow();
}

// --- turning ------------------------------------------------------------------------------------

function turn(around, above) {
  look.around = (((look.around + around) % 360) + 360) % 360;
  look.above = Math.min(90, Math.max(-90, look.above + above));
  for (const button of box.querySelectorAll("[data-view]")) {
    const [a, b] = VIEWS[button.dataset.view];
    button.setAttribute("aria-pressed", String(a === look.around && b === look.above));
  }
  redraw();
}

function tellView() {
  const height = look.above > 15 ? words.above : look.above < -15 ? words.below : "";
  const way = Math.abs(look.above) > 75 ? "" : words[`way_${(Math.round(look.around / 45) % 8) * 45}`];
  $("pelvis-said").textContent = [way, height].filter(Boolean).join(", ");
}

function choose({ target }) {
  const button = target.closest("[data-view]");
  if (!button) return;
  [look.around, look.above] = VIEWS[button.dataset.view];
  turn(0, 0);
  tellView();
}

function key(event) {
  const step = KEYS[event.key];
  if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  turn(...step);
  tellView();
}

let held;
function grasp({ pointerId, clientX: x, clientY: y }) {
  canvas.setPointerCapture(pointerId);
  held = { x, y, far: 0 };
}

function drag({ clientX: x, clientY: y }) {
  if (!held) return;
  const dx = x - held.x, dy = y - held.y;
  held = { x, y, far: held.far + Math.abs(dx) + Math.abs(dy) };
  turn(-DRAG * dx, DRAG * dy);
}

function release(event) {
  if (held && held.far < TAP) name(event);
  held = undefined;
}

/** Say what was touched: which ligament, and how far it is stretched; or which bone. */
function name({ clientX, clientY }) {
  const at = canvas.getBoundingClientRect(), part = buffer.wide / at.width;
  const thing = buffer.at((clientX - at.x) * part, (clientY - at.y) * part);
  const one = data.strands[thing - FIRST_STRAND];
  const solid = ["", words.sacrum, words.hip_bone, words.hip_bone, words.disc][thing];
  $("pelvis-said").textContent = one ? words.stretched.replace("{name}", words[one.name]).replace("{n}", one.strain[loaded()]) : solid;
}

function toggle(button, then) {
  button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
  then();
}

function recolour() {
  readColours();
  redraw();
}

function start() {
  box.addEventListener("click", choose);
  canvas.addEventListener("keydown", key);
  canvas.addEventListener("pointerdown", grasp);
  canvas.addEventListener("pointermove", drag);
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", () => (held = undefined));
  $("larger").addEventListener("input", follow);
  $("unloaded").addEventListener("click", ({ currentTarget }) => toggle(currentTarget, follow));
  $("flat").addEventListener("click", ({ currentTarget }) => toggle(currentTarget, take));
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) matchMedia(query).addEventListener("change", recolour);
  for (const swapped of ["htmx:afterSettle", "htmx:oobAfterSwap"]) document.body.addEventListener(swapped, take);
  new ResizeObserver(redraw).observe(canvas);
  readColours();
  take();
}

if (ctx) start(); // else the flat pictures stay
