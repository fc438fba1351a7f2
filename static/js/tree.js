// data-filter="#list": typing narrows a tree or list of units to those whose
// text holds what was typed; branches with a match open. Without this script the
// search form asks the server.
function matches(item, words) {
  const text = (item.dataset.find || item.textContent).toLowerCase();
  return words.every((w) => text.includes(w));
}

function narrow(item, words) {
  const below = [...item.querySelectorAll(":scope > ul > li, :scope > details > ul > li")];
  const own = matches(item, words);
  let any = false;
  for (const child of below) any = narrow(child, own ? [] : words) || any;
  item.hidden = words.length > 0 && !own && !any;
  const fold = item.querySelector(":scope > details");
  if (fold && words.length > 0) fold.open = any && !own;
  return !item.hidden;
}

function bind(input) {
  const list = document.querySelector(input.dataset.filter);
  if (!list) return;
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of list.querySelectorAll(":scope > li, :scope > details > ul > li")) narrow(item, words);
    for (const fold of list.querySelectorAll(":scope > details")) if (words.length > 0) fold.open = true;
  });
}

// data-all="#branch": one box ticks every box below it.
function bindAll(box) {
  const branch = box.closest("li, fieldset");
  box.addEventListener("change", () => {
    for (const other of branch.querySelectorAll("input[type=checkbox]:not([data-all])")) {
      if (!other.closest("li").hidden) other.checked = box.checked;
    }
  });
}

for (const input of document.querySelectorAll("[data-filter]")) bind(input);
for (const box of document.querySelectorAll("[data-all]")) { box.hidden = false; bindAll(box); }
