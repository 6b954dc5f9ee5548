// Copying and printing of what can be handed on. Without scripts the texts can be selected, and the
// receipt can be saved as a file.
"use strict";
for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const from = document.getElementById(button.dataset.copies);
    const said = document.getElementById("copied");
    try {
      await navigator.clipboard.writeText(from.value ?? from.textContent);
      button.textContent = "Copied";
      said.textContent = "Copied.";
    } catch {
      said.textContent = "The browser did not allow it; select the text and copy it.";
      said.className = "notice";
    }
  });
}
for (const button of document.querySelectorAll("[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
