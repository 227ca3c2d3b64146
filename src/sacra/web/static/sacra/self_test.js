// A movement to try: a timer for its hold with a count-down before it, and a picture that can be halted.
const $ = (id) => document.getElementById(id);
const timer = $("timer");
const READY = 3;
const TICK = 200;

// --- the timer ----------------------------------------------------------------------------------

let ends = 0;
let running;
let holding = false;

function say(text) {
  $("doing").textContent = text;
}

function enter(seconds, text) {
  ends = Date.now() + seconds * 1000;
  say(text);
  draw();
}

function draw() {
  const left = Math.max(0, ends - Date.now());
  $("seconds").textContent = String(Math.ceil(left / 1000));
  const full = Number(timer.dataset.seconds) * 1000;
  $("ring").setAttribute("stroke-dasharray", holding ? `${100 - (100 * left) / full} 100` : "0 100");
  return left;
}

function tick() {
  if (draw() > 0) return;
  if (holding) return rest(timer.dataset.over);
  holding = true;
  enter(Number(timer.dataset.seconds), timer.dataset.hold);
}

function begin() {
  clearInterval(running);
  holding = false;
  $("begin").hidden = true;
  $("hurts").hidden = false;
  $("hurts").focus();
  enter(READY, timer.dataset.ready);
  running = setInterval(tick, TICK);
}

function rest(text) {
  clearInterval(running);
  holding = false;
  $("begin").hidden = false;
  $("hurts").hidden = true;
  $("seconds").textContent = timer.dataset.seconds;
  say(text);
}

function stop() {
  rest(timer.dataset.stopped);
  $("answers").focus();
}

if (timer) {
  timer.hidden = false;
  $("begin").addEventListener("click", begin);
  $("hurts").addEventListener("click", stop);
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
