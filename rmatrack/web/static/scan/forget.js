// Whoever signs out, or finds nobody signed in, leaves no page and no manifest behind. Scans that wait to be sent stay.

const PREFIX = "rmatrack station ";

if ("caches" in globalThis) {
  for (const name of await caches.keys()) if (name.startsWith(PREFIX)) await (await caches.open(name)).delete("/scan");
}

const known = (await indexedDB.databases?.()) ?? [];
if (known.some((database) => database.name === "rmatrack station")) {
  const request = indexedDB.open("rmatrack station");
  request.onsuccess = () => {
    const database = request.result;
    if (database.objectStoreNames.contains("kept")) database.transaction("kept", "readwrite").objectStore("kept").clear();
    database.close();
  };
}
