// The note: a text field over a layer that draws its marks. The layer holds the same words, invisible.
import { $ } from "./common.js";

const field = $("note");
const layer = $("marks");
let pieces = [];

export const text = () => field.value;

export function setText(words) {
  field.value = words;
  redraw();
}

// Marks for exactly this text; where the text went on meanwhile they are moved along.
export function setPieces(made) {
  pieces = made;
  redraw();
}

export function redraw() {
  pieces = moved(pieces, field.value);
  const made = pieces.map((piece) => {
    if (!piece.kind && !piece.findings.length) return document.createTextNode(piece.text);
    const span = document.createElement("span");
    span.className = [piece.findings.length && "hit", piece.kind && `k k-${piece.kind}`].filter(Boolean).join(" ");
    if (piece.findings.length) span.dataset.findings = piece.findings.join(" ");
    span.textContent = piece.text;
    return span;
  });
  layer.replaceChildren(...made, "\u200b");
}

function moved(old, now) {
  const before = old.map((piece) => piece.text).join("");
  if (before === now) return old;
  const most = Math.min(before.length, now.length);
  let start = 0;
  while (start < most && before[start] === now[start]) start += 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  const made = [...cut(old, 0, start), { text: now.slice(start, now.length - end), kind: "", findings: [] }, ...cut(old, before.length - end, before.length)];
  return made.filter((piece) => piece.text);
}

function cut(old, from, to) {
  const made = [];
  let at = 0;
  for (const piece of old) {
    const [first, last] = [Math.max(from, at), Math.min(to, at + piece.text.length)];
    if (first < last) made.push({ ...piece, text: piece.text.slice(first - at, last - at) });
    at += piece.text.length;
  }
  return made;
}

// The findings whose words stand at the cursor.
export function findingsAt(offset) {
  let at = 0;
  for (const piece of pieces) {
    if (offset >= at && offset <= at + piece.text.length && piece.findings.length) return piece.findings;
    at += piece.text.length;
  }
  return [];
}

// Puts the cursor on the first words of a finding.
export function select(number) {
  let at = 0;
  for (const piece of pieces) {
    if (piece.findings.includes(number)) {
      field.focus({ preventScroll: true });
      field.setSelectionRange(at, at + piece.text.length);
      return true;
    }
    at += piece.text.length;
  }
  return false;
}
