// A provider's blank template: what it never asks for, what it fills in beforehand, what reads the same in every note.
import { $, ask, choices, complain, later, recall, remember } from "./common.js";

const HEADS = { "never-asked": "Never asked for", "filled-in": "Filled in beforehand", "fixed-text": "Reads the same in every note" };
let running;

const chosen = () => {
  const { payer, mac, date_of_service } = choices();
  return JSON.parse(JSON.stringify({ family: $("family").value, payer, mac, date_of_service }));
};

const check = later(async () => {
  running?.abort();
  const template = $("note").value;
  if (!template.trim()) {
    $("found").hidden = true;
    $("empty").hidden = false;
    return;
  }
  running = new AbortController();
  try {
    show(await ask("/page/template", { json: { template, ...chosen() }, signal: running.signal }));
    complain(null);
  } catch (error) {
    if (error.name !== "AbortError") complain(error);
  }
}, 350);

function show(answer) {
  const made = [element("h2", answer.gaps.length ? `${answer.gaps.length} weak places` : "Nothing weak was found")];
  made.push(element("p", `It asks for: ${answer.asked.map((slug) => slug.replaceAll("-", " ")).join(", ") || "nothing that is needed"}.`));
  for (const [kind, words] of Object.entries(HEADS)) {
    const gaps = answer.gaps.filter((gap) => gap.kind === kind);
    if (gaps.length) made.push(element("h3", `${words} (${gaps.length})`), ...gaps.map(gapView));
  }
  $("found").replaceChildren(...made);
  $("found").hidden = false;
  $("empty").hidden = true;
}

function gapView(gap) {
  const view = element("article", "");
  view.className = "gap";
  view.append(element("p", gap.says.replace(/^./, (c) => c.toUpperCase())));
  if (gap.words) {
    const quote = element("blockquote", "");
    quote.append(element("cite", gap.line ? `line ${gap.line}` : ""), ` "${gap.words}"`);
    view.append(quote);
  }
  if (gap.asked_by.length) {
    const source = element("p", `Asked by: ${gap.asked_by.join("; ")}`);
    source.className = "source";
    view.append(source);
  }
  return view;
}

function element(tag, words) {
  const made = document.createElement(tag);
  made.textContent = words;
  return made;
}

$("note").addEventListener("input", () => check());
for (const id of ["family", "payer", "mac", "date_of_service"]) $(id).addEventListener("change", () => { remember(); check(); });
$("clear").addEventListener("click", () => { $("note").value = ""; check.now(); $("note").focus(); });
$("begin").addEventListener("click", async () => {
  try {
    $("note").value = (await ask("/page/template/new", { json: chosen() })).template;
    check.now();
  } catch (error) { complain(error); }
});
recall();
if ($("note").value) check.now(); // typed before this script had loaded
