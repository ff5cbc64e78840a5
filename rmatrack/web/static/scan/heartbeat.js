// What this station says of itself: how many scans wait here and of which returns, and which box is open.
// The server lets no return be complete that waits for it.

import { newId } from "./queue.js";

export class Heartbeat {
  #id = localStorage.getItem("scan station id") ?? newId();
  #timer = null;

  // `look()` returns { station, box, waiting }: its scans, each with the return it is of. `onHeard(reply)` is told what
  // the server says to it: which other stations are open under the same name.
  constructor({ server, seconds, look, onHeard }) {
    Object.assign(this, { server, seconds, look, onHeard });
    localStorage.setItem("scan station id", this.#id);
    addEventListener("pagehide", () => this.#leave());
  }

  // What tells this station from others of its name.
  get mark() {
    return this.#id.slice(0, 4).toUpperCase();
  }

  async beat() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.beat(), this.seconds * 1000);
    try {
      this.onHeard(await this.server.announce(this.#said()));
    } catch {
      // Nobody hears it: that is what the server takes silence for.
    }
  }

  // A page that closes with nothing to send lets go of its box; with something to send it says so once more.
  #leave() {
    const said = this.#said();
    this.server.announce(said.unsent ? said : { ...said, rma: null }, { keepalive: true }).catch(() => {});
  }

  #said() {
    const { station, box, waiting } = this.look();
    const unsentOf = {};
    for (const scan of waiting) {
      for (const rma of new Set([scan.rma, scan.said?.rma].filter(Boolean))) unsentOf[rma] = (unsentOf[rma] ?? 0) + 1;
    }
    const oldest = waiting.reduce((first, scan) => (first && first < scan.scanned_at ? first : scan.scanned_at), null);
    return { id: this.#id, station, rma: box, unsent: waiting.length, unsent_since: oldest, unsent_of: unsentOf };
  }
}
