// A pasted mail is looked up by Ctrl+Enter, without reaching for the button.

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const field = event.target.closest("[data-submit-keys]");
  if (!field) return;

  event.preventDefault();
  field.form.requestSubmit();
});
