// A table of checkboxes that can be walked with arrows and painted: Shift and arrows, or a drag of mouse or finger.
// Without this it is still a table of checkboxes. A finger that moves scrolls; one that rests, then moves, paints.
const REST = 300; // milliseconds a finger rests before it paints
const SLACK = 8; // pixels it may tremble meanwhile

class WeekGrid extends HTMLElement {
  connectedCallback() {
    this.rows = [...this.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("input[type=checkbox]")]);
    this.said = this.querySelector("[data-said]");
    if (!this.rows.length) return;
    this.#rove(this.rows.flat().find((cell) => cell.checked) ?? this.rows[0][0]);
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("focusin", (event) => this.#place(event.target) && this.#rove(event.target));
    this.addEventListener("pointerdown", (event) => this.#down(event));
    this.addEventListener("click", (event) => this.#click(event), true);
    this.addEventListener("touchmove", (event) => this.painting && event.preventDefault(), { passive: false });
    this.addEventListener("contextmenu", (event) => (this.painting || this.resting) && event.preventDefault());
    document.addEventListener("pointermove", (event) => this.#move(event));
    for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => this.#up());
  }

  #place(cell) {
    const row = this.rows.findIndex((cells) => cells.includes(cell));
    return row < 0 ? null : { row, column: this.rows[row].indexOf(cell) };
  }

  // One cell is in the order of Tab; the arrows lead to the others.
  #rove(cell) {
    for (const other of this.rows.flat()) other.tabIndex = other === cell ? 0 : -1;
  }

  #key(event) {
    const here = this.#place(event.target);
    const steps = {
      ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
      PageUp: [-4, 0], PageDown: [4, 0], Home: [0, -7], End: [0, 7],
    };
    const step = steps[event.key];
    if (!here || !step || event.altKey || event.metaKey) return;
    event.preventDefault();
    const clamp = (value, last) => Math.max(0, Math.min(last, value));
    const row = event.ctrlKey && event.key === "Home" ? 0 : event.ctrlKey && event.key === "End" ? this.rows.length - 1 : clamp(here.row + step[0], this.rows.length - 1);
    const column = clamp(here.column + step[1], 6);
    if (event.shiftKey) this.#fill(here, { row, column }, event.target.checked);
    this.rows[row][column].focus();
  }

  // All cells between two corners take the value; what is disabled stays.
  #fill(from, to, value) {
    const [top, bottom] = [from.row, to.row].sort((a, b) => a - b);
    const [left, right] = [from.column, to.column].sort((a, b) => a - b);
    let count = 0;
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) {
        const cell = this.rows[row][column];
        if (cell.disabled) continue;
        cell.checked = value;
        count += 1;
      }
    }
    this.said.textContent = `${value ? this.dataset.opened : this.dataset.closed} ${count}`;
  }

  #down(event) {
    this.painted = false;
    if (event.button !== 0 || !this.#place(event.target) || event.target.disabled) return;
    this.start = { cell: event.target, x: event.clientX, y: event.clientY };
    if (event.pointerType === "mouse") return;
    this.resting = setTimeout(() => this.#begin(), REST);
  }

  #begin() {
    this.resting = null;
    this.painting = { from: this.#place(this.start.cell), value: !this.start.cell.checked, before: this.rows.map((row) => row.map((cell) => cell.checked)) };
    this.painted = true;
    this.classList.add("is-painting");
    this.#fill(this.painting.from, this.painting.from, this.painting.value);
  }

  #move(event) {
    if (!this.start) return;
    if (this.resting && Math.hypot(event.clientX - this.start.x, event.clientY - this.start.y) > SLACK) return this.#up();
    const cell = document.elementFromPoint(event.clientX, event.clientY);
    const to = cell && this.#place(cell);
    if (!to) return;
    if (!this.painting && event.pointerType === "mouse" && cell !== this.start.cell) this.#begin();
    if (!this.painting) return;
    this.rows.forEach((row, r) => row.forEach((one, c) => (one.checked = this.painting.before[r][c])));
    this.#fill(this.painting.from, to, this.painting.value);
  }

  #up() {
    clearTimeout(this.resting);
    this.classList.remove("is-painting");
    this.start = this.resting = this.painting = null;
  }

  // The click that ends a drag where it began would undo it.
  #click(event) {
    if (this.painted && this.#place(event.target)) event.preventDefault();
    this.painted = false;
  }
}

customElements.define("week-grid", WeekGrid);
