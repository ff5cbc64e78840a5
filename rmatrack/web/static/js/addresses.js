// Takes over an address that a carrier suggests into the form around it.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-address]");
  const form = button?.closest("form");
  if (!form) return;
  for (const [name, value] of Object.entries(JSON.parse(button.dataset.address))) {
    const field = form.elements[name];
    if (field) field.value = value;
  }
  button.closest("#address-checked").replaceChildren();
});
