// What the pages that save while one types share: how they ask the server, what they say when it does not answer, and
// what this browser keeps meanwhile under the person's own name. Loaded before filing.js and writing.js.
"use strict";

class SignedOut extends Error {}
class Gone extends Error {} // what was written into, or the designation, is no longer what it was

async function askServer(address, token, body) {
  const answer = await fetch(address, {
    method: body ? "POST" : "GET",
    body,
    headers: { "X-CSRFToken": token, Accept: "application/json" },
    redirect: "manual",
    credentials: "same-origin",
  });
  if (answer.type === "opaqueredirect" || answer.status === 403) throw new SignedOut();
  if (answer.status >= 500) throw new TypeError(String(answer.status));
  if (!answer.headers.get("Content-Type")?.includes("json")) throw new Gone();
  return { status: answer.status, state: await answer.json() };
}

// What is said where the answer did not come, except of what is gone, which each page says in its own words.
function sayLost(error, say, status, signIn) {
  if (!(error instanceof SignedOut)) {
    say("Sin conexión: lo escrito está guardado en este equipo y se enviará al volver.", "is-lost");
    return;
  }
  say("", "is-lost");
  const link = document.createElement("a");
  link.href = signIn;
  link.textContent = "ingrese de nuevo";
  status.append("Su sesión terminó: ", link, ". Lo escrito está guardado en este equipo.");
}

// A browser without storage still saves to the server.
const browserStore = {
  set(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {}
  },
  get(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
  drop(key) {
    try {
      localStorage.removeItem(key);
    } catch {}
  },
  keys(prefix) {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    } catch {
      return [];
    }
  },
};
