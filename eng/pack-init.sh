#!/usr/bin/env bash
# Makes the package CrashShield.Init: crashshield-init as native code for each runtime, and the targets that put it beside an application.
#   eng/pack-init.sh [-o DIRECTORY] [-v VERSION] [RUNTIME…]
# Without a runtime, all: linux-x64 linux-arm64 linux-musl-x64. It is made on x64; arm64 needs its compiler (Debian: gcc-aarch64-linux-gnu). The one for musl has its C library in it and needs none.
set -euo pipefail
cd "$(dirname "$0")/.."

output=packages version=() runtimes=()
while [ $# -gt 0 ]; do
  case $1 in
    -o) output=$2; shift 2 ;;
    -v) version=("-p:Version=$2"); shift 2 ;;
    -*) echo "Unknown option: $1" >&2; exit 64 ;;
    *) runtimes+=("$1"); shift ;;
  esac
done
[ ${#runtimes[@]} -gt 0 ] || runtimes=(linux-x64 linux-arm64 linux-musl-x64)

# Folders of its own: a build that runs at the same time is not to find another restore's assets.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for runtime in "${runtimes[@]}"; do
  target=$runtime options=()
  case $runtime in
    linux-x64) ;;
    linux-arm64) options=(-p:CppCompilerAndLinker=aarch64-linux-gnu-gcc -p:ObjCopyName=aarch64-linux-gnu-objcopy) ;;
    linux-musl-x64) target=linux-x64 options=(-p:StaticExecutable=true) ;;
    *) echo "There is no crashshield-init for $runtime." >&2; exit 64 ;;
  esac
  dotnet publish src/Init/Init.csproj -c Release -r "$target" -o "$work/natives/$runtime" --artifacts-path "$work/$runtime" -nologo -clp:ErrorsOnly "${options[@]}"
  # Beside it are its symbols.
  find "$work/natives/$runtime" -type f ! -name crashshield-init -delete
done

dotnet pack src/Init/Init.csproj -c Release -o "$output" "${version[@]}" -p:CrashShieldInitNatives="$work/natives" --artifacts-path "$work/pack" -nologo -clp:ErrorsOnly
echo "$output: CrashShield.Init for ${runtimes[*]}"
