// A page that was opened for a file fetches it once; a page that is to be printed has a button for it.

const link = document.querySelector("[data-download]");
if (link && !sessionStorage.getItem(`downloaded-${link.dataset.download}`)) {
  sessionStorage.setItem(`downloaded-${link.dataset.download}`, "yes");
  link.click();
}

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
