// Forms: the token travels with htmx, a form is sent once unless its answer opens beside it, the error summary gets
// the focus.

const token = document.querySelector('meta[name="csrf-token"]')?.content;

document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRFToken"] = token;
});

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post" || event.target.target) return;
  if (event.target.dataset.sent) {
    event.preventDefault();
    return;
  }
  event.target.dataset.sent = "yes";
});

// A page that comes back from the history may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

document.querySelector(".error-summary")?.focus();
