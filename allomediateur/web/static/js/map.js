// The map itself: our own ground, everybody found within what is seen (the server's marks), no other host.
import { LAND, STEPS, TOWNS } from "./ground.js";

const SHALLOWEST = 4, DEEPEST = 11; // the levels that the server counts by (agenda.grid)
const PATIENCE = 120; // milliseconds without a move
const BESIDE = 0.1; // degrees: a town so near is theirs
const NEIGHBOURHOOD = 60; // km: a number farther from any town is named after none
const PADDING = { padding: [44, 44], maxZoom: 10 };

const once = new Map();
const fetched = (url, make) => {
  if (!once.has(url)) {
    const loading = new Promise((resolve, reject) => {
      const tag = make();
      tag.addEventListener("load", resolve, { once: true });
      tag.addEventListener("error", reject, { once: true });
      document.head.append(tag);
    });
    once.set(url, loading.catch((error) => { once.delete(url); throw error; }));
  }
  return once.get(url);
};
const script = (url) => fetched(url, () => Object.assign(document.createElement("script"), { src: url }));
const sheet = (url) => fetched(url, () => Object.assign(document.createElement("link"), { rel: "stylesheet", href: url }));

const rings = () => LAND.map(decoded);
function decoded(text) {
  const points = [];
  let at = 0, lat = 0, lon = 0;
  const number = () => {
    let value = 0, shift = 0, letter;
    do {
      letter = text.charCodeAt(at++) - 63;
      value |= (letter & 31) << shift;
      shift += 5;
    } while (letter >= 32);
    return value & 1 ? ~(value >> 1) : value >> 1;
  };
  while (at < text.length) points.push([(lat += number()) / STEPS, (lon += number()) / STEPS]);
  return points;
}

export async function draw(host) {
  await Promise.all([script(host.dataset.leaflet), ...host.dataset.sheets.split(" ").map(sheet)]);
  host.setAttribute("data-dressed", ""); // seen, and with a size, from here on
  return new Drawn(host);
}

class Drawn {
  #asking = null; // what is asked of the server now
  #waiting = 0;
  #wanted = null; // the point whose mark gets the focus, or is shown, once it is there
  #marks = [];

  constructor(host) {
    this.host = host;
    this.words = host.dataset;
    this.points = [...host.parentElement.querySelectorAll("[data-point]")].map(pointOf);
    this.land = rings();
    this.map = L.map(host.querySelector(".map-ground"), {
      attributionControl: false, zoomControl: false, scrollWheelZoom: false, minZoom: SHALLOWEST, maxZoom: DEEPEST, zoomSnap: 0.5,
      fadeAnimation: false, zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    });
    L.control.zoom({ zoomInTitle: this.words.zoomIn, zoomOutTitle: this.words.zoomOut }).addTo(this.map);
    L.polygon(this.land.map((ring) => [ring]), { className: "map-land", interactive: false, weight: 1, fillRule: "nonzero" }).addTo(this.map);
    this.#makeTowns();
    this.markers = L.layerGroup().addTo(this.map);
    this.#makeViews();
    this.#linkCards();
    this.#start();
    this.map.on("moveend", () => { this.#nameTowns(); this.#offerArea(); this.#ask(); });
    this.#nameTowns();
    this.#ask();
  }

  invalidateSize() {
    this.map.invalidateSize();
    this.#say(this.said ?? "");
  }

  remove() {
    clearTimeout(this.#waiting);
    this.#asking?.abort();
    this.map.remove();
  }

  // Where it opens: the part of the country searched, else that of the first result; its offices all seen.
  #start() {
    const place = this.words.place && this.words.place.split(",").map(Number);
    const first = place || this.points[0].at;
    const box = this.views.find((view) => view.bounds.contains(first))?.bounds;
    const seen = this.points.map((point) => point.at).filter((at) => !box || box.contains(at));
    const bounds = L.latLngBounds(place ? [...seen, place] : seen);
    if (seen.length && (place || !box || seen.length === this.points.length)) this.map.fitBounds(bounds, PADDING);
    else this.map.fitBounds(box ?? bounds);
    this.began = true;
  }

  // What is within is asked of the server once the map rests, and only the last time it did.
  #ask() {
    clearTimeout(this.#waiting);
    this.#asking?.abort();
    this.#waiting = setTimeout(() => this.#fetch(), PATIENCE);
  }

  async #fetch() {
    this.#asking = new AbortController();
    try {
      const answer = await fetch(this.#address(), { signal: this.#asking.signal, headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.status);
      this.#fill(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch (error) {
      if (error.name !== "AbortError") this.#say(this.words.failed);
    }
  }

  #address() {
    const seen = this.map.getBounds(), asked = new URLSearchParams(this.words.asked);
    const whole = seen.getEast() - seen.getWest() >= 360;
    const sides = whole ? [-180, 180] : [seen.getWest(), seen.getEast()].map(turned);
    const frame = [Math.max(seen.getSouth(), -85), sides[0], Math.min(seen.getNorth(), 85), sides[1]];
    asked.set("cadre", frame.map((degrees) => degrees.toFixed(3)).join(","));
    asked.set("niveau", Math.floor(this.map.getZoom()));
    if (!this.counted) asked.set("vues", "1");
    return `${this.words.map}?${asked}`;
  }

  #say(text) {
    this.said = text;
    this.host.querySelector("[role=status]").textContent = text;
  }

