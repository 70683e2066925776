// How long a slot is kept: minutes quietly, said aloud once at two minutes and once at the end.
class HoldCountdown extends HTMLElement {
  #timer;
  #soon = false;

  connectedCallback() {
    this.until = Date.parse(this.dataset.expires);
    this.text = this.querySelector("[data-text]");
    this.said = this.querySelector("[data-said]");
    if (Number.isNaN(this.until) || !this.text) return;
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #tick() {
    const left = Math.ceil((this.until - Date.now()) / 1000);
    if (left <= 0) return this.#end();
    const shown = left > 120 ? `${Math.ceil(left / 60)}\u00a0min` : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    const text = `${this.dataset.left} ${shown}`;
    if (this.text.textContent !== text) this.text.textContent = text;
    if (left <= 120 && !this.#soon) {
      this.#soon = true;
      this.classList.add("is-short");
      this.said.textContent = this.dataset.soon;
    }
  }

  #end() {
    clearInterval(this.#timer);
    this.classList.add("is-over");
    this.text.textContent = this.dataset.over;
    this.said.textContent = this.dataset.over;
    this.querySelector("form")?.remove();
  }
}

customElements.define("hold-countdown", HoldCountdown);
