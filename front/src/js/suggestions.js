// Suggestions while typing: an ARIA 1.2 combobox with a list. The row of the form names the address that answers
// (data-suggestions) and the list (data-suggestions-label); all other words come with the answer.
const PAUSE = 150;
const FEWEST = 2;
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// The beginnings of words that were typed stand out.
function marked(label, query) {
  const typed = plain(query).match(/[\p{L}\p{N}]+/gu) || [];
  const shown = document.createElement("span");
  shown.className = "suggestion__label";
  for (const part of label.split(/([\p{L}\p{N}\p{M}]+)/u)) {
    const start = typed.filter((word) => plain(part).startsWith(word)).sort((a, b) => b.length - a.length)[0];
    let end = 0;
    // Letters with accents may be longer than what stands for them.
    while (start && plain(part.slice(0, end)).length < start.length) end += 1;
    if (end) shown.append(Object.assign(document.createElement("mark"), { textContent: part.slice(0, end) }));
    shown.append(part.slice(end));
  }
  return shown;
}

function optionOf(offer, id, query) {
  const option = document.createElement("li");
  option.id = id;
  option.className = "suggestion";
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.dataset.url = offer.url;
  const label = marked(offer.label, query);
  if (offer.language !== document.documentElement.lang) label.lang = offer.language;
  const detail = document.createElement("span");
  detail.className = "suggestion__detail";
  detail.textContent = offer.detail;
  option.append(label, " ", detail);
  return option;
}

class Combobox {
  constructor(row) {
    this.row = row;
    this.input = row.querySelector("input[name=q]");
    this.active = -1;
    this.list = document.createElement("ul");
    this.list.id = `${this.input.id}-suggestions`;
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", row.dataset.suggestionsLabel);
    this.status = document.createElement("p");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    row.append(this.list, this.status);
    // A field of type "search" may not be a combobox; phones show the same keyboard.
    this.input.type = "text";
    this.input.enterKeyHint = "search";
    this.set({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id });
    this.listen();
  }

  set(attributes) {
    Object.entries(attributes).forEach(([name, value]) => this.input.setAttribute(name, value));
  }

  listen() {
    this.input.addEventListener("input", (event) => { if (!event.isComposing) this.later(); });
    this.input.addEventListener("compositionend", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    // The field keeps the focus while somebody presses on the list.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.follow(event.target.closest("[role=option]")));
    this.input.form.addEventListener("submit", () => this.close());
    addEventListener("pagehide", () => this.close());
  }

  later() {
    clearTimeout(this.timer);
    this.running?.abort();
    if (this.input.value.trim().length < FEWEST) this.close();
    else this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    this.running?.abort();
    const asking = new AbortController();
    this.running = asking;
    try {
      const address = `${this.row.dataset.suggestions}?${new URLSearchParams({ q: this.input.value.trim().slice(0, 100) })}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: asking.signal });
      if (!answer.ok) throw new Error(answer.status);
      const found = await answer.json();
      if (!asking.signal.aborted) this.show(found);
    } catch (problem) {
      // Without suggestions the form works as ever.
      if (problem.name !== "AbortError") this.close();
    }
  }

  show(found) {
    const options = found.suggestions.map((offer, place) => optionOf(offer, `${this.list.id}-${place}`, found.query));
    this.list.replaceChildren(...options);
    this.list.hidden = !options.length;
    this.list.scrollTop = 0;
    this.set({ "aria-expanded": String(options.length > 0) });
    this.move(-1);
    this.status.textContent = found.status;
  }

  close() {
    clearTimeout(this.timer);
    this.running?.abort();
    this.list.hidden = true;
    this.list.replaceChildren();
    this.set({ "aria-expanded": "false" });
    this.move(-1);
    this.status.textContent = "";
  }

  move(place) {
    this.active = place;
    [...this.list.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === place)));
    const option = this.list.children[place];
    if (option) {
      this.set({ "aria-activedescendant": option.id });
      option.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  follow(option) {
    if (!option) return;
    const address = option.dataset.url;
    this.close();
    location.assign(address);
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const total = this.list.children.length;
    const last = total - 1;
    const chosen = this.active >= 0;
    const actions = {
      ArrowDown: total ? () => this.move(this.active < last ? this.active + 1 : 0) : () => this.later(),
      ArrowUp: total && (() => this.move(this.active > 0 ? this.active - 1 : last)),
      Home: chosen && (() => this.move(0)),
      End: chosen && (() => this.move(last)),
      Enter: chosen && (() => this.follow(this.list.children[this.active])),
      Escape: total ? () => this.close() : () => { this.input.value = ""; this.close(); },
    };
    const action = Object.hasOwn(actions, event.key) && actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }
}

export function suggestWhileTyping() {
  document.querySelectorAll("[data-suggestions]").forEach((row) => new Combobox(row));
}