  // A mark is the server's own link or button; who had the focus keeps it where they were.
  #fill(answer) {
    const held = this.#marks.find((mark) => mark.button === document.activeElement);
    const wanted = this.#wanted ?? (held && { at: held.at, focus: true });
    this.map.closePopup();
    this.markers.clearLayers();
    this.#marks = [...answer.querySelectorAll("[data-marks] > li")].map((item) => this.#mark(item));
    this.#say(answer.querySelector("[data-total]").textContent);
    this.#countViews([...answer.querySelectorAll("[data-views] > li")]);
    this.#wanted = null;
    const mark = wanted && this.#nearest(wanted.at);
    if (wanted?.show) mark?.button.classList.add("is-current");
    if (wanted?.focus) (mark?.button ?? this.host.querySelector("button")).focus({ preventScroll: true });
  }

  #mark(item) {
    const [lat, lng] = item.dataset.at.split(",").map(Number), [south, west, north, east] = item.dataset.box.split(",").map(Number);
    const turns = this.#turns(lng);
    const mark = { at: L.latLng(lat, lng + turns), bounds: L.latLngBounds([south, west + turns], [north, east + turns]) };
    mark.button = document.adoptNode(item.querySelector(".map-pin"));
    mark.names = item.querySelector(".map-names");
    const town = item.dataset.near && townOf(mark);
    if (town) mark.button.title = item.dataset.near.replace("{town}", town);
    if (town) mark.button.setAttribute("aria-label", mark.button.title);
    mark.button.addEventListener("click", (event) => this.#enter(mark, event));
    mark.button.addEventListener("focus", () => this.map.panInside(mark.at, { padding: [24, 24], animate: false }));
    const icon = L.divIcon({ html: mark.button, className: "map-mark", iconSize: [0, 0] });
    L.marker(mark.at, { icon, interactive: false, keyboard: false }).addTo(this.markers);
    return mark;
  }

  // Whole turns that bring a longitude into what is seen, beyond the antimeridian.
  #turns(lng) {
    const middle = this.map.getBounds().getCenter().lng;
    return Math.round((middle - lng) / 360) * 360;
  }

  #nearest(at) {
    const far = (mark) => this.map.project(mark.at).distanceTo(this.map.project(at));
    return this.#marks.reduce((best, mark) => (!best || far(mark) < far(best) ? mark : best), null);
  }

  // One: their card, or their page. Several: nearer until they come apart; those at one spot are listed, or searched.
  #enter(mark, event) {
    event.stopPropagation();
    if (mark.names) return this.#list(mark);
    if (mark.button.dataset.slug) return this.#choose(mark.button, event);
    if (mark.button.href) return;
    const depth = Math.max(this.map.getBoundsZoom(mark.bounds, false, L.point(44, 44)), Math.floor(this.map.getZoom()) + 1);
    this.#wanted = { at: mark.at, focus: true };
    this.map.setView(mark.bounds.getCenter(), Math.min(depth, DEEPEST), { animate: false });
  }

  #list(mark) {
    const list = document.importNode(mark.names, true);
    for (const name of list.querySelectorAll("a")) name.addEventListener("click", (event) => this.#choose(name, event));
    list.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.map.closePopup();
      mark.button.focus();
    });
    L.DomEvent.disableClickPropagation(list);
    L.popup({ closeButton: false, offset: [0, -12], className: "map-list" }).setLatLng(mark.at).setContent(list).openOn(this.map);
    list.querySelector("a").focus();
  }

  // From the map to the card, and from the card to the map.
  #choose(link, event) {
    const point = this.points.find((one) => one.slug === link.dataset.slug);
    if (!point || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.map.closePopup();
    this.#show(point);
    point.card.querySelector(".card-link").focus({ preventScroll: true });
    point.card.scrollIntoView({ block: "center" });
  }

  #show(point) {
    for (const one of this.points) one.card.classList.toggle("is-on-map", one === point);
    for (const mark of this.#marks) mark.button.classList.remove("is-current");
    if (this.map.getBounds().contains(point.at)) this.#nearest(L.latLng(point.at))?.button.classList.add("is-current");
  }

  #linkCards() {
    for (const point of this.points) {
      point.card.addEventListener("pointerenter", () => this.#show(point));
      point.card.addEventListener("focusin", () => this.#show(point));
      const button = Object.assign(document.createElement("button"), { type: "button", className: "link-button small to-map", textContent: this.words.toMap });
      button.setAttribute("aria-label", `${this.words.toMap}, ${point.name}`);
      button.addEventListener("click", () => this.#point(point));
      point.card.querySelector(".result-body").append(button);
    }
  }

  #point(point) {
    if (!this.host.hasAttribute("data-open")) this.host.querySelector("button").click();
    this.#show(point);
    this.#wanted = { at: L.latLng(point.at), focus: true, show: true };
    this.map.setView(point.at, Math.max(this.map.getZoom(), 8), { animate: false });
    this.host.scrollIntoView({ block: "nearest" });
    this.#ask();
  }

  // Parts of the country, each with its outline and how many are there.
  #makeViews() {
    this.views = [...this.host.querySelectorAll("[data-box]")].map((button) => {
      const [south, west, north, east] = button.dataset.box.split(",").map(Number);
      const bounds = L.latLngBounds([south, west], [north, east]);
      button.prepend(outline(this.land.filter((ring) => bounds.contains(ring[0])), bounds));
      button.addEventListener("click", () => this.map.fitBounds(bounds, { animate: false }));
      return { bounds, button };
    });
  }

  #countViews(numbers) {
    for (const [at, number] of numbers.entries()) if (number.textContent) this.views[at].button.append(` (${number.textContent})`);
    if (numbers.length) this.counted = true;
  }

  #makeTowns() {
    this.map.createPane("towns").setAttribute("aria-hidden", "true");
    this.towns = L.layerGroup().addTo(this.map);
  }

  #nameTowns() {
    const seen = this.map.getBounds().pad(0.1), zoom = this.map.getZoom();
    this.towns.clearLayers();
    for (const [name, lat, lon, from] of TOWNS) {
      if (from > zoom || !seen.contains([lat, lon])) continue;
      const icon = L.divIcon({ html: Object.assign(document.createElement("span"), { textContent: name }), className: "map-town", iconSize: [0, 0] });
      L.marker([lat, lon], { icon, pane: "towns", interactive: false, keyboard: false }).addTo(this.towns);
    }
  }

  // « Chercher dans cette zone »: a plain link, once the visitor has moved.
  #offerArea() {
    if (!this.began) return;
    const link = this.host.querySelector(".map-here"), here = this.map.getCenter().wrap();
    const reach = this.map.distance(here, this.map.getBounds().getNorthEast()) / 1500;
    const radii = this.words.radii.split(",").map(Number);
    const asked = new URLSearchParams(this.words.area);
    asked.set("lieu", `${here.lat.toFixed(3)},${here.lng.toFixed(3)}`);
    asked.set("rayon", radii.find((radius) => radius >= reach) ?? radii.at(-1));
    link.href = `?${asked}`;
    link.hidden = false;
  }
}

