// Painting solids without a graphics chip: triangles into a buffer of depths, then one pass that
// gives every pixel its light and draws an ink line wherever one thing ends before another.

const CREASE = 7; // mm of depth between two pixels that make a line inside one thing
const HOLE = 0.3; // the light below which it is a hole
const ROUND = 1e-9; // so that no pixel falls between two triangles
const LIGHT = [-0.5, 0.62, 0.6]; // right, up and towards the eye: from above on the left

/** Pixels of one picture; `scale` is pixels a mm, the middle of the picture is where (0, 0) lies. */
export class Buffer {
  constructor(wide, high, scale) {
    Object.assign(this, { wide, high, scale });
    this.depth = new Float32Array(wide * high).fill(-Infinity);
    this.thing = new Uint8Array(wide * high);
    this.light = new Uint8Array(wide * high);
  }

  /** Draw a mesh as `view` moves it (see `viewOf`), lit from beside the eye; `thing` names it. */
  draw({ places, normals, light, faces }, view, thing) {
    const count = light.length;
    const seen = new Float32Array(3 * count), shade = new Float32Array(count);
    const { rows: m, off } = view;
    for (let i = 0, j = 0; i < count; i++, j += 3) {
      const x = places[j], y = places[j + 1], z = places[j + 2];
      seen[j] = this.wide / 2 + this.scale * (m[0] * x + m[1] * y + m[2] * z + off[0]);
      seen[j + 1] = this.high / 2 - this.scale * (m[3] * x + m[4] * y + m[5] * z + off[1]);
      seen[j + 2] = m[6] * x + m[7] * y + m[8] * z + off[2];
      const nx = normals[j], ny = normals[j + 1], nz = normals[j + 2];
      const facing = LIGHT[0] * (m[0] * nx + m[1] * ny + m[2] * nz) + LIGHT[1] * (m[3] * nx + m[4] * ny + m[5] * nz) + LIGHT[2] * (m[6] * nx + m[7] * ny + m[8] * nz);
      shade[i] = 255 * Math.min(1, Math.max(0, (0.42 + 0.5 * facing) * (0.3 + 0.7 * light[i])));
    }
    for (let f = 0; f < faces.length; f += 3) this.triangle(faces[f], faces[f + 1], faces[f + 2], seen, shade, thing);
  }

  triangle(a, b, c, seen, shade, thing) {
    const x0 = seen[3 * a], y0 = seen[3 * a + 1], x1 = seen[3 * b], y1 = seen[3 * b + 1], x2 = seen[3 * c], y2 = seen[3 * c + 1];
    const area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
    if (area >= 0) return; // looks away
    const left = Math.max(0, Math.ceil(Math.min(x0, x1, x2))), right = Math.min(this.wide - 1, Math.floor(Math.max(x0, x1, x2)));
    const top = Math.max(0, Math.ceil(Math.min(y0, y1, y2))), bottom = Math.min(this.high - 1, Math.floor(Math.max(y0, y1, y2)));
    const z0 = seen[3 * a + 2], s0 = shade[a];
    const dz1 = seen[3 * b + 2] - z0, dz2 = seen[3 * c + 2] - z0, ds1 = shade[b] - s0, ds2 = shade[c] - s0;
    const { depth, thing: things, light } = this;
    const vx = (y2 - y0) / area, wx = (y0 - y1) / area; // how the shares of b and c grow by a pixel
    for (let y = top; y <= bottom; y++) {
      let v = ((left - x0) * (y2 - y0) - (x2 - x0) * (y - y0)) / area;
      let w = ((x1 - x0) * (y - y0) - (left - x0) * (y1 - y0)) / area;
      for (let x = left, at = y * this.wide + left; x <= right; x++, at++, v += vx, w += wx) {
        if (v < -ROUND || w < -ROUND || v + w > 1 + ROUND) continue;
        const z = z0 + v * dz1 + w * dz2;
        if (z <= depth[at]) continue;
        depth[at] = z;
        things[at] = thing;
        light[at] = s0 + v * ds1 + w * ds2;
      }
    }
  }

  /** Whether something stands before a place, `slack` mm nearer at least. */
  hides(x, y, depth, slack = 4) {
    const i = Math.round(x), j = Math.round(y);
    return i >= 0 && j >= 0 && i < this.wide && j < this.high && this.depth[j * this.wide + i] > depth + slack;
  }

  /** The thing at a place, 0 where there is none. */
  at(x, y) {
    const i = Math.round(x), j = Math.round(y);
    return i >= 0 && j >= 0 && i < this.wide && j < this.high ? this.thing[j * this.wide + i] : 0;
  }

  /** The picture: `inks` holds for each thing its colour in shade and in light, `ink` the line's. */
  picture(inks, ink, line) {
    const { wide, high, depth, thing, light } = this;
    const pixels = new ImageData(wide, high);
    const out = new Uint32Array(pixels.data.buffer);
    const tables = inks.map((pair) => pair && ramp(...pair));
    const lineColour = pack(ink);
    const around = offsets(line, wide);
    for (let y = line; y < high - line; y++)
      for (let x = line; x < wide - line; x++) {
        const at = y * wide + x;
        let edge = false;
        for (let n = 0; n < around.length && !edge; n++) {
          const other = at + around[n];
          edge = depth[other] - depth[at] > (thing[other] === thing[at] ? CREASE : 0);
        }
        if (edge) out[at] = lineColour;
        else if (thing[at]) out[at] = tables[thing[at]][light[at]];
      }
    return pixels;
  }

  /** The edge of every thing, in dots of so many pixels. */
  edges(colour, dot) {
    const { wide, high, thing } = this;
    const pixels = new ImageData(wide, high);
    const out = new Uint32Array(pixels.data.buffer);
    for (let y = 1; y < high - 1; y++)
      for (let x = 1; x < wide - 1; x++) {
        const at = y * wide + x;
        const edge = thing[at] && [1, -1, wide, -wide].some((step) => thing[at + step] !== thing[at]);
        if (edge && (Math.floor(x / dot) + Math.floor(y / dot)) % 2) out[at] = pack(colour);
      }
    return pixels;
  }
}

/** Steps to the pixels that lie `far` away in eight directions. */
function offsets(far, wide) {
  const near = Math.max(1, Math.round(far * 0.7));
  return [far, -far, far * wide, -far * wide, near * (wide + 1), near * (wide - 1), -near * (wide + 1), -near * (wide - 1)];
}

const pack = ([r, g, b]) => (255 << 24) | (b << 16) | (g << 8) | r;

/** 256 colours from shade to light, with a soft step in the middle: two tones, as in our figures; darker in a hole. */
function ramp(dark, bright) {
  return Uint32Array.from({ length: 256 }, (_, i) => {
    const x = i / 255;
    const step = 0.45 * x + 0.55 / (1 + Math.exp(-16 * (x - 0.5)));
    const deep = 0.4 + 0.6 * Math.min(1, x / HOLE);
    return pack(dark.map((d, c) => Math.round(deep * (d + step * (bright[c] - d))))) >>> 0;
  });
}
