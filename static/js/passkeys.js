// Passkeys: turns what the server asks into the browser's question, and the answer into JSON.
// Written out, because the browsers of these offices lack parseCreationOptionsFromJSON.
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const withId = (known) => ({ ...known, id: bytes(known.id) });

export const canUsePasskeys = () => Boolean(window.PublicKeyCredential && navigator.credentials);

function answer(credential, response) {
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

/** Asks for a passkey this person already has. */
export async function ask({ publicKey }) {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      allowCredentials: (publicKey.allowCredentials ?? []).map(withId),
    },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
  return answer(credential, {
    clientDataJSON: text(clientDataJSON),
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle ? text(userHandle) : undefined,
  });
}

/** Makes a new passkey on this device or key. */
async function make({ publicKey }) {
  const credential = await navigator.credentials.create({
    publicKey: {
      ...publicKey,
      challenge: bytes(publicKey.challenge),
      user: withId(publicKey.user),
      excludeCredentials: (publicKey.excludeCredentials ?? []).map(withId),
    },
  });
  const { response } = credential;
  return answer(credential, {
    clientDataJSON: text(response.clientDataJSON),
    attestationObject: text(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  });
}

export async function question(url) {
  const reply = await fetch(url, { headers: { Accept: "application/json" } });
  if (!reply.ok) throw new Error(`${url}: ${reply.status}`);
  return (await reply.json()).request_options;
}

async function answerFor(form) {
  if (form.dataset.passkeyUrl) return ask(await question(form.dataset.passkeyUrl));
  const asked = JSON.parse(document.getElementById("passkey-question").textContent);
  return asked.creation_options ? make(asked.creation_options) : ask(asked.request_options);
}

/** <form data-passkey>: its button asks for the passkey, the hidden field carries the answer. */
export function offerPasskeys() {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("[data-passkey-ask]");
    const problem = form.querySelector("[data-problem]");
    if (!canUsePasskeys()) {
      problem.textContent = problem.dataset.unable;
      continue;
    }
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      problem.textContent = "";
      try {
        form.elements.credential.value = await answerFor(form);
        form.submit();
      } catch {
        problem.textContent = problem.dataset.failed;
        button.disabled = false;
      }
    });
  }
}
