// A movement to try: a timer for its hold with a count-down before it, and a picture that can be halted.
import { beginSound, hush, speak, tone } from "./cues.js";

const $ = (id) => document.getElementById(id);
const timer = $("timer");
const READY = 3;
const TICK = 200;
const GET_READY = 440;
const HOLD = 660;
const COUNT = 520;
const OVER = 880;

// --- the timer ----------------------------------------------------------------------------------

let ends = 0;
let shown = 0;
let running;
let holding = false;

function say(text, pitch) {
  $("doing").textContent = text;
  tone(pitch);
  speak(text);
}

function enter(seconds, text, pitch) {
  ends = Date.now() + seconds * 1000;
  shown = seconds;
  say(text, pitch);
  draw();
}

function draw() {
  const left = Math.max(0, ends - Date.now());
  const seconds = Math.ceil(left / 1000);
  $("seconds").textContent = String(seconds);
  if (seconds < shown && seconds > 0) tone(COUNT, 0.06);
  shown = seconds;
  const full = Number(timer.dataset.seconds) * 1000;
  $("ring").setAttribute("stroke-dasharray", holding ? `${100 - (100 * left) / full} 100` : "0 100");
  return left;
}

function tick() {
  if (draw() > 0) return;
  if (holding) return rest(timer.dataset.over, OVER);
  holding = true;
  enter(Number(timer.dataset.seconds), timer.dataset.hold, HOLD);
}

function begin() {
  clearInterval(running);
  beginSound();
  holding = false;
  $("begin").hidden = true;
  $("hurts").hidden = false;
  $("hurts").focus();
  enter(READY, timer.dataset.ready, GET_READY);
  running = setInterval(tick, TICK);
}

function rest(text, pitch) {
  clearInterval(running);
  holding = false;
  $("begin").hidden = false;
  $("hurts").hidden = true;
  $("seconds").textContent = timer.dataset.seconds;
  say(text, pitch);
}

function stop() {
  hush();
  rest(timer.dataset.stopped, GET_READY);
  $("answers").focus();
}

if (timer) {
  timer.hidden = false;
  $("begin").addEventListener("click", begin);
  $("hurts").addEventListener("click", stop);
  window.addEventListener("pagehide", hush);
}

// --- the picture --------------------------------------------------------------------------------

const halt = $("halt");
if (halt && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
  halt.parentElement.hidden = false;
  halt.addEventListener("click", () => {
    const halted = halt.getAttribute("aria-pressed") !== "true";
    halt.setAttribute("aria-pressed", String(halted));
    halt.textContent = halted ? halt.dataset.off : halt.dataset.on;
    for (const svg of document.querySelectorAll(".moving svg")) {
      if (halted) svg.pauseAnimations();
      else svg.unpauseAnimations();
    }
  });
}
