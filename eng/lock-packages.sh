#!/usr/bin/env bash
# Renews the lock files of all packages, after a version in Directory.Packages.props has changed. Read the diff, and commit it.
set -euo pipefail
cd "$(dirname "$0")/.."

# The packages of one version have the same hash wherever they come from: a lock file names no registry.
renew() { CI=false dotnet restore "$@" --force-evaluate -v q; }

renew Middleware.sln
# What is delivered is published for one runtime: the init natively, the sample compiled ahead.
for project in src/Init/Init.csproj samples/WebApi/WebApi.csproj; do
  renew "$project" -p:RuntimeIdentifier=linux-x64 -p:RestorePackagesWithLockFile=true
done
git status --short -- '*.lock.json'
