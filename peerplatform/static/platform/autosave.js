/* Peer Platform: a note is kept while it is typed. What can't be sent stays on this device, sealed with a key that only
   the same person's page has, until it is sent. The page works without this file: the buttons keep and submit. */
(function () {
  "use strict";

  var form = document.querySelector("form[data-autosave]");
  var texts = document.getElementById("autosave-words");
  if (!form || !texts) { return; }
  var name = "note:" + form.dataset.autosave;
  var words = form.querySelector("[data-autosave-words]");
  var place = document.querySelector("[data-autosave-place]");
  var revision = form.querySelector("[name=revision]");
  var WAIT = 2000;
  var AGAIN = 10000;
  var SKIP = ["csrfmiddlewaretoken", "revision", "do", "password", "code", "passkey"];
  var timer = null;
  var sending = false;
  var again = false;
  var stopped = false;

  function say(text) { words.textContent = text; words.hidden = !text; }

  function typed() {
    return Array.from(new FormData(form)).filter(function (one) {
      return typeof one[1] === "string" && SKIP.indexOf(one[0]) < 0;
    });
  }
  var given = JSON.stringify(typed());

  // ---- on this device: sealed, or not at all where the browser can't seal
  function bytes(text) { return Uint8Array.from(window.atob(text), function (sign) { return sign.charCodeAt(0); }); }
  function text(data) {
    return window.btoa(Array.from(new Uint8Array(data), function (one) { return String.fromCharCode(one); }).join(""));
  }
  function sealWith(seal) {
    var ready = window.crypto && window.crypto.subtle
      ? window.crypto.subtle.importKey("raw", bytes(seal), "AES-GCM", false, ["encrypt", "decrypt"])
      : Promise.reject(new Error("no seal"));
    ready.catch(function () {});
    return ready;
  }
  var key = sealWith(form.dataset.seal);

  function keep(fields) {
    var under = name; // with the key that belongs to it, also where both change while this waits
    return key.then(function (ready) {
      var nonce = window.crypto.getRandomValues(new Uint8Array(12));
      var plain = new TextEncoder().encode(JSON.stringify({ revision: revision.value, fields: fields }));
      return window.crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, ready, plain).then(function (sealed) {
        window.localStorage.setItem(under, text(nonce) + "." + text(sealed));
      });
    }).catch(function () {});
  }

  function forget() { try { window.localStorage.removeItem(name); } catch (none) { /* nothing kept */ } }

  function kept() {
    var stored = null;
    try { stored = window.localStorage.getItem(name); } catch (none) { stored = null; }
    if (!stored) { return Promise.resolve(null); }
    var halves = stored.split(".");
    return key.then(function (ready) {
      return window.crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(halves[0]) }, ready, bytes(halves[1]));
    }).then(function (plain) { return JSON.parse(new TextDecoder().decode(plain)); }).catch(function () { return null; });
  }

  function fill(fields) {
    Array.from(form.elements).forEach(function (field) {
      if (field.name === "once") { // what may have begun a note already begins no second one
        fields.forEach(function (one) { if (one[0] === "once") { field.value = one[1]; } });
      }
      if (!field.name || field.type === "hidden" || SKIP.indexOf(field.name) >= 0) { return; }
      var values = fields.filter(function (one) { return one[0] === field.name; }).map(function (one) { return one[1]; });
      if (field.type === "checkbox" || field.type === "radio") { field.checked = values.indexOf(field.value) >= 0; return; }
      if (values.length) { field.value = values[0]; }
    });
  }

  function notice(words, parts) {
    var box = document.createElement("div");
    box.className = "notice wait";
    box.setAttribute("role", "alert");
    var line = document.createElement("p");
    line.textContent = words;
    box.append(line);
    (parts || []).forEach(function (one) { box.append(one); });
    place.replaceChildren(box);
  }

  function signedOut() {
    var link = document.createElement("a");
    link.className = "btn";
    link.textContent = texts.dataset.signIn;
    link.href = "/accounts/login/?next=" + encodeURIComponent(window.location.pathname);
    notice(texts.dataset.signedOut, [link]);
  }

  // The first save began the note: from here on it is at its own address, as if it had been opened there.
  function moveTo(state) {
    forget();
    name = "note:" + state.note;
    key = sealWith(state.seal);
    window.history.replaceState(null, "", state.address);
  }

  // Both versions side by side, and a choice: nothing is written over unseen.
  function conflict() {
    stopped = true;
    fetch(window.location.pathname, { credentials: "same-origin" }).then(function (reply) { return reply.text(); }).then(function (html) {
      var theirs = new DOMParser().parseFromString(html, "text/html").querySelector("form[data-autosave]");
      if (!theirs) { window.location.reload(); return; }
      var list = document.createElement("dl");
      Array.from(theirs.elements).forEach(function (field) {
        var own = field.name && field.type !== "hidden" && SKIP.indexOf(field.name) < 0 ? form.elements[field.name] : null;
        if (!own || field.type === "checkbox" || own.value === field.value) { return; }
        var label = document.createElement("dt");
        var named = form.querySelector("label[for='" + field.id + "']");
        label.textContent = (named ? named.textContent.trim() + ", " : "") + texts.dataset.theirs.toLowerCase();
        var value = document.createElement("dd");
        value.textContent = field.value;
        list.append(label, value);
      });
      var acts = document.createElement("p");
      acts.className = "acts";
      [[texts.dataset.mine, function () {
        revision.value = theirs.elements.revision.value;
        stopped = false;
        place.replaceChildren();
        send();
      }], [texts.dataset.take, function () { forget(); window.location.reload(); }]].forEach(function (one) {
        var button = document.createElement("button");
        button.type = "button";
        button.className = "btn quiet";
        button.textContent = one[0];
        button.addEventListener("click", one[1]);
        acts.append(button);
      });
      notice(texts.dataset.elsewhere, [list, acts]);
    }).catch(function () { stopped = false; lost(); });
  }

  // ---- to the server
  function later(wait) {
    window.clearTimeout(timer);
    if (!stopped) { timer = window.setTimeout(send, wait); }
  }

  function lost() { say(texts.dataset.offline); later(AGAIN); }

  function send() {
    if (stopped) { return; }
    if (sending) { again = true; return; }
    var fields = typed();
    sending = true;
    keep(fields).then(function () {
      var body = new URLSearchParams(fields);
      body.append("do", "autosave");
      body.append("revision", revision.value);
      body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
      return fetch(window.location.pathname, {
        method: "POST", credentials: "same-origin", redirect: "manual", headers: { Accept: "application/json" }, body: body
      });
    }).then(function (reply) {
      if (reply.type === "opaqueredirect" || reply.status === 403) { signedOut(); return null; }
      return reply.json();
    }).then(function (state) {
      sending = false;
      if (!state) { return; }
      if (state.address) { moveTo(state); }
      if (state.state === "closed") { window.location.reload(); return; }
      if (state.state === "nothing") { forget(); }
      if (state.state === "conflict") { keep(typed()); conflict(); }
      if (state.state === "kept") {
        revision.value = state.revision;
        if (JSON.stringify(typed()) === JSON.stringify(fields)) { forget(); } else { again = true; }
      }
      say(state.words);
      if (again) { again = false; later(WAIT); }
    }).catch(function () { sending = false; lost(); });
  }

  form.addEventListener("input", function () { keep(typed()); later(WAIT); });
  window.addEventListener("online", send);
  form.addEventListener("submit", function () { stopped = true; window.clearTimeout(timer); });

  kept().then(function (held) {
    if (!held) { return; }
    if (JSON.stringify(held.fields) === given) { forget(); return; }
    fill(held.fields);
    if (held.revision !== revision.value) { conflict(); return; }
    notice(texts.dataset.found);
    send();
  });
})();
