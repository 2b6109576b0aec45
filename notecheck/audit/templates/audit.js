"use strict";
(() => {
  const SIZE = 25;
  document.querySelectorAll("table.paged").forEach((table) => {
    const rows = [...table.tBodies[0].rows];
    if (rows.length <= SIZE) return;
    const bar = document.createElement("div");
    bar.className = "pager";
    const back = Object.assign(document.createElement("button"), { type: "button", textContent: "Back" });
    const on = Object.assign(document.createElement("button"), { type: "button", textContent: "Next" });
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    const label = document.createElement("label");
    label.textContent = "Filter ";
    const find = Object.assign(document.createElement("input"), { type: "search" });
    label.append(find);
    bar.append(label, back, on, told);
    (table.closest(".scroll") ?? table).before(bar);
    let page = 0;
    const draw = () => {
      const wanted = find.value.trim().toLowerCase();
      const kept = wanted ? rows.filter((row) => row.textContent.toLowerCase().includes(wanted)) : rows;
      const last = Math.max(0, Math.ceil(kept.length / SIZE) - 1);
      page = Math.min(Math.max(0, page), last);
      const shown = new Set(kept.slice(page * SIZE, (page + 1) * SIZE));
      rows.forEach((row) => row.classList.toggle("off", !shown.has(row)));
      back.disabled = page === 0;
      on.disabled = page === last;
      told.textContent = kept.length ? `${page * SIZE + 1} to ${page * SIZE + shown.size} of ${kept.length}` : "none";
    };
    back.addEventListener("click", () => { page -= 1; draw(); });
    on.addEventListener("click", () => { page += 1; draw(); });
    find.addEventListener("input", () => { page = 0; draw(); });
    draw();
  });
})();
