// « Autour de moi »: asks for the position on click only. The place sent is rounded to about 100 m.
class NearMe extends HTMLElement {
  connectedCallback() {
    if (!("geolocation" in navigator) || !window.isSecureContext) return;
    this.hidden = false;
    this.querySelector("button").addEventListener("click", () => this.#ask());
  }

  #ask() {
    this.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.#send(coords),
      () => this.#refused(),
      { timeout: 10000, maximumAge: 600000 },
    );
  }

  #send({ latitude, longitude }) {
    const input = document.getElementById(this.dataset.for);
    input.value = `${latitude.toFixed(3)},${longitude.toFixed(3)}`;
    this.removeAttribute("aria-busy");
    input.form.requestSubmit();
  }

  #refused() {
    this.removeAttribute("aria-busy");
    this.querySelector("[role=status]").textContent = this.dataset.refused;
    document.getElementById(this.dataset.for).focus();
  }
}

customElements.define("near-me", NearMe);
