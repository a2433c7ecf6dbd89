/* Peer Platform: a word before quiet time signs somebody out, and what was typed goes along. The server counts; this page
   only asks it, so that several open pages agree. */
(function () {
  "use strict";

  var ADDRESS = "/accounts/quiet/";
  var WARN = 120;
  var script = document.currentScript;
  var limit = Number(script && script.dataset.quiet) || 300;
  var box = null;
  var before = null;
  var touched = false;
  var timer = null;
  var leaving = false;

  ["keydown", "pointerdown"].forEach(function (kind) {
    document.addEventListener(kind, function () { touched = true; }, true);
  });

  // One timer: an answer given late must not start a second count beside the first.
  function later(seconds) {
    window.clearTimeout(timer);
    if (!leaving) { timer = window.setTimeout(check, Math.max(1, seconds) * 1000); }
  }

  function check() {
    if (leaving) { return; }
    fetch(ADDRESS, { credentials: "same-origin", headers: { Accept: "application/json" } })
      .then(function (reply) { return reply.json(); })
      .then(function (state) {
        if (state.left === null) { return; }
        if (state.left <= 0) { leave(state.token); return; }
        if (state.left > WARN) { close(); later(state.left - WARN); return; }
        if (touched && !box) { stay(state.token); return; }
        show(state);
        later(Math.min(state.left + 1, 15));
      })
      .catch(function () { later(30); });
  }

  function post(address, token, fields) {
    return fetch(address, {
      method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": token }, body: new URLSearchParams(fields || {})
    }).then(function (reply) { return reply.json(); });
  }

  function stay(token) {
    touched = false;
    close();
    post(ADDRESS, token).then(function (state) { later((state.left || limit) - WARN); }).catch(function () { later(30); });
  }

  function changed(field) {
    if (field.type === "hidden" || !field.name) { return false; }
    if (field.type === "checkbox" || field.type === "radio") { return field.checked !== field.defaultChecked; }
    if (field.options) {
      var options = Array.from(field.options);
      var given = options.some(function (one) { return one.defaultSelected; });
      return given ? options.some(function (one) { return one.selected !== one.defaultSelected; }) : field.selectedIndex > 0;
    }
    return field.value !== field.defaultValue;
  }

  function leave(token) {
    if (leaving) { return; }
    leaving = true;
    window.clearTimeout(timer);
    var form = Array.from(document.querySelectorAll("form[method=post]")).find(function (one) {
      var to = new URL(one.getAttribute("action") || window.location.href, window.location.href).pathname;
      return !/^\/(accounts|i18n)\//.test(to) && Array.from(one.elements).some(changed);
    });
    var fields = { page: window.location.pathname + window.location.search };
    if (form) {
      var address = new URL(form.getAttribute("action") || window.location.href, window.location.href);
      var typed = Array.from(new FormData(form)).filter(function (one) { return typeof one[1] === "string"; });
      fields.path = address.pathname + address.search;
      fields.fields = JSON.stringify(typed);
    }
    post(ADDRESS + "leave/", token, fields)
      .then(function (reply) { window.location.replace(reply.to); })
      .catch(function () { window.location.reload(); });
  }

  function close() {
    if (!box) { return; }
    box.close();
    box.remove();
    box = null;
    if (before && before.focus) { before.focus(); }
  }

  function show(state) {
    if (box) { box.querySelector("p").textContent = state.words.text; return; }
    touched = false;
    before = document.activeElement;
    box = document.createElement("dialog");
    box.className = "sheet";
    box.setAttribute("role", "alertdialog");
    box.setAttribute("aria-labelledby", "quiet-title");
    box.setAttribute("aria-describedby", "quiet-text");
    var title = document.createElement("h2");
    title.id = "quiet-title";
    title.textContent = state.words.title;
    var text = document.createElement("p");
    text.id = "quiet-text";
    text.textContent = state.words.text;
    var acts = document.createElement("p");
    acts.className = "acts";
    [["stay", "btn", stay], ["leave", "btn link", leave]].forEach(function (one) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = one[1];
      button.textContent = state.words[one[0]];
      button.addEventListener("click", function () { one[2](state.token); });
      acts.append(button);
    });
    box.append(title, text, acts);
    box.addEventListener("cancel", function (event) { event.preventDefault(); stay(state.token); });
    document.body.append(box);
    box.showModal();
    acts.firstChild.focus();
  }

  later(limit - WARN);
})();
