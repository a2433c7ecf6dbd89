/* Peer Platform: keys for reading and signing one note after the other. J next, K the one before, S to the signature,
   R to the comment. They can be turned off, and say nothing while somebody types (WCAG 2.1.4). */
(function () {
  "use strict";

  var NAME = "queue-keys-off";
  var turn = document.querySelector("[data-keys-switch]");
  var links = Array.from(document.querySelectorAll(".queue .row > a"));
  if (!turn || !links.length) { return; }

  function off() { try { return window.localStorage.getItem(NAME) === "1"; } catch (none) { return false; } }
  turn.checked = !off();
  turn.addEventListener("change", function () {
    try { window.localStorage.setItem(NAME, turn.checked ? "0" : "1"); } catch (none) { /* on for this page */ }
  });

  function go(step) {
    var here = links.findIndex(function (link) { return link.parentElement.getAttribute("aria-current"); });
    var next = links[here + step];
    if (next) { window.location.assign(next.href); }
  }

  function to(selector) {
    var field = document.querySelector(selector);
    if (!field) { return; }
    var details = field.closest("details");
    if (details) { details.open = true; }
    field.focus();
    field.scrollIntoView({ block: "center" });
  }

  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (!turn.checked || typing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) { return; }
    var key = event.key.toLowerCase();
    var sign = "form:has(input[name=do][value=sign])";
    if (key === "j") { go(1); }
    if (key === "k") { go(-1); }
    if (key === "s") { to(sign + " input[type=password], " + sign + " input[name=code], " + sign + " button[type=submit]"); }
    if (key === "r") { to("[name=reason]"); }
    if ("jksr".indexOf(key) >= 0) { event.preventDefault(); }
  });
})();
