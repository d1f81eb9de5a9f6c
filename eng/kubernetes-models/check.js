// Reads manifests from the standard input and prints what is wrong with each, a line a problem.
import { text } from "node:stream/consumers";
import { parseAllDocuments } from "yaml";

const operators = { "monitoring.coreos.com": "@kubernetes-models/prometheus-operator" };

async function problems(manifest) {
  const { apiVersion, kind } = manifest;
  const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
  let model;
  try {
    model = (await import(`${operators[group] ?? "kubernetes-models"}/${apiVersion}/${kind}`))[kind];
  } catch {
    return ["is of no kind that is known"];
  }

  try {
    new model(manifest).validate();
    return [];
  } catch (error) {
    return (error.message ?? String(error)).split("\n");
  }
}

for (const document of parseAllDocuments(await text(process.stdin), { strict: true, uniqueKeys: true })) {
  if (document.errors.length > 0) {
    console.log(document.errors.map((error) => error.message).join("\n"));
    continue;
  }

  const manifest = document.toJS();
  for (const problem of await problems(manifest)) {
    console.log(`${manifest.kind} ${manifest.metadata?.name}: ${problem}`);
  }
}
