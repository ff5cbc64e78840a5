// Scans on their way: each is kept in this browser from the moment it is made until the server has answered it.
// Sending is safe to repeat, since every scan carries an id of its own.

const PREFIX = "rmatrack scan ";
const MOST_AT_ONCE = 100;
const PAUSES = [1, 2, 4, 8, 15, 30].map((seconds) => seconds * 1000);

export class Queue {
  #sending = false;
  #failures = 0;
  #timer = null;

  // `send(scans)` returns the answers, or throws; `onAnswers(scans, answers)` and `onState(state)` tell the page.
  constructor({ send, onAnswers, onState }) {
    Object.assign(this, { send, onAnswers, onState });
    addEventListener("online", () => this.flush());
    addEventListener("storage", () => this.#tell());
  }

  get waiting() {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .map((key) => read(key))
      .filter(Boolean)
      .sort((one, other) => one.made - other.made);
  }

  add(scan) {
    localStorage.setItem(PREFIX + scan.id, JSON.stringify({ ...scan, made: performance.timeOrigin + performance.now() }));
    this.#tell();
    this.flush();
  }

  async flush() {
    clearTimeout(this.#timer);
    if (this.#sending) return;
    this.#sending = true;
    try {
      await this.#sendAll();
    } finally {
      this.#sending = false;
    }
  }

  async #sendAll() {
    for (let scans = this.#next(); scans.length; scans = this.#next()) {
      try {
        const answers = await this.send(scans);
        for (const scan of scans) localStorage.removeItem(PREFIX + scan.id);
        this.#failures = 0;
        this.onAnswers(scans, answers);
      } catch (problem) {
        this.#failures += 1;
        this.#tell(problem.signedOut ? "signed_out" : "offline");
        this.#timer = setTimeout(() => this.flush(), PAUSES[Math.min(this.#failures, PAUSES.length) - 1]);
        return;
      }
    }
    this.#tell();
  }

  #next() {
    return this.waiting.slice(0, MOST_AT_ONCE);
  }

  #tell(state) {
    this.state = state ?? (this.#failures ? this.state : "online");
    this.onState(this.state, this.waiting.length);
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

// A random UUID; `crypto.randomUUID` is missing where the page is not served over HTTPS.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
