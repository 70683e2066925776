// The map itself: our own ground, the offices of the cards on it, no other host.
import { LAND, STEPS, TOWNS } from "./ground.js";

const NEAREST = 40; // pixels: closer ones are one marker with their number
const DEEPEST = 11;
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
  return new Drawn(host).map;
}

class Drawn {
  constructor(host) {
    this.host = host;
    this.words = host.dataset;
    this.points = [...host.parentElement.querySelectorAll("[data-point]")].map(pointOf);
    this.land = rings();
    this.map = L.map(host.querySelector(".map-ground"), {
      attributionControl: false, zoomControl: false, scrollWheelZoom: false, minZoom: 4, maxZoom: DEEPEST, zoomSnap: 0.5,
      fadeAnimation: false, zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    });
    L.control.zoom({ zoomInTitle: this.words.zoomIn, zoomOutTitle: this.words.zoomOut }).addTo(this.map);
    L.polygon(this.land.map((ring) => [ring]), { className: "map-land", interactive: false, weight: 1, fillRule: "nonzero" }).addTo(this.map);
    this.#makeTowns();
    this.markers = L.layerGroup().addTo(this.map);
    this.#makeViews();
    this.#linkCards();
    this.#start();
    this.map.on("zoomend", () => this.#mark());
    this.map.on("moveend", () => { this.#nameTowns(); this.#offerArea(); });
    this.#mark();
    this.#nameTowns();
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

  // Markers: one an office, one for several that are too near to be told apart.
  #mark(focused) {
    this.map.closePopup();
    this.markers.clearLayers();
    this.buttons = new Map();
    for (const group of this.#groups()) {
      const button = this.#button(group);
      const icon = L.divIcon({ html: button, className: "map-mark", iconSize: [36, 36] });
      L.marker(middle(group), { icon, interactive: false, keyboard: false }).addTo(this.markers);
      for (const point of group) this.buttons.set(point, button);
    }
    if (focused) this.buttons.get(focused)?.focus();
  }

  #groups() {
    const groups = [];
    for (const point of this.points) {
      const here = this.map.project(point.at);
      const near = groups.find((group) => this.map.project(group[0].at).distanceTo(here) < NEAREST);
      if (near) near.push(point);
      else groups.push([point]);
    }
    return groups;
  }

  #button(group) {
    const several = group.length > 1;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "map-pin", textContent: several ? group.length : "" });
    button.setAttribute("aria-label", several ? this.#several(group) : `${group[0].name}, ${group[0].where}`);
    button.title = several ? this.#several(group) : group[0].name;
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      if (several) this.#enter(group, button);
      else this.#choose(group[0]);
    });
    button.addEventListener("focus", () => this.map.panInside(middle(group), { padding: [48, 48], animate: false }));
    return button;
  }

  #several(group) {
    return this.words.several.replace("{n}", group.length).replace("{names}", group.map((point) => point.name).join(", "));
  }

  // Nearer, until they come apart; those at one address are listed.
  #enter(group, button) {
    const bounds = L.latLngBounds(group.map((point) => point.at));
    const depth = Math.min(this.map.getBoundsZoom(bounds, false, L.point(44, 44)), DEEPEST);
    if (depth <= this.map.getZoom() || bounds.getSouthWest().equals(bounds.getNorthEast())) return this.#list(group, button);
    this.map.setView(bounds.getCenter(), depth, { animate: false });
    this.buttons.get(group[0])?.focus();
  }

  #list(group, button) {
    const list = document.createElement("ul");
    for (const point of group) {
      const name = Object.assign(document.createElement("button"), { type: "button", className: "link-button", textContent: point.name });
      name.addEventListener("click", () => this.#choose(point));
      list.append(document.createElement("li"));
      list.lastChild.append(name);
    }
    list.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.map.closePopup();
      button.focus();
    });
    L.DomEvent.disableClickPropagation(list);
    L.popup({ closeButton: false, offset: [0, -12], className: "map-list" }).setLatLng(middle(group)).setContent(list).openOn(this.map);
    list.querySelector("button").focus();
  }

  // From the map to the card, and from the card to the map.
  #choose(point) {
    this.map.closePopup();
    this.#show(point);
    point.card.querySelector(".card-link").focus({ preventScroll: true });
    point.card.scrollIntoView({ block: "center" });
  }

  #show(point) {
    for (const one of this.points) one.card.classList.toggle("is-on-map", one === point);
    for (const button of this.buttons.values()) button.classList.remove("is-current");
    this.buttons.get(point)?.classList.add("is-current");
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
    this.map.setView(point.at, Math.max(this.map.getZoom(), 8), { animate: false });
    this.host.scrollIntoView({ block: "nearest" });
    this.#show(point);
    this.buttons.get(point).focus({ preventScroll: true });
  }

  // Parts of the country, each with its outline and how many of the page are there.
  #makeViews() {
    this.views = [...this.host.querySelectorAll("[data-box]")].map((button) => {
      const [south, west, north, east] = button.dataset.box.split(",").map(Number);
      const bounds = L.latLngBounds([south, west], [north, east]);
      const count = this.points.filter((point) => bounds.contains(point.at)).length;
      button.prepend(outline(this.land.filter((ring) => bounds.contains(ring[0])), bounds));
      if (count) button.append(` (${count})`);
      button.addEventListener("click", () => this.map.fitBounds(bounds, { animate: false }));
      return { bounds, button };
    });
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

const pointOf = (card) => ({ card, at: card.dataset.point.split(",").map(Number), name: card.dataset.name, where: card.dataset.where });

const middle = (group) => L.latLngBounds(group.map((point) => point.at)).getCenter();

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
