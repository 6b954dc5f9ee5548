// The next step: starts from what was heard, and reads a typed day back before it counts.
import { post } from "./taps.js";
import { setText } from "./still.js";

const READ_AFTER_MS = 200;

/** Wire the form. `latest` gives the newest frame. */
export function wireNextStep(root, latest) {
  const form = root.getElementById("next-step");
  const when = form.elements.when;
  const read = root.getElementById("when-read");
  let waiting = 0;

  async function readBack() {
    const data = new FormData();
    data.set("when", when.value);
    try {
      const answer = await post("/live/when", data);
      if (answer.ok) {
        setText(read, (await answer.json()).said);
      }
    } catch {
      setText(read, "That did not reach companion.");
    }
  }

  when.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(readBack, READ_AFTER_MS);
  });
  form.closest("details").addEventListener("toggle", (event) => {
    if (!event.target.open) {
      return;
    }
    const heard = latest()?.heard_step;
    const untouched = ["who", "what", "when"].every((name) => form.elements[name].value === "");
    if (heard && untouched) {
      for (const name of ["who", "what", "when"]) {
        form.elements[name].value = heard[name];
      }
      if (heard.when) {
        readBack();
      }
    }
  });
}
