// Photos and documents go up while the form is still being written, one by one,
// with their progress, and smaller where the browser can make them so: an old
// telephone on a bad line sends 0.7 MB instead of 5. Without this file the form
// carries them itself.
const EDGE = 2560, QUALITY = 0.85, LARGE = 1.2 * 1024 * 1024;

async function smaller(file) {
  const picture = /^image\/(jpeg|png|webp|hei[cf])$/.test(file.type) || /\.hei[cf]$/i.test(file.name);
  if (!picture || !window.createImageBitmap || (file.size < LARGE && !/hei[cf]/i.test(file.type + file.name))) return file;
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, EDGE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return blob && blob.size < file.size ? blob : file;
  } catch {
    return file; // the server says what is wrong with it
  }
}

class Files {
  constructor(field) {
    this.field = field;
    this.form = field.closest("form");
    this.list = field.querySelector(".fi-list");
    this.add = field.querySelector(".fi-add");
    this.input = field.querySelector("input[type=file]");
    this.said = field.querySelector(".fi-said");
    this.busy = 0;
    field.querySelector(".fi-now").hidden = true;
    this.input.addEventListener("change", () => this.take());
    this.list.addEventListener("click", (event) => this.drop(event));
    this.form.addEventListener("submit", (event) => {
      if (!this.busy) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.said.textContent = field.dataset.sending;
    }, { capture: true });
  }

  data(more) {
    const data = new FormData();
    data.append("form", this.field.dataset.form);
    data.append("for", this.field.dataset.for);
    const token = this.form.querySelector("input[name=csrf]");
    if (token) data.append("csrf", token.value);
    for (const [name, value, fileName] of more) fileName === undefined ? data.append(name, value) : data.append(name, value, fileName);
    return data;
  }

  async take() {
    const files = [...this.input.files];
    const failed = new DataTransfer();
    this.busy += 1;
    this.said.textContent = "";
    const errors = [];
    for (const file of files) {
      const row = this.row(file.name);
      try {
        const answer = await this.send(this.data([["file", await smaller(file), file.name]]), row);
        if (answer.error) errors.push(answer.error);
        if (answer.files) this.show(answer.files); else row.remove();
      } catch {
        row.remove();
        failed.items.add(file); // stays chosen, and goes with the form if nothing else helps
        errors.push(this.field.dataset.failed);
      }
    }
    this.input.files = failed.files;
    this.busy -= 1;
    this.said.textContent = [...new Set(errors)].join(" ");
    this.said.classList.toggle("error", errors.length > 0);
  }

  row(name) {
    const row = document.createElement("li");
    const label = document.createElement("span");
    label.className = "fi-name";
    label.textContent = name.slice(0, 60);
    const bar = document.createElement("progress");
    bar.max = 1;
    label.append(bar);
    row.append(label);
    this.list.append(row);
    return row;
  }

  send(data, row) {
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      request.open("POST", this.field.dataset.files);
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      const bar = row && row.querySelector("progress");
      if (bar) request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; });
      request.addEventListener("load", () => {
        const answer = request.response;
        if (answer && (answer.files || answer.error)) done(answer);
        else if (answer && (answer.detail || answer.title)) done({ error: answer.detail || answer.title });
        else fail(new Error(String(request.status)));
      });
      request.addEventListener("error", () => fail(new Error("network")));
      request.addEventListener("timeout", () => fail(new Error("timeout")));
      request.send(data);
    });
  }

  async drop(event) {
    const button = event.target.closest("button[value^='drop:']");
    if (!button) return;
    event.preventDefault();
    try {
      const answer = await this.send(this.data([["do", button.value]]));
      if (answer.files) this.show(answer.files);
      this.said.textContent = answer.error || "";
      this.input.focus();
    } catch {
      this.said.textContent = this.field.dataset.failed;
    }
  }

  show(files) {
    this.list.replaceChildren(...files.map((file) => this.kept(file)));
    const had = this.field.querySelector("input[name=had]");
    this.field.dataset.left = String(Number(this.field.dataset.left) + Number(had.value) - files.length);
    had.value = String(files.length);
    this.add.hidden = Number(this.field.dataset.left) <= 0;
  }

  kept(file) {
    const row = document.createElement("li");
    let face;
    if (file.thumb) {
      face = document.createElement("img");
      face.className = "fi-thumb";
      face.alt = "";
      face.src = file.thumb;
    } else {
      face = document.createElement("span");
      face.className = "fi-doc";
      face.textContent = "PDF";
    }
    const name = document.createElement("span");
    name.className = "fi-name";
    name.textContent = file.name + " ";
    const size = document.createElement("small");
    size.textContent = file.size;
    name.append(size);
    const button = document.createElement("button");
    button.className = "secondary";
    button.type = "submit";
    button.name = "do";
    button.value = `drop:${file.id}`;
    button.formNoValidate = true;
    button.textContent = this.field.dataset.drop;
    button.setAttribute("aria-label", `${this.field.dataset.drop} ${file.name}`);
    row.append(face, name, button);
    return row;
  }
}

for (const field of document.querySelectorAll("[data-files]")) new Files(field);

// The viewer: arrow keys go on and back, r turns. Links and buttons do the same.
const stage = document.querySelector("[data-viewer]");
if (stage) {
  let turn = 0;
  const rotate = () => {
    stage.classList.remove(`turn-${turn}`);
    turn = (turn + 90) % 360;
    if (turn) stage.classList.add(`turn-${turn}`);
  };
  const button = document.querySelector("[data-rotate]");
  if (button) { button.hidden = false; button.addEventListener("click", rotate); }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const link = { ArrowLeft: "prev", ArrowRight: "next", Escape: "up" }[event.key];
    if (link) document.querySelector(`a[rel~=${link}]`)?.click();
    else if (event.key === "r") rotate();
  });
}
