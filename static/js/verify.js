// Hashes a file in the browser, so that it does not have to be sent; without this file the form sends it.
"use strict";

const MOST_BEGINNINGS = 20; // as reports/verification.py
const form = document.querySelector("[data-verify]");

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const sha256 = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));

// Where the file could have ended before something was added: after each %%EOF, with or without its newline.
function endsOfSections(bytes, text) {
  const ends = [];
  for (const match of text.matchAll(/%%EOF(\r\n|\n|\r)?/g)) {
    const marker = match.index + 5;
    for (const end of new Set([marker, match.index + match[0].length])) if (end < bytes.length) ends.push(end);
  }
  return ends.slice(0, MOST_BEGINNINGS);
}

// Whether the last signature covers the file to its end.
function isSignedWhole(bytes, text) {
  const last = [...text.matchAll(/\/ByteRange\s*\[\s*0\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]/g)].pop();
  if (!last) return false;
  const [before, start, length] = last.slice(1).map(Number);
  return before < start && start + length === bytes.length;
}

async function verify(file) {
  const status = form.querySelector("[role=status]");
  status.textContent = form.dataset.working;
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = new TextDecoder("latin1").decode(bytes);
  const found = [["sha256", await sha256(bytes)]];
  for (const end of endsOfSections(bytes, text)) found.push(["inicio", await sha256(bytes.subarray(0, end))]);
  if (isSignedWhole(bytes, text)) found.push(["firma", "1"]);
  send(found);
}

// By the form and not by an address: a link to a verdict could be printed into a false document.
function send(found) {
  for (const old of form.querySelectorAll("[data-found]")) old.remove();
  for (const [name, value] of found) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    field.dataset.found = "";
    form.append(field);
  }
  form.querySelector("input[type=file]").disabled = true; // the file itself stays here
  form.enctype = "application/x-www-form-urlencoded";
  form.submit();
}

// Only over https, and on one's own machine, does a browser hash.
if (form && globalThis.crypto?.subtle) {
  const input = form.querySelector("input[type=file]");
  form.querySelector("[data-without-script]").hidden = true;
  form.querySelector("[data-with-script]").hidden = false;
  // Who comes back to this page may choose another file.
  addEventListener("pageshow", () => (input.disabled = false));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.files.length) verify(input.files[0]);
    else input.focus();
  });
  input.addEventListener("change", () => input.files.length && verify(input.files[0]));
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.add("is-over");
    });
  }
  form.addEventListener("dragleave", () => form.classList.remove("is-over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("is-over");
    if (event.dataTransfer.files.length) verify(event.dataTransfer.files[0]);
  });
}
