// The stream of a call. Every frame is whole, so coming back needs nothing but the next one.
// A beat comes every second; two and a half without one, and the connection counts as lost.
const LOST_AFTER_MS = 2500;
const LOOK_EVERY_MS = 500;
const AGAIN_AFTER_MS = 1000;

/**
 * Follow a call until it is over.
 * @param {{frame: (values: object) => void, lost: () => void, back: () => void}} heard
 */
export function follow(heard) {
  let source = null;
  let last = performance.now();
  let lost = false;
  let over = false;

  function alive() {
    last = performance.now();
    if (lost) {
      lost = false;
      heard.back();
    }
  }

  function open() {
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
    if (silent > LOST_AFTER_MS + AGAIN_AFTER_MS && source.readyState === EventSource.CLOSED) {
      open();
    }
  }, LOOK_EVERY_MS);
  open();
}
