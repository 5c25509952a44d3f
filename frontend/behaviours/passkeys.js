/* Passkeys: the browser asks the device, its answer goes into the form, and the form goes to the server like any other.
   A form says which ceremony it is (data-passkey "create" or "get") and where it begins (data-ask). It is hidden until
   here, so that a browser without passkeys does not offer them. */
import { behaviour } from "../lib/behaviour.js";
import { say } from "../lib/dom.js";
import { send } from "../lib/http.js";
import { release } from "./forms.js";

behaviour("form[data-passkey]", (form) => {
  if (!window.PublicKeyCredential) return;
  form.hidden = false;
  for (const other of document.querySelectorAll("[data-passkey-without]")) other.hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form);
  });
});

/* A passkey instead of the password, in the form that asks whether it is you. */
behaviour("[data-passkey-proof]", (box) => {
  if (!window.PublicKeyCredential) return;
  box.hidden = false;
  const [field, button] = [box.querySelector("input"), box.querySelector("button")];
  button.addEventListener("click", async () => {
    tell(box, "");
    try {
      const answer = await send(box.dataset.ask, { source: box });
      const asked = await answer.json();
      if (!answer.ok) return tell(box, asked.told);
      field.value = JSON.stringify(await ceremonies.get(asked.publicKey));
    } catch (error) {
      return tell(box, wordFor(box, error));
    }
    field.form.requestSubmit();
  });
});

async function ask(form) {
  tell(form, "");
  try {
    const answer = await send(form.dataset.ask, { data: new FormData(form), source: form });
    const asked = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
    // Without a word why: the server shows what is wrong, or asks whether it is you, once the form itself is sent.
    if (!answer.ok && (asked || !(answer.status === 422 || answer.headers.get("Kartu-Again")))) return tell(form, asked?.told ?? say("failed"));
    if (answer.ok) form.elements.answer.value = JSON.stringify(await ceremonies[form.dataset.passkey](asked.publicKey));
  } catch (error) {
    return tell(form, wordFor(form, error));
  }
  form.submit(); // past the handler above; a form without an answer comes back with what is wrong in it
}

const WORDS = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known" };

function wordFor(place, error) {
  const words = place.querySelector("[data-passkey-said]").dataset;
  return words[WORDS[error.name]] ?? say(error.name === "TypeError" ? "offline" : "failed");
}

function tell(form, text) {
  const place = form.querySelector("[data-passkey-said]");
  place.textContent = text;
  place.hidden = !text;
  if (text) release(form);
}

const ceremonies = {
  async create(options) {
    const publicKey = { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: known(options.excludeCredentials) };
    const { response, ...made } = spelled(await navigator.credentials.create({ publicKey }));
    const transports = response.getTransports?.() ?? [];
    return { ...made, response: { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject), transports } };
  },
  async get(options) {
    const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) };
    const { response, ...shown } = spelled(await navigator.credentials.get({ publicKey }));
    const { clientDataJSON, authenticatorData, signature, userHandle } = response;
    const own = { clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature) };
    return { ...shown, response: userHandle?.byteLength ? { ...own, userHandle: text(userHandle) } : own };
  },
};

const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

const spelled = (credential) => ({ id: credential.id, rawId: text(credential.rawId), type: credential.type, clientExtensionResults: {}, response: credential.response });

/* base64url without its padding, the spelling of bytes on both sides */
function bytes(word) {
  return Uint8Array.from(atob(word.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const letters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
