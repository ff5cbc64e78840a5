// A model number that is read beside a serial checks it: the one just read, if nothing has checked that yet; else the
// next one, however many codes of no account are read in between.

const BESIDE_MS = 60_000;

export class Pairing {
  model = null; // Read, and waiting for its serial.
  #last = null; // The serial that was read last: { serial, at, isChecked }.

  // Returns what is to be sent with a code: `{ model }` for a serial, `{ serial }` for a model, or nothing.
  beside({ model, isSerial, key }, now) {
    if (model && this.#last && !this.#last.isChecked && now - this.#last.at < BESIDE_MS) {
      this.#last.isChecked = true;
      return { serial: this.#last.serial };
    }
    if (model) {
      this.model = model;
      return {};
    }
    if (!isSerial) return {};
    const checks = this.model ? { model: this.model } : {};
    this.#last = { serial: key, at: now, isChecked: Boolean(this.model) };
    this.model = null;
    return checks;
  }

  forget() {
    this.model = this.#last = null;
  }
}
