// One note: asks for the answer while typing stops, and shows it part by part.
import { $, ask, choices, complain, copy, later, onDrop, put, recall, remember, save, say, setChoices } from "./common.js";
import * as codes from "./codes.js";
import * as editor from "./editor.js";

const PARTS = ["verdict", "ledger", "claim", "findings", "checklist", "foot"];
const chart = [];
let name = "note";
let extras = {};
let running;
let copies = {};
let at = 0;
let asked = "";

const field = codes.setup(() => check());
const check = later(run, 300);

function body() {
  const documents = chart.map(({ name, area }) => ({ name, text: area.value })).filter(({ text }) => text.trim());
  return { note: editor.text(), name, chart: documents, choices: { codes: codes.understood(), ...choices(), ...extras } };
}

async function run() {
  running?.abort();
  if (codes.pending()) return;
  if (!editor.text().trim()) return clean();
  const made = body();
  const key = JSON.stringify(made);
  if (key === asked) return;
  running = new AbortController();
  const slow = setTimeout(() => say("Reading", 0), 900);
  $("answer").setAttribute("aria-busy", "true");
  try {
    const answer = await ask("/page/check", { json: made, signal: running.signal });
    asked = key;
    show(answer);
    complain(null);
  } catch (error) {
    if (error.name === "AbortError") return;
    complain(error);
  } finally {
    clearTimeout(slow);
    if ($("status").textContent === "Reading") say("");
    $("answer").removeAttribute("aria-busy");
  }
}

function show(answer) {
  const before = $("verdict").querySelector("strong")?.textContent;
  $("empty").hidden = true;
  $("found").hidden = false;
  for (const part of PARTS) put($(part), answer.parts[part]);
  put($("chart-marked"), answer.parts.chart);
  put($("legend"), answer.parts.legend);
  editor.setPieces(answer.note);
  copies = answer.copy;
  for (const button of document.querySelectorAll("[data-copy]")) button.disabled = !copies[button.dataset.copy];
  const day = answer.days.length === 1 && !$("date_of_service").value ? answer.days[0] : "";
  $("note-day").hidden = !day;
  $("note-day").textContent = day ? `Use ${day} from the note` : "";
  $("note-day").dataset.day = day;
  const now = answer.readiness.toUpperCase();
  document.title = `${now}: notecheck`;
  if (before !== now) say(`${now}, ${answer.counts}`);
  if (at) mark(at);
}

function clean() {
  $("note-day").hidden = true;
  $("empty").hidden = false;
  $("found").hidden = true;
  put($("legend"), "");
  put($("chart-marked"), "");
  editor.setPieces([]);
  asked = "";
  at = 0;
  document.title = "notecheck: one note";
}

const views = () => [...$("findings").querySelectorAll(".finding")];
const hits = (number) => [...document.querySelectorAll(".hit[data-findings]")].filter((e) => e.dataset.findings.split(" ").includes(String(number)));

function mark(number) {
  document.querySelectorAll(".chosen").forEach((e) => e.classList.remove("chosen"));
  hits(number).forEach((e) => e.classList.add("chosen"));
  $(`f${number}`)?.classList.add("chosen");
  at = number;
}

function choose(number, { words = true, finding = true } = {}) {
  mark(number);
  if (words) hits(number)[0]?.scrollIntoView({ block: "center" });
  if (finding) $(`f${number}`)?.scrollIntoView({ block: "nearest" });
}

$("findings").addEventListener("click", (event) => {
  const link = event.target.closest("a.to-words");
  const number = Number(link?.dataset.finding ?? event.target.closest(".finding")?.id.slice(1));
  if (!number || event.target.closest(".why")) return;
  if (link) event.preventDefault();
  choose(number, { finding: false });
  // with the keyboard the cursor goes to the words; Escape brings it back
  if (link && event.detail === 0) editor.select(number);
});

$("chart-marked").addEventListener("click", (event) => {
  const hit = event.target.closest(".hit[data-findings]");
  if (!hit) return;
  event.preventDefault();
  choose(Number(hit.dataset.findings.split(" ")[0]), { words: false });
});

$("note").addEventListener("click", () => {
  const note = $("note");
  if (note.selectionStart !== note.selectionEnd) return;
  const [number] = editor.findingsAt(note.selectionStart);
  if (number) choose(number, { words: false });
});

addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); asked = ""; check.now(); }
  if (event.key === "Escape" && document.activeElement === $("note") && at) ($(`f${at}`)?.querySelector("a") ?? $("findings")).focus();
  if (event.key === "F8") {
    const found = views();
    if (!found.length) return;
    event.preventDefault();
    const place = found.findIndex((e) => e.id === `f${at}`);
    const next = found[(place + (event.shiftKey ? -1 : 1) + found.length + (place < 0 && event.shiftKey ? 1 : 0)) % found.length];
    choose(Number(next.id.slice(1)));
    (next.querySelector("a.to-words") ?? next).focus({ preventScroll: true });
    say(next.querySelector("h4").textContent.trim());
  }
});

$("note").addEventListener("input", () => { editor.redraw(); check(); });
for (const id of ["payer", "mac", "state", "place_of_service", "mode", "date_of_service"]) {
  $(id).addEventListener("change", () => { remember(); if (id === "date_of_service") field.judge(); check(); });
}
$("note-day").addEventListener("click", (event) => {
  $("date_of_service").value = event.target.dataset.day;
  event.target.hidden = true;
  $("date_of_service").dispatchEvent(new Event("change"));
  $("date_of_service").focus();
});
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", () => copy(copies[button.dataset.copy], button.textContent.replace("Copy ", "").replace(/^./, (c) => c.toUpperCase())));
}
$("save").addEventListener("click", async () => {
  try {
    save(await ask("/page/report", { json: body(), as: "blob" }), `${name.replace(/\.[^.]*$/, "")}-report.html`);
  } catch (error) { complain(error); }
});
$("clear").addEventListener("click", () => {
  editor.setText("");
  $("codes").value = "";
  $("date_of_service").value = "";
  name = "note";
  setExtras({});
  for (const document of [...chart]) removeChart(document);
  field.judge();
  clean();
  complain(null);
  $("note").focus();
});
$("add-chart").addEventListener("click", () => addChart(`document ${chart.length + 1}`, "").area.focus());
$("files").addEventListener("change", (event) => { open([...event.target.files]); event.target.value = ""; });
onDrop((files, place) => open(files, Boolean(place.closest?.(".chart"))));

async function open(files, toChart = false) {
  for (const file of files) {
    try {
      for (const found of await ask("/page/document", { bytes: file, name: file.name })) {
        if (found.refused) complain(new Error(`${found.name}: ${found.refused}. ${found.next_step}`));
        else if (toChart || editor.text().trim()) addChart(found.name, found.text);
        else { name = found.name; editor.setText(found.text); }
      }
    } catch (error) { complain(error); }
  }
  check();
}

function addChart(label, words) {
  const item = document.createElement("li");
  const bar = document.createElement("div");
  bar.className = "bar";
  const title = document.createElement("label");
  const area = document.createElement("textarea");
  const remove = document.createElement("button");
  area.id = `chart-${Date.now()}-${chart.length}`;
  area.value = words;
  area.autocomplete = "off";
  area.spellcheck = false;
  title.htmlFor = area.id;
  title.textContent = label;
  remove.type = "button";
  remove.textContent = "Remove";
  remove.setAttribute("aria-label", `Remove ${label}`);
  bar.append(title, remove);
  item.append(bar, area);
  $("chart").append(item);
  const made = { name: label, area, item };
  chart.push(made);
  area.addEventListener("input", () => check());
  remove.addEventListener("click", () => { removeChart(made); check(); $("add-chart").focus(); });
  return made;
}

function removeChart(document) {
  document.item.remove();
  chart.splice(chart.indexOf(document), 1);
}

function setExtras(given) {
  extras = given;
  const place = $("extras");
  const many = given.history?.length ?? 0;
  const words = [many && `${many} earlier procedure${many > 1 ? "s" : ""}`, given.authorization && "an authorization"].filter(Boolean).join(" and ");
  place.hidden = !words;
  if (!words) return;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.textContent = "Leave out";
  remove.addEventListener("click", () => { setExtras({}); check(); });
  place.replaceChildren(`With ${words} `, remove);
}

for (const button of document.querySelectorAll(".sample")) {
  button.addEventListener("click", async () => {
    try {
      const found = await ask(`/page/samples/${button.dataset.sample}`, { method: "GET" });
      const { codes: typed, history, authorization, ...chosen } = found.choices;
      setChoices(chosen);
      setExtras({ ...(history?.length && { history }), ...(authorization && { authorization }) });
      name = found.name;
      for (const document of [...chart]) removeChart(document);
      for (const document of found.chart) addChart(document.name, document.text);
      $("codes").value = typed;
      editor.setText(found.note);
      field.judge();
      $("codes").focus();
    } catch (error) { complain(error); }
  });
}

recall();
editor.redraw();
if ($("note").value) check(); // typed before this script had loaded
