// The answer follows what is chosen, without pressing the button.

const form = document.querySelector("[data-send-on-change]");

form?.addEventListener("change", () => form.requestSubmit());
