// Sign-up's puzzle against robots, passkeys, and forms that are sent once only.
const UNSEEN = "credential";

async function digest(algorithm, text) {
  const bytes = new Uint8Array(await crypto.subtle.digest(algorithm, new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function solve({ algorithm, challenge, salt, signature, max_number: most, maxNumber }) {
  for (let number = 0; number <= (most || maxNumber); number += 1) {
    if ((await digest(algorithm, salt + number)) === challenge) {
      return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
    }
  }
  return "";
}

function solvePuzzles() {
  for (const form of document.querySelectorAll("form[data-puzzle]")) {
    // Without these (http on another machine) the form goes the slower way, as without scripts.
    if (!window.crypto?.subtle) continue;
    const field = form.querySelector("input[name=solution]");
    const solved = fetch(form.dataset.puzzle, { headers: { Accept: "application/json" } })
      .then((answer) => answer.json()).then(solve).then((solution) => { field.value = solution; }).catch(() => {});
    let waited = false;
    form.addEventListener("submit", (event) => {
      if (waited || field.value) return;
      event.preventDefault();
      form.setAttribute("aria-busy", "true");
      solved.then(() => { waited = true; form.requestSubmit(); });
    });
  }
}

function sendOnce() {
  for (const form of document.querySelectorAll("form[data-once]")) {
    let sent = false;
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (sent) event.preventDefault();
      sent = true;
    });
    // Coming back with the browser's own button finds the form as it was left.
    window.addEventListener("pageshow", () => { sent = false; });
  }
}

const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const textOf = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const withBytes = (list) => list?.map((entry) => ({ ...entry, id: bytesOf(entry.id) }));

function plain(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = textOf(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id, rawId: textOf(credential.rawId), type: credential.type, response,
    clientExtensionResults: credential.getClientExtensionResults(), authenticatorAttachment: credential.authenticatorAttachment,
  };
}

async function usePasskey({ publicKey }) {
  const options = { ...publicKey, challenge: bytesOf(publicKey.challenge), allowCredentials: withBytes(publicKey.allowCredentials) };
  return plain(await navigator.credentials.get({ publicKey: options }));
}

async function makePasskey({ publicKey }, withoutPassword) {
  const selection = { ...publicKey.authenticatorSelection };
  if (withoutPassword) Object.assign(selection, { residentKey: "required", requireResidentKey: true, userVerification: "required" });
  const options = {
    ...publicKey, challenge: bytesOf(publicKey.challenge), user: { ...publicKey.user, id: bytesOf(publicKey.user.id) },
    excludeCredentials: withBytes(publicKey.excludeCredentials), authenticatorSelection: selection,
  };
  return plain(await navigator.credentials.create({ publicKey: options }));
}

async function credentialFor(form) {
  const kind = form.dataset.passkey;
  if (kind === "sign-in") {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    return usePasskey((await answer.json()).request_options);
  }
  const given = JSON.parse(document.getElementById(form.dataset.passkeyOptions).textContent);
  if (kind === "use") return usePasskey(given.request_options);
  return makePasskey(given.creation_options, form.querySelector("[name=passwordless]")?.checked);
}

function offerPasskeys() {
  if (!window.PublicKeyCredential) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    const problem = form.querySelector("[data-passkey-problem]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem.hidden = true;
      try {
        form.elements[UNSEEN].value = JSON.stringify(await credentialFor(form));
        form.submit();
      } catch {
        problem.hidden = false;
      }
    });
  }
}

export function helpWithAccounts() {
  solvePuzzles();
  sendOnce();
  offerPasskeys();
}
