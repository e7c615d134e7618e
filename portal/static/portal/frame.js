// Inside the widget's frame: who is there is told by the storefront's page, in messages; nothing is stored (U-71 to U-73).
(() => {
  "use strict";

  const body = document.body;
  const inside = document.getElementById("inside");
  const hint = document.querySelector(".frame-hint");
  const home = body.dataset.home;
  const origins = body.dataset.origins.split(" ").filter(Boolean);
  const isDialog = location.hash === "#dialog";
  const RENEW_BEFORE = 60_000;
  const PATIENCE = 10_000;

  let host = origins.find((each) => each === location.ancestorOrigins?.[0]) ?? null;  // else the one that answers first
  let token = null;
  let lang = "";        // what the storefront told, if anything
  let asking = parent !== window;  // whether nothing goes on before the storefront says who is there
  let here = location.pathname + location.search;
  let waiting = () => load(here);  // what goes on then, or with another try
  let refused = 0;      // tokens in a row that were no good
  let turn = 0;         // of two answers the later one is shown, however they come in
  let available = null;
  let renewal = 0;
  let patience = 0;

  const tell = (type, more = {}) => {
    for (const origin of host ? [host] : origins) {
      parent.postMessage({ wafa: 1, type, ...more }, origin);
    }
  };

  const fail = (code) => {
    hint.hidden = false;
    tell("error", { code });
  };

  const ask = (type) => {
    clearTimeout(patience);
    patience = setTimeout(() => asking && fail("no_token"), PATIENCE);
    tell(type);
  };

  const meaningOf = (jwt) => {
    const part = jwt.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    const { sub, iat, exp } = JSON.parse(atob(part));
    return { sub, life: (exp - iat) * 1000 };  // not until when: this device's clock may be wrong
  };

  const isOurs = (address) => address.origin === location.origin && address.pathname.startsWith(home);

  const load = async (path, { isAsked, ...options } = {}) => {
    const mine = ++turn;
    const headers = { "Wafa-Frame": "1", ...(lang && { "Wafa-Language": lang }) };
    if (token) { headers.Authorization = `Bearer ${token}`; }
    waiting = () => load(path, { isAsked, ...options });
    try {
      const answer = await fetch(path, { ...options, headers, credentials: "omit", cache: "no-store" });
      if (mine !== turn) { return; }
      if (answer.status === 401) {
        token = null;
        asking = true;
        if (refused++) { fail("token_refused"); } else { ask("token-needed"); }
        return;
      }
      if (answer.status >= 500) { throw new Error(String(answer.status)); }
      const text = await answer.text();
      if (mine !== turn) { return; }
      refused = 0;
      show(text, new URL(answer.url), isAsked, options.method === "POST");
    } catch {
      if (mine === turn) { fail("try_again"); }
    }
  };

  const show = (html, address, isAsked, isDeed) => {
    const page = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    hint.hidden = true;
    here = address.pathname + address.search;
    inside.replaceChildren(page);
    token = page.querySelector("[data-token]")?.dataset.token ?? token;  // who has proved that it is them (S-19)
    document.title = page.dataset.title;
    document.documentElement.lang = page.lang;
    document.documentElement.dir = page.dir;
    window.wafaEnhance(inside);
    for (const button of inside.querySelectorAll("[data-close]")) { button.hidden = !isDialog; }
    inside.querySelector("h1")?.setAttribute("tabindex", "-1");
    if (isAsked) { inside.querySelector("h1")?.focus(); }
    tell("navigate", { page: page.dataset.page });
    const redeemed = isDeed && address.pathname.match(/\/mine\/(red_\w+)$/);
    if (redeemed) { tell("reward-redeemed", { id: redeemed[1] }); }
    const now = "available" in page.dataset ? Number(page.dataset.available) : null;
    if (now !== null && now !== available) { available = now; tell("points-changed", { available }); }
  };

  const tryAgain = () => {
    hint.hidden = true;
    refused = 0;
    if (asking) { ask("token-needed"); } else { waiting(); }
  };

  const heard = {
    // A string is a member's, null a guest; without one the storefront could not say.
    "set-token": ({ token: told }) => {
      if (told !== null && typeof told !== "string") { if (asking) { fail("no_token"); } return; }
      let before = null;
      let now = null;
      try {
        before = token && meaningOf(token).sub;
        now = told && meaningOf(told);
      } catch { told = null; }
      clearTimeout(patience);
      clearTimeout(renewal);
      token = told;
      if (now) { renewal = setTimeout(() => ask("token-needed"), Math.max(1000, now.life - RENEW_BEFORE)); }
      // The next token of the same member changes nothing on the page: what is being typed stays.
      if (asking) { asking = false; waiting(); } else if (before !== (now && now.sub)) { load(here); }
    },
    "set-lang": ({ lang: told }) => { if (/^[a-z]{2}$/.test(told)) { lang = told; if (!asking) { load(here); } } },
    "open": ({ page }) => {
      if (typeof page !== "string" || !/^[\w/-]*$/.test(page)) { return; }
      here = home + page;
      if (asking) { waiting = () => load(here); } else { load(here); }
    },
    "refresh": () => { if (!asking) { load(here); } },
  };

  addEventListener("message", (event) => {
    const told = event.data;
    if (event.source !== parent || !origins.includes(event.origin) || (host && host !== event.origin)) { return; }
    if (!told || told.wafa !== 1 || !Object.hasOwn(heard, told.type)) { return; }
    host = event.origin;
    heard[told.type](told);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) { tell("close"); return; }
    if (event.target.closest("[data-again]")) { tryAgain(); return; }
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || link.target === "_blank") { return; }
    const address = new URL(link.href);
    if (link.getAttribute("href").startsWith("#")) { return; }
    event.preventDefault();
    if (isOurs(address)) { load(address.pathname + address.search, { isAsked: true }); } else { open(address, "_blank", "noopener"); }
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    const path = form.getAttribute("action") || here.split("?")[0];
    if (form.method === "get") { load(`${path.split("?")[0]}?${fields}`, { isAsked: true }); } else { load(path, { method: "POST", body: fields, isAsked: true }); }
  });

  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { tell("close"); } });

  new ResizeObserver(() => tell("resize", { height: Math.ceil(body.scrollHeight) })).observe(body);

  if (parent === window) { load(here); } else { ask("ready"); }
})();
