// The scan station: a gun, an answer, and the next device. The input has the focus whatever was clicked.
// A scan is kept before it is answered; without a network the station answers by itself, and says so.

import { Camera } from "./camera.js";
import { Display } from "./display.js";
import { ask } from "./dialogs.js";
import { Heartbeat } from "./heartbeat.js";
import { Manifest } from "./manifest.js";
import { Pairing } from "./pairing.js";
import { Panel } from "./panel.js";
import { Notes } from "./notes.js";
import { askNote } from "./noting.js";
import { newId, Queue } from "./queue.js";
import { Server } from "./server.js";
import { Sounds } from "./sounds.js";
import { Store } from "./store.js";
import { Wedge } from "./wedge.js";
import { fill, worded } from "./words.js";

const LATE_MS = 1200; // Where the server takes longer than this, the station answers first.
const RECEIVES = new Set(["matched", "wrong_order", "wrong_model", "settled_before"]);
const PROBLEMS = new Set(["wrong_order", "wrong_model", "never_shipped", "settled_before"]);

const root = document.getElementById("station");
const words = JSON.parse(root.dataset.words);
const answerWords = JSON.parse(root.dataset.answers);
const { icons } = root.dataset;
const person = { id: root.dataset.person, name: root.dataset.personName };
const input = document.getElementById("gun");
const display = new Display(root, words, icons, answerWords.models);
const server = new Server(root.dataset);
const sounds = new Sounds({
  volume: document.getElementById("volume"), mute: document.getElementById("mute"), icons, words,
});
const pairing = new Pairing();

let station = localStorage.getItem("scan station") || "dock-1";
let box = localStorage.getItem("scan box") || null;
let shown = null; // The id of the scan whose answer is on show.
let figures = { box: null, shift: { scans: 0, received: 0, problems: 0 } }; // The server's last.
const done = []; // What this station scanned and can undo, the latest last.

const store = await Store.open().catch(() => null);
if (!store) display.say(words.no_store, words.no_store_next, { tone: "bad", icon: "database-lock" });

const queue = new Queue({ store, send, onAnswers: answered, onChange: changed, beforeSending: () => heartbeat.beat() });
const manifest = new Manifest({ store, address: root.dataset.manifest, person: person.id, onShift: () => judgeWaiting() });
const notes = new Notes({
  store, server, onChange: changed, isUnsent: (id) => isWaiting({ id }),
});
const panel = new Panel({ dialog: document.getElementById("queue-dialog"), queue, notes, words, person: person.id, display });
const heartbeat = new Heartbeat({ server, seconds: Number(root.dataset.heartbeat), look, onHeard: heard });
const camera = new Camera({
  root: document.getElementById("camera"), folder: root.dataset.vendor, onScan: scan, onState: cameraState,
});
new Wedge(input, scan);
if (store) display.say(words.ready, words.ready_next);

async function scan(raw) {
  const shift = manifest.shift;
  const beside = shift ? pairing.beside(shift.classify(raw), Date.now()) : {};
  const made = {
    id: newId(), scanned_at: new Date().toISOString(), made: performance.timeOrigin + performance.now(),
    station, raw, rma: box, person, ...beside,
  };
  const verdicts = shift?.judge(made) ?? [];
  made.said = summary(verdicts);
  const opens = verdicts.find((verdict) => verdict.opens_rma)?.opens_rma;
  if (opens) openBox(opens);
  shown = made.id;
  display.row({ ...made, tone: "sending", icon: "hourglass-split", title: words.sending });
  await queue.add(made);
  if (queue.state !== "online") answerHere(made, verdicts);
  else setTimeout(() => isWaiting(made) && answerHere(made, verdicts), LATE_MS);
}

// What is kept of the station's own answer, to be held against the server's.
function summary(verdicts) {
  if (!verdicts.length) return null;
  const { outcome, serial, rma } = verdicts[0];
  return { outcome, serial, rma, title: worded(verdicts[0], answerWords).title };
}

function isWaiting({ id }) {
  return queue.waiting.some((scan) => scan.id === id);
}

