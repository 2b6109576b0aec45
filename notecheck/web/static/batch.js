// Many notes: files go up one by one, rows come back as they are judged. The server keeps them in memory only.
import { $, ask, choices, complain, onDrop, put, recall, remember, save, say } from "./common.js";

let batch = null;
let rows = [];
let polling = false;
let sending = 0;

async function take(files) {
  if (!files.length) return;
  complain(null);
  sending += files.length;
  try {
    batch ??= (await ask("/batches", { json: { choices: choices() } })).batch;
    $("work").hidden = false;
    poll();
    for (const file of files) {
      try {
        await ask(`/batches/${batch}/files`, { bytes: file, name: file.name });
      } catch (error) {
        complain(error);
      } finally {
        sending -= 1;
      }
    }
  } catch (error) {
    sending = 0;
    complain(error);
  }
}

async function poll() {
  if (polling) return;
  polling = true;
  try {
    for (let over = false; batch && !over;) {
      const found = await ask(`/batches/${batch}`, { method: "GET" });
      rows = found.rows;
      over = !sending && found.done === found.notes;
      $("bar").max = found.notes + sending || 1;
      $("bar").value = found.done;
      $("done").textContent = `${found.done} of ${found.notes + sending} notes`;
      draw();
      if (over) say(`${found.notes} notes are judged`);
      else await new Promise((done) => setTimeout(done, 400));
    }
  } catch (error) {
    complain(error);
  } finally {
    polling = false;
  }
}

function draw() {
  const codes = [...new Set(rows.flatMap((row) => row.codes ?? []))].sort();
  const filter = $("f-code");
  if (filter.options.length !== codes.length + 1) {
    const kept = filter.value;
    filter.replaceChildren(new Option("all", ""), ...codes.map((code) => new Option(code)));
    filter.value = codes.includes(kept) ? kept : "";
  }
  const wanted = { verdict: $("f-verdict").value, code: filter.value, text: $("f-text").value.trim().toLowerCase() };
  const kept = rows.filter((row) => (!wanted.verdict || (row.readiness ?? row.state) === wanted.verdict)
    && (!wanted.code || row.codes?.includes(wanted.code))
    && (!wanted.text || `${row.name} ${row.documented ?? ""}`.toLowerCase().includes(wanted.text)));
  const body = $("table").tBodies[0];
  const focus = body.contains(document.activeElement) ? document.activeElement.dataset.number : null;
  body.replaceChildren(...kept.map(line));
  if (focus) body.querySelector(`[data-number="${focus}"]`)?.focus({ preventScroll: true });
  $("shown").textContent = kept.length === rows.length ? "" : `${kept.length} of ${rows.length} shown`;
}

function line(row) {
  const made = document.createElement("tr");
  const verdict = row.readiness ?? row.state;
  const head = document.createElement("th");
  head.scope = "row";
  if (row.state === "judged") {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.number = row.number;
    button.textContent = row.name;
    head.append(button);
  } else head.textContent = row.name;
  const cells = [verdict, row.errors ?? "", row.warnings ?? "", row.codes?.join(" ") ?? "", row.documented ?? row.reason].map((words) => {
    const cell = document.createElement("td");
    cell.textContent = words;
    return cell;
  });
  cells[0].className = `verdict-cell v-${verdict}`;
  cells[3].className = "code";
  made.append(head, ...cells);
  return made;
}

$("table").addEventListener("click", async (event) => {
  const number = event.target.closest("button")?.dataset.number;
  if (number === undefined) return;
  try {
    const answer = await ask(`/batches/${batch}/rows/${number}`, { method: "GET" });
    $("one-h").textContent = rows[number].name;
    for (const part of ["verdict", "ledger", "claim", "findings", "checklist"]) put($(part), answer.parts[part]);
    $("one").hidden = false;
    $("one").dataset.from = number;
    $("one").focus();
    $("one").scrollIntoView({ block: "start" });
  } catch (error) { complain(error); }
});
$("one").addEventListener("click", (event) => { if (event.target.closest("a.to-words")) event.preventDefault(); });
$("one-close").addEventListener("click", () => {
  $("one").hidden = true;
  $("table").querySelector(`[data-number="${$("one").dataset.from}"]`)?.focus();
});
for (const button of document.querySelectorAll("[data-save]")) {
  button.addEventListener("click", async () => {
    try {
      save(await ask(`/batches/${batch}/${button.dataset.save}`, { method: "GET", as: "blob" }), `notecheck-${button.dataset.save.replace("table", "batch")}`);
    } catch (error) { complain(error); }
  });
}
$("forget").addEventListener("click", async () => {
  const old = batch;
  batch = null;
  rows = [];
  draw();
  $("work").hidden = true;
  $("one").hidden = true;
  if (old) await ask(`/batches/${old}`, { method: "DELETE" }).catch(() => null);
  say("All is forgotten");
});
for (const id of ["f-verdict", "f-code", "f-text"]) $(id).addEventListener("input", draw);
for (const id of ["payer", "mac", "state", "place_of_service"]) $(id).addEventListener("change", remember);
for (const id of ["files", "folder"]) $(id).addEventListener("change", (event) => { const files = [...event.target.files]; event.target.value = ""; take(files); });
onDrop((files) => take(files));
recall();

// what was chosen before this script had loaded
const early = ["files", "folder"].flatMap((id) => [...$(id).files]);
for (const id of ["files", "folder"]) $(id).value = "";
take(early);
