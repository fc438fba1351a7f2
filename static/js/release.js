// Hiding what is selected: a button appears, which writes the words into the field.
const area = document.querySelector("[data-hide-into]");
const field = area && document.querySelector(area.dataset.hideInto);
if (area && field) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "rel-pick";
  button.hidden = true;
  button.textContent = area.dataset.hideText;
  document.body.append(button);
  const chosen = () => {
    const s = getSelection();
    const within = (n) => n && (n.nodeType === 1 ? n : n.parentElement)?.closest("[data-said]");
    return s && !s.isCollapsed && within(s.anchorNode) && within(s.anchorNode) === within(s.focusNode) ? s.toString().trim() : "";
  };
  document.addEventListener("selectionchange", () => { button.hidden = chosen() === ""; });
  button.addEventListener("mousedown", (e) => e.preventDefault());
  button.addEventListener("click", () => {
    const words = chosen();
    if (words) {
      field.value = field.value.trimEnd() + (field.value.trim() ? "\n" : "") + words.split("\n").join("\n") + "\n";
      getSelection().removeAllRanges();
      field.focus();
    }
  });
}
