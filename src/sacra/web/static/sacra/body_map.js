// The body map: the boxes of the list are the truth, the pictures show and change them.
const atlas = document.getElementById("atlas");
const boxes = new Map([...document.querySelectorAll("input[name=place]")].map((box) => [box.value, box]));
const places = [...atlas.querySelectorAll(".place")];
const views = [...atlas.querySelectorAll("[data-view]")];
const said = document.getElementById("said");

const words = (box) => box.parentElement.textContent.trim();

function show() {
  for (const place of places) place.setAttribute("aria-pressed", String(boxes.get(place.dataset.place).checked));
  const marked = [...boxes.values()].filter((box) => box.checked).map(words);
  const text = marked.length ? atlas.dataset.marked.replace("{places}", marked.join("; ")) : atlas.dataset.none;
  if (said.textContent !== text) said.textContent = text;
  views.forEach(count);
}

// How many are marked in a picture that is not in sight stands on its button.
function count(button) {
  button.dataset.name ??= button.textContent;
  const inside = document.querySelectorAll(`#view-${button.dataset.view} [aria-pressed=true]`).length;
  button.textContent = inside ? `${button.dataset.name} (${inside})` : button.dataset.name;
}

function turn(view) {
  for (const button of views) {
    const on = button.dataset.view === view;
    button.setAttribute("aria-pressed", String(on));
    document.getElementById(`view-${button.dataset.view}`).hidden = !on;
  }
}

function press(event) {
  const place = event.target.closest(".place");
  if (!place || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  const box = boxes.get(place.dataset.place);
  box.checked = !box.checked;
  show();
}

atlas.addEventListener("click", (event) => {
  const button = event.target.closest("[data-view]");
  if (button) turn(button.dataset.view);
  else if (event.target.closest(".place")) press(event);
});
atlas.addEventListener("keydown", press);
for (const box of boxes.values()) box.addEventListener("change", show);
window.addEventListener("pageshow", show); // after "back" the browser fills the boxes in again
atlas.hidden = false;
show();
