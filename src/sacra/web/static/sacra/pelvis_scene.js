// What is seen of the pelvis: bones, disc and ligaments as solids where the loads have put them,
// and over them the joint surfaces, the forces and where right and left is.
import { boneMesh, tube } from "./pelvis_mesh.js";

const MIDDLE = [-16, 52, 0]; // mm: what the eye looks at
const RADIUS = [0.8, 1, 1.5, 2.2, 3]; // mm, by class of strain
const SWELL = 1.15;
const BETWEEN = 3; // strands drawn between two fibres of a ligament, so that it looks like a bundle
const BEAD = 4.5; // mm from one bead of a slack ligament to the next
const SHORT = 12, BY = 1.55; // mm: the shortest arrow, and the length of 1 N: with the root of the force
const TOLD = 20; // N: a smaller force has no number
const PALE = 0.55;
const BEHIND = 40; // mm of bone in front of an arrow that make it pale
const SIDES = [[[8, 172, 106], 1, "their_right"], [[8, 172, -106], 2, "their_left"]];
const ENDS = [[[104, 50, 0], "front"], [[-134, 50, 0], "back"]];

const along = (e, v) => e[0] * v[0] + e[1] * v[1] + e[2] * v[2];
const mix = (a, b, t) => a.map((x, i) => x + t * (b[i] - x));

// --- where things are ---------------------------------------------------------------------------

/** Right, up and towards the eye, as ways in the body, for degrees around it and above it. */
export function axesOf({ around, above }) {
  const a = (around * Math.PI) / 180, p = (above * Math.PI) / 180;
  return [
    [Math.sin(a), 0, -Math.cos(a)],
    [-Math.cos(a) * Math.sin(p), Math.cos(p), -Math.sin(a) * Math.sin(p)],
    [Math.cos(a) * Math.cos(p), Math.sin(p), Math.sin(a) * Math.cos(p)],
  ];
}

/** How a bone moves: a matrix and a way, from its point, its way and its turn, made larger. */
function motionOf([ax, ay, az, wx, wy, wz, tx, ty, tz], factor) {
  const size = Math.hypot(tx, ty, tz), angle = factor * size;
  const [x, y, z] = [tx, ty, tz].map((t) => t / (size || 1));
  const c = Math.cos(angle), s = Math.sin(angle), d = 1 - c;
  const m = [
    c + d * x * x, d * x * y - s * z, d * x * z + s * y,
    d * x * y + s * z, c + d * y * y, d * y * z - s * x,
    d * x * z - s * y, d * y * z + s * x, c + d * z * z,
  ];
  const p = [ax, ay, az], way = [wx, wy, wz];
  return { m, off: [0, 1, 2].map((i) => p[i] + factor * way[i] - along(m.slice(3 * i, 3 * i + 3), p)) };
}

const moved = ({ m, off }, p) => off.map((o, i) => o + m[3 * i] * p[0] + m[3 * i + 1] * p[1] + m[3 * i + 2] * p[2]);

/** A motion as the eye sees it: rows right, up, near. */
function viewOf({ m, off }, axes) {
  const rows = axes.flatMap((e) => [0, 1, 2].map((c) => e[0] * m[c] + e[1] * m[3 + c] + e[2] * m[6 + c]));
  const from = off.map((o, i) => o - MIDDLE[i]);
  return { rows, off: axes.map((e) => along(e, from)) };
}

const STILL = { m: [1, 0, 0, 0, 1, 0, 0, 0, 1], off: [0, 0, 0] };
export const motionsOf = (moves, factor) => moves.map((one) => motionOf(one, factor));

// --- solids -------------------------------------------------------------------------------------

const made = new Map();

/** The surfaces of all bones, each with its body; made once for one person. */
function bonesOf(bones) {
  const key = JSON.stringify(bones);
  if (!made.has(key)) made.set(key, bones.flatMap(sidesOf));
  return made.get(key);
}

function sidesOf(bone) {
  const mesh = boneMesh(bone);
  return bone.bodies.map((body, i) => ({ body, mesh: i ? mesh.mirrored() : mesh }));
}

export const DISC = 4, FIRST_STRAND = 5; // things in a buffer; the bones are 1 to 3

