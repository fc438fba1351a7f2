// data-unit-picker="/address": typing asks the server for the units that match and
// shows them; Enter does not send the form. Without this script a button searches.
function bind(picker) {
  const input = picker.querySelector("input[type=search]");
  const list = picker.querySelector("[data-unit-list]");
  const button = picker.querySelector("button");
  let waiting = 0;
  let latest = 0;

  async function find() {
    const turn = ++latest;
    const chosen = picker.querySelector("input[type=radio]:checked");
    const to = new URL(picker.dataset.unitPicker, location.href);
    to.searchParams.set("q", input.value);
    if (chosen) to.searchParams.set("unit", chosen.value);
    try {
      const answer = await fetch(to, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector("[data-unit-list]");
      if (turn === latest && answer.ok && found) list.replaceChildren(...found.childNodes);
    } catch {
      // The button still searches.
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, 200);
  });
  input.addEventListener("keydown", (e) => {
    if (e.key === "Enter") {
      e.preventDefault();
      clearTimeout(waiting);
      find();
    } else if (e.key === "ArrowDown") {
      const first = list.querySelector("input[type=radio]:checked") || list.querySelector("input[type=radio]");
      if (first) {
        e.preventDefault();
        first.focus();
      }
    }
  });
  button.addEventListener("click", (e) => {
    e.preventDefault();
    find();
  });
}

for (const picker of document.querySelectorAll("[data-unit-picker]")) bind(picker);
