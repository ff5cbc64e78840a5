// The queue, looked at: each scan that waits, those that the server did not take, and those it judged otherwise.

import { fill } from "./words.js";
import { newId } from "./queue.js";

// What is changed of a scan before it is sent again, by why it was not taken.
const CORRECTIONS = {
  "unknown-box": () => ({ rma: null }),
  "scan-id-taken": () => ({ id: newId() }),
  "bad-scan-id": () => ({ id: newId() }),
  "bad-scan-time": () => ({ scanned_at: new Date().toISOString() }),
};

export class Panel {
  constructor({ dialog, queue, notes, words, person, display }) {
    Object.assign(this, { dialog, queue, notes, words, person, display });
    this.template = dialog.querySelector("template");
    dialog.addEventListener("click", (event) => this.#click(event));
  }

  open() {
    this.show();
    this.dialog.showModal();
  }

  show(known) {
    if (known !== undefined) this.dialog.querySelector(".panel-known").textContent = known;
    this.#list(".panel-waiting", this.queue.waiting.map((scan) => this.#row(scan, scan.said?.title ?? "")));
    this.#list(".panel-refused", this.queue.refused.map((one) => this.#row(one.scan, one.message, one)));
    const differing = this.queue.aside.filter((one) => one.why === "differs");
    this.#list(".panel-differs", differing.map((one) => this.#row(one.scan, this.#difference(one), one)));
    this.#list(".panel-notes", this.notes.waiting.map((note) => this.#note(note)));
    const waiting = this.queue.waiting.length + this.queue.aside.length + this.notes.waiting.length;
    this.dialog.querySelector(".panel-empty").hidden = waiting > 0;
  }

  #difference({ scan, title, message }) {
    return `${fill(this.words.judged_otherwise, scan.said.title, title)}. ${message}`;
  }

  #list(selector, rows) {
    const section = this.dialog.querySelector(selector);
    section.hidden = !rows.length;
    section.querySelector("ol").replaceChildren(...rows);
    section.querySelector(".count").textContent = rows.length;
  }

  #row(scan, text, aside) {
    const row = this.template.content.firstElementChild.cloneNode(true);
    const part = (name) => row.querySelector(`.queued-${name}`);
    row.dataset.id = aside?.id ?? scan.id;
    part("raw").textContent = scan.said?.serial ?? scan.raw;
    part("at").textContent = new Date(scan.scanned_at).toLocaleTimeString(document.documentElement.lang, {
      hour: "2-digit", minute: "2-digit",
    });
    const by = scan.person && scan.person.id !== this.person ? fill(this.words.made_by, scan.person.name) : "";
    part("text").textContent = [text, by].filter(Boolean).join(" ");
    for (const button of row.querySelectorAll("button")) button.hidden = button.dataset.for !== aside?.why;
    return row;
  }

  #note({ id, serial, text, photo, refused, made, scan }) {
    const said = [text, photo && this.words.with_photo, refused].filter(Boolean).join(" · ");
    return this.#row({ id: scan, raw: serial, scanned_at: made }, said, { id, why: refused ? "note" : "" });
  }

  async #click({ target }) {
    const button = target.closest("button");
    if (!button) return;
    if ("close" in button.dataset) return this.dialog.close();
    if (button.dataset.for === "note") {
      const { id } = button.closest("[data-id]").dataset;
      await (button.dataset.act === "again" ? this.notes.tryAgain(id) : this.notes.drop(id));
      this.show();
      return;
    }
    const one = this.queue.aside.find(({ id }) => id === button.closest("[data-id]")?.dataset.id);
    if (!one) return;
    if (button.dataset.act === "again") await this.queue.tryAgain(one, CORRECTIONS[one.code]?.() ?? {});
    else if (button.dataset.act === "seen" || "sure" in button.dataset) await this.queue.dismiss(one.id);
    else this.#askOnceMore(button);
    this.show();
  }

  // A scan that goes for good is asked about twice.
  #askOnceMore(button) {
    const row = button.closest("[data-id]");
    queueMicrotask(() => {
      const again = this.dialog.querySelector(`[data-id="${row.dataset.id}"] [data-act="drop"]`);
      again.dataset.sure = "";
      again.textContent = again.dataset.ask;
      again.focus();
    });
  }
}
