// Passkeys: form[data-passkey] carries in data-options what an authenticator is asked
// and sends its answer. Without this script, or in a browser without passkeys, the
// form's button stays hidden and its note says what to do instead.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

function text(buffer) {
  let all = "";
  for (const b of new Uint8Array(buffer)) all += String.fromCharCode(b);
  return btoa(all).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

// Written out, as browsers of 2023 have no parse…OptionsFromJSON and toJSON.
function opened(options) {
  const list = (keys) => (keys || []).map((k) => ({ ...k, id: bytes(k.id) }));
  const out = { ...options, challenge: bytes(options.challenge) };
  if (options.user) out.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) out.excludeCredentials = list(options.excludeCredentials);
  if (options.allowCredentials) out.allowCredentials = list(options.allowCredentials);
  return out;
}

function closed(key) {
  const r = key.response;
  const response = { clientDataJSON: text(r.clientDataJSON) };
  if (r.attestationObject) {
    response.attestationObject = text(r.attestationObject);
    response.transports = r.getTransports ? r.getTransports() : [];
  } else {
    response.authenticatorData = text(r.authenticatorData);
    response.signature = text(r.signature);
    if (r.userHandle) response.userHandle = text(r.userHandle);
  }
  return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response,
    authenticatorAttachment: key.authenticatorAttachment || undefined, clientExtensionResults: key.getClientExtensionResults() });
}

function why(error, form) {
  if (error.name === "InvalidStateError") return form.dataset.known;
  if (error.name === "NotAllowedError" || error.name === "AbortError") return form.dataset.cancelled;
  return error.name === "SecurityError" ? form.dataset.elsewhere : form.dataset.failed;
}

function bind(form) {
  const note = form.querySelector("[data-passkey-note]");
  const button = form.querySelector("button[type=submit]");
  const say = (words) => { note.textContent = words; note.hidden = !words; };
  if (!window.PublicKeyCredential || !navigator.credentials) return say(form.dataset.unsupported);
  if (location.origin !== form.dataset.origin) return say(form.dataset.elsewhere);
  for (const e of form.querySelectorAll("[data-passkey-field]")) e.hidden = false;
  button.hidden = false;
  say("");
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    button.setAttribute("aria-disabled", "true");
    say(form.dataset.waiting);
    try {
      const publicKey = opened(JSON.parse(form.dataset.options));
      const key = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.response.value = closed(key);
      form.submit();
    } catch (error) {
      say(why(error, form));
      busy = false;
      button.removeAttribute("aria-disabled");
      button.focus();
    }
  });
}

for (const form of document.querySelectorAll("form[data-passkey]")) bind(form);
