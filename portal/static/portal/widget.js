// Wafa's widget: <wafa-widget program="cafe"> wraps a frame of ours and talks with it by messages.
(() => {
  "use strict";
  const home = new URL(document.currentScript.src).origin;
  const OUT = ["ready", "resize", "navigate", "points-changed", "reward-redeemed", "token-needed", "close", "error"];
  const HEIGHT = 560;
  const LOOKS = `:host { display: block } :host([mode=launcher]) { display: contents }
iframe { inline-size: 100%; border: 0; display: block }
.open { position: fixed; inset-inline-end: 1rem; inset-block-end: 1rem; z-index: 2147483000; min-block-size: 3rem;
  padding: 0 1.25rem; border: 0; border-radius: 1.5rem; background: #16201f; color: #fff; font: 600 1rem system-ui, sans-serif; cursor: pointer }
dialog { inset-inline: auto 1rem; inset-block: auto 5rem; margin: 0; padding: 0; border: 1px solid #8884; border-radius: 1rem;
  overflow: hidden; inline-size: min(24rem, calc(100vw - 2rem)); block-size: min(40rem, calc(100vh - 7rem)) }
dialog iframe { block-size: 100% }
:focus-visible { outline: 3px solid #1d6fd8; outline-offset: 2px }`;

  class WafaWidget extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) { return; }
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(LOOKS);
      root.adoptedStyleSheets = [sheet];
      addEventListener("message", this);
      if (this.getAttribute("mode") === "launcher") { this.#offer(root); } else { this.#wait(root); }
    }

    disconnectedCallback() { removeEventListener("message", this); }

    // No work until the place comes into sight; its height is held from the start, so nothing moves.
    #wait(root) {
      const place = document.createElement("div");
      place.style.minBlockSize = `${Number(this.getAttribute("height")) || HEIGHT}px`;
      root.append(place);
      const sight = new IntersectionObserver(([seen]) => {
        if (!seen.isIntersecting) { return; }
        sight.disconnect();
        place.append(this.#made());
      }, { rootMargin: "200px" });
      sight.observe(place);
    }

    // A button in the corner opens a dialog: focus is held, Escape closes, and focus returns.
    #offer(root) {
      const button = document.createElement("button");
      button.className = "open";
      button.textContent = this.getAttribute("label") || this.textContent.trim() || "Points";
      const dialog = document.createElement("dialog");
      dialog.setAttribute("aria-label", button.textContent);
      button.addEventListener("click", () => {
        if (!this.frame) { dialog.append(this.#made()); }
        dialog.showModal();
      });
      dialog.addEventListener("close", () => button.focus());
      dialog.addEventListener("click", (event) => { if (event.target === dialog) { dialog.close(); } });
      root.append(button, dialog);
      this.dialog = dialog;
    }

    #made() {
      const frame = document.createElement("iframe");
      frame.title = this.getAttribute("label") || "Points";
      frame.setAttribute("sandbox", "allow-scripts allow-forms allow-popups allow-same-origin");
      frame.allow = "";
      frame.referrerPolicy = "no-referrer";
      if (!this.dialog) { frame.style.blockSize = `${Number(this.getAttribute("height")) || HEIGHT}px`; }
      frame.src = `${home}/w/${encodeURIComponent(this.getAttribute("program"))}/${this.getAttribute("page") || ""}`;
      this.frame = frame;
      return frame;
    }

    handleEvent(event) {
      const told = event.data;
      if (event.source !== this.frame?.contentWindow || event.origin !== home) { return; }
      if (!told || told.wafa !== 1 || !OUT.includes(told.type)) { return; }
      const { wafa, type, ...detail } = told;
      if (type === "ready") {
        if (this.getAttribute("lang")) { this.setLang(this.getAttribute("lang")); }
        this.#ask();
      }
      if (type === "token-needed") { this.#ask(); }
      if (type === "resize" && !this.dialog && Number.isFinite(detail.height)) { this.frame.style.blockSize = `${Math.min(detail.height, 5000)}px`; }
      if (type === "close") { this.close(); }
      this.dispatchEvent(new CustomEvent(`wafa:${type}`, { detail, bubbles: true }));
    }

    // `token` is a function that asks the shop's own server; without one, or without a token, guests are shown.
    async #ask() { this.setToken(this.token ? await this.token() : null); }

    #say(type, more) { this.frame?.contentWindow.postMessage({ wafa: 1, type, ...more }, home); }

    setToken(token) { this.#say("set-token", { token }); }
    setLang(lang) { this.#say("set-lang", { lang }); }
    open(page) { this.#say("open", { page }); }
    refresh() { this.#say("refresh"); }
    close() { this.dialog?.close(); }
  }

  if (!customElements.get("wafa-widget")) { customElements.define("wafa-widget", WafaWidget); }
})();
