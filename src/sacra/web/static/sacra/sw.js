// Looks after /session/ alone: fresh while there is a network, the last one kept when there is none.
const BOX = "sacra-session";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});

async function answer(request) {
  const page = request.mode === "navigate";
  try {
    const fresh = await fetch(request);
    if (fresh.ok && fresh.type === "basic") (await caches.open(BOX)).put(request, fresh.clone());
    // sent elsewhere, as after an alarm: the exercises kept before are not for now
    else if (page && fresh.type === "opaqueredirect") await caches.delete(BOX);
    return fresh;
  } catch (problem) {
    const any = { ignoreVary: true }; // one person's page in one person's browser
    const kept = await caches.match(request, any);
    if (kept) return kept;
    const last = page && (await caches.match(self.registration.scope, { ...any, ignoreSearch: true }));
    if (last) return last;
    throw problem;
  }
}
