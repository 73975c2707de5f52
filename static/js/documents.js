// Looks how far a document has come, and shows it once it is made. Without this file one reloads the page.
"use strict";

const making = document.querySelector("[data-state]");
const PAUSE = 1500;

async function look() {
  try {
    const answer = await fetch(making.dataset.state, { headers: { Accept: "application/json" } });
    const { percent, step, ended } = await answer.json();
    making.querySelector("progress").value = percent;
    making.querySelector("[role=status]").textContent = step;
    if (ended) return location.reload();
  } catch {
    // The line is down: look again.
  }
  setTimeout(look, PAUSE);
}
if (making) setTimeout(look, PAUSE);
