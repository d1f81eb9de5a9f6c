#!/usr/bin/env bash
# Installs what the integration tests need, builds, runs every test and the drills that take seconds, and ends with the line
# "N passed, N failed".
#   ./test.sh             everything
#   ./test.sh ARGS…       tests only; ARGS go to `dotnet test`, for example --filter-class '*CaptureTests'
set -uo pipefail
cd "$(dirname "$0")"

missing=$(while read -r package command; do
  { command -v "$command" > /dev/null || [ -e "$command" ]; } || echo "$package"
done < <(grep -v '^#' eng/test-packages.txt))

if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "Installing for the tests:" $missing
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } > /dev/null ||
      echo "apt-get could not install them; the tests that need them fail and name them."
  else
    echo "The integration tests need these packages, and only root can install them:" $missing
  fi
fi

# The schemas that the Kubernetes manifests are checked with.
models=eng/kubernetes-models
if command -v npm > /dev/null && ! [ "$models/node_modules/.package-lock.json" -nt "$models/package-lock.json" ]; then
  npm ci --prefix "$models" --loglevel error > /dev/null || echo "npm could not install $models; the tests that need it fail and name it."
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Without this variable, a test that needs a missing package is skipped; with it, it fails.
export CRASHSHIELD_TESTS_REQUIRE_PACKAGES=1
dotnet build Middleware.sln -clp:ErrorsOnly || { echo "The build failed."; echo "0 passed, 1 failed"; exit 1; }
dotnet test Middleware.sln --no-build --no-ansi --no-progress "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

# The run's own summary, the last in the log.
passed=$(awk '/^ *succeeded:/ { n = $2 } END { print n + 0 }' "$log")
failed=$(awk '/^ *failed:/ { n = $2 } END { print n + 0 }' "$log")
skipped=$(awk '/^ *skipped:/ { n = $2 } END { print n + 0 }' "$log")
# A test process that died, or a run without tests, has no failed test to count.
[ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1

if [ $# -eq 0 ]; then
  for drill in soak; do
    if ./bench/drill.sh "$drill" --short; then passed=$((passed + 1)); else failed=$((failed + 1)) status=1; fi
  done
fi

echo "$passed passed, $failed failed$([ "$skipped" -gt 0 ] && echo ", $skipped skipped")"
exit "$status"
