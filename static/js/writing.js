// The page on which a section of an evaluation is written: saves while one types, keeps what could not be saved, and
// leaves to the person what somebody else wrote meanwhile. Without this file the form works with its button.
"use strict";

(() => {
  const form = document.querySelector("[data-writing]");
  if (!form) return;
  document.documentElement.classList.add("has-script");

  const PAUSE = 1200; // after the last key, in milliseconds
  const RETRY = 5000;
  const PULSE = 15000;
  const box = form.querySelector("[data-text]");
  const seen = form.querySelector("[data-seen]");
  const status = form.querySelector("[data-status]");
  const conflict = form.querySelector("[data-conflict]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  const place = `pmh:${form.dataset.key}`;
  const tidy = (text) => text.replaceAll("\r\n", "\n").trim();
  let held = box.hasAttribute("data-held"); // somebody else's text waits for a decision
  let saved = held ? null : tidy(box.defaultValue); // what the server has, as far as we know
  let sent = null; // what was sent last: its answer may have been lost on the way
  let busy = false;
  let locked = false;
  let timer = 0;

  const say = (text, tone = "") => {
    status.textContent = text;
    status.className = `filing-status ${tone}`;
  };
  const is_dirty = () => held || tidy(box.value) !== saved;

  // --- What has not reached the server, kept in this browser under the person's own name ---------------------------
  const kept = {
    set: () => browserStore.set(place, { text: box.value, seen: seen.value }),
    get: () => browserStore.get(place),
    drop: () => browserStore.drop(place),
  };

  // --- Asking the server -------------------------------------------------------------------------------------------
  const ask = async (body) => {
    const { state } = await askServer(form.dataset.entry, token.value, body);
    if (state.csrf) token.value = state.csrf;
    return state;
  };
  const lock = (reason) => {
    locked = true;
    say(`${reason} Lo escrito sigue en esta página: cópielo antes de salir.`, "is-lost");
  };
  const lost = (error) => {
    if (error instanceof Gone) lock("Esta evaluación ya no se puede escribir.");
    else sayLost(error, say, status, form.dataset.signIn);
  };

  const later = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };

  async function save() {
    clearTimeout(timer);
    timer = 0;
    if (locked || held || !is_dirty()) return;
    if (busy) return later(PAUSE);
    busy = true;
    const text = box.value;
    const body = new FormData();
    body.append("text", text);
    body.append("seen", seen.value);
    body.append("of", form.elements.of.value);
    say("Guardando…", "is-waiting");
    try {
      const state = await ask(body);
      if (state.locked) lock(state.locked);
      else if (state.refused) say(`No se guardó: ${state.refused} Lo escrito sigue aquí.`, "is-lost");
      else if (state.conflict) collide(state);
      else arrived(state, text);
      sent = text;
    } catch (error) {
      sent = text;
      lost(error);
      if (!locked) later(RETRY);
    } finally {
      busy = false;
    }
  }

  function arrived(state, text) {
    seen.value = state.revision;
    saved = tidy(text);
    if (is_dirty()) {
      kept.set();
      later(PAUSE);
    } else {
      kept.drop();
    }
    say(`Guardado ${state.saved}`, "is-saved");
    count();
  }

  // The text on the server is not the one that was read. If it is what we sent ourselves, only the answer was lost.
  function collide(state) {
    if (sent !== null && tidy(state.text) === tidy(sent)) {
      seen.value = state.revision;
      saved = tidy(state.text);
      return later(0);
    }
    held = true;
    kept.set();
    conflict.innerHTML = state.conflict;
    say("Otra persona escribió lo mismo: decida qué queda. Lo suyo está en el recuadro.", "is-waiting");
    conflict.scrollIntoView({ block: "nearest" });
    return undefined;
  }

  // What somebody else wrote is shown wherever this person has not typed since.
  const refresh = (state) => {
    if (Number(state.revision) === Number(seen.value)) return;
    if (is_dirty()) return later(0); // saving finds the conflict
    const { selectionStart: start, selectionEnd: end } = box;
    box.value = state.text;
    box.setSelectionRange(start, end);
    saved = tidy(state.text);
    seen.value = state.revision;
    box.classList.add("is-touched");
    setTimeout(() => box.classList.remove("is-touched"), 2500);
    say(`${state.by} escribió en esta sección (${state.at}).`, "is-waiting");
    count();
  };
  const pulse = async () => {
    if (document.hidden || locked || busy || held) return;
    try {
      const state = await ask();
      if (state.locked) lock(state.locked);
      else refresh(state);
    } catch (error) {
      if (is_dirty()) lost(error);
    }
  };

  // --- How much is written, in the list at the side ----------------------------------------------------------------
  const note = document.querySelector(".writing-side [aria-current] .progress_list-note");
  const count = () => {
    const words = box.value.split(/\s+/).filter(Boolean).length;
    note.textContent = words === 0 ? "vacía" : words === 1 ? "1 palabra" : `${words} palabras`;
  };

  // --- Wiring ------------------------------------------------------------------------------------------------------
  box.addEventListener("input", () => {
    if (is_dirty()) kept.set();
    else kept.drop();
    if (locked || held) return;
    if (is_dirty()) {
      say("Escribiendo…", "is-waiting");
      later(PAUSE);
    }
  });
  box.addEventListener("change", () => later(0));
  // Sending a decision waits for the server to answer, so that a lost connection or session costs nothing.
  let sure = false;
  form.addEventListener("submit", async (event) => {
    if (sure) return;
    event.preventDefault();
    const { submitter } = event;
    clearTimeout(timer);
    try {
      await ask();
    } catch (error) {
      lost(error);
      return;
    }
    sure = true;
    kept.drop();
    form.requestSubmit(submitter);
  });
  addEventListener("pagehide", () => {
    if (is_dirty() && !locked && !held) kept.set();
  });

  const before = kept.get();
  if (!held && is_dirty()) {
    later(0); // typed while the page was still loading, before anything here listened
  } else if (before && !held) {
    if (tidy(before.text) === saved) kept.drop();
    else {
      box.value = before.text;
      seen.value = before.seen;
      say("Recuperamos lo que no había llegado a guardarse.", "is-waiting");
      later(600);
    }
  } else if (!held && status.hasAttribute("data-fresh")) {
    say("Se guarda solo mientras escribe.");
  }
  addEventListener("online", () => later(0));
  document.addEventListener("visibilitychange", pulse);
  setInterval(pulse, PULSE);
})();
