"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0], rows = [...body.rows];
  [...table.tHead.rows[0].cells].forEach((head, i) => {
    head.setAttribute("aria-sort", "none");
    head.addEventListener("click", event => {
      if (event.target.closest("a")) return;
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = row => row.cells[i].textContent.trim();
      const order = (a, b) => key(a).localeCompare(key(b), document.documentElement.lang, { numeric: true });
      body.append(...rows.sort((a, b) => (down ? -1 : 1) * order(a, b)));
    });
  });
}
const filters = document.getElementById("claim-filters");
if (filters) {
  const cards = [...document.querySelectorAll("li.claim")], byId = new Map(cards.map(one => [one.dataset.claim, one]));
  const related = id => new Set([id, ...(byId.get(id)?.dataset.related || "").split(" ").filter(Boolean)]);
  const cells = [...document.querySelectorAll(".argument-map .cell")];
  const labels = [...document.querySelectorAll(".argument-map a.label")];
  let only = null, kept = new Set(byId.keys());
  const shade = (names, id) => {
    for (const one of labels) one.classList.toggle("dim", !names.has(one.dataset.claim));
    for (const one of cells) {
      const ends = [one.dataset.p, one.dataset.c];
      one.classList.toggle("dim", id ? !ends.includes(id) || !ends.every(end => names.has(end)) : !ends.some(end => names.has(end)));
    }
  };
  const filter = () => {
    const given = new FormData(filters), words = given.get("text").toLowerCase().split(/\s+/).filter(Boolean);
    kept = new Set();
    for (const one of cards) {
      const text = one.querySelector("summary").textContent.toLowerCase();
      const fits = ["role", "verdict", "tier"].every(key => !given.get(key) || one.dataset[key] === given.get(key))
        && words.every(word => text.includes(word)) && (!only || only.has(one.dataset.claim));
      one.classList.toggle("out", !fits);
      if (fits) kept.add(one.dataset.claim);
    }
    const told = filters.querySelector("output");
    told.textContent = told.dataset.words.replace("#1", kept.size).replace("#2", cards.length);
    shade(kept);
  };
  filters.hidden = false;
  filters.addEventListener("submit", event => event.preventDefault());
  filters.addEventListener("input", filter);
  filters.addEventListener("reset", () => { only = null; setTimeout(filter); });
  for (const button of document.querySelectorAll("button.only")) {
    button.hidden = false;
    button.addEventListener("click", () => { only = related(button.dataset.only); filter(); });
  }
  for (const map of document.querySelectorAll(".argument-map")) {
    const told = map.querySelector(".map-focus");
    told.hidden = false;
    const hint = told.textContent;
    const show = event => {
      const id = event.target.closest?.("a.label")?.dataset.claim;
      if (!id) return;
      const names = related(id), card = byId.get(id);
      shade(names, id);
      const said = card ? ["says", "verdict"].map(part => card.querySelector(`.${part}`).textContent.trim()) : [];
      told.textContent = [id, ...said, [...names].slice(1).join(", ")].filter(Boolean).join(" · ");
    };
    const clear = () => { told.textContent = hint; shade(kept); };
    map.addEventListener("focusin", show);
    map.addEventListener("mouseover", show);
    map.addEventListener("focusout", clear);
    map.addEventListener("mouseleave", clear);
    for (const svg of map.querySelectorAll("svg.figure")) {
      const stops = [...svg.querySelectorAll("a.label")];
      stops.forEach((one, i) => one.setAttribute("tabindex", i ? -1 : 0));
      svg.addEventListener("keydown", event => {
        const here = event.target.closest("a.label"), kind = here?.classList.contains("row") ? "row" : "column";
        const step = { ArrowDown: ["row", 1], ArrowUp: ["row", -1], ArrowRight: ["column", 1], ArrowLeft: ["column", -1] }[event.key];
        if (!here || !step) return;
        event.preventDefault();
        const along = stops.filter(one => one.classList.contains(step[0]));
        const next = kind === step[0] ? along[Math.min(Math.max(along.indexOf(here) + step[1], 0), along.length - 1)] : along[0];
        for (const one of stops) one.setAttribute("tabindex", one === next ? 0 : -1);
        next.focus();
      });
    }
  }
  filter();
}
const unfold = () => {
  const there = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!there) return;
  if (there.matches("li.claim.out")) filters.reset();
  there.querySelector(":scope > details")?.setAttribute("open", "");
  there.closest("details")?.setAttribute("open", "");
  setTimeout(() => there.scrollIntoView());
};
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details.legend:not([open]), .claim > details:not([open])")];
  for (const one of closed) one.open = true;
});
addEventListener("afterprint", () => { for (const one of closed) one.open = false; });
addEventListener("hashchange", unfold);
unfold();
