// Writing at a kiosk: the screen clears when nobody touches it, and not while
// somebody writes. Without this file the page clears after a fixed time.
const mark = document.querySelector("[data-idle]");
if (mark) {
  const IDLE = Number(mark.dataset.idle), COUNTDOWN = 15;
  let quiet = 0;
  const wake = () => { quiet = 0; mark.hidden = true; };
  for (const type of ["pointerdown", "pointermove", "keydown", "input", "scroll"]) addEventListener(type, wake, { passive: true });
  setInterval(() => {
    quiet += 1;
    const left = IDLE + COUNTDOWN - quiet;
    if (left <= 0) location.replace(mark.dataset.end);
    else if (left <= COUNTDOWN) {
      if (mark.hidden || left % 5 === 0) mark.textContent = mark.dataset.text.replace("{n}", String(left));
      mark.hidden = false;
    }
  }, 1000);
  // Somebody's words must not come back with the back button.
  addEventListener("pageshow", (event) => { if (event.persisted) location.replace(mark.dataset.end); });
}
