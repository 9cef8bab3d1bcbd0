// Ticking a filter fetches the same address a click on "Apply" would open, and swaps the results in place.
const region = () => document.getElementById("results");

async function show(url, push) {
  const current = region();
  current.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("results");
    if (!fresh) throw new Error("no results in the answer");
    current.replaceWith(fresh);
    const focused = document.activeElement && document.activeElement.id;
    const open = [...document.querySelectorAll(".facet[open]")].map((facet) => facet.id);
    const facets = page.getElementById("facet-groups");
    if (facets) document.getElementById("facet-groups").replaceWith(facets);
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    if (focused) document.getElementById(focused)?.focus();
    document.title = page.title;
    document.querySelectorAll(".languages a").forEach((link, index) => {
      const other = page.querySelectorAll(".languages a")[index];
      if (other) link.href = other.getAttribute("href");
    });
    document.getElementById("status").textContent = fresh.dataset.announce || "";
    if (push) history.pushState({ list: true }, "", url);
  } catch {
    location.assign(url);
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
    if (event.target.type === "checkbox") show(address(), true);
  });
  addEventListener("popstate", () => location.reload());
  const narrow = matchMedia("(max-width: 61.99rem)");
  const facets = document.querySelector(".facets");
  if (facets && narrow.matches) facets.removeAttribute("open");
}
