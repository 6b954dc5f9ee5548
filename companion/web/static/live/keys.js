// One key for everything: a key presses the button that names it. Off while something is typed.

const MOVES = { ArrowRight: "[data-tap][action='/live/step-on'] button", ArrowLeft: "[data-tap][action='/live/step-back'] button" };
const SAFETY = "form[action='/live/pause'] button, form[action='/live/resume'] button, form[action='/live/off-record'] button";

/**
 * Listen to a document's keys, and press the buttons of `page`, which may be another document.
 * @param {Document} from
 * @param {Document} page
 */
export function listenToKeys(from, page) {
  from.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (isTyping(event)) {
      if (event.key === "Escape") {
        leaveField(event.target);
      }
      return;
    }
    const dialog = page.querySelector("dialog[open]");
    const button = dialog ? inDialog(dialog, event, page) : outside(event, page);
    if (button) {
      event.preventDefault();
      button.click();
      goInto(button);
    }
  });
}

/** Out of a form, so that keys are keys again. */
export function leaveField(field) {
  field.closest("details")?.querySelector("summary").focus();
}

/** Into a list that a key has opened: at once, because its number may be typed right after. */
function goInto(button) {
  const list = button.matches("summary") ? button.parentElement : null;
  if (list?.open) {
    list.querySelector("form[data-tap] > button, select")?.focus();
  }
}

function isTyping(event) {
  const at = event.target;
  if (at.closest("input, select, textarea, [contenteditable]")) {
    return true;
  }
  // Space and Enter press what has the focus.
  return (event.key === " " || event.key === "Enter") && at.closest("button, a, summary") !== null;
}

function inDialog(dialog, event, page) {
  const key = event.key.toLowerCase();
  if (key === "y") {
    return dialog.querySelector("[data-yes]");
  }
  if (key === "n" || (dialog.id === "help" && key === keyOf(page, "help-open"))) {
    return dialog.querySelector("[data-close]");
  }
  return visible(page.querySelectorAll(SAFETY), key);
}

function outside(event, page) {
  const key = event.key.toLowerCase();
  const open = event.target.closest("details[open]");
  if (open && /^[1-9]$/.test(key)) {
    return open.querySelectorAll("form[data-tap] > button")[Number(key) - 1] ?? null;
  }
  if (MOVES[event.key]) {
    return page.querySelector(MOVES[event.key]);
  }
  return visible(page.querySelectorAll("[data-key]"), key);
}

function visible(buttons, key) {
  for (const button of buttons) {
    if (button.dataset.key === key && !button.closest("[hidden], template")) {
      return button;
    }
  }
  return null;
}

function keyOf(page, id) {
  return page.getElementById(id).dataset.key;
}
