// Pointing with one finger: two taps on the same spot choose its line of the list, which is the
// truth. A tap beside every spot is "another spot"; two different ones are "it changes".
const atlas = document.getElementById("atlas");
const lines = new Map([...document.querySelectorAll("input[name=spot]")].map((line) => [line.value, line]));
const places = [...atlas.querySelectorAll(".place")];
const said = document.getElementById("said");
const svg = atlas.querySelector("svg.body");
const SVG = "http://www.w3.org/2000/svg";

let first = null; // the spot of the first tap, while the second is awaited

const words = (value) => lines.get(value).parentElement.textContent.trim();
const tell = (what, value) => { said.textContent = atlas.dataset[what].replace("{place}", value ? words(value) : ""); };

function show() {
  const chosen = [...lines.values()].find((line) => line.checked)?.value ?? "";
  for (const place of places) {
    const [area, side] = chosen.split(".");
    const both = side === "both" && place.dataset.place.startsWith(`${area}.`);
    place.setAttribute("aria-pressed", String(both || place.dataset.place === chosen));
  }
}

function choose(value, what) {
  lines.get(value).checked = true;
  first = null;
  tell(what, value);
  show();
}

function mark(event) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const finger = document.createElementNS(SVG, "circle");
  finger.setAttribute("class", "finger");
  finger.setAttribute("cx", at.x.toFixed(1));
  finger.setAttribute("cy", at.y.toFixed(1));
  finger.setAttribute("r", "12");
  svg.append(finger);
}

function clear() {
  for (const finger of svg.querySelectorAll(".finger")) finger.remove();
}

function tap(event) {
  const spot = event.target.closest(".place")?.dataset.place ?? "elsewhere";
  if (first === null) {
    clear();
    for (const line of lines.values()) line.checked = false;
    first = spot;
    mark(event);
    show();
    return tell("once");
  }
  mark(event);
  if (first === spot) choose(spot, "twice");
  else choose("unsure", "moved");
}

svg.addEventListener("click", tap);
svg.addEventListener("keydown", (event) => {
  const place = event.target.closest(".place");
  if (!place || (event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  clear();
  choose(place.dataset.place, "chosen");
});
for (const line of lines.values()) line.addEventListener("change", () => { clear(); choose(line.value, "chosen"); });
window.addEventListener("pageshow", show);
atlas.hidden = false;
show();
