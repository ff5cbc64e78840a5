// What a code of the dock is and holds, by the rules of rmatrack/domain (serials, identify, box_codes, rma) and
// carriers/recognise. A test gives both the same cases.

const CISCO = /^[A-Z]{3}[0-9]{2}(?:0[1-9]|[1-4][0-9]|5[0-3])[0-9A-HJ-NP-Z]{4}$/;
const OTHER_SERIAL = /^(?=.*[A-Z])(?=.*[0-9])[0-9A-Z]{6,16}$/;
const UNSEEN = /[\p{Pd}\p{C}\p{M}\p{Z}\u2212]/gu;
const BLANK = "[\\s\\x1c-\\x1f\\x85]"; // What Python calls white space, which holds the separators of a gun.
const INNER_BLANK = new RegExp(`[^\\s\\x1c-\\x1f\\x85]${BLANK}+[^\\s\\x1c-\\x1f\\x85]`, "u");
const AROUND = new RegExp(`^${BLANK}+|${BLANK}+$`, "gu");
const LONGEST_KEY = 64;

export function normalise(raw) {
  let key = raw;
  if (!/^[0-9A-Z]+$/.test(raw)) {
    key = raw.normalize("NFKC").toUpperCase().replace(UNSEEN, "").normalize("NFKC").replace(/^(?:\][A-Z][0-9A-Z])+/, "");
  }
  return key.startsWith("S") && CISCO.test(key.slice(1)) ? key.slice(1) : key;
}

export function keyOf(raw) {
  return [...normalise(raw)].slice(0, LONGEST_KEY).join("");
}

// What one reading holds: serials that it marks as such, the model it names, whether it is a quantity.

const MODEL = /^(?=.*[A-Z])[0-9A-Z][0-9A-Z/+._-]{2,39}$/i;
const FIXED_DIGITS = { "00": 18, "01": 14, "02": 14, 11: 6, 12: 6, 13: 6, 15: 6, 16: 6, 17: 6, 20: 2 };
const LONG_IDENTIFIERS = ["240", "241", "250"];
const SEPARATORS = /[\x1c-\x1f\x04]+/;

export function opened(raw, models) {
  const prefix = raw.match(new RegExp(`^${BLANK}*(\\][A-Za-z][0-9A-Za-z])`, "u"));
  const text = prefix ? raw.slice(prefix[0].length) : raw;
  if (text.includes("[)>")) return message(text.slice(text.indexOf("[)>") + 3));
  if (["]C1", "]d2", "]Q3", "]e0"].includes(prefix?.[1]) || /^\([0-9]{2,4}\)/.test(text)) return gs1(text);
  const tokens = text.split(/[\s,;|\x1c-\x1f\x04\x85]+/u).filter(Boolean);
  return tokens.length > 1 ? list(tokens, models) : field(text.replace(AROUND, ""), models);
}

function held(serials = [], model = null, isQuantity = false) {
  return { serials: [...new Set(serials.filter(Boolean))], model, isQuantity };
}

function message(text) {
  const fields = text.split(SEPARATORS).filter(Boolean);
  if (!fields.length || fields[0] === "01") return held();
  if (fields[0] === "05") return ofElements(fields.slice(1).flatMap((each) => elements(each)));
  const found = fields.map((each) => each.match(/^(S|1P|30P|Q)([^]+)$/)).filter(Boolean);
  const of = (...names) => found.filter((match) => names.includes(match[1])).map((match) => match[2].replace(AROUND, ""));
  const models = of("1P", "30P");
  return held(of("S"), models[0] ?? null, of("Q").length > 0 && !models.length);
}

