// The review desk by keys: j next, k previous, c checklist, t text. They can be switched off (WCAG 2.1.4), and never
// act while somebody is typing. Without this script everything is reached by links and buttons.
const STORED = "review-desk-keys";
const legend = document.querySelector("[data-desk-keys]");
const control = document.querySelector("[data-desk-keys-switch]");
const problems = document.getElementById("problems");

const isOn = () => control instanceof HTMLInputElement && control.checked;
const isTyping = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;

const follow = (selector) => document.querySelector(selector)?.click();
const goTo = (id) => {
  const heading = document.getElementById(id);
  heading?.scrollIntoView();
  heading?.focus({ preventScroll: true });
};
const keys = {
  j: () => follow(".desk-neighbours [rel=next]"),
  k: () => follow(".desk-neighbours [rel=prev]"),
  c: () => goTo("checklist"),
  t: () => goTo("text"),
};

const remembered = () => {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
};

if (legend instanceof HTMLElement && control instanceof HTMLInputElement) {
  legend.hidden = false;
  control.checked = remembered() !== "off";
  control.addEventListener("change", () => {
    try {
      localStorage.setItem(STORED, control.checked ? "on" : "off");
    } catch {
      // A browser without storage forgets the choice with the page.
    }
  });
  document.addEventListener("keydown", (event) => {
    if (!isOn() || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    keys[event.key]?.();
  });
}

problems?.focus();
