// Holds markdown files against markdownlint's default rules, all but line length: `node markdownlint.mjs FILE...` prints
// what it found as JSON.
import { lint } from "markdownlint/promise";

const results = await lint({ files: process.argv.slice(2), config: { default: true, MD013: false } });
const found = Object.entries(results).flatMap(([file, faults]) =>
  faults.map((fault) => ({
    file,
    line: fault.lineNumber,
    rule: fault.ruleNames[0],
    message: [fault.ruleDescription, fault.errorDetail].filter(Boolean).join(": "),
  })),
);
console.log(JSON.stringify(found, null, 1));
