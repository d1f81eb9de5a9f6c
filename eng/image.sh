#!/usr/bin/env bash
# Builds the sample's image.
#   eng/image.sh [--alpine] [--release] TAG
# --release builds only from base images that eng/images.lock names by digest, so that the same commit is the same image.
set -euo pipefail
cd "$(dirname "$0")/.."

variant=chiseled rid=linux-x64 release=false tag=
for argument in "$@"; do
  case $argument in
    --alpine) variant=alpine rid=linux-musl-x64 ;;
    --release) release=true ;;
    -*) echo "Unknown option: $argument" >&2; exit 64 ;;
    *) tag=$argument ;;
  esac
done
[ -n "$tag" ] || { echo "Usage: eng/image.sh [--alpine] [--release] TAG" >&2; exit 64; }

build=(docker build --file samples/WebApi/Dockerfile --tag "$tag" --build-arg "RID=$rid")
while read -r of name image; do
  [ "$of" = "$variant" ] || continue
  if $release && ! [[ $image =~ @sha256:[0-9a-f]{64}$ ]]; then
    echo "$image is not pinned: run eng/pin-images.sh, and commit eng/images.lock." >&2
    exit 65
  fi
  build+=(--build-arg "$name=$image")
done < eng/images.lock
exec "${build[@]}" .
