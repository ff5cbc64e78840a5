// A dialog that asks one thing. Enter answers, Escape leaves; a reason can be chosen by its digit.

// Show the dialog and return what `deed(text)` returns, or null where the person left. A refusal is shown in place.
export function ask(id, about, deed) {
  const dialog = document.getElementById(id);
  const field = dialog.querySelector("input");
  const problem = dialog.querySelector(".invalid-feedback");
  const heading = dialog.querySelector(".dialog-about");
  if (heading) {
    heading.textContent = about;
    field.value = "";
  }
  problem.textContent = "";
  dialog.showModal();
  field.focus();
  field.select();

  return new Promise((resolve) => {
    const listening = new AbortController();
    const listen = (target, event, react) => target.addEventListener(event, react, { signal: listening.signal });
    let result = null;

    const answer = async (text) => {
      try {
        result = await deed(text);
        dialog.close();
      } catch (refused) {
        problem.textContent = refused.said ?? refused.message;
        field.focus();
      }
    };

    listen(dialog, "click", ({ target }) => {
      const button = target.closest("button");
      if (!button) return;
      if (button.dataset.reason) answer(button.dataset.reason);
      else if ("do" in button.dataset) answer(field.value);
      else if ("close" in button.dataset) dialog.close();
    });
    listen(dialog, "keydown", (event) => {
      const reason = field.value ? null : dialog.querySelectorAll("[data-reason]")[Number(event.key) - 1];
      if (reason && event.target === field) {
        event.preventDefault();
        answer(reason.dataset.reason);
      } else if (event.key === "Enter" && event.target === field) {
        event.preventDefault();
        answer(field.value);
      }
    });
    listen(dialog, "close", () => {
      listening.abort();
      resolve(result);
    });
  });
}
