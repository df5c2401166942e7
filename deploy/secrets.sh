#!/usr/bin/env bash
# Invents the secrets of a fleet for development: deploy/secrets.sh [FOLDER]. Never writes over a folder that is there.
# What comes of it serves deploy/compose.yaml and, see k8s/README.md, the overlay dev.
set -euo pipefail
folder=${1:-"$(dirname "$0")/secrets"}
if [ -e "$folder" ]; then
  echo "$folder is there already; remove it to invent new secrets" >&2
  exit 1
fi
# The folder keeps others out; its files are readable to the containers' own users, who are let in by mount.
mkdir -p -m 0700 "$folder"
umask 022
mkdir "$folder/credentials"

invent() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
write() { printf '%s\n' "$2" >"$folder/$1"; }

redis=$(invent)
postgres=$(invent)
token=$(invent)
write redis_auth.conf "requirepass $redis"
write redis_url "redis://:$redis@redis:6379/0"
write postgres_password "$postgres"
write postgres_url "postgres://flotilla:$postgres@postgres:5432/flotilla"
write admin_token "$token"
write tokens "[{\"name\":\"admin\",\"role\":\"admin\",\"sha256\":\"$(printf %s "$token" | sha256sum | cut -d ' ' -f 1)\"}]"
echo "written to $folder: stores, API token (admin_token), and an empty folder for the vendors' credentials"
