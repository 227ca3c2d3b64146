// The explorer: the button is for pages without scripts, and a number follows its slider at once.
// What it means is asked of the server by htmx.
const form = document.getElementById("settings");
document.body.classList.add("alive");
form.addEventListener("input", ({ target }) => {
  const shown = document.getElementById(`o-${target.name}`);
  if (shown) shown.textContent = `${target.value} ${shown.dataset.unit}`;
});
