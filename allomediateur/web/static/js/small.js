// Small elements: the browser's time zone, a form sent once, a link copied, characters counted.
class TimeZoneHint extends HTMLElement {
  connectedCallback() {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const known = document.cookie.split("; ").includes(`tz=${timeZone}`);
    if (known || !/^[\w+/-]+$/.test(timeZone ?? "")) return; // known: the server has already weighed it
    for (const input of this.querySelectorAll("input[name=zone]")) input.value = timeZone;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `tz=${timeZone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
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

// How many characters are left, for the eye at once and for a screen reader when the hand rests.
class CharCount extends HTMLElement {
  connectedCallback() {
    const area = this.querySelector("textarea[maxlength]");
    if (!area || this.shown) return;
    this.shown = Object.assign(document.createElement("p"), { className: "hint" });
    this.shown.setAttribute("role", "status");
    this.append(this.shown);
    area.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#tell(area), 400);
    });
    this.#tell(area);
  }

  #tell(area) {
    const left = area.maxLength - area.value.replaceAll("\n", "\r\n").length;
    this.shown.textContent = this.dataset.left.replace("{n}", Math.max(left, 0).toLocaleString(document.documentElement.lang));
  }
}

// The browser's own printing; without a script its menu does.
class PrintPage extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

customElements.define("print-page", PrintPage);
customElements.define("char-count", CharCount);
customElements.define("time-zone-hint", TimeZoneHint);
customElements.define("once-form", OnceForm);
customElements.define("copy-link", CopyLink);
