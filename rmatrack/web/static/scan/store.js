// What the station keeps in this browser, through reloads and crashes: scans on their way (`scans`), those that were
// set aside or judged otherwise (`aside`), notes and photos on their way (`notes`), and the manifest of the shift with
// whose it is (`kept`).

const NAME = "rmatrack station";
const FORM = 2;
const BY_ID = { keyPath: "id" };

export class Store {
  static async open() {
    const request = indexedDB.open(NAME, FORM);
    request.onupgradeneeded = () => {
      const known = request.result.objectStoreNames;
      for (const name of ["scans", "aside", "notes"]) {
        if (!known.contains(name)) request.result.createObjectStore(name, BY_ID);
      }
      if (!known.contains("kept")) request.result.createObjectStore("kept");
    };
    const database = await settled(request);
    database.onversionchange = () => database.close();
    navigator.storage?.persist?.().catch(() => {}); // So that a full disk costs other sites' data first.
    return new Store(database);
  }

  constructor(database) {
    this.database = database;
  }

  all(name) {
    return settled(this.#of(name, "readonly").getAll());
  }

  get(name, key) {
    return settled(this.#of(name, "readonly").get(key));
  }

  // Resolves when it is on the disk, not only on its way there.
  put(name, value, key) {
    return this.#write((stores) => stores[name].put(value, key), [name]);
  }

  remove(name, keys) {
    return this.#write((stores) => keys.forEach((key) => stores[name].delete(key)), [name]);
  }

  // What is sent leaves the queue, and what is to be looked at is kept, in one step.
  settle(ids, aside) {
    return this.#write((stores) => {
      for (const id of ids) stores.scans.delete(id);
      for (const one of aside) stores.aside.put(one);
    }, ["scans", "aside"]);
  }

  // A scan that was set aside goes back into the queue.
  takeUp(id, scan) {
    return this.#write((stores) => {
      stores.aside.delete(id);
      stores.scans.put(scan);
    }, ["scans", "aside"]);
  }

  #of(name, mode) {
    return this.database.transaction(name, mode).objectStore(name);
  }

  #write(change, names) {
    const transaction = this.database.transaction(names, "readwrite", { durability: "strict" });
    change(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  }
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
