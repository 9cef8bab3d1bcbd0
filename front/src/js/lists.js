// Ticking a filter fetches the same address a click on "Apply" would open, and swaps the results in place.
const region = () => document.getElementById("results");
const place = () => location.pathname + location.search;
let shown = place();
let running = null;

function swapFacets(page) {
  const groups = document.getElementById("facet-groups");
  const fresh = page.getElementById("facet-groups");
  if (!groups || !fresh) return;
  // What the reader has folded or opened stays so, and the ticked box keeps the focus.
  fresh.querySelectorAll(".facet").forEach((facet) => {
    const old = document.getElementById(facet.id);
    if (old) facet.open = old.open;
  });
  const scrolled = new Map([...groups.querySelectorAll(".facet")].map((facet) => [facet.id, facet.querySelector(".facet__values").scrollTop]));
  const focused = document.activeElement?.id;
  groups.replaceWith(fresh);
  scrolled.forEach((top, id) => {
    const values = document.getElementById(id)?.querySelector(".facet__values");
    if (values) values.scrollTop = top;
  });
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

function swapFrame(page) {
  for (const selector of [".facets__summary", ".facets__apply"]) {
    const old = document.querySelector(selector);
    const fresh = page.querySelector(selector);
    if (old && fresh) old.innerHTML = fresh.innerHTML;
  }
  const links = page.querySelectorAll(".languages a");
  document.querySelectorAll(".languages a").forEach((link, index) => {
    if (links[index]) link.href = links[index].getAttribute("href");
  });
  document.title = page.title;
}

async function show(url) {
  running?.abort();
  running = new AbortController();
  region().setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" }, signal: running.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("results");
    if (!fresh) throw new Error("no results in the answer");
    region().replaceWith(fresh);
    swapFacets(page);
    swapFrame(page);
    document.getElementById("status").textContent = fresh.dataset.announce || "";
    history.pushState(null, "", url);
    shown = place();
  } catch (problem) {
    // A newer choice has overtaken this one: it will show its own results.
    if (problem.name !== "AbortError") location.assign(url);
  }
}

export function enhanceLists() {
  const form = document.getElementById("filters");
  if (!form || !region()) return;
  const address = () => {
    const values = new URLSearchParams(new FormData(form));
    [...values].forEach(([name, value]) => { if (!value) values.delete(name); });
    return `${form.getAttribute("action")}?${values}`;
  };
  form.addEventListener("change", (event) => {
    if (event.target.type === "checkbox") show(address());
  });
  // Back and forward between lists load the list; a jump within the page (the skip link) does not.
  addEventListener("popstate", () => {
    if (place() !== shown) location.reload();
  });
  // Browsers that cannot show the content of a folded element by style alone.
  const facets = document.getElementById("facets");
  if (facets && matchMedia("(min-width: 62rem)").matches && !CSS.supports("selector(::details-content)")) facets.open = true;
}
