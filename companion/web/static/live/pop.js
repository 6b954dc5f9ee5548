// The card in a small window that stays on top of others: Document Picture-in-Picture where there
// is such a thing (Chrome, Edge), a narrow window elsewhere.
import { Face } from "./face.js";
import { listenToKeys } from "./keys.js";
import { sendTaps } from "./taps.js";

const WIDTH = 320;
const HEIGHT = 240;

/**
 * Wire the button. `opened` gets a face to draw on, and `closed` is told when its window is gone.
 */
export function wirePopOut(button, { opened, closed, say }) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (!("documentPictureInPicture" in window)) {
      window.open("/live/pop", "companion-card", `popup,width=${WIDTH},height=${HEIGHT}`);
      return;
    }
    const known = window.documentPictureInPicture.window;
    if (known) {
      known.close();
      return;
    }
    const small = await window.documentPictureInPicture.requestWindow({ width: WIDTH, height: HEIGHT });
    const face = furnish(small.document);
    sendTaps(small.document, say);
    listenToKeys(small.document, document);
    small.addEventListener("pagehide", () => closed(face));
    opened(face);
  });
}

function furnish(small) {
  for (const sheet of document.querySelectorAll("link[rel='stylesheet']")) {
    const link = small.createElement("link");
    link.rel = "stylesheet";
    link.href = sheet.href;
    small.head.append(link);
  }
  small.documentElement.lang = document.documentElement.lang;
  small.title = "Card";
  small.body.className = "pop";
  const main = small.createElement("main");
  main.append(document.getElementById("pop").content.cloneNode(true));
  small.body.append(main);
  return new Face(small);
}
