// A keyboard-wedge scanner types. What it types ends with Enter or Tab, and may hold control keys
// (Ctrl+] is a group separator) that the browser would take for shortcuts.

const GUN_MS = 60; // A gun's keys follow each other faster than any hand's.
const SEPARATORS = { "]": "\x1d", "^": "\x1e", 6: "\x1e", "\\": "\x1c", _: "\x1f", "-": "\x1f", d: "\x04" };
const ENDS = new Set(["j", "m"]); // Line feed and carriage return.

export class Wedge {
  #input;
  #last = 0;
  #fast = 0;

  constructor(input, onScan) {
    this.#input = input;
    this.onScan = onScan;
    addEventListener("keydown", (event) => this.#key(event), { capture: true });
  }

  // Whether the keys that were typed until now came from a gun rather than a hand.
  get isGun() {
    return this.#fast >= 5;
  }

  #key(event) {
    const soon = event.timeStamp - this.#last < GUN_MS;
    this.#last = event.timeStamp;
    this.#fast = soon ? this.#fast + 1 : 0;
    if (event.altKey || event.metaKey || event.isComposing) return;
    if (event.ctrlKey) this.#control(event, soon);
    else if (document.querySelector("dialog[open]")) this.#inDialog(event);
    else this.#plain(event);
  }

  #plain(event) {
    const typed = [...event.key].length === 1;
    if (typed && event.target !== this.#input && !isField(event.target)) this.#input.focus();
    if (event.target !== this.#input) return;
    if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey && this.#input.value)) this.#end(event);
  }

  #control(event, soon) {
    const key = event.key.toLowerCase();
    if (ENDS.has(key)) return this.#end(event);
    if (key in SEPARATORS && key !== "-" && key !== "6") return this.#insert(event, SEPARATORS[key]);
    if (soon && this.#fast > 1) this.#insert(event, SEPARATORS[key] ?? "");
  }

  // A device scanned while a dialog asks something is a scan, not the answer.
  #inDialog(event) {
    const field = event.target;
    if (event.key !== "Enter" || !this.isGun || !("value" in field) || !field.value) return;
    const read = field.value;
    field.value = "";
    field.closest("dialog").close();
    this.#input.value = read;
    this.#end(event);
  }

  #insert(event, text) {
    event.preventDefault();
    this.#input.focus();
    this.#input.setRangeText(text, this.#input.selectionStart, this.#input.selectionEnd, "end");
  }

  #end(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const raw = this.#input.value;
    this.#input.value = "";
    if (raw.trim()) this.onScan(raw);
  }
}

function isField(element) {
  return ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName) && element.type !== "range";
}
