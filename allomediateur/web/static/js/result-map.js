// The map beside the list, fetched when it is wanted: at once where there is room for both, else when asked for.
const ROOM = matchMedia("(min-width: 80rem)");
let wanted = null; // what this visitor chose, kept while htmx brings other results

class ResultMap extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.button = this.querySelector("button");
    this.button.addEventListener("click", () => {
      wanted = !this.hasAttribute("data-open");
      if (wanted) this.#open();
      else this.#close();
    });
    if (wanted ?? (ROOM.matches && !navigator.connection?.saveData)) whenQuiet(() => this.isConnected && this.#open());
  }

  disconnectedCallback() {
    this.drawn?.remove();
  }

  async #open() {
    this.#tell(true);
    try {
      const { draw } = await import("./map.js");
      if (this.isConnected && this.hasAttribute("data-open")) this.drawn ??= await draw(this);
      this.drawn?.invalidateSize();
    } catch {
      this.#close();
      this.querySelector("[role=status]").textContent = this.dataset.failed;
    }
  }

  #close() {
    this.#tell(false);
  }

  #tell(isOpen) {
    this.toggleAttribute("data-open", isOpen);
    this.button.setAttribute("aria-expanded", isOpen);
    this.querySelector(".map").hidden = !isOpen;
    this.querySelector("[role=status]").textContent = "";
    for (const word of this.querySelectorAll("[data-when]")) word.hidden = (word.dataset.when === "open") !== isOpen;
  }
}

const whenQuiet = (act) => {
  const later = () => (window.requestIdleCallback ?? setTimeout)(act);
  if (document.readyState === "complete") later();
  else addEventListener("load", later, { once: true });
};

customElements.define("result-map", ResultMap);
