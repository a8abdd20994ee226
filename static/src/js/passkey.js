/* Make a passkey, or sign in with one: what the browser needs comes from the server, and what it
   answers goes back in a hidden field of an ordinary form. */
/* global PublicKeyCredential */

const FIELDS = { create: "registration", get: "webauthn_response" };

async function askServer(form) {
    if (form.dataset.passkey === "get") {
        // Odoo's own address for it, which speaks JSON-RPC.
        const answer = await fetch(form.dataset.options, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ jsonrpc: "2.0", method: "call", params: {} }),
        });
        return (await answer.json()).result;
    }
    const answer = await fetch(form.dataset.options, { method: "POST", body: new FormData(form) });
    const options = await answer.json();
    if (!answer.ok) {
        throw new Error(options.error);
    }
    return options;
}

async function askBrowser(kind, options) {
    if (kind === "create") {
        const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
        return navigator.credentials.create({ publicKey });
    }
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    return navigator.credentials.get({ publicKey });
}

async function submitWithPasskey(event) {
    event.preventDefault();
    const form = event.target;
    const button = form.querySelector("button");
    const error = form.querySelector("[data-passkey-error]");
    button.disabled = true;
    error.hidden = true;
    try {
        const credential = await askBrowser(form.dataset.passkey, await askServer(form));
        form.elements[FIELDS[form.dataset.passkey]].value = JSON.stringify(credential.toJSON());
        form.submit();
    } catch (failure) {
        button.disabled = false;
        // Whoever closes the browser's dialog knows it; other failures have a sentence.
        if (failure.name !== "NotAllowedError") {
            error.textContent = failure.message;
            error.hidden = false;
        }
    }
}

if (window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON) {
    for (const form of document.querySelectorAll("form[data-passkey]")) {
        form.hidden = false;
        form.addEventListener("submit", submitWithPasskey);
    }
}
