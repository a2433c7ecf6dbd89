/* Peer Platform: making and showing a passkey. A button with data-passkey ("create" or "get") stands in the form that
   takes the answer; what the server asks comes from the element that data-asks names, or from the address in data-ask. */
(function () {
  "use strict";

  if (!window.PublicKeyCredential || !navigator.credentials) {
    document.querySelectorAll("[data-passkey-part]").forEach(function (part) { part.hidden = true; });
    return;
  }

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) { return letter.charCodeAt(0); }).buffer;
  }

  function text(buffer) {
    var letters = Array.from(new Uint8Array(buffer), function (byte) { return String.fromCharCode(byte); });
    return btoa(letters.join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function asked(options) {
    var key = (options.creation_options || options.request_options || options).publicKey;
    key.challenge = bytes(key.challenge);
    if (key.user) { key.user.id = bytes(key.user.id); }
    ["excludeCredentials", "allowCredentials"].forEach(function (list) {
      (key[list] || []).forEach(function (one) { one.id = bytes(one.id); });
    });
    return { publicKey: key };
  }

  function answered(credential) {
    var response = { clientDataJSON: text(credential.response.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (part) {
      if (credential.response[part]) { response[part] = text(credential.response[part]); }
    });
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, response: response,
      clientExtensionResults: credential.getClientExtensionResults()
    });
  }

  function options(button) {
    if (button.dataset.asks) {
      return Promise.resolve(JSON.parse(document.getElementById(button.dataset.asks).textContent));
    }
    return fetch(button.dataset.ask, { credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (reply) {
        if (!reply.ok) { throw new Error("no options"); }
        return reply.json();
      });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-passkey]");
    if (!button) { return; }
    var form = button.form || button.closest("form");
    var part = button.closest("[data-passkey-part]");
    var failed = part.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    options(button).then(function (found) {
      return navigator.credentials[button.dataset.passkey](asked(found));
    }).then(function (credential) {
      form.elements[button.dataset.into].value = answered(credential);
      var main = form.querySelector("button.btn[type=submit]:not(.quiet):not(.link)");
      if (main) { form.requestSubmit(main); } else { form.requestSubmit(); }
    }).catch(function () {
      failed.hidden = false;
      button.focus();
    });
  });
})();
