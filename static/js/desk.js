// The desk by keyboard, what is picked, and who else has a case open. Everything is
// found through data-* attributes, and every page works without this.

const rows = [...document.querySelectorAll("[data-row]")];
let at = -1;

function typing(element) {
  return element && (element.isContentEditable || /^(input|textarea|select)$/i.test(element.tagName) && element.type !== "checkbox");
}

function go(to) {
  if (!rows.length) return;
  if (at >= 0) rows[at].classList.remove("at");
  at = Math.max(0, Math.min(rows.length - 1, to));
  rows[at].classList.add("at");
  const link = rows[at].querySelector("a");
  if (link) link.focus({ preventScroll: true });
  rows[at].scrollIntoView({ block: "nearest" });
}

function openForm(name) {
  const deed = document.getElementById(`deed-${name}`);
  if (!deed) return false;
  deed.open = true;
  const field = deed.querySelector("textarea, select, input:not([type=hidden]), button");
  deed.scrollIntoView({ block: "nearest" });
  if (field) field.focus();
  return true;
}

const help = document.querySelector("[data-keys]");

const keys = {
  j: () => go(at + 1),
  k: () => go(at < 0 ? 0 : at - 1),
  o: () => at >= 0 && rows[at].querySelector("a").click(),
  x: () => {
    const box = at >= 0 && rows[at].querySelector("input[type=checkbox]");
    if (!box) return false;
    box.click();
  },
  r: () => openForm("reply") || openForm("answer_now"),
  n: () => openForm("note"),
  "?": () => help && help.showModal && help.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const marked = document.querySelector(`[data-key="${CSS.escape(event.key)}"]:not([data-keys-open])`);
  if (marked) {
    event.preventDefault();
    if (typing(marked)) marked.focus();
    else marked.click();
    return;
  }
  if (Object.hasOwn(keys, event.key) && keys[event.key]() !== false) event.preventDefault();
});

for (const button of document.querySelectorAll("[data-keys-open]")) {
  if (!help || !help.showModal) continue;
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
}

// How many are picked, and all at once.
for (const form of document.querySelectorAll("[data-pick]")) {
  const boxes = [...form.querySelectorAll("input[name=case]")];
  const all = form.querySelector("[data-pick-all]");
  const output = form.querySelector("[data-picked]");
  const show = () => {
    const n = boxes.filter((b) => b.checked).length;
    if (output) output.textContent = n ? output.dataset.picked.replace("#", n) : "";
    if (all) {
      all.checked = n > 0 && n === boxes.length;
      all.indeterminate = n > 0 && n < boxes.length;
    }
    for (const b of boxes) b.closest("[data-row]")?.classList.toggle("picked", b.checked);
  };
  form.addEventListener("change", (event) => {
    if (event.target === all) for (const b of boxes) b.checked = all.checked;
    show();
  });
  if (all && boxes.length) all.hidden = false;
  window.addEventListener("pageshow", show);
}

// Who else has this case open: a sign of life now and then while the page is seen.
for (const box of document.querySelectorAll("[data-presence]")) {
  const send = (more) => new URLSearchParams({ csrf: box.querySelector("[name=csrf]").value, seen: box.dataset.seen, ...more });
  const say = (element, text) => {
    element.hidden = !text;
    const span = element.querySelector("span");
    if (span.textContent !== text) span.textContent = text;
  };
  let stopped = false;
  const look = async () => {
    if (stopped || document.hidden) return;
    try {
      const answer = await fetch(box.dataset.presence, { method: "POST", body: send({}), credentials: "same-origin" });
      if (!answer.ok || answer.redirected) { // signed out, or no longer to be known of: the page says so when it is used
        stopped = answer.status !== 429 && answer.status < 500;
        return;
      }
      const company = await answer.json();
      say(box.querySelector("[data-others]"), company.others);
      say(box.querySelector("[data-changed]"), company.changed);
    } catch { /* the next one will do */ }
  };
  const timer = setInterval(look, 15000);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pagehide", () => {
    clearInterval(timer);
    if (!stopped && navigator.sendBeacon) navigator.sendBeacon(box.dataset.presence, send({ leave: "true" }));
  });
  look();
}
