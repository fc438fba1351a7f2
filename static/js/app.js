// Small comforts for every page; each works through data-* attributes and every
// page works without them.

// data-once: a form is sent once, however often the button is pressed.
function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
      button.setAttribute("aria-disabled", "true");
    }
  });
}

// The page may come back from the browser's memory with the mark still on it.
function forgetSent() {
  for (const form of document.querySelectorAll("form[data-once]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
}

// data-confirm: ask before a step that cannot be undone.
function askFirst(element) {
  element.addEventListener("click", (event) => {
    if (!window.confirm(element.dataset.confirm)) event.preventDefault();
  });
}

// data-submit-on-change: a filter applies itself; its button stays for keyboards.
function applyOnChange(field) {
  field.addEventListener("change", () => field.form && field.form.requestSubmit());
}

// data-reveal="input-id": show what was typed into a password field.
function reveal(button) {
  const input = document.getElementById(button.dataset.reveal);
  if (!input) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
}

// data-count="output-id": how many characters are left.
function countDown(field) {
  const output = document.getElementById(field.dataset.count);
  if (!output || !field.maxLength) return;
  const show = () => { output.textContent = `${Array.from(field.value).length} / ${field.maxLength}`; };
  field.addEventListener("input", show);
  show();
}

// data-from-hash: an invitation's code travels behind the "#", which browsers
// never send; it is taken from there and out of the address.
function fillFromHash(field) {
  if (location.hash.length < 2) return;
  if (!field.value) field.value = location.hash.slice(1, 61);
  history.replaceState(null, "", location.pathname);
}

// data-print and data-copy="text".
function bindButtons() {
  for (const b of document.querySelectorAll("[data-print]")) b.addEventListener("click", () => window.print());
  for (const b of document.querySelectorAll("[data-copy]")) {
    b.addEventListener("click", async () => {
      await navigator.clipboard.writeText(b.dataset.copy);
      b.dataset.done = "yes";
    });
  }
}

for (const f of document.querySelectorAll("form[data-once]")) sendOnce(f);
for (const e of document.querySelectorAll("[data-confirm]")) askFirst(e);
for (const f of document.querySelectorAll("[data-submit-on-change]")) applyOnChange(f);
for (const b of document.querySelectorAll("[data-reveal]")) reveal(b);
for (const f of document.querySelectorAll("[data-count]")) countDown(f);
for (const f of document.querySelectorAll("[data-from-hash]")) fillFromHash(f);
bindButtons();
window.addEventListener("pageshow", forgetSent);

// First error takes the focus after a failed form.
const wrong = document.querySelector("[aria-invalid=true]");
if (wrong) wrong.focus();
