// The rest of the live page: goals, figures, what was noted, and the words where they are wanted.
import { setAttribute, setHidden, setLines, setText } from "./still.js";

/** Draws frames into the live page, below its face. */
export class Details {
  constructor(root) {
    this.root = root;
    this.parts = {};
    for (const element of root.querySelectorAll("[data-part]")) {
      this.parts[element.dataset.part] ??= element;
    }
  }

  /** Draw one frame. */
  show(values) {
    const parts = this.parts;
    setLines(parts.goals, values.goals, drawGoal);
    setLines(parts.figures, values.figures);
    setLines(parts.timers, values.timers);
    setLines(parts.troubles, values.troubles);
    for (const count of this.root.querySelectorAll("[data-count]")) {
      setText(count, String(values[count.dataset.count].length || ""));
    }
    for (const mark of this.root.querySelectorAll("[data-heard]")) {
      setHidden(mark, !values.issues_heard.includes(mark.dataset.heard));
    }
    this.showNextStep(values);
    setHidden(parts["words-box"], !values.transcript);
    setLines(parts.words, values.words);
    setText(parts.committed, values.committed);
    setText(parts.tentative, values.tentative);
  }

  showNextStep(values) {
    const { next_step: agreed, heard_step: heard } = this.parts;
    setText(agreed, values.next_step);
    setHidden(agreed, values.next_step === "");
    setText(heard, values.heard_step?.words ?? "");
    setHidden(heard, values.heard_step === null);
  }
}

function drawGoal(item, goal) {
  const met = goal.met ? "yes" : "no";
  if (item.dataset.met === met && item.dataset.text === goal.text) {
    return;
  }
  const shape = item.ownerDocument.createElement("span");
  shape.setAttribute("aria-hidden", "true");
  shape.textContent = goal.met ? "✓" : "○";
  const word = item.ownerDocument.createElement("span");
  word.className = "hidden-visually";
  word.textContent = goal.met ? "done:" : "open:";
  setAttribute(item, "data-met", met);
  setAttribute(item, "data-text", goal.text);
  item.replaceChildren(shape, " ", word, ` ${goal.text}`);
}
