// F8: what somebody has to say or to show of the last scan.

import { ask } from "./dialogs.js";
import { small } from "./photo.js";
import { newId } from "./queue.js";

// Asks for a note, a photo or both, and gives them to `notes`; returns the id of what is kept, or null.
export function askNote({ id, serial, raw }, { notes, words, station }) {
  const dialog = document.getElementById("note-dialog");
  const chooser = dialog.querySelector("[type=file]");
  const preview = dialog.querySelector("canvas");
  const problem = dialog.querySelector(".invalid-feedback");
  let making = Promise.resolve(null);

  chooser.value = "";
  preview.hidden = true;
  chooser.onchange = () => {
    const [file] = chooser.files;
    problem.textContent = "";
    making = file ? small(file, preview).catch(() => Promise.reject(Object.assign(new Error(), { said: words.no_photo }))) : Promise.resolve(null);
    making.then((photo) => { preview.hidden = !photo; }, (refused) => {
      preview.hidden = true;
      problem.textContent = refused.said;
    });
  };

  return ask("note-dialog", serial || raw, async (text) => {
    const photo = await making;
    if (!text.trim() && !photo) throw Object.assign(new Error(), { said: words.note_empty });
    const note = { id: newId(), scan: id, serial: serial || raw, text: text.trim(), photo, station };
    await notes.add(note);
    return note.id;
  });
}
