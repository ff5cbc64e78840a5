// Scans on their way: each is kept in this browser from the moment it is made until the server has answered it.
// Sending is safe to repeat, since every scan carries an id of its own. One that the server cannot take is set aside
// and holds none of the others.

const MOST_AT_ONCE = 50;
const PAUSES = [1, 2, 4, 8, 15, 30].map((seconds) => seconds * 1000);
const SIGN_IN_PAUSE = 10_000;
const CRASHES_TO_SET_ASIDE = 3;

export class Queue {
  #failures = 0;
  #crashes = new Map();
  #timer = null;
  #running = null;
  #again = false;
  #others = new BroadcastChannel("rmatrack scans");

  // `send(scans)` returns their answers or throws; `onAnswers(scans, answers)` and `onChange()` tell the page.
  constructor({ store, send, onAnswers, onChange, beforeSending }) {
    Object.assign(this, { store, send, onAnswers, onChange, beforeSending, waiting: [], aside: [] });
    this.state = navigator.onLine ? "online" : "offline";
    addEventListener("online", () => this.flush());
    addEventListener("offline", () => this.#tell("offline"));
    addEventListener("focus", () => this.state !== "online" && this.flush());
    this.#others.onmessage = ({ data }) => this.#heard(data);
  }

  get unsent() {
    return this.waiting.length + this.refused.length;
  }

  // Set aside because the server cannot take them; those that it only judged otherwise are recorded.
  get refused() {
    return this.aside.filter((one) => one.why === "refused");
  }

  async load() {
    this.waiting = (await this.store.all("scans")).sort((one, other) => one.made - other.made);
    this.aside = await this.store.all("aside");
    this.onChange();
  }

  // Resolves as soon as the scan is safe; it is sent in the background.
  async add(scan) {
    await this.store.put("scans", scan);
    await this.#changed();
    this.flush();
  }

  async dismiss(id) {
    await this.store.remove("aside", [id]);
    await this.#changed();
  }

  async tryAgain(one, changes) {
    await this.store.takeUp(one.id, { ...one.scan, ...changes });
    await this.#changed();
    await this.flush();
  }

  // Sends what waits. Of several pages of one browser one sends at a time.
  flush() {
    clearTimeout(this.#timer);
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#inTurn(() => this.#sendAll()).finally(() => {
      this.#running = null;
      if (this.#again) {
        this.#again = false;
        if (this.state === "online") this.flush();
      }
    });
    return this.#running;
  }

  #inTurn(deed) {
    return navigator.locks ? navigator.locks.request("rmatrack scans", deed) : deed();
  }

  async #sendAll() {
    await this.load();
    if (this.waiting.length && this.state !== "online") await this.beforeSending();
    while (this.waiting.length) {
      try {
        await this.#sendSome(this.waiting.slice(0, MOST_AT_ONCE));
      } catch (problem) {
        this.#failed(problem);
        return;
      }
    }
    this.#tell("online");
  }

  async #sendSome(scans) {
    let answers;
    try {
      answers = await this.send(scans);
    } catch (problem) {
      if (!this.#isTheirFault(problem, scans)) throw problem;
      if (scans.length === 1) return this.#settle(scans, [{ id: scans[0].id, error: "refused", message: problem.said }]);
      await this.#sendSome(scans.slice(0, scans.length >> 1));
      return this.#sendSome(scans.slice(scans.length >> 1));
    }
    return this.#settle(scans, answers);
  }

  // Whether the server refuses these scans rather than being away. A crash counts once it has happened again and again.
  #isTheirFault({ status }, scans) {
    if ([400, 413, 422].includes(status)) return true;
    if (status !== 500) return false;
    const times = (this.#crashes.get(scans[0].id) ?? 0) + 1;
    this.#crashes.set(scans[0].id, times);
    return times >= CRASHES_TO_SET_ASIDE;
  }

  async #settle(scans, answers) {
    const aside = scans.flatMap((scan, place) => asideOf(scan, answers[place]));
    await this.store.settle(scans.map((scan) => scan.id), aside);
    this.#failures = 0;
    this.onAnswers(scans, answers);
    this.#others.postMessage({ scans, answers });
    await this.#changed();
  }

  #failed({ signedOut }) {
    this.#failures += 1;
    const pause = signedOut ? SIGN_IN_PAUSE : PAUSES[Math.min(this.#failures, PAUSES.length) - 1];
    this.#timer = setTimeout(() => this.flush(), pause);
    this.#tell(signedOut ? "signed_out" : "offline");
  }

  #tell(state) {
    this.state = state;
    this.onChange();
  }

  async #changed() {
    await this.load();
    this.#others.postMessage({});
  }

  async #heard({ scans, answers }) {
    await this.load();
    if (answers) this.onAnswers(scans, answers, { elsewhere: true });
  }
}

// What a person must see beside the queue: a scan that was not taken, or one that was judged otherwise than here.
function asideOf(scan, answer) {
  const at = Date.now();
  if (answer.error) return [{ id: scan.id, why: "refused", code: answer.error, message: answer.message, scan, at }];
  const said = scan.said?.outcome;
  if (said && said !== answer.outcome) {
    return [{ id: scan.id, why: "differs", message: answer.message, title: answer.title, scan, at }];
  }
  return [];
}

// A random UUID; `crypto.randomUUID` is missing where the page is not served over HTTPS.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
