// « Quitter vite »: the page vanishes at once and another site takes its place in the history. Without a script, a link.
const PRESSES = 3;
const PATIENCE = 2000; // between two presses, in milliseconds

class QuickExit extends HTMLElement {
  #presses = 0;
  #timer;

  connectedCallback() {
    this.link = this.querySelector("a");
    this.said = this.querySelector("[role=status]");
    this.link.addEventListener("click", (event) => {
      event.preventDefault();
      this.#leave();
    });
    document.addEventListener("keydown", this, { capture: true });
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this, { capture: true });
  }

  handleEvent(event) {
    if (event.key !== "Escape") return this.#forget();
    if (event.repeat) return;
    clearTimeout(this.#timer);
    this.#presses += 1;
    if (this.#presses === PRESSES) return this.#leave();
    this.said.textContent = this.dataset[this.#presses === 1 ? "twice" : "once"];
    this.#timer = setTimeout(() => this.#forget(), PATIENCE);
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#presses = 0;
    if (this.said.textContent) this.said.textContent = "";
  }

  #leave() {
    document.body.hidden = true;
    document.title = this.link.hostname;
    location.replace(this.link.href);
  }
}

customElements.define("quick-exit", QuickExit);
