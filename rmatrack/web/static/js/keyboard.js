// Keyboard: / the box, ? the list of keys, g and a letter to go somewhere, j k x Enter in lists.

const box = document.getElementById("box");
const keys = document.getElementById("keys");
let going = false;
let chosen = -1;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
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
    default: return false;
  }
}

function focusBox() {
  if (!box) return false;
  box.focus();
  box.select();
  return true;
}

function showKeys() {
  if (!keys) return false;
  keys.showModal();
  return true;
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
  return [...document.querySelectorAll("tr.row-link")];
}

function choose(index) {
  const list = rows();
  if (!list.length) return false;
  list[chosen]?.classList.remove("chosen");
  chosen = Math.max(0, Math.min(index, list.length - 1));
  list[chosen].classList.add("chosen");
  list[chosen].scrollIntoView({ block: "nearest" });
  list[chosen].querySelector(".row-main")?.focus({ preventScroll: true });
  return true;
}

function select() {
  const mark = rows()[chosen]?.querySelector('input[type="checkbox"]');
  if (!mark) return false;
  mark.click();
  return true;
}
