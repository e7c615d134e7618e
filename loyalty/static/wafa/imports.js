// An import at work is looked at every two seconds; without script there is a link.
"use strict";
const EVERY_MS = 2000;
function look() {
  const shown = document.getElementById("import-state");
  if (!shown || !("refresh" in shown.dataset)) return;
  setTimeout(async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("import-state");
        // What somebody is writing in is left alone.
        if (fresh && !shown.contains(document.activeElement)) shown.replaceWith(fresh);
        const steps = page.querySelector(".steps");
        if (fresh && steps) document.querySelector(".steps").replaceWith(steps);
      }
    } finally {
      look();
    }
  }, EVERY_MS);
}
look();
