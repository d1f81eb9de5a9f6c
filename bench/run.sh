#!/usr/bin/env bash
# Runs every benchmark and every drill but the soak, errors with spans off and on, and rewrites bench/RESULTS.md.
set -euo pipefail
bench="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
for project in Benchmarks Drills Report; do
  dotnet build "$bench/$project/$project.csproj" --configuration Release --nologo -clp:ErrorsOnly
done

benchmarks="$bench/Benchmarks/bin/Release/net10.0/CrashShield.Benchmarks.dll"
# In process: BenchmarkDotNet looks for a project file named as the assembly, which ours are not.
dotnet "$benchmarks" --filter '*' --inProcess --warmupCount 40 --iterationCount 8 --iterationTime 150 \
  --exporters briefjson --artifacts "$out" | grep --line-buffered -E '^(\||// Benchmark:)'
dotnet "$benchmarks" --error-path | tee "$out/error-path.json"

# A bar that is missed is a result, too.
"$bench/drill.sh" errors "$@" | tee "$out/errors.txt" || true
"$bench/drill.sh" errors --tracing "$@" | tee "$out/errors-tracing.txt" || true
tail -n 1 "$out/errors.txt" > "$out/errors-1.json"
tail -n 1 "$out/errors-tracing.txt" > "$out/errors-2-tracing.json"

for drill in overload ordinary memory-limit leaks monitors startup signals drain restart downloads bad-build kill pid1 services; do
  "$bench/drill.sh" "$drill" "$@" | tee "$out/$drill.txt" || true
  # One that could not run has printed no object.
  tail -n 1 "$out/$drill.txt" | grep '^{' > "$out/drill-$drill.json" ||
    echo "{\"drill\":\"$drill\",\"short\":false,\"bars\":[{\"name\":\"runs to its end\",\"held\":false,\"seen\":\"it did not\"}]}" > "$out/drill-$drill.json"
done

SDK_VERSION="$(cd "$bench" && dotnet --version)" dotnet "$bench/Report/bin/Release/net10.0/CrashShield.Report.dll" "$out" > "$out/RESULTS.md"
mv "$out/RESULTS.md" "$bench/RESULTS.md"
