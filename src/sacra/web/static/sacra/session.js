// The session player. The plan comes with the page, so it goes on without a network; how it felt
// waits in localStorage until it can be sent, under an id of its own, and is never sent twice.
import { beginSound, speak, tone } from "./cues.js";
import { localDay, localTime } from "./local_time.js";

const $ = (id) => document.getElementById(id);
const source = $("player-data");
const data = source ? JSON.parse(source.textContent) : null;
const say = (name, values = {}) =>
  Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), data.words[name]);

const TICK = 200;
const ASLEEP = 5000; // a longer gap means the device slept: nobody should lose their place
const WAITING = ["ready", "rest"];

// --- light ---------------------------------------------------------------------------------------

let light;
async function stayAwake() {
  try {
    light = await navigator.wakeLock?.request("screen");
  } catch {
    light = undefined; // low battery, or hidden: the session goes on
  }
}

// --- the player ---------------------------------------------------------------------------------

const state = { at: 0, left: 0, running: false, last: 0, begun: false, over: false };
const felt = { done: {}, skipped: {}, hurt: {} };
let timer;

const step = () => data.steps[state.at];
const whole = (ms) => Math.max(0, Math.ceil(ms / 1000));
const clock = (s) => `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
const chosen = (name) => document.querySelector(`input[name="${name}"]:checked`)?.value;

function start() {
  beginSound();
  state.begun = true;
  $("plan").hidden = true;
  $("after").hidden = true;
  $("player").hidden = false;
  stayAwake();
  enter(0);
  resume();
}

function enter(at) {
  state.at = at;
  if (at >= data.steps.length) return end();
  state.left = step().seconds * 1000;
  const words = doing(step());
  $("doing").textContent = words;
  $("what").textContent = data.names[step().exercise];
  $("skip").textContent = say(WAITING.includes(step().doing) ? "skip_wait" : "skip_exercise");
  picture(step().exercise);
  tone(WAITING.includes(step().doing) ? 440 : 660);
  speak(step().doing === "ready" ? `${data.names[step().exercise]}. ${words}` : words);
  draw();
}

function doing(one) {
  const parts = [data.words[one.doing].replace("{reps}", one.reps)];
  if (one.side) parts.push(data.words[one.side]);
  return parts.join(", ");
}

function picture(exercise) {
  const shown = $("stage").firstElementChild;
  if (shown?.dataset.of === exercise) return;
  if (shown) document.querySelector(`#${shown.dataset.of} h2`).after(shown);
  const figure = document.querySelector(`#${exercise} .figure`);
  figure.dataset.of = exercise;
  $("stage").append(figure);
}

function draw() {
  const one = step();
  const seconds = whole(state.left);
  const total = whole(state.left + 1000 * data.steps.slice(state.at + 1).reduce((sum, s) => sum + s.seconds, 0));
  $("seconds").textContent = seconds > 90 ? clock(seconds) : String(seconds);
  $("over").textContent = say("left_over", { time: clock(total) });
  $("ring").setAttribute("stroke-dasharray", `${100 - (state.left / one.seconds) / 10} 100`);
  $("count").textContent = count(one);
  const next = data.steps[state.at + 1];
  const changes = next && next.exercise !== one.exercise;
  $("next").textContent = next ? say("next", { what: changes ? data.names[next.exercise] : doing(next) }) : "";
}

function count(one) {
  const parts = [];
  const each = (one.seconds * 1000) / one.reps;
  const rep = one.doing === "repeat" ? Math.min(one.reps, 1 + Math.floor((one.seconds * 1000 - state.left) / each)) : one.rep;
  if (one.reps > 1 && !WAITING.includes(one.doing)) parts.push(say("rep", { n: rep, all: one.reps }));
  if (one.sets > 1 && one.doing !== "ready") parts.push(say("set", { n: one.set, all: one.sets }));
  return parts.join(" · ");
}

function tick() {
  const now = Date.now();
  const passed = now - state.last;
  state.last = now;
  if (passed > ASLEEP) return pause();
  const before = whole(state.left);
  state.left -= passed;
  if (state.left > 0) {
    if (whole(state.left) < before && whole(state.left) <= 3) tone(520, 0.06);
    return draw();
  }
  if (!WAITING.includes(step().doing)) felt.done[step().exercise] = (felt.done[step().exercise] || 0) + 1;
  enter(state.at + 1);
}

function resume() {
  if (state.over) return;
  state.running = true;
  state.last = Date.now();
  $("said").hidden = true;
  $("pause").textContent = say("pause");
  clearInterval(timer);
  timer = setInterval(tick, TICK);
  for (const svg of $("stage").querySelectorAll("svg")) svg.unpauseAnimations?.();
}

function pause() {
  state.running = false;
  clearInterval(timer);
  $("pause").textContent = say("go_on");
  for (const svg of $("stage").querySelectorAll("svg")) svg.pauseAnimations?.();
}

function skip() {
  if (WAITING.includes(step().doing) && state.at + 1 < data.steps.length) return enter(state.at + 1);
  leave(step().exercise, "");
}

function leave(exercise, why) {
  felt.skipped[exercise] = why;
  let at = state.at;
  while (at < data.steps.length && data.steps[at].exercise === exercise) at += 1;
  enter(at);
}

// --- it hurts -----------------------------------------------------------------------------------

