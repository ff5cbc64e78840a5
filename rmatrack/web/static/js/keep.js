// What was typed and not sent survives a reload and a lost connection: it stays in this tab until it was sent.
// `data-keep` names the form and the version of what the server has, so that only what is newer comes back.

const form = document.querySelector("form[data-keep]");

if (form) {
  const name = `keep ${form.dataset.keep}`;
  forgetOlder(name);
  restore(JSON.parse(sessionStorage.getItem(name) ?? "null"));
  form.addEventListener("input", () => sessionStorage.setItem(name, JSON.stringify(typed())));
  form.addEventListener("submit", waitForConnection);
  addEventListener("online", () => { form.querySelector("[data-offline]").hidden = true; });
}

function waitForConnection(event) {
  if (navigator.onLine) return;
  event.preventDefault();
  form.querySelector("[data-offline]").hidden = false;
}

function forgetOlder(name) {
  const page = name.slice(0, name.lastIndexOf(" ") + 1);
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(page) && key !== name) sessionStorage.removeItem(key);
  }
}

function fields() {
  return [...form.elements].filter((field) => field.name && field.type !== "hidden" && field.tagName !== "BUTTON");
}

function typed() {
  return fields().map((field) => [field.id, isTick(field) ? field.checked : field.value]);
}

function restore(kept) {
  if (!kept) return;
  for (const [id, value] of kept) {
    const field = document.getElementById(id);
    if (!field || field.form !== form || field.disabled) continue;
    if (isTick(field)) field.checked = value;
    else field.value = value;
  }
  form.querySelector("[data-hx-get]")?.dispatchEvent(new Event("change", { bubbles: true }));
}

function isTick(field) {
  return field.type === "checkbox" || field.type === "radio";
}
