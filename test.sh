#!/usr/bin/env bash
# Builds, runs a lane of tests, and ends with the line "N passed, N failed".
#   ./test.sh            the CI lane: each test that is not marked long, and the drills that take seconds; at most 10 minutes on two cores
#   ./test.sh --unit     the tests that start no process and need neither root nor packages; under a minute once built
#   ./test.sh --long     everything: the CI lane, the tests that are marked long, and every drill in full; hours
#   ./test.sh [LANE] ARGS…  tests only; ARGS go to `dotnet test`, for example --filter-class '*CaptureTests'
# The CI and the long lane first install what the integration tests need.
set -uo pipefail
cd "$(dirname "$0")"

solution=Middleware.sln lane=ci options=() packages=(eng/test-packages.txt)
case "${1:-}" in
  --unit) lane=unit solution=tests/Unit.slnf options=(--filter-not-trait Needs=processes); shift ;;
  # A test that takes long is explicit: it runs only when it is asked for.
  --long) lane=long options=(--explicit on) packages+=(eng/test-packages-long.txt); shift ;;
esac

install() {
  local missing models
  missing=$(while read -r package command; do
    { command -v "$command" > /dev/null || [ -e "$command" ]; } || echo "$package"
  done < <(grep -hv '^#' "${packages[@]}"))

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
}
# While it downloads, the build runs.
installing=
if [ "$lane" != unit ]; then install & installing=$!; fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Without this variable, a test that needs a missing package is skipped; with it, it fails.
export CRASHSHIELD_TESTS_REQUIRE_PACKAGES=1
dotnet build "$solution" -clp:ErrorsOnly || { echo "The build failed."; echo "0 passed, 1 failed"; exit 1; }
[ -z "$installing" ] || wait "$installing"
dotnet test "$solution" --no-build --no-ansi --no-progress "${options[@]}" "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

# The run's own summary, the last in the log.
passed=$(awk '/^ *succeeded:/ { n = $2 } END { print n + 0 }' "$log")
failed=$(awk '/^ *failed:/ { n = $2 } END { print n + 0 }' "$log")
skipped=$(awk '/^ *skipped:/ { n = $2 } END { print n + 0 }' "$log")
# A test process that died, or a run without tests, has no failed test to count.
[ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1

drills=()
case $#,$lane in
  0,ci) drills=("soak --short" "services --short --only outages,poison,bug,worker") ;;
  # Without a name it lists them.
  0,long) mapfile -t drills < <(./bench/drill.sh 2>&1 | awk '/^  [a-z]/ { print $1 }') ;;
esac
# What CI runs has no bar on speed: it takes the build of the tests.
run_drill() {
  if [ "$lane" = ci ]; then dotnet bench/Drills/bin/Debug/net10.0/CrashShield.Drills.dll "$@"; else ./bench/drill.sh "$@"; fi
}
for drill in "${drills[@]}"; do
  # Unquoted: a name and its options.
  if run_drill $drill; then passed=$((passed + 1)); else failed=$((failed + 1)) status=1; fi
done

echo "$passed passed, $failed failed$([ "$skipped" -gt 0 ] && echo ", $skipped skipped")"
exit "$status"
