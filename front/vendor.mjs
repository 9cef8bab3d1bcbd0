// Fetches what ecl.lock.json pins into front/vendor (not committed): the tarball by `npm pack`, its SHA-512 compared.
// ECL cannot be an ordinary dependency: it would pull 560 packages to obtain two files.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const lock = JSON.parse(readFileSync(`${here}ecl.lock.json`, "utf8"));
for (const [name, { version, integrity, files }] of Object.entries(lock)) {
  const target = `${here}vendor/${name.replace("/", "-").replace("@", "")}`;
  if (files.every((file) => existsSync(`${target}/${file}`))) continue;
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const archive = execFileSync("npm", ["pack", "--silent", `${name}@${version}`, "--pack-destination", target], { encoding: "utf8" }).trim();
  const bytes = readFileSync(`${target}/${archive}`);
  const found = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  if (found !== integrity) throw new Error(`${name}@${version}: ${found} is not the pinned ${integrity}`);
  execFileSync("tar", ["xzf", `${target}/${archive}`, "-C", target, ...files]);
}