/** Draw the solids into a buffer; ligaments as stretched as they are before the load or under it. */
export function paintSolids(buffer, data, motions, axes, loaded) {
  paintBones(buffer, data, motions, axes);
  const view = viewOf(STILL, axes);
  const [top, low] = data.disc.map((p) => mix(moved(motions[1], p), moved(motions[2], p), 0.5));
  buffer.draw(tube(top, low, 5, 1.1), view, DISC);
  const strands = data.strands.map((one) => one.ends.map((end, i) => moved(motions[one.bodies[i]], end)));
  data.strands.forEach((one, i) => {
    for (const [ends, share] of bundle(data.strands, strands, i))
      for (const mesh of strandOf(ends, one.class[loaded], share)) buffer.draw(mesh, view, FIRST_STRAND + i);
  });
}

export function paintBones(buffer, data, motions, axes, which = () => true) {
  for (const { body, mesh } of bonesOf(data.bones).filter((one) => which(one.body))) buffer.draw(mesh, viewOf(motions[body], axes), body + 1);
}

/** The fibre itself, and thinner strands on the way to the next fibre of the same ligament. */
function bundle(all, placed, i) {
  const next = all[i + 1];
  const found = [[placed[i], 1]];
  if (!next || next.name !== all[i].name || next.side !== all[i].side) return found;
  for (let n = 1; n <= BETWEEN; n++) {
    const t = n / (BETWEEN + 1);
    found.push([placed[i].map((end, e) => mix(end, placed[i + 1][e], t)), 0.8]);
  }
  return found;
}

function strandOf([from, to], number, share) {
  const radius = share * RADIUS[number];
  if (number) return [tube(from, to, radius, SWELL)];
  const count = Math.max(2, Math.round(Math.hypot(...from.map((x, i) => to[i] - x)) / BEAD));
  return Array.from({ length: count }, (_, n) => tube(mix(from, to, (n + 0.25) / count), mix(from, to, (n + 0.75) / count), radius, 1, 2));
}

// --- over them ----------------------------------------------------------------------------------

/** A pen for lines and words over the solids; x to the right and y down, in mm from the middle. */
export class Pen {
  constructor(ctx, colours, axes, hides, half) {
    Object.assign(this, { ctx, colours, axes, hides, half, taken: [] });
  }

  place(p) {
    const from = p.map((x, i) => x - MIDDLE[i]);
    return [along(this.axes[0], from), -along(this.axes[1], from), along(this.axes[2], from)];
  }

  way(v) {
    return [along(this.axes[0], v), -along(this.axes[1], v)];
  }

  /** A closed line without corners through the middles between points. */
  loop(points) {
    const middle = (i) => mix(points[i % points.length], points[(i + 1) % points.length], 0.5);
    this.ctx.beginPath();
    this.ctx.moveTo(...middle(0).slice(0, 2));
    points.forEach((_, i) => this.ctx.quadraticCurveTo(...points[(i + 1) % points.length].slice(0, 2), ...middle(i + 1).slice(0, 2)));
  }

  /** The nearest place above or below where words this wide lie on no other words. */
  free(x, y, wide, size) {
    const seen = (up) => Math.abs(y + up) <= this.half[1] - 0.7 * size + 1e-6;
    const clear = (up) => seen(up) && this.taken.every((t) => Math.abs(t.x - x) > t.wide + wide || Math.abs(t.y - y - up) > size);
    const up = [0, -1, 1, -2, 2].map((n) => 1.15 * n * size).find(clear) ?? 0;
    this.taken.push({ x, y: y + up, wide });
    return [x, y + up];
  }

  path(points, closed) {
    this.ctx.beginPath();
    points.forEach(([x, y], i) => (i ? this.ctx.lineTo(x, y) : this.ctx.moveTo(x, y)));
    if (closed) this.ctx.closePath();
  }

  arrow(from, to, kind) {
    const { ctx, colours } = this;
    const long = Math.hypot(to[0] - from[0], to[1] - from[1]);
    for (const t of [0.2, 0.5, 0.8]) this.taken.push({ x: from[0] + t * (to[0] - from[0]), y: from[1] + t * (to[1] - from[1]), wide: 6 });
    const u = [(to[0] - from[0]) / long, (to[1] - from[1]) / long], s = [-u[1], u[0]];
    const at = (base, back, side) => [base[0] - back * u[0] + side * s[0], base[1] - back * u[1] + side * s[1]];
    const half = 1.7, head = 4.8, neck = Math.min(8, long);
    this.path([at(from, 0, half), at(to, neck, half), at(to, neck, head), to, at(to, neck, -head), at(to, neck, -half), at(from, 0, -half)], true);
    ctx.lineWidth = 3.2;
    ctx.strokeStyle = colours.paper;
    ctx.stroke();
    ctx.lineWidth = 1.2;
    ctx.strokeStyle = kind === "push" ? colours.push : colours.load;
    ctx.fillStyle = kind === "support" ? colours.paper : ctx.strokeStyle;
    ctx.fill();
    ctx.stroke();
  }

