// A passkey made or used by the browser, then sent as a form. The form waits for the device, and for nothing else.
class PasskeyForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    // The library that speaks to the device comes after us.
    if (document.readyState === "complete") this.#begin();
    else window.addEventListener("load", () => this.#begin(), { once: true });
  }

  #begin() {
    if (!globalThis.webauthnJSON?.supported()) {
      this.form.hidden = true;
      this.querySelector("[data-unable]").hidden = false;
      return;
    }
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#ask();
    });
  }

  async #ask() {
    if (this.hasAttribute("aria-busy")) return;
    this.setAttribute("aria-busy", "true");
    this.querySelector("[data-failed]").hidden = true;
    try {
      this.form.elements.credential.value = JSON.stringify(await this.#credential());
      this.form.submit();
    } catch {
      this.querySelector("[data-failed]").hidden = false;
      this.removeAttribute("aria-busy");
    }
  }

  async #credential() {
    const { does, options, action } = this.dataset;
    if (does === "create") return webauthnJSON.create(JSON.parse(options));
    if (does === "get") return webauthnJSON.get(JSON.parse(options));
    const answer = await fetch(action, { headers: { Accept: "application/json" } });
    return webauthnJSON.get((await answer.json()).request_options);
  }
}

customElements.define("passkey-form", PasskeyForm);
