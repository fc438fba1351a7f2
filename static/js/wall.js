// The dispatch monitor: takes what the server sends and says when nothing comes.
const root = document.querySelector("[data-wall]");
const body = root && root.querySelector("[data-wall-body]");
const silence = 45000; // three times as long as the server is ever silent

function start() {
  const show = (name, on) => { root.querySelector(`[data-wall-${name}]`).hidden = !on; };
  let heard = 0;
  const hear = () => {
    clearTimeout(heard);
    heard = setTimeout(() => lose(), silence);
    root.classList.remove("stale");
    show("lost", false);
  };
  const lose = () => {
    root.classList.add("stale");
    show("lost", true);
  };
  const source = new EventSource(root.dataset.wall);
  source.addEventListener("open", hear);
  source.addEventListener("wall", (event) => {
    body.replaceChildren(...new DOMParser().parseFromString(event.data, "text/html").body.childNodes); // scripts in it never run
    hear();
  });
  source.addEventListener("at", (event) => {
    root.querySelector("[data-wall-at]").textContent = event.data;
    hear();
  });
  const end = () => {
    source.close();
    clearTimeout(heard);
    show("lost", false);
    show("over", true);
    root.classList.add("stale");
  };
  source.addEventListener("bye", end);
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) end();
    else lose();
  });
}

if (root && window.EventSource) start();
