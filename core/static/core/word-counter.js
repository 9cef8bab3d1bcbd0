/* Live word counts beside the template's text fields.
 *
 * Counts exactly as core.text.count_words does in Python; both are tested on one table (tests/core/word_vectors.json).
 * Every textarea with data-word-counter gets a line "83 words · 75–100" below it; what changes is also said to
 * screen readers, but only once the typing pauses.
 */
(() => {
  const UNSPACED = /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]/g;
  // Python's idea of white space (JavaScript's \s differs: it knows U+FEFF and not U+0085), em dash and ellipsis.
  const SEPARATOR = /[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u2014\u2026]+/;
  const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
  const PAUSE = 1500;

  function countWords(text) {
    const unspaced = (text.match(UNSPACED) || []).length;
    const spaced = text.replace(UNSPACED, " ");
    return unspaced + spaced.split(SEPARATOR).filter((part) => LETTER_OR_DIGIT.test(part)).length;
  }

  function describe(field, count) {
    const language = document.documentElement.lang || "en";
    const form = new Intl.PluralRules(language).select(count) === "one" ? field.dataset.wordsOne : field.dataset.wordsOther;
    const number = new Intl.NumberFormat(language).format(count);
    return `${form.replace("{count}", number)} · ${field.dataset.wordsLimit}`;
  }

  // A record that need not follow the limits (a short one) is counted all the same, without a warning.
  function exempt(field) {
    const name = field.dataset.wordsExemptName;
    const control = name && field.form ? field.form.elements.namedItem(name) : null;
    return Boolean(control) && control.value === field.dataset.wordsExemptValue;
  }

  function state(field, count) {
    if (exempt(field)) return "within";
    if (count > Number(field.dataset.wordsMost)) return "over";
    return count > 0 && count < Number(field.dataset.wordsLeast) ? "under" : "within";
  }

  function attach(field) {
    if (field.dataset.wordCounterReady) return;
    field.dataset.wordCounterReady = "true";
    const line = document.createElement("p");
    line.className = "word-counter";
    line.id = `${field.id}-words`;
    // The page's own count, for readers without a script, stands in the same place.
    document.getElementById(line.id)?.remove();
    const spoken = document.createElement("span");
    spoken.className = "word-counter__spoken";
    spoken.setAttribute("aria-live", "polite");
    const shown = document.createElement("span");
    shown.setAttribute("aria-hidden", "true");
    line.append(shown, spoken);
    field.after(line);
    let timer = 0;
    const update = (speak) => {
      const count = countWords(field.value);
      const text = describe(field, count);
      const now = state(field, count);
      const warning = { over: field.dataset.wordsOver, under: field.dataset.wordsUnder, within: "" }[now];
      line.dataset.state = now;
      shown.textContent = warning ? `${text} – ${warning}` : text;
      if (!speak) return;
      window.clearTimeout(timer);
      timer = window.setTimeout(() => { spoken.textContent = shown.textContent; }, PAUSE);
    };
    field.addEventListener("input", () => update(true));
    const name = field.dataset.wordsExemptName;
    if (name && field.form) field.form.addEventListener("change", (event) => { if (event.target.name === name) update(false); });
    update(false);
  }

  const attachAll = () => document.querySelectorAll("[data-word-counter]").forEach(attach);
  globalThis.PortalWordCounter = { countWords, attachAll };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", attachAll);
  else attachAll();
})();
