// Tone and voice beside the large text: each works without the others, and each can be turned off.
const on = (id) => document.getElementById(id).checked;

let audio;

export function beginSound() {
  const Sound = window.AudioContext || window.webkitAudioContext; // allowed from a press only
  audio ??= Sound ? new Sound() : undefined;
}

export function tone(pitch, seconds = 0.15) {
  if (!on("tone") || !audio) return;
  const wave = audio.createOscillator();
  const volume = audio.createGain();
  wave.frequency.value = pitch;
  volume.gain.setValueAtTime(0.25, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + seconds);
  wave.connect(volume).connect(audio.destination);
  wave.start();
  wave.stop(audio.currentTime + seconds);
}

export function speak(text) {
  const speech = window.speechSynthesis;
  if (!on("voice") || !speech) return;
  const language = document.documentElement.lang;
  const voice = speech.getVoices().find((v) => v.localService && v.lang.startsWith(language));
  if (!voice) return; // a voice from elsewhere would need the network
  const words = new SpeechSynthesisUtterance(text);
  words.voice = voice;
  speech.cancel();
  speech.speak(words);
}

export function hush() {
  window.speechSynthesis?.cancel();
}
