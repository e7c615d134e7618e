// Wafa's widget: <wafa-widget program="cafe"> wraps a frame of ours and talks with it by messages.
(() => {
  "use strict";
  const home = new URL(document.currentScript.src).origin;
  const OUT = ["ready", "resize", "navigate", "points-changed", "reward-redeemed", "token-needed", "close", "error"];
  const PATIENCE = 10_000;
  const LOOKS = `:host { display: block } :host([mode=launcher]) { display: contents }
iframe { inline-size: 100%; border: 0; display: block } [hidden] { display: none }
.open { position: fixed; inset-inline-end: 1rem; inset-block-end: 1rem; z-index: 2147483000; min-block-size: 3rem;
  padding: 0 1.25rem; border: 0; border-radius: 1.5rem; background: #16201f; color: #fff; font: 600 1rem system-ui, sans-serif; cursor: pointer }
dialog { inset-inline: auto 1rem; inset-block: auto 5rem; margin: 0; padding: 0; border: 1px solid #8884; border-radius: 1rem;
  overflow: hidden; inline-size: min(24rem, 100vw - 2rem); block-size: min(40rem, 100vh - 7rem) }
dialog iframe { block-size: 100% }
:focus-visible { outline: 3px solid #1d6fd8; outline-offset: 2px }`;

  class WafaWidget extends HTMLElement {
    static observedAttributes = ["lang"];
    #ready = false;
    #told = null;

    // A page that takes the element away and puts it back finds it as it was.
    connectedCallback() {
      addEventListener("message", this);
      if (this.shadowRoot) { return; }
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(LOOKS);
      root.adoptedStyleSheets = [sheet];
      if (this.getAttribute("mode") === "launcher") { this.#offer(root); } else { this.#wait(root); }
    }

    disconnectedCallback() {
      removeEventListener("message", this);
      this.#ready = false;
      this.close();
    }

    attributeChangedCallback(_name, _before, lang) { this.setLang(lang); }

    get #label() { return this.getAttribute("label") || this.textContent.trim() || "Points"; }
    get #height() { return Number(this.getAttribute("height")) || 560; }

    // No work until the place comes into sight; its height is held from the start, so nothing moves.
    #wait(root) {
      const place = document.createElement("div");
      place.style.minBlockSize = `${this.#height}px`;
      root.append(place);
      const sight = new IntersectionObserver((seen) => {
        if (!seen.some((each) => each.isIntersecting)) { return; }
        sight.disconnect();
        this.#fill(place);
      }, { rootMargin: "200px" });
      sight.observe(place);
    }

    // A button in the corner opens a dialog: focus is held, Escape closes, and focus returns.
    #offer(root) {
      const button = document.createElement("button");
      button.className = "open";
      button.textContent = this.#label;
      const dialog = this.dialog = document.createElement("dialog");
      dialog.setAttribute("aria-label", this.#label);
      button.addEventListener("click", () => this.#unfold());
      dialog.addEventListener("close", () => button.focus());
      dialog.addEventListener("click", (event) => { if (event.target === dialog) { this.close(); } });
      root.append(button, dialog);
    }

    #unfold() {
      if (!this.frame) { this.#fill(this.dialog); }
      if (!this.dialog.open) { this.dialog.showModal(); }
    }

    #fill(place) {
      const frame = this.frame = document.createElement("iframe");
      frame.title = this.#label;
      frame.setAttribute("sandbox", "allow-scripts allow-forms allow-popups allow-same-origin");
      frame.allow = "";
      frame.referrerPolicy = "no-referrer";
      if (!this.dialog) { frame.style.blockSize = `${this.#height}px`; }
      frame.src = `${home}/w/${encodeURIComponent(this.getAttribute("program"))}/${this.getAttribute("page") || ""}${this.dialog ? "#dialog" : ""}`;
      const inner = this.slotted = document.createElement("slot");
      inner.hidden = true;
      place.append(inner, frame);
      setTimeout(() => this.#ready || this.#missed(), PATIENCE);
    }

    // Our server does not answer: what stands inside the element leads on.
    #missed(is = true) {
      this.frame.hidden = is;
      this.slotted.hidden = !is;
      if (is) { this.#tell("error", { code: "not_reached" }); }
    }

    handleEvent(event) {
      const told = event.data;
      if (event.source !== this.frame?.contentWindow || event.origin !== home) { return; }
      if (!told || told.wafa !== 1 || !OUT.includes(told.type)) { return; }
      const { wafa, type, ...detail } = told;
      if (type === "ready") {
        this.#ready = true;
        this.#missed(false);
        this.setLang(this.lang);
      }
      if (type === "ready" || type === "token-needed") { this.#ask(); }
      if (type === "resize" && !this.dialog && detail.height > 0) { this.frame.style.blockSize = `${Math.min(detail.height, 5000)}px`; }
      if (type === "close") { this.close(); }
      this.#tell(type, detail);
    }

    #tell(type, detail) { this.dispatchEvent(new CustomEvent(`wafa:${type}`, { detail, bubbles: true })); }

    // `token` is a function that asks the shop's own server; null is a guest, and without an answer the frame offers another try.
    async #ask() {
      let token;
      try { token = this.token ? (await this.token()) ?? null : this.#told; } catch { this.#tell("error", { code: "token_failed" }); }
      this.#say("set-token", { token });
    }

    #say(type, more) { if (this.#ready) { this.frame.contentWindow.postMessage({ wafa: 1, type, ...more }, home); } }

    setToken(token) { this.#say("set-token", { token: this.#told = token ?? null }); }
    setLang(lang) { if (lang) { this.#say("set-lang", { lang }); } }
    open(page) {
      if (!this.frame) { this.setAttribute("page", page); }
      if (this.dialog) { this.#unfold(); }
      this.#say("open", { page });
    }
    refresh() { this.#say("refresh"); }
    close() { this.dialog?.close(); }
  }

  if (!customElements.get("wafa-widget")) { customElements.define("wafa-widget", WafaWidget); }
})();
