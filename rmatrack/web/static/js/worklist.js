// Today's work can be ticked through: what is ticked is remembered in this browser, for this day.

const list = document.querySelector("[data-worklist]");

if (list) {
  const name = `worklist ${list.dataset.worklist}`;
  const ticked = new Set(JSON.parse(localStorage.getItem(name) ?? "[]"));
  for (const mark of list.querySelectorAll('input[type="checkbox"]')) mark.checked = ticked.has(mark.value);

  list.addEventListener("change", ({ target }) => {
    if (target.checked) ticked.add(target.value);
    else ticked.delete(target.value);
    forgetOtherDays(name);
    localStorage.setItem(name, JSON.stringify([...ticked]));
  });
}

function forgetOtherDays(name) {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("worklist ") && key !== name) localStorage.removeItem(key);
  }
}
