#!/usr/bin/env bash
# Runs one drill: ./bench/drill.sh NAME [--short]. Without a known name it lists the drills and exits with 64.
set -euo pipefail
bench="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
dotnet build "$bench/Drills/Drills.csproj" --configuration Release --nologo -clp:ErrorsOnly >&2
exec dotnet "$bench/Drills/bin/Release/net10.0/CrashShield.Drills.dll" "$@"
