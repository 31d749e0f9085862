// Builds what the browser loads into build/assets/ (ignored by git): app.css, app.js, icons.svg,
// the web fonts and the images. Run by `node static/build.mjs` after `npm ci`.
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const out = path.join(root, "build", "assets");
const packages = path.join(root, "node_modules");

const TARGET = ["chrome109", "firefox115", "safari16"];
const WEIGHTS = [400, 600];
const SUBSETS = ["vietnamese", "latin"];

/** The @font-face rules of the two weights and two subsets that Vietnamese and English need. */
async function fontFaces() {
  const folder = path.join(packages, "@fontsource", "be-vietnam-pro");
  const rules = [];
  for (const weight of WEIGHTS) {
    for (const subset of SUBSETS) {
      const sheet = await readFile(path.join(folder, `${subset}-${weight}.css`), "utf8");
      const file = `be-vietnam-pro-${subset}-${weight}-normal.woff2`;
      const rule = sheet.slice(sheet.indexOf("@font-face"), sheet.indexOf("}") + 1);
      rules.push(rule.replace(/src:[^;]+;/, `src: url(./fonts/${file}) format("woff2");`));
      await cp(path.join(folder, "files", file), path.join(out, "fonts", file));
    }
  }
  return rules.join("\n");
}

/** One sprite of the Tabler icons listed in static/img/icons.txt; a name that is unknown fails. */
async function sprite() {
  const names = (await readFile(path.join(here, "img", "icons.txt"), "utf8")).split(/\s+/);
  const symbols = names.filter(Boolean).map(async (name) => {
    const file = path.join(packages, "@tabler", "icons", "icons", "outline", `${name}.svg`);
    const drawing = (await readFile(file, "utf8")).replace(/^[\s\S]*?<svg[\s\S]*?>|<\/svg>\s*$/g, "");
    const lines = drawing.replace(/<path stroke="none"[^>]*>/, "").replace(/\s*\n\s*/g, "");
    return (
      `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" ` +
      `stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${lines}</symbol>`
    );
  });
  const body = (await Promise.all(symbols)).join("\n");
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${body}\n</svg>\n`;
}

async function images() {
  const folder = path.join(here, "img");
  for (const name of await readdir(folder)) {
    if (name.endsWith(".svg")) await cp(path.join(folder, name), path.join(out, name));
  }
  await writeFile(path.join(out, "icons.svg"), await sprite());
}

await rm(out, { recursive: true, force: true });
await mkdir(path.join(out, "fonts"), { recursive: true });

const common = { bundle: true, minify: true, target: TARGET, legalComments: "none" };
await build({
  ...common,
  stdin: {
    contents: `@import "./css/index.css";\n${await fontFaces()}`,
    resolveDir: here,
    loader: "css",
  },
  external: ["./fonts/*"],
  outfile: path.join(out, "app.css"),
});
await build({
  ...common,
  entryPoints: [path.join(here, "js", "app.js")],
  format: "iife",
  outfile: path.join(out, "app.js"),
});
await images();
