/* Peer Platform: what a page does a little better with JavaScript. Every page works without it. */
(function () {
  "use strict";

  var leave = document.querySelector("a[data-leave]");

  /* Leave at once: blank the page first, then take its place in the back button. */
  function go() {
    document.documentElement.hidden = true;
    document.title = "";
    window.location.replace(leave.href);
  }

  if (leave) {
    leave.addEventListener("click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) { return; }
      event.preventDefault();
      go();
    });
    /* A page brought back from the browser's memory was left on purpose: ask the server for it again. */
    window.addEventListener("pageshow", function (event) {
      if (event.persisted) { window.location.reload(); }
    });
  }

  document.querySelectorAll("[data-with-js]").forEach(function (element) { element.hidden = false; });

  function shut(details, refocus) {
    details.open = false;
    if (refocus) { details.querySelector("summary").focus(); }
  }

  /* Escape closes what is open around the focus, or the crisis lines; three times in two seconds leaves. */
  var presses = [];
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    var now = Date.now();
    presses = presses.filter(function (time) { return now - time < 2000; }).concat(now);
    if (leave && presses.length >= 3) { go(); return; }
    var inside = document.activeElement && document.activeElement.closest("details[open]");
    var open = inside || document.querySelector(".strip details[open]");
    if (open) { shut(open, true); }
  });

  document.addEventListener("click", function (event) {
    /* "No, go back" closes the question in place. */
    var close = event.target.closest("[data-close]");
    if (close && close.closest("details")) {
      event.preventDefault();
      shut(close.closest("details"), true);
      return;
    }
    /* The crisis lines close when the rest of the page is used. */
    document.querySelectorAll(".strip details[open]").forEach(function (details) {
      if (!details.contains(event.target)) { shut(details, false); }
    });
    if (event.target.closest("[data-print]")) { window.print(); }
  });

  /* A part of a page that could not be fetched or sent: say so where the person looks, and keep what is there. */
  function notSent(event) {
    var source = document.getElementById("not-sent");
    if (!source) { return; }
    var place = document.createElement("div");
    place.className = "notices not-sent";
    place.append(source.content.cloneNode(true));
    var near = event.target.closest ? event.target.closest("form, section, .rows") : null;
    var main = document.getElementById("main");
    if (near && main.contains(near)) { near.before(place); } else { main.prepend(place); }
  }
  document.addEventListener("htmx:responseError", notSent);
  document.addEventListener("htmx:sendError", notSent);
  document.addEventListener("htmx:timeout", notSent);
  document.addEventListener("htmx:beforeRequest", function () {
    document.querySelectorAll(".not-sent").forEach(function (one) { one.remove(); });
  });

  /* Signed out in the meantime: the sign-in page is a page of its own, never a part of this one. */
  document.addEventListener("htmx:beforeSwap", function (event) {
    var address = event.detail.xhr && event.detail.xhr.responseURL;
    if (address && new URL(address).pathname.indexOf("/accounts/") === 0 && window.location.pathname.indexOf("/accounts/") !== 0) {
      event.detail.shouldSwap = false;
      window.location.assign(address);
    }
  });

  /* The reader's own zone, so that online groups are shown on their clock from the next page on. */
  try {
    document.cookie = "zone=" + Intl.DateTimeFormat().resolvedOptions().timeZone +
      ";path=/;max-age=31536000;samesite=lax" + (window.location.protocol === "https:" ? ";secure" : "");
  } catch (unknown) { /* an old browser: the organization's zone, which the page names */ }

  /* What a form refused is read first. */
  var fix = document.getElementById("fix");
  if (fix) { fix.focus(); }
})();
