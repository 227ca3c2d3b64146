// Solids from balls, bars and plates: a field of distances on a grid, melted together where parts
// meet, and its surface as a net of triangles ("surface nets": one corner in each cell that the
// surface crosses). Also the tubes of ligaments.

const STEP = 3.8; // mm of the grid
const MELT = 3; // mm over which parts flow into each other
const FAR = 14; // mm beyond which nothing is asked
const OPEN = 9; // mm in front of a surface where light is measured

const sub = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

/** A surface: places, normals (three numbers a corner), how open to light each is, and triangles. */
export class Mesh {
  constructor(places, normals, light, faces) {
    Object.assign(this, { places, normals, light, faces });
  }

  /** The mirror on the other side of the body. */
  mirrored() {
    const flip = (all) => all.map((value, i) => (i % 3 === 2 ? -value : value));
    const faces = this.faces.slice();
    for (let i = 0; i < faces.length; i += 3) [faces[i], faces[i + 1]] = [faces[i + 1], faces[i]];
    return new Mesh(flip(this.places), flip(this.normals), this.light, faces);
  }
}

/** The distance to a part, by how many corners it has; corners are [x, y, z, radius]. */
function distanceTo(corners) {
  if (corners.length === 1) corners = [corners[0], corners[0]];
  return corners.length === 2 ? toBar(...corners) : toPlate(...corners);
}

function toBar(a, b) {
  const way = sub(b, a);
  const long = dot(way, way) || 1;
  return (x, y, z) => {
    const dx = x - a[0], dy = y - a[1], dz = z - a[2];
    const t = clamp((dx * way[0] + dy * way[1] + dz * way[2]) / long, 0, 1);
    return Math.hypot(dx - t * way[0], dy - t * way[1], dz - t * way[2]) - a[3] - t * (b[3] - a[3]);
  };
}

function toPlate(a, b, c) {
  const ab = sub(b, a), ac = sub(c, a);
  const bb = dot(ab, ab), bc = dot(ab, ac), cc = dot(ac, ac);
  const area = bb * cc - bc * bc || 1;
  const edges = [toBar(a, b), toBar(b, c), toBar(c, a)];
  return (x, y, z) => {
    const dx = x - a[0], dy = y - a[1], dz = z - a[2];
    const p = dx * ab[0] + dy * ab[1] + dz * ab[2], q = dx * ac[0] + dy * ac[1] + dz * ac[2];
    const v = (cc * p - bc * q) / area, w = (bb * q - bc * p) / area;
    if (v < 0 || w < 0 || v + w > 1) return Math.min(edges[0](x, y, z), edges[1](x, y, z), edges[2](x, y, z));
    const off = Math.hypot(dx - v * ab[0] - w * ac[0], dy - v * ab[1] - w * ac[1], dz - v * ab[2] - w * ac[2]);
    return off - a[3] - v * (b[3] - a[3]) - w * (c[3] - a[3]);
  };
}

const melt = (a, b, k) => {
  const h = Math.max(k - Math.abs(a - b), 0);
  return Math.min(a, b) - (h * h) / (4 * k);
};

class Field {
  constructor(points) {
    const reach = (i, sign) => points.map((p) => p[i] + sign * (Math.min(p[3], 36) + FAR / 2));
    this.low = [0, 1, 2].map((i) => Math.min(...reach(i, -1)));
    this.size = [0, 1, 2].map((i) => Math.ceil((Math.max(...reach(i, 1)) - this.low[i]) / STEP) + 2);
    this.values = new Float32Array(this.size[0] * this.size[1] * this.size[2]).fill(FAR);
  }

  at(i, j, k) {
    return i + this.size[0] * (j + this.size[1] * k);
  }

  /** Change every value near a part by what `join` makes of it and the distance to the part. */
  change(corners, join) {
    const distance = distanceTo(corners);
    const ends = [0, 1, 2].map((i) => {
      const low = Math.min(...corners.map((c) => c[i] - c[3])) - FAR / 2;
      const high = Math.max(...corners.map((c) => c[i] + c[3])) + FAR / 2;
      return [low, high].map((x) => clamp(Math.round((x - this.low[i]) / STEP), 0, this.size[i] - 1));
    });
    for (let k = ends[2][0]; k <= ends[2][1]; k++)
      for (let j = ends[1][0]; j <= ends[1][1]; j++)
        for (let i = ends[0][0]; i <= ends[0][1]; i++) {
          const n = this.at(i, j, k);
          const d = distance(this.low[0] + i * STEP, this.low[1] + j * STEP, this.low[2] + k * STEP);
          this.values[n] = join(this.values[n], d);
        }
  }

  /** Take the mean of neighbours along each axis, twice: no edge or seam of a part is left. */
  soften() {
    const steps = [1, this.size[0], this.size[0] * this.size[1]];
    for (const step of [...steps, ...steps]) {
      const old = this.values.slice();
      for (let n = step; n < old.length - step; n++) this.values[n] = 0.25 * (old[n - step] + old[n + step]) + 0.5 * old[n];
    }
  }

  /** The value at a place, between the points of the grid. */
  near(x, y, z) {
    const { low, size, values: v } = this;
    const u = clamp((x - low[0]) / STEP, 0, size[0] - 1.001), i = Math.floor(u), a = u - i;
    const q = clamp((y - low[1]) / STEP, 0, size[1] - 1.001), j = Math.floor(q), b = q - j;
    const w = clamp((z - low[2]) / STEP, 0, size[2] - 1.001), k = Math.floor(w), c = w - k;
    const n = this.at(i, j, k), up = size[0], deep = size[0] * size[1];
    const row = (m) => v[m] + a * (v[m + 1] - v[m]);
    const face = (m) => (1 - b) * row(m) + b * row(m + up);
    return (1 - c) * face(n) + c * face(n + deep);
  }

