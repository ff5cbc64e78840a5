// Keyboard: / the box, ? the list of keys, g and a letter to go somewhere, j k x Enter in lists. A page gives its own
// buttons and links a key by data-press, such as "a" or "Control+Enter"; the list of keys shows those it finds.

const box = document.getElementById("box");
const keys = document.getElementById("keys");
const ROWS = "tr.row-link, .result";
let going = false;
let chosen = -1;

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey) {
    if (event.key === "Enter" && press("Control+Enter")) event.preventDefault();
    return;
  }
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const done = going ? go(event.key) : act(event.key);
  if (done) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest('[data-open="keys"]')) showKeys();
});

function isTyping(element) {
  if (element.isContentEditable || ["TEXTAREA", "SELECT"].includes(element.tagName)) return true;
  return element.tagName === "INPUT" && !["checkbox", "radio", "button", "submit"].includes(element.type);
}

function act(key) {
  switch (key) {
    case "/": return focusBox();
    case "?": return showKeys();
    case "g": return beginGoing();
    case "j": return choose(chosen + 1);
    case "k": return choose(chosen - 1);
    case "x": return select();
    default: return press(key);
  }
}

function press(key) {
  const target = [...document.querySelectorAll(`[data-press="${CSS.escape(key)}"]`)].find((each) => each.offsetParent);
  if (!target || keys?.open) return false;
  target.click();
  return true;
}

function focusBox() {
  if (!box) return false;
  box.focus();
  box.select();
  return true;
}

function showKeys() {
  if (!keys) return false;
  for (const line of keys.querySelectorAll("[data-needs]")) line.hidden = !document.querySelector(line.dataset.needs);
  keys.querySelector("[data-own]").replaceChildren(...ownKeys());
  keys.showModal();
  return true;
}

function ownKeys() {
  const seen = new Set();
  return [...document.querySelectorAll("[data-press]")].flatMap((each) => {
    if (!each.offsetParent || seen.has(each.dataset.press)) return [];
    seen.add(each.dataset.press);
    return ownKey(each);
  });
}

function ownKey(element) {
  const line = document.createElement("div");
  const name = document.createElement("dt");
  const pressed = document.createElement("dd");
  name.textContent = (element.labels?.[0] ?? element).textContent.trim();
  for (const each of element.dataset.press.split("+")) {
    const key = document.createElement("kbd");
    key.textContent = each === "Control" ? "Ctrl" : each;
    pressed.append(key, " ");
  }
  line.append(name, pressed);
  return line;
}

function beginGoing() {
  going = true;
  setTimeout(() => { going = false; }, 1200);
  return true;
}

function go(key) {
  going = false;
  const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  if (!link) return false;
  location.href = link.href;
  return true;
}

function rows() {
  return [...document.querySelectorAll(ROWS)];
}

function choose(index) {
  const list = rows();
  if (!list.length) return false;
  list[chosen]?.classList.remove("chosen");
  chosen = Math.max(0, Math.min(index, list.length - 1));
  list[chosen].classList.add("chosen");
  list[chosen].scrollIntoView({ block: "nearest" });
  list[chosen].querySelector(".row-main, a")?.focus({ preventScroll: true });
  return true;
}

function select() {
  const mark = rows()[chosen]?.querySelector('input[type="checkbox"]');
  if (!mark) return false;
  mark.click();
  return true;
}
