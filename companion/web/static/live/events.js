// The stream of a call. Every frame is whole, so coming back needs nothing but the next one.
// A beat comes every second; two and a half without one, and the connection counts as lost.
const LOST_AFTER_MS = 2500;
const LOOK_EVERY_MS = 500;
export const GONE = "companion was started anew, and the call on this page is over. Open companion with the address that its window shows.";

/**
 * Follow a call until it is over. `gone`: the app was started anew, and knows nothing of this page.
 * @param {{frame: (values: object) => void, lost: () => void, back: () => void, gone: () => void}} heard
 */
export function follow(heard) {
  let source = null;
  let last = performance.now();
  let lost = false;
  let over = false;
  let asking = false;

  function alive() {
    last = performance.now();
    if (lost) {
      lost = false;
      heard.back();
    }
  }

  function open() {
    last = performance.now();
    source = new EventSource("/live/events");
    source.addEventListener("beat", alive);
    source.addEventListener("frame", (event) => {
      alive();
      const values = JSON.parse(event.data);
      if (values.over) {
        over = true;
        source.close();
      }
      heard.frame(values);
    });
  }

  // The stream was refused: by an app that was started anew, or because the call was decided on.
  async function ask() {
    asking = true;
    try {
      const answer = await fetch("/live", { redirect: "manual" });
      if (answer.ok) {
        open();
        return;
      }
      over = true;
      if (answer.type === "opaqueredirect") {
        location.replace("/live");
      } else {
        heard.gone();
      }
    } catch {
      // Nobody answers; it is asked again.
    } finally {
      asking = false;
    }
  }

  setInterval(() => {
    if (over) {
      return;
    }
    const silent = performance.now() - last;
    if (silent > LOST_AFTER_MS && !lost) {
      lost = true;
      heard.lost();
    }
    // A browser gives up by itself where the answer was a refusal, and not where nobody answered.
    if (silent > LOST_AFTER_MS && source.readyState === EventSource.CLOSED && !asking) {
      ask();
    }
  }, LOOK_EVERY_MS);
  open();
}
