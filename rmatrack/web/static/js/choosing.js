// Choosing every row of a page at once; the box shows whether all, some or none are chosen.

const all = document.getElementById("choose-all");
const form = all?.closest("form");
const marks = form ? [...form.querySelectorAll('tbody input[type="checkbox"]')] : [];

if (marks.length) {
  all.closest("[hidden]").hidden = false;
  all.addEventListener("change", () => {
    for (const mark of marks) mark.checked = all.checked;
  });
  form.addEventListener("change", show);
  show();
}

function show() {
  const chosen = marks.filter((mark) => mark.checked).length;
  all.checked = chosen === marks.length;
  all.indeterminate = chosen > 0 && chosen < marks.length;
}