function answerHere(made, verdicts) {
  if (!verdicts.length) {
    if (made.id === shown) display.say(words.kept, manifest.shift ? words.kept_next : words.no_manifest, keptLook(made));
    return;
  }
  const answers = verdicts.map((verdict, place) => ({ ...worded(verdict, answerWords), id: place ? `${made.id}/${place}` : made.id }));
  for (const answer of answers) display.row({ ...made, ...answer });
  if (made.id === shown) show(answers);
  sounds.play(worst(answers));
}

function keptLook({ raw }) {
  return { tone: "kept", icon: "wifi-off", serial: raw };
}

// One answer, or that a code held several.
function show(answers) {
  const [first] = answers;
  if (pairing.model && first.kind === "model") {
    display.answer({ ...first, title: fill(words.model_waits, pairing.model), message: words.model_waits_next, serial: "" });
  } else if (answers.length === 1) {
    display.answer(first);
  } else {
    const tone = worst(answers);
    const { icon } = answers.find((answer) => answer.tone === tone);
    const notes = answers.map((answer) => `${answer.serial}: ${answer.title}`);
    display.answer({ ...first, tone, icon, notes, title: fill(words.several, answers.length), message: words.several_next, serial: "" });
  }
}

async function send(scans) {
  const sent = scans.map(({ id, scanned_at, station: at, raw, rma, model, serial }) => (
    { id, scanned_at, station: at, raw, rma, model, serial }));
  const reply = await server.record({ scans: sent, station: scans.at(-1).station, rma: box });
  figures = reply;
  return reply.answers;
}

function openBox(rma) {
  const isOther = rma !== box;
  box = rma;
  if (rma) localStorage.setItem("scan box", rma);
  else localStorage.removeItem("scan box");
  document.getElementById("box").dataset.open = rma ? "yes" : "no";
  if (isOther) {
    pairing.forget();
    heartbeat.beat();
  }
}

function answered(scans, answers, { elsewhere = false } = {}) {
  answers.forEach((answer, place) => {
    const scan = scans[place];
    const all = [answer, ...(answer.more ?? [])];
    document.querySelectorAll(`[data-id^="${scan.id}/"]`).forEach((row) => row.remove());
    for (const each of all) {
      display.row({ ...scan, ...each });
      manifest.shift?.learn(each);
      if (each.outcome && !elsewhere) done.push(each);
    }
    if (scan.id === shown && !differs(scan, answer)) show(all);
    if (answer.opens_rma && scan.id === shown && !elsewhere) openBox(answer.opens_rma);
  });
  const news = answers.filter((answer, place) => !scans[place].said || differs(scans[place], answer) || scans[place].id === shown);
  if (!elsewhere && news.length) sounds.play(worst(news.flatMap((answer) => [answer, ...(answer.more ?? [])])));
  refreshProblems(answers);
}

function differs(scan, answer) {
  return Boolean(scan.said) && scan.said.outcome !== answer.outcome;
}

// Of several answers at once the worst is heard.
function worst(answers) {
  return ["bad", "accent", "good"].find((tone) => answers.some((answer) => answer.tone === tone));
}

// A problem leads to its discrepancy, whose address only the server knows.
async function refreshProblems(answers) {
  if (answers.some((answer) => answer.tone === "bad" && answer.outcome !== "not_a_serial")) await loadShift().catch(() => {});
}

// The queue has changed, or the connection has.
let before = null;

function changed() {
  const toTell = notes.waiting.filter((note) => !note.refused);
  display.connection(queue.state, queue.waiting.length + toTell.length, queue.aside.length + notes.refused.length);
  for (const one of queue.aside) if (one.why === "differs") display.difference(one);
  showFigures();
  if (panel.dialog.open) panel.show();
  if (queue.state === "signed_out" && before !== "signed_out") {
    display.say(words.signed_out, words.signed_out_next, { tone: "bad", icon: "lock" });
  }
  if (queue.state === "online" && before !== null && before !== "online") backAgain();
  if (queue.state === "online" && toTell.some((note) => !isWaiting({ id: note.scan }))) notes.flush();
  before = queue.state;
}

