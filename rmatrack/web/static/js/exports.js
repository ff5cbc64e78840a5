// A list as a file, with progress: how many rows came so far, and a way to stop. Without scripts the link downloads.

const panel = document.getElementById("exporting");
let stop = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!panel || !link || !/\/export\.(csv|xlsx)(\?|$)/.test(link.getAttribute("href"))) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;

  event.preventDefault();
  fetchFile(link.href);
});

panel?.querySelector("[data-end]").addEventListener("click", () => {
  if (stop) stop.abort();
  panel.hidden = true;
});

async function fetchFile(address) {
  stop?.abort();
  stop = new AbortController();
  show("preparing");
  try {
    const answer = await fetch(address, { signal: stop.signal });
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    const pieces = await read(answer);
    save(new Blob(pieces, { type: answer.headers.get("Content-Type") }), nameOf(answer));
    show("done");
    setTimeout(() => { panel.hidden = true; }, 4000);
  } catch (error) {
    if (error.name !== "AbortError") show("failed");
  } finally {
    stop = null;
  }
}

// CSV is counted in rows while it comes; a workbook comes all at once, when it is made.
async function read(answer) {
  const isText = answer.headers.get("Content-Type").startsWith("text/csv");
  const total = Number(answer.headers.get("Content-Length"));
  const reader = answer.body.getReader();
  const pieces = [];
  let rows = -1;
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return pieces;
    pieces.push(value);
    bytes += value.length;
    if (isText) {
      for (const byte of value) if (byte === 10) rows += 1;
      show("rows", rows);
    } else if (total) {
      show("share", Math.floor((100 * bytes) / total));
    }
  }
}

function show(what, number = null) {
  const bar = panel.querySelector("progress");
  const count = number === null ? "" : new Intl.NumberFormat(document.documentElement.lang).format(number);
  panel.querySelector("p").textContent = panel.dataset[what].replace("{count}", count);
  panel.dataset.tone = what;
  const isOver = what === "done" || what === "failed";
  bar.hidden = isOver;
  panel.querySelector("[data-end]").textContent = isOver ? panel.dataset.close : panel.dataset.stop;
  if (what === "share") bar.value = number;
  else bar.removeAttribute("value");
  panel.hidden = false;
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function nameOf(answer) {
  const said = answer.headers.get("Content-Disposition") ?? "";
  return /filename="?([^";]+)"?/.exec(said)?.[1] ?? "rmatrack";
}