  /** Words beside a place (to the left of it where `side` is below zero), inside the picture. */
  text([x, y], words, size, side = 0) {
    const { ctx, colours, half } = this;
    ctx.font = `600 ${size}px system-ui, sans-serif`;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    const wide = ctx.measureText(words).width / 2 + size / 4;
    const away = Math.abs(side) < 0.6 ? 0 : Math.sign(side) * wide;
    const inside = (value, room, margin) => Math.min(room - margin, Math.max(margin - room, value));
    const place = this.free(inside(x + away, half[0], wide), inside(y, half[1], size * 0.7), wide, size);
    ctx.lineWidth = size / 3;
    ctx.lineJoin = "round";
    ctx.strokeStyle = colours.paper;
    ctx.strokeText(words, ...place);
    ctx.fillStyle = colours.ink;
    ctx.fillText(words, ...place);
  }
}

/** The C of each joint, dashed, as if the hip bone were glass; from the side the near one alone. */
export function drawSurfaces(pen, data, motions) {
  for (const sign of [1, -1]) {
    if (sign * pen.axes[2][2] < -0.5) continue;
    const points = data.surface.map(([x, y, z]) => pen.place(moved(motions[sign > 0 ? 1 : 2], [x, y, sign * z])));
    pen.loop(points);
    pen.ctx.setLineDash([5, 3]);
    pen.ctx.lineWidth = 1.3;
    pen.ctx.strokeStyle = pen.colours.push;
    pen.ctx.stroke();
    pen.ctx.setLineDash([]);
  }
}

/** Every force that does not point at the eye; pale if bone hides where it acts; numbers last. */
export function drawArrows(pen, data, motions, size, newton) {
  const numbers = [];
  for (const one of data.arrows) {
    const [x, y, near] = pen.place(moved(motions[one.body], one.at));
    const flat = pen.way(one.force);
    const force = Math.hypot(...one.force), seen = Math.hypot(...flat) / force;
    const pale = pen.hides(x, y, near + BEHIND);
    if (seen < 0.3 || (pale && farSide(one, pen.axes))) continue;
    const way = flat.map((v) => v / Math.hypot(...flat));
    const long = seen * Math.max(SHORT, BY * Math.sqrt(one.kind === "push" ? force / 2 : force));
    const at = (far, up = 0) => [x + far * way[0], y + far * way[1] - up];
    pen.ctx.globalAlpha = pale ? PALE : 1;
    const place = arrowsOf(pen, one, at, long, size);
    pen.ctx.globalAlpha = 1;
    if (place && force >= TOLD) numbers.push([place, newton.replace("{n}", Math.round(force)), place[0] - x, pale]);
  }
  for (const [place, words, side, pale] of numbers) {
    pen.ctx.globalAlpha = pale ? PALE : 1;
    pen.text(place, words, size, Math.abs(side) > Math.abs(0.6 * size) ? side : 0);
  }
  pen.ctx.globalAlpha = 1;
}

/** The arrows of one force, `at` a way along it from where it acts; where its number goes, if told. */
function arrowsOf(pen, { kind, name }, at, long, size) {
  if (kind === "push") {
    for (const s of [-1, 1]) pen.arrow(at(s * (long + 3)), at(3 * s), kind);
    return at(-long - 8);
  }
  const ends = kind === "support" || ["s1", "weight_line", "belt"].includes(name); // else it pulls away
  pen.arrow(ends ? at(-long) : at(0), ends ? at(0) : at(long), kind);
  if (name === "belt") return at(-long / 2, size);
  return ends ? at(-long - 8) : name.startsWith("hip_") && at(long + 8);
}

/** Whether a force acts on the side that looks away. */
function farSide({ kind, name, body }, axes) {
  const sign = kind === "push" ? (name === "right" ? 1 : -1) : [0, 1, -1][body];
  return sign * axes[2][2] < -0.4;
}

/** Right and left, front and back, at the edges where they are. */
export function drawSides(pen, motions, words, size) {
  const across = Math.abs(pen.axes[0][2]), deep = Math.abs(pen.axes[0][0]);
  for (const [p, body, name] of SIDES) {
    const [x, y] = pen.place(moved(motions[body], p));
    if (across > 0.5) pen.text([x, y], words[name], size);
  }
  for (const [p, name] of ENDS) if (deep > 0.8) pen.text(pen.place(p), words[name], size);
}
