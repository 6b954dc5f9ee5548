// The live page: draws each frame of the stream, and turns taps and keys into small requests.
import { Details } from "./details.js";
import { openDialogs } from "./dialogs.js";
import { follow, GONE } from "./events.js";
import { Face } from "./face.js";
import { listenToKeys } from "./keys.js";
import { wireNextStep } from "./next_step.js";
import { wirePopOut } from "./pop.js";
import { setClass, setHidden, setText } from "./still.js";
import { sendTaps } from "./taps.js";

const faces = new Set([new Face(document)]);
const details = new Details(document);
const said = document.getElementById("said");
const lost = document.getElementById("lost");
let latest = null;

function say(words) {
  setText(said, words);
}

function show(face, values) {
  face.show(values);
  setClass(face.root.body, "blank", values.blank);
}

follow({
  frame(values) {
    latest = values;
    if (values.over) {
      location.replace(values.next);
      return;
    }
    for (const face of faces) {
      show(face, values);
    }
    details.show(values);
    const title = `${values.shape} ${values.state}`;
    if (document.title !== title) {
      document.title = title;
    }
    if (values.meter) {
      say(""); // the organizer speaks again: what was answered to a tap has been read
    }
  },
  lost: () => setHidden(lost, false),
  back: () => setHidden(lost, true),
  gone: () => setText(lost, GONE),
});

sendTaps(document, say);
listenToKeys(document, document);
openDialogs(document);
wireNextStep(document, () => latest);
wirePopOut(document.getElementById("pop-out"), {
  opened(face) {
    faces.add(face);
    if (latest) {
      show(face, latest);
    }
  },
  closed: (face) => faces.delete(face),
  say,
});
for (const part of document.querySelectorAll(".noted details")) {
  part.addEventListener("toggle", () => {
    // This comes a moment later: by then a key may have led on, and is not called back.
    if (part.open && !part.querySelector("form :focus")) {
      part.querySelector("form[data-tap] > button, select")?.focus();
    }
  });
}
