// What the station shows: the last answer, the running list, what is to be looked at, and the figures.

import { fill } from "./words.js";

const LATEST = 40;

export class Display {
  // `models`: what people call each model, by its number.
  constructor(root, words, icons, models) {
    Object.assign(this, { root, words, icons, models });
    this.latest = root.querySelector("#latest");
    this.problems = root.querySelector("#problems");
  }

  // `answer`: tone, icon, title, serial, model, customer, message, notes; `provisional` where the station gave it.
  answer(answer) {
    const part = (name) => this.root.querySelector(`.answer-${name}`);
    const whole = this.root.querySelector("#answer");
    whole.dataset.tone = answer.tone;
    whole.dataset.provisional = answer.provisional ? "yes" : "no";
    part("provisional").hidden = !answer.provisional;
    whole.classList.remove("fresh");
    void whole.offsetWidth; // Begins the animation anew, so that a second "Matched" is seen.
    whole.classList.add("fresh");
    part("icon").firstElementChild.setAttribute("href", `${this.icons}#${answer.icon}`);
    part("title").textContent = answer.title;
    part("title").classList.toggle("is-long", answer.title.length > 16);
    part("serial").textContent = answer.serial ?? "";
    part("about").textContent = [this.models[answer.model], answer.model, answer.customer].filter(Boolean).join(" · ");
    part("next").textContent = answer.message;
    part("notes").replaceChildren(...(answer.notes ?? []).map((note) => element("li", "", note)));
  }

  say(title, message, { tone = "ready", icon = "upc-scan", serial = "" } = {}) {
    this.answer({ title, message, tone, icon, serial });
  }

  // Put a scan on top of the list, or change the row it has.
  row(scan) {
    const row = element("li", "running-row");
    row.dataset.id = scan.id;
    row.dataset.tone = scan.undone ? "undone" : scan.tone;
    row.dataset.provisional = scan.provisional ? "yes" : "no";
    const what = element("span", "running-what", scan.undone ? this.words.undone : scan.title);
    row.append(this.icon(scan.undone ? "arrow-counterclockwise" : scan.icon), element("span", "mono", scan.serial || scan.raw), what);
    this.#place(this.latest, row);
    while (this.latest.children.length > LATEST) this.latest.lastElementChild.remove();
    this.#problem(scan);
  }

  // The server judged a scan otherwise than this station: that stays at the side until somebody has seen it.
  difference(one) {
    const text = fill(this.words.judged_otherwise, one.scan.said.title, one.title);
    const row = element("li", "running-row");
    row.dataset.id = one.id;
    row.dataset.tone = "bad";
    row.dataset.differs = "yes";
    row.append(this.icon("arrow-left-right"), element("span", "mono", one.scan.said.serial ?? one.scan.raw));
    row.append(element("span", "running-what", text));
    this.#place(this.problems, row);
    this.problems.parentElement.hidden = false;
  }

  #problem(scan) {
    const known = this.problems.querySelector(`[data-id="${scan.id}"]`);
    if (known?.dataset.differs) return;
    known?.remove();
    if (scan.tone === "bad" && scan.outcome !== "not_a_serial" && !scan.undone && (scan.discrepancy || scan.error)) {
      const row = element("li", "running-row");
      row.dataset.id = scan.id;
      row.dataset.tone = scan.tone;
      row.append(this.icon(scan.icon), element("span", "mono", scan.serial || scan.raw), this.#link(scan));
      this.problems.prepend(row);
    }
    this.problems.parentElement.hidden = !this.problems.children.length;
  }

  #link(scan) {
    if (!scan.discrepancy) return element("span", "running-what", scan.title);
    const link = element("a", "running-what", scan.title);
    link.href = scan.discrepancy;
    link.target = "_blank";
    return link;
  }

  #place(list, row) {
    const before = list.querySelector(`[data-id="${row.dataset.id}"]`);
    if (before) before.replaceWith(row);
    else list.prepend(row);
  }

  figures({ box, shift }) {
    for (const [name, number] of Object.entries(shift)) {
      this.root.querySelector(`[data-figure="${name}"]`).textContent = number;
    }
    this.root.querySelector(".shift-problems").dataset.some = shift.problems > 0 ? "yes" : "no";
    this.box(box);
  }

  box(box) {
    const part = (selector) => this.root.querySelector(`#box ${selector}`);
    const line = part("progress");
    line.hidden = !box;
    part(".box-name").textContent = box ? `${box.rma} · ${box.order}` : this.words.no_box;
    part(".box-name").classList.toggle("is-known", Boolean(box));
    if (!box) {
      part(".box-figures").textContent = this.words.no_box_next;
      return;
    }
    const figures = [fill(this.words.of, box.received, box.units)];
    if (box.unsent) figures.push(fill(this.words.box_waits_here, box.unsent));
    else if (box.waits_for?.length) figures.push(fill(this.words.box_waits, box.waits_for.join(", ")));
    if (box.discrepancies) figures.push(fill(this.words.box_problems, box.discrepancies));
    else if (!box.out && !box.unsent && !box.waits_for?.length) figures.push(this.words.box_done);
    part(".box-figures").textContent = figures.join(" · ");
    line.max = box.units;
    line.value = box.units - box.out;
  }

  connection(state, waiting, aside) {
    const chip = this.root.querySelector("#connection");
    const parts = [this.words[state]];
    if (waiting && (state !== "online" || waiting > 1)) parts.push(fill(this.words.waiting, waiting));
    if (aside) parts.push(fill(this.words.aside, aside));
    const text = parts.join(" · ");
    chip.dataset.state = aside && state === "online" ? "aside" : state;
    const words = chip.querySelector("span");
    if (words.textContent !== text) words.textContent = text;
    chip.querySelector("use").setAttribute("href", `${this.icons}#${state === "online" ? "wifi" : "wifi-off"}`);
  }

  icon(name) {
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    icon.setAttribute("class", "icon");
    icon.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${this.icons}#${name}`);
    icon.append(use);
    return icon;
  }
}

function element(tag, name, text = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.textContent = text;
  return made;
}