// After a while without the server: what it has to say of us and of the devices may have changed.
function backAgain() {
  heartbeat.beat();
  manifest.refresh();
  loadShift().catch(() => {});
  navigator.serviceWorker?.controller?.postMessage("keep the page");
}

// The server's figures, and what waits here on top of them.
function showFigures() {
  const said = queue.waiting.map((scan) => scan.said?.outcome);
  const { scans, received, problems } = figures.shift;
  const shift = {
    scans: scans + said.length,
    received: received + said.filter((outcome) => RECEIVES.has(outcome)).length,
    problems: problems + said.filter((outcome) => PROBLEMS.has(outcome)).length,
  };
  const unsent = waiting().filter((one) => one.rma === box || one.said?.rma === box).length;
  const known = unsent || figures.box?.rma !== box ? box && manifest.shift?.counts(box) : figures.box;
  display.figures({ box: known ? { ...known, unsent } : box ? figures.box : null, shift });
}

function waiting() {
  return [...queue.waiting, ...queue.refused.map((one) => one.scan)];
}

function look() {
  return { station, box, waiting: queue.state === "online" && !queue.refused.length ? [] : waiting() };
}

// Another station is open under this one's name: said where no answer would be hidden by it, and marked while it is so.
const namesakes = new Set();

function heard({ namesakes: now }) {
  const chip = document.querySelector("[data-open=station-name-dialog]");
  chip.dataset.state = now.length ? "offline" : "";
  chip.querySelector(".twin").hidden = !now.length;
  const isNews = now.some((twin) => !namesakes.has(twin));
  namesakes.clear();
  now.forEach((twin) => namesakes.add(twin));
  if (!isNews || shown) return;
  display.say(fill(words.same_name, station), fill(words.same_name_next, now.join(", ")), { tone: "kept", icon: "geo-alt" });
  sounds.play("accent");
}

function showName() {
  document.getElementById("station-name").textContent = station;
  document.getElementById("station-mark").textContent = heartbeat.mark;
}

