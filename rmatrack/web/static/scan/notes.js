// Notes and photos on their way: each is kept in this browser until the server has it. They go out after the scans that
// they are about; sent twice, the server keeps them once.

const REFUSED = [404, 409, 413, 422];
const PAUSE = 30_000;

export class Notes {
  waiting = [];
  #running = null;
  #timer = null;

  // `isUnsent(scan id)`: that scan goes first. `onChange()` tells the page.
  constructor({ store, server, isUnsent, onChange }) {
    Object.assign(this, { store, server, isUnsent, onChange });
  }

  // Those that a person must look at, since the server does not take them.
  get refused() {
    return this.waiting.filter((note) => note.refused);
  }

  async load() {
    this.waiting = (await this.store.all("notes")).sort((one, other) => one.made - other.made);
    this.onChange();
  }

  // Resolves once the note was sent, or is safe here until it can be. `note`: { id, scan, serial, text, photo, station }.
  async add(note) {
    await this.store.put("notes", { ...note, made: Date.now() });
    await this.load();
    await this.flush();
  }

  has(id) {
    return this.waiting.some((note) => note.id === id);
  }

  async tryAgain(id) {
    const { refused, ...note } = this.waiting.find((one) => one.id === id);
    await this.store.put("notes", note);
    await this.load();
    await this.flush();
  }

  async drop(id) {
    await this.store.remove("notes", [id]);
    await this.load();
  }

  // Of several pages of one browser one sends at a time.
  flush() {
    clearTimeout(this.#timer);
    this.#running ??= this.#inTurn(() => this.#sendAll()).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  #inTurn(deed) {
    return navigator.locks ? navigator.locks.request("rmatrack notes", deed) : deed();
  }

  async #sendAll() {
    const kept = (await this.store.all("notes")).sort((one, other) => one.made - other.made);
    for (const note of kept.filter((one) => !one.refused && !this.isUnsent(one.scan))) {
      try {
        await this.#send(note);
        await this.store.remove("notes", [note.id]);
      } catch (problem) {
        if (REFUSED.includes(problem.status)) await this.store.put("notes", { ...note, refused: problem.said ?? "–" });
        else {
          this.#timer = setTimeout(() => this.flush(), PAUSE);
          break;
        }
      }
    }
    await this.load();
  }

  async #send({ scan, text, photo, station }) {
    if (text) await this.server.note(scan, { note: text, station });
    if (photo) await this.server.photo(scan, photo, station);
  }
}
