/* Passkeys (WebAuthn): asks the server what to ask, asks the device, puts its answer into the form and sends that.
   The form says with data-passkey whether a key is made ("create") or used ("get"). */
(() => {
  "use strict";

  const can = () => Boolean(window.isSecureContext && window.PublicKeyCredential && navigator.credentials);
  const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const listed = (keys) => (keys || []).map((key) => ({ ...key, id: toBytes(key.id) }));

  const SAID = {
    NotAllowedError: "Chưa xong: bạn đã hủy, hoặc máy chờ quá lâu. Hãy thử lại.",
    InvalidStateError: "Thiết bị này đã có khóa truy cập cho tài khoản của bạn.",
    NotSupportedError: "Thiết bị này chưa tạo được loại khóa mà trang cần.",
  };
  const OTHERWISE = "Chưa dùng được khóa truy cập. Hãy tải lại trang rồi thử lại, hoặc dùng cách khác.";

  async function options(form) {
    const answer = await fetch(form.dataset.options, {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, Accept: "application/json" },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).publicKey;
  }

  async function create(form) {
    const asked = await options(form);
    asked.challenge = toBytes(asked.challenge);
    asked.user.id = toBytes(asked.user.id);
    asked.excludeCredentials = listed(asked.excludeCredentials);
    const made = await navigator.credentials.create({ publicKey: asked });
    return { made, response: { clientDataJSON: toText(made.response.clientDataJSON), attestationObject: toText(made.response.attestationObject) } };
  }

  async function get(form) {
    const asked = await options(form);
    asked.challenge = toBytes(asked.challenge);
    asked.allowCredentials = listed(asked.allowCredentials);
    const made = await navigator.credentials.get({ publicKey: asked });
    const { clientDataJSON, authenticatorData, signature, userHandle } = made.response;
    return {
      made,
      response: {
        clientDataJSON: toText(clientDataJSON),
        authenticatorData: toText(authenticatorData),
        signature: toText(signature),
        ...(userHandle ? { userHandle: toText(userHandle) } : {}),
      },
    };
  }

  function say(form, error) {
    const place = form.querySelector("[data-passkey-error]");
    place.textContent = error ? SAID[error.name] || OTHERWISE : "";
    place.hidden = !error;
  }

  async function send(event) {
    const form = event.currentTarget;
    event.preventDefault();
    if ("asking" in form.dataset) return;
    const name = form.elements.name;
    if (name && !name.value.trim()) { HTMLFormElement.prototype.submit.call(form); return; } // the server says what is missing
    form.dataset.asking = "";
    say(form, null);
    try {
      const { made, response } = await (form.dataset.passkey === "create" ? create : get)(form);
      const answer = { id: made.id, rawId: toText(made.rawId), type: made.type, response, clientExtensionResults: {} };
      form.querySelector("[data-passkey-answer]").value = JSON.stringify(answer);
      HTMLFormElement.prototype.submit.call(form);
    } catch (error) {
      say(form, error);
    } finally {
      delete form.dataset.asking;
    }
  }

  // The page says what is missing; where nothing is, the form takes the place of that.
  if (!can()) return;
  for (const note of document.querySelectorAll("[data-passkey-missing]")) note.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", send);
  }
})();