function gs1(text) {
  const bracketed = [...text.matchAll(/\(([0-9]{2,4})\)([^(]*)/g)].map((match) => [match[1], match[2]]);
  return ofElements(bracketed.length ? bracketed : text.split(SEPARATORS).flatMap((each) => elements(each)));
}

function elements(text) {
  const found = [];
  for (let rest = text; rest.length > 2;) {
    const name = LONG_IDENTIFIERS.find((each) => rest.startsWith(each)) ?? rest.slice(0, 2);
    const value = rest.slice(name.length), length = FIXED_DIGITS[name];
    if (length === undefined) return [...found, [name, value]];
    found.push([name, value.slice(0, length)]);
    rest = value.slice(length);
  }
  return found;
}

function ofElements(values) {
  const of = (...names) => values.filter(([name]) => names.includes(name)).map(([, value]) => value.replace(AROUND, ""));
  return held(of("21"), of("240", "241")[0] ?? null);
}

function list(tokens, models) {
  const serials = tokens.filter((token) => CISCO.test(normalise(token)));
  const others = tokens.filter((token) => !CISCO.test(normalise(token))).map((token) => field(token, models));
  if (!serials.length || !others.every((other) => other.model || other.isQuantity)) return held();
  return held(serials, others.find((other) => other.model)?.model ?? null);
}

function field(text, models) {
  const upper = text.toUpperCase();
  if (models.has(upper)) return held([], upper);
  for (const name of ["30P", "1P"]) {
    if (upper.startsWith(name) && MODEL.test(upper.slice(name.length))) return held([], upper.slice(name.length));
  }
  if (upper.startsWith("P") && models.has(upper.slice(1))) return held([], upper.slice(1));
  return held([], null, /^Q[0-9]{1,6}$/.test(upper));
}

// The serials of a scan: [{ key, text, isDeclared, claimed }].
export function parts(scan, models) {
  const found = opened(scan.raw, models);
  const claimed = scan.model || found.model || null;
  if (scan.serial && found.model && !found.serials.length) {
    return [{ key: keyOf(scan.serial), text: scan.serial, isDeclared: false, claimed }];
  }
  if (!found.serials.length) {
    return [{ key: keyOf(scan.raw), text: scan.raw, isDeclared: false, claimed: scan.model ?? null }];
  }
  const texts = new Map();
  for (const text of found.serials) if (!texts.has(keyOf(text))) texts.set(keyOf(text), text);
  return [...texts].map(([key, text]) => ({ key, text, isDeclared: true, claimed }));
}

// Which of all codes a text is that is no serial of ours: { kind, number }.
export function codeOnBox(text, models, countries) {
  const key = normalise(text);
  const mark = recognise(text, countries);
  const number = mark?.number ?? keyOf(text);
  if (/^D[0-9]{2,11}$/.test(key)) return { kind: "order", number };
  if (isRmaNumber(key)) return { kind: "rma", number };
  if (mark) return { kind: mark.kind, number };
  const found = opened(text, models);
  if (found.model) return { kind: "model", number };
  if (found.isQuantity) return { kind: "quantity", number };
  if (RMA.test(key)) return { kind: "mistyped-rma", number };
  const isSerial = CISCO.test(key) || (OTHER_SERIAL.test(key) && !INNER_BLANK.test(text));
  return { kind: isSerial ? "serial" : "unknown", number };
}

const RMA = /^R[0-9]{6,10}[0-9A-Z]$/;
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*";

function isRmaNumber(text) {
  if (!RMA.test(text)) return false;
  let total = 0;
  for (const character of text.slice(0, -1)) total = ((total + ALPHABET.indexOf(character)) * 2) % 37;
  return ALPHABET[(38 - total) % 37] === text.at(-1);
}

// A carrier's number: { kind, number }, or nothing.

export function recognise(raw, countries) {
  if (raw.includes("[)>")) return upsMessage(raw);
  const text = raw.replace(new RegExp(`^${BLANK}*\\][A-Za-z][0-9A-Za-z]`, "u"), "").toUpperCase()
    .replace(/[\s()\x1c-\x1f\x85-]/gu, "");
  const piece = text.match(/^J?(JD[0-9]{18})$/);
  if (/^1Z[0-9A-Z]{15}[0-9]$/.test(text)) return { kind: "ups-tracking", number: text };
  if (piece) return { kind: "dhl-piece", number: piece[1] };
  if (/^00[0-9]{18}$/.test(text)) return { kind: "sscc", number: text.slice(2) };
  if (/^[0-9]{18}$/.test(text) && holdsGs1(text)) return { kind: "sscc", number: text };
  if (/^420[0-9]{5}(?:[0-9]{4})?$/.test(text)) return { kind: "postal", number: text };
  const abroad = text.match(/^421([0-9]{3})[0-9A-Z]{3,9}$/);
  if (abroad && countries.has(abroad[1])) return { kind: "postal", number: text };
  if (/^2L[A-Z]{2}[0-9A-Z]*\+[0-9]{8}$/.test(text)) return { kind: "routing", number: text };
  if (/^[0-9]{10}$/.test(text) && Number(text.slice(0, 9)) % 7 === Number(text[9])) {
    return { kind: "dhl-waybill", number: text };
  }
  return null;
}

function holdsGs1(digits) {
  const total = [...digits.slice(0, -1)].reverse().reduce((sum, digit, place) => sum + digit * (place % 2 ? 1 : 3), 0);
  return (10 - (total % 10)) % 10 === Number(digits.at(-1));
}

function upsMessage(raw) {
  const found = raw.match(/([0-9A-Z]{3})\x1d?1Z([0-9A-Z]{8})\x1d?UPSN\x1d?([0-9A-Z]{6})/);
  const number = found && `1Z${found[3]}${found[1].slice(-2)}${found[2]}`;
  return number && /^1Z[0-9A-Z]{15}[0-9]$/.test(number) ? { kind: "ups-tracking", number } : null;
}
