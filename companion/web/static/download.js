// Follows a download while it is on. Without scripts the page says so when it is looked at again.
"use strict";
const download = document.getElementById("download");
if (download && download.dataset.on === "yes") {
  const words = document.getElementById("download-words");
  const bar = document.getElementById("download-bar");
  const look = async () => {
    try {
      const now = await (await fetch("/setup/models/progress")).json();
      if (!now.on) {
        location.reload();
        return;
      }
      words.textContent = now.words;
      bar.max = now.total || 1;
      bar.value = now.here;
    } catch {
      words.textContent = "That did not reach companion. Is it still running?";
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
}