  slope(x, y, z) {
    const h = STEP * 0.75;
    const g = [
      this.near(x + h, y, z) - this.near(x - h, y, z),
      this.near(x, y + h, z) - this.near(x, y - h, z),
      this.near(x, y, z + h) - this.near(x, y, z - h),
    ];
    const size = Math.hypot(...g) || 1;
    return g.map((value) => value / size);
  }
}

/** The surface of a bone as the page describes it. */
export function boneMesh({ points, parts, hollows, mirrored }) {
  const flip = ([x, y, z, r]) => [x, y, -z, r];
  const sides = (part) => {
    const corners = part.map((n) => points[n]);
    return mirrored && corners.some((c) => c[2]) ? [corners, corners.map(flip)] : [corners];
  };
  const field = new Field(mirrored ? [...points, ...points.map(flip)].filter((p) => p[3] < 50) : points);
  for (const corners of parts.flatMap(sides)) field.change(corners, (old, d) => melt(old, d, MELT));
  for (const corners of hollows.flatMap(sides)) {
    const rim = clamp(0.3 * corners[0][3], 2, 9); // mm over which an edge is rounded
    field.change(corners, (old, d) => -melt(-old, d, rim));
  }
  field.soften();
  return netOf(field);
}

function netOf(field) {
  const { size, values } = field;
  const corner = new Int32Array(values.length).fill(-1);
  const places = [], normals = [], light = [], faces = [];
  for (let k = 0; k < size[2] - 1; k++)
    for (let j = 0; j < size[1] - 1; j++)
      for (let i = 0; i < size[0] - 1; i++) {
        const place = crossing(field, i, j, k);
        if (!place) continue;
        corner[field.at(i, j, k)] = places.length / 3;
        const n = field.slope(...place);
        places.push(...place);
        normals.push(...n);
        light.push(clamp(0.25 + field.near(...place.map((p, c) => p + OPEN * n[c])) / OPEN, 0, 1));
      }
  const steps = [1, size[0], size[0] * size[1]];
  for (let k = 1; k < size[2] - 1; k++)
    for (let j = 1; j < size[1] - 1; j++)
      for (let i = 1; i < size[0] - 1; i++) {
        const n = field.at(i, j, k);
        for (let axis = 0; axis < 3; axis++) {
          const inside = values[n] < 0;
          if (inside === values[n + steps[axis]] < 0) continue;
          const u = steps[(axis + 1) % 3], v = steps[(axis + 2) % 3];
          const [a, b, c, d] = [n, n - u, n - u - v, n - v].map((m) => corner[m]);
          faces.push(...(inside ? [a, b, c, a, c, d] : [a, c, b, a, d, c]));
        }
      }
  return new Mesh(Float32Array.from(places), Float32Array.from(normals), Float32Array.from(light), Uint32Array.from(faces));
}

/** The mean of where the surface crosses the edges of a cell, or nothing. */
function crossing(field, i, j, k) {
  const base = field.at(i, j, k);
  const { size, values, low } = field;
  const steps = [1, size[0], size[0] * size[1]];
  const sum = [0, 0, 0];
  let count = 0;
  for (let axis = 0; axis < 3; axis++) {
    const u = (axis + 1) % 3, v = (axis + 2) % 3;
    for (let c = 0; c < 4; c++) {
      const start = base + (c & 1) * steps[u] + (c >> 1) * steps[v];
      const a = values[start], b = values[start + steps[axis]];
      if (a < 0 === b < 0) continue;
      sum[axis] += a / (a - b);
      sum[u] += c & 1;
      sum[v] += c >> 1;
      count += 1;
    }
  }
  return count ? [i, j, k].map((n, axis) => low[axis] + STEP * (n + sum[axis] / count)) : null;
}

const AROUND = 7;

/** A tube from one place to another, thicker in the middle of its length by `swell`. */
export function tube(from, to, radius, swell = 1.1, rings = 7) {
  const way = sub(to, from);
  const long = Math.hypot(...way) || 1;
  const axis = way.map((x) => x / long);
  const side = Math.abs(axis[1]) < 0.9 ? [axis[2], 0, -axis[0]] : [0, -axis[2], axis[1]];
  const size = Math.hypot(...side);
  const e1 = side.map((x) => x / size);
  const e2 = [axis[1] * e1[2] - axis[2] * e1[1], axis[2] * e1[0] - axis[0] * e1[2], axis[0] * e1[1] - axis[1] * e1[0]];
  const places = [], normals = [], light = [], faces = [];
  for (let r = 0; r < rings; r++) {
    const t = r / (rings - 1);
    const wide = radius * (0.6 + (swell - 0.6) * Math.sqrt(Math.sin(Math.PI * t)));
    for (let s = 0; s < AROUND; s++) {
      const angle = (2 * Math.PI * s) / AROUND;
      const n = [0, 1, 2].map((i) => Math.cos(angle) * e1[i] + Math.sin(angle) * e2[i]);
      places.push(...[0, 1, 2].map((i) => from[i] + t * way[i] + wide * n[i]));
      normals.push(...n);
      light.push(1);
    }
  }
  for (let r = 0; r < rings - 1; r++)
    for (let s = 0; s < AROUND; s++) {
      const a = r * AROUND + s, b = r * AROUND + ((s + 1) % AROUND);
      faces.push(a, b, a + AROUND, b, b + AROUND, a + AROUND);
    }
  return new Mesh(places, normals, light, faces);
}
