// The scan station: a gun, an answer, and the next device. The input has the focus whatever was clicked.

import { Display } from "./display.js";
import { ask } from "./dialogs.js";
import { newId, Queue } from "./queue.js";
import { Server } from "./server.js";
import { Sounds } from "./sounds.js";
import { Wedge } from "./wedge.js";

const root = document.getElementById("station");
const words = JSON.parse(root.dataset.words);
const { icons } = root.dataset;
const input = document.getElementById("gun");
const display = new Display(root, words, icons);
const server = new Server(root.dataset);
const sounds = new Sounds({
  volume: document.getElementById("volume"), mute: document.getElementById("mute"), icons, words,
});

let station = localStorage.getItem("scan station") || "dock-1";
let box = sessionStorage.getItem("scan box") || null;
let shown = null; // The id of the scan whose answer is on show.
const done = []; // What this station scanned and can undo, the latest last.

const queue = new Queue({ send, onAnswers: answered, onState: (state, waiting) => connected(state, waiting) });
new Wedge(input, scan);

function scan(raw) {
  const made = { id: newId(), scanned_at: new Date().toISOString(), station, raw, rma: box };
  shown = made.id;
  display.row({ ...made, tone: "sending", icon: "hourglass-split", title: words.sending });
  queue.add(made);
}

async function send(scans) {
  const reply = await server.record({ scans, station: scans.at(-1).station, rma: box });
  remember(reply.answers.at(-1));
  display.figures(reply);
  return reply.answers;
}

function remember(answer) {
  if (answer.opens_rma) openBox(answer.opens_rma);
}

function openBox(rma) {
  box = rma;
  if (rma) sessionStorage.setItem("scan box", rma);
  else sessionStorage.removeItem("scan box");
  document.getElementById("box").dataset.open = rma ? "yes" : "no";
}

function answered(scans, answers) {
  answers.forEach((answer, place) => {
    display.row({ ...scans[place], ...answer });
    if (answer.outcome) done.push(answer);
  });
  const last = answers.find((answer) => answer.id === shown) ?? answers.at(-1);
  display.answer(last);
  sounds.play(worst(answers));
  refreshProblems(answers);
}

// Of several answers at once the worst is heard.
function worst(answers) {
  return ["bad", "accent", "good"].find((tone) => answers.some((answer) => answer.tone === tone));
}

// A problem leads to its discrepancy, whose address only the server knows.
async function refreshProblems(answers) {
  if (answers.some((answer) => answer.tone === "bad" && answer.outcome !== "not_a_serial")) await loadShift();
}

function connected(state, waiting) {
  display.connection(state, waiting);
  if (state === "offline" && waiting) display.say(words.kept, words.kept_next, keptLook());
  if (state === "signed_out") display.say(words.signed_out, words.signed_out_next, { tone: "bad", icon: "lock" });
}

function keptLook() {
  return { tone: "kept", icon: "wifi-off", serial: queue.waiting.at(-1)?.raw };
}

async function loadShift() {
  const shift = await server.shift(station, box);
  for (const scan of shift.scans.reverse()) {
    display.row(scan);
    if (scan.outcome && !scan.undone && !done.some((one) => one.id === scan.id)) done.push(scan);
  }
  display.figures(shift);
}

// F2: the last scan is taken back, with a reason.

async function undo() {
  const last = done.at(-1);
  if (!last) {
    display.say(words.undo_nothing, words.undo_nothing_next);
    return;
  }
  const answer = await ask("undo-dialog", last.serial || last.raw, (reason) =>
    server.undo(last.id, { reason, station, rma: box }));
  if (!answer) return;
  done.pop();
  display.row({ ...last, undone: true });
  display.figures(answer);
  display.say(words.undone, words.undone_next, { icon: "arrow-counterclockwise", serial: last.serial });
  sounds.play("accent");
}

// F4: the next box.

function nextBox() {
  openBox(null);
  display.box(null);
  display.say(words.next_box, words.next_box_next, { icon: "box-seam" });
}

// F8: a note about the last scan.

async function note() {
  const last = done.at(-1);
  if (!last) return;
  const kept = await ask("note-dialog", last.serial || last.raw, (text) => server.note(last.id, { note: text, station }));
  if (kept) display.say(words.noted, kept.message, { icon: "chat-left-text", serial: last.serial });
}

async function nameStation() {
  const named = await ask("station-name-dialog", "", async (name) => ({ name: name.trim() }));
  if (!named?.name) return;
  station = named.name;
  localStorage.setItem("scan station", station);
  document.getElementById("station-name").textContent = station;
  display.latest.replaceChildren();
  display.problems.replaceChildren();
  done.length = 0;
  await loadShift();
}

const KEYS = { F2: undo, F4: nextBox, F8: note };

addEventListener("keydown", (event) => {
  if (!(event.key in KEYS) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  KEYS[event.key]();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-key], [data-open]");
  if (button?.dataset.key) KEYS[button.dataset.key]();
  if (button?.dataset.open === "station-name-dialog") nameStation();
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

document.getElementById("station-name").textContent = station;
document.getElementById("station-input").value = station;
openBox(box);
refocus();
queue.flush();
loadShift().catch((problem) => display.connection(problem.signedOut ? "signed_out" : "offline", queue.waiting.length));
