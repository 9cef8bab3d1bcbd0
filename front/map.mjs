// Draws the map of the Member States once: Natural Earth (public domain, by world-atlas) in the projection of
// EPSG:3035. Land outside the EU is one path without borders; Cyprus is drawn whole. Output: core/data/eu_map.json.
import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { feature, merge } from "topojson-client";
import { presimplify, simplify, sphericalTriangleArea } from "topojson-simplify";
import { geoAzimuthalEqualArea, geoPath, geoCentroid, geoArea } from "d3-geo";

const MEMBERS = {
  "040": "AT", "056": "BE", "100": "BG", "191": "HR", "196": "CY", "203": "CZ", "208": "DK", "233": "EE", "246": "FI",
  "250": "FR", "276": "DE", "300": "GR", "348": "HU", "372": "IE", "380": "IT", "428": "LV", "440": "LT", "442": "LU",
  "470": "MT", "528": "NL", "616": "PL", "620": "PT", "642": "RO", "703": "SK", "705": "SI", "724": "ES", "752": "SE",
};
const SMALL = ["MT", "LU", "CY"];
const WIDTH = 620;
const HEIGHT = 620;
const source = JSON.parse(readFileSync(new URL("node_modules/world-atlas/countries-50m.json", import.meta.url)));
// A map of a thumb's size needs no fjords: points that span less than this solid angle are dropped.
const topology = simplify(presimplify(source, sphericalTriangleArea), 0.000004);
const geometries = topology.objects.countries.geometries;
const projection = geoAzimuthalEqualArea().rotate([-10, -52]).scale(1).translate([0, 0]);
const frame = { type: "MultiPoint", coordinates: [[-10.5, 36.2], [34.6, 34.5], [31.6, 70.1], [-9.5, 55], [24, 71.2], [-6, 35.6]] };
projection.fitExtent([[8, 8], [WIDTH - 16, HEIGHT - 24]], frame).clipExtent([[0, 0], [WIDTH, HEIGHT]]);
const path = geoPath(projection).digits(0);

// Islets and overseas parts smaller than this share of the sphere only add weight.
const LEAST_AREA = 0.00002;
function mainland(shape) {
  const polygons = shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates;
  const kept = polygons.filter((rings) => geoArea({ type: "Polygon", coordinates: rings }) > LEAST_AREA);
  return { type: "MultiPolygon", coordinates: kept.length ? kept : polygons };
}
const byCode = {};
for (const [id, code] of Object.entries(MEMBERS)) {
  const parts = geometries.filter((item) => item.id === id || (code === "CY" && item.properties.name === "N. Cyprus"));
  byCode[code] = mainland(merge(topology, parts));
}
const others = geometries.filter((item) => !MEMBERS[item.id] && item.properties.name !== "N. Cyprus");
const land = path(mainland(merge(topology, others)));
const countries = {};
const circles = {};
for (const [code, shape] of Object.entries(byCode)) {
  countries[code] = path(shape);
  if (SMALL.includes(code)) circles[code] = projection(geoCentroid(shape)).map(Math.round);
}
mkdirSync(new URL("../core/data/", import.meta.url), { recursive: true });
writeFileSync(
  new URL("../core/data/eu_map.json", import.meta.url),
  JSON.stringify({ width: WIDTH, height: HEIGHT, land, countries, circles }, null, 1) + "\n",
);
