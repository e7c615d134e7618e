// What the rule says and what the sample would bring, beside the form, while somebody writes (U-31).
// Without script the buttons "Check" and "Try" do the same.
"use strict";
(() => {
  const form = document.querySelector("form[data-live]");
  const live = document.getElementById("live");
  if (!form || !live) return;
  let waiting = 0;
  let running = null;
  const ask = async () => {
    if (running) running.abort();
    running = new AbortController();
    const told = new FormData(form);
    told.set("live", "1");
    try {
      const answer = await fetch(window.location.href, { method: "POST", body: told, signal: running.signal });
      if (answer.ok) live.innerHTML = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError") live.removeAttribute("aria-busy");
    }
  };
  const soon = () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, 400);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  soon();
})();