// The manifest has come, or come anew: what still waits counts as received before it is sent.
function judgeWaiting() {
  for (const scan of queue.waiting) manifest.shift.judge(scan);
  const { units, made_at } = manifest.shift.manifest;
  const language = document.documentElement.lang;
  const time = new Date(made_at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  panel.show(fill(words.manifest, units.length.toLocaleString(language), time));
  root.dataset.manifestState = "ready";
  showFigures();
}

async function loadShift() {
  const shift = await server.shift(station, box);
  const scans = shift.scans.reverse();
  for (const scan of scans) display.row(scan);
  // What was scanned while the server answered is the latest still.
  done.unshift(...scans.filter(({ id, outcome, undone }) => outcome && !undone && !done.some((one) => one.id === id)));
  figures = shift;
  showFigures();
}

// F2: the last scan is taken back, with a reason.

async function undo() {
  const last = done.at(-1);
  if (!last || queue.waiting.length) {
    display.say(words.undo_nothing, queue.waiting.length ? words.undo_waits : words.undo_nothing_next);
    return;
  }
  document.getElementById("undo-effect").hidden = !RECEIVES.has(last.outcome);
  const answer = await ask("undo-dialog", last.serial || last.raw, (reason) =>
    told(server.undo(last.id, { reason, station, rma: box })));
  if (!answer) return;
  done.pop();
  display.row({ ...last, undone: true });
  figures = answer;
  showFigures();
  display.say(words.undone, words.undone_next, { icon: "arrow-counterclockwise", serial: last.serial });
  sounds.play("accent");
  manifest.refresh();
}

// A deed that only the server can do; without a network it says so in words.
async function told(deed) {
  try {
    return await deed;
  } catch (problem) {
    problem.said ??= problem.signedOut ? words.signed_out_next : words.needs_server;
    throw problem;
  }
}

// F4: the next box. One with unsent scans is left open to be completed by the server, and said to be so.

function nextBox() {
  const left = box;
  const unsent = waiting().filter((one) => one.rma === left || one.said?.rma === left).length;
  openBox(null);
  display.box(null);
  const next = left && unsent ? fill(words.next_box_waits, left, unsent) : words.next_box_next;
  display.say(words.next_box, next, { icon: "box-seam" });
}

// F8: a note or a photo of the last scan, sent or not.

async function note() {
  const waits = queue.waiting.at(-1);
  const last = waits ? { ...waits, serial: waits.said?.serial } : done.at(-1);
  if (!last) {
    display.say(words.nothing_to_note, words.nothing_to_note_next);
    return;
  }
  const kept = await askNote(last, { notes, words, station });
  if (!kept) return;
  const problem = notes.refused.find((one) => one.id === kept);
  if (problem) {
    display.say(words.set_aside, problem.refused, { tone: "bad", icon: "x-circle-fill", serial: problem.serial });
    return;
  }
  const next = notes.has(kept) ? words.noted_here : words.noted_next;
  display.say(words.noted, next, { icon: "chat-left-text", serial: last.serial || last.raw });
}

// F10: the end of a shift, once everything is sent.

async function finish() {
  await queue.flush();
  if (notes.waiting.length) await notes.flush();
  const aside = queue.refused.length + notes.refused.length;
  const toSend = queue.waiting.length + notes.waiting.length - notes.refused.length;
  if (toSend + aside) {
    const next = toSend ? fill(words.not_finished_next, toSend) : fill(words.not_finished_aside, aside);
    display.say(words.not_finished, next, { tone: "bad", icon: "hourglass-split" });
    sounds.play("bad");
    return;
  }
  camera.stop();
  openBox(null);
  display.box(null);
  display.say(words.finished, words.finished_next, { icon: "check-all" });
  heartbeat.beat();
}

async function nameStation() {
  const named = await ask("station-name-dialog", "", async (name) => ({ name: name.trim() }));
  if (!named?.name) return;
  station = named.name;
  localStorage.setItem("scan station", station);
  showName();
  display.latest.replaceChildren();
  display.problems.replaceChildren();
  done.length = 0;
  heartbeat.beat();
  await loadShift();
}

function cameraState(state) {
  document.querySelector('[data-key="F6"]').setAttribute("aria-pressed", state === "on");
  if (state === "on") document.getElementById("spoken").textContent = words.camera;
  else if (state !== "off") display.say(words.no_camera, words[state], { tone: "bad", icon: "camera" });
}

const KEYS = {
  F2: undo, F4: nextBox, F6: () => (camera.isOn ? camera.stop() : camera.start()), F8: note, F10: finish,
};

addEventListener("keydown", (event) => {
  if (!(event.key in KEYS) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  KEYS[event.key]();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-key], [data-open]");
  if (button?.dataset.key) KEYS[button.dataset.key]();
  if (button?.dataset.open === "station-name-dialog") nameStation();
  if (button?.dataset.open === "queue-dialog") panel.open();
});

// The box is the browser's: another page of it goes along.
addEventListener("storage", ({ key, newValue }) => {
  if (key === "scan box") openBox(newValue);
  if (key === "scan box") showFigures();
});

// The focus comes back from wherever a click took it.
function refocus() {
  if (!document.querySelector("dialog[open]")) input.focus({ preventScroll: true });
}

document.addEventListener("pointerup", () => setTimeout(refocus));
document.addEventListener("close", () => setTimeout(refocus), { capture: true });
addEventListener("focus", refocus);

// On a phone the keyboard comes up when somebody wants to type, not with every scan.
input.addEventListener("pointerdown", () => { input.inputMode = "text"; });
input.addEventListener("blur", () => { input.inputMode = "none"; });

showName();
document.getElementById("station-input").value = station;
document.getElementById("box").dataset.open = box ? "yes" : "no";
refocus();
await queue.load();
await notes.load();
await manifest.load();
heartbeat.beat();
queue.flush();
loadShift().catch(() => {});
navigator.serviceWorker?.register(root.dataset.worker, { scope: root.dataset.scope, updateViaCache: "none" }).catch(() => {});
root.dataset.ready = "yes";
