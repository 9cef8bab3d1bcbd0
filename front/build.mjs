// Builds portal/static/portal from ECL, our own sources and the templates' class names. Deterministic: CI builds again
// and compares. Usage: node vendor.mjs && python fonts.py … && node map.mjs && node build.mjs (make assets does it all).
import { mkdirSync, readFileSync, writeFileSync, readdirSync, copyFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PurgeCSS } from "purgecss";
import { transform } from "lightningcss";
import { buildSync } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("..", import.meta.url));
const ecl = `${here}vendor/ecl-preset-ec/package`;
const out = `${root}portal/static/portal`;
mkdirSync(`${out}/fonts`, { recursive: true });
const NOTICE = "/*! Contains parts of the Europa Component Library 5.3.1 (EUPL), modified 2026-11-22: purged, fonts and icons replaced. */\n";

function eclCss() {
  let css = readFileSync(`${ecl}/dist/styles/ecl-ec.css`, "utf8");
  // ECL asks webtools.europa.eu for its font first; the portal serves its own.
  css = css.replace(/@font-face\{[^}]*\}/g, "").replace(/\/\*# sourceMappingURL[^*]*\*\//g, "");
  return readFileSync(`${ecl}/dist/styles/optional/ecl-reset.css`, "utf8").replace(/\/\*# sourceMappingURL[^*]*\*\//g, "") + css;
}
const content = ["portal", "core", "search", "goodpractices", "accounts", "content", "contributions"].flatMap((app) => [
  `${root}${app}/templates/**/*.html`, `${root}${app}/**/*.py`,
]).concat([`${here}src/js/*.js`]);
const purged = await new PurgeCSS().purge({
  content, css: [{ raw: eclCss() }], variables: true, keyframes: true, fontFace: false,
  // Our own styles use the whole scale of the primary colour, whatever ECL's kept rules use of it.
  safelist: { standard: [/^:root/, "html", "body"], variables: [/^--ecl-color-primary/] },
});
const kept = purged[0].css;
const own = readdirSync(`${here}src/css`).sort().map((name) => readFileSync(`${here}src/css/${name}`, "utf8")).join("\n");
const targets = { chrome: 109 << 16, firefox: 115 << 16, safari: (16 << 16) | (4 << 8) };
function minify(name, text) {
  return transform({ filename: name, code: Buffer.from(text), minify: true, targets }).code.toString();
}
writeFileSync(`${out}/site.css`, NOTICE + minify("site.css", kept + own));
for (const brand of ["neutral", "eu", "ec"]) {
  writeFileSync(`${out}/brand-${brand}.css`, minify("brand.css", readFileSync(`${here}src/brands/${brand}.css`, "utf8")));
}
buildSync({ entryPoints: [`${here}src/js/site.js`, `${here}src/js/contribute.js`], bundle: true, minify: true, format: "esm", target: "es2020", outdir: out, legalComments: "none" });

// The sprite: ECL's icons (EUPL, @ecl/resources-icons 4.11.0) and our own.
const ICONS = ["search", "close", "check", "minus", "plus", "download", "print", "share", "external", "corner-arrow", "hamburger", "information", "warning", "location", "calendar", "email", "global", "log-in", "logged-in", "rss", "copy", "chain", "error", "feedback", "data", "list"];
const symbols = ICONS.map((name) => {
  const svg = readFileSync(`${here}node_modules/@ecl/resources-icons/dist/svg/all/${name}.svg`, "utf8");
  const box = /viewBox="([^"]+)"/.exec(svg)[1];
  const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
  return `<symbol id="${name}" viewBox="${box}">${inner}</symbol>`;
});
for (const name of readdirSync(`${here}src/icons`).sort()) {
  const svg = readFileSync(`${here}src/icons/${name}`, "utf8");
  const box = /viewBox="([^"]+)"/.exec(svg)[1];
  const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "");
  symbols.push(`<symbol id="${name.replace(".svg", "")}" viewBox="${box}">${inner}</symbol>`);
}
writeFileSync(`${out}/icons.svg`, `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
// The mark as a file of its own, for the browser's tab and the editorial office: there no style sheet gives the colours.
const mark = readFileSync(`${here}src/icons/brand.svg`, "utf8");
writeFileSync(`${out}/icon.svg`, mark.replace(/currentColor/g, "#17406d").replace(/var\(--accent,(#[0-9a-f]+)\)/g, "$1"));
copyFileSync(`${ecl}/LICENSE`, `${out}/LICENSE-ECL.txt`);
copyFileSync(`${here}src/licences/LICENSE-Inter.txt`, `${out}/LICENSE-Inter.txt`);
