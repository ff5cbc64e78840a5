// Identities copy with one click; the button says so for a moment.

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;

  event.preventDefault();
  await navigator.clipboard.writeText(button.dataset.copy);
  announce(button);
});

function announce(button) {
  const use = button.querySelector("use");
  const before = use.getAttribute("href");
  use.setAttribute("href", before.replace(/#.*/, "#check-lg"));
  button.classList.add("copied");
  document.getElementById("spoken").textContent = button.dataset.copied;
  setTimeout(() => {
    use.setAttribute("href", before);
    button.classList.remove("copied");
  }, 1500);
}
