// What a script adds to pages that are complete without it: copying, sharing, printing, and a card code that stays fresh.
(() => {
  "use strict";

  const say = (button, word) => {
    const before = button.textContent;
    button.textContent = word;
    setTimeout(() => { button.textContent = before; }, 2000);
  };

  let renewing = 0;

  const enhance = (root) => {
    const all = (what) => root.querySelectorAll(what);

    for (const button of all("[data-copy]")) {
      button.hidden = !navigator.clipboard;
      button.addEventListener("click", () =>
        navigator.clipboard.writeText(button.dataset.copy).then(() => say(button, button.dataset.done), () => {}));
    }

    for (const button of all("[data-share]")) {
      button.hidden = !navigator.share;
      button.addEventListener("click", () => navigator.share({ text: button.dataset.share }).catch(() => {}));
    }

    for (const button of all("[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    }

    clearInterval(renewing);
    const code = root.querySelector("[data-renew]");
    if (code && !document.body.classList.contains("framed")) { renewing = keepFresh(root, code); }
  };

  const keepFresh = (root, code) => {
    const hint = root.querySelector("[data-without-script]");
    const failed = root.querySelector("[data-failed]");
    hint.hidden = true;
    const renew = async () => {
      if (document.hidden) { return; }
      try {
        const answer = await fetch(code.dataset.renew, { redirect: "error" });
        if (!answer.ok) { throw new Error(); }
        code.src = (await answer.json()).picture;
        failed.hidden = true;
      } catch {
        failed.hidden = false;
        hint.hidden = false;
      }
    };
    document.addEventListener("visibilitychange", renew);
    return setInterval(renew, (Number(code.dataset.seconds) - 15) * 1000);
  };

  // The widget's frame changes what it shows without loading a page.
  if (document.body.dataset.worker && "serviceWorker" in navigator) {
    navigator.serviceWorker.register(document.body.dataset.worker).catch(() => {});
  }

  // The offline page shows the balance that was seen last, with its time; nothing else is kept, and signing out forgets it.
  const LAST = "wafa-last";
  const LAST_AT = `${document.body.dataset.worker}/last`;
  const seen = document.querySelector("[data-keep]");
  if (seen && window.caches && document.body.dataset.worker) {
    const told = { balance: seen.querySelector(".large").textContent, name: seen.querySelector("h2").textContent, at: seen.dataset.keep };
    caches.open(LAST).then((kept) => kept.put(LAST_AT, new Response(JSON.stringify(told)))).catch(() => {});
  }
  const last = document.querySelector("[data-last]");
  if (last && window.caches) {
    caches.open(LAST).then((kept) => kept.match(LAST_AT)).then((found) => found?.json()).then((told) => {
      if (!told) { return; }
      last.querySelector("[data-balance]").textContent = `${told.balance} ${told.name}`;
      last.querySelector("[data-when]").textContent = told.at;
      last.hidden = false;
    }).catch(() => {});
  }

  window.wafaEnhance = enhance;
  enhance(document);
})();
