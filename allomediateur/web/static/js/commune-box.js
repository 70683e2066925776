// ARIA 1.2 combobox with a list, around a plain text input that works by itself.
let number = 0;

class CommuneBox extends HTMLElement {
  #timer;
  #abort;
  #active = -1;

  connectedCallback() {
    if (this.list) return;
    this.input = this.querySelector("input");
    this.list = document.createElement("ul");
    this.status = document.createElement("span");
    this.list.id = `options-${++number}`;
    this.list.className = "options";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.labels?.[0]?.textContent.trim() || this.input.name);
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.append(this.list, this.status);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.list.id]]) {
      this.input.setAttribute(name, value);
    }
    this.input.addEventListener("input", () => this.#wait());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    this.input.addEventListener("blur", () => this.#close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.#choose(event.target.closest("[role=option]")));
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    const typed = this.input.value.trim();
    if (!typed) return this.#close();
    this.#timer = setTimeout(() => this.#ask(typed), 80);
  }

  async #ask(typed) {
    this.#abort = new AbortController();
    const url = new URL(this.dataset.url, location.href);
    url.searchParams.set("q", typed);
    try {
      const answer = await fetch(url, { signal: this.#abort.signal, headers: { Accept: "text/html" } });
      if (answer.ok) this.#show(await answer.text());
    } catch (error) {
      if (error.name !== "AbortError") this.#close();
    }
  }

  #show(html) {
    if (document.activeElement !== this.input) return;
    this.list.replaceChildren(...new DOMParser().parseFromString(html, "text/html").querySelectorAll("[role=option]"));
    this.options.forEach((option, index) => {
      option.id = `${this.list.id}-${index}`;
      option.setAttribute("aria-selected", "false");
    });
    this.#active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.#open(this.options.length > 0);
    this.status.textContent = this.options.length
      ? this.dataset.found.replace("{n}", this.options.length)
      : this.dataset.none;
  }

  #open(open) {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  #close() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#open(false);
    this.#active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.status.textContent = "";
  }

  #key(event) {
    if (event.isComposing) return;
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return this.#wait();
      this.#move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && open && this.#active >= 0) {
      event.preventDefault();
      this.#choose(this.options[this.#active]);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      this.#close();
    }
  }

  #move(by) {
    const options = this.options;
    options[this.#active]?.setAttribute("aria-selected", "false");
    const none = this.#active < 0 && by < 0;
    this.#active = none ? options.length - 1 : (this.#active + by + options.length) % options.length;
    const option = options[this.#active];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  #choose(option) {
    if (!option) return;
    this.input.value = option.dataset.label;
    this.#close();
    this.input.focus();
    this.input.dispatchEvent(new CustomEvent("commune:chosen", { bubbles: true, detail: { code: option.dataset.code } }));
  }
}

customElements.define("commune-box", CommuneBox);
