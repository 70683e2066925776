// Three small elements: the browser's time zone, a form sent once, a link copied.
class TimeZoneHint extends HTMLElement {
  connectedCallback() {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!zone) return;
    for (const input of this.querySelectorAll("input[name=zone]")) input.value = zone;
    const known = document.cookie.split("; ").find((pair) => pair.startsWith("tz="))?.slice(3);
    if (known === encodeURIComponent(zone)) return;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `tz=${encodeURIComponent(zone)}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  }
}

// The second click of an impatient hand is dropped; the button stays readable and focusable.
class OnceForm extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => {
      if (this.hasAttribute("aria-busy")) return event.preventDefault();
      this.setAttribute("aria-busy", "true");
      for (const button of this.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-disabled", "true");
    });
    this.addEventListener("htmx:afterRequest", () => this.#free());
    window.addEventListener("pageshow", () => this.#free());
  }

  #free() {
    this.removeAttribute("aria-busy");
    for (const button of this.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
}

class CopyLink extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("[data-copy]");
    if (!button || !navigator.clipboard) return;
    button.hidden = false;
    this.status = document.createElement("span");
    this.status.setAttribute("role", "status");
    this.append(" ", this.status);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      this.status.textContent = button.dataset.done || "✓";
    });
  }
}

customElements.define("time-zone-hint", TimeZoneHint);
customElements.define("once-form", OnceForm);
customElements.define("copy-link", CopyLink);
