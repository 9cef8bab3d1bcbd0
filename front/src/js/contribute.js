// The form of a contribution with a script: saved as one types, choices filtered, files with their progress.
// Without it everything works all the same, by the form's own buttons.
const PAUSE = 1500;
const RETRY = 10_000;

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// --- saved as one types --------------------------------------------------------------------------------------------
class Draft {
  constructor(form) {
    this.form = form;
    this.state = form.querySelector("[data-state]");
    this.hints = document.querySelector("[data-hints]");
    this.place = `draft:${form.dataset.autosave}`;
    this.timer = 0;
    this.changes = 0;
    this.saved = 0;
    this.going = false;
    this.flight = null;
    form.addEventListener("input", (event) => { if (event.target.type !== "file") this.changed(); });
    form.addEventListener("submit", (event) => this.submitted(event));
    window.addEventListener("beforeunload", (event) => { if (!this.going && this.unsaved) event.preventDefault(); });
    // Coming back finds what the server has, not what the browser remembers.
    window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
    this.offer();
  }

  get unsaved() { return this.changes !== this.saved; }

  say(text) { if (this.state.textContent !== text) this.state.textContent = text; }

  changed(wait = PAUSE) {
    this.changes += 1;
    this.say(this.form.dataset.unsaved);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.save(), wait);
  }

  body() {
    const data = new FormData(this.form);
    for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
    return data;
  }

  save() {
    window.clearTimeout(this.timer);
    if (!this.flight) this.flight = this.send().finally(() => { this.flight = null; });
    return this.flight;
  }

  async send() {
    const number = this.changes;
    this.say(this.form.dataset.saving);
    let answer;
    try {
      answer = await fetch(this.form.dataset.autosave, { method: "POST", body: this.body(), headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (answer.ok) this.stored(told, number);
      else this.refused(answer.status, told.message);
    } catch {
      this.keep();
      this.say(this.form.dataset.failed);
      this.timer = window.setTimeout(() => this.save(), RETRY);
    }
  }

  stored(told, number) {
    this.saved = number;
    this.form.elements.version.value = told.version;
    this.form.elements.base.value = told.base;
    this.mend(told.problems);
    this.notice(told.hints);
    if (this.unsaved) { this.say(this.form.dataset.unsaved); this.timer = window.setTimeout(() => this.save(), PAUSE); return; }
    sessionStorage.removeItem(this.place);
    this.say(told.saved);
  }

  // Only what is new is put in, and said aloud; never under somebody's fingers.
  notice(text) {
    const made = document.createElement("template");
    made.innerHTML = text;
    const told = made.content.textContent.replace(/\s+/g, " ").trim();
    if (told === this.hints.textContent.replace(/\s+/g, " ").trim() || this.hints.contains(document.activeElement)) return;
    this.hints.replaceChildren(made.content);
  }

  refused(status, message) {
    this.keep();
    this.say(message);
    if (status === 403) this.state.append(" ", element("a", this.form.dataset.signIn, { href: this.form.dataset.login, target: "_blank", rel: "noopener" }));
  }

  // What was wrong and is right now is no longer called wrong; nothing new is while somebody types.
  mend(problems) {
    for (const field of this.form.querySelectorAll("[data-field]")) {
      const errors = field.querySelector("[data-errors]");
      if (!errors) continue;
      const now = problems[field.dataset.field] || [];
      errors.replaceChildren(...now.map((text) => element("p", text, { class: "field__error" })));
      if (!now.length) field.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
    }
  }

  keep() {
    const kept = [...this.body().entries()].filter(([name]) => !["form_token", "version", "base"].includes(name));
    try { sessionStorage.setItem(this.place, JSON.stringify(kept)); } catch { /* no room: the page still has it */ }
  }

  // Text that could not be saved (the session had ended) is offered, never put over what is there.
  offer() {
    let kept;
    try { kept = JSON.parse(sessionStorage.getItem(this.place)); } catch { kept = null; }
    if (!kept) return;
    const box = element("div", "", { class: "notice notice--warning", role: "status" });
    const inner = document.createElement("div");
    const yes = element("button", this.form.dataset.restore, { type: "button", class: "ecl-button ecl-button--secondary" });
    const no = element("button", this.form.dataset.drop, { type: "button", class: "link-button" });
    yes.addEventListener("click", () => { this.bringBack(kept); box.remove(); this.state.focus(); });
    no.addEventListener("click", () => { sessionStorage.removeItem(this.place); box.remove(); this.state.focus(); });
    const row = element("p", "", { class: "contribute__go" });
    row.append(yes, no);
    inner.append(element("p", this.form.dataset.found), row);
    box.append(inner);
    this.form.before(box);
  }

  bringBack(kept) {
    const names = new Set(kept.map(([name]) => name));
    for (const control of this.form.elements) {
      if (["checkbox", "radio"].includes(control.type)) control.checked = kept.some(([name, value]) => name === control.name && value === control.value);
      else if (names.has(control.name) && control.type !== "file") control.value = kept.find(([name]) => name === control.name)[1];
      control.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.form.querySelectorAll("[data-groups]").forEach((groups) => groups.dispatchEvent(new Event("change")));
    this.changed(0);
  }

  submitted(event) {
    window.clearTimeout(this.timer);
    if (!this.flight) { this.going = true; return; }
    // Two at once would look like two windows: the form waits for the answer.
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    this.flight.finally(() => { this.going = true; this.form.requestSubmit(submitter); });
  }
}

// --- many choices --------------------------------------------------------------------------------------------------
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

function helpChoosing(groups) {
  const boxes = [...groups.querySelectorAll("input[type=checkbox]")];
  const label = (box) => groups.querySelector(`label[for="${CSS.escape(box.id)}"]`);
  const chosen = groups.querySelector("[data-chosen]");
  const list = chosen.querySelector("ul");
  const show = () => {
    const marked = boxes.filter((box) => box.checked);
    list.replaceChildren(...marked.map((box) => {
      const text = label(box).textContent;
      const chip = element("button", `${text} ×`, { type: "button", class: "chip", "aria-label": `${groups.dataset.remove}: ${text}` });
      chip.addEventListener("click", () => { box.checked = false; box.dispatchEvent(new Event("input", { bubbles: true })); show(); groups.focus(); });
      const line = document.createElement("li");
      line.append(chip);
      return line;
    }));
    chosen.querySelector("p").hidden = !marked.length;
    for (const group of groups.querySelectorAll("[data-group]")) {
      const count = group.querySelectorAll("input:checked").length;
      const shown = group.querySelector("[data-count]");
      shown.textContent = count;
      shown.hidden = !count;
    }
  };
  groups.addEventListener("change", show);
  const filter = element("input", "", { type: "search", class: "ecl-text-input", id: `${groups.id}_filter`, autocomplete: "off" });
  const caption = element("label", groups.dataset.filter, { for: filter.id });
  const nothing = element("p", "", { class: "field__help", role: "status" });
  const row = element("div", "", { class: "groups__filter" });
  row.append(caption, filter, nothing);
  chosen.after(row);
  // A filter is no part of what is saved.
  filter.addEventListener("input", (event) => event.stopPropagation());
  filter.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  const opened = new Map();
  filter.addEventListener("input", () => {
    const wanted = plain(filter.value.trim());
    let found = 0;
    for (const group of groups.querySelectorAll("[data-group]")) {
      if (!opened.has(group)) opened.set(group, group.open);
      let inside = 0;
      for (const box of group.querySelectorAll("input")) {
        const fits = !wanted || plain(label(box).textContent).includes(wanted);
        box.parentElement.hidden = !fits;
        inside += fits;
      }
      group.hidden = !inside;
      group.open = wanted ? inside > 0 : opened.get(group);
      found += inside;
    }
    if (!wanted) opened.clear();
    nothing.textContent = found ? "" : groups.dataset.nothing;
  });
  show();
}

// --- files ---------------------------------------------------------------------------------------------------------
function sendFile(part, form, file, name) {
  const texts = part.dataset;
  const row = element("li", "", { class: "files__file" });
  const bar = element("progress", "", { max: "1", value: "0", "aria-label": file.name });
  const message = element("p", "", { class: "field__error", role: "status" });
  const stop = element("button", texts.cancel, { type: "button", class: "link-button" });
  row.append(element("p", file.name), bar, message, stop);
  part.querySelector("[data-file-list]").append(row);
  const request = new XMLHttpRequest();
  const fail = (text) => {
    bar.remove();
    message.textContent = text;
    const again = element("button", texts.retry, { type: "button", class: "link-button" });
    again.addEventListener("click", () => { row.remove(); sendFile(part, form, file, name); });
    stop.textContent = texts.dismiss;
    stop.onclick = () => row.remove();
    stop.before(again, " ");
  };
  stop.onclick = () => { request.abort(); row.remove(); };
  request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) bar.value = event.loaded / event.total; });
  request.addEventListener("error", () => fail(texts.cut));
  request.addEventListener("load", () => {
    let told = {};
    try { told = JSON.parse(request.responseText); } catch { /* a page of the proxy: it has no message for us */ }
    if (request.status !== 200 || !told.html) { fail(told.message || texts.cut); return; }
    const made = document.createElement("template");
    made.innerHTML = told.html;
    const added = made.content.firstElementChild;
    const list = part.querySelector("[data-file-list]");
    document.getElementById(added.id)?.remove();
    // There is one photo: the new one stands where the former did.
    if (added.dataset.kind === "photo") list.querySelectorAll("[data-kind=photo]").forEach((former) => former.remove());
    row.replaceWith(added);
    part.querySelector("[data-files-said]").textContent = `${texts.sent}: ${file.name}`;
  });
  const data = new FormData();
  data.append("form_token", form.elements.form_token.value);
  data.append(name, file);
  request.open("POST", texts.url);
  request.setRequestHeader("Accept", "application/json");
  request.send(data);
}

function helpSending(part, form) {
  part.querySelectorAll("[data-no-script]").forEach((node) => { node.hidden = true; });
  part.append(element("p", "", { class: "visually-hidden", role: "status", "data-files-said": "" }));
  for (const input of part.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      const chosen = [...input.files];
      input.value = "";
      chosen.forEach((file) => sendFile(part, form, file, input.name));
    });
  }
}

document.querySelectorAll("[data-groups]").forEach(helpChoosing);
for (const form of document.querySelectorAll("form[data-draft]")) {
  new Draft(form);
  form.querySelectorAll("[data-files]").forEach((part) => helpSending(part, form));
}
