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
