// What every view shares: requests with readable errors, remembered choices, copying, saving.
const REMEMBERED = ["payer", "mac", "state", "place_of_service", "mode"];
const KEY = "notecheck.choices";

export const $ = (id) => document.getElementById(id);

export class Refused extends Error {
  constructor(problem) {
    super([problem.detail, problem.next_step].filter(Boolean).join(" "));
    this.problem = problem;
  }
}

export async function ask(address, { method = "POST", json, bytes, name, signal, as = "json" } = {}) {
  const headers = {};
  let body;
  if (json !== undefined) { headers["Content-Type"] = "application/json"; body = JSON.stringify(json); }
  if (bytes !== undefined) { headers["Content-Type"] = "application/octet-stream"; headers["X-File-Name"] = encodeURIComponent(name); body = bytes; }
  const token = sessionStorage.getItem("notecheck.token");
  if (token) headers.Authorization = `Bearer ${token}`;
  let answer;
  try {
    answer = await fetch(address, { method, headers, body, signal, cache: "no-store", credentials: "omit" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused({ detail: "The server does not answer.", next_step: "Start notecheck serve again; your text is still here." });
  }
  if (answer.status === 401) {
    await askToken();
    return ask(address, { method, json, bytes, name, signal, as });
  }
  if (!answer.ok) throw new Refused(await answer.json().catch(() => ({ detail: `The server answered ${answer.status}.` })));
  return answer.status === 204 ? null : answer[as]();
}

let asking = null;
function askToken() {
  asking ??= new Promise((done) => {
    const dialog = $("token-dialog");
    dialog.addEventListener("close", () => {
      sessionStorage.setItem("notecheck.token", $("token").value);
      $("token").value = "";
      asking = null;
      done();
    }, { once: true });
    dialog.showModal();
  });
  return asking;
}

export function choices() {
  const made = {};
  for (const id of [...REMEMBERED, "date_of_service"]) {
    const value = $(id)?.value.trim();
    if (value) made[id] = value;
  }
  return made;
}

export function setChoices(given) {
  for (const id of [...REMEMBERED, "date_of_service"]) if ($(id)) $(id).value = given[id] ?? (id === "payer" ? "medicare" : id === "mode" ? "prebill" : "");
}

// Choices are remembered, the note, the codes and the date never.
export function remember() {
  const kept = choices();
  delete kept.date_of_service;
  try { localStorage.setItem(KEY, JSON.stringify(kept)); } catch { /* private windows refuse */ }
}

export function recall() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    for (const id of REMEMBERED) if ($(id) && kept[id] && (!$(id).options || [...$(id).options].some((o) => o.value === kept[id]))) $(id).value = kept[id];
  } catch { /* nothing is remembered */ }
}

let fading;
export function say(words, milliseconds = 2500) {
  $("status").textContent = words;
  clearTimeout(fading);
  if (milliseconds) fading = setTimeout(() => { $("status").textContent = ""; }, milliseconds);
}

export function complain(error) {
  const place = $("problem");
  place.textContent = error ? error.message : "";
  place.hidden = !error;
}

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  say(`${what} copied`);
}

export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

export function later(work, milliseconds) {
  let timer;
  const call = (...given) => { clearTimeout(timer); timer = setTimeout(() => work(...given), milliseconds); };
  call.now = (...given) => { clearTimeout(timer); work(...given); };
  return call;
}

// Replaces a part of the page only where it differs, and keeps what is open and where the focus is.
const shown = new WeakMap();
export function put(place, html) {
  if (shown.get(place) === html) return;
  shown.set(place, html);
  const open = new Map([...place.querySelectorAll("details[id]")].map((d) => [d.id, d.open]));
  const at = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  place.innerHTML = html;
  for (const details of place.querySelectorAll("details[id]")) if (open.has(details.id)) details.open = open.get(details.id);
  if (at) place.querySelector(`a[href="${CSS.escape(at)}"]`)?.focus({ preventScroll: true });
}

export function onDrop(take) {
  let depth = 0;
  const files = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragenter", (event) => { if (files(event)) { depth += 1; document.body.classList.add("dropping"); } });
  addEventListener("dragleave", (event) => { if (files(event) && --depth <= 0) { depth = 0; document.body.classList.remove("dropping"); } });
  addEventListener("dragover", (event) => { if (files(event)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    depth = 0;
    document.body.classList.remove("dropping");
    take([...event.dataTransfer.files], event.target);
  });
}
