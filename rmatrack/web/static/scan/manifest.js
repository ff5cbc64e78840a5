// The manifest of the shift: fetched when it has changed, kept in this browser, and dropped when somebody else signs in.

import { Shift } from "./judging.js";

const REFRESH_MS = 5 * 60 * 1000;

export class Manifest {
  shift = null;
  #etag = null;
  #timer = null;

  constructor({ store, address, person, onShift }) {
    Object.assign(this, { store, address, person, onShift });
  }

  async load() {
    const kept = await this.store.get("kept", "manifest");
    if (kept && kept.person === this.person) this.#use(kept);
    else if (kept) await this.store.remove("kept", ["manifest"]);
    this.refresh();
  }

  // Asks for what has changed; without a network the kept one goes on.
  async refresh() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.refresh(), REFRESH_MS);
    try {
      const headers = this.#etag ? { "If-None-Match": this.#etag } : {};
      const answer = await fetch(this.address, { headers, cache: "no-store" });
      if (!answer.ok || answer.redirected) return;
      const kept = { text: await answer.text(), etag: answer.headers.get("ETag"), person: this.person };
      this.#use(kept);
      await this.store.put("kept", kept, "manifest");
    } catch {
      // There is no network, or what came is not a manifest: the kept one goes on.
    }
  }

  #use({ text, etag }) {
    this.shift = new Shift(JSON.parse(text));
    this.#etag = etag;
    this.onShift();
  }
}
