"use strict";
(() => {
  const words = (n) => [...document.querySelectorAll(".hit[data-findings]")].filter((e) => e.dataset.findings.split(" ").includes(n));
  const clear = () => document.querySelectorAll(".chosen").forEach((e) => e.classList.remove("chosen"));
  const show = (n) => { clear(); words(n).forEach((e) => e.classList.add("chosen")); document.getElementById("f" + n)?.classList.add("chosen"); };
  document.querySelectorAll("a.to-words").forEach((link) => {
    const n = link.dataset.finding;
    link.addEventListener("mouseenter", () => show(n));
    link.addEventListener("focus", () => show(n));
    link.addEventListener("click", (event) => {
      event.preventDefault();
      show(n);
      const first = words(n)[0];
      if (!first) return;
      first.scrollIntoView({ block: "center" });
      first.focus({ preventScroll: true });
    });
  });
  document.querySelectorAll(".hit[data-findings]").forEach((link) => {
    const n = link.dataset.findings.split(" ")[0];
    link.addEventListener("mouseenter", () => show(n));
    link.addEventListener("click", (event) => {
      event.preventDefault();
      show(n);
      const target = document.getElementById("f" + n);
      target.scrollIntoView({ block: "center" });
      (target.querySelector("a.to-words") ?? target).focus({ preventScroll: true });
    });
  });
})();
