// data-insert="field-id" data-text="…": put a prepared text where the cursor is, without
// sending the form. Without scripts the button sends it, and the page comes back with the text in it.

function target(button) {
  const named = document.getElementById(button.dataset.insert);
  if (!named) return null;
  return named.matches("textarea") ? named : named.querySelector("textarea[name=body]");
}

function insert(button) {
  button.addEventListener("click", (event) => {
    const field = target(button);
    if (!field) return;
    event.preventDefault();
    const text = button.dataset.text;
    const before = field.value.slice(0, field.selectionStart).replace(/\s+$/, "");
    const after = field.value.slice(field.selectionEnd);
    field.value = field.value.trim() === "" ? text : before + (before ? "\n" : "") + text + after;
    const form = field.form;
    if (button.dataset.template && form && form.elements.template) form.elements.template.value = button.dataset.template;
    const folded = field.closest("details");
    if (folded) folded.open = true;
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

for (const button of document.querySelectorAll("button[data-insert]")) insert(button);
