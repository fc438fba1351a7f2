// A screen that many people share: what one person leaves half-filled must not
// wait for the next. After 30 seconds without a touch a warning counts down
// from 10, then the form starts afresh; an untouched form is renewed every ten
// minutes, but only while the server answers.
const form = document.querySelector("form[data-kiosk]");
const warning = document.getElementById("idle");
const IDLE = 30, COUNTDOWN = 10, RENEW = 600;
let quiet = 0, touched = false;

function wake(event) {
  quiet = 0;
  touched = touched || event.type !== "pointermove";
  warning.hidden = true;
}

// empty clears also what the server gave back with an error, which reset would keep.
function empty() {
  for (const field of form.querySelectorAll("input, textarea")) {
    if (field.type === "radio" || field.type === "checkbox") field.checked = false;
    else if (field.type !== "hidden") field.value = "";
  }
}

async function restart() {
  quiet = 0;
  if (touched) {
    empty();
    touched = false;
    warning.hidden = true;
    document.querySelectorAll("details[open]").forEach((d) => { d.open = false; });
    scrollTo(0, 0);
  }
  try {
    const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
    if (answer.ok) location.replace(location.pathname);
  } catch {
    // No network: the empty form stays usable; sending it tells.
  }
}

function tick() {
  quiet += 1;
  if (!touched) {
    if (quiet >= RENEW) restart();
    return;
  }
  const left = IDLE + COUNTDOWN - quiet;
  if (left <= 0) {
    restart();
  } else if (left <= COUNTDOWN) {
    if (warning.hidden || left % 5 === 0) warning.textContent = warning.dataset.text.replace("{n}", String(left));
    warning.hidden = false;
  }
}

if (form && warning) {
  for (const type of ["pointerdown", "pointermove", "keydown", "input", "scroll"]) addEventListener(type, wake, { passive: true });
  // What a failed attempt left typed belongs to somebody too.
  touched = document.querySelector(".note") !== null;
  setInterval(tick, 1000);
}
