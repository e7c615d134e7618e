// Inside the widget's frame: who is there is told by the storefront's page, in messages; nothing is stored (U-71 to U-73).
(() => {
  "use strict";

  const body = document.body;
  const inside = document.getElementById("inside");
  const hint = document.querySelector(".frame-hint");
  const home = body.dataset.home;
  const origins = body.dataset.origins.split(" ").filter(Boolean);
  const RENEW_BEFORE = 60_000;

  let host = null;      // the origin that answered first
  let token = null;
  let lang = "";        // what the storefront told, if anything
  let started = false;  // whether the storefront has said who is there, or that nobody is
  let here = location.pathname + location.search;
  let available = null;
  let renewal = 0;

  const tell = (type, more = {}) => {
    for (const origin of host ? [host] : origins) {
      parent.postMessage({ wafa: 1, type, ...more }, origin);
    }
  };

  const endOf = (jwt) => {
    const body = jwt.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    return JSON.parse(atob(body)).exp * 1000;
  };

  const isOurs = (address) => address.origin === location.origin && address.pathname.startsWith(home);

  const load = async (path, options = {}) => {
    const headers = { "Wafa-Frame": "1", ...(lang && { "Wafa-Language": lang }) };
    if (token) { headers.Authorization = `Bearer ${token}`; }
    try {
      const answer = await fetch(path, { ...options, headers, credentials: "omit", cache: "no-store" });
      if (answer.status === 401) { token = null; here = path; tell("token-needed"); return; }
      if (answer.status >= 500) { throw new Error(String(answer.status)); }
      show(await answer.text(), new URL(answer.url), options.method === "POST");
    } catch {
      hint.hidden = false;
      tell("error", { code: "try_again" });
    }
  };

  const show = (html, address, isDeed) => {
    const page = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    hint.hidden = true;
    here = address.pathname + address.search;
    inside.replaceChildren(page);
    token = page.querySelector("[data-token]")?.dataset.token ?? token;  // who has proved that it is them (S-19)
    document.title = page.dataset.title;
    document.documentElement.lang = page.lang;
    document.documentElement.dir = page.dir;
    window.wafaEnhance(inside);
    inside.querySelector("h1")?.setAttribute("tabindex", "-1");
    if (isDeed) { inside.querySelector("h1")?.focus(); }
    tell("navigate", { page: page.dataset.page });
    const redeemed = isDeed && address.pathname.match(/\/mine\/(red_\w+)$/);
    if (redeemed) { tell("reward-redeemed", { id: redeemed[1] }); }
    const now = "available" in page.dataset ? Number(page.dataset.available) : null;
    if (now !== null && now !== available) { available = now; tell("points-changed", { available }); }
  };

  const heard = {
    "set-token": ({ token: told }) => {
      if (told !== null && typeof told !== "string") { return; }
      token = told;
      started = true;
      clearTimeout(renewal);
      if (token) {
        try {
          renewal = setTimeout(() => tell("token-needed"), Math.max(1000, endOf(token) - Date.now() - RENEW_BEFORE));
        } catch { token = null; }
      }
      load(here);
    },
    "set-lang": ({ lang: told }) => { if (/^[a-z]{2}$/.test(told)) { lang = told; if (started) { load(here); } } },
    "open": ({ page }) => { if (/^[a-z/-]*$/.test(page)) { load(home + page); } },
    "refresh": () => load(here),
  };

  addEventListener("message", (event) => {
    const told = event.data;
    if (event.source !== parent || !origins.includes(event.origin) || (host && host !== event.origin)) { return; }
    if (!told || told.wafa !== 1 || !Object.hasOwn(heard, told.type)) { return; }
    host = event.origin;
    heard[told.type](told);
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || link.target === "_blank") { return; }
    const address = new URL(link.href);
    if (address.hash && address.pathname === location.pathname) { return; }
    event.preventDefault();
    if (isOurs(address)) { load(address.pathname + address.search); } else { open(address, "_blank", "noopener"); }
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    const path = form.getAttribute("action") || here.split("?")[0];
    if (form.method === "get") { load(`${path.split("?")[0]}?${fields}`); } else { load(path, { method: "POST", body: fields }); }
  });

  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { tell("close"); } });

  new ResizeObserver(() => tell("resize", { height: Math.ceil(body.scrollHeight) })).observe(body);

  if (parent === window) { load(here); } else { tell("ready"); }
})();
