// Passkeys: asks the device, and sends its answer with the form that the question came in.

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const named = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));

function question(kind, said) {
  const asked = { ...said, challenge: bytes(said.challenge) };
  if (kind === "get") return { ...asked, allowCredentials: named(said.allowCredentials) };
  const user = { ...said.user, id: bytes(said.user.id) };
  return { ...asked, user, excludeCredentials: named(said.excludeCredentials) };
}

function answered(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  const { id, type } = credential;
  return { id, rawId: text(credential.rawId), type, response, clientExtensionResults: {} };
}

async function ask(form) {
  const kind = form.dataset.passkey;
  const publicKey = question(kind, JSON.parse(form.dataset.options));
  form.elements.answer.value = JSON.stringify(answered(await navigator.credentials[kind]({ publicKey })));
  form.submit();
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const wrong = form.querySelector(".wrong");
      wrong.hidden = true;
      ask(form).catch((fault) => {
        wrong.textContent = `No passkey was used (${fault.name}). Try again, or use another way.`;
        wrong.hidden = false;
      });
    });
  }
}
