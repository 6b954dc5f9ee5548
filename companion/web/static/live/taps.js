// Every tap is a form that works without this script; with it the page stays where it is.
import { leaveField } from "./keys.js";

/**
 * Send the taps of a document, and hand on what is answered.
 * @param {Document} root
 * @param {(words: string, worked: boolean) => void} say
 */
export function sendTaps(root, say) {
  root.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.hasAttribute("data-tap")) {
      return;
    }
    event.preventDefault();
    form.closest("dialog")?.close();
    try {
      const answer = await post(form.getAttribute("action"), new FormData(form));
      const text = await answer.text();
      say(answer.ok ? JSON.parse(text).said : text, answer.ok);
      const field = form.querySelector("input:focus, select:focus");
      if (answer.ok && field) {
        leaveField(field); // what was typed is done: space pauses again
      }
    } catch {
      say("That did not reach companion. Is it still running?", false);
    }
  });
}

/** Post a form to one of our own pages, and ask for JSON. */
export function post(path, data) {
  return fetch(path, {
    method: "POST",
    body: new URLSearchParams(data),
    headers: { Accept: "application/json" },
  });
}
