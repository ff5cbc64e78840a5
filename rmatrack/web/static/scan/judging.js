// Judging scans without the server, from the manifest of the shift, by the rules of rmatrack/domain/receiving.
// What was judged here counts for what comes next; the server has the last word.

import { codeOnBox, keyOf, opened, parts } from "./reading.js";

const DAY_MS = 24 * 3600 * 1000;
const RECEIVES = new Set(["matched", "wrong_order", "wrong_model", "settled_before"]);
const OUT = "shipped", RECEIVED = "received";

export class Shift {
  #loans = new Map();
  #boxes = new Map();

  constructor(manifest) {
    this.manifest = manifest;
    this.models = new Set(manifest.catalogue);
    this.countries = new Set(manifest.countries);
    this.orders = manifest.orders.map(([number, rma, customer, shippedOn]) => ({ number, rma, customer, shippedOn, loans: [] }));
    for (const [key, order, model, status] of manifest.units) {
      const loan = { key, order: this.orders[order], model: manifest.models[model], status: manifest.statuses[status] };
      loan.order.loans.push(loan);
      if (this.#loans.has(key)) this.#loans.get(key).push(loan);
      else this.#loans.set(key, [loan]);
    }
    for (const order of this.orders) {
      this.#boxes.set(order.number, order);
      if (order.rma) this.#boxes.set(order.rma, order);
    }
    for (const [number, order] of Object.entries(manifest.marks)) this.#boxes.set(number, this.orders[order]);
  }

  // Judge a scan: one answer for each serial it holds. A unit that it receives is received from now on.
  judge(scan) {
    const read = { ...scan, raw: storable(scan.raw) };
    return parts(read, this.models).map((part) => this.#judge(read, part));
  }

  // What a code is beside others: the model it names, or whether it is one serial that may be checked against a model.
  classify(raw) {
    const found = opened(raw, this.models);
    const key = keyOf(raw);
    if (found.serials.length) return { isSerial: found.serials.length === 1 && !found.model, key: keyOf(found.serials[0]) };
    if (this.#loans.has(key)) return { isSerial: true, key };
    return { model: found.model, isSerial: codeOnBox(raw, this.models, this.countries).kind === "serial", key };
  }

  // Take over what the server says of a serial.
  learn({ serial, order, outcome }) {
    const loan = this.#loans.get(serial)?.find((each) => each.order.number === order);
    if (loan && outcome) loan.status = RECEIVED;
  }

  // How far a return has come, as far as this browser knows.
  counts(rma) {
    const order = this.#boxes.get(rma);
    if (!order) return null;
    const count = (status) => order.loans.filter((loan) => loan.status === status).length;
    const [received, out] = [count(RECEIVED), count(OUT)];
    return { rma, order: order.number, units: order.loans.length, received, out, discrepancies: 0, waits_for: [] };
  }

  #judge(scan, part) {
    const loan = this.#loanMeant(part.key, scan.scanned_at);
    const expected = scan.rma ? this.#boxes.get(scan.rma)?.number ?? null : null;
    return loan ? this.#ofLoan(loan, part, expected) : this.#ofStranger(part);
  }

  #loanMeant(key, at) {
    const loans = this.#loans.get(key) ?? [];
    const day = new Date(Date.parse(at) + DAY_MS).toISOString().slice(0, 10);
    const left = loans.filter((loan) => loan.order.shippedOn <= day);
    const rank = (loan) => [loan.status === OUT ? 1 : 0, loan.order.shippedOn, loan.order.number];
    return (left.length ? left : loans).reduce((best, loan) => (best && !isMore(rank(loan), rank(best)) ? best : loan), null);
  }

  #ofLoan(loan, { key, claimed }, expected) {
    const isElsewhere = expected !== null && expected !== loan.order.number;
    const isOther = claimed !== null && claimed.toUpperCase() !== loan.model.toUpperCase();
    const before = loan.status;
    const outcome = before === RECEIVED ? "already_received"
      : before !== OUT ? "settled_before"
      : isElsewhere ? "wrong_order"
      : isOther ? "wrong_model"
      : "matched";
    if (RECEIVES.has(outcome)) loan.status = RECEIVED;
    const finds = outcome !== "already_received" ? []
      : [isElsewhere && "wrong-order", isOther && "wrong-model"].filter(Boolean);
    return {
      outcome, finds, kind: "serial", serial: key, order: loan.order.number, rma: loan.order.rma, model: loan.model,
      customer: loan.order.customer, status: before, expected: expected ?? loan.order.number,
      claimed: claimed ?? loan.model, model_checked: claimed !== null && !isOther, opens_rma: null,
    };
  }

  #ofStranger({ key, text, isDeclared, claimed }) {
    const code = isDeclared ? { kind: "serial" } : codeOnBox(text, this.models, this.countries);
    const isSerial = code.kind === "serial";
    const box = !isSerial && code.kind !== "unknown" ? this.#boxes.get(code.number) : null;
    return {
      outcome: isSerial ? "never_shipped" : "not_a_serial", finds: [], kind: code.kind, serial: key, order: null,
      rma: null, model: null, customer: null, claimed, opens_rma: box?.rma ?? null, opens_order: box?.number ?? null,
    };
  }
}

// A text as a database can keep it: without NUL and halves of pairs.
function storable(text) {
  return text.replaceAll("\0", "\u2400").toWellFormed();
}

function isMore(one, other) {
  for (const [place, value] of one.entries()) {
    if (value !== other[place]) return value > other[place];
  }
  return false;
}
