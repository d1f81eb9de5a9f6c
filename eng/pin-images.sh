#!/usr/bin/env bash
# Writes the digest that each tag of eng/images.lock has at its registry now into that file. Read the diff, build, commit.
set -euo pipefail
cd "$(dirname "$0")"

new=$(mktemp)
trap 'rm -f "$new"' EXIT
while read -r variant argument image; do
  if [ "${variant#\#}" != "$variant" ]; then
    echo "$variant${argument:+ $argument}${image:+ $image}"
    continue
  fi
  tag=${image%@*}
  digest=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$tag" < /dev/null)
  [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || { echo "$tag: '$digest' is no digest." >&2; exit 1; }
  echo "$variant $argument $tag@$digest"
done < images.lock > "$new"
cat "$new" > images.lock
