// The form on which a unit files its semester: saves while one types, keeps what could not be saved, tells of others.
// Without this file the form works with its buttons.
"use strict";

(() => {
  const form = document.querySelector("[data-filing]");
  if (!form) return;
  document.documentElement.classList.add("has-script");

  const PAUSE = 900; // after the last key, in milliseconds
  const RETRY = 5000;
  const PULSE = 15000;
  const LARGEST = Number(form.dataset.largest);
  const status = form.querySelector("[data-status]");
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  const cards = new Map();
  let locked = false;

  const say = (text, tone = "") => {
    status.textContent = text;
    status.className = `filing-status ${tone}`;
  };

  // --- What has not reached the server, kept in this browser under the person's own name -------------------------
  // One entry for each field, so that two tabs do not erase each other's.
  const place = `pmh:${form.dataset.key}:`;
  const kept = {
    set: (name, typed, seen) => browserStore.set(place + name, { typed, seen }),
    get: (name) => browserStore.get(place + name),
    drop: (name) => browserStore.drop(place + name),
    names: () => browserStore.keys(place).map((key) => key.slice(place.length)),
  };

  // --- Asking the server -------------------------------------------------------------------------------------------
  const ask = (address, body) => askServer(address, token.value, body);
  const lost = (error) => {
    if (error instanceof Gone) {
      lock("Ya no puede escribir en este reporte: cambió su estado o su designación. Actualice la página para ver por qué.");
    } else sayLost(error, say, status, form.dataset.signIn);
  };
  const lock = (reason) => {
    locked = true;
    say(`${reason} Lo escrito sigue en esta página.`, "is-lost");
  };

  // --- A card: its fields, what stood in them, what was typed ------------------------------------------------------
  class Card {
    constructor(element) {
      this.element = element;
      this.number = element.dataset.card;
      this.address = element.dataset.entry;
      this.revision = Number(element.dataset.revision);
      this.seenInput = element.querySelector("[data-seen]");
      this.seen = JSON.parse(this.seenInput.value);
      this.fields = new Map([...element.querySelectorAll("[data-field]")].map((each) => [each.dataset.field, each]));
      this.dirty = new Set();
      this.held = new Set(); // typed over what somebody else wrote: waits for a decision
      this.side = form.querySelector(`[data-side="${this.number}"]`);
      this.timer = 0;
      this.busy = false;
    }

    typed(key, pause = PAUSE) {
      this.note(key);
      sums(this.element);
      if (this.dirty.size > this.held.size) {
        if (!locked) say("Escribiendo…", "is-waiting");
        this.later(pause);
      }
    }

    note(key) {
      const text = this.fields.get(key).value;
      const name = `${this.number}-${key}`;
      if (text.trim() === (this.seen[key] ?? "") && !this.held.has(key)) {
        this.dirty.delete(key);
        kept.drop(name);
      } else {
        this.dirty.add(key);
        // While somebody else's text waits for a decision, what the person had seen before it stays noted.
        const seen = this.held.has(key) ? (kept.get(name)?.seen ?? "") : (this.seen[key] ?? "");
        kept.set(name, text, seen);
      }
    }

    later(pause) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), pause);
    }

    async save() {
      clearTimeout(this.timer);
      this.timer = 0;
      const keys = [...this.dirty].filter((key) => !this.held.has(key));
      if (locked || !keys.length) return;
      if (this.busy) return this.later(PAUSE);
      this.busy = true;
      const body = new FormData();
      body.append(`${this.number}-seen`, JSON.stringify(this.seen));
      const sent = new Map(keys.map((key) => [key, this.fields.get(key).value]));
      for (const [key, text] of sent) body.append(`${this.number}-${key}`, text);
      say("Guardando…", "is-waiting");
      try {
        const { status: code, state } = await ask(this.address, body);
        if (code >= 400) lock(state.locked ?? "No se pudo guardar.");
        else this.saved(sent, state);
      } catch (error) {
        lost(error);
        if (error instanceof SignedOut) await renew();
        this.later(RETRY);
      } finally {
        this.busy = false;
      }
    }

    saved(sent, state) {
      const conflicts = new Set(state.conflicts.map((each) => each.key));
      for (const [key, text] of sent) {
        const refused = key in state.problems;
        this.error(key, state.problems[key] ?? "");
        if (conflicts.has(key)) this.held.add(key);
        else if (!refused && this.fields.get(key).value === text) this.clean(key);
      }
      this.now(state, conflicts);
      this.conflicts(state.conflicts);
      if (Object.keys(state.problems).length) say(`Guardado ${state.saved}, menos lo marcado en rojo.`, "is-waiting");
      else if (this.held.size) say("Otra persona cambió lo mismo: decida qué queda.", "is-waiting");
      else if (this.dirty.size) this.later(PAUSE);
      else say(`Guardado ${state.saved}`, "is-saved");
    }

    clean(key) {
      this.dirty.delete(key);
      kept.drop(`${this.number}-${key}`);
    }

    // How the card stands on the server: shown wherever this person has not typed something else.
    // What was just shown as somebody else's (`told`) counts as seen; any other change of a field in work does not.
    now(state, told = new Set()) {
      const before = this.seen;
      this.seen = { ...state.entry };
      for (const [key, field] of this.fields) {
        const text = state.entry[key] ?? "";
        const typed = field.value.trim();
        if (this.dirty.has(key)) {
          if (!told.has(key)) this.seen[key] = before[key] ?? "";
        } else if (field === document.activeElement && (typed === text || typed.replaceAll(",", "") === text)) {
          // Where the cursor stands a trailing blank or a comma is left: the person may be about to go on.
        } else if (field.value !== text) {
          field.value = text;
        }
      }
      this.seenInput.value = JSON.stringify(this.seen);
      this.revision = state.revision;
      this.element.querySelector("[data-figure]").innerHTML = state.figure;
      this.element.querySelector("[data-lacks]").innerHTML = state.lacks;
      if (state.evidence !== undefined) this.element.querySelector("[data-evidence]").innerHTML = state.evidence;
      form.querySelector("[data-missing-list]").innerHTML = state.missing;
      this.side.querySelector("[data-summary]").textContent = state.summary;
      this.side.querySelector(".filled").outerHTML = state.dot;
      form.querySelector("[data-done]").textContent = form.querySelectorAll("[data-due] .filled--done").length;
      sums(this.element);
    }

    error(key, text) {
      const field = this.fields.get(key);
      field.toggleAttribute("aria-invalid", Boolean(text));
      if (text) field.setAttribute("aria-invalid", "true");
      if (field.matches("[data-cell]")) {
        const list = field.closest("[data-grid]").querySelector("[data-grid-errors]");
        const name = `${field.id}-error`;
        document.getElementById(name)?.remove();
        if (!text) return field.removeAttribute("aria-describedby");
        const line = document.createElement("p");
        line.id = name;
        line.textContent = `${field.getAttribute("aria-label")}: ${text}`;
        list.append(line);
        return field.setAttribute("aria-describedby", name);
      }
      const line = document.getElementById(`${field.id}-error`);
      line.textContent = text;
      line.hidden = !text;
      field.closest(".field").classList.toggle("field--wrong", Boolean(text));
      if (text) field.closest("details")?.setAttribute("open", "");
    }

    conflicts(found) {
      const box = this.element.querySelector("[data-conflicts]");
      if (!found.length && !this.held.size) return box.replaceChildren();
      if (!found.length) return undefined;
      const notice = document.createElement("div");
      notice.className = "notice notice--warning";
      notice.setAttribute("role", "alert");
      const title = document.createElement("p");
      title.innerHTML = "<b>Otra persona cambió esto mientras usted escribía.</b>";
      notice.append(title);
      for (const each of found) {
        const line = document.createElement("p");
        const theirs = each.theirs || "–";
        line.textContent = `${each.label}: ${each.by} escribió «${theirs}» (${each.at}); usted, «${each.typed || "–"}». `;
        line.append(this.choice(line, each, "Dejar lo suyo", true), " ", this.choice(line, each, "Poner lo mío", false));
        notice.append(line);
      }
      return box.replaceChildren(notice);
    }

    choice(line, conflict, label, theirs) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button--quiet";
      button.textContent = label;
      button.addEventListener("click", () => {
        this.held.delete(conflict.key);
        if (theirs) {
          this.fields.get(conflict.key).value = this.seen[conflict.key] ?? "";
          this.clean(conflict.key);
          sums(this.element);
          say("Quedó lo que escribió la otra persona.", "is-saved");
        } else {
          this.save();
        }
        line.remove();
        if (!this.held.size) this.element.querySelector("[data-conflicts]").replaceChildren();
      });
      return button;
    }

    // What somebody else has saved meanwhile.
    async refresh() {
      if (this.busy) return;
      const { status: code, state } = await ask(this.address);
      if (code >= 400) return lock(state.locked);
      const before = this.seen;
      this.now(state);
      const changed = Object.keys({ ...before, ...state.entry }).some((key) => before[key] !== state.entry[key]);
      if (!changed) return;
      this.element.classList.add("is-touched");
      setTimeout(() => this.element.classList.remove("is-touched"), 2500);
      say(`${state.by} cambió «${this.element.querySelector("h2").textContent}» (${state.at}).`, "is-waiting");
    }
  }

  // --- Running sums of the breakdown tables ------------------------------------------------------------------------
  const whole = (text) => (/^\d[\d,]*$/.test(text.trim()) ? Number(text.replaceAll(",", "")) : 0);
  const sums = (card) => {
    const value = card.querySelector('[data-field="value"]')?.value.trim() ?? "";
    for (const grid of card.querySelectorAll("[data-grid]")) {
      const columns = [...grid.querySelectorAll("[data-column-sum]")].map(() => 0);
      let filled = false;
      for (const row of grid.querySelectorAll("tbody tr")) {
        const counts = [...row.querySelectorAll("[data-cell]")].map((cell) => {
          filled ||= cell.value.trim() !== "";
          return whole(cell.value);
        });
        counts.forEach((count, at) => (columns[at] += count));
        row.querySelector("[data-row-sum]").textContent = counts.reduce((a, b) => a + b, 0);
      }
      const total = columns.reduce((a, b) => a + b, 0);
      grid.querySelectorAll("[data-column-sum]").forEach((cell, at) => (cell.textContent = columns[at]));
      grid.querySelector("[data-sum]").textContent = filled ? total : "–";
      grid.querySelector("[data-expected]").textContent = /^\d[\d,]*(\.\d+)?$/.test(value) ? value : "–";
      const box = grid.querySelector(".filing-sum");
      box.classList.toggle("is-right", filled && value !== "" && total === whole(value));
      box.classList.toggle("is-wrong", filled && (value === "" || total !== whole(value)));
    }
  };

  // A block copied from a spreadsheet fills the cells from the one that it was pasted into.
  const paste = (event, cell) => {
    const text = event.clipboardData.getData("text").replace(/\r/g, "").replace(/\n$/, "");
    if (!/[\t\n]/.test(text)) return;
    event.preventDefault();
    const rows = [...cell.closest("tbody").rows].slice(cell.closest("tr").rowIndex - 1);
    const first = cell.closest("td").cellIndex - 1;
    text.split("\n").forEach((line, down) => {
      const cells = [...(rows[down]?.querySelectorAll("[data-cell]") ?? [])].slice(first);
      line.split("\t").forEach((piece, right) => {
        if (!cells[right]) return;
        cells[right].value = piece.trim();
        cells[right].dispatchEvent(new Event("input", { bubbles: true }));
      });
    });
  };

  // --- Evidence: files with a progress bar, and links ------------------------------------------------------------------
  const upload = (card, name, value) =>
    new Promise((resolve) => {
      const bar = card.element.querySelector("[data-progress]");
      const request = new XMLHttpRequest();
      const body = new FormData();
      body.append(`${card.number}-${name}`, value);
      request.open("POST", `${card.address}medios/`);
      request.setRequestHeader("X-CSRFToken", token.value);
      request.upload.addEventListener("progress", ({ loaded, total }) => (bar.value = (loaded / total) * 100));
      request.addEventListener("load", () => {
        bar.hidden = true;
        if (request.status === 200 && request.responseURL.endsWith("/medios/")) {
          const state = JSON.parse(request.responseText);
          card.now(state);
          say(state.refused || `Guardado ${state.saved}`, state.refused ? "is-lost" : "is-saved");
          resolve(!state.refused);
        } else {
          if (request.status === 403 || request.status === 200) lost(new SignedOut());
          else say("El archivo no se recibió. Inténtelo de nuevo en un momento; lo demás está guardado.", "is-lost");
          resolve(false);
        }
      });
      request.addEventListener("error", () => {
        bar.hidden = true;
        say("Sin conexión: el archivo no llegó. Vuelva a elegirlo cuando haya conexión; lo demás está guardado.", "is-lost");
        resolve(false);
      });
      bar.value = 0;
      bar.hidden = false;
      say("Subiendo…", "is-waiting");
      request.send(body);
    });
  const uploadAll = async (card, files) => {
    for (const file of files) {
      if (file.size > LARGEST) say(`«${file.name}» pesa más de 20 MB: redúzcalo o dé un enlace.`, "is-lost");
      else await upload(card, "files", file);
    }
  };
  const evidenceAct = async (card, button) => {
    const act = button.matches("[data-withdraw]") ? "retirar" : "restituir";
    const base = card.address.replace(/llenar\/\d+\/$/, "");
    try {
      const { state } = await ask(`${base}medios/${button.value}/${act}/`, new FormData());
      card.now(state);
      say(state.refused || `Guardado ${state.saved}`, state.refused ? "is-lost" : "is-saved");
    } catch (error) {
      lost(error);
    }
  };

  // --- The pulse: is the session alive, has anybody else typed -----------------------------------------------------
  const renew = async () => {
    try {
      const { state } = await ask(form.dataset.pulse);
      token.value = state.csrf;
      return state;
    } catch {
      return null;
    }
  };
  const pulse = async () => {
    if (document.hidden || locked) return;
    const state = await renew();
    if (!state) return;
    if (state.locked) return lock(state.locked);
    for (const card of cards.values()) {
      if ((state.revisions[card.number] ?? 0) > card.revision) await card.refresh();
      if (card.dirty.size && !card.timer) card.later(0);
    }
  };

  // --- Wiring ------------------------------------------------------------------------------------------------------
  for (const element of form.querySelectorAll("[data-card]")) cards.set(element.dataset.card, new Card(element));
  const cardOf = (element) => cards.get(element.closest("[data-card]")?.dataset.card);

  form.addEventListener("input", ({ target }) => {
    if (target.matches("[data-field]")) cardOf(target).typed(target.dataset.field);
    else if (target.matches("[data-reply], [name=memo_number], [name=memo_date]")) {
      kept.set(target.name, target.value, "");
    }
  });
  form.addEventListener("change", ({ target }) => {
    if (target.matches("[data-field]")) cardOf(target).later(0);
    else if (target.matches("input[type=file]")) {
      const files = [...target.files];
      target.value = "";
      uploadAll(cardOf(target), files);
    }
  });
  form.addEventListener("paste", (event) => {
    if (event.target.matches("[data-cell]")) paste(event, event.target);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input:not([type=file])")) return;
    event.preventDefault();
    if (event.target.matches("[data-link]")) return cardOf(event.target).element.querySelector("[data-add-link]").click();
    const fields = [...form.querySelectorAll("input[data-field], textarea[data-field]")].filter((each) => each.offsetParent);
    fields[fields.indexOf(event.target) + 1]?.focus();
  });
  form.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const card = cardOf(button);
    if (button.matches("[data-withdraw], [data-restore]")) {
      event.preventDefault();
      await evidenceAct(card, button);
    } else if (button.matches("[data-add-link]")) {
      event.preventDefault();
      const link = card.element.querySelector("[data-link]");
      if (link.value.trim() && (await upload(card, "link", link.value.trim()))) link.value = "";
    } else if (button.matches("[data-next]")) {
      const list = [...cards.values()];
      const next = list[list.indexOf(current()) + 1]?.element ?? document.getElementById("envio");
      next.scrollIntoView({ block: "start" });
      (next.querySelector("input[data-field]") ?? next).focus({ preventScroll: true });
    }
  });
  for (const zone of form.querySelectorAll("[data-drop]")) {
    for (const name of ["dragover", "dragenter"]) {
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.classList.add("is-over");
      });
    }
    zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("is-over");
      uploadAll(cardOf(zone), [...event.dataTransfer.files]);
    });
  }

  // Sending waits for the server to answer, so that a lost connection or session costs nothing.
  let sure = false;
  let sending = false;
  form.addEventListener("submit", async (event) => {
    if (sure) return undefined;
    event.preventDefault();
    if (sending) return undefined;
    sending = true;
    const { submitter } = event;
    try {
      const { state } = await ask(form.dataset.pulse);
      token.value = state.csrf;
    } catch (error) {
      sending = false;
      return lost(error);
    }
    sure = true;
    for (const name of kept.names()) if (!/^\d/.test(name)) kept.drop(name);
    return submitter ? form.requestSubmit(submitter) : form.requestSubmit();
  });

  // Which card one is at: for the list at the side and for "next".
  const current = () => {
    const shown = [...cards.values()].filter((card) => card.element.getBoundingClientRect().top < innerHeight / 3);
    return shown.at(-1) ?? [...cards.values()][0];
  };
  const mark = () => {
    for (const card of cards.values()) {
      if (card === current()) card.side.setAttribute("aria-current", "step");
      else card.side.removeAttribute("aria-current");
    }
    const last = current() === [...cards.values()].at(-1);
    next.textContent = last ? next.dataset.last : nextLabel;
    next.hidden = document.getElementById("envio").getBoundingClientRect().top < innerHeight / 2;
  };
  const next = form.querySelector("[data-next]");
  const nextLabel = next.textContent;
  document.addEventListener("scroll", mark, { passive: true });
  if (cards.size) {
    mark();
    if (!form.dataset.returned) say("Se guarda solo mientras escribe.");
  }

  // What was typed before the page was left, and never reached the server.
  let found = 0;
  for (const name of kept.names()) {
    const { typed, seen } = kept.get(name) ?? {};
    const [, number, key] = /^(\d+)-(.+)$/.exec(name) ?? [];
    const card = cards.get(number);
    const field = card ? card.fields.get(key) : form.elements.namedItem(name);
    const isOver = !field || field.value !== field.defaultValue || field.value === typed;
    if (typed === undefined || isOver || (card && (card.seen[key] ?? "") === typed.trim())) {
      kept.drop(name);
      continue;
    }
    field.value = typed;
    found += 1;
    if (card) {
      card.seen[key] = seen;
      card.dirty.add(key);
      card.seenInput.value = JSON.stringify(card.seen);
      sums(card.element);
    }
  }
  if (found) {
    say(`Recuperamos ${found === 1 ? "un dato que no había" : `${found} datos que no habían`} llegado a guardarse.`, "is-waiting");
    for (const card of cards.values()) if (card.dirty.size) card.later(600);
  }

  // What was typed while the page was still loading, before anything here listened.
  for (const card of cards.values()) {
    for (const [key, field] of card.fields) {
      if (field.value !== field.defaultValue && !card.dirty.has(key)) card.typed(key);
    }
  }

  addEventListener("online", () => {
    for (const card of cards.values()) if (card.dirty.size) card.later(0);
  });
  document.addEventListener("visibilitychange", pulse);
  setInterval(pulse, PULSE);
})();
