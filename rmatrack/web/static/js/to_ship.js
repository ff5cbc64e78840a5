// Recording what left with a scanner that ends each code with Enter: down the serials, then down the dates, then the
// button. A date that is given for the first device is offered for those that have none.

const form = document.querySelector("[data-scanned]");
const columnOf = (field) => field.name.replace(/^units-\d+-/, "");
const columns = ["number", "shipped_on", "serial", "eula_expires_on", "eula_mailed_on"];
const fields = columns.flatMap((column) => [...(form?.elements ?? [])].filter((field) => columnOf(field) === column));

form?.addEventListener("keydown", (event) => {
  const at = fields.indexOf(event.target);
  if (event.key !== "Enter" || at < 0) return;
  event.preventDefault();
  const next = fields[at + 1] ?? form.querySelector(".btn-primary");
  next.focus();
  next.select?.();
});

form?.addEventListener("change", ({ target }) => {
  if (!target.name.startsWith("units-0-eula_")) return;
  for (const field of fields) {
    if (columnOf(field) === columnOf(target) && !field.value) field.value = target.value;
  }
});
