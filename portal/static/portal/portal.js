// What a script adds to pages that are complete without it: copying, sharing, printing, and a card code that stays fresh.
(() => {
  "use strict";

  const all = (what) => document.querySelectorAll(what);

  const say = (button, word) => {
    const before = button.textContent;
    button.textContent = word;
    setTimeout(() => { button.textContent = before; }, 2000);
  };

  for (const button of all("[data-copy]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", () =>
      navigator.clipboard.writeText(button.dataset.copy).then(() => say(button, button.dataset.done)));
  }

  for (const button of all("[data-share]")) {
    button.hidden = !navigator.share;
    button.addEventListener("click", () => navigator.share({ text: button.dataset.share }).catch(() => {}));
  }

  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  const code = document.querySelector("[data-renew]");
  if (code) {
    const hint = document.querySelector("[data-without-script]");
    const failed = document.querySelector("[data-failed]");
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
    setInterval(renew, (Number(code.dataset.seconds) - 15) * 1000);
    document.addEventListener("visibilitychange", renew);
  }
})();
