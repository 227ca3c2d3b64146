// Passkeys: the browser makes or uses one, and the form takes its answer to the server.
// And a form that was sent is not sent again by a second click.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const opened = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

function make({ publicKey }) {
  return navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: { ...publicKey.user, id: bytes(publicKey.user.id) },
      excludeCredentials: opened(publicKey.excludeCredentials),
      // a passkey, and not only a second step: it opens with finger, face or code, by itself
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    },
  });
}

function use({ publicKey }) {
  return navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      allowCredentials: opened(publicKey.allowCredentials),
    },
  });
}

function plain(credential) {
  const given = credential.response;
  const response = { clientDataJSON: text(given.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (given[name]) response[name] = text(given[name]);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function options(form) {
  const here = document.getElementById("passkey-data");
  if (here) return JSON.parse(here.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.json();
}

async function send(form) {
  const failed = form.querySelector("[data-failed]");
  failed.hidden = true;
  try {
    const { creation_options: creation, request_options: request } = await options(form);
    const credential = creation ? await make(creation) : await use(request);
    form.elements.credential.value = JSON.stringify(plain(credential));
    const kept = document.querySelector("input[name=remember]");
    if (form.elements.kept && kept?.checked) form.elements.kept.name = "remember";
    form.submit();
  } catch {
    failed.hidden = false; // nothing was chosen, or none is there: the page says what else to do
  }
}

const numbers = /^[\d.]+$|^\[/.test(location.hostname); // passkeys belong to a name, not to an address
const able = Boolean(window.PublicKeyCredential) && !numbers;
for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.hidden = !able;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}
for (const note of document.querySelectorAll("[data-no-passkey]")) {
  note.hidden = able;
  const link = note.querySelector("a");
  if (!numbers || !["127.0.0.1", "[::1]"].includes(location.hostname)) continue;
  const there = new URL(location.href);
  there.hostname = "localhost";
  link.href = there;
  link.textContent = there.origin;
  link.hidden = false;
}
for (const form of document.querySelectorAll("form:not([data-passkey])")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