const pointOf = (card) => ({ card, at: card.dataset.point.split(",").map(Number), name: card.dataset.name, slug: card.id.slice(2) });

const turned = (lng) => ((((lng + 180) % 360) + 360) % 360) - 180;

// What a number is named after: the largest town among those counted, else the nearest one.
function townOf(mark) {
  const at = mark.at.wrap(), far = ([, lat, lon]) => at.distanceTo([lat, lon]) / 1000;
  const [low, high] = [mark.bounds.getSouthWest().wrap(), mark.bounds.getNorthEast().wrap()];
  const seen = L.latLngBounds([low.lat - BESIDE, low.lng - BESIDE], [high.lat + BESIDE, high.lng + BESIDE]);
  const inside = TOWNS.filter(([, lat, lon]) => seen.contains([lat, lon]));
  const largest = Math.min(...inside.map(([, , , from]) => from));
  const named = inside.length ? inside.filter(([, , , from]) => from === largest) : TOWNS.filter((town) => far(town) < NEIGHBOURHOOD);
  return named.reduce((best, town) => (!best || far(town) < far(best) ? town : best), null)?.[0];
}

function outline(rings, bounds) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 40 40");
  svg.setAttribute("aria-hidden", "true");
  const drawn = document.createElementNS(svg.namespaceURI, rings.length ? "path" : "circle");
  const wide = Math.cos((bounds.getCenter().lat * Math.PI) / 180);
  const span = Math.max((bounds.getEast() - bounds.getWest()) * wide, bounds.getNorth() - bounds.getSouth());
  const place = ([lat, lon]) => `${(20 + (((lon - bounds.getCenter().lng) * wide) / span) * 38).toFixed(1)},${(20 - ((lat - bounds.getCenter().lat) / span) * 38).toFixed(1)}`;
  if (rings.length) drawn.setAttribute("d", rings.map((ring) => `M${ring.map(place).join("L")}Z`).join(""));
  else for (const [name, value] of [["cx", 20], ["cy", 20], ["r", 5]]) drawn.setAttribute(name, value);
  svg.append(drawn);
  return svg;
}
