// The codes field: judged word by word as it is typed, with completion.
import { $, ask, choices, complain, later } from "./common.js";

const field = $("codes");
const list = $("options");
let options = [];
let active = -1;
let running;
let judgedFor = "";
let tokens = [];

const word = () => {
  const until = field.selectionStart ?? field.value.length;
  const start = Math.max(field.value.lastIndexOf(" ", until - 1), field.value.lastIndexOf(",", until - 1)) + 1;
  const rest = field.value.slice(until).search(/[\s,]/);
  return { start, end: rest < 0 ? field.value.length : until + rest, typed: field.value.slice(start, until) };
};

// What may be sent: words that are understood; a diagnosis alone is no claim yet.
export function understood() {
  const good = tokens.filter((token) => !token.refused);
  return good.some((token) => token.kind === "line") ? good.map((token) => token.text).join(" ") : "";
}

export function setup(changed) {
  const judge = later(async (completing) => {
    running?.abort();
    running = new AbortController();
    const typed = word().typed;
    try {
      const body = { codes: field.value, word: completing && !/[-x:]/.test(typed) ? typed : "" };
      const day = choices().date_of_service;
      const found = await ask("/page/codes", { json: day ? { ...body, date_of_service: day } : body, signal: running.signal });
      tokens = found.tokens;
      judgedFor = field.value;
      showTokens();
      showOptions(found.completions, typed);
      changed();
    } catch (error) {
      if (error.name !== "AbortError") complain(error);
    }
  }, 90);
  field.addEventListener("input", () => judge(true));
  field.addEventListener("keydown", keys);
  field.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("li");
    if (item) take(Number(item.dataset.index));
  });
  return { judge: () => judge.now(false) };
}

export const pending = () => judgedFor !== field.value;

function showTokens() {
  $("tokens").replaceChildren(...tokens.map((token) => {
    const item = document.createElement("li");
    const code = document.createElement("b");
    code.textContent = token.text.replace(/ x1(?=$|:)/, "");
    item.append(code, ` ${token.problem || token.label}${token.refused ? " Not on the claim that is judged." : ""}`);
    item.title = token.label;
    if (token.problem) item.className = "bad";
    return item;
  }));
}

function showOptions(found, typed) {
  options = found.length === 1 && found[0].code.toLowerCase() === typed.toLowerCase() ? [] : found;
  active = -1;
  list.replaceChildren(...options.map((option, index) => {
    const item = document.createElement("li");
    item.id = `option-${index}`;
    item.role = "option";
    item.dataset.index = index;
    item.setAttribute("aria-selected", "false");
    const code = document.createElement("b");
    code.textContent = option.code;
    item.append(code, ` ${option.label}`);
    return item;
  }));
  list.hidden = !options.length || document.activeElement !== field;
  field.setAttribute("aria-expanded", String(!list.hidden));
  field.removeAttribute("aria-activedescendant");
}

function close() {
  list.hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
  active = -1;
}

function take(index) {
  const { start, end } = word();
  const made = `${options[index].code} `;
  field.value = field.value.slice(0, start) + made + field.value.slice(end).trimStart();
  field.setSelectionRange(start + made.length, start + made.length);
  close();
  field.dispatchEvent(new Event("input"));
}

function keys(event) {
  if (list.hidden) return;
  if (event.key === "Escape") { close(); event.stopPropagation(); }
  else if (event.key === "Enter" && active >= 0 && !event.ctrlKey) { event.preventDefault(); take(active); }
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    active = (active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === active)));
    list.children[active].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", `option-${active}`);
  }
}