function hurts(pain) {
  const exercise = step().exercise;
  $("hurts").close();
  felt.hurt[exercise] = Math.max(pain, felt.hurt[exercise] ?? 0);
  if (pain < data.stop[Number(chosen("before") ?? 0)]) return tell([say("lower_pain")]);
  const lines = [say("stopped", { name: data.names[exercise] }), say("instead", { easier: data.easier[exercise] })];
  leave(exercise, "pain");
  pause();
  tell(lines);
}

function tell(lines) {
  $("said").replaceChildren(
    ...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line })),
  );
  ($("player").hidden ? $("after") : $("player")).querySelector(".actions, fieldset").before($("said"));
  $("said").hidden = false;
}

// --- the end ------------------------------------------------------------------------------------

function end() {
  pause();
  state.over = true;
  light?.release?.();
  $("player").hidden = true;
  $("after").hidden = false;
  const title = Object.assign(document.createElement("h1"), { id: "end", textContent: say("end") });
  $("end").replaceWith(title); // the only heading left on the page
  tone(880, 0.4);
  speak(say("end"));
  $("after").focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

function result(exercise) {
  if (!felt.done[exercise]) return "no";
  const left = data.steps.slice(state.at).some((one) => one.exercise === exercise);
  return exercise in felt.skipped || left ? "part" : "yes";
}

function stopHere() {
  const exercise = step().exercise;
  felt.skipped[exercise] ??= "";
  for (const one of data.steps.slice(state.at)) felt.skipped[one.exercise] ??= "";
  end();
}

function message() {
  const body = { client: id(), at: localTime(), owner: data.owner };
  for (const name of ["before", "during", "effort"]) if (chosen(name)) body[name] = chosen(name);
  for (const exercise of Object.keys(data.names)) {
    const byHand = chosen(`done-${exercise}`);
    const done = state.begun ? result(exercise) : byHand;
    if (done) body[`done-${exercise}`] = done;
    if (felt.skipped[exercise]) body[`why-${exercise}`] = felt.skipped[exercise];
    if (exercise in felt.hurt) body[`hurt-${exercise}`] = String(felt.hurt[exercise]);
  }
  return body;
}

function id() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  return [...b].map((n, i) => ([4, 6, 8, 10].includes(i) ? "-" : "") + n.toString(16).padStart(2, "0")).join("");
}

let written = false;
async function write() {
  if (written) return; // a second click is the same session
  written = true;
  $("send").disabled = true;
  put(message());
  const how = await send();
  $("after").hidden = true;
  $("sent").textContent = say(how);
  $("sent").hidden = false;
}

// --- what waits to be sent ----------------------------------------------------------------------

const BOX = "sacra-outbox";
const waiting = () => JSON.parse(localStorage.getItem(BOX) || "[]");
const put = (body) => localStorage.setItem(BOX, JSON.stringify([...waiting(), body]));
const drop = (body) =>
  localStorage.setItem(BOX, JSON.stringify(waiting().filter((one) => one.client !== body.client)));
const OUTCOME = { 200: "sent", 410: "gone", 422: "refused" };

async function send() {
  let how = "sent";
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  for (const body of waiting().filter((one) => one.owner === data.owner)) {
    const form = new URLSearchParams({ ...body, csrfmiddlewaretoken: token });
    const answer = await fetch($("felt").action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: form,
    }).catch(() => null);
    how = OUTCOME[answer?.status] ?? "waiting";
    if (how === "waiting") return how;
    drop(body);
  }
  return how;
}

async function sendLater() {
  if (!waiting().length) return;
  $("sent").textContent = say(await send());
  $("sent").hidden = false;
}

async function keepPage() {
  if (!data.owner || !("serviceWorker" in navigator)) return; // nothing is kept before consent
  await navigator.serviceWorker.register("/session/sw.js");
  const parts = performance.getEntriesByType("resource").map((one) => one.name);
  const own = parts.filter((url) => new URL(url).origin === location.origin && url.includes("/static/"));
  const box = await caches.open("sacra-session");
  await box.addAll([location.href, ...new Set(own)]);
  document.documentElement.dataset.kept = "yes";
}

// --- begin --------------------------------------------------------------------------------------

if (data) {
  document.documentElement.classList.add("alive");
  $("after").hidden = true;
  $("start").hidden = false;
  $("start").addEventListener("click", start);
  $("pause").addEventListener("click", () => (state.running ? pause() : resume()));
  $("skip").addEventListener("click", skip);
  $("stop").addEventListener("click", stopHere);
  $("hurt").addEventListener("click", () => {
    pause();
    $("hurts").showModal();
  });
  for (const button of document.querySelectorAll("[data-pain]")) {
    button.addEventListener("click", () => hurts(Number(button.dataset.pain)));
  }
  $("felt").addEventListener("submit", (event) => {
    event.preventDefault();
    write();
  });
  $("after").addEventListener("change", () => chosen("during") && chosen("effort") && write());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && state.begun && !state.over) stayAwake();
  });
  window.addEventListener("online", sendLater);
  window.addEventListener("beforeunload", (event) => {
    if (state.begun && !state.over) event.preventDefault();
  });
  if (data.day !== localDay()) {
    $("old").textContent = say("old", { day: data.day });
    $("old").hidden = false;
  }
  sendLater();
  keepPage().catch(() => {}); // without it the page still plays while it stays open
}
