// The card as a page of its own, where no window can stay on top of others.
import { follow, GONE } from "./events.js";
import { Face } from "./face.js";
import { listenToKeys } from "./keys.js";
import { setClass, setHidden, setText } from "./still.js";
import { sendTaps } from "./taps.js";

const face = new Face(document);
const lost = document.getElementById("lost");

follow({
  frame(values) {
    if (values.over) {
      window.close();
      location.replace("/live/over");
      return;
    }
    face.show(values);
    setClass(document.body, "blank", values.blank);
  },
  lost: () => setHidden(lost, false),
  back: () => setHidden(lost, true),
  gone: () => setText(lost, GONE),
});
sendTaps(document, (words) => setText(document.getElementById("said"), words));
listenToKeys(document, document);
