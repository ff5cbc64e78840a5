// The service worker of the scan station: it keeps the page and its files, so that the station opens without a network.
// It keeps nothing else: other pages and all answers go to the server. `STATION` is given by the server before this:
// the digest of all files, the address of the page, and the files.

const CACHE_PREFIX = "rmatrack station ";
const CACHE = CACHE_PREFIX + STATION.digest;
const PATIENCE_MS = 4000; // Bad Wi-Fi answers late; the kept page answers at once.

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("message", ({ data }) => data === "keep the page" && keepPage());

addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate" && address.pathname === STATION.page) event.respondWith(page(request));
  else if (STATION.files.includes(address.pathname)) event.respondWith(file(request));
});

async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(STATION.files);
  await keepPage();
  await skipWaiting();
}

async function activate() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(CACHE_PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  await clients.claim();
}

async function keepPage() {
  await keep(await fetch(STATION.page, { redirect: "manual" }));
}

// Only the station itself: not where it sends somebody who is not signed in, nor an error.
async function keep(answer) {
  if (!answer.ok || answer.redirected) return;
  const cache = await caches.open(CACHE);
  await cache.put(STATION.page, answer);
}

async function page(request) {
  const kept = await caches.match(STATION.page);
  const fresh = fetch(request).then((answer) => {
    if (answer.ok) keep(answer.clone());
    return answer.status >= 500 && kept ? kept : answer;
  });
  if (!kept) return fresh;
  const late = new Promise((resolve) => setTimeout(() => resolve(kept.clone()), PATIENCE_MS));
  return Promise.race([fresh.catch(() => kept.clone()), late]);
}

async function file(request) {
  return (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);
}
