// Conveniences only: everything works without this file.
"use strict";

// --- Cards of the matrix: kept inside the window; Escape puts them away -----------------------------------------
function place(cell) {
  const card = document.getElementById(cell.getAttribute("aria-describedby"));
  if (!card) return;
  card.classList.remove("is-away");
  card.style.position = "fixed";
  const at = cell.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = card;
  const below = at.bottom + 6 + height <= innerHeight;
  card.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
  card.style.right = "auto";
  card.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - height - 6)}px`;
}
for (const event of ["pointerover", "focusin"]) {
  document.addEventListener(event, ({ target }) => {
    const cell = target.closest?.(".matrix a.cell");
    if (cell) place(cell);
  });
}

// --- Arrow keys move between the cells of the matrix ------------------------------------------------------------
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
function move(link, [down, right]) {
  const rows = [...link.closest("tbody").rows];
  let row = rows.indexOf(link.closest("tr"));
  let column = link.closest("th, td").cellIndex;
  for (;;) {
    row += down;
    column += right;
    const cell = rows[row]?.cells[column];
    if (!cell) return;
    const next = cell.querySelector("a");
    if (next && next.offsetParent) return next.focus();
  }
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const card of document.querySelectorAll(".card")) card.classList.add("is-away");
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  const link = document.activeElement?.closest?.(".matrix tbody a");
  if (link && MOVES[event.key] && !event.altKey && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    move(link, MOVES[event.key]);
  }
});

// --- Menus close when one looks elsewhere -----------------------------------------------------------------------
document.addEventListener("click", ({ target }) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
});

// --- The search field of the header is ready to type in as soon as it is opened -----------------------------------
const search = document.querySelector(".search_menu");
search?.addEventListener("toggle", () => search.open && search.querySelector("input").focus());

// --- Buttons that only make sense with a script -----------------------------------------------------------------
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
for (const button of document.querySelectorAll("[data-fill]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    document.querySelector("input[name=login]").value = button.dataset.fill;
    const password = document.querySelector("input[name=password]");
    password.value = document.querySelector(".demo code").textContent;
    password.form.requestSubmit();
  });
}
for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    source.select();
    try {
      await navigator.clipboard.writeText(source.value);
    } catch {
      document.execCommand("copy"); // without https there is no clipboard
    }
    button.textContent = button.dataset.done;
    button.parentElement.querySelector("[role=status]").textContent = button.dataset.done;
  });
}
