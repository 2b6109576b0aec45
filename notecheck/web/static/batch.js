// Many notes: files go up one by one, rows come back as they are judged. The server keeps them in memory only.
import { $, ask, choices, complain, onDrop, put, recall, remember, save, say } from "./common.js";

let batch = null;
let rows = [];
let polling = false;
let sending = 0;
let held = [];
let claims = null;
let begun = "";

// Claims may be chosen before payer and contractor: as long as no note was sent, they are read again with these.
let queue = Promise.resolve();
function begin() {
  queue = queue.then(beginNow, beginNow);
  return queue;
}

async function beginNow() {
  const wanted = JSON.stringify(choices());
  if (batch && (rows.length || sending || wanted === begun)) return;
  const old = batch;
  batch = (await ask("/batches", { json: { choices: choices() } })).batch;
  begun = wanted;
  if (old) {
    ask(`/batches/${old}`, { method: "DELETE" }).catch(() => null);
    for (const file of held) await ask(`/batches/${batch}/claims`, { bytes: file, name: file.name });
  }
}

async function take(files) {
  if (!files.length) return;
  complain(null);
  try {
    await begin();
    sending += files.length;
    $("work").hidden = false;
    poll();
    for (const file of files) {
      try {
        const taken = await ask(`/batches/${batch}/files`, { bytes: file, name: file.name });
        if (taken.claims) hold(file, taken.claims);
      } catch (error) {
        complain(placed(error, file));
      } finally {
        sending -= 1;
      }
    }
  } catch (error) {
    sending = 0;
    complain(error);
  }
}

async function takeClaims(files) {
  if (!files.length) return;
  complain(null);
  try {
    await begin();
    for (const file of files) {
      try {
        hold(file, (await ask(`/batches/${batch}/claims`, { bytes: file, name: file.name })).claims);
      } catch (error) { complain(placed(error, file)); }
    }
    if (rows.length) poll();
  } catch (error) { complain(error); }
}

function hold(file, count) {
  file.claims = count;
  held = [...held.filter((other) => other.name !== file.name), file];
  $("claims-taken").textContent = `Claims: ${held.map((one) => `${one.name} (${one.claims})`).join(", ")}`;
  $("claims-taken").hidden = false;
  say(`${count} claim${count === 1 ? "" : "s"} read`);
}

// With the place of the fault inside a file of claims.
function placed(error, file) {
  const where = error.problem?.where ?? "";
  return where.startsWith(file.name) ? new Error(`${where}: ${error.message}`) : error;
}

async function poll() {
  if (polling) return;
  polling = true;
  try {
    for (let over = false; batch && !over;) {
      const found = await ask(`/batches/${batch}`, { method: "GET" });
      rows = found.rows;
      claims = found.claims ?? null;
      over = !sending && found.done === found.notes;
      $("bar").max = found.notes + sending || 1;
      $("bar").value = found.done;
      $("done").textContent = `${found.done} of ${found.notes + sending} notes`;
      draw();
      drawLeft(over && found.notes > 0);
      $("work").hidden = over && !found.notes;
      if (over && found.notes) say(`${found.notes} notes are judged`);
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
  $("table").classList.toggle("with-claims", Boolean(claims));
  $("by-claim").hidden = !claims;
  const wanted = { verdict: $("f-verdict").value, code: filter.value, claim: claims ? $("f-claim").value : "", text: $("f-text").value.trim().toLowerCase() };
  const kept = rows.filter((row) => (!wanted.verdict || (row.readiness ?? row.state) === wanted.verdict)
    && (!wanted.code || row.codes?.includes(wanted.code))
    && (!wanted.claim || Boolean(row.claim) === (wanted.claim === "with"))
    && (!wanted.text || `${row.name} ${row.claim} ${row.documented ?? ""}`.toLowerCase().includes(wanted.text)));
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
  const billed = row.claim ? row.billed || "no line" : row.state === "judged" ? "no claim" : "";
  const cells = [verdict, row.errors ?? "", row.warnings ?? "", row.codes?.join(" ") ?? "", billed, row.supported ?? "", row.documented ?? row.reason].map((words) => {
    const cell = document.createElement("td");
    cell.textContent = words;
    return cell;
  });
  cells[0].className = `verdict-cell v-${verdict}`;
  cells[3].className = "code";
  cells[4].className = row.claim ? "claimed code" : "claimed soft";
  if (row.claim) cells[4].title = `${row.claim}, found by ${row.joined_by}`;
  cells[5].className = "claimed code";
  made.append(head, ...cells);
  return made;
}

function drawLeft(over) {
  const left = over ? claims?.unmatched ?? [] : [];
  $("left").hidden = !left.length;
  $("left-table").tBodies[0].replaceChildren(...left.map((one) => {
    const made = document.createElement("tr");
    for (const [place, words] of [one.claim, one.codes, one.reason].entries()) {
      const cell = document.createElement(place ? "td" : "th");
      if (!place) cell.scope = "row";
      if (place === 1) cell.className = "code";
      cell.textContent = words;
      made.append(cell);
    }
    return made;
  }));
  const more = (claims?.unmatched_count ?? 0) - left.length;
  $("left-more").textContent = left.length && more ? `and ${more} more: the CSV has all of them` : "";
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
  held = [];
  claims = null;
  $("claims-taken").hidden = true;
  draw();
  drawLeft(false);
  $("work").hidden = true;
  $("one").hidden = true;
  if (old) await ask(`/batches/${old}`, { method: "DELETE" }).catch(() => null);
  say("All is forgotten");
});
for (const id of ["f-verdict", "f-code", "f-claim", "f-text"]) $(id).addEventListener("input", draw);
for (const id of ["payer", "mac", "state", "place_of_service"]) $(id).addEventListener("change", remember);
for (const id of ["files", "folder"]) $(id).addEventListener("change", (event) => { const files = [...event.target.files]; event.target.value = ""; take(files); });
$("claims-file").addEventListener("change", (event) => { const files = [...event.target.files]; event.target.value = ""; takeClaims(files); });
onDrop((files) => take(files));
recall();

// what was chosen before this script had loaded
const early = ["files", "folder"].flatMap((id) => [...$(id).files]);
const earlyClaims = [...$("claims-file").files];
for (const id of ["files", "folder", "claims-file"]) $(id).value = "";
takeClaims(earlyClaims).then(() => take(early));
