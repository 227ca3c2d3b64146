// The clock of the person: an entry belongs to the day on it, wherever the server stands.
const two = (n) => String(n).padStart(2, "0");

export function localDay(at = new Date()) {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

export function localTime(at = new Date()) {
  const east = -at.getTimezoneOffset();
  const size = Math.abs(east);
  const zone = `${east < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return `${localDay(at)}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}${zone}`;
}

const secure = location.protocol === "https:" ? ";Secure" : "";
document.cookie = `sacra_offset=${-new Date().getTimezoneOffset()};path=/;max-age=31536000;SameSite=Lax${secure}`;
for (const input of document.querySelectorAll("input[data-today]")) input.value = localDay();
for (const input of document.querySelectorAll("input[name=zone]")) {
  input.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
}
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", () => {
    if (form.elements.at) form.elements.at.value = localTime();
  });
}
