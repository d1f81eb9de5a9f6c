#!/usr/bin/env bash
# Writes every public symbol that is not declared yet to PublicAPI.Unshipped.txt, and drops the ones that are gone.
# Run it after a change of the public surface and read the diff: that is the review of the API.
set -euo pipefail
cd "$(dirname "$0")/.."

for project in ${@:-Hosting Middleware}; do
  for name in $project; do
    file=src/$name/PublicAPI.Unshipped.txt
    echo '#nullable enable' > "$file"
    dotnet build "src/$name" --no-incremental -clp:NoSummary -p:TreatWarningsAsErrors=false |
      sed -nE "s/.*src\/$name\/.*RS0016: Symbol '(.*)' is not part of the declared public API.*/\1/p" | LC_ALL=C sort -u >> "$file"
    echo "$file: $(($(wc -l < "$file") - 1)) symbols"
  done
done
