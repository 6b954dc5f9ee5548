// The state, the step and the card: what a glance finds, on the page and in the small window.
import { setAttribute, setClass, setHidden, setLines, setText } from "./still.js";

const TEXTS = ["shape", "state", "sentence", "meter_word", "minutes", "step_line", "step_name", "certainty", "card", "note"];

/** Draws frames into one place. */
export class Face {
  /** @param {Document|Element} root holds the parts, and one safety row. */
  constructor(root) {
    this.root = root;
    this.parts = {};
    for (const element of root.querySelectorAll(".face [data-part]")) {
      this.parts[element.dataset.part] = element;
    }
  }

  /** Draw one frame. */
  show(values) {
    const parts = this.parts;
    for (const name of TEXTS) {
      setText(parts[name], values[name]);
    }
    setAttribute(parts["state-line"], "data-deaf", values.deaf ? "yes" : "no");
    setAttribute(parts.rail, "data-step", String(values.step));
    setAttribute(parts.meter, "value", String(values.meter ?? 0));
    setHidden(parts.meter, values.meter === null);
    setClass(parts["card-box"], "small", !values.large);
    setClass(parts["card-box"], "resting", values.card === "");
    setLines(parts.care, values.care);
    this.showSafety(values);
  }

  showSafety(values) {
    const shown = { hearing: values.hears && !values.deaf, deaf: values.deaf, hears: values.hears };
    for (const element of this.root.querySelectorAll("[data-show]")) {
      setHidden(element, !shown[element.dataset.show]);
    }
    for (const button of this.root.querySelectorAll("[data-pressed]")) {
      setAttribute(button, "aria-pressed", String(isPressed(button.dataset.pressed, values)));
    }
  }
}

function isPressed(name, values) {
  const [what, id] = name.split(":");
  if (id === undefined) {
    return Boolean(values[what]);
  }
  if (what === "step") {
    return values.step === Number(id);
  }
  if (what === "answer") {
    return values.answer === id;
  }
  return values[`${what}s`].includes(id);
}
